//! The alarm: the counterparty closes with less than it signed. First on every page until it is answered.

use super::fee::Fee;
use crate::{
    hooks::ErrandState,
    state::{
        config::{ClockMode, Token},
        fees::Act,
        standing::until,
    },
    words::{money, say, sentence},
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
        <section class="alarm" aria-label={say::alarm()}>
            <div class="alarm-words">
                <div role="alert"><h2>{ say::claim_or_lose(&money(props.loss, &props.token)) }</h2></div>
                <p>
                    { say::understated(&money(props.loss, &props.token), &left) }{ " " }
                    { match props.policy {
                        Policy::Refute => say::claim_corrects(),
                        Policy::Forfeit => say::claim_takes_all(),
                    } }
                </p>
                <Fee act={Act::Claim(props.policy)} token={props.token.address} />
                if let Some(problem) = &props.errand.problem {
                    <p class="error" role="alert">{ sentence(problem) }</p>
                }
            </div>
            <button type="button" class="button alarm-button" disabled={props.errand.busy} {onclick}>
                { if props.errand.busy { say::claiming_it() } else { say::claim_now() } }
            </button>
        </section>
    }
}
