//! What an amount is about worth in money; nothing where its token has no price.

use crate::{state::config::Token, words};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`Worth`].
#[derive(Properties, PartialEq)]
pub struct WorthProps {
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub token: Token,
}

/// The approximation.
#[component]
pub fn Worth(props: &WorthProps) -> Html {
    match words::worth(props.amount, &props.token) {
        Some(worth) => html! { <span class="worth" data-testid="worth">{ worth }</span> },
        None => html! {},
    }
}
