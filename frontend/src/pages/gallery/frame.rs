//! What is around every page.

use super::{Exhibit, Room, refused, rejected};
use crate::{
    components::{
        account_panel::AccountPanel,
        activity_panel::ActivityPanel,
        backup_forms::{ExportForm, ImportForm},
        banner::{Banner, Urgency},
        end_dialog::EndDialog,
        key_risk::KeyRisk,
        limits_form::LimitsForm,
        toasts::Toasts,
        transaction_dialog::TransactionDialog,
    },
    hooks::ErrandState,
    state::{
        activity::{Told, Tone},
        backup::Due,
        config::{AppConfig, Token},
        exhibits,
        exposure::exposures,
        transaction::{Answer, Detail, Party, Status, Who},
    },
    words::{Language, say},
};
use std::rc::Rc;
use thunder_channel::{Address, Amount, Bytes32};
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    ("banners", |_| banners()),
    (
        "toasts",
        |_| html! { <Toasts shown={told()} on_dismiss={Callback::noop()} /> },
    ),
    ("dialogs", dialogs),
];

fn banners() -> Html {
    html! {
        <div class="banners">
            <Banner urgency={Urgency::Urgent} action={say::switch_network()}>
                { say::wrong_network("1", say::network_local(), "31337") }
            </Banner>
            <Banner urgency={Urgency::Urgent}>{ say::chain_unreachable() }</Banner>
            <Banner urgency={Urgency::Calm}>
                { say::relay_offline() }
            </Banner>
            <Banner urgency={Urgency::Calm} action={say::cancel_request()} busy={true}>{ say::look_at_wallet(say::do_confirm()) }</Banner>
        </div>
    }
}

fn told() -> Vec<Told> {
    [
        (Tone::Good, say::received("20 THD")),
        (Tone::Info, say::sent_to_chain(say::doing_open())),
        (Tone::Bad, rejected()),
    ]
    .into_iter()
    .zip(0..)
    .map(|((tone, words), id)| Told {
        id,
        at: 0,
        tone,
        words,
        detail: Some(format!("0x{}", "5a".repeat(32))),
    })
    .collect()
}

/// The transaction that opened a channel.
fn opened(config: &AppConfig) -> Detail {
    Detail {
        status: Status::Done,
        block: Some(1_204),
        on_top: Some(12),
        from: Party {
            address: Address::repeat_byte(0xa1),
            who: Some(Who::You),
        },
        to: Some(Party {
            address: config.domain.hub,
            who: Some(Who::Hub),
        }),
        value: Amount::ZERO,
        call: Some("open".to_owned()),
        gas_used: Some(128_411),
        fee: Amount::new(128_411_000_000_000).ok(),
    }
}

/// One dialog after the other: closing one opens the next.
fn dialogs(room: &Room) -> Html {
    html! { <Dialogs config={room.config.clone()} token={room.token.clone()} /> }
}

#[derive(Properties, PartialEq)]
struct DialogsProps {
    config: Rc<AppConfig>,
    token: Token,
}

#[component]
fn Dialogs(props: &DialogsProps) -> Html {
    let place = use_state(|| 0u8);
    let on_close = {
        let place = place.clone();
        Callback::from(move |()| place.set(*place + 1))
    };
    // No two of one kind in a row: each is a new one to the browser.
    match *place {
        0 => html! {
            <EndDialog view={exhibits::open(props.token.address)} token={props.token.clone()} clock={props.config.clock} development={true}
                errand={ErrandState::default()} on_end={Callback::noop()} {on_close} />
        },
        1 => {
            html! { <ActivityPanel kept={Vec::new()} time={Callback::from(|_| String::new())} {on_close} /> }
        }
        2 => html! {
            <AccountPanel account={Address::repeat_byte(0xa1)} wallet="MetaMask" payment_key={Address::repeat_byte(0xa2)}
                language={Language::current()} on_language={Callback::noop()} chain_id={props.config.domain.chain_id}
                hub={props.config.domain.hub} explorer={props.config.explorer.clone()}
                on_disconnect={Callback::noop()} {on_close}>
                <KeyRisk exposures={exposures(&props.config.tokens, &[exhibits::open(props.token.address)], &[exhibits::spending(props.token.address)])} />
                <LimitsForm tokens={props.config.tokens.clone()} spending={vec![exhibits::spending(props.token.address)]}
                    errand={ErrandState::default()} on_set={Callback::noop()} />
                <section class="backup">
                    <ExportForm errand={ErrandState::default()} due={Due::Again} on_export={Callback::noop()} />
                    <ImportForm errand={refused()} on_import={Callback::noop()} />
                </section>
            </AccountPanel>
        },
        3 => {
            html! { <ActivityPanel kept={told()} explorer={props.config.explorer.clone()} time={Callback::from(|_| "14:05".to_owned())} {on_close} /> }
        }
        4 => html! {
            <TransactionDialog hash={Bytes32::repeat_byte(0x5a)} answer={Answer::Known(Box::new(opened(&props.config)))} coin={Token::ether()} {on_close} />
        },
        _ => html! { <p class="card note" role="status">{ "These were all the dialogs." }</p> },
    }
}
