//! Another window of this browser holds the account: one writer per side.

use crate::{
    components::person::Person,
    state::seat::Seat,
    words::{say, short},
};
use yew::prelude::*;

/// Properties of [`Held`].
#[derive(Properties, PartialEq)]
pub struct HeldProps {
    /// Who would sit here.
    pub seat: Seat,
    /// Since when, if known.
    pub since: Option<String>,
    /// Whether this window had it until now.
    pub lost: bool,
    /// Told to take it over.
    pub on_take_over: Callback<()>,
    /// Told to leave the account to the other window.
    pub on_leave: Callback<()>,
    /// What the other window shows.
    #[prop_or_default]
    pub children: Html,
}

/// The page.
#[component]
pub fn Held(props: &HeldProps) -> Html {
    let account = props.seat.account;
    let who = short(account);
    html! {
        <>
        <section class="card narrow">
            <h1>{ say::open_elsewhere() }</h1>
            <Person address={account} />
            <p role="status">
                { match (&props.since, props.lost) {
                    (_, true) => say::taken_over(&who),
                    (Some(since), false) => say::held_since(&who, since),
                    (None, false) => say::held(&who),
                } }
            </p>
            <p class="hint">{ say::held_why() }</p>
            <div class="actions">
                <button type="button" class="button primary" onclick={props.on_take_over.reform(|_: MouseEvent| ())}>{ say::take_over() }</button>
                <button type="button" class="button" onclick={props.on_leave.reform(|_: MouseEvent| ())}>{ say::back_to_wallets() }</button>
            </div>
        </section>
        { props.children.clone() }
        </>
    }
}
