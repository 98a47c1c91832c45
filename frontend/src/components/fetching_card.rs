//! Something that is being fetched: how much has come, and what it has cost so far.

use crate::{
    state::{config::Token, fetching::Meter},
    words::{Thing, count, counted, money, say},
};
use yew::prelude::*;

/// Properties of [`FetchingCard`].
#[derive(Properties, PartialEq)]
pub struct FetchingCardProps {
    /// What it is paid in, if it costs anything.
    pub token: Option<Token>,
    /// How far it has come.
    pub meter: Meter,
    /// Told to stop.
    pub on_stop: Callback<()>,
}

/// The card.
#[component]
pub fn FetchingCard(props: &FetchingCardProps) -> Html {
    let meter = &props.meter;
    let onclick = props.on_stop.reform(|_: MouseEvent| ());
    html! {
        <section class="card stream" aria-label={say::fetching()}>
            <h2>{ say::fetching() }</h2>
            <progress class="stream-share" max="1000" value={meter.share().map(|share| share.to_string())} aria-label={say::share_that_came()} />
            { meters(meter, props.token.as_ref()) }
            <p class="hint">{ say::fetching_hint() }</p>
            <div class="actions"><button type="button" class="button" {onclick}>{ say::stop_fetching() }</button></div>
        </section>
    }
}

/// The bytes, and what they have cost.
pub fn meters(meter: &Meter, token: Option<&Token>) -> Html {
    let bytes = match meter.length {
        Some(length) => say::bytes_of(&count(meter.bytes), &count(length)),
        None => say::bytes_came(&count(meter.bytes)),
    };
    let paid = token.map_or_else(
        || say::costs_nothing().to_owned(),
        |token| {
            let payments = counted(meter.payments.into(), Thing::Payment);
            say::paid_in_payments(&money(meter.paid, token), &payments)
        },
    );
    html! {
        <>
            <p data-testid="fetch-bytes">{ bytes }</p>
            <p class="stream-rate" data-testid="fetch-paid">{ paid }</p>
        </>
    }
}
