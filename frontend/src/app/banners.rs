//! What is wrong around the app, most urgent first. Alarms about channels come before all of it.

use super::EngineHandle;
use crate::{
    components::banner::{Banner, Urgency},
    desk::Desk,
    hooks::use_names,
    state::{
        config::AppConfig,
        health::{Asking, Health},
        names::Names,
        seat::Seat,
        snapshot::{Latest, Snapshot},
        standing::{is_unsure, title},
    },
    words::{sentence, short},
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BannersProps {
    pub engine: EngineHandle,
    pub health: Health,
    /// Who sits here, if anybody does.
    pub seat: Option<Seat>,
    /// The world.
    pub config: Rc<AppConfig>,
    /// What runs, if anything does.
    pub desk: Option<Desk>,
    /// Whether the page itself says that the wallet is asked.
    pub said: bool,
}

#[component]
pub fn Banners(props: &BannersProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let names = use_names();
    html! {
        <div class="banners">
            { around(props) }
            if let Some(seat) = &props.seat {
                { about_wallet(props, seat) }
            }
            if props.desk.is_some() {
                { while_running(props, &latest.0, &names) }
            }
        </div>
    }
}

fn around(props: &BannersProps) -> Html {
    let health = &props.health;
    let discard = {
        let (engine, names) = (props.engine.clone(), health.set_aside.clone());
        Callback::from(move |()| engine.0.discard_set_aside(names.clone()))
    };
    html! {
        <>
            if health.other_world {
                <Banner urgency={Urgency::Urgent} action="Reload" on_action={Callback::from(|()| reload())}>
                    { "Another chain answers at the app's address than the one this page was opened for. Nothing is read or signed. \
                       If the local chain was started anew, reload the page." }
                </Banner>
            }
            if let Some(words) = &health.store_problem {
                <Banner urgency={Urgency::Urgent}>
                    { "Your browser could not store the last step, so nothing was sent: " }{ sentence(words) }
                </Banner>
            }
            if let Some(asking) = health.asking.as_ref().filter(|_| !props.said) {
                <Banner urgency={Urgency::Calm} action="Cancel request" on_action={stop_waiting(asking, props.desk.as_ref())}>
                    { "Look at your wallet: " }{ asking.words }{ "." }
                </Banner>
            }
            if !health.set_aside.is_empty() {
                <Banner urgency={Urgency::Calm} action="Discard old data" on_action={discard}>
                    { "Data of an earlier chain was set aside: this chain began anew and its channels are gone with it." }
                </Banner>
            }
        </>
    }
}

fn about_wallet(props: &BannersProps, seat: &Seat) -> Html {
    let health = &props.health;
    let engine = || props.engine.0.clone();
    let switch = {
        let engine = engine();
        Callback::from(move |()| engine.switch_network())
    };
    let back = {
        let engine = engine();
        Callback::from(move |()| engine.switch_back())
    };
    let network = props.config.network_name();
    html! {
        <>
            if let Some(found) = health.wrong_chain(seat.domain.chain_id) {
                <Banner urgency={Urgency::Urgent} action="Switch network" on_action={switch} busy={health.asking.is_some()}>
                    { format!("Your wallet is on another network (chain {found}). Thunder's hub is on {network} (chain {}). \
                        Opening, closing and claiming need the right network.", seat.domain.chain_id) }
                </Banner>
            }
            if let Some(other) = health.wrong_account(seat.account) {
                <Banner urgency={Urgency::Urgent} action="Switch back" on_action={back} busy={health.asking.is_some()}>
                    { match other {
                        Some(other) => format!("Your wallet has switched to another account ({}). This window stays with {}.",
                            short(other), short(seat.account)),
                        None => format!("Your wallet has switched to another account or no longer gives this page any. This window stays with {}.",
                            short(seat.account)),
                    } }
                </Banner>
            }
        </>
    }
}

fn while_running(props: &BannersProps, snapshot: &Snapshot, names: &Names) -> Html {
    let health = &props.health;
    html! {
        <>
            if let Some(problem) = health.chain_problem.as_ref().filter(|_| !health.other_world) {
                <Banner urgency={Urgency::Urgent}>
                    { "The chain cannot be reached. What you see may be old; payments wait until it answers. " }
                    { sentence(problem) }
                </Banner>
            }
            if health.asleep {
                <Banner urgency={Urgency::Calm}>
                    { "Asleep: this window is cut off from the relay and from the chain, as behind a closed lid." }
                </Banner>
            } else if !snapshot.relay_online {
                <Banner urgency={Urgency::Calm}>
                    { "The relay is not connected; trying again. Payments you make are stored here and delivered once it is back." }
                </Banner>
            }
            { for snapshot.views.iter().filter(|view| is_unsure(view)).map(|view| html! {
                <Banner key={view.id.to_string()} urgency={Urgency::Urgent}>
                    { format!("{}: this copy may be older than another one. Nothing is signed until the relay has confirmed it.", title(view, names)) }
                </Banner>
            }) }
        </>
    }
}

/// The client first, in whose words a transaction that was given up may still be sent; then whoever else waits.
fn stop_waiting(asking: &Asking, desk: Option<&Desk>) -> Callback<()> {
    let (cancel, desk) = (asking.cancel.clone(), desk.cloned());
    Callback::from(move |()| {
        if let Some(desk) = &desk {
            desk.driver.stop_waiting_for_wallet();
        }
        let cancel = cancel.clone();
        // In a task of its own, so that the client's has ended before.
        wasm_bindgen_futures::spawn_local(async move { cancel.emit(()) });
    })
}

fn reload() {
    drop(gloo::utils::window().location().reload());
}
