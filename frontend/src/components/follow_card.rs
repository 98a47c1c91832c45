//! The request to let this browser hear the other side, in a channel whose payments the wallet signs.

use crate::{
    hooks::ErrandState,
    words::{say, sentence},
};
use yew::prelude::*;

/// Properties of [`FollowCard`].
#[derive(Properties, PartialEq)]
pub struct FollowCardProps {
    /// The signature under way.
    pub errand: ErrandState,
    /// Told to ask for it.
    pub on_follow: Callback<()>,
}

/// The card.
#[component]
pub fn FollowCard(props: &FollowCardProps) -> Html {
    let onclick = props.on_follow.reform(|_: MouseEvent| ());
    html! {
        <section class="card" aria-labelledby="follow-heading">
            <h2 id="follow-heading">{ say::unreachable_yet() }</h2>
            <p>
                { say::follow_why() }
            </p>
            <button type="button" class="button primary" disabled={props.errand.busy} {onclick}>{ say::follow() }</button>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
