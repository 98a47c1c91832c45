//! The finalization period: what is left of it, what each side would get, and what can be done.

use super::{fee::Fee, money_text::MoneyText};
use crate::{
    hooks::ErrandState,
    state::{
        act::Act,
        config::{ClockMode, Token},
    },
    words::{about, money, say, sentence, ticks},
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
    /// What the holder loses, because the period ended before its claim was shown.
    #[prop_or_default]
    pub missed: Option<Amount>,
    /// Whether it is a development chain, whose blocks come only when they are asked for.
    pub development: bool,
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
    // A block hub's next block is the first that can hold a transaction, and in the last one it comes too late.
    let in_time = left > u64::from(props.clock == ClockMode::Blocks);
    let in_order = !props.understated && props.missed.is_none();
    let may_accept = in_time && in_order && props.holder != props.closer;
    let who = if props.closer == props.holder {
        say::you_closed_this()
    } else {
        say::they_closed_this()
    };
    html! {
        <section class="card feature closing" aria-label={say::closing()}>
            <div class="countdown">
                <span class="countdown-number" data-testid="closes-in">
                    { if ready { say::ready_to_settle().to_owned() } else { ticks(left, props.clock) } }
                </span>
                <span class="faint">
                    { if ready { say::period_over().to_owned() }
                      else { say::period_left(&about(left, props.clock)) } }
                </span>
            </div>
            <p>
                { who }{ " " }
                { if ready { say::either_can_settle() }
                  else if in_time { say::higher_claim_possible() }
                  else { say::settle_then() } }
                if in_time && !props.understated {
                    { " " }{ say::settle_then() }
                }
            </p>
            if let Some(loss) = props.missed {
                <p class="error" role="alert">{ say::missed(&money(loss, &props.token)) }</p>
            }
            if !ready && props.development {
                <p class="hint">{ say::blocks_by_hand() }</p>
            }
            <dl class="facts">
                <div><dt>{ say::you_get() }</dt>
                    <dd><MoneyText amount={props.payout[props.holder]} token={props.token.clone()} testid="payout-yours" /></dd></div>
                <div><dt>{ say::they_get() }</dt>
                    <dd><MoneyText amount={props.payout[props.holder.other()]} token={props.token.clone()} testid="payout-theirs" /></dd></div>
            </dl>
            if ready || may_accept {
                <Fee act={if ready { Act::Settle } else { Act::Accept }} token={props.token.address} />
            }
            <div class="actions">
                if ready {
                    <button type="button" class="button primary" disabled={props.errand.busy}
                        onclick={props.on_settle.reform(|_: MouseEvent| ())}>{ say::settle() }</button>
                }
                if may_accept {
                    <button type="button" class="button primary" disabled={props.errand.busy}
                        onclick={props.on_accept.reform(|_: MouseEvent| ())}>{ say::accept_now() }</button>
                    <span class="hint">{ say::totals_right() }</span>
                }
                if !ready && props.watchtower == Watchtower::Ready {
                    <button type="button" class="button" disabled={props.errand.busy}
                        onclick={props.on_ask.reform(|_: MouseEvent| ())}>{ say::ask_watchtower() }</button>
                }
                if props.errand.busy {
                    <span class="working" role="status">{ say::waiting_for_transaction() }</span>
                }
            </div>
            if props.watchtower == Watchtower::Asked {
                <p class="hint" role="status">
                    { say::watchtower_asked() }
                </p>
            }
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
