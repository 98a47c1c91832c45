//! The alarm: the counterparty closes with less than it signed. First on every page until it is answered.

use super::money_text::MoneyText;
use crate::{
    hooks::ErrandState,
    state::{
        config::{ClockMode, Token},
        standing::until,
    },
    words::{money, sentence},
};
use thunder_channel::{Amount, Policy};
use yew::prelude::*;

/// Properties of [`Alarm`].
#[derive(Properties, PartialEq)]
pub struct AlarmProps {
    /// What is lost without a claim.
    pub loss: Amount,
    /// Of what.
    pub token: Token,
    /// The hub's clock from which it is too late.
    pub closes_at: u64,
    /// The hub's clock now.
    pub now: u64,
    /// What it counts.
    pub clock: ClockMode,
    /// What the claim does.
    pub policy: Policy,
    /// The claim under way.
    pub errand: ErrandState,
    /// Told to claim.
    pub on_claim: Callback<()>,
}

/// The alarm.
#[component]
pub fn Alarm(props: &AlarmProps) -> Html {
    let onclick = props.on_claim.reform(|_: MouseEvent| ());
    let left = until(props.closes_at, props.now, props.clock);
    html! {
        <section class="alarm" aria-label="Alarm">
            <div class="alarm-words">
                <div role="alert"><h2>{ format!("Claim now or lose {}", money(props.loss, &props.token)) }</h2></div>
                <p>
                    { "The other side is closing and says it paid you " }
                    <MoneyText amount={props.loss} token={props.token.clone()} />
                    { format!(" less than it signed. You hold its signature: show it to the hub within {left}. ") }
                    { match props.policy {
                        Policy::Refute => "The claim corrects it.",
                        Policy::Forfeit => "In this channel the claim pays everything to you.",
                    } }
                </p>
                if let Some(problem) = &props.errand.problem {
                    <p class="error" role="alert">{ sentence(problem) }</p>
                }
            </div>
            <button type="button" class="button alarm-button" disabled={props.errand.busy} {onclick}>
                { if props.errand.busy { "Claiming…" } else { "Claim now" } }
            </button>
        </section>
    }
}
