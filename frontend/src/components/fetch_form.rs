//! What to fetch.

use super::field::Field;
use crate::{
    state::fetching::Step,
    words::{say, sentence},
};
use yew::prelude::*;

/// Properties of [`FetchForm`].
#[derive(Properties, PartialEq)]
pub struct FetchFormProps {
    /// The origins that can be fetched from.
    pub paywalls: Vec<String>,
    /// What is typed.
    pub text: String,
    /// What is wrong with it.
    #[prop_or_default]
    pub fault: Option<String>,
    /// How far the visit has come.
    pub step: Step,
    /// Told what is typed.
    pub on_input: Callback<String>,
    /// Told to ask what it costs.
    pub on_look: Callback<()>,
}

/// The form.
#[component]
pub fn FetchForm(props: &FetchFormProps) -> Html {
    let step = &props.step;
    let busy = matches!(step, Step::Looking | Step::Fetching(..));
    // Once there is a price, paying it is the next thing.
    let primary = !matches!(step, Step::Priced(_));
    let onsubmit = props.on_look.reform(|event: SubmitEvent| event.prevent_default());
    html! {
        <form class="card form" {onsubmit} novalidate={true} aria-label={say::fetch()}>
            <Field id="fetch-address" label={say::fetch_address()} keyboard="url" value={props.text.clone()} on_input={props.on_input.clone()}
                placeholder={props.paywalls.first().cloned().unwrap_or_default()} error={props.fault.clone()}
                hint={say::fetch_hint(&props.paywalls.join(", "))} />
            <div class="actions">
                <button type="submit" class={classes!("button", primary.then_some("primary"))} disabled={busy}>
                    { if *step == Step::Looking { say::looking_at_price() } else { say::see_price() } }
                </button>
            </div>
            if let Step::Unknown(problem) = step {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </form>
    }
}
