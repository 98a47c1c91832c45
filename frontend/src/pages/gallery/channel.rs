//! One channel, from its opening to its end.

use super::{Exhibit, Room, ending::phase, refused, working};
use crate::{
    components::{
        alarm::{Alarm, Answer},
        asked_panel::AskedPanel,
        balance_plot::BalancePlot,
        balances::Balances,
        burst_card::BurstCard,
        chip::Chip,
        delegate_card::DelegateCard,
        deposit_form::DepositForm,
        evidence_card::EvidenceCard,
        follow_card::FollowCard,
        history::{Drawing, History},
        join_panel::JoinPanel,
        mine_form::MineForm,
        name_card::NameCard,
        pay_form::PayForm,
        pay_link_card::PayLinkCard,
        request_form::RequestForm,
        share_card::ShareCard,
        stream_card::StreamCard,
        take_out_form::TakeOutForm,
    },
    hooks::ErrandState,
    state::{
        burst::{BurstEnd, Progress},
        exhibits::{self, CLOSES_AT, NOW, NOW_MS, flows, tokens},
        history::Reach,
        names::Names,
        pay_link::PayLinks,
        requests::unanswered,
        route::Route,
        standing::{Standing, counterparty, own_withdrawal, title, understated},
        stream::{Flow, Pause, Stream, takes_streams},
    },
    words::{Said, money, say, sentence},
};
use thunder_channel::{MAX_MEMO_CHARACTERS, MemoText, Side};
use thunder_client::{ChannelView, PhaseView, Signing};
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    ("opening", |room| {
        channel(room, exhibits::opening(room.token.address))
    }),
    ("pay-link", |room| {
        let view = exhibits::open(room.token.address);
        let memo = MemoText::parse(&"ä".repeat(MAX_MEMO_CHARACTERS)).unwrap_or_default();
        let link = pay_links(&view).amount(tokens("12.5"), &memo, &room.token);
        html! { <section class="card narrow"><PayLinkCard {link} /></section> }
    }),
    ("offered", |room| {
        channel(room, exhibits::offered(room.token.address, false))
    }),
    ("offered-fault", |room| {
        channel(room, exhibits::offered(room.token.address, true))
    }),
    ("open-empty", |room| {
        channel(room, exhibits::fresh(room.token.address))
    }),
    ("open", |room| channel(room, exhibits::open(room.token.address))),
    ("open-working", |room| {
        channel(&room.with(working()), exhibits::open(room.token.address))
    }),
    ("open-refused", |room| {
        channel(&room.with(refused()), exhibits::open(room.token.address))
    }),
    ("waiting", |room| {
        channel(room, exhibits::waiting(room.token.address))
    }),
    ("signed-by-wallet", |room| {
        channel(room, exhibits::signed_by_wallet(room.token.address))
    }),
    ("proposed-by-them", |room| {
        channel(room, exhibits::proposed(room.token.address, Side::Bob))
    }),
    ("proposed-by-you", |room| {
        channel(room, exhibits::proposed(room.token.address, Side::Alice))
    }),
    ("taking-out-by-them", |room| {
        channel(room, exhibits::taking_out(room.token.address, Side::Bob))
    }),
    ("taking-out-by-you", |room| {
        channel(room, exhibits::taking_out(room.token.address, Side::Alice))
    }),
    ("taking-out-declined", |room| {
        channel(room, exhibits::taking_out_declined(room.token.address))
    }),
    ("requests", |room| {
        channel(room, exhibits::requests(room.token.address))
    }),
    ("close-sent", |room| {
        channel(room, exhibits::close_sent(room.token.address))
    }),
    ("closing-by-you", |room| {
        channel(room, exhibits::closing(room.token.address, Side::Alice, NOW))
    }),
    ("closing-by-them", |room| {
        channel(room, exhibits::closing(room.token.address, Side::Bob, NOW))
    }),
    ("closing-watched", |room| {
        channel(room, exhibits::watched(room.token.address))
    }),
    ("understated", |room| {
        channel(room, exhibits::understated(room.token.address))
    }),
    ("missed", |room| {
        channel(room, exhibits::missed(room.token.address))
    }),
    ("ready-to-settle", |room| {
        channel(room, exhibits::closing(room.token.address, Side::Bob, CLOSES_AT))
    }),
    ("settled", |room| {
        channel(room, exhibits::settled(room.token.address, true))
    }),
    ("settled-unread", |room| {
        channel(room, exhibits::settled(room.token.address, false))
    }),
    ("many-running", |room| many(room, Progress::Running(326, 1_000))),
    ("many-sent", |room| {
        many(room, Progress::Ended(1_000, 2_140, BurstEnd::All))
    }),
    ("many-refused", |room| {
        let words = say::pay_at_most(&money(tokens("0.5"), &room.token));
        many(room, Progress::Ended(412, 970, BurstEnd::Refused(words)))
    }),
    ("stream-none", |room| {
        let room = Room {
            unfolded: true,
            ..room.clone()
        };
        channel(&room, exhibits::open(room.token.address))
    }),
    ("stream-running", |room| {
        streaming(room, flows::stream(Flow::Running { until: NOW_MS }))
    }),
    ("stream-paused", |room| {
        streaming(room, flows::stream(Flow::Paused(Pause::Asked)))
    }),
    ("stream-away", |room| {
        streaming(room, flows::stream(Flow::Paused(Pause::Away)))
    }),
    ("stream-reloaded", |room| {
        streaming(room, flows::stream(Flow::Reloaded))
    }),
    ("stream-limit", |room| {
        streaming(room, flows::all_paid(Flow::Paused(Pause::AllPaid)))
    }),
];

