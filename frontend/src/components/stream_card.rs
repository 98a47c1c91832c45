//! Paying by the second.

use super::field::Field;
use crate::{
    state::{
        config::Token,
        draft::amount_up_to,
        stream::{Pause, Stream, What},
    },
    words::{money, say, written},
};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`StreamCard`].
#[derive(Properties, PartialEq)]
pub struct StreamCardProps {
    /// Of what.
    pub token: Token,
    /// What can be paid.
    pub spendable: Amount,
    /// The stream, if there is one.
    pub stream: Option<Stream>,
    /// What this side has paid in the channel in all.
    pub total: Amount,
    /// Says what time it is, in milliseconds since 1970.
    pub now: Callback<(), u64>,
    /// Told what is wanted.
    pub on_change: Callback<What>,
    /// Whether the form is unfolded from the beginning.
    #[prop_or_default]
    pub unfolded: bool,
}

/// A form to begin with, and the stream once it has begun.
#[component]
pub fn StreamCard(props: &StreamCardProps) -> Html {
    match &props.stream {
        None => html! {
            <details class="card stream" open={props.unfolded}>
                <summary>{ say::by_the_second() }</summary>
                <Begin token={props.token.clone()} spendable={props.spendable} total={props.total} now={props.now.clone()} on_change={props.on_change.clone()} />
            </details>
        },
        Some(stream) => running(props, stream),
    }
}

fn running(props: &StreamCardProps, stream: &Stream) -> Html {
    let button = |label: &'static str, class: &'static str, what: What| {
        let on_change = props.on_change.clone();
        html! { <button type="button" {class} onclick={Callback::from(move |_: MouseEvent| on_change.emit(what.clone()))}>{ label }</button> }
    };
    let paused = stream.flow.words();
    let resume = {
        let (now, on_change, total) = (props.now.clone(), props.on_change.clone(), props.total);
        Callback::from(move |_: MouseEvent| {
            on_change.emit(What::Resume {
                now: now.emit(()),
                total,
            });
        })
    };
    // A share for the eyes; the amounts are beside it. Exact to a thousandth, and amounts are below 2^96.
    let share = stream.paid.units().min(stream.at_most.units()) * 1_000;
    let share = share.checked_div(stream.at_most.units()).unwrap_or(1_000);
    html! {
        <section class="card stream" aria-label={say::by_the_second()}>
            <h2>{ say::by_the_second() }</h2>
            <p class="stream-rate">{ say::a_second(&money(stream.per_second, &props.token)) }</p>
            <progress class="stream-share" max="1000" value={share.to_string()} aria-label={say::stream_share()} />
            <p data-testid="stream-paid">{ say::stream_paid(&money(stream.paid, &props.token), &money(stream.at_most, &props.token)) }</p>
            <p class="hint" role="status">{ paused.clone().unwrap_or_else(|| say::stream_running().to_owned()) }</p>
            <div class="actions">
                if paused.is_none() {
                    { button(say::pause(), "button", What::Pause(Pause::Asked)) }
                } else if !stream.left().is_zero() {
                    <button type="button" class="button primary" onclick={resume}>{ say::go_on() }</button>
                }
                { button(say::end_stream(), "button quiet", What::Stop) }
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct BeginProps {
    token: Token,
    spendable: Amount,
    total: Amount,
    now: Callback<(), u64>,
    on_change: Callback<What>,
}

#[component]
fn Begin(props: &BeginProps) -> Html {
    let rate = use_state(String::new);
    let most = use_state(String::new);
    let faults = use_state(|| (None::<String>, None::<String>));
    let typing = |text: &UseStateHandle<String>| {
        let (text, faults) = (text.clone(), faults.clone());
        Callback::from(move |typed: String| {
            text.set(typed);
            faults.set((None, None));
        })
    };
    let onsubmit = {
        let (rate, most, faults) = (rate.clone(), most.clone(), faults.clone());
        let (token, spendable, total) = (props.token.clone(), props.spendable, props.total);
        let (now, on_change) = (props.now.clone(), props.on_change.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let read = |text: &str| {
                let above = |limit| say::pay_at_most_here(&money(limit, &token));
                amount_up_to(text, &token, Some(spendable), above)
            };
            match (read(&rate), read(&most)) {
                (Ok(per_second), Ok(at_most)) => on_change.emit(What::Start {
                    per_second,
                    at_most,
                    now: now.emit(()),
                    total,
                }),
                (rate, most) => faults.set((rate.err(), most.err())),
            }
        })
    };
    let unit = || props.token.symbol.clone();
    html! {
        <form class="stream-form" aria-label={say::by_the_second()} {onsubmit} novalidate={true}>
            <Field id="stream-rate" label={say::each_second()} keyboard="decimal" placeholder={written("0.01")} value={(*rate).clone()}
                on_input={typing(&rate)} unit={unit()} error={faults.0.clone()} />
            <Field id="stream-most" label={say::at_most_in_all()} keyboard="decimal" placeholder="1" value={(*most).clone()}
                on_input={typing(&most)} unit={unit()} error={faults.1.clone()}
                hint={say::stream_hint(&money(props.spendable, &props.token))} />
            <div class="actions"><button type="submit" class="button primary">{ say::start() }</button></div>
        </form>
    }
}
