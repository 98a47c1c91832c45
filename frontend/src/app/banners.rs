//! What is wrong around the app, most urgent first. Alarms about channels come before all of it.

use super::EngineHandle;
use crate::{
    adapters::{newer, visibility},
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
    words::{say, sentence, short},
};
use gloo::timers::callback::{Interval, Timeout};
use std::rc::Rc;
use yew::prelude::*;

/// How long the relay can be away without a word, in milliseconds.
const PATIENCE_MS: u32 = 1_500;
/// How often a page that stays in front looks for a newer app, in milliseconds.
const LOOK_AGAIN_MS: u32 = 60 * 60 * 1_000;

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
                <Banner urgency={Urgency::Urgent} action={say::reload()} on_action={Callback::from(|()| reload())}>
                    { say::other_world() }
                </Banner>
            }
            if let Some(words) = &health.store_problem {
                <Banner urgency={Urgency::Urgent}>
                    { say::not_stored(&sentence(words)) }
                </Banner>
            }
            if let Some(asking) = health.asking.as_ref().filter(|_| !props.said) {
                <Banner urgency={Urgency::Calm} action={say::cancel_request()} on_action={stop_waiting(asking, props.desk.as_ref())}>
                    { say::look_at_wallet(asking.words) }
                </Banner>
            }
            if !health.set_aside.is_empty() {
                <Banner urgency={Urgency::Calm} action={say::discard()} sure={say::discard_for_good()} on_action={discard}>
                    { say::set_aside() }
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
                <Banner urgency={Urgency::Urgent} action={say::switch_network()} on_action={switch} busy={health.asking.is_some()}>
                    { say::wrong_network(&found.to_string(), &network, &seat.domain.chain_id.to_string()) }
                </Banner>
            }
            if let Some(other) = health.wrong_account(seat.account) {
                <Banner urgency={Urgency::Urgent} action={say::switch_back()} on_action={back} busy={health.asking.is_some()}>
                    { match other {
                        Some(other) => say::other_account(&short(other), &short(seat.account)),
                        None => say::no_account(&short(seat.account)),
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
                    { say::chain_unreachable() }{ " " }
                    { sentence(problem) }
                </Banner>
            }
            if health.asleep {
                <Banner urgency={Urgency::Calm}>
                    { say::asleep() }
                </Banner>
            } else if !snapshot.relay_online {
                <RelayAway />
            }
            <Newer />
            // A list of their own, so that what stands above is not made anew with each.
            <>
                { for snapshot.views.iter().filter(|view| is_unsure(view)).map(|view| html! {
                    <Banner key={view.id.to_string()} urgency={Urgency::Urgent}>
                        { say::unsure(&title(view, names)) }
                    </Banner>
                }) }
            </>
        </>
    }
}

/// That the relay is away, once it has been for a while: every page begins without it, and signing in takes a moment.
#[component]
fn RelayAway() -> Html {
    let lasts = use_state(|| false);
    {
        let lasts = lasts.clone();
        use_effect_with((), move |()| {
            let timer = Timeout::new(PATIENCE_MS, move || lasts.set(true));
            move || drop(timer)
        });
    }
    if *lasts {
        html! { <Banner urgency={Urgency::Calm}>{ say::relay_offline() }</Banner> }
    } else {
        Html::default()
    }
}

/// That the relay serves a newer app: looked for whenever the page comes to the front, and now and then where it stays there.
#[component]
fn Newer() -> Html {
    let served = use_state_eq(|| false);
    {
        let served = served.clone();
        use_effect_with((), move |()| {
            let look = Callback::from(move |visible: bool| {
                let served = served.clone();
                if visible {
                    wasm_bindgen_futures::spawn_local(async move {
                        // Once said it stays said: who does not answer later has not gone back to an older one.
                        if newer::is_served().await {
                            served.set(true);
                        }
                    });
                }
            });
            let front = visibility::watch(look.clone());
            let again = Interval::new(LOOK_AGAIN_MS, move || look.emit(visibility::is_visible()));
            move || drop((front, again))
        });
    }
    if *served {
        html! {
            <Banner urgency={Urgency::Calm} action={say::reload()} on_action={Callback::from(|()| reload())}>
                { say::newer_app() }
            </Banner>
        }
    } else {
        Html::default()
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
