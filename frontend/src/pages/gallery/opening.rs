//! The form that opens a channel.

use super::{Exhibit, Room, refused, working};
use crate::{
    components::{faucet_form::FaucetForm, open_form::OpenForm},
    state::{
        draft::{OpenDraft, OpenFaults},
        exhibits::{lists, tokens},
    },
    words::say,
};
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    ("new", |room| page(room, OpenDraft::new(&room.config, None))),
    ("new-no-money", |room| {
        let faucet =
            html! { <FaucetForm errand={room.errand.clone()} on_give={room.nothing()} alone={true} /> };
        form(room, OpenDraft::new(&room.config, None), "0", faucet)
    }),
    ("new-filled", |room| page(room, lists::filled(&room.config))),
    ("new-by-wallet", |room| {
        let draft = OpenDraft {
            by_wallet: true,
            ..lists::filled(&room.config)
        };
        page(room, draft)
    }),
    ("new-wrong", |room| page(room, lists::wrong(&room.config))),
    ("new-wrong-period", |room| {
        page(room, lists::wrong_period(&room.config))
    }),
    ("new-opening", |room| {
        page(&room.with(working()), lists::filled(&room.config))
    }),
    ("new-refused", |room| {
        page(&room.with(refused()), lists::filled(&room.config))
    }),
];

/// The page of who has something.
fn page(room: &Room, draft: OpenDraft) -> Html {
    form(room, draft, "8750", html! {})
}

/// The page, after its button was pressed where something is wrong.
fn form(room: &Room, draft: OpenDraft, balance: &str, first: Html) -> Html {
    let balance = Some(tokens(balance));
    let checked = draft.check(&room.config, lists::OWN, balance);
    let plan = checked.as_ref().ok().copied();
    // Nobody has pressed anything under an empty form.
    let faults = if draft.counterparty.is_empty() {
        OpenFaults::default()
    } else {
        checked.err().unwrap_or_default()
    };
    html! {
        <div class="page">
            <div class="page-head"><h1>{ say::new_channel() }</h1></div>
            <OpenForm config={room.config.clone()} {draft} {faults} {plan} {balance} refusals={1} errand={room.errand.clone()}
                on_change={room.nothing()} on_open={room.nothing()}>{ first }</OpenForm>
        </div>
    }
}
