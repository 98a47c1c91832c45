//! What proves one's money without this app, as a file.

use crate::words::sentence;
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
            <h2 id="evidence-heading">{ "Proof" }</h2>
            <p class="hint">
                { "A file with the best claims of both sides, their signatures, and the transactions that show them to the hub. With it and any wallet you \
                   get what is yours without this page. It holds no key; it is as old as its last payment." }
            </p>
            <button type="button" class="button" onclick={props.on_save.reform(|_: MouseEvent| ())}>{ "Save evidence" }</button>
            if let Some(problem) = &props.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
