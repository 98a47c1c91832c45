//! Another window of this browser holds the account: one writer per side.

use crate::{
    components::person::Person,
    words::{say, short},
};
use thunder_channel::Address;
use yew::prelude::*;

/// Properties of [`Held`].
#[derive(Properties, PartialEq)]
pub struct HeldProps {
    /// Whose channels.
    pub account: Address,
    /// Since when, if known.
    pub since: Option<String>,
    /// Whether this window had it until now.
    pub lost: bool,
    /// Told to take it over.
    pub on_take_over: Callback<()>,
}

/// The page.
#[component]
pub fn Held(props: &HeldProps) -> Html {
    let who = short(props.account);
    html! {
        <section class="card narrow">
            <h1>{ say::open_elsewhere() }</h1>
            <Person address={props.account} />
            <p role="status">
                { match (&props.since, props.lost) {
                    (_, true) => say::taken_over(&who),
                    (Some(since), false) => say::held_since(&who, since),
                    (None, false) => say::held(&who),
                } }
            </p>
            <p class="hint">{ say::held_why() }</p>
            <button type="button" class="button primary" onclick={props.on_take_over.reform(|_: MouseEvent| ())}>{ say::take_over() }</button>
        </section>
    }
}
