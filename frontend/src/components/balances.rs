//! Both balances by name, the bar over them, and what can flow.

use super::{balance_bar::BalanceBar, money_text::MoneyText, person::Person, worth::Worth};
use crate::{
    hooks::use_names,
    state::{
        config::Token,
        standing::{counterparty, waiting_words},
    },
    words::money,
};
use thunder_client::{ChannelView, PhaseView};
use yew::prelude::*;

/// Properties of [`Balances`].
#[derive(Properties, PartialEq)]
pub struct BalancesProps {
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
}

/// The card.
#[component]
pub fn Balances(props: &BalancesProps) -> Html {
    let names = use_names();
    let view = &props.view;
    let token = || props.token.clone();
    let (you, they) = (view.holder, view.holder.other());
    let open = matches!(view.phase, PhaseView::Open) && view.joined;
    html! {
        <section class="card balances" aria-label="Balances">
            <div class="sides">
                <div class="side side-yours" role="group" aria-label="Your balance">
                    <Person address={view.key.address(you)} name="You" />
                    <MoneyText class="huge" amount={view.balances[you]} token={token()} testid="your-balance" />
                    <Worth amount={view.balances[you]} token={token()} />
                    <span class="side-word">{ side_word(you) }</span>
                </div>
                <div class="side side-theirs" role="group" aria-label="Their balance">
                    <Person address={view.key.address(they)} name="Them" />
                    <MoneyText class="huge" amount={view.balances[they]} token={token()} testid="their-balance" />
                    <Worth amount={view.balances[they]} token={token()} />
                    <span class="side-word">{ side_word(they) }</span>
                </div>
            </div>
            <BalanceBar yours={view.balances[you]} theirs={view.balances[they]} token={token()} them={names.call(counterparty(view))} />
            if open {
                <dl class="facts">
                    <div><dt>{ "You can pay" }</dt>
                        <dd><MoneyText amount={view.spendable} token={token()} testid="spendable" /></dd></div>
                    <div><dt>{ "They can pay you" }</dt>
                        <dd><MoneyText amount={view.receivable} token={token()} testid="receivable" /></dd></div>
                    <div><dt>{ "If they vanished now, you would get" }</dt>
                        <dd><MoneyText amount={view.guaranteed} token={token()} testid="guaranteed" /></dd></div>
                </dl>
            }
            if let Some((amount, why)) = view.waiting {
                <p class="note">
                    <MoneyText {amount} token={token()} testid="waiting" />{ " " }{ waiting_words(why) }{ "." }
                </p>
            }
            { for [you, they].into_iter().filter(|side| !view.unconfirmed[*side].is_zero()).map(|side| html! {
                <p class="note">
                    { if side == you { "Your deposit of " } else { "Their deposit of " } }
                    { money(view.unconfirmed[side], &props.token) }
                    { " is on the chain, but not deep enough to count yet." }
                </p>
            }) }
        </section>
    }
}

fn side_word(side: thunder_channel::Side) -> &'static str {
    match side {
        thunder_channel::Side::Alice => "alice, who opened",
        thunder_channel::Side::Bob => "bob",
    }
}
