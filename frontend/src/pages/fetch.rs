//! Fetching what is behind a paywall: an address, what it costs, and then the page pays by itself up to a limit.

use crate::{
    adapters::{files, web::Stop},
    app::go,
    components::field::Field,
    desk::{
        Desk,
        fetching::{Fetched, Look},
    },
    hooks::{typing, use_names},
    pages::message::Message,
    state::{
        config::Token,
        draft::amount_up_to,
        fetching::{End, Meter, News, Offer, Preview, Step, Visit, address, channel_for, file_name},
        names::Names,
        route::Route,
        snapshot::Latest,
    },
    words::{Thing, as_typed, count, counted, money, say, sentence},
};
use std::{cell::RefCell, rc::Rc};
use thunder_channel::{Amount, ChannelId, checksummed};
use thunder_client::ChannelView;
use thunder_paywall::Per;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;
use yew::prelude::*;

/// The page.
#[component]
pub fn FetchPage() -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let names = use_names();
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
    let onsubmit = {
        let (run, typed, fault, config) = (run.clone(), typed.clone(), fault.clone(), desk.config.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match address(&typed, &config) {
                Ok(url) => run.look(url),
                Err(words) => fault.set(Some(words)),
            }
        })
    };
    let busy = matches!(visit.step, Step::Looking | Step::Fetching(..));
    html! {
        <div class="page">
            <div class="page-head"><h1>{ say::fetch() }</h1></div>
            <div class="columns">
                <div class="column-main">
                    <form class="card form" {onsubmit} novalidate={true} aria-label={say::fetch()}>
                        <Field id="fetch-address" label={say::fetch_address()} keyboard="url" value={(*typed).clone()} on_input={typing(&typed, &fault)}
                            placeholder={desk.config.paywalls.first().cloned().unwrap_or_default()} error={(*fault).clone()}
                            hint={say::fetch_hint(&desk.config.paywalls.join(", "))} />
                        <div class="actions">
                            <button type="submit" class={classes!("button", (!matches!(visit.step, Step::Priced(_))).then_some("primary"))} disabled={busy}>
                                { if visit.step == Step::Looking { say::looking_at_price() } else { say::see_price() } }
                            </button>
                        </div>
                        if let Step::Unknown(problem) = &visit.step {
                            <p class="error" role="alert">{ sentence(problem) }</p>
                        }
                    </form>
                    { step(&run, &latest.0.views, &names) }
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

fn step(run: &Run, views: &[ChannelView], names: &Names) -> Html {
    match &run.visit.step {
        Step::Address | Step::Looking | Step::Unknown(_) => html! {},
        Step::Priced(offer) => priced(run, offer, views, names),
        Step::Fetching(offer, meter) => {
            let onclick = {
                let stop = run.stop.clone();
                Callback::from(move |_: MouseEvent| stop.borrow().stop())
            };
            html! {
                <section class="card stream" aria-label={say::fetching()}>
                    <h2>{ say::fetching() }</h2>
                    <progress class="stream-share" max="1000" value={meter.share().map(|share| share.to_string())} aria-label={say::share_that_came()} />
                    { meters(run, offer.as_ref(), meter) }
                    <p class="hint">{ say::fetching_hint() }</p>
                    <div class="actions"><button type="button" class="button" {onclick}>{ say::stop_fetching() }</button></div>
                </section>
            }
        }
        Step::Ended(offer, meter, end) => ended(run, offer.as_ref(), meter, end),
    }
}

fn priced(run: &Run, offer: &Offer, views: &[ChannelView], names: &Names) -> Html {
    let terms = &offer.terms;
    let token = run.desk.config.token(terms.asset);
    let name = names.call(terms.pay_to);
    let price = money(terms.extra.price, &token);
    let price = match terms.extra.per {
        Per::Request => say::for_each_request(&price),
        Per::Megabyte => say::for_each_megabyte(&price),
    };
    html! {
        <section class="card feature" aria-label={say::what_it_costs()}>
            <h2>{ say::what_it_costs() }</h2>
            <p class="stream-rate" data-testid="fetch-price">{ price }</p>
            if let Some(view) = channel_for(views, terms) {
                <p>
                    { say::paid_in_channel(&name, &money(view.spendable, &token)) }{ " " }
                    <a href={Route::Channel(view.id).href()}>{ say::to_the_channel() }</a>
                </p>
                <Pay run={Handle(run.clone())} offer={offer.clone()} channel={view.id} spendable={view.spendable} {token} />
            } else {
                <p>{ say::paid_to(&name) }{ " " }{ say::no_channel_to_pay_in(&name, &token.symbol) }</p>
                <div class="actions">
                    <a class="button primary" href={Route::New(Some(format!("with={}", checksummed(terms.pay_to)))).href()}>{ say::open_channel_with(&name) }</a>
                </div>
            }
        </section>
    }
}

/// A visit as a property: there is one on the page.
#[derive(Clone)]
struct Handle(Run);

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.0.desk == other.0.desk && self.0.visit == other.0.visit
    }
}

