//! What proves one's money without this app, as a file.

use crate::words::{say, sentence};
use yew::prelude::*;

/// Properties of [`EvidenceCard`].
#[derive(Properties, PartialEq)]
pub struct EvidenceCardProps {
    /// Why the file could not be saved.
    pub problem: Option<String>,
    /// Told to save it.
    pub on_save: Callback<()>,
}

/// The card.
#[component]
pub fn EvidenceCard(props: &EvidenceCardProps) -> Html {
    html! {
        <section class="card" aria-labelledby="evidence-heading">
            <h2 id="evidence-heading">{ say::proof() }</h2>
            <p class="hint">
                { say::evidence_why() }
            </p>
            <button type="button" class="button" onclick={props.on_save.reform(|_: MouseEvent| ())}>{ say::save_evidence() }</button>
            if let Some(problem) = &props.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
