//! Taking money out of an open channel: the holder's own proposal, or what became of it.

use super::field::Field;
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::{config::Token, draft::amount_up_to, standing::Promise},
    words::money,
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
            let above = |limit| format!("you can take out at most {} here", money(limit, &token));
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
        <form class="card" aria-label="Take money out" {onsubmit} novalidate={true}>
            <h2>{ "Take money out" }</h2>
            <Field id="take-out-amount" label="Amount to take out" keyboard="decimal" placeholder="0" value={(*text).clone()}
                {on_input} unit={props.token.symbol.clone()} {error}
                hint={format!("At most {}. The other side has to agree, and sends the transaction; the channel stays open.",
                    money(props.spendable, &props.token))}>
                <button type="submit" class="button" disabled={props.errand.busy}>{ "Ask to take out" }</button>
            </Field>
            if props.errand.busy {
                <p class="working" role="status">{ "Working…" }</p>
            }
        </form>
    }
}

fn waiting(amount: Amount, promise: &Promise, token: &Token) -> Html {
    let amount = money(amount, token);
    html! {
        <section class="card" aria-label="Take money out">
            <h2>{ "Take money out" }</h2>
            <p role="status">
                { match promise {
                    Promise::Good(left) => format!("You asked to take out {amount}. Waiting for the other side to agree; until then it is on hold. \
                        The offer is good for {left}."),
                    Promise::Declined(left) => format!("The other side declined your taking out {amount}. It stays on hold for {left}: until then \
                        they could still send what you have signed."),
                    Promise::Expired => format!("The other side did not agree to your taking out {amount}, and the offer has expired. It is yours to pay \
                        again as soon as the chain has certainly passed it."),
                } }
            </p>
        </section>
    }
}
