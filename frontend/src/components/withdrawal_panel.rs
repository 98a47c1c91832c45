//! The counterparty wants to take money out: the holder's consent.

use super::{fee::Fee, money_text::MoneyText};
use crate::{
    hooks::ErrandState,
    state::{act::Act, config::Token, standing::Promise},
    words::{say, sentence},
};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`WithdrawalPanel`].
#[derive(Properties, PartialEq)]
pub struct WithdrawalPanelProps {
    /// How much the counterparty wants.
    pub amount: Amount,
    /// What it owns in the channel.
    pub theirs: Amount,
    /// Of what.
    pub token: Token,
    /// How long the offer is good.
    pub promise: Promise,
    /// The consent under way.
    pub errand: ErrandState,
    /// Told to agree.
    pub on_agree: Callback<()>,
    /// Told not to be asked again.
    pub on_decline: Callback<()>,
}

/// The panel.
#[component]
pub fn WithdrawalPanel(props: &WithdrawalPanelProps) -> Html {
    let token = || props.token.clone();
    let expired = props.promise == Promise::Expired;
    html! {
        <section class="card feature" aria-labelledby="withdrawal-heading">
            <h2 id="withdrawal-heading">{ say::let_them_take_out() }</h2>
            <p>{ say::let_out_why() }</p>
            <dl class="facts">
                <div><dt>{ say::they_take_out() }</dt>
                    <dd><MoneyText amount={props.amount} token={token()} testid="withdrawal-amount" /></dd></div>
                <div><dt>{ say::they_own_here() }</dt><dd><MoneyText amount={props.theirs} token={token()} /></dd></div>
            </dl>
            <Fee act={Act::Withdraw} token={props.token.address} />
            <div class="actions">
                <button type="button" class="button primary" disabled={props.errand.busy || expired}
                    onclick={props.on_agree.reform(|_: MouseEvent| ())}>{ say::agree_and_send() }</button>
                <button type="button" class="button quiet" disabled={props.errand.busy}
                    onclick={props.on_decline.reform(|_: MouseEvent| ())}>{ say::decline() }</button>
                <span class="hint">
                    { match &props.promise {
                        _ if props.errand.busy => say::waiting_for_transaction().to_owned(),
                        Promise::Good(left) | Promise::Declined(left) => say::offer_good_for(left),
                        Promise::Expired => say::offer_expired().to_owned(),
                    } }
                </span>
            </div>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
