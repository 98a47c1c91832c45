//! Fetching what is behind a paywall: an address, what it costs, and then the page pays by itself up to a limit.

use crate::{
    adapters::{files, web::Stop},
    app::go,
    components::{
        fetch_form::FetchForm, fetched_card::FetchedCard, fetching_card::FetchingCard, price_card::PriceCard,
    },
    desk::{
        Desk,
        fetching::{Fetched, Look},
    },
    hooks::typing,
    pages::message::Message,
    state::{
        config::Token,
        fetching::{Meter, News, Offer, Preview, Step, Visit, address, channel_for, file_name},
        route::Route,
        snapshot::Latest,
    },
    words::say,
};
use std::{cell::RefCell, rc::Rc};
use thunder_channel::{Amount, ChannelId};
use thunder_client::ChannelView;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;
use yew::prelude::*;

/// The page.
#[component]
pub fn FetchPage() -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let visit = use_reducer_eq(Visit::default);
    let typed = use_state(String::new);
    let fault = use_state(|| None::<String>);
    let stop = use_mut_ref(Stop::new);
    let came = use_mut_ref(Came::default);
    {
        // Who leaves stops it: nobody would see what it pays.
        let stop = stop.clone();
        use_effect_with((), move |()| move || stop.borrow().stop());
    }
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    if desk.config.paywalls.is_empty() {
        return html! { <Message title={say::fetch_nowhere()} words={say::fetch_nowhere_more().to_owned()}
        action={say::channels()} on_action={Callback::from(|()| go(&Route::Channels))} /> };
    }
    let run = Run {
        desk: desk.clone(),
        visit: visit.clone(),
        stop: stop.clone(),
        came: came.clone(),
    };
    let on_look = {
        let (run, typed, fault, config) = (run.clone(), typed.clone(), fault.clone(), desk.config.clone());
        Callback::from(move |()| match address(&typed, &config) {
            Ok(url) => run.look(url),
            Err(words) => fault.set(Some(words)),
        })
    };
    html! {
        <div class="page">
            <div class="page-head"><h1>{ say::fetch() }</h1></div>
            <div class="columns">
                <div class="column-main">
                    <FetchForm paywalls={desk.config.paywalls.clone()} text={(*typed).clone()} fault={(*fault).clone()} step={visit.step.clone()}
                        on_input={typing(&typed, &fault)} {on_look} />
                    { step(&run, &latest.0.views) }
                </div>
            </div>
        </div>
    }
}

/// What was fetched, beside the state: bytes have no equality.
#[derive(Default)]
struct Came {
    content: Option<Blob>,
    preview: Option<Preview>,
    url: String,
}

/// What carries a visit out.
#[derive(Clone)]
struct Run {
    desk: Desk,
    visit: UseReducerHandle<Visit>,
    stop: Rc<RefCell<Stop>>,
    came: Rc<RefCell<Came>>,
}

impl Run {
    fn look(&self, url: String) {
        self.stop.borrow().stop();
        *self.stop.borrow_mut() = Stop::new();
        *self.came.borrow_mut() = Came::default();
        // Before it is told: the handle reads what is newest.
        let (run, number) = (self.clone(), self.visit.number + 1);
        self.visit.dispatch(News::Look);
        spawn_local(async move {
            let stop = run.stop.borrow().clone();
            match run.desk.look(&url, &stop).await {
                Err(words) => run.further(number, Step::Unknown(words)),
                Ok(Look::Priced(offer)) => run.further(number, Step::Priced(offer)),
                Ok(Look::Free(answer)) => {
                    let tell = |meter| run.further(number, Step::Fetching(None, meter));
                    let fetched = run.desk.receive(answer, &url, None, &stop, tell).await;
                    run.end(number, None, &url, fetched);
                }
            }
        });
    }

    fn pay(&self, offer: &Offer, channel: ChannelId, limit: Amount) {
        let (run, offer, number) = (self.clone(), offer.clone(), self.visit.number);
        self.further(number, Step::Fetching(Some(offer.clone()), Meter::default()));
        spawn_local(async move {
            let stop = run.stop.borrow().clone();
            let tell = |meter| run.further(number, Step::Fetching(Some(offer.clone()), meter));
            let fetched = run.desk.fetch(&offer, channel, limit, &stop, tell).await;
            run.end(number, Some(offer.clone()), &offer.url, fetched);
        });
    }

    fn end(&self, number: u64, offer: Option<Offer>, url: &str, fetched: Fetched) {
        *self.came.borrow_mut() = Came {
            content: fetched.content,
            preview: fetched.preview,
            url: url.to_owned(),
        };
        self.further(number, Step::Ended(offer, fetched.meter, fetched.end));
    }

    fn further(&self, number: u64, step: Step) {
        self.visit.dispatch(News::Further(number, Box::new(step)));
    }
}

fn step(run: &Run, views: &[ChannelView]) -> Html {
    match &run.visit.step {
        Step::Address | Step::Looking | Step::Unknown(_) => html! {},
        Step::Priced(offer) => {
            let on_pay = {
                let (run, offer) = (run.clone(), offer.clone());
                Callback::from(move |(channel, limit)| run.pay(&offer, channel, limit))
            };
            let token = run.desk.config.token(offer.terms.asset);
            let channel = channel_for(views, &offer.terms).cloned();
            html! { <PriceCard offer={offer.clone()} {token} {channel} {on_pay} /> }
        }
        Step::Fetching(offer, meter) => {
            let on_stop = {
                let stop = run.stop.clone();
                Callback::from(move |()| stop.borrow().stop())
            };
            html! { <FetchingCard token={token(run, offer.as_ref())} meter={*meter} {on_stop} /> }
        }
        Step::Ended(offer, meter, end) => {
            let came = run.came.borrow();
            let on_save = came.content.clone().map(|content| {
                let name = file_name(&came.url);
                Callback::from(move |()| drop(files::save_blob(&name, &content)))
            });
            html! { <FetchedCard token={token(run, offer.as_ref())} meter={*meter} end={end.clone()} preview={came.preview.clone()} {on_save} /> }
        }
    }
}

/// What an offer is paid in; nothing for what is free.
fn token(run: &Run, offer: Option<&Offer>) -> Option<Token> {
    offer.map(|offer| run.desk.config.token(offer.terms.asset))
}
