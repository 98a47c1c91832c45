//! Opening a channel: with whom, in what, how much, and what will happen, before the wallet is asked.

use crate::{
    app::go,
    components::open_form::OpenForm,
    desk::Desk,
    hooks::{use_errand, use_here},
    pages::faucet::Faucet,
    state::{
        draft::{OpenDraft, OpenFaults},
        route::Route,
        snapshot::Latest,
    },
    words::say,
};
use yew::prelude::*;

/// Properties of [`NewPage`].
#[derive(Properties, PartialEq)]
pub struct NewPageProps {
    /// What an incoming link says about the counterparty.
    pub with: Option<String>,
}

/// The page.
#[component]
pub fn NewPage(props: &NewPageProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let desk = use_context::<Desk>();
    let draft = {
        let (desk, with) = (desk.clone(), props.with.clone());
        use_state(move || desk.map(|desk| OpenDraft::new(&desk.config, with)))
    };
    let faults = use_state(OpenFaults::default);
    let refusals = use_state(|| 0_u32);
    let errand = use_errand();
    let here = use_here();
    let (Some(desk), Some(current)) = (desk, (*draft).clone()) else {
        return html! {};
    };
    let config = desk.config.clone();
    let balance = latest.0.balance(current.token);
    let checked = current.check(&config, desk.seat.account, balance);
    let plan = checked.as_ref().ok().copied();
    let on_change = {
        let (draft, faults) = (draft.clone(), faults.clone());
        Callback::from(move |next: OpenDraft| {
            draft.set(Some(next));
            faults.set(OpenFaults::default());
        })
    };
    let on_open = {
        let (faults, errand, refusals) = (faults.clone(), errand.clone(), refusals.clone());
        Callback::from(move |()| match &checked {
            Ok(plan) => {
                let (plan, desk, here) = (*plan, desk.clone(), here.clone());
                errand.run(async move {
                    let id = desk.open(plan).await?;
                    if here.still() {
                        go(&Route::Channel(id));
                    }
                    Ok(())
                });
            }
            Err(found) => {
                faults.set(found.clone());
                refusals.set(refusals.wrapping_add(1));
            }
        })
    };
    html! {
        <div class="page">
            <div class="page-head"><h1>{ say::new_channel() }</h1></div>
            <OpenForm {config} draft={current} faults={(*faults).clone()} {plan} {balance} refusals={*refusals} errand={errand.state()} {on_change} {on_open}><Faucet alone={true} /></OpenForm>
        </div>
    }
}
