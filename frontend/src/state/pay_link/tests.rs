//! Links that ask to be paid: there and back, and what nobody honest writes.

use super::*;
use crate::{
    state::{
        requests::tests::request,
        standing::tests::{units, view},
    },
    words::GERMAN,
};
use thunder_channel::{Address, PerSide};
use thunder_client::PhaseView;

fn links() -> PayLinks {
    PayLinks {
        origin: "http://localhost:8080".to_owned(),
        channel: view().id,
        payee: Side::Bob,
    }
}

/// What the page of the channel makes of a whole link.
fn opened(link: &str, view: &ChannelView) -> Led {
    let (_, hash) = link.split_once('#').unwrap();
    let Route::Pay(id, text) = Route::parse(hash) else {
        panic!("{link}");
    };
    assert_eq!(id, view.id);
    Led::by(&text, view, &Token::ether())
}

/// The same of what follows `/pay`.
fn led(text: &str) -> Led {
    Led::by(text, &view(), &Token::ether())
}

fn why(led: Led) -> String {
    match led {
        Led::Nothing(why) => why,
        led => panic!("{led:?}"),
    }
}

#[test]
fn a_request_is_found_by_its_link_and_what_became_of_it_is_said() {
    let link = links().request(RequestNumber::new(7).unwrap());
    assert!(
        link.ends_with("/pay?to=bob&request=7") && link.starts_with("http://localhost:8080/#/channel/0x"),
        "{link}"
    );
    let asked = |state| {
        let view = ChannelView {
            requests_to_me: vec![request(6, RequestState::Open), request(7, state)],
            ..view()
        };
        opened(&link, &view)
    };
    assert_eq!(
        asked(RequestState::Open),
        Led::Asked(RequestNumber::new(7).unwrap())
    );
    for (state, words) in [
        (RequestState::Answered { total: units(3) }, "is paid"),
        (RequestState::Cancelled, "took back"),
        (RequestState::Expired, "not paid in time"),
        (RequestState::Declined, "declined"),
    ] {
        let said = why(asked(state));
        assert!(said.contains(words) && said.contains("3 ETH"), "{said}");
    }
    assert!(why(opened(&link, &view())).contains("not arrived"));
}

#[test]
fn an_amount_is_filled_in_as_the_language_types_it() {
    let memo = MemoText::parse("Kaffee & Kuchen + 100 % “süß”#?=").unwrap();
    let amount = Amount::parse("12.5", 18).unwrap();
    let link = links().amount(amount, &memo, &Token::ether());
    assert!(
        link.is_ascii() && link.contains("amount=12.5&memo=Kaffee%20%26%20"),
        "{link}"
    );
    let given = |typed: &str| Given {
        amount: typed.to_owned(),
        memo: memo.as_str().to_owned(),
    };
    let Led::Filled(filled, said) = opened(&link, &view()) else {
        panic!("{link}");
    };
    assert_eq!(filled, given("12.5"));
    assert!(
        said.contains("12.5 ETH") && said.contains("before you press Pay"),
        "{said}"
    );
    GERMAN.adopt();
    assert!(matches!(opened(&link, &view()), Led::Filled(filled, _) if filled == given("12,5")));
    let plain = links().amount(amount, &MemoText::default(), &Token::ether());
    assert!(plain.ends_with("&amount=12.5"), "{plain}");
}

#[test]
fn every_memo_comes_back() {
    for c in (0..0x1_0000u32).filter_map(char::from_u32) {
        let text = format!("a{c}b");
        assert_eq!(decode(&encode(&text)), Some(text));
    }
    let longest = MemoText::parse(&"\u{1F600}".repeat(140)).unwrap();
    let link = links().amount(units(1), &longest, &Token::ether());
    assert!(matches!(opened(&link, &view()), Led::Filled(given, _) if given.memo == longest.as_str()));
}

