//! Notes: requests, cancellations, memos and read marks. They are believed only with their own proof, stored before they are
//! shown or sent, bounded, and never money.

use crate::support::{Pair, Person, alice, amount, bob, claims::signed, domain, key};
use thunder_channel::{
    Amount, Authorization, Cancellation, ChannelKey, Delegation, Memo, MemoText, Note, PaymentRequest,
    Policy, ReadMark, RequestNumber, Side, SignedNote, SigningKey, TypedMessage,
    wire::{ClientFrame, MAX_MEMOS, MAX_REQUESTS, Message, RelayFrame},
};
use thunder_client::{
    ChannelView, Command, Delivery, EntryKind, EntryMemo, Event, Notice, Participant, Refusal, RequestState,
    RequestView, Statement, limits,
};

fn text(text: &str) -> MemoText {
    MemoText::parse(text).unwrap()
}

fn number(number: u64) -> RequestNumber {
    RequestNumber::new(number).unwrap()
}

/// An hour from the beginning of every test.
fn expiry(pair: &Pair) -> u64 {
    pair.alice.now_ms / 1_000 + 3_600
}

fn ask(pair: &mut Pair, by: Side, units: u128) -> Result<(), Refusal> {
    let (channel, expiry) = (pair.id(), expiry(pair));
    pair.node(by).command(Command::Request {
        channel,
        amount: amount(units),
        expiry,
        memo: text("lunch"),
    })
}

fn pay(
    pair: &mut Pair,
    by: Side,
    units: u128,
    memo: Option<&str>,
    request: Option<u64>,
) -> Result<(), Refusal> {
    let channel = pair.id();
    pair.node(by).command(Command::Pay {
        channel,
        amount: amount(units),
        memo: memo.map(text),
        request: request.map(number),
    })
}

fn view(pair: &mut Pair, side: Side) -> ChannelView {
    let id = pair.id();
    pair.node(side).view(id)
}

fn only(requests: &[RequestView]) -> &RequestView {
    assert_eq!(requests.len(), 1, "{requests:?}");
    &requests[0]
}

/// The memos of each payment of `by`'s, in order.
fn memos(pair: &mut Pair, side: Side, by: Side) -> Vec<Vec<String>> {
    let view = view(pair, side);
    let paid = view
        .entries
        .iter()
        .filter(|entry| matches!(entry.kind, EntryKind::Paid { by: payer, .. } if payer == by));
    let texts = |memos: &[EntryMemo]| memos.iter().map(|memo| memo.text.to_string()).collect();
    paid.map(|entry| texts(&entry.memos)).collect()
}

fn note<N: Note>(by: &SigningKey, note: N) -> SignedNote<N> {
    SignedNote {
        authorization: Authorization::direct(by.sign(&note.digest(&domain()))),
        note,
    }
}

fn memo_of(by: &SigningKey, total: u128, words: &str) -> Message {
    Message::Memo(note(
        by,
        Memo {
            channel: key().id(0),
            nonce: 1,
            total: amount(total),
            request: None,
            text: text(words),
        },
    ))
}

fn request_of(by: &SigningKey, number: u64, units: u128, expiry: u64) -> Message {
    Message::PaymentRequest(note(
        by,
        PaymentRequest {
            channel: key().id(0),
            number: self::number(number),
            amount: amount(units),
            expiry,
            memo: text("rent"),
        },
    ))
}

fn cancellation_of(by: &SigningKey, number: u64, expiry: u64) -> Message {
    Message::Cancellation(note(
        by,
        Cancellation {
            channel: key().id(0),
            number: self::number(number),
            expiry,
        },
    ))
}

fn mark_of(by: &SigningKey, total: u128) -> Message {
    Message::ReadMark(note(
        by,
        ReadMark {
            channel: key().id(0),
            total: amount(total),
        },
    ))
}

fn tell(pair: &mut Pair, side: Side, message: Message) {
    let channel = pair.id();
    pair.node(side).hear(RelayFrame::Message { channel, message });
}

