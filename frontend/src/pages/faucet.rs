//! Play money where the account has none and the chain gives some.

use crate::{
    adapters::{dev_chain::DevChain, frames::Presenter},
    components::faucet_form::FaucetForm,
    desk::Desk,
    hooks::use_errand,
    state::{activity::Tone, faucet::Gift, snapshot::Latest},
};
use yew::prelude::*;

/// Properties of [`Faucet`].
#[derive(Properties, PartialEq)]
pub struct FaucetProps {
    /// Whether it stands by itself.
    #[prop_or_default]
    pub alone: bool,
}

/// The button, where it helps. A presenter's page gives its windows their money itself.
#[component]
pub fn Faucet(props: &FaucetProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let errand = use_errand();
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let Some(gift) = Gift::needed(&desk.config, &latest.0).filter(|_| Presenter::find().is_none()) else {
        return html! {};
    };
    let on_give = {
        let errand = errand.clone();
        Callback::from(move |()| {
            let (desk, gift) = (desk.clone(), gift.clone());
            errand.run(async move {
                DevChain::new(&desk.config)?
                    .give(desk.seat.account, &gift)
                    .await?;
                desk.tell.emit((Tone::Good, gift.words(), None));
                desk.read_now.emit(());
                Ok(())
            });
        })
    };
    html! { <FaucetForm errand={errand.state()} {on_give} alone={props.alone} /> }
}
