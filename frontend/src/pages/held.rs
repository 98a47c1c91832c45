//! Another window of this browser holds the account: one writer per side.

use crate::{components::person::Person, words::short};
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
            <h1>{ "Open in another window" }</h1>
            <Person address={props.account} />
            <p role="status">
                { match (&props.since, props.lost) {
                    (_, true) => format!("Another window of this browser took {who} over. This one shows and signs nothing any more."),
                    (Some(since), false) => format!("{who} is open in another window of this browser since {since}."),
                    (None, false) => format!("{who} is open in another window of this browser."),
                } }
            </p>
            <p class="hint">{ "Only one window may sign for an account, so that no payment is lost. Taking over stops the other one; no money is at risk." }</p>
            <button type="button" class="button primary" onclick={props.on_take_over.reform(|_: MouseEvent| ())}>{ "Take over" }</button>
        </section>
    }
}
