//! What the network takes for a transaction, beside the button that sends it; nothing where that was not read.

use crate::{
    state::{act::Act, fees::roughly, snapshot::Latest},
    words::{money, say, worth},
};
use thunder_channel::{Address, Amount};
use yew::prelude::*;

/// Properties of [`Fee`].
#[derive(Properties, PartialEq)]
pub struct FeeProps {
    /// What is sent.
    pub act: Act,
    /// What it moves.
    pub token: Address,
    /// Whether a claim takes everything.
    #[prop_or_default]
    pub forfeits: bool,
    /// How much of it leaves the account: of ether the fee has to be there besides.
    #[prop_or_default]
    pub amount: Amount,
}

/// The fee, and whether the account has it.
#[component]
pub fn Fee(props: &FeeProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let Some(fees) = &latest.0.fees else {
        return html! {};
    };
    let fee = fees.of(props.act, props.token.is_zero(), props.forfeits);
    let about = match worth(fee, &fees.coin) {
        Some(worth) => format!("{} ({worth})", money(fee, &fees.coin)),
        None => money(fee, &fees.coin),
    };
    let needed = if props.token.is_zero() {
        fee.checked_add(props.amount).unwrap_or(Amount::MAX)
    } else {
        fee
    };
    match latest.0.balance(fees.coin.address) {
        Some(has) if has < needed => html! {
            <p class="error fee" data-testid="fee">
                if has < fee {
                    { say::lacks_fee(&money(roughly(has), &fees.coin), &about) }
                } else {
                    { say::lacks_sum(&money(has, &fees.coin), &money(needed, &fees.coin)) }
                }
            </p>
        },
        _ => html! { <p class="hint fee" data-testid="fee">{ say::network_fee(&about) }</p> },
    }
}
