//! The alarm: the counterparty closes with less than it signed. First on every page until it is answered.

use super::fee::Fee;
use crate::{
    hooks::ErrandState,
    state::{
        act::Act,
        config::{ClockMode, Token},
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
    /// A claim is on its way already.
    #[prop_or_default]
    pub claiming: bool,
    /// What its button does.
    pub answer: Answer,
}

/// What can be done about it in this window; told when it is to be done.
#[derive(Clone, PartialEq)]
pub enum Answer {
    /// It shows the higher claim.
    Claim(Callback<()>),
    /// It waits while another window runs: it can take the account over, and claim then.
    TakeOver(Callback<()>),
}

/// The alarm.
#[component]
pub fn Alarm(props: &AlarmProps) -> Html {
    let (words, told) = match &props.answer {
        Answer::Claim(told) if props.errand.busy => (say::claiming_it(), told),
        Answer::Claim(told) => (say::claim_now(), told),
        Answer::TakeOver(told) => (say::take_over(), told),
    };
    let onclick = told.reform(|_: MouseEvent| ());
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
                if props.claiming && !props.errand.busy {
                    <p role="status">{ say::waiting_for_transaction() }</p>
                }
                <Fee act={Act::Claim} forfeits={props.policy == Policy::Forfeit} token={props.token.address} />
                if let Some(problem) = &props.errand.problem {
                    <p class="error" role="alert">{ sentence(problem) }</p>
                }
            </div>
            <button type="button" class="button alarm-button" disabled={props.errand.busy} {onclick}>{ words }</button>
        </section>
    }
}
