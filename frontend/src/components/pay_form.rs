//! One field and one button.

use super::field::Field;
use crate::{
    hooks::ErrandState,
    state::{config::Token, draft::amount_up_to, standing::delivery_words},
    words::money,
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
    /// The payment under way.
    pub errand: ErrandState,
    /// Told how much to pay.
    pub on_pay: Callback<Amount>,
}

/// Amounts offered as buttons, in whole tokens.
const PRESETS: [&str; 3] = ["1", "5", "20"];

/// The form.
#[component]
pub fn PayForm(props: &PayFormProps) -> Html {
    let text = use_state(String::new);
    let fault = use_state(|| None::<String>);
    {
        let text = text.clone();
        use_effect_with(props.errand.done, move |done| {
            if *done > 0 {
                text.set(String::new());
            }
        });
    }
    let fill = {
        let (text, fault) = (text.clone(), fault.clone());
        Callback::from(move |typed: String| {
            text.set(typed);
            fault.set(None);
        })
    };
    let onsubmit = {
        let (text, fault) = (text.clone(), fault.clone());
        let (token, owned, on_pay) = (props.token.clone(), props.owned, props.on_pay.clone());
        let busy = props.errand.busy;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if busy {
                return;
            }
            let above = |limit| format!("you can pay at most {} in this channel", money(limit, &token));
            match amount_up_to(&text, &token, Some(owned), above) {
                Ok(amount) => {
                    fault.set(None);
                    on_pay.emit(amount);
                }
                Err(words) => fault.set(Some(words)),
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
    let error = (*fault).clone().or_else(|| props.errand.problem.clone());
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