#[test]
fn a_request_is_asked_shown_paid_and_answered() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    ask(&mut pair, Side::Bob, 30).unwrap();
    assert_eq!(
        only(&view(&mut pair, Side::Bob).requests_by_me).state,
        RequestState::Open
    );
    pair.deliver();
    let asked = RequestView {
        number: number(1),
        amount: amount(30),
        expiry: expiry(&pair),
        memo: text("lunch"),
        state: RequestState::Open,
    };
    assert_eq!(view(&mut pair, Side::Alice).requests_to_me, [asked]);
    let notice = Notice::Requested {
        channel,
        amount: amount(30),
    };
    assert!(pair.alice.notices.contains(&notice));
    // Nothing is paid by itself, however much time goes by.
    pair.read();
    pair.connect();
    assert_eq!(view(&mut pair, Side::Alice).totals.alice, Amount::ZERO);
    assert!(pair.alice.claims_said().is_empty());

    let less = pay(&mut pair, Side::Alice, 29, None, Some(1));
    assert!(matches!(less, Err(Refusal::Request(_))), "{less:?}");
    pay(&mut pair, Side::Alice, 30, Some("enjoy"), Some(1)).unwrap();
    let paid = RequestState::Answered { total: amount(30) };
    assert_eq!(only(&view(&mut pair, Side::Alice).requests_to_me).state, paid);
    let twice = pay(&mut pair, Side::Alice, 30, None, Some(1));
    assert!(matches!(twice, Err(Refusal::Request(_))), "{twice:?}");
    // The memo before the claim: what is not credited does not count as an answer.
    pair.alice.said.reverse();
    let frames = std::mem::take(&mut pair.alice.said);
    for (index, frame) in frames.iter().enumerate() {
        pair.relay.hear(Side::Alice, frame, &key());
        for frame in pair.relay.take(Side::Bob) {
            pair.bob.hear(frame);
        }
        let state = only(&view(&mut pair, Side::Bob).requests_by_me).state;
        assert_eq!(state, [RequestState::Open, paid][index]);
    }
    for side in Side::BOTH {
        assert_eq!(memos(&mut pair, side, Side::Alice), [["enjoy"]]);
    }
    // All of it survives a reload.
    let before = (view(&mut pair, Side::Alice), view(&mut pair, Side::Bob));
    for side in Side::BOTH {
        pair.node(side).crash();
    }
    pair.read();
    pair.connect();
    let after = (view(&mut pair, Side::Alice), view(&mut pair, Side::Bob));
    let shown = |view: &ChannelView| {
        (
            view.requests_by_me.clone(),
            view.requests_to_me.clone(),
            view.entries.clone(),
        )
    };
    assert_eq!(
        (shown(&before.0), shown(&before.1)),
        (shown(&after.0), shown(&after.1))
    );
}

#[test]
fn a_payer_that_pays_too_little_has_not_answered() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    ask(&mut pair, Side::Bob, 30).unwrap();
    pair.deliver();
    // A client that is not ours says that 5 more answer the request.
    let memo = Memo {
        channel: key().id(0),
        nonce: 2,
        total: amount(45),
        request: Some(number(1)),
        text: text(""),
    };
    pair.bob.hear(RelayFrame::Claim {
        claim: signed(&alice().payment, Side::Bob, 45, 2),
        at: 0,
    });
    tell(
        &mut pair,
        Side::Bob,
        Message::Memo(note(&alice().payment, memo.clone())),
    );
    assert_eq!(
        only(&view(&mut pair, Side::Bob).requests_by_me).state,
        RequestState::Open
    );
    let enough = Memo {
        total: amount(70),
        ..memo
    };
    tell(
        &mut pair,
        Side::Bob,
        Message::Memo(note(&alice().payment, enough)),
    );
    pair.bob.hear(RelayFrame::Claim {
        claim: signed(&alice().payment, Side::Bob, 70, 3),
        at: 0,
    });
    assert_eq!(
        only(&view(&mut pair, Side::Bob).requests_by_me).state,
        RequestState::Answered { total: amount(70) }
    );
}

