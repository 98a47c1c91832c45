//! Taking money out of an open channel: the holder's own proposal, or what became of it.

use super::field::Field;
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::{config::Token, draft::amount_up_to, standing::Promise},
    words::{money, say},
};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`TakeOutForm`].
#[derive(Properties, PartialEq)]
pub struct TakeOutFormProps {
    /// Of what.
    pub token: Token,
    /// The most that can be taken out now.
    pub spendable: Amount,
    /// What the holder has proposed already, and what became of it.
    pub asked: Option<(Amount, Promise)>,
    /// The proposal under way.
    pub errand: ErrandState,
    /// Told how much.
    pub on_ask: Callback<Amount>,
}

/// The form, or the proposal that waits.
#[component]
pub fn TakeOutForm(props: &TakeOutFormProps) -> Html {
    let text = use_typed(props.errand.done);
    let fault = use_state(|| None::<String>);
    if let Some((amount, promise)) = &props.asked {
        return waiting(*amount, promise, &props.token);
    }
    let on_input = typing(&text, &fault);
    let onsubmit = {
        let (text, fault) = (text.clone(), fault.clone());
        let (token, spendable, on_ask) = (props.token.clone(), props.spendable, props.on_ask.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let above = |limit| say::take_out_most(&money(limit, &token));
            match amount_up_to(&text, &token, Some(spendable), above) {
                Ok(amount) => {
                    fault.set(None);
                    on_ask.emit(amount);
                }
                Err(words) => fault.set(Some(words)),
            }
        })
    };
    let error = (*fault).clone().or_else(|| props.errand.problem.clone());
    html! {
        <form class="card" aria-label={say::take_money_out()} {onsubmit} novalidate={true}>
            <h2>{ say::take_money_out() }</h2>
            <Field id="take-out-amount" label={say::take_out_amount()} keyboard="decimal" placeholder="0" value={(*text).clone()}
                {on_input} unit={props.token.symbol.clone()} {error}
                hint={say::take_out_hint(&money(props.spendable, &props.token))} />
            <button type="submit" class="button" disabled={props.errand.busy}>{ say::ask_to_take_out() }</button>
            if props.errand.busy {
                <p class="working" role="status">{ say::working() }</p>
            }
        </form>
    }
}

fn waiting(amount: Amount, promise: &Promise, token: &Token) -> Html {
    let amount = money(amount, token);
    html! {
        <section class="card" aria-label={say::take_money_out()}>
            <h2>{ say::take_money_out() }</h2>
            <p role="status">
                { match promise {
                    Promise::Good(left) => say::take_out_waiting(&amount, left),
                    Promise::Declined(left) => say::take_out_declined(&amount, left),
                    Promise::Expired => say::take_out_expired(&amount),
                } }
            </p>
        </section>
    }
}
