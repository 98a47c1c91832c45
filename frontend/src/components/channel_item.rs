//! A channel on the list: with whom, how it stands, and who owns what.

use super::{balance_bar::BalanceBar, chip::Chip, money_text::MoneyText, person::Person};
use crate::{
    hooks::use_names,
    state::{
        config::Token,
        route::Route,
        standing::{Standing, counterparty, title},
    },
    words::say,
};
use thunder_client::{ChannelView, PhaseView};
use yew::prelude::*;

/// Properties of [`ChannelItem`].
#[derive(Properties, PartialEq)]
pub struct ChannelItemProps {
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
}

/// The item: all of it leads to the channel.
#[component]
pub fn ChannelItem(props: &ChannelItemProps) -> Html {
    let names = use_names();
    let (view, token) = (&props.view, &props.token);
    let (you, they) = (view.holder, view.holder.other());
    // Of a settled channel what counts is what it paid out.
    let (paid, shares) = match view.phase {
        PhaseView::Settled { paid_out } => (true, paid_out.unwrap_or_default()),
        _ => (false, view.balances),
    };
    html! {
        <li class="card channel-item">
            <a class="channel-link" href={Route::Channel(view.id).href()} aria-label={title(view, &names)}>
                <Person address={counterparty(view)} />
            </a>
            <Chip standing={Standing::of(view)} />
            <span class="channel-money">
                <MoneyText amount={shares[you]} token={token.clone()} />
                if paid {
                    <span class="hint">{ " " }{ say::paid_to_you() }</span>
                }
            </span>
            <BalanceBar small={true} yours={shares[you]} theirs={shares[they]} token={token.clone()} them={names.call(counterparty(view))} />
        </li>
    }
}
