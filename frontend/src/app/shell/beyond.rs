//! What comes after a wallet was chosen: the second half of the app, which the first page does without.

use super::{ShellProps, go, is_gallery, whole};
use crate::{
    app::streaming::Streaming,
    components::account_panel::AccountPanel,
    desk::Desk,
    hooks::Errand,
    pages::{
        account::AccountSections, accounts::Accounts, channel::ChannelPage, channels::ChannelsPage,
        elsewhere::Elsewhere, fetch::FetchPage, gallery::Gallery, held::Held, message::Message, new::NewPage,
        sessions::SessionsPage, setup::SetUp, watching::Watching,
    },
    state::{route::Route, seat::Seat, session::Stage, wallet::Wallet},
    words::{Language, say},
};
use thunder_channel::Address;
use yew::prelude::*;

/// The page of every stage but those that choose a wallet. Never a part of its caller, which the first page takes.
#[inline(never)]
pub fn page(props: &ShellProps, route: Route, language: Language) -> Html {
    if let Route::Gallery(exhibit) = &route
        && is_gallery(props, &route)
    {
        let gallery = html! { <Gallery config={props.config.clone()} exhibit={exhibit.clone()} /> };
        return whole(&route, language, gallery);
    }
    let engine = || props.engine.0.clone();
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
    let inside = match &props.session.stage {
        // The first page's own.
        Stage::Starting | Stage::Choosing { .. } | Stage::Asking { .. } => html! {},
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
            let page = match route.clone() {
                Route::Channels => html! { <ChannelsPage joining={None::<String>} /> },
                Route::Join(text) => html! { <ChannelsPage joining={text} /> },
                Route::New(with) => html! { <NewPage {with} /> },
                Route::Fetch => html! { <FetchPage /> },
                Route::Sessions => html! { <SessionsPage /> },
                Route::Channel(id) => html! { <ChannelPage {id} /> },
                Route::Pay(id, asked) => html! { <ChannelPage {id} {asked} /> },
                Route::Gallery(_) | Route::Unknown => html! {
                    <Message title={say::no_such_page()} words={say::link_incomplete().to_owned()}
                        action={say::channels()} on_action={Callback::from(|()| go(&Route::Channels))} />
                },
            };
            let page =
                html! { <ContextProvider<Desk> context={desk.clone()}>{ page }</ContextProvider<Desk>> };
            let page = whole(&route, language, page);
            return html! { <Streaming engine={props.engine.clone()} desk={desk.clone()}>{ page }</Streaming> };
        }
    };
    whole(&route, language, inside)
}

/// What the account's dialog takes.
pub struct Panel {
    pub wallet: Wallet,
    pub account: Address,
    pub desk: Option<Desk>,
    pub language: Language,
    pub on_language: Callback<Language>,
    pub on_disconnect: Callback<()>,
    pub on_close: Callback<()>,
}

/// The account's dialog.
#[inline(never)]
pub fn account(props: &ShellProps, panel: Panel) -> Html {
    let Panel {
        wallet,
        account,
        desk,
        language,
        on_language,
        on_disconnect,
        on_close,
    } = panel;
    html! {
        <AccountPanel key={language.tag()} {language} {on_language} {account} wallet={wallet.name} payment_key={desk.as_ref().map(|desk| desk.payment_key)}
            chain_id={props.config.domain.chain_id} hub={props.config.domain.hub} explorer={props.config.explorer.clone()} {on_disconnect} {on_close}>
            if let Some(desk) = desk {
                <ContextProvider<Desk> context={desk}><AccountSections /></ContextProvider<Desk>>
            }
        </AccountPanel>
    }
}
