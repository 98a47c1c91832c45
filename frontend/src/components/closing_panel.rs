//! The finalization period: what is left of it, what each side would get, and what can be done.

use super::money_text::MoneyText;
use crate::{
    hooks::ErrandState,
    state::config::{ClockMode, Token},
    words::{about, sentence, ticks},
};
use thunder_channel::{Amount, PerSide, Side};
use yew::prelude::*;

/// Properties of [`ClosingPanel`].
#[derive(Properties, PartialEq)]
pub struct ClosingPanelProps {
    /// Who looks.
    pub holder: Side,
    /// Who closed.
    pub closer: Side,
    /// The hub's clock from which it can be settled.
    pub closes_at: u64,
    /// The hub's clock now.
    pub now: u64,
    /// What it counts.
    pub clock: ClockMode,
    /// What each side would get.
    pub payout: PerSide<Amount>,
    /// Of what.
    pub token: Token,
    /// Whether the closer understated: accepting would lose money.
    pub understated: bool,
    /// Whether the relay's watchtower settles for who asks, and whether it was asked.
    pub watchtower: Watchtower,
    /// The transaction under way.
    pub errand: ErrandState,
    /// Told to settle.
    pub on_settle: Callback<()>,
    /// Told to accept.
    pub on_accept: Callback<()>,
    /// Told to ask the watchtower.
    pub on_ask: Callback<()>,
}

/// The relay's watchtower, as far as this channel goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watchtower {
    /// The relay runs none.
    None,
    /// It can be asked.
    Ready,
    /// It was asked.
    Asked,
}

/// The panel.
#[component]
pub fn ClosingPanel(props: &ClosingPanelProps) -> Html {
    let left = props.closes_at.saturating_sub(props.now);
    let ready = left == 0;
    let may_accept = !ready && props.holder != props.closer && !props.understated;
    let who = if props.closer == props.holder {
        "You"
    } else {
        "They"
    };
    html! {
        <section class="card feature closing" aria-label="Closing">
            <div class="countdown">
                <span class="countdown-number" data-testid="closes-in">{ ticks(left, props.clock) }</span>
                <span class="faint">
                    { if ready { "The finalization period is over.".to_owned() }
                      else { format!("left of the finalization period, {}", about(left, props.clock)) } }
                </span>
            </div>
            <p>
                { format!("{who} closed this channel. ") }
                { if ready { "Either side can settle it now; the hub then pays both." }
                  else { "A higher claim can be shown until the period is over; it never extends." } }
            </p>
            <dl class="facts">
                <div><dt>{ "You get" }</dt>
                    <dd><MoneyText amount={props.payout[props.holder]} token={props.token.clone()} testid="payout-yours" /></dd></div>
                <div><dt>{ "They get" }</dt>
                    <dd><MoneyText amount={props.payout[props.holder.other()]} token={props.token.clone()} testid="payout-theirs" /></dd></div>
            </dl>
            <div class="actions">
                if ready {
                    <button type="button" class="button primary" disabled={props.errand.busy}
                        onclick={props.on_settle.reform(|_: MouseEvent| ())}>{ "Settle" }</button>
                }
                if may_accept {
                    <button type="button" class="button primary" disabled={props.errand.busy}
                        onclick={props.on_accept.reform(|_: MouseEvent| ())}>{ "Accept now" }</button>
                    <span class="hint">{ "These totals are right? Then nobody needs to wait." }</span>
                }
                if !ready && props.watchtower == Watchtower::Ready {
                    <button type="button" class="button" disabled={props.errand.busy}
                        onclick={props.on_ask.reform(|_: MouseEvent| ())}>{ "Ask the watchtower to settle" }</button>
                }
                if props.errand.busy {
                    <span class="working" role="status">{ "Waiting for the transaction…" }</span>
                }
            </div>
            if props.watchtower == Watchtower::Asked {
                <p class="hint" role="status">
                    { "The watchtower was asked to settle when the period is over, so you can close this page. That is no promise: if it does not, either \
                       side can." }
                </p>
            }
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
