//! The list of channels.

use super::{Exhibit, Room, refused, working};
use crate::{
    components::{
        banner::{Banner, Urgency},
        channel_list::ChannelList,
        channels_frame::ChannelsFrame,
        faucet_form::FaucetForm,
        hidden_list::HiddenList,
        join_form::JoinForm,
        offered_item::OfferedItem,
        offered_list::OfferedList,
        owed_card::OwedCard,
        own_link::OwnLink,
        purse::Purse,
    },
    state::{
        exhibits::{self, lists, tokens},
        route::invite_link,
        snapshot::Latest,
    },
    words::say,
};
use thunder_channel::{Address, Invite};
use thunder_client::ChannelView;
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    ("channels-reading", |room| {
        page(
            room,
            Shown {
                reading: true,
                ..Shown::default()
            },
        )
    }),
    ("channels-empty", |room| {
        page(
            room,
            Shown {
                latest: lists::purse(&room.config, true),
                ..Shown::default()
            },
        )
    }),
    ("channels-no-money", |room| page(room, poor(room))),
    ("channels-given", |room| page(&room.with(working()), poor(room))),
    ("channels-not-given", |room| {
        page(&room.with(refused()), poor(room))
    }),
    ("hidden", |room| {
        let views = vec![exhibits::offered(room.token.address, true)];
        html! { <HiddenList {views} config={room.config.clone()} on_hiding={Callback::noop()} /> }
    }),
    ("channels-one", |room| {
        let views = vec![exhibits::open(room.token.address)];
        page(
            room,
            Shown {
                views,
                latest: lists::purse(&room.config, true),
                ..Shown::default()
            },
        )
    }),
    ("channels-many", |room| page(room, many(room))),
    ("channels-offline", |room| {
        let shown = Shown {
            latest: Latest::default(),
            offline: true,
            ..many(room)
        };
        page(room, shown)
    }),
    ("channels-first-offer", |room| {
        let shown = Shown {
            offers: lists::offers(room.token.address),
            latest: lists::purse(&room.config, true),
            ..Shown::default()
        };
        page(room, shown)
    }),
    ("channels-offered", |room| {
        let offers = lists::offers(room.token.address);
        page(room, Shown { offers, ..many(room) })
    }),
    ("channels-joining", |room| {
        let offers = lists::offers(room.token.address);
        page(&room.with(working()), Shown { offers, ..many(room) })
    }),
    ("channels-not-joined", |room| {
        let offers = lists::offers(room.token.address);
        page(&room.with(refused()), Shown { offers, ..many(room) })
    }),
    ("channels-no-such-code", |room| {
        let fault = Some(say::no_such_channel().to_owned());
        page(room, Shown { fault, ..many(room) })
    }),
    ("channels-owed", |room| {
        page(
            room,
            Shown {
                owed: true,
                ..many(room)
            },
        )
    }),
];

/// What tells one state of the page from another.
#[derive(Default)]
struct Shown {
    views: Vec<ChannelView>,
    offers: Vec<ChannelView>,
    latest: Latest,
    reading: bool,
    offline: bool,
    owed: bool,
    /// Whether play money is offered.
    poor: bool,
    /// What is wrong with the code that was typed.
    fault: Option<String>,
}

fn poor(room: &Room) -> Shown {
    Shown {
        latest: lists::purse(&room.config, false),
        poor: true,
        ..Shown::default()
    }
}

fn many(room: &Room) -> Shown {
    Shown {
        views: lists::many(room.token.address),
        latest: lists::purse(&room.config, true),
        ..Shown::default()
    }
}

fn page(room: &Room, shown: Shown) -> Html {
    let invite = Invite {
        address: lists::OWN,
        signer: Address::repeat_byte(0xa2),
    };
    let code = if shown.fault.is_some() { "7K3D-9QXM" } else { "" };
    let offered = !shown.offers.is_empty();
    let side = html! {
        <>
            <Purse config={room.config.clone()} latest={shown.latest}>
                if shown.poor {
                    <FaucetForm errand={room.errand.clone()} on_give={room.nothing()} alone={false} />
                }
            </Purse>
            if shown.owed {
                <OwedCard token={room.token.clone()} amount={tokens("45.5")} errand={room.errand.clone()} on_collect={room.nothing()} />
            }
            <JoinForm text={code} error={shown.fault} busy={room.errand.busy} on_input={room.nothing()} on_join={room.nothing()} />
            <OwnLink link={invite_link("http://localhost:8080", &invite)} />
        </>
    };
    html! {
        <>
            if shown.offline {
                <div class="banners">
                    <Banner urgency={Urgency::Urgent}>{ say::chain_unreachable() }</Banner>
                    <Banner urgency={Urgency::Calm}>{ say::relay_offline() }</Banner>
                </div>
            }
            <ChannelsFrame {side}>
                if offered {
                    <OfferedList>
                        { for shown.offers.into_iter().map(|view| html! {
                            <OfferedItem {view} token={room.token.clone()} errand={room.errand.clone()} on_join={room.nothing()} on_hide={Some(room.nothing())} />
                        }) }
                    </OfferedList>
                }
                <ChannelList views={shown.views} reading={shown.reading} {offered} config={room.config.clone()} />
            </ChannelsFrame>
        </>
    }
}
