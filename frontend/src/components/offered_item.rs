//! A channel that somebody has opened with the holder, on the list of those.

use super::{chip::Chip, money_text::MoneyText, person::Person};
use crate::{
    hooks::{ErrandState, use_names},
    state::{
        config::Token,
        route::Route,
        standing::{Standing, counterparty, title},
    },
    words::{Said, say, sentence},
};
use thunder_client::{ChannelView, Signing};
use yew::prelude::*;

/// Properties of [`OfferedItem`].
#[derive(Properties, PartialEq)]
pub struct OfferedItemProps {
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
    /// The joining under way.
    pub errand: ErrandState,
    /// Told to join.
    pub on_join: Callback<()>,
    /// Told to take it off the list, where it can be.
    #[prop_or_default]
    pub on_hide: Option<Callback<()>>,
}

/// The item.
#[component]
pub fn OfferedItem(props: &OfferedItemProps) -> Html {
    let names = use_names();
    let view = &props.view;
    let onclick = props.on_join.reform(|_: MouseEvent| ());
    html! {
        <li class="offered">
            <a class="channel-link" href={Route::Channel(view.id).href()} aria-label={title(view, &names)}><Person address={counterparty(view)} /></a>
            <span class="offered-words">{ say::put_in() }{ " " }<MoneyText amount={view.deposits[view.holder.other()]} token={props.token.clone()} /></span>
            <span class="hidden-phase"><Chip standing={Standing::Offered} /></span>
            if let Some(fault) = &view.fault {
                <span class="error">{ sentence(&fault.said()) }</span>
            } else {
                if view.signing == Signing::PaymentKey {
                    <span class="hint offered-price">{ say::joining_free() }</span>
                }
            }
            <span class="actions">
                if view.fault.is_none() {
                    <button type="button" class="button primary" disabled={props.errand.busy} {onclick}>
                        { say::join_code(&view.id.short_code()) }
                    </button>
                }
                if let Some(on_hide) = &props.on_hide {
                    <button type="button" class="button quiet" disabled={props.errand.busy} onclick={on_hide.reform(|_: MouseEvent| ())}>
                        { say::hide_code(&view.id.short_code()) }
                    </button>
                }
            </span>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </li>
    }
}
