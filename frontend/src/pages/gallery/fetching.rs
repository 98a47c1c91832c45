//! What is behind a paywall.

use super::{Exhibit, Room};
use crate::{
    components::{
        fetch_form::FetchForm, fetched_card::FetchedCard, fetching_card::FetchingCard, price_card::PriceCard,
    },
    pages::message::Message,
    state::{
        exhibits::{self, flows, tokens},
        fetching::{End, Meter, Preview, Step},
    },
    words::{money, say},
};
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    ("fetch-nowhere", |_| {
        let words = say::fetch_nowhere_more().to_owned();
        html! { <Message title={say::fetch_nowhere()} {words} action={say::channels()} /> }
    }),
    ("fetch", |room| page(room, Step::Address, html! {})),
    ("fetch-asking", |room| page(room, Step::Looking, html! {})),
    ("fetch-unanswered", |room| {
        page(room, Step::Unknown(say::paywall_silent().to_owned()), html! {})
    }),
    ("fetch-wrong", |room| {
        let fault = say::not_that_paywall(flows::PAYWALL);
        form(
            room,
            "https://elsewhere.example/",
            Some(fault),
            Step::Address,
            html! {},
        )
    }),
    ("fetch-price", |room| priced(room, true)),
    ("fetch-no-channel", |room| priced(room, false)),
    ("fetch-running", |room| {
        let offer = flows::offer(room.token.address);
        let card = html! { <FetchingCard token={room.token.clone()} meter={flows::meter()} on_stop={room.nothing()} /> };
        page(room, Step::Fetching(Some(offer), flows::meter()), card)
    }),
    ("fetch-whole", |room| {
        let text = "Payment channels, first lecture.\n\nTwo people lock money once, and then sign who owns how much of it.";
        ended(
            room,
            flows::whole(),
            End::Whole,
            Some(Preview::Text(text.to_owned())),
        )
    }),
    ("fetch-stopped", |room| {
        ended(room, flows::meter(), End::Stopped, None)
    }),
    ("fetch-refused", |room| {
        let nothing = Meter {
            length: None,
            ..Meter::default()
        };
        ended(room, nothing, End::Status(404), None)
    }),
    ("fetch-failed", |room| {
        ended(room, flows::meter(), End::Status(503), None)
    }),
    ("fetch-above-limit", |room| {
        let amount = |text| money(tokens(text), &room.token);
        let words = say::above_fetch_limit(&amount("0.01"), &amount("0.32"), &amount("0.325"));
        ended(room, flows::meter(), End::Broken(words), None)
    }),
];

/// The page with an address in it, and what came of that.
fn page(room: &Room, step: Step, below: Html) -> Html {
    let typed = match step {
        Step::Address => String::new(),
        _ => flows::offer(room.token.address).url,
    };
    form(room, &typed, None, step, below)
}

fn form(room: &Room, typed: &str, fault: Option<String>, step: Step, below: Html) -> Html {
    html! {
        <div class="page">
            <div class="page-head"><h1>{ say::fetch() }</h1></div>
            <div class="columns">
                <div class="column-main">
                    <FetchForm paywalls={vec![flows::PAYWALL.to_owned()]} text={typed.to_owned()} {fault} {step}
                        on_input={room.nothing()} on_look={room.nothing()} />
                    { below }
                </div>
            </div>
        </div>
    }
}

fn priced(room: &Room, known: bool) -> Html {
    let offer = flows::offer(room.token.address);
    let channel = known.then(|| exhibits::open(room.token.address));
    let card = html! { <PriceCard offer={offer.clone()} token={room.token.clone()} {channel} on_pay={room.nothing()} /> };
    page(room, Step::Priced(offer), card)
}

fn ended(room: &Room, meter: Meter, end: End, preview: Option<Preview>) -> Html {
    let on_save = (meter.bytes > 0).then(|| room.nothing());
    let card =
        html! { <FetchedCard token={room.token.clone()} {meter} end={end.clone()} {preview} {on_save} /> };
    let offer = flows::offer(room.token.address);
    page(room, Step::Ended(Some(offer), meter, end), card)
}
