//! Asking to be paid, and what became of it.

use super::{choice::Choice, field::Field, pay_link_card::PayLinkCard, worth::Worth};
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::{
        config::Token,
        pay_link::PayLinks,
        requests::{Faults, Term, Wish, listed, request_words, wish},
    },
    words::{money, say, sentence},
};
use thunder_channel::{Amount, MemoText, RequestNumber};
use thunder_client::{RequestState, RequestView};
use yew::prelude::*;

/// Properties of [`RequestForm`].
#[derive(Properties, PartialEq)]
pub struct RequestFormProps {
    /// Of what.
    pub token: Token,
    /// What the holder has asked for already, by number.
    pub requests: Vec<RequestView>,
    /// How the links to them are written.
    pub links: PayLinks,
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// The request under way.
    pub errand: ErrandState,
    /// The taking back under way.
    pub cancelling: ErrandState,
    /// Told what to ask for.
    pub on_request: Callback<Wish>,
    /// Told what to take back.
    pub on_cancel: Callback<RequestNumber>,
}

/// The form, and the holder's requests.
#[component]
pub fn RequestForm(props: &RequestFormProps) -> Html {
    let text = use_typed(props.errand.done);
    let memo = use_typed(props.errand.done);
    let term = use_state(Term::default);
    let faults = use_state(Faults::default);
    let shown = use_state(|| None::<Shown>);
    let on_choose = {
        let term = term.clone();
        Callback::from(move |place: usize| term.set(Term::ALL.get(place).copied().unwrap_or_default()))
    };
    let onsubmit = {
        let (text, memo, term, faults) = (text.clone(), memo.clone(), *term, faults.clone());
        let (token, on_request) = (props.token.clone(), props.on_request.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match wish(&text, &memo, term, &token) {
                Ok(wish) => {
                    faults.set(Faults::default());
                    on_request.emit(wish);
                }
                Err(found) => faults.set(found),
            }
        })
    };
    let on_make = {
        let (text, memo, term, faults, shown) =
            (text.clone(), memo.clone(), *term, faults.clone(), shown.clone());
        let token = props.token.clone();
        Callback::from(move |_: MouseEvent| match wish(&text, &memo, term, &token) {
            Ok(wish) => {
                faults.set(Faults::default());
                shown.set(Some(Shown::Made(wish)));
            }
            Err(found) => faults.set(found),
        })
    };
    let error = faults.amount.clone().or_else(|| props.errand.problem.clone());
    let mut own = listed(&props.requests).peekable();
    html! {
        <section class="card" aria-labelledby="request-heading">
            <h2 id="request-heading">{ say::request() }</h2>
            <form class="request" aria-label={say::request()} {onsubmit} novalidate={true}>
                <Field id="request-amount" label={say::request_amount()} keyboard="decimal" placeholder="0" value={(*text).clone()}
                    on_input={typing(&text, &faults)} unit={props.token.symbol.clone()} {error} />
                <Field id="request-memo" label={say::what_for()} value={(*memo).clone()} on_input={typing(&memo, &faults)} error={faults.memo.clone()} />
                <Choice id="request-term" label={say::can_be_paid_for()} options={Term::ALL.map(|which| which.words().to_owned()).to_vec()}
                    chosen={Term::ALL.iter().position(|which| *which == *term).unwrap_or_default()} {on_choose}>
                    <button type="submit" class="button" disabled={props.errand.busy}>{ say::request() }</button>
                </Choice>
                <p class="hint">{ say::request_hint() }</p>
                <p class="hint">{ say::make_a_link_hint() }</p>
                <div class="actions">
                    <button type="button" class="button quiet" onclick={on_make}>{ say::make_a_link() }</button>
                </div>
            </form>
            if let Some(Shown::Made(made)) = &*shown {
                <div class="request-item">
                    <span class="request-words">{ what(made.amount, &made.memo, &props.token) }</span>
                    <button type="button" class="button quiet" onclick={let shown = shown.clone(); move |_: MouseEvent| shown.set(None)}>{ say::hide_link() }</button>
                    <PayLinkCard link={props.links.amount(made.amount, &made.memo, &props.token)} />
                </div>
            }
            if own.peek().is_some() {
                <ul class="requests" aria-label={say::your_requests()}>
                    { for own.map(|request| item(request, props, &shown)) }
                </ul>
            }
            if let Some(problem) = &props.cancelling.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}

/// The link that is on the screen: one at a time.
#[derive(Clone, PartialEq)]
enum Shown {
    /// To a request of the list.
    Request(RequestNumber),
    /// To the form that pays, with this in it.
    Made(Wish),
}

fn item(request: &RequestView, props: &RequestFormProps, shown: &UseStateHandle<Option<Shown>>) -> Html {
    let number = request.number;
    let open = request.state == RequestState::Open;
    let linked = **shown == Some(Shown::Request(number));
    let on_link = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set((!linked).then_some(Shown::Request(number))))
    };
    html! {
        <li key={number.get()} class={classes!("request-item", (!open).then_some("request-over"))}>
            <span class="request-words">
                { what(request.amount, &request.memo, &props.token) }
                <span class="faint">{ request_words(request, props.now_ms) }</span>
            </span>
            if open {
                <span class="actions">
                    <button type="button" class="button quiet" aria-expanded={linked.to_string()} onclick={on_link}>
                        { if linked { say::hide_link() } else { say::show_link() } }
                    </button>
                    <button type="button" class="button quiet" disabled={props.cancelling.busy}
                        onclick={props.on_cancel.reform(move |_: MouseEvent| number)}>{ say::take_back() }</button>
                </span>
                if linked {
                    <PayLinkCard link={props.links.request(number)} />
                }
            }
        </li>
    }
}

/// How much, and what for.
fn what(amount: Amount, memo: &MemoText, token: &Token) -> Html {
    html! {
        <>
            <strong>{ money(amount, token) }</strong>
            <Worth {amount} token={token.clone()} />
            if !memo.is_empty() {
                <span class="request-memo" dir="auto">{ say::quoted(memo.as_str()) }</span>
            }
        </>
    }
}
