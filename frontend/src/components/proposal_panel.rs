//! A settlement by agreement that waits: for the holder's consent, or for the other side's.

use super::{fee::Fee, money_text::MoneyText};
use crate::{
    hooks::ErrandState,
    state::{act::Act, config::Token},
    words::{say, sentence},
};
use thunder_channel::{Amount, PerSide, Side};
use yew::prelude::*;

/// Properties of [`ProposalPanel`].
#[derive(Properties, PartialEq)]
pub struct ProposalPanelProps {
    /// Who looks.
    pub holder: Side,
    /// What each side would get.
    pub payout: PerSide<Amount>,
    /// Of what.
    pub token: Token,
    /// How long it is good, in words.
    pub left: String,
    /// The consent under way.
    pub errand: ErrandState,
    /// Told to agree.
    pub on_agree: Callback<()>,
    /// Told not to be asked again.
    pub on_decline: Callback<()>,
}

/// The panel that asks for consent.
#[component]
pub fn ProposalPanel(props: &ProposalPanelProps) -> Html {
    html! {
        <section class="card feature" aria-labelledby="proposal-heading">
            <h2 id="proposal-heading">{ say::end_together_question() }</h2>
            <p>{ say::offers_to_end() }</p>
            <dl class="facts">
                <div><dt>{ say::you_get() }</dt>
                    <dd><MoneyText amount={props.payout[props.holder]} token={props.token.clone()} testid="proposal-yours" /></dd></div>
                <div><dt>{ say::they_get() }</dt>
                    <dd><MoneyText amount={props.payout[props.holder.other()]} token={props.token.clone()} testid="proposal-theirs" /></dd></div>
            </dl>
            <Fee act={Act::End} token={props.token.address} />
            <div class="actions">
                <button type="button" class="button primary" disabled={props.errand.busy}
                    onclick={props.on_agree.reform(|_: MouseEvent| ())}>{ say::agree_and_end() }</button>
                <button type="button" class="button quiet" disabled={props.errand.busy}
                    onclick={props.on_decline.reform(|_: MouseEvent| ())}>{ say::decline() }</button>
                <span class="hint">
                    { if props.errand.busy { say::waiting_for_transaction().to_owned() }
                      else { say::offer_good_for(&props.left) } }
                </span>
            </div>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
