//! Both balances by name, the bar over them, and what can flow.

use super::{
    balance_bar::BalanceBar, bar_legend::BarLegend, money_text::MoneyText, person::Person, worth::Worth,
};
use crate::{
    hooks::use_names,
    state::{
        bar::{Bar, is_away},
        config::Token,
        standing::{counterparty, has_guarantee, waiting_words},
    },
    words::{money, say},
};
use thunder_channel::{Amount, PerSide, Side};
use thunder_client::{ChannelView, PhaseView};
use yew::prelude::*;

/// Properties of [`Balances`].
#[derive(Properties, PartialEq)]
pub struct BalancesProps {
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
    /// What the holder has asked to take out, and so cannot use meanwhile.
    #[prop_or_default]
    pub held: Option<Amount>,
    /// How deep each side's deposit is, where it is not deep enough: blocks on top of it, and how many have to be.
    #[prop_or_default]
    pub depth: PerSide<Option<(u64, u64)>>,
}

/// The id of what is said about the bar.
const LEGEND: &str = "bar-legend";

/// The card.
#[component]
pub fn Balances(props: &BalancesProps) -> Html {
    let names = use_names();
    let view = &props.view;
    let token = || props.token.clone();
    let (you, they) = (view.holder, view.holder.other());
    let open = matches!(view.phase, PhaseView::Open) && view.joined;
    let bar = Bar::of(view);
    let away = is_away(view);
    html! {
        <section class="card balances" aria-label={say::balances()}>
            <div class="sides">
                <div class="side side-yours" role="group" aria-label={say::your_balance()}>
                    <Person address={view.key.address(you)} name={say::you()} />
                    <MoneyText class="huge" amount={view.balances[you]} token={token()} testid="your-balance" />
                    <Worth amount={view.balances[you]} token={token()} />
                    { opener(you) }
                </div>
                <div class="side side-theirs" role="group" aria-label={say::their_balance()}>
                    <Person address={view.key.address(they)} name={say::them()} />
                    <MoneyText class="huge" amount={view.balances[they]} token={token()} testid="their-balance" />
                    <Worth amount={view.balances[they]} token={token()} />
                    { opener(they) }
                </div>
            </div>
            <BalanceBar yours={view.balances[you]} theirs={view.balances[they]} token={token()} them={names.call(counterparty(view))}
                bar={bar.clone()} {away} described_by={LEGEND} />
            <BarLegend id={LEGEND} {bar} token={token()} {away} />
            if open || has_guarantee(view) {
                <dl class="facts">
                    if open {
                        <div><dt>{ say::you_can_pay() }</dt>
                            <dd><MoneyText amount={view.spendable} token={token()} testid="spendable" /></dd></div>
                        <div><dt>{ say::they_can_pay() }</dt>
                            <dd><MoneyText amount={view.receivable} token={token()} testid="receivable" /></dd></div>
                    }
                    if has_guarantee(view) {
                        <div><dt>{ say::if_they_vanished() }</dt>
                            <dd><MoneyText amount={view.guaranteed} token={token()} testid="guaranteed" /></dd></div>
                    }
                </dl>
            }
            if let Some(amount) = props.held {
                <p class="note" data-testid="on-hold">{ say::on_hold(&money(amount, &props.token)) }</p>
            }
            if let Some((amount, why)) = view.waiting {
                <p class="note">
                    <span data-testid="waiting">{ waiting_words(why, &money(amount, &props.token)) }</span>
                </p>
            }
            { for [you, they].into_iter().filter(|side| !view.unconfirmed[*side].is_zero()).map(|side| html! {
                <p class="note">
                    { if side == you { say::your_deposit_shallow } else { say::their_deposit_shallow }(&money(view.unconfirmed[side], &props.token)) }
                    { on_top(props.depth[side]) }
                </p>
            }) }
        </section>
    }
}

/// Blocks on top of a deposit that does not count yet.
fn on_top(depth: Option<(u64, u64)>) -> Html {
    let Some((count, needed)) = depth else {
        return html! {};
    };
    html! { <>{ " " }<span data-testid="depth">{ say::blocks_on_top(&count.to_string(), &needed.to_string()) }</span></> }
}

/// Who opened the channel is said of one side; the other one joined it.
fn opener(side: Side) -> Html {
    match side {
        Side::Alice => html! { <span class="side-word">{ say::opened_this() }</span> },
        Side::Bob => html! {},
    }
}
