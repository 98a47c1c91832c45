//! Every state that a page can show, drawn from made-up channels through the real components, so that all of them can be
//! looked at. Only on a development chain, and linked from nowhere.

use crate::{
    components::{
        account_panel::AccountPanel,
        activity_panel::ActivityPanel,
        alarm::{Alarm, Answer},
        asked_panel::AskedPanel,
        backup_forms::{ExportForm, ImportForm},
        balance_plot::BalancePlot,
        balances::Balances,
        banner::{Banner, Urgency},
        chip::Chip,
        closing_panel::{ClosingPanel, Watchtower},
        control_strip::ControlStrip,
        delegate_card::DelegateCard,
        deposit_form::DepositForm,
        distrust_card::DistrustCard,
        end_dialog::EndDialog,
        evidence_card::EvidenceCard,
        follow_card::FollowCard,
        handout_dialog::HandoutDialog,
        hidden_list::HiddenList,
        history::{Drawing, History},
        join_panel::JoinPanel,
        limits_form::LimitsForm,
        mine_form::MineForm,
        name_card::NameCard,
        offer_card::{Hindrance, OfferCard},
        pay_form::PayForm,
        pay_link_card::PayLinkCard,
        proposal_panel::ProposalPanel,
        request_form::RequestForm,
        session_card::SessionCard,
        settled_panel::SettledPanel,
        share_card::ShareCard,
        take_out_form::TakeOutForm,
        toasts::Toasts,
        tour_card::TourCard,
        wallet_list::{WalletItem, WalletList},
        watched::Watched,
        withdrawal_panel::WithdrawalPanel,
    },
    hooks::ErrandState,
    pages::{accounts::Accounts, elsewhere::ElsewhereList, held::Held, message::Message, setup::SetUp},
    state::{
        activity::{Told, Tone},
        backup::Due,
        config::{AppConfig, Token},
        demo::{Tour, handout},
        exhibits::{self, CLOSES_AT, EXPIRY, NOW, NOW_MS, sessions as made_up, tokens},
        history::Reach,
        mirror::channels::Shown,
        names::Names,
        pay_link::PayLinks,
        requests::unanswered,
        route::Route,
        seat::Seat,
        sessions::{Listed, SessionView},
        snapshot::Latest,
        standing::{
            Promise, Standing, counterparty, foreign_settlement, foreign_withdrawal, missed, own_settlement,
            own_settlement_words, own_withdrawal, title, understated, until,
        },
    },
    words::{Language, Said, count, say, sentence},
};
use std::rc::Rc;
use thunder_channel::{Address, MAX_MEMO_CHARACTERS, MemoText, Side};
use thunder_client::{ChannelView, PhaseView, Signing, downloads::DownloadFault};
use thunder_ethereum::{RpcError, RpcErrorKind};
use yew::prelude::*;

/// Properties of [`Gallery`].
#[derive(Properties, PartialEq)]
pub struct GalleryProps {
    /// The world.
    pub config: Rc<AppConfig>,
    /// Which state; the list of them all if there is none.
    pub exhibit: Option<String>,
}

type Draw = fn(&Room) -> Html;