#[test]
fn a_request_that_was_taken_back_stays_so() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    ask(&mut pair, Side::Bob, 30).unwrap();
    pair.deliver();
    pair.bob
        .command(Command::CancelRequest {
            channel,
            number: number(1),
        })
        .unwrap();
    pair.deliver();
    let taken_back = |pair: &mut Pair| {
        for side in Side::BOTH {
            let view = view(pair, side);
            let requests = [view.requests_by_me, view.requests_to_me].concat();
            assert_eq!(only(&requests).state, RequestState::Cancelled);
        }
    };
    taken_back(&mut pair);
    // A relay that shows the request again, also to a page that was reloaded.
    let asked = pair.relay.messages[0].1.clone();
    tell(&mut pair, Side::Alice, asked.clone());
    pair.alice.crash();
    pair.alice.read(&pair.hub);
    tell(&mut pair, Side::Alice, asked);
    taken_back(&mut pair);
    let refused = pay(&mut pair, Side::Alice, 30, None, Some(1));
    assert!(matches!(refused, Err(Refusal::Request(_))), "{refused:?}");
    // Taken back before it came.
    let expiry = expiry(&pair);
    tell(&mut pair, Side::Alice, cancellation_of(&bob().payment, 2, expiry));
    tell(&mut pair, Side::Alice, request_of(&bob().payment, 2, 9, expiry));
    assert_eq!(
        view(&mut pair, Side::Alice).requests_to_me[1].state,
        RequestState::Cancelled
    );
    // What was paid cannot be taken back.
    assert_eq!(ask(&mut pair, Side::Alice, 0), Err(Refusal::Zero));
    pair.connect();
    pair.pay(Side::Alice, 10);
    ask(&mut pair, Side::Alice, 10).unwrap();
    pair.deliver();
    pay(&mut pair, Side::Bob, 10, None, Some(1)).unwrap();
    pair.deliver();
    let refused = pair.alice.command(Command::CancelRequest {
        channel,
        number: number(1),
    });
    assert!(matches!(refused, Err(Refusal::Request(_))), "{refused:?}");
}

#[test]
fn the_payers_clock_decides_what_has_expired() {
    let mut pair = Pair::standard();
    ask(&mut pair, Side::Bob, 30).unwrap();
    pair.deliver();
    pair.alice.now_ms += 3_599_999;
    pair.alice.read(&pair.hub);
    let state = |pair: &mut Pair, side| {
        let view = view(pair, side);
        only(&[view.requests_by_me, view.requests_to_me].concat()).state
    };
    assert_eq!(state(&mut pair, Side::Alice), RequestState::Open);
    pair.alice.now_ms += 1;
    assert_eq!(state(&mut pair, Side::Alice), RequestState::Expired);
    assert_eq!(state(&mut pair, Side::Bob), RequestState::Open);
    let late = pay(&mut pair, Side::Alice, 30, None, Some(1));
    assert!(matches!(late, Err(Refusal::Request(_))), "{late:?}");
    // Nobody asks for what is over already.
    let (channel, expiry) = (pair.id(), pair.bob.now_ms / 1_000);
    let over = pair.bob.command(Command::Request {
        channel,
        amount: amount(1),
        expiry,
        memo: MemoText::default(),
    });
    assert!(matches!(over, Err(Refusal::Request(_))), "{over:?}");
}

#[test]
fn memos_of_what_was_collapsed_are_shown_at_the_burst() {
    let mut pair = Pair::standard();
    pair.relay.disconnect(Side::Bob);
    for (units, memo) in [(1, Some("one")), (2, None), (3, Some("three"))] {
        pay(&mut pair, Side::Alice, units, memo, None).unwrap();
    }
    pair.deliver();
    assert_eq!(
        memos(&mut pair, Side::Alice, Side::Alice),
        [vec!["one"], vec![], vec!["three"]]
    );
    pair.connect();
    assert_eq!(memos(&mut pair, Side::Bob, Side::Alice), [["one", "three"]]);
    // Told again, they are there once, and a forged other wording changes nothing.
    pair.connect();
    tell(&mut pair, Side::Bob, memo_of(&alice().payment, 1, "two"));
    assert_eq!(memos(&mut pair, Side::Bob, Side::Alice), [["one", "three"]]);
}

#[test]
fn a_memo_waits_until_its_payment_counts() {
    let mut pair = Pair::standard();
    pair.relay.disconnect(Side::Bob);
    pair.bob.hear(RelayFrame::Claim {
        claim: signed(&alice().payment, Side::Bob, 150, 1),
        at: 0,
    });
    tell(&mut pair, Side::Bob, memo_of(&alice().payment, 150, "uncovered"));
    assert_eq!(
        memos(&mut pair, Side::Bob, Side::Alice),
        [Vec::<String>::new()],
        "100 are covered"
    );
    pair.bob.crash();
    let channel = pair.id();
    pair.alice
        .command(Command::Deposit {
            channel,
            amount: amount(50),
        })
        .unwrap();
    assert_eq!(pair.mine_sent(), 0);
    pair.bob.read(&pair.hub);
    let placed = [vec![], vec!["uncovered".to_owned()]];
    assert_eq!(memos(&mut pair, Side::Bob, Side::Alice), placed);
}

