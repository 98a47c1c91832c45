//! From nothing to a seat.

use super::{Exhibit, Room, rejected};
use crate::{
    components::{
        wallet_list::{WalletItem, WalletList},
        watched::Watched,
    },
    pages::{
        accounts::Accounts,
        connect::{key_form, no_wallet},
        elsewhere::ElsewhereList,
        held::Held,
        message::Message,
        setup::SetUp,
    },
    state::{
        exhibits::{self, NOW, sessions as made_up},
        mirror::channels::Shown,
        route::Route,
        seat::Seat,
    },
    words::{Said, say, sentence},
};
use thunder_channel::{Address, SigningKey};
use thunder_client::ChannelView;
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    (
        "starting",
        |_| html! { <Message title={say::starting()} busy={true} /> },
    ),
    ("cannot-start", |_| {
        let words = sentence(say::relay_silent());
        html! { <Message title={say::cannot_start()} {words} action={say::try_again()} /> }
    }),
    ("not-found", |_| {
        let words = say::link_incomplete().to_owned();
        html! { <Message title={say::no_such_page()} {words} action={say::channels()} /> }
    }),
    ("wallets", |_| wallets(false)),
    ("wallets-asking", |_| wallets(true)),
    ("wallets-none", |_| first_page(None)),
    ("import", |_| first_page(Some(None))),
    ("import-refused", |_| {
        first_page(Some(SigningKey::from_hex("0x12").err().map(|error| error.said())))
    }),
    ("accounts", |room| {
        let accounts = [0xa1, 0xb3, 0x17].map(Address::repeat_byte).to_vec();
        html! { <Accounts {accounts} on_pick={room.nothing()} on_back={room.nothing()} /> }
    }),
    ("held", |room| held(room, false)),
    ("taken-over", |room| held(room, true)),
    ("sessions-elsewhere", elsewhere),
    ("channels-elsewhere", |room| watched(room, Route::Channels)),
    ("channels-elsewhere-none", |room| {
        let shown = Shown {
            clock: Some(NOW),
            views: Vec::new(),
        };
        watching(room, shown, Route::Channels)
    }),
    ("channel-elsewhere", |room| {
        let view = exhibits::understated(room.token.address);
        watched(room, Route::Channel(view.id))
    }),
    ("set-up", |room| set_up(room, false, None)),
    ("set-up-asking", |room| set_up(room, true, None)),
    ("set-up-refused", |room| set_up(room, false, Some(&rejected()))),
];

fn wallets(busy: bool) -> Html {
    let wallet = |name: &str, note| WalletItem {
        name: name.to_owned(),
        icon: None,
        note,
    };
    let wallets = vec![
        wallet("MetaMask", None),
        wallet("A wallet whose name is as long as names may be", None),
        wallet("Demo Alice", Some(say::note_public_key())),
    ];
    html! {
        <section class="card narrow">
            <h1>{ say::connect_a_wallet() }</h1>
            <WalletList {wallets} on_choose={Callback::noop()} {busy} />
        </section>
    }
}

/// Without any wallet, and the door for keys: closed, or open with what was wrong.
fn first_page(key: Option<Option<String>>) -> Html {
    html! {
        <section class="connect">
            <div class="card connect-card">
                <h1>{ say::connect_a_wallet() }</h1>
                { no_wallet() }
                <p class="hint">{ sentence(say::play_money()) }</p>
                { match key {
                    None => html! { <button type="button" class="button quiet">{ say::import_key() }</button> },
                    Some(fault) => key_form("", &fault, Callback::noop(), Callback::from(|event: SubmitEvent| event.prevent_default())),
                } }
            </div>
        </section>
    }
}

fn held(room: &Room, lost: bool) -> Html {
    let since = (!lost).then(|| "14:05".to_owned());
    let seat = Seat::new(&room.config, Address::repeat_byte(0xa1), None);
    html! { <Held {seat} {since} {lost} on_take_over={room.nothing()} on_leave={room.nothing()} /> }
}

/// What a window shows of channels while another one runs them.
fn watched(room: &Room, route: Route) -> Html {
    let token = room.token.address;
    let view = exhibits::understated(token);
    // Nothing else tells them apart.
    let other = exhibits::open(token);
    let other = ChannelView {
        id: other.key.id(1),
        ..other
    };
    let shown = Shown {
        clock: Some(NOW),
        views: vec![view, other],
    };
    watching(room, shown, route)
}

fn watching(room: &Room, shown: Shown, route: Route) -> Html {
    html! {
        <>
            { held(room, false) }
            <Watched {shown} config={room.config.clone()} {route} time={Callback::from(|_| "14:05".to_owned())} on_take_over={room.nothing()} />
        </>
    }
}

/// What a window shows of sessions while another one runs them.
fn elsewhere(room: &Room) -> Html {
    let views = vec![made_up::running(room.token.address)];
    html! {
        <>
            { held(room, false) }
            <ElsewhereList {views} config={room.config.clone()} />
        </>
    }
}

fn set_up(room: &Room, busy: bool, problem: Option<&str>) -> Html {
    let seat = Seat::new(&room.config, Address::repeat_byte(0xa1), None);
    html! {
        <SetUp {seat} {busy} problem={problem.map(str::to_owned)} opens_window={true}
            on_cancel={room.nothing()} on_set_up={room.nothing()} on_import={room.nothing()} />
    }
}
