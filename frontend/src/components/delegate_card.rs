//! The offer to let the payment key sign in a channel whose signer is the wallet.

use crate::{hooks::ErrandState, words::sentence};
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
            <h2 id="delegate-heading">{ "Pay without wallet windows" }</h2>
            <p>
                { "Your wallet signs each payment in this channel. One signature allows this browser's payment key to sign instead. \
                   It covers your whole balance here and holds until the channel ends." }
            </p>
            <button type="button" class="button" disabled={props.errand.busy} {onclick}>{ "Allow the payment key" }</button>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
