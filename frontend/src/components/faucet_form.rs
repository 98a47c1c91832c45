//! Play money for an account that has none, on a development chain.

use crate::{
    hooks::ErrandState,
    words::{say, sentence},
};
use yew::prelude::*;

/// Properties of [`FaucetForm`].
#[derive(Properties, PartialEq)]
pub struct FaucetFormProps {
    /// The giving under way.
    pub errand: ErrandState,
    /// Told to give.
    pub on_give: Callback<()>,
    /// Whether it stands by itself, and not in the card of the wallet.
    pub alone: bool,
}

/// The button, and what it is for.
#[component]
pub fn FaucetForm(props: &FaucetFormProps) -> Html {
    // It may stand in a form, which it does not send.
    let onclick = props.on_give.reform(|_: MouseEvent| ());
    html! {
        <div class={classes!("faucet", props.alone.then_some("card"))}>
            <p class="hint">{ say::play_money_why() }</p>
            <button type="button" class="button" disabled={props.errand.busy} {onclick}>
                { if props.errand.busy { say::working() } else { say::get_play_money() } }
            </button>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </div>
    }
}