#[test]
fn what_was_shown_is_marked_and_seen() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    let mark = |pair: &mut Pair, total| {
        pair.bob
            .command(Command::MarkRead {
                channel,
                total: amount(total),
            })
            .unwrap();
        pair.deliver();
        let (alice, bob) = (view(pair, Side::Alice), view(pair, Side::Bob));
        (bob.read.units(), alice.seen.units())
    };
    assert_eq!(mark(&mut pair, 30), (30, 30));
    // Only upwards, never above what was credited; a mark in the same second goes with a later one.
    assert_eq!(mark(&mut pair, 10), (30, 30));
    assert_eq!(mark(&mut pair, 1_000), (40, 30));
    pair.bob.now_ms += limits::READ_MARK_MS;
    pair.bob.read(&pair.hub);
    pair.deliver();
    assert_eq!(view(&mut pair, Side::Alice).seen, amount(40));
    // Not believed: lower, or of what was never paid.
    for total in [39, 41, 1 << 90] {
        tell(&mut pair, Side::Alice, mark_of(&bob().payment, total));
        assert_eq!(view(&mut pair, Side::Alice).seen, amount(40));
    }
    assert_eq!(pair.alice.participant.notes_left_out(), 2);
    pair.alice.crash();
    pair.bob.crash();
    let kept = (view(&mut pair, Side::Bob).read, view(&mut pair, Side::Alice).seen);
    assert_eq!(kept, (amount(40), amount(40)));
}

#[test]
fn what_was_lost_is_said_again() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    ask(&mut pair, Side::Bob, 30).unwrap();
    pair.bob
        .command(Command::MarkRead {
            channel,
            total: amount(40),
        })
        .unwrap();
    pay(&mut pair, Side::Bob, 1, Some("change"), None).unwrap();
    pair.bob.said.clear();
    pair.connect();
    pair.connect();
    let alice = view(&mut pair, Side::Alice);
    assert_eq!(
        (only(&alice.requests_to_me).amount, alice.seen),
        (amount(30), amount(40))
    );
    assert_eq!(memos(&mut pair, Side::Alice, Side::Bob), [["change"]]);
    // Once the relay has shown them, they are not said any more.
    pair.relay.disconnect(Side::Bob);
    pair.relay.connect(Side::Bob);
    pair.bob.relay_up();
    let subscribe = pair.bob.said.remove(0);
    pair.relay.hear(Side::Bob, &subscribe, &key());
    for frame in pair.relay.take(Side::Bob) {
        pair.bob.hear(frame);
    }
    assert_eq!(pair.bob.said, []);
    // Nor shown: of all that stands, only the read mark comes again.
    pair.bob.apply(Event::RelayDown).unwrap();
    pair.bob.relay_up();
    let subscribe = pair.bob.said.remove(0);
    pair.relay.hear(Side::Bob, &subscribe, &key());
    let [RelayFrame::Snapshot(snapshot)] = &pair.relay.take(Side::Bob)[..] else {
        panic!("one question, one answer")
    };
    assert!(matches!(snapshot.messages[..], [Message::ReadMark(_)]));
    assert_eq!(snapshot.standing.len(), 2, "the request and the memo");
    pair.bob.hear(RelayFrame::Snapshot(snapshot.clone()));
    assert_eq!(pair.bob.said, []);
    // What the relay lost is said again.
    pair.relay.messages.clear();
    pair.bob.apply(Event::RelayDown).unwrap();
    pair.bob.relay_up();
    pair.deliver();
    assert!(
        pair.bob.said.is_empty() && pair.relay.messages.len() == 2,
        "{:?}",
        pair.relay.messages
    );
}