#[test]
fn what_is_no_link_fills_in_nothing() {
    let long = format!("?to=bob&amount=1&memo={}", "x".repeat(MAX_LENGTH));
    for text in [
        "",
        "?",
        "x?to=bob&amount=1",
        "/to=bob&amount=1",
        "?amount=1",
        "?to=carol&amount=1",
        "?to=bob",
        "?to=bob&memo=a",
        "?to=bob&request=0",
        "?to=bob&request=-1",
        "?to=bob&request=%2B1",
        "?to=bob&request=1.0",
        "?to=bob&request=18446744073709551616",
        "?to=bob&request=",
        "?to=bob&request=1&amount=1",
        "?to=bob&request=1&memo=a",
        "?to=bob&amount=1&amount=2",
        "?to=bob&to=bob&amount=1",
        "?to=bob&amount=1&memo=%",
        "?to=bob&amount=1&memo=%4",
        "?to=bob&amount=1&memo=%zz",
        "?to=bob&amount=1&memo=%ff",
        &long,
    ] {
        assert!(why(led(text)).contains("incomplete or was changed"), "{text}");
    }
    // What a later version adds changes nothing here.
    assert!(matches!(led("?later=%zz&to=bob&amount=1&"), Led::Filled(..)));
}

#[test]
fn an_amount_that_could_mean_another_is_not_filled_in() {
    for amount in [
        "",
        "0",
        "0.0",
        "-1",
        "1,5",
        "1.000",
        "1e3",
        "1_000",
        "0x10",
        "all",
        "1%C2%A0000",
        "1'000",
        "%EF%BC%91",
        "1%00",
        "1.0000000000000000001",
        "999999999999999999999999999999999999999",
    ] {
        let said = why(led(&format!("?to=bob&amount={amount}")));
        assert!(
            said.contains("amount in this link cannot be read"),
            "{amount}: {said}"
        );
    }
    // More than there is can be typed too: pressing says what is wrong.
    assert!(matches!(led("?to=bob&amount=81"), Led::Filled(given, _) if given.amount == "81"));
}

#[test]
fn a_memo_that_could_mislead_is_left_out_and_it_is_said() {
    let too_long = "x".repeat(141);
    for memo in ["a%0Ab", "%E2%80%AEcba", "%E2%81%A6a", "%00", too_long.as_str()] {
        let Led::Filled(given, said) = led(&format!("?to=bob&amount=2&memo={memo}")) else {
            panic!("{memo}");
        };
        assert_eq!((given.amount.as_str(), given.memo.as_str()), ("2", ""));
        assert!(said.contains("memo is left out"), "{said}");
    }
    let silent = ChannelView {
        can_note: false,
        ..view()
    };
    let led = Led::by("?to=bob&amount=2&memo=Tea", &silent, &Token::ether());
    assert!(
        matches!(led, Led::Filled(given, said) if given.memo.is_empty() && said.contains("memo is left out"))
    );
}

#[test]
fn a_link_pays_only_between_its_sides_and_while_the_channel_is_open() {
    let own = why(led("?to=alice&amount=1"));
    assert!(own.contains("your own"), "{own}");
    let of = |view: ChannelView| why(Led::by("?to=bob&amount=1", &view, &Token::ether()));
    assert!(
        of(ChannelView {
            joined: false,
            ..view()
        })
        .contains("Join")
    );
    let phase = |phase| of(ChannelView { phase, ..view() });
    assert!(phase(PhaseView::Opening).contains("opened"));
    let over = PhaseView::Settled {
        paid_out: Some(PerSide {
            alice: Amount::ZERO,
            bob: Amount::ZERO,
        }),
    };
    for said in [phase(over), phase(PhaseView::CloseSent { deadline: 9 })] {
        assert!(said.contains("takes no payments"), "{said}");
    }
}

#[test]
fn an_address_names_its_chain() {
    let address: Address =
        thunder_channel::parse_address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8").unwrap();
    assert_eq!(
        address_uri(address, 31_337),
        "ethereum:0x70997970C51812dc3A010C7d01b50e0d17dc79C8@31337"
    );
}
