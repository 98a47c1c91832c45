//! Header, banners, alarms, the page, toasts and the two panels.

mod around;
mod beyond;

use self::around::{Around, Kept, Told};
use super::{
    EngineHandle, banners::Banners, language::use_language, stage_door::StageDoor, theme::use_theme,
};
use crate::{
    components::header::Header,
    desk::Desk,
    pages::{alarms::Alarms, connect::Connect, message::Message},
    state::{
        config::AppConfig,
        health::Health,
        route::Route,
        seat::Role,
        session::{Session, Stage},
        wallet::Wallet,
    },
    words::{Language, say},
};
use gloo::events::EventListener;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ShellProps {
    pub engine: EngineHandle,
    pub wallets: Vec<Wallet>,
    pub config: Rc<AppConfig>,
    pub session: Session<Desk>,
    pub health: Health,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Panel {
    Account,
    Activity,
}

#[component]
pub fn Shell(props: &ShellProps) -> Html {
    let route = use_route();
    let (theme, on_theme) = use_theme();
    let (language, on_language) = use_language();
    let tag = language.tag();
    let panel = use_state(|| None::<Panel>);
    let (wallet, account) = match &props.session.stage {
        Stage::Running(desk) => (Some(desk.wallet.clone()), Some(desk.seat.account)),
        Stage::SetUp { wallet, seat, .. } => (Some(wallet.clone()), Some(seat.account)),
        _ => (None, None),
    };
    let seat = match &props.session.stage {
        Stage::Running(desk) => Some(desk.seat),
        Stage::SetUp { seat, .. } => Some(*seat),
        _ => None,
    };
    let desk = match &props.session.stage {
        Stage::Running(desk) => Some(desk.clone()),
        _ => None,
    };
    let open = |which: Panel| {
        let panel = panel.clone();
        Callback::from(move |()| panel.set(Some(which)))
    };
    let close = {
        let panel = panel.clone();
        Callback::from(move |()| panel.set(None))
    };
    let on_disconnect = {
        let (engine, panel) = (props.engine.clone(), panel.clone());
        Callback::from(move |()| {
            panel.set(None);
            engine.0.disconnect();
        })
    };
    let role = props.engine.0.role().map(Role::name);
    html! {
        <>
            if let Some((side, round)) = props.engine.0.part().and_then(|part| part.side().zip(Some(part.round))) {
                <StageDoor engine={props.engine.clone()} session={props.session.clone()} asleep={props.health.asleep} {side} {round} />
            }
            <a key={tag} class="skip" href="#main">{ say::skip() }</a>
            <Header key={tag} {language} on_language={on_language.clone()} route={route.clone()} network={props.config.network_name()} development={props.config.is_development()} ready={desk.is_some()} fetches={!props.config.paywalls.is_empty()} downloads={!props.config.providers.is_empty()}
                account={account.map(|account| (account, role))} {theme} {on_theme}
                on_account={open(Panel::Account)} on_activity={open(Panel::Activity)} />
            if let Some(desk) = &desk {
                <div key={tag} class="contents" lang={tag}><ContextProvider<Desk> context={desk.clone()}><Alarms /></ContextProvider<Desk>></div>
            }
            if seat.is_some() || props.health.concerns_everybody() {
                <Banners key={tag} engine={props.engine.clone()} health={props.health.clone()} desk={desk.clone()} {seat}
                    config={props.config.clone()} said={matches!(props.session.stage, Stage::Asking { .. } | Stage::SetUp { busy: true, .. })} />
            }
            <main id="main" class="main" tabindex="-1">{ page(props, route, language) }</main>
            <Around engine={props.engine.clone()} config={props.config.clone()} health={props.health.clone()} {language} />
            <Told key={tag} explorer={props.config.explorer.clone()} />
            { match (*panel, wallet, account) {
                (Some(Panel::Account), Some(wallet), Some(account)) => beyond::account(props, beyond::Panel {
                    wallet, account, desk, language, on_language, on_disconnect, on_close: close,
                }),
                (Some(Panel::Activity), ..) => html! { <Kept explorer={props.config.explorer.clone()} {desk} on_close={close} /> },
                _ => html! {},
            } }
        </>
    }
}

/// The page, drawn anew for each language. What streams pay goes on meanwhile.
fn page(props: &ShellProps, route: Route, language: Language) -> Html {
    let linked = matches!(
        route,
        Route::New(Some(_)) | Route::Join(_) | Route::Channel(_) | Route::Pay(..)
    );
    let connect = |problem: Option<String>, asking: Option<String>| {
        html! {
            <Connect engine={props.engine.clone()} wallets={props.wallets.clone()} {problem} {asking}
                {linked} development={props.config.is_development()} />
        }
    };
    let inside = match &props.session.stage {
        _ if is_gallery(props, &route) => return beyond::page(props, route, language),
        Stage::Starting => html! { <Message title={say::opening_channels()} busy={true} /> },
        Stage::Choosing { problem } => connect(problem.clone(), None),
        Stage::Asking { wallet } => connect(None, Some(wallet.clone())),
        _ => return beyond::page(props, route, language),
    };
    whole(&route, language, inside)
}

/// Whether the route leads to the gallery, which is there without a wallet on development chains.
fn is_gallery(props: &ShellProps, route: &Route) -> bool {
    matches!(route, Route::Gallery(_)) && props.config.is_development()
}

/// What is drawn anew for each language and each page.
fn whole(route: &Route, language: Language, inside: Html) -> Html {
    let (tag, href) = (language.tag(), route.href());
    // Yew compares what stands between two tags by the kinds of its components alone: what makes a page another one has to be an
    // attribute of a tag, or a context around it would keep the former page.
    html! { <div key={format!("{tag} {href}")} class="contents" lang={tag} data-page={href.clone()}>{ inside }</div> }
}

/// Goes to a page.
pub fn go(route: &Route) {
    drop(gloo::utils::window().location().set_hash(&route.href()));
}

/// Goes to a page in place of this one: the way back does not lead here again.
pub fn go_instead(route: &Route) {
    drop(gloo::utils::window().location().replace(&route.href()));
}

/// Where we are, by the part of the address behind `#`.
#[hook]
fn use_route() -> Route {
    let route = use_state_eq(current);
    {
        let route = route.clone();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
                // The skip link is no page.
                let next = current();
                if gloo::utils::window().location().hash().as_deref() != Ok("#main") {
                    route.set(next);
                }
            });
            move || drop(listener)
        });
    }
    (*route).clone()
}

fn current() -> Route {
    Route::parse(&gloo::utils::window().location().hash().unwrap_or_default())
}