#[test]
fn no_window_opens_for_a_memo_or_a_read_mark() {
    for policy in [Policy::Refute, Policy::Forfeit] {
        let mut pair = Pair::with_bobs_wallet(policy);
        let channel = pair.id();
        pair.pay(Side::Alice, 50);
        pair.deliver();
        assert!(!view(&mut pair, Side::Bob).can_note && view(&mut pair, Side::Alice).can_note);
        let refused = pay(&mut pair, Side::Bob, 5, Some("change"), None);
        assert_eq!(refused, Err(Refusal::MemoByWallet));
        pair.bob
            .command(Command::MarkRead {
                channel,
                total: amount(50),
            })
            .unwrap();
        assert!(pair.bob.to_sign.is_empty() && pair.bob.said.is_empty());

        // A request may ask: a person pressed a button for it.
        ask(&mut pair, Side::Bob, 30).unwrap();
        assert!(matches!(pair.bob.to_sign[..], [Statement::PaymentRequest(_)]));
        assert_eq!(view(&mut pair, Side::Bob).delivery, Delivery::Nothing);
        pair.bob.wallet_signs().unwrap();
        pair.deliver();
        assert_eq!(
            only(&view(&mut pair, Side::Alice).requests_to_me).amount,
            amount(30)
        );
        // Paying one by wallet answers it here, without a word.
        ask(&mut pair, Side::Alice, 7).unwrap();
        pair.deliver();
        pay(&mut pair, Side::Bob, 7, None, Some(1)).unwrap();
        assert_eq!(
            only(&view(&mut pair, Side::Bob).requests_to_me).state,
            RequestState::Open
        );
        pair.bob.wallet_signs().unwrap();
        assert_eq!(
            only(&view(&mut pair, Side::Bob).requests_to_me).state,
            RequestState::Answered { total: amount(7) }
        );
        pair.deliver();
        let notes =
            pair.relay.messages.iter().filter(|(side, message)| {
                *side == Side::Bob && !matches!(message, Message::PaymentRequest(_))
            });
        assert_eq!(notes.count(), 0);
        assert_eq!(view(&mut pair, Side::Alice).totals.bob, amount(7));
    }
}

#[test]
fn a_delegated_key_signs_notes_with_its_delegation() {
    let key = ChannelKey {
        bob_signer: bob().account(),
        ..key()
    };
    let mut pair = Pair::open(key, 0, 100);
    let channel = pair.id();
    let digest = Delegation {
        channel,
        key: bob().payment.address(),
    }
    .digest(&domain());
    let delegation = bob().wallet.sign(&digest);
    pair.bob
        .command(Command::Delegate { channel, delegation })
        .unwrap();
    pair.connect();
    ask(&mut pair, Side::Bob, 30).unwrap();
    assert!(pair.bob.to_sign.is_empty());
    pair.deliver();
    assert_eq!(
        only(&view(&mut pair, Side::Alice).requests_to_me).amount,
        amount(30)
    );
}

#[test]
fn nothing_is_believed_without_its_own_proof() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    let expiry = expiry(&pair);
    let stranger = Person::new(9);
    let before = (pair.bob.store.clone(), view(&mut pair, Side::Bob));
    for signer in [&stranger.payment, &alice().wallet, &bob().wallet] {
        for forged in [
            request_of(signer, 1, 5, expiry),
            cancellation_of(signer, 1, expiry),
            memo_of(signer, 40, "free"),
            mark_of(signer, 40),
        ] {
            let disbelieved = pair.bob.participant.disbelieved();
            tell(&mut pair, Side::Bob, forged);
            assert_eq!(pair.bob.participant.disbelieved(), disbelieved + 1);
        }
    }
    assert_eq!((pair.bob.store.clone(), view(&mut pair, Side::Bob)), before);
}

#[test]
fn a_counterparty_that_never_stops_is_bounded() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 90);
    pair.deliver();
    let expiry = expiry(&pair);
    let most = MAX_REQUESTS as u64;
    for number in 1..=most + 1 {
        tell(
            &mut pair,
            Side::Bob,
            request_of(&alice().payment, number, 5, expiry),
        );
    }
    let numbers = |pair: &mut Pair| -> Vec<u64> {
        let requests = view(pair, Side::Bob).requests_to_me;
        requests.iter().map(|request| request.number.get()).collect()
    };
    assert_eq!(numbers(&mut pair), (2..=most + 1).collect::<Vec<_>>());
    // What gave way does not come again.
    tell(&mut pair, Side::Bob, request_of(&alice().payment, 1, 5, expiry));
    assert_eq!(numbers(&mut pair), (2..=most + 1).collect::<Vec<_>>());

    for total in 1..=limits::MAX_ENTRY_MEMOS as u128 + 1 {
        tell(
            &mut pair,
            Side::Bob,
            memo_of(&alice().payment, total, "for the burst"),
        );
    }
    let shown = memos(&mut pair, Side::Bob, Side::Alice);
    assert_eq!(shown[0].len(), limits::MAX_ENTRY_MEMOS);
    assert_eq!(pair.bob.participant.notes_left_out(), 1);
    for total in 1..=MAX_MEMOS as u128 + 1 {
        tell(
            &mut pair,
            Side::Bob,
            memo_of(&alice().payment, 90 + total, "for later"),
        );
    }
    assert_eq!(pair.bob.participant.notes_left_out(), 2);
    let longest = pair.bob.store.values().map(String::len).max().unwrap();
    assert!(longest < 64 * 1024, "{longest}");
    pair.bob.crash();
    // An own tenth request displaces the holder's lowest, too.
    for _ in 0..=most {
        ask(&mut pair, Side::Alice, 1).unwrap();
    }
    assert_eq!(view(&mut pair, Side::Alice).requests_by_me.len(), MAX_REQUESTS);
}

