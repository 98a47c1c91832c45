//! Asking to be paid, and what became of it.

use super::{choice::Choice, field::Field};
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::{
        config::Token,
        requests::{Faults, Term, Wish, listed, request_words, wish},
    },
    words::{money, say, sentence},
};
use thunder_channel::RequestNumber;
use thunder_client::{RequestState, RequestView};
use yew::prelude::*;

/// Properties of [`RequestForm`].
#[derive(Properties, PartialEq)]
pub struct RequestFormProps {
    /// Of what.
    pub token: Token,
    /// What the holder has asked for already, by number.
    pub requests: Vec<RequestView>,
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
            </form>
            if own.peek().is_some() {
                <ul class="requests" aria-label={say::your_requests()}>
                    { for own.map(|request| item(request, props)) }
                </ul>
            }
            if let Some(problem) = &props.cancelling.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}

fn item(request: &RequestView, props: &RequestFormProps) -> Html {
    let number = request.number;
    let open = request.state == RequestState::Open;
    html! {
        <li key={number.get()} class={classes!("request-item", (!open).then_some("request-over"))}>
            <span class="request-words">
                <strong>{ money(request.amount, &props.token) }</strong>
                if !request.memo.is_empty() {
                    <span class="request-memo" dir="auto">{ say::quoted(request.memo.as_str()) }</span>
                }
                <span class="faint">{ request_words(request, props.now_ms) }</span>
            </span>
            if open {
                <button type="button" class="button quiet" disabled={props.cancelling.busy}
                    onclick={props.on_cancel.reform(move |_: MouseEvent| number)}>{ say::take_back() }</button>
            }
        </li>
    }
}
