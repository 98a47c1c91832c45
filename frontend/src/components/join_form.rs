//! Joining a channel by its link or code.

use super::field::Field;
use crate::words::say;
use yew::prelude::*;

/// Properties of [`JoinForm`].
#[derive(Properties, PartialEq)]
pub struct JoinFormProps {
    /// What is typed.
    pub text: String,
    /// What is wrong with it.
    #[prop_or_default]
    pub error: Option<String>,
    /// Whether it is being joined.
    pub busy: bool,
    /// Told what is typed.
    pub on_input: Callback<String>,
    /// Told to join.
    pub on_join: Callback<()>,
}

/// The form.
#[component]
pub fn JoinForm(props: &JoinFormProps) -> Html {
    let onsubmit = props.on_join.reform(|event: SubmitEvent| event.prevent_default());
    html! {
        <form class="card" aria-label={say::join()} {onsubmit} novalidate={true}>
            <h2>{ say::join() }</h2>
            <Field id="join-code" label={say::link_or_code()} placeholder="7K3D-9QXM" value={props.text.clone()} on_input={props.on_input.clone()}
                error={props.error.clone()} hint={say::link_or_code_hint().to_owned()}>
                <button type="submit" class="button" disabled={props.busy}>{ say::join_channel() }</button>
            </Field>
        </form>
    }
}