const EXHIBITS: [(&str, Draw); 75] = [
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
    ("accounts", |room| {
        let accounts = [0xa1, 0xb3, 0x17].map(Address::repeat_byte).to_vec();
        html! { <Accounts {accounts} on_pick={room.nothing()} on_back={room.nothing()} /> }
    }),
    ("held", |room| held(room, false)),
    ("taken-over", |room| held(room, true)),
    ("sessions-elsewhere", elsewhere),
    ("channels-elsewhere", |room| watched(room, Route::Channels)),
    ("channel-elsewhere", |room| {
        let view = exhibits::understated(room.token.address);
        watched(room, Route::Channel(view.id))
    }),
    ("set-up", |room| set_up(room, false, None)),
    ("set-up-asking", |room| set_up(room, true, None)),
    ("set-up-refused", |room| set_up(room, false, Some(&rejected()))),
    ("banners", |_| banners()),
    (
        "toasts",
        |_| html! { <Toasts shown={told()} on_dismiss={Callback::noop()} /> },
    ),
    ("hidden", |room| {
        let views = vec![exhibits::offered(room.token.address, true)];
        html! { <HiddenList {views} config={room.config.clone()} on_hiding={Callback::noop()} /> }
    }),
    ("pay-link", |room| {
        let view = exhibits::open(room.token.address);
        let links = PayLinks {
            origin: "http://localhost:8080".to_owned(),
            channel: view.id,
            payee: view.holder,
        };
        let memo = MemoText::parse(&"ä".repeat(MAX_MEMO_CHARACTERS)).unwrap_or_default();
        html! { <section class="card narrow"><PayLinkCard link={links.amount(tokens("12.5"), &memo, &room.token)} /></section> }
    }),
    ("opening", |room| {
        channel(room, exhibits::opening(room.token.address))
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
    ("dialogs", dialogs),
    ("tour", |_| tour(Tour::default(), ErrandState::default())),
    ("tour-done", |_| {
        tour(Tour { at: 3, done: 4 }, ErrandState::default())
    }),
    ("tour-refused", |_| tour(Tour { at: 8, done: 8 }, refused())),
    ("room", |_| {
        let link = "http://localhost:8080/demo/3".to_owned();
        html! { <HandoutDialog {link} invite={None::<String>} reach={handout::Reach::Machine} on_close={Callback::noop()} /> }
    }),
];

/// What exhibits share.
#[derive(Clone)]
struct Room {
    config: Rc<AppConfig>,
    token: Token,
    errand: ErrandState,
}

impl Room {
    fn with(&self, errand: ErrandState) -> Self {
        Self {
            errand,
            ..self.clone()
        }
    }

    /// Nothing in a gallery does anything.
    fn nothing<T>(&self) -> Callback<T> {
        Callback::noop()
    }
}

/// The page.
#[component]
pub fn Gallery(props: &GalleryProps) -> Html {
    let token = props.config.tokens.first().cloned().unwrap_or_else(Token::ether);
    let room = Room {
        config: props.config.clone(),
        token,
        errand: ErrandState::default(),
    };
    let found = EXHIBITS
        .iter()
        .find(|(name, _)| props.exhibit.as_deref() == Some(*name));
    match found {
        Some((name, draw)) => html! {
            <ContextProvider<Latest> context={exhibits::latest(props.config.token(Address::zero()))}>
                <div key={*name} data-testid="exhibit">{ draw(&room) }</div>
            </ContextProvider<Latest>>
        },
        None => html! {
            <section class="card" aria-labelledby="gallery-heading">
                <h1 id="gallery-heading">{ "Gallery" }</h1>
                <ul aria-label="Exhibits" class="exhibits">
                    { for EXHIBITS.iter().map(|(name, _)| {
                        let href = Route::Gallery(Some((*name).to_owned())).href();
                        html! { <li><a {href}>{ *name }</a></li> }
                    }) }
                </ul>
            </section>
        },
    }
}

fn tour(tour: Tour, errand: ErrandState) -> Html {
    html! {
        <>
            <TourCard {tour} {errand} on_press={Callback::noop()} on_again={Callback::noop()} />
            <ControlStrip bob_sleeps={tour.is_done()} busy={false} on_act={Callback::noop()} on_reset={Callback::noop()} on_invite={Callback::noop()} />
        </>
    }
}

fn working() -> ErrandState {
    ErrandState {
        busy: true,
        ..ErrandState::default()
    }
}

fn refused() -> ErrandState {
    ErrandState {
        problem: Some(RpcError::local(RpcErrorKind::RequestPending, "").said()),
        ..ErrandState::default()
    }
}

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

fn rejected() -> String {
    sentence(&RpcError::local(RpcErrorKind::Rejected, "").said())
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
                        <RequestForm token={token()} requests={view.requests_by_me.clone()} links={PayLinks { origin: "http://localhost:8080".to_owned(), channel: view.id, payee: view.holder }} now_ms={NOW_MS} errand={errand()}
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
                </aside>
            </div>
        </div>
    }
}

fn phase(room: &Room, view: &ChannelView) -> Html {
    let clock = room.config.clock;
    let watchtower = if view.settle_for_me {
        Watchtower::Asked
    } else {
        Watchtower::Ready
    };
    match view.phase {
        PhaseView::Closing {
            closer,
            closes_at,
            payout,
            clock: now,
            ..
        } => html! {
            <ClosingPanel holder={view.holder} {closer} {closes_at} {now} {clock} {payout} token={room.token.clone()}
                understated={understated(view).is_some()} missed={missed(view)} development={room.config.is_development()} {watchtower} errand={room.errand.clone()} on_settle={room.nothing()}
                on_accept={room.nothing()} on_ask={room.nothing()} />
        },
        PhaseView::Settled { paid_out } => {
            html! { <SettledPanel holder={view.holder} {paid_out} token={room.token.clone()} /> }
        }
        PhaseView::Opening => note(say::being_opened().to_owned()),
        PhaseView::CloseSent { deadline } => note(say::close_sent(&until(deadline, NOW, clock))),
        PhaseView::Open => {
            if let Some((payout, _)) = foreign_settlement(view) {
                html! {
                    <ProposalPanel holder={view.holder} {payout} token={room.token.clone() } left={until(EXPIRY, NOW, clock)} errand={room.errand.clone()}
                        on_agree={room.nothing()} on_decline={room.nothing()} />
                }
            } else if let Some((amount, expiry)) = foreign_withdrawal(view) {
                html! {
                    <WithdrawalPanel {amount} theirs={view.balances[view.holder.other()]} token={room.token.clone()}
                        promise={Promise::until(expiry, NOW, clock)} errand={room.errand.clone()} on_agree={room.nothing()} on_decline={room.nothing()} />
                }
            } else if let Some(promise) = own_settlement(view, NOW, clock) {
                note(own_settlement_words(&promise))
            } else {
                html! {}
            }
        }
    }
}

fn note(words: String) -> Html {
    html! { <p class="card note" role="status">{ words }</p> }
}

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
                language={Language::current()} on_language={Callback::noop()} chain_id={props.config.domain.chain_id} hub={props.config.domain.hub} explorer={props.config.explorer.clone()}
                on_disconnect={Callback::noop()} {on_close}>
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
        _ => html! { <p class="card note" role="status">{ "These were all the dialogs." }</p> },
    }
}
