//! Components drawn natively: what a person, a screen reader and a test find in them.

use crate::{
    components::{
        activity_panel::{ActivityPanel, ActivityPanelProps},
        alarm::{Alarm, AlarmProps, Answer},
        asked_panel::{AskedPanel, AskedPanelProps},
        backup_forms::{ExportForm, ExportFormProps, ImportForm, ImportFormProps},
        balance_plot::{BalancePlot, BalancePlotProps},
        balances::{Balances, BalancesProps},
        banner::{Banner, BannerProps, Urgency},
        closing_panel::{ClosingPanel, ClosingPanelProps, Watchtower},
        control_strip::{ControlStrip, ControlStripProps},
        deposit_form::DepositForm,
        fee::Fee,
        field::{Field, FieldProps},
        history::{Drawing, History, HistoryProps},
        limits_form::{LimitsForm, LimitsFormProps},
        pay_form::{PayForm, PayFormProps},
        request_form::{RequestForm, RequestFormProps},
        take_out_form::{TakeOutForm, TakeOutFormProps},
        tour_card::{TourCard, TourCardProps},
        wallet_list::{WalletItem, WalletList, WalletListProps},
        watched::{Watched, WatchedProps},
        withdrawal_panel::{WithdrawalPanel, WithdrawalPanelProps},
    },
    hooks::ErrandState,
    state::{
        act::Act,
        activity::{Told, Tone},
        backup::Due,
        config::{AppConfig, ClockMode, Token, tests::EXAMPLE},
        demo::{STEPS, Tour},
        exhibits,
        fees::Fees,
        history::Reach,
        mirror::channels::{Lookers, Shown, looking, tests::channel},
        price::Price,
        requests::tests::request,
        route::Route,
        snapshot::{Latest, Snapshot},
        standing::{
            Promise,
            tests::{units, view},
        },
    },
};
use std::rc::Rc;
use thunder_channel::{Address, Amount, MemoText, PerSide, Policy, Side};
use thunder_client::{
    ChannelView, Delivery, Entry, EntryKind, EntryMemo, RequestState, RequestView, Signing, SpendingLimit,
    SpendingView, Waiting,
};
use yew::{BaseComponent, Callback, LocalServerRenderer};

fn draw<C: BaseComponent>(props: C::Properties) -> String {
    futures::executor::block_on(
        LocalServerRenderer::<C>::with_props(props)
            .hydratable(false)
            .render(),
    )
}

/// The text without its elements.
fn text(html: &str) -> String {
    let mut inside = false;
    html.chars()
        .filter(|c| {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    return false;
                }
                _ => (),
            }
            !inside
        })
        .collect()
}

