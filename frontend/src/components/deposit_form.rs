//! Putting more money into an open channel.

use super::{fee::Fee, field::Field};
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::{
        act::Act,
        config::Token,
        draft::{amount_up_to, wallet_asks},
    },
    words::{cut, money, say, typed_amount},
};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`DepositForm`].
#[derive(Properties, PartialEq)]
pub struct DepositFormProps {
    /// Of what.
    pub token: Token,
    /// What the wallet has, if that was read.
    pub balance: Option<Amount>,
    /// The deposit under way.
    pub errand: ErrandState,
    /// Told how much.
    pub on_deposit: Callback<Amount>,
}

/// The form.
#[component]
pub fn DepositForm(props: &DepositFormProps) -> Html {
    let text = use_typed(props.errand.done);
    let fault = use_state(|| None::<String>);
    let on_input = typing(&text, &fault);
    let onsubmit = {
        let (text, fault) = (text.clone(), fault.clone());
        let (token, balance, on_deposit) = (props.token.clone(), props.balance, props.on_deposit.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let above = |limit| say::wallet_has_at_most(&money(limit, &token));
            match amount_up_to(&text, &token, balance, above) {
                Ok(amount) => {
                    fault.set(None);
                    on_deposit.emit(amount);
                }
                Err(words) => fault.set(Some(words)),
            }
        })
    };
    let asks = wallet_asks(&props.token);
    let hint = match props.balance {
        Some(balance) => {
            let has = say::wallet_has(&format!("{} {}", cut(balance, &props.token), props.token.symbol));
            format!("{has} {asks}")
        }
        None => asks.to_owned(),
    };
    let error = (*fault).clone().or_else(|| props.errand.problem.clone());
    html! {
        <form class="card" aria-label={say::add_money()} {onsubmit} novalidate={true}>
            <h2>{ say::add_money() }</h2>
            <Field id="deposit-amount" label={say::deposit_amount()} keyboard="decimal" placeholder="0" value={(*text).clone()}
                {on_input} unit={props.token.symbol.clone()} {hint} {error}>
                <button type="submit" class="button" disabled={props.errand.busy}>
                    { say::deposit() }
                </button>
            </Field>
            <Fee act={Act::Deposit} token={props.token.address} amount={typed_amount(&text, &props.token).unwrap_or_default()} />
            if props.errand.busy {
                <p class="working" role="status">{ say::waiting_for_transaction() }</p>
            }
        </form>
    }
}