#[derive(Properties, PartialEq)]
struct PayProps {
    run: Handle,
    offer: Offer,
    channel: ChannelId,
    spendable: Amount,
    token: Token,
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
        let (limit, fault, run) = (limit.clone(), fault.clone(), props.run.clone());
        let (offer, channel, spendable, token) = (
            props.offer.clone(),
            props.channel,
            props.spendable,
            props.token.clone(),
        );
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let above = |limit| say::pay_at_most_here(&money(limit, &token));
            match amount_up_to(&limit, &token, Some(spendable), above) {
                Ok(limit) => run.0.pay(&offer, channel, limit),
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

fn meters(run: &Run, offer: Option<&Offer>, meter: &Meter) -> Html {
    let bytes = match meter.length {
        Some(length) => say::bytes_of(&count(meter.bytes), &count(length)),
        None => say::bytes_came(&count(meter.bytes)),
    };
    let paid = offer.map_or_else(
        || say::costs_nothing().to_owned(),
        |offer| {
            let token = run.desk.config.token(offer.terms.asset);
            let payments = counted(meter.payments.into(), Thing::Payment);
            say::paid_in_payments(&money(meter.paid, &token), &payments)
        },
    );
    html! {
        <>
            <p data-testid="fetch-bytes">{ bytes }</p>
            <p class="stream-rate" data-testid="fetch-paid">{ paid }</p>
        </>
    }
}

fn ended(run: &Run, offer: Option<&Offer>, meter: &Meter, end: &End) -> Html {
    let words = match end {
        End::Whole => say::fetched_whole().to_owned(),
        End::Stopped => say::fetch_stopped().to_owned(),
        End::Status(status) if *status >= 500 && offer.is_some() => say::fetch_failed(&status.to_string()),
        End::Status(status) => say::fetch_refused(&status.to_string()),
        End::Broken(words) => sentence(words),
    };
    let came = run.came.borrow();
    let on_save = came.content.clone().map(|content| {
        let name = file_name(&came.url);
        Callback::from(move |_: MouseEvent| drop(files::save_blob(&name, &content)))
    });
    html! {
        <section class="card" aria-label={say::what_came()}>
            <h2>{ say::what_came() }</h2>
            <p role="status" class={classes!((*end != End::Whole).then_some("error"))}>{ words }</p>
            { meters(run, offer, meter) }
            { match &came.preview {
                Some(Preview::Text(text)) => html! { <pre class="fetched" tabindex="0" aria-label={say::beginning_of_it()}>{ text }</pre> },
                Some(Preview::Picture(source)) => html! { <img class="fetched" src={source.clone()} alt={say::picture_that_came()} /> },
                None => html! {},
            } }
            if let Some(onclick) = on_save {
                <div class="actions"><button type="button" class="button primary" {onclick}>{ say::save_file() }</button></div>
            }
        </section>
    }
}