/// An open channel in which many payments are sent, or were.
fn many(room: &Room, burst: Progress) -> Html {
    let room = Room {
        burst,
        ..room.clone()
    };
    channel(&room, exhibits::open(room.token.address))
}

/// An open channel in which money flows, or has flowed.
fn streaming(room: &Room, stream: Stream) -> Html {
    let room = Room {
        stream: Some(stream),
        ..room.clone()
    };
    channel(&room, exhibits::open(room.token.address))
}

/// Links that ask the other side of a channel to pay.
fn pay_links(view: &ChannelView) -> PayLinks {
    PayLinks {
        origin: "http://localhost:8080".to_owned(),
        channel: view.id,
        payee: view.holder,
    }
}

/// A channel's page, with everything its state offers.
fn channel(room: &Room, view: ChannelView) -> Html {
    let token = || room.token.clone();
    let errand = || room.errand.clone();
    let standing = Standing::of(&view);
    let is_open = standing == Standing::Open;
    let is_over = matches!(view.phase, PhaseView::Settled { .. });
    let asked = own_withdrawal(&view, NOW, room.config.clock);
    let drawing = Drawing {
        holder: view.holder,
        reach: Reach::of(&view),
        token: token(),
        time: Callback::from(|_| "14:05".to_owned()),
        when: Callback::from(|_| "14:05".to_owned()),
        explorer: room.config.explorer.clone(),
    };
    html! {
        <div class="page">
            if let Some((loss, closes_at)) = understated(&view) {
                <Alarm {loss} token={token()} {closes_at} now={NOW} clock={room.config.clock} policy={view.key.policy} errand={errand()} answer={Answer::Claim(room.nothing())} />
            }
            <div class="page-head">
                <a class="back" href={Route::Channels.href()} aria-label={say::all_channels()}>{ "‹" }</a>
                <h1>{ title(&view, &Names::default()) }</h1>
                <span class="page-marks"><Chip {standing} /></span>
            </div>
            if let Some(fault) = &view.fault {
                <p class="error card" role="alert">{ say::cannot_be_used(&sentence(&fault.said())) }</p>
            }
            <div class="columns">
                <div class="column-main">
                    { phase(room, &view) }
                    if standing == Standing::Offered && view.fault.is_none() {
                        <JoinPanel view={view.clone()} token={token()} config={room.config.clone()} errand={errand()} hidden={Some(false)}
                            on_join={room.nothing()} />
                    }
                    if !is_over {
                        <Balances view={view.clone()} token={token()} />
                    }
                    if is_open && !view.followed {
                        <FollowCard errand={errand()} on_follow={room.nothing()} />
                    }
                    if is_open && unanswered(&view).next().is_some() {
                        <AskedPanel requests={unanswered(&view).cloned().collect::<Vec<_>>()} token={token()} now_ms={NOW_MS} errand={errand()}
                            on_pay={room.nothing()} on_decline={room.nothing()} />
                    }
                    if is_open {
                        <PayForm token={token()} spendable={view.spendable} owned={view.balances[view.holder]} paid={view.totals[view.holder]} online={view.peer_online} signing={view.signing}
                            delivery={view.delivery} seen={view.seen >= view.totals[view.holder]} can_note={view.can_note} errand={errand()} on_pay={room.nothing()} />
                    }
                    if takes_streams(&view) {
                        <StreamCard token={token()} spendable={view.spendable} total={view.totals[view.holder]} stream={room.stream.clone()}
                            now={Callback::from(|()| NOW_MS)} on_change={room.nothing()} unfolded={room.unfolded} />
                    }
                    <BalancePlot view={view.clone()} token={token()} time={Callback::from(|_| "14:05".to_owned())} />
                    <History entries={view.entries.clone()} {drawing} on_save={room.nothing()} />
                </div>
                <aside class="column-side">
                    if is_open || standing == Standing::Opening {
                        <ShareCard link="http://localhost:8080/#join=7K3D-9QXM" code={view.id.short_code()} />
                    }
                    if is_open && view.signing == Signing::WalletOrDelegate {
                        <DelegateCard errand={errand()} on_allow={room.nothing()} />
                    }
                    if is_open {
                        <RequestForm token={token()} requests={view.requests_by_me.clone()} links={pay_links(&view)} now_ms={NOW_MS} errand={errand()}
                            cancelling={ErrandState::default()} on_request={room.nothing()} on_cancel={room.nothing()} />
                        <DepositForm token={token()} balance={tokens("8750")} errand={errand()} on_deposit={room.nothing()} />
                        <TakeOutForm token={token()} spendable={view.spendable} {asked} errand={errand()} on_ask={room.nothing()} />
                    }
                    <NameCard address={counterparty(&view)} explorer={room.config.explorer.clone()} on_name={room.nothing()} />
                    if !is_over && view.joined && view.fault.is_none() {
                        <EvidenceCard problem={errand().problem} on_save={room.nothing()} />
                    }
                    if !is_over {
                        <MineForm usual={view.key.finalization_period} errand={errand()} on_mine={room.nothing()} />
                    }
                    if takes_streams(&view) {
                        <BurstCard token={token()} spendable={view.spendable} progress={room.burst.clone()} on_send={room.nothing()} on_stop={room.nothing()} />
                    }
                </aside>
            </div>
        </div>
    }
}
