//! What the counterparty asks the holder to pay. Nothing is paid by itself.

use super::worth::Worth;
use crate::{
    hooks::ErrandState,
    state::{
        config::Token,
        requests::{linked_first, request_words},
    },
    words::{money, say, sentence},
};
use thunder_channel::RequestNumber;
use thunder_client::RequestView;
use yew::prelude::*;

/// Properties of [`AskedPanel`].
#[derive(Properties, PartialEq)]
pub struct AskedPanelProps {
    /// What waits to be answered.
    pub requests: Vec<RequestView>,
    /// The one that a link led to: it stands first.
    #[prop_or_default]
    pub linked: Option<RequestNumber>,
    /// Of what.
    pub token: Token,
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// The answer under way.
    pub errand: ErrandState,
    /// Told which to pay.
    pub on_pay: Callback<RequestView>,
    /// Told which not to ask about again.
    pub on_decline: Callback<RequestView>,
}

/// The panel.
#[component]
pub fn AskedPanel(props: &AskedPanelProps) -> Html {
    html! {
        <section class="card feature" aria-labelledby="asked-heading">
            <h2 id="asked-heading">{ say::they_ask() }</h2>
            <ul class="requests" aria-label={say::requests_to_you()}>
                { for linked_first(&props.requests, props.linked).map(|request| item(request, props)) }
            </ul>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}

fn item(request: &RequestView, props: &AskedPanelProps) -> Html {
    let choose = |told: &Callback<RequestView>| {
        let request = request.clone();
        told.reform(move |_: MouseEvent| request.clone())
    };
    html! {
        <li key={request.number.get()} class="request-item" aria-current={(props.linked == Some(request.number)).then_some("true")}>
            <span class="request-words">
                if request.memo.is_empty() {
                    <span>{ say::without_a_word() }</span>
                } else {
                    <span class="request-memo" dir="auto">{ say::quoted(request.memo.as_str()) }</span>
                }
                <Worth amount={request.amount} token={props.token.clone()} />
                <span class="faint">{ request_words(request, props.now_ms) }</span>
            </span>
            <span class="actions">
                <button type="button" class="button primary" disabled={props.errand.busy} onclick={choose(&props.on_pay)}>
                    { say::pay_amount(&money(request.amount, &props.token)) }
                </button>
                <button type="button" class="button quiet" disabled={props.errand.busy} onclick={choose(&props.on_decline)}>{ say::decline() }</button>
            </span>
        </li>
    }
}
