//! What something costs, and how to pay for it.

use super::field::Field;
use crate::{
    hooks::{typing, use_names},
    state::{config::Token, draft::amount_up_to, fetching::Offer, route::Route},
    words::{as_typed, money, say},
};
use thunder_channel::{Amount, ChannelId, checksummed};
use thunder_client::ChannelView;
use thunder_paywall::Per;
use yew::prelude::*;

/// Properties of [`PriceCard`].
#[derive(Properties, PartialEq)]
pub struct PriceCardProps {
    /// What it is.
    pub offer: Offer,
    /// What it is paid in.
    pub token: Token,
    /// The channel with the payee, if there is one.
    pub channel: Option<ChannelView>,
    /// Told to pay in a channel, up to a limit.
    pub on_pay: Callback<(ChannelId, Amount)>,
}

/// The card.
#[component]
pub fn PriceCard(props: &PriceCardProps) -> Html {
    let names = use_names();
    let (terms, token) = (&props.offer.terms, &props.token);
    let name = names.call(terms.pay_to);
    let price = money(terms.extra.price, token);
    let price = match terms.extra.per {
        Per::Request => say::for_each_request(&price),
        Per::Megabyte => say::for_each_megabyte(&price),
    };
    html! {
        <section class="card feature" aria-label={say::what_it_costs()}>
            <h2>{ say::what_it_costs() }</h2>
            <p class="stream-rate" data-testid="fetch-price">{ price }</p>
            if let Some(view) = &props.channel {
                <p>
                    { say::paid_in_channel(&name, &money(view.spendable, token)) }{ " " }
                    <a href={Route::Channel(view.id).href()}>{ say::to_the_channel() }</a>
                </p>
                <Pay offer={props.offer.clone()} channel={view.id} spendable={view.spendable} token={token.clone()} on_pay={props.on_pay.clone()} />
            } else {
                <p>{ say::paid_to(&name) }{ " " }{ say::no_channel_to_pay_in(&name, &token.symbol) }</p>
                <div class="actions">
                    <a class="button primary" href={Route::New(Some(format!("with={}", checksummed(terms.pay_to)))).href()}>{ say::open_channel_with(&name) }</a>
                </div>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct PayProps {
    offer: Offer,
    channel: ChannelId,
    spendable: Amount,
    token: Token,
    on_pay: Callback<(ChannelId, Amount)>,
}

/// How much it may cost, and the press that pays.
#[component]
fn Pay(props: &PayProps) -> Html {
    let terms = &props.offer.terms;
    let usual = match terms.extra.per {
        Per::Request => as_typed(terms.extra.price, &props.token),
        Per::Megabyte => String::new(),
    };
    let limit = use_state(|| usual);
    let fault = use_state(|| None::<String>);
    let onsubmit = {
        let (limit, fault, on_pay) = (limit.clone(), fault.clone(), props.on_pay.clone());
        let (channel, spendable, token) = (props.channel, props.spendable, props.token.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let above = |limit| say::pay_at_most_here(&money(limit, &token));
            match amount_up_to(&limit, &token, Some(spendable), above) {
                Ok(limit) => on_pay.emit((channel, limit)),
                Err(words) => fault.set(Some(words)),
            }
        })
    };
    html! {
        <form class="stream-form" {onsubmit} novalidate={true} aria-label={say::pay_for_fetch()}>
            <Field id="fetch-limit" label={say::fetch_at_most()} keyboard="decimal" placeholder="0" value={(*limit).clone()} on_input={typing(&limit, &fault)}
                unit={props.token.symbol.clone()} error={(*fault).clone()} hint={say::fetch_at_most_hint().to_owned()} />
            <div class="actions"><button type="submit" class="button primary">{ say::pay_for_fetch() }</button></div>
        </form>
    }
}
