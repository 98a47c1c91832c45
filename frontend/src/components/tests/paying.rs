//! Paying, and asking to be paid.

use super::{draw, text};
use crate::{
    components::{
        asked_panel::{AskedPanel, AskedPanelProps},
        pay_form::{PayForm, PayFormProps},
        request_form::{RequestForm, RequestFormProps},
    },
    hooks::ErrandState,
    state::{
        config::Token,
        pay_link::{Given, PayLinks},
        requests::tests::request,
        standing::tests::{units, view},
    },
};
use thunder_channel::{Amount, Side};
use thunder_client::{Delivery, RequestState, RequestView, Signing};
use yew::Callback;

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
            given: Given::default(),
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
            given: Given::default(),
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
        linked: None,
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
            links: PayLinks {
                origin: "http://localhost:8080".to_owned(),
                channel: view().id,
                payee: Side::Alice,
            },
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