#[test]
fn notes_are_stored_before_they_are_sent_and_refused_where_they_cannot_be() {
    let mut pair = Pair::standard();
    pair.bob.store_fails = true;
    assert!(matches!(ask(&mut pair, Side::Bob, 5), Err(Refusal::Store(_))));
    assert!(pair.bob.said.is_empty() && view(&mut pair, Side::Bob).requests_by_me.is_empty());
    tell(&mut pair, Side::Bob, memo_of(&alice().payment, 5, "unstored"));
    pair.bob.store_fails = false;
    // A crash after the store has it: it is said when the relay is back, under the number that was stored.
    let (channel, expiry) = (pair.id(), expiry(&pair));
    pair.bob.apply_and_crash(Event::Command(Command::Request {
        channel,
        amount: amount(5),
        expiry,
        memo: MemoText::default(),
    }));
    pair.read();
    pair.connect();
    ask(&mut pair, Side::Bob, 6).unwrap();
    pair.deliver();
    let asked = view(&mut pair, Side::Alice).requests_to_me;
    let asked: Vec<_> = asked
        .iter()
        .map(|request| (request.number.get(), request.amount.units()))
        .collect();
    assert_eq!(asked, [(1, 5), (2, 6)]);
}

#[test]
fn a_browser_that_lost_everything_goes_on_with_the_next_number() {
    let mut pair = Pair::standard();
    ask(&mut pair, Side::Bob, 5).unwrap();
    pair.deliver();
    pair.bob.store.clear();
    pair.bob.crash();
    pair.bob.read(&pair.hub);
    let channel = pair.id();
    pair.bob.command(Command::Join { channel }).unwrap();
    assert_eq!(ask(&mut pair, Side::Bob, 6), Err(Refusal::Unsure));
    pair.connect();
    ask(&mut pair, Side::Bob, 6).unwrap();
    let numbers: Vec<_> = view(&mut pair, Side::Bob)
        .requests_by_me
        .iter()
        .map(|request| request.number.get())
        .collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn what_an_earlier_version_stored_is_read() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    // Before there were notes there was no record of them, and entries had no memos.
    let records: Vec<_> = pair.bob.store.clone().into_iter().collect();
    assert!(
        records
            .iter()
            .all(|(key, value)| !key.starts_with("notes/") && !value.contains("memos"))
    );
    let reread = Participant::new(pair.bob.config.clone(), &records).unwrap();
    assert_eq!(reread.views(pair.bob.now_ms).len(), 1);

    // A damaged one is named, and nothing is guessed.
    ask(&mut pair, Side::Bob, 5).unwrap();
    let key = format!("notes/{}", pair.id());
    let whole = pair.bob.store[&key].clone();
    for damaged in [
        whole.replace("\"version\":1", "\"version\":2"),
        whole[1..].to_owned(),
        whole.replace("\"memo\":\"lunch\"", "\"memo\":\"lu\\nch\""),
    ] {
        assert_ne!(damaged, whole);
        let error = Participant::new(pair.bob.config.clone(), &[(key.clone(), damaged)]).unwrap_err();
        assert!(error.to_string().contains(&key), "{error}");
    }
}

#[test]
fn the_first_frame_of_a_payment_is_its_claim() {
    let mut pair = Pair::standard();
    pay(&mut pair, Side::Alice, 5, Some("tea"), None).unwrap();
    let [ClientFrame::Claim(claim), ClientFrame::Message { message, .. }] = &pair.alice.said[..] else {
        panic!("{:?}", pair.alice.said)
    };
    let Message::Memo(memo) = message else {
        panic!("{message:?}")
    };
    assert_eq!(
        (memo.note.nonce, memo.note.total),
        (claim.claim.nonce, claim.claim.total)
    );
}
