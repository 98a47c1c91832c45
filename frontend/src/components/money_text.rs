//! An amount: the number large, the symbol small.

use crate::{state::config::Token, words::number};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`MoneyText`].
#[derive(Properties, PartialEq)]
pub struct MoneyTextProps {
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub token: Token,
    /// For tests.
    #[prop_or_default]
    pub testid: Option<&'static str>,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
}

/// Digits from which a number is drawn smaller, so that all of it stays readable on a phone.
const LONG: usize = 10;
const VERY_LONG: usize = 18;

/// The amount with its symbol.
#[component]
pub fn MoneyText(props: &MoneyTextProps) -> Html {
    let number = number(props.amount, &props.token);
    let length = match number.len() {
        VERY_LONG.. => "very-long",
        LONG.. => "long",
        _ => "",
    };
    html! {
        <span class={classes!("money", length, props.class.clone())} data-testid={props.testid}>
            // A new element for each number plays the stylesheet's short animation.
            <span class="number" key={number.clone()}>{ &number }</span><span class="unit">{ " " }{ &props.token.symbol }</span>
        </span>
    }
}
