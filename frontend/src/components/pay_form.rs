//! One field and one button; a memo for who wants to say what it is for.

use super::field::Field;
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::{
        config::Token,
        requests::{Faults, Payment, payment},
        standing::delivery_words,
    },
};
use thunder_channel::Amount;
use thunder_client::{Delivery, Signing};
use yew::prelude::*;

/// Properties of [`PayForm`].
#[derive(Properties, PartialEq)]
pub struct PayFormProps {
    /// Of what.
    pub token: Token,
    /// The most that can be paid now.
    pub spendable: Amount,
    /// What the holder owns in the channel. More than this is wrong whatever happens; whether it can be paid right now, and if
    /// not, why, the client says.
    pub owned: Amount,
    /// Who signs.
    pub signing: Signing,
    /// How far the last payment has come.
    pub delivery: Delivery,
    /// Whether a memo can go along.
    pub can_note: bool,
    /// The payment under way.
    pub errand: ErrandState,
    /// Told what to pay.
    pub on_pay: Callback<Payment>,
}

/// Amounts offered as buttons, in whole tokens.
const PRESETS: [&str; 3] = ["1", "5", "20"];

/// The form.
#[component]
pub fn PayForm(props: &PayFormProps) -> Html {
    let text = use_typed(props.errand.done);
    let memo = use_typed(props.errand.done);
    let faults = use_state(Faults::default);
    let fill = typing(&text, &faults);
    let onsubmit = {
        let (text, memo, faults) = (text.clone(), memo.clone(), faults.clone());
        let (token, owned, on_pay) = (props.token.clone(), props.owned, props.on_pay.clone());
        let busy = props.errand.busy;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if busy {
                return;
            }
            match payment(&text, &memo, &token, owned) {
                Ok(payment) => {
                    faults.set(Faults::default());
                    on_pay.emit(payment);
                }
                Err(found) => faults.set(found),
            }
        })
    };
    let preset = |label: &'static str, typed: String, possible: bool| {
        let onclick = fill.reform(move |_: MouseEvent| typed.clone());
        html! { <button type="button" class="button quiet preset" disabled={!possible} {onclick}>{ label }</button> }
    };
    let hint = match props.signing {
        Signing::PaymentKey => "Signed here, in this page: no wallet window, no fee.",
        Signing::WalletOrDelegate | Signing::WalletOnly => {
            "Your wallet will ask you to sign this payment. No fee."
        }
    };
    let error = faults.amount.clone().or_else(|| props.errand.problem.clone());
    html! {
        <form class="card pay" aria-label="Pay" {onsubmit} novalidate={true}>
            <Field id="pay-amount" label="Amount" class="large" keyboard="decimal" placeholder="0"
                value={(*text).clone()} on_input={fill.clone()} unit={props.token.symbol.clone()} {error} hint={hint.to_owned()}>
                <button type="submit" class="button primary pay-button" aria-disabled={props.errand.busy.then_some("true")}>
                    { "Pay" }
                </button>
            </Field>
            <div class="presets">
                { for PRESETS.into_iter().map(|whole| {
                    let possible = Amount::parse(whole, props.token.decimals).is_ok_and(|amount| amount <= props.spendable);
                    preset(whole, whole.to_owned(), possible)
                }) }
                { preset("All", props.spendable.display(props.token.decimals), !props.spendable.is_zero()) }
                <span class={classes!("delivery", delivery_class(props.delivery))} role="status" aria-label="Delivery"
                    data-testid="delivery">{ delivery_words(props.delivery) }</span>
            </div>
            if props.can_note {
                <details class="disclosure">
                    <summary>{ "Add a memo" }</summary>
                    <Field id="pay-memo" label="Memo" value={(*memo).clone()} on_input={typing(&memo, &faults)} error={faults.memo.clone()}
                        hint={"The other side sees it beside the payment; so can the relay.".to_owned()} />
                </details>
            }
        </form>
    }
}

const fn delivery_class(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Nothing => "delivery-none",
        Delivery::Signing => "delivery-signing",
        Delivery::Stored => "delivery-stored",
        Delivery::Relayed => "delivery-relayed",
    }
}
