//! A page with one message: starting, stopped, not found.

use crate::components::bolt::Bolt;
use yew::prelude::*;

/// Properties of [`Message`].
#[derive(Properties, PartialEq)]
pub struct MessageProps {
    /// The heading.
    pub title: &'static str,
    /// More words.
    #[prop_or_default]
    pub words: Option<String>,
    /// Something is under way.
    #[prop_or_default]
    pub busy: bool,
    /// What can be done.
    #[prop_or_default]
    pub action: Option<&'static str>,
    /// Told when it is to be done.
    #[prop_or_default]
    pub on_action: Callback<()>,
}

/// The page.
#[component]
pub fn Message(props: &MessageProps) -> Html {
    let role = if props.words.is_some() { "alert" } else { "status" };
    html! {
        <section class={classes!("message", props.busy.then_some("busy"))}>
            <Bolt size={72} />
            <div {role}>
                <h1>{ props.title }</h1>
                if let Some(words) = &props.words {
                    <p>{ words }</p>
                }
            </div>
            if let Some(action) = props.action {
                <button type="button" class="button primary" onclick={props.on_action.reform(|_: MouseEvent| ())}>{ action }</button>
            }
        </section>
    }
}
