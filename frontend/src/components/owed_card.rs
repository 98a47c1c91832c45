//! What the hub could not push to the account, and the button that collects it.

use super::fee::Fee;
use crate::{
    hooks::ErrandState,
    state::{act::Act, config::Token},
    words::{money, say, sentence},
};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`OwedCard`].
#[derive(Properties, PartialEq)]
pub struct OwedCardProps {
    /// Of what.
    pub token: Token,
    /// How much.
    pub amount: Amount,
    /// The collecting under way.
    pub errand: ErrandState,
    /// Told to collect.
    pub on_collect: Callback<()>,
}

/// The card.
#[component]
pub fn OwedCard(props: &OwedCardProps) -> Html {
    let onclick = props.on_collect.reform(|_: MouseEvent| ());
    html! {
        <section class="card feature" aria-label={say::waiting_for_you()}>
            <p>{ say::payout_kept() }</p>
            <Fee act={Act::Collect} token={props.token.address} />
            <button type="button" class="button primary" disabled={props.errand.busy} {onclick}>
                { say::collect(&money(props.amount, &props.token)) }
            </button>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
