//! Header, banners, alarms, the page, toasts and the two panels.

mod around;

use self::around::{Around, Kept, Told};
use super::{
    EngineHandle, banners::Banners, language::use_language, stage_door::StageDoor, streaming::Streaming,
    theme::use_theme,
};
use crate::{
    components::{account_panel::AccountPanel, header::Header},
    desk::Desk,
    hooks::Errand,
    pages::{
        account::AccountSections, accounts::Accounts, alarms::Alarms, channel::ChannelPage,
        channels::ChannelsPage, connect::Connect, elsewhere::Elsewhere, fetch::FetchPage, gallery::Gallery,
        held::Held, message::Message, new::NewPage, sessions::SessionsPage, setup::SetUp, watching::Watching,
    },
    state::{
        config::AppConfig,
        health::Health,
        route::Route,
        seat::{Role, Seat},
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
            <Banners key={tag} engine={props.engine.clone()} health={props.health.clone()} desk={desk.clone()} {seat}
                config={props.config.clone()} said={matches!(props.session.stage, Stage::Asking { .. } | Stage::SetUp { busy: true, .. })} />
            <main id="main" class="main" tabindex="-1">{ page(props, route, language) }</main>
            <Around engine={props.engine.clone()} config={props.config.clone()} health={props.health.clone()} {language} />
            <Told key={tag} explorer={props.config.explorer.clone()} />
            { match (*panel, wallet, account) {
                (Some(Panel::Account), Some(wallet), Some(account)) => html! {
                    <AccountPanel key={tag} {language} {on_language} {account} wallet={wallet.name} payment_key={desk.as_ref().map(|desk| desk.payment_key)}
                        hub={props.config.domain.hub} explorer={props.config.explorer.clone()} {on_disconnect} on_close={close}>
                        if let Some(desk) = desk {
                            <ContextProvider<Desk> context={desk}><AccountSections /></ContextProvider<Desk>>
                        }
                    </AccountPanel>
                },
                (Some(Panel::Activity), ..) => html! { <Kept explorer={props.config.explorer.clone()} on_close={close} /> },
                _ => html! {},
            } }
        </>
    }
}

/// The page, drawn anew for each language. What streams pay goes on meanwhile.
fn page(props: &ShellProps, route: Route, language: Language) -> Html {
    let (tag, href) = (language.tag(), route.href());
    // Yew compares what stands between two tags by the kinds of its components alone: what makes a page another one has to be an
    // attribute of a tag, or a context around it would keep the former page.
    let whole = |inside: Html| {
        html! { <div key={format!("{tag} {href}")} class="contents" lang={tag} data-page={href.clone()}>{ inside }</div> }
    };
    let engine = || props.engine.0.clone();
    let linked = matches!(route, Route::New(Some(_)) | Route::Join(_) | Route::Channel(_));
    let downloads = route == Route::Sessions && !props.config.providers.is_empty();
    let held = |wallet: &Wallet, seat: Seat, since: Option<String>, lost: bool| {
        let (config, route) = (props.config.clone(), route.clone());
        let (taking, wallet) = (engine(), wallet.clone());
        let on_take_over = Callback::from(move |()| taking.take_over(wallet.clone(), seat.account));
        // Of the wallet nothing is asked: the other window goes on with it.
        let leaving = engine();
        let on_leave = Callback::from(move |()| leaving.disconnect());
        html! {
            <Held {seat} {since} {lost} on_take_over={on_take_over.clone()} {on_leave}>
                <Watching {seat} config={config.clone()} {route} {on_take_over} />
                if downloads {
                    <Elsewhere {seat} {config} />
                }
            </Held>
        }
    };
    if let Route::Gallery(exhibit) = &route
        && props.config.is_development()
    {
        return whole(html! { <Gallery config={props.config.clone()} exhibit={exhibit.clone()} /> });
    }
    whole(match &props.session.stage {
        Stage::Starting => html! { <Message title={say::opening_channels()} busy={true} /> },
        Stage::Choosing { problem } => html! {
            <Connect engine={props.engine.clone()} wallets={props.wallets.clone()} problem={problem.clone()} asking={None::<String>}
                {linked} development={props.config.is_development()} />
        },
        Stage::Asking { wallet } => html! {
            <Connect engine={props.engine.clone()} wallets={props.wallets.clone()} problem={None::<String>} asking={wallet.clone()}
                {linked} development={props.config.is_development()} />
        },
        Stage::Accounts { wallet, accounts } => {
            let (engine, wallet, wallets) = (engine(), wallet.clone(), engine());
            html! {
                <Accounts accounts={accounts.clone()} on_pick={Callback::from(move |account| engine.pick(wallet.clone(), account))}
                    on_back={Callback::from(move |()| wallets.give_up())} />
            }
        }
        Stage::Held { wallet, seat, since } => held(wallet, *seat, since.clone(), false),
        Stage::TakenOver { wallet, seat } => held(wallet, *seat, None, true),
        Stage::SetUp {
            wallet,
            seat,
            busy,
            problem,
        } => {
            let (engine, wallet, seat) = (engine(), wallet.clone(), *seat);
            let opens_window = !wallet.development;
            let on_import = {
                let (engine, wallet) = (engine.clone(), wallet.clone());
                Callback::from(move |(errand, file, password): (Errand, web_sys::File, String)| {
                    let (engine, wallet) = (engine.clone(), wallet.clone());
                    errand.run(async move { engine.set_up_from(wallet, seat, file, password).await });
                })
            };
            let cancel = props
                .health
                .asking
                .as_ref()
                .map_or_else(Callback::noop, |asking| asking.cancel.clone());
            html! {
                <SetUp {seat} busy={*busy} problem={problem.clone()} {opens_window} on_cancel={cancel}
                    on_set_up={Callback::from(move |()| engine.set_up(wallet.clone(), seat))} {on_import} />
            }
        }
        Stage::Broken { words } => {
            let engine = engine();
            html! {
                <Message title={say::cannot_go_on()} words={words.clone()} action={say::back_to_wallets()}
                    on_action={Callback::from(move |()| engine.give_up())} />
            }
        }
        Stage::Running(desk) => {
            let page = match route {
                Route::Channels => html! { <ChannelsPage joining={None::<String>} /> },
                Route::Join(text) => html! { <ChannelsPage joining={text} /> },
                Route::New(with) => html! { <NewPage {with} /> },
                Route::Fetch => html! { <FetchPage /> },
                Route::Sessions => html! { <SessionsPage /> },
                Route::Channel(id) => html! { <ChannelPage {id} /> },
                Route::Gallery(_) | Route::Unknown => html! {
                    <Message title={say::no_such_page()} words={say::link_incomplete().to_owned()}
                        action={say::channels()} on_action={Callback::from(|()| go(&Route::Channels))} />
                },
            };
            let page = whole(
                html! { <ContextProvider<Desk> context={desk.clone()}>{ page }</ContextProvider<Desk>> },
            );
            return html! { <Streaming engine={props.engine.clone()} desk={desk.clone()}>{ page }</Streaming> };
        }
    })
}

/// Goes to a page.
pub fn go(route: &Route) {
    drop(gloo::utils::window().location().set_hash(&route.href()));
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