#[test]
fn a_wrong_field_says_so_to_everybody() {
    let html = draw::<Field>(yew::props!(FieldProps {
        id: "amount",
        label: "Amount",
        value: "x".to_owned(),
        error: "enter an amount".to_owned(),
    }));
    assert!(html.contains(r#"aria-invalid="true""#), "{html}");
    assert!(html.contains(r#"aria-describedby="amount-error""#), "{html}");
    assert!(html.contains(r#"id="amount-error""#), "{html}");
    assert!(text(&html).contains("Enter an amount."), "{html}");
    let right = draw::<Field>(yew::props!(FieldProps {
        id: "amount",
        label: "Amount",
        value: String::new()
    }));
    assert!(!right.contains("aria-invalid"), "{right}");
}

#[test]
fn balances_are_exact_and_named() {
    let html = draw::<Balances>(BalancesProps {
        view: ChannelView {
            waiting: Some((units(7), Waiting::Uncovered)),
            unconfirmed: PerSide {
                alice: Amount::ZERO,
                bob: units(9),
            },
            ..view()
        },
        token: Token::ether(),
        held: Some(units(3)),
        depth: PerSide {
            alice: None,
            bob: Some((1, 3)),
        },
    });
    assert!(
        text(&html).contains("not deep enough to count yet. Blocks on top of it: 1 of 3."),
        "{html}"
    );
    for (name, value) in [("Your balance", "80 ETH"), ("Their balance", "20 ETH")] {
        let (_, group) = html.split_once(&format!("aria-label=\"{name}\"")).unwrap();
        assert!(text(group).contains(value), "{group}");
    }
    assert!(html.contains("You own 80 ETH, 0xB1B1…B1B1 owns 20 ETH"), "{html}");
    assert!(text(&html).contains("7 ETH waits until the payer"), "{html}");
    assert!(text(&html).contains("3 ETH of yours is on hold"), "{html}");
    assert!(
        !html.contains("style="),
        "the Content-Security-Policy drops style attributes: {html}"
    );
}

#[test]
fn what_is_certain_is_said_in_every_phase_that_has_it() {
    let draw = |view| {
        let html = draw::<Balances>(BalancesProps {
            view,
            token: Token::ether(),
            held: None,
            depth: PerSide::default(),
        });
        ["spendable", "guaranteed"].map(|name| html.contains(&format!(r#"data-testid="{name}""#)))
    };
    let token = Address::zero();
    assert_eq!(draw(exhibits::open(token)), [true, true]);
    assert_eq!(draw(exhibits::offered(token, false)), [false, true]);
    assert_eq!(draw(exhibits::offered(token, true)), [false, false], "a fault");
    assert_eq!(draw(exhibits::close_sent(token)), [false, true]);
    assert_eq!(draw(exhibits::opening(token)), [false, true]);
    let unread = ChannelView {
        guaranteed: Amount::ZERO,
        ..exhibits::opening(token)
    };
    assert_eq!(draw(unread), [false, false], "not on the chain");
    let closing = exhibits::closing(token, Side::Bob, exhibits::NOW);
    assert_eq!(draw(closing), [false, false], "the panel says it");
}

#[test]
fn the_pay_form_says_who_signs_and_how_far_it_came() {
    let form = |signing, delivery, seen| {
        draw::<PayForm>(PayFormProps {
            token: Token::ether(),
            spendable: units(4),
            owned: units(4),
            paid: Amount::ZERO,
            online: true,
            signing,
            delivery,
            seen,
            can_note: signing == Signing::PaymentKey,
            errand: ErrandState::default(),
            on_pay: Callback::noop(),
        })
    };
    let html = form(Signing::PaymentKey, Delivery::Relayed, false);
    assert!(text(&html).contains("no wallet window"), "{html}");
    assert!(text(&html).contains("Relayed"), "{html}");
    let seen = text(&form(Signing::PaymentKey, Delivery::Relayed, true));
    assert!(seen.contains("Seen") && !seen.contains("Relayed"), "{seen}");
    // What was seen is an earlier total than what waits here.
    assert!(text(&form(Signing::PaymentKey, Delivery::Stored, false)).contains("Stored here"));
    // 5 and 20 are more than can be paid.
    assert_eq!(html.matches("disabled=\"disabled\"").count(), 2, "{html}");
    assert!(html.contains(r#"for="pay-memo""#), "{html}");
    // Who opened a channel alone, or owns nothing in it yet, reads what paying means there.
    let lonely = |online, owned| {
        text(&draw::<PayForm>(PayFormProps {
            token: Token::ether(),
            spendable: owned,
            owned,
            paid: Amount::ZERO,
            online,
            signing: Signing::PaymentKey,
            delivery: Delivery::Nothing,
            seen: false,
            can_note: false,
            errand: ErrandState::default(),
            on_pay: Callback::noop(),
        }))
    };
    assert!(lonely(false, units(4)).contains("The other side is away: what you pay reaches it"));
    assert!(lonely(false, Amount::ZERO).contains("You own nothing here yet"));
    assert!(!lonely(true, units(4)).contains("away"));
    let by_wallet = form(Signing::WalletOnly, Delivery::Signing, false);
    assert!(text(&by_wallet).contains("Asking the wallet"));
    assert!(
        !by_wallet.contains("pay-memo"),
        "a wallet signs no memos: {by_wallet}"
    );
}

#[test]
fn requests_to_the_holder_are_answered_one_by_one() {
    let request = |number: u8, state| RequestView {
        amount: units(number.into()),
        ..request(number.into(), state)
    };
    let html = draw::<AskedPanel>(AskedPanelProps {
        requests: vec![request(3, RequestState::Open), request(4, RequestState::Open)],
        token: Token::ether(),
        now_ms: 9_940_000,
        errand: ErrandState {
            problem: Some("you can pay at most 2 ETH in this channel".to_owned()),
            ..ErrandState::default()
        },
        on_pay: Callback::noop(),
        on_decline: Callback::noop(),
    });
    let words = text(&html);
    for said in [
        "Pay 3 ETH",
        "Pay 4 ETH",
        "“Lunch”",
        "Expires in about 1 minute",
        "You can pay at most 2 ETH in this channel.",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert_eq!(words.matches("Decline").count(), 2, "{words}");
}

#[test]
fn the_holders_requests_are_listed_with_what_became_of_them() {
    let form = |requests| {
        draw::<RequestForm>(RequestFormProps {
            token: Token::ether(),
            requests,
            now_ms: 9_940_000,
            errand: ErrandState::default(),
            cancelling: ErrandState::default(),
            on_request: Callback::noop(),
            on_cancel: Callback::noop(),
        })
    };
    let none = form(Vec::new());
    assert!(!none.contains("Your requests"), "{none}");
    let html = form(vec![
        request(1, RequestState::Declined),
        request(2, RequestState::Answered { total: units(3) }),
        request(3, RequestState::Open),
    ]);
    let words = text(&html);
    for said in ["Declined", "Paid", "Expires in about 1 minute"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert_eq!(
        words.matches("Take back").count(),
        1,
        "only what is open: {words}"
    );
}

#[test]
fn the_history_says_what_for_and_how_far() {
    let kind = EntryKind::Paid {
        by: Side::Alice,
        amount: units(20),
        total: units(20),
        nonce: "1".to_owned(),
        payments: 1,
    };
    let memo = EntryMemo {
        total: units(20),
        request: None,
        text: MemoText::parse("<i>Tea</i>").unwrap(),
    };
    let history = |seen, problem: Option<&str>| {
        draw::<History>(HistoryProps {
            entries: std::iter::once(Entry {
                memos: vec![memo.clone()],
                ..Entry::new(0, kind.clone())
            })
            .collect(),
            drawing: Drawing {
                holder: Side::Alice,
                reach: Reach::of(&ChannelView {
                    seen: units(seen),
                    ..view()
                }),
                token: Token::ether(),
                time: Callback::from(|_| "14:05".to_owned()),
                when: Callback::from(|_| "14:05".to_owned()),
                explorer: None,
            },
            problem: problem.map(str::to_owned),
            on_save: Some(Callback::noop()),
            on_look: None,
        })
    };
    let html = history(20, None);
    assert!(!html.contains(r#"role="alert""#), "{html}");
    assert!(
        text(&html).contains("You paid 20 ETH") && text(&html).contains("Seen"),
        "{html}"
    );
    assert!(
        html.contains("“&lt;i>Tea&lt;/i>”") || html.contains("“&lt;i&gt;Tea&lt;/i&gt;”"),
        "memos are text: {html}"
    );
    assert!(text(&history(19, None)).contains("Relayed"));
    assert!(text(&html).contains("No. 1 · 20 ETH in all"), "{html}");
    let html = history(20, Some("the file could not be saved"));
    assert!(html.contains(r#"role="alert""#), "{html}");
    assert!(text(&html).contains("The file could not be saved."), "{html}");
}

#[test]
fn of_a_long_history_the_newest_are_drawn() {
    let opened = |block| EntryKind::Opened {
        block,
        amount: units(1),
    };
    let html = draw::<History>(HistoryProps {
        entries: (0..10_000).map(|at| Entry::new(at, opened(at))).collect(),
        drawing: Drawing {
            holder: Side::Alice,
            reach: Reach::of(&view()),
            token: Token::ether(),
            time: Callback::from(|at: u64| at.to_string()),
            when: Callback::from(|at: u64| at.to_string()),
            explorer: None,
        },
        problem: None,
        on_save: Some(Callback::noop()),
        on_look: None,
    });
    assert_eq!(html.matches(r#"role="listitem""#).count(), 12);
    let words = text(&html);
    assert!(
        words.contains("block 9999") && words.contains("block 9988"),
        "{words}"
    );
    assert!(words.contains("Show 9,988 earlier"), "{words}");
}

#[test]
fn a_transactions_hash_can_be_taken_along() {
    let told = |id, detail: Option<&str>| Told {
        id,
        at: 0,
        tone: Tone::Good,
        words: "Mined".to_owned(),
        detail: detail.map(str::to_owned),
    };
    let hash = format!("0x{}", "5a".repeat(32));
    let html = draw::<ActivityPanel>(ActivityPanelProps {
        kept: vec![told(1, Some(&hash)), told(0, None)],
        time: Callback::from(|_| "14:05".to_owned()),
        explorer: None,
        on_look: None,
        on_close: Callback::noop(),
    });
    assert!(text(&html).contains("0x5a5a…5a5a"), "{html}");
    assert_eq!(html.matches(r#"aria-label="Copy hash""#).count(), 1, "{html}");
}

#[derive(yew::Properties, PartialEq)]
struct ReadProps {
    latest: Latest,
    children: yew::Html,
}

/// What is drawn where the chain and the wallet were read.
#[yew::component]
fn Read(props: &ReadProps) -> yew::Html {
    yew::html! { <yew::ContextProvider<Latest> context={props.latest.clone()}>{ props.children.clone() }</yew::ContextProvider<Latest>> }
}

#[test]
fn the_networks_fee_is_said_before_the_wallet_opens() {
    let fee = |token, amount, ether: &str, gas_price: Option<u128>, price: Option<Price>| {
        let coin = Token {
            price,
            ..Token::ether()
        };
        let latest = Latest(Rc::new(Snapshot {
            wallet: vec![(coin.address, Some(Amount::parse(ether, 18).unwrap()))],
            fees: gas_price.map(|gas_price| Fees { gas_price, coin }),
            ..Snapshot::default()
        }));
        let children = yew::html! { <Fee act={Act::Open} {token} {amount} /> };
        text(&draw::<Read>(ReadProps { latest, children }))
    };
    let said =
        |ether: &str, gas_price, price| fee(Address::repeat_byte(1), units(100), ether, gas_price, price);
    let gwei = Some(1_000_000_000);
    assert_eq!(said("1", gwei, None), "Network fee: about 0.00011 ETH.");
    assert_eq!(
        said("1", gwei, Price::parse("EUR", "3000")),
        "Network fee: about 0.00011 ETH (≈ EUR 0.330000000000000000)."
    );
    assert_eq!(
        said("0", gwei, None),
        "This account has 0 ETH; the network's fee is about 0.00011 ETH."
    );
    assert_eq!(said("0.00011", gwei, None), "Network fee: about 0.00011 ETH.");
    assert_eq!(said("1", None, None), "", "nothing is made up");
    // Who puts in all its ether has none left for the fee.
    let ether = |amount| fee(Address::zero(), units(amount), "2.5", gwei, None);
    assert_eq!(ether(2), "Network fee: about 0.000053 ETH.");
    assert!(ether(3).starts_with("This account has 2.5 ETH, and with the network's fee about 3.0"));
}

#[test]
fn what_costs_something_says_so() {
    let read = |children| {
        let latest = exhibits::latest(Token::ether());
        text(&draw::<Read>(ReadProps { latest, children }))
    };
    let closing = |holder, now| {
        read(yew::html! {
            <ClosingPanel {holder} closer={Side::Bob} closes_at={110} {now} clock={ClockMode::Blocks}
                payout={PerSide { alice: units(80), bob: units(20) }} token={Token::ether()} understated={false} development={false}
                watchtower={Watchtower::None} errand={ErrandState::default()} on_settle={Callback::noop()} on_accept={Callback::noop()}
                on_ask={Callback::noop()} />
        })
    };
    let accepting = closing(Side::Alice, 10);
    assert!(accepting.contains("about 0.0001 ETH."), "{accepting}");
    let settling = closing(Side::Alice, 110);
    assert!(settling.contains("about 0.000098 ETH."), "{settling}");
    assert!(
        !closing(Side::Bob, 10).contains("Network fee"),
        "there is nothing to send"
    );
    let depositing = read(yew::html! {
        <DepositForm token={Token::ether()} balance={units(2)} errand={ErrandState::default()} on_deposit={Callback::noop()} />
    });
    assert!(depositing.contains("about 0.000065 ETH."), "{depositing}");
    assert!(depositing.contains("asks once"), "{depositing}");
    let thd = Token {
        address: Address::repeat_byte(1),
        ..Token::ether()
    };
    let depositing = read(yew::html! {
        <DepositForm token={thd} balance={units(2)} errand={ErrandState::default()} on_deposit={Callback::noop()} />
    });
    assert!(depositing.contains("asks twice: for a signature"), "{depositing}");
}

#[test]
fn an_alarm_names_loss_time_and_remedy() {
    let html = draw::<Alarm>(AlarmProps {
        loss: units(300),
        token: Token::ether(),
        closes_at: 110,
        now: 10,
        clock: ClockMode::Blocks,
        policy: Policy::Refute,
        claiming: true,
        errand: ErrandState::default(),
        answer: Answer::Claim(Callback::noop()),
    });
    // It can be sent again: the first may be too cheap to arrive in time.
    assert!(text(&html).contains("Waiting for the transaction…"), "{html}");
    assert!(!html.contains("disabled"), "{html}");
    assert!(html.contains(r#"role="alert""#), "{html}");
    let words = text(&html);
    assert!(words.contains("Claim now or lose 300 ETH"), "{words}");
    assert!(words.contains("within 100 blocks (about 20 minutes)"), "{words}");
    assert!(words.ends_with("Claim now"), "{words}");
}

#[test]
fn a_window_that_waits_shows_the_channels_and_only_takes_over() {
    let (alarmed, calm) = (channel(1), channel(2));
    let calm = ChannelView { alarm: None, ..calm };
    let watched = |route: Route| {
        let mut lookers = Lookers::default();
        assert!(lookers.hear(&looking(Some(calm.id)), 0));
        let told = Shown {
            clock: Some(10),
            views: vec![alarmed.clone(), calm.clone()],
        };
        let html = draw::<Watched>(WatchedProps {
            shown: Shown::parse(&told.to_text(&lookers), calm.key.alice).unwrap(),
            config: Rc::new(AppConfig::parse(EXAMPLE).unwrap()),
            route,
            time: Callback::from(|at: u64| at.to_string()),
            on_take_over: Callback::noop(),
        });
        // On every page, and nothing else can be pressed or typed.
        let words = text(&html);
        assert!(words.contains("Claim now or lose 3 ETH"), "{words}");
        assert!(words.contains("within 100 blocks (about 20 minutes)"), "{words}");
        assert_eq!(html.matches("<button").count(), 1, "{html}");
        assert!(words.contains("Take over"), "{words}");
        for control in ["<input", "<select", "<form"] {
            assert!(!html.contains(control), "{html}");
        }
        html
    };
    let bars = |html: &str| html.matches("You own 80 ETH, 0xB1B1…B1B1 owns 20 ETH").count();
    let list = watched(Route::Channels);
    assert!(list.contains(r#"aria-label="Your channels""#), "{list}");
    assert_eq!(bars(&list), 2, "{list}");
    let page = watched(Route::Channel(calm.id));
    assert_eq!(bars(&page), 1, "{page}");
    assert!(page.contains(r#"data-testid="your-balance""#), "{page}");
    assert_eq!(page.matches(r#"role="listitem""#).count(), 12, "{page}");
    assert!(text(&page).contains("block 19"), "the newest: {page}");
    assert_eq!(
        bars(&watched(Route::Sessions)),
        0,
        "that page is about something else"
    );
    let unknown = watched(Route::Channel(view().id));
    assert_eq!(bars(&unknown), 2, "{unknown}");
}

#[test]
fn only_what_helps_is_offered_while_closing() {
    let tower = |holder, now, understated, watchtower| {
        text(&draw::<ClosingPanel>(ClosingPanelProps {
            holder,
            closer: Side::Bob,
            closes_at: 110,
            now,
            clock: ClockMode::Blocks,
            payout: PerSide {
                alice: units(80),
                bob: units(20),
            },
            token: Token::ether(),
            understated,
            missed: (now > 110).then(|| units(7)),
            development: true,
            watchtower,
            errand: ErrandState::default(),
            on_settle: Callback::noop(),
            on_accept: Callback::noop(),
            on_ask: Callback::noop(),
        }))
    };
    let panel = |holder, now, understated| tower(holder, now, understated, Watchtower::None);
    let offers = |words: &str| (words.contains("Accept now"), words.contains("Settle"));
    assert_eq!(offers(&panel(Side::Alice, 10, false)), (true, false));
    assert_eq!(offers(&panel(Side::Bob, 10, false)), (false, false));
    assert_eq!(
        offers(&panel(Side::Alice, 10, true)),
        (false, false),
        "accepting a lie loses money"
    );
    assert_eq!(
        offers(&panel(Side::Alice, 109, false)),
        (false, false),
        "it would come too late"
    );
    assert_eq!(offers(&panel(Side::Bob, 110, false)), (false, true));
    assert!(panel(Side::Bob, 111, false).contains("7 ETH of yours goes to the other side"));
    assert!(panel(Side::Alice, 10, false).contains("100 blocks"));
    assert!(panel(Side::Alice, 110, false).contains("Ready to settle"));

    // What to do while it lasts: nothing but coming back, unless the alarm above says otherwise.
    for (now, understated, said) in [(10, false, true), (10, true, false), (110, false, false)] {
        let words = panel(Side::Bob, now, understated);
        assert_eq!(words.contains("come back and settle"), said, "{words}");
        assert_eq!(words.contains("“Mine blocks”"), now == 10, "{words}");
    }

    // The watchtower is offered where one runs, until it was asked, and no longer than it is of use.
    let asks = |now, watchtower| {
        let words = tower(Side::Alice, now, false, watchtower);
        (
            words.contains("Ask the watchtower"),
            words.contains("was asked to settle"),
        )
    };
    assert_eq!(asks(10, Watchtower::None), (false, false));
    assert_eq!(asks(10, Watchtower::Ready), (true, false));
    assert_eq!(asks(110, Watchtower::Ready), (false, false));
    assert_eq!(asks(10, Watchtower::Asked), (false, true));
}

#[test]
fn taking_out_is_asked_for_and_answered() {
    let form = |asked| {
        text(&draw::<TakeOutForm>(TakeOutFormProps {
            token: Token::ether(),
            spendable: units(80),
            asked,
            errand: ErrandState::default(),
            on_ask: Callback::noop(),
        }))
    };
    assert!(form(None).contains("At most 80 ETH"));
    let good = || Promise::Good("50 blocks".to_owned());
    let waits = form(Some((units(30), good())));
    assert!(
        waits.contains("take out 30 ETH") && waits.contains("good for 50 blocks"),
        "{waits}"
    );
    assert!(!waits.contains("Ask to take out"), "one at a time: {waits}");
    let declined = form(Some((units(30), Promise::Declined("50 blocks".to_owned()))));
    assert!(
        declined.contains("declined your taking out 30 ETH") && declined.contains("on hold for 50 blocks"),
        "{declined}"
    );
    let late = form(Some((units(30), Promise::Expired)));
    assert!(
        late.contains("did not agree") && late.contains("30 ETH"),
        "{late}"
    );

    let panel = |promise| {
        draw::<WithdrawalPanel>(WithdrawalPanelProps {
            amount: units(30),
            theirs: units(40),
            token: Token::ether(),
            promise,
            errand: ErrandState::default(),
            on_agree: Callback::noop(),
            on_decline: Callback::noop(),
        })
    };
    let asked = panel(good());
    assert!(
        text(&asked).contains("30 ETH") && text(&asked).contains("pay its fee"),
        "{asked}"
    );
    assert!(!asked.contains("disabled"), "{asked}");
    let late = panel(Promise::Expired);
    assert_eq!(
        late.matches("disabled=\"disabled\"").count(),
        1,
        "only declining is left: {late}"
    );
}

#[test]
fn wallets_are_listed_by_their_own_names() {
    let wallet = |name: &str, icon: Option<&str>| WalletItem {
        name: name.to_owned(),
        icon: icon.map(str::to_owned),
        note: None,
    };
    let html = draw::<WalletList>(WalletListProps {
        wallets: vec![
            wallet("MetaMask", Some("data:image/png;base64,AA==")),
            wallet("<b>Evil</b>", None),
        ],
        on_choose: Callback::noop(),
        busy: false,
    });
    assert!(html.contains(r#"aria-label="MetaMask""#), "{html}");
    assert_eq!(html.matches("<img").count(), 1, "{html}");
    assert!(!html.contains("<b>"), "names are text: {html}");
}

#[test]
fn the_plot_says_in_words_what_it_draws() {
    let paid = |at, by, amount: u128| {
        Entry::new(
            at,
            EntryKind::Paid {
                by,
                amount: units(amount),
                total: units(amount),
                nonce: "1".to_owned(),
                payments: 1,
            },
        )
    };
    let plot = |entries: Vec<Entry>| {
        draw::<BalancePlot>(BalancePlotProps {
            view: ChannelView {
                entries: entries.into_iter().collect(),
                ..view()
            },
            token: Token::ether(),
            time: Callback::from(|at: u64| format!("{at} o'clock")),
        })
    };
    assert_eq!(plot(vec![paid(1, Side::Alice, 20)]), "", "one moment is no line");
    let html = plot(vec![paid(1, Side::Alice, 30), paid(2, Side::Bob, 10)]);
    let words = "From 1 o'clock to 2 o'clock you owned between 70 ETH and 80 ETH";
    assert!(html.contains(words), "{html}");
    assert!(
        html.contains(r#"d="M0 240H0V72H500V48H1000V240Z" class="plot-yours""#),
        "{html}"
    );
}

#[test]
fn limits_are_said_with_what_was_paid_today() {
    let form = |spending| {
        draw::<LimitsForm>(LimitsFormProps {
            tokens: vec![Token::ether()],
            spending,
            errand: ErrandState::default(),
            on_set: Callback::noop(),
        })
    };
    let none = form(Vec::new());
    assert!(text(&none).contains("No limits"), "{none}");
    let set = form(vec![SpendingView {
        token: Token::ether().address,
        limit: SpendingLimit {
            per_payment: Some(units(5)),
            per_day: None,
        },
        spent_today: units(3),
    }]);
    assert!(
        text(&set).contains("Limits hold") && text(&set).contains("3 ETH paid today"),
        "{set}"
    );
    assert!(set.contains(r#"value="5""#), "{set}");
    // Another token's limit says nothing of this one.
    let other = form(vec![SpendingView {
        token: Address::repeat_byte(9),
        limit: SpendingLimit::default(),
        spent_today: units(3),
    }]);
    assert!(!text(&other).contains("paid today"), "{other}");
}

#[test]
fn backups_say_what_they_do_and_what_went_wrong() {
    let failed = || ErrandState {
        problem: Some("this password does not open the backup".to_owned()),
        ..ErrandState::default()
    };
    let export = draw::<ExportForm>(ExportFormProps {
        errand: failed(),
        due: Some(Due::First),
        on_export: Callback::noop(),
    });
    assert!(
        text(&export).contains("No backup was made in this browser yet."),
        "{export}"
    );
    assert!(export.contains(r#"aria-invalid="true""#), "{export}");
    let import = draw::<ImportForm>(ImportFormProps {
        errand: failed(),
        on_import: Callback::noop(),
    });
    assert!(import.contains(r#"role="alert""#), "{import}");
    assert!(
        text(&import).contains("This password does not open the backup."),
        "{import}"
    );
    assert!(
        import.contains(r#"for="backup-file""#) && import.contains(r#"type="file""#),
        "{import}"
    );
    // A password is hidden on the screen.
    assert_eq!(import.matches("secret").count(), 1, "{import}");
}

#[test]
fn the_tour_offers_what_its_step_does_then_the_next_and_at_the_end_to_play_again() {
    let card = |at, done, errand| {
        let html = draw::<TourCard>(TourCardProps {
            tour: Tour { at, done },
            errand,
            on_press: Callback::noop(),
            on_again: Callback::noop(),
        });
        text(&html)
    };
    let idle = ErrandState::default;
    for (at, step) in STEPS.iter().enumerate() {
        let shown = card(at, at, idle());
        assert!(shown.contains(&format!("Step {} of 12", at + 1)), "{shown}");
        assert!(
            shown.contains((step.sentence)()) && shown.contains((step.action)()),
            "{shown}"
        );
        assert!(!shown.contains("Done"), "{shown}");
    }
    assert!(card(3, 4, idle()).contains("Next"));
    assert!(card(11, 12, idle()).contains("Play again"));
    let busy = ErrandState { busy: true, ..idle() };
    assert!(card(3, 3, busy).contains("Working…"));
    let refused = ErrandState {
        problem: Some("there is no channel yet".to_owned()),
        ..idle()
    };
    assert!(card(3, 3, refused).contains("There is no channel yet."));
}

#[test]
fn who_sleeps_can_be_woken() {
    let strip = |bob_sleeps| {
        text(&draw::<ControlStrip>(ControlStripProps {
            bob_sleeps,
            busy: false,
            on_act: Callback::noop(),
            on_reset: Callback::noop(),
            on_invite: Callback::noop(),
        }))
    };
    assert!(strip(false).contains("Put Bob to sleep") && !strip(false).contains("Wake Bob"));
    assert!(strip(true).contains("Wake Bob"));
    assert!(strip(true).contains("Reset") && !strip(true).contains("Really reset"));
}

#[test]
fn what_cannot_be_taken_back_is_not_done_at_once() {
    let html = draw::<Banner>(yew::props!(BannerProps {
        urgency: Urgency::Calm,
        children: yew::html! { "Old data." },
        action: "Discard",
        sure: "Discard for good",
    }));
    assert!(html.contains(r#"aria-expanded="false""#), "{html}");
    assert_eq!(text(&html), "Old data.Discard", "{html}");
}
