//! Sessions with providers.

use super::{Exhibit, Room, refused, working};
use crate::{
    components::{
        distrust_card::DistrustCard,
        offer_card::{Hindrance, OfferCard},
        session_card::SessionCard,
    },
    hooks::ErrandState,
    state::{
        exhibits::{NOW, sessions as made_up, tokens},
        names::Names,
        sessions::{Listed, SessionView},
    },
    words::{Said, count, say, sentence},
};
use thunder_channel::Address;
use thunder_client::downloads::DownloadFault;
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    ("sessions-empty", |room| sessions(room, &[], Vec::new())),
    ("sessions-offer", |room| offer(room, None, ErrandState::default())),
    ("sessions-beginning", |room| offer(room, None, working())),
    ("sessions-refused", |room| offer(room, None, refused())),
    ("sessions-too-dear", |room| {
        offer(
            room,
            Some(Hindrance::TooDear(tokens("0.005"))),
            ErrandState::default(),
        )
    }),
    ("sessions-listed", |room| {
        offer(room, Some(Hindrance::Listed), ErrandState::default())
    }),
    ("sessions-known", |room| {
        offer(room, Some(Hindrance::Known), ErrandState::default())
    }),
    ("session-asking", |room| session(room, made_up::asking)),
    ("session-unpaid", |room| {
        session(room, |token| made_up::unpaid(token, false))
    }),
    ("session-paying", |room| {
        session(room, |token| made_up::unpaid(token, true))
    }),
    ("session-wallet-refused", |room| {
        session(&room.with(refused()), |token| made_up::unpaid(token, false))
    }),
    ("session-unused", |room| session(room, made_up::unused)),
    ("session-running", |room| session(room, made_up::running)),
    ("session-paused", |room| session(room, made_up::paused)),
    ("session-low", |room| session(room, made_up::low)),
    ("session-used-up", |room| session(room, made_up::used_up)),
    ("session-away", |room| session(room, made_up::away)),
    ("session-overcounted", |room| {
        let bytes = |bytes| say::bytes_came(&count(bytes));
        let words = say::overcounted_words(&bytes(33_980_000), &bytes(31_620_480));
        session(room, |token| made_up::stopped(token, &words))
    }),
    ("session-guilty", |room| {
        let words = sentence(&DownloadFault::Guilty.said());
        session(room, |token| made_up::guilty(token, &words))
    }),
    ("session-copy", |room| session(room, made_up::copy)),
    ("session-ending", |room| session(room, made_up::ending)),
    ("session-unanswered", |room| {
        session(room, |token| made_up::settling(token, false))
    }),
    ("session-agreed", |room| {
        session(room, |token| made_up::settling(token, true))
    }),
    ("session-closing", |room| {
        session(room, |token| made_up::closing(token, NOW))
    }),
    ("session-settleable", |room| {
        session(room, |token| made_up::closing(token, NOW + 24))
    }),
    ("session-ended", |room| session(room, made_up::ended)),
    ("session-void", |room| session(room, made_up::void)),
    ("sessions-distrusted", |room| {
        sessions(room, &[], made_up::listed())
    }),
];

/// The page of sessions, but for the form that asks a provider.
fn sessions(room: &Room, shown: &[SessionView], listed: Vec<Listed>) -> Html {
    html! {
        <div class="page">
            <div class="page-head"><h1>{ say::sessions() }</h1></div>
            <div class="columns">
                <div class="column-main">
                    if shown.is_empty() {
                        <p class="card note" role="status">{ say::sessions_none() }</p>
                    }
                    { for shown.iter().map(|view| html! {
                        <SessionCard view={view.clone()} name="0xB3B3…B3B3" token={room.token.clone()} clock={room.config.clock} listed={view.accused}
                            errand={room.errand.clone()} on_act={room.nothing()} />
                    }) }
                </div>
                <aside class="column-side">
                    <DistrustCard {listed} names={Names::default()} time={Callback::from(|_| "14:05".to_owned())} errand={ErrandState::default()}
                        on_add={room.nothing()} on_remove={room.nothing()} />
                </aside>
            </div>
        </div>
    }
}

fn session(room: &Room, made: impl Fn(Address) -> SessionView) -> Html {
    sessions(room, &[made(room.token.address)], Vec::new())
}

fn offer(room: &Room, hindrance: Option<Hindrance>, errand: ErrandState) -> Html {
    html! {
        <div class="page">
            <h1>{ say::sessions() }</h1>
            <OfferCard offer={made_up::offer(room.token.address)} name="0xB3B3…B3B3" token={room.token.clone()} clock={room.config.clock}
                {hindrance} {errand} on_begin={room.nothing()} />
        </div>
    }
}
