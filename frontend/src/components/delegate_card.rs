//! The offer to let the payment key sign in a channel whose signer is the wallet.

use crate::{
    hooks::ErrandState,
    words::{say, sentence},
};
use yew::prelude::*;

/// Properties of [`DelegateCard`].
#[derive(Properties, PartialEq)]
pub struct DelegateCardProps {
    /// The signature under way.
    pub errand: ErrandState,
    /// Told to ask for it.
    pub on_allow: Callback<()>,
}

/// The card.
#[component]
pub fn DelegateCard(props: &DelegateCardProps) -> Html {
    let onclick = props.on_allow.reform(|_: MouseEvent| ());
    html! {
        <section class="card" aria-labelledby="delegate-heading">
            <h2 id="delegate-heading">{ say::pay_without_windows() }</h2>
            <p>
                { say::delegate_why() }
            </p>
            <button type="button" class="button" disabled={props.errand.busy} {onclick}>{ say::allow_payment_key() }</button>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
