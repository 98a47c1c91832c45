//! The exact text of every frame and message, and what becomes of texts that are no frames.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::num::NonZeroU64;
use thunder_channel::wire::{
    ClientFrame, ErrorCode, FrameError, MAX_CLIENT_FRAME, MAX_HISTORY, MAX_MEMOS, MAX_MESSAGES,
    MAX_RELAY_FRAME, MAX_REQUESTS, Message, Recorded, RelayFrame, Snapshot, VERSION,
};
use thunder_channel::{
    Address, Amount, Authorization, Bytes32, Cancellation, ChannelId, ChannelKey, Claim, Decline,
    MAX_MEMO_BYTES, MAX_MEMO_CHARACTERS, Memo, MemoText, PaymentRequest, PerSide, Policy, ReadMark,
    SettleForMe, Settlement, Side, Signature, SignedClaim, SignedNote, SignedRequest, SignedSettlement,
    SignedWithdrawal, Withdrawal,
};

const SIG: &str = concat!(
    "0x1111111111111111111111111111111111111111111111111111111111111111",
    "2222222222222222222222222222222222222222222222222222222222222222",
    "1b"
);
const DELEGATION: &str = concat!(
    "0x3333333333333333333333333333333333333333333333333333333333333333",
    "4444444444444444444444444444444444444444444444444444444444444444",
    "1c"
);
const CHANNEL: &str = "0xabababababababababababababababababababababababababababababababab";
const TO: &str = "0x0202020202020202020202020202020202020202";

/// The texts here are written with these names for what is long.
fn full(text: &str) -> String {
    text.replace("SIG", SIG)
        .replace("DEL", DELEGATION)
        .replace("CH", CHANNEL)
        .replace("TO", TO)
}

fn signature(r: u8, s: u8, v: u8) -> Signature {
    let mut bytes = [r; 65];
    bytes[32..64].fill(s);
    bytes[64] = v;
    Signature::from_bytes(&bytes).unwrap()
}

fn channel() -> ChannelId {
    ChannelId([0xab; 32].into())
}

fn direct() -> Authorization {
    Authorization::direct(signature(0x11, 0x22, 27))
}

fn delegated() -> Authorization {
    Authorization {
        delegation: Some(signature(0x33, 0x44, 28)),
        ..direct()
    }
}

fn claim(authorization: Authorization) -> SignedClaim {
    SignedClaim {
        claim: Claim {
            channel: channel(),
            to: Address::repeat_byte(2),
            total: Amount::MAX,
            nonce: u64::MAX,
        },
        authorization,
    }
}

fn settlement(authorization: Authorization) -> Message {
    Message::Settlement(SignedSettlement {
        settlement: Settlement {
            channel: channel(),
            alice_total: Amount::new(20).unwrap(),
            bob_total: Amount::ZERO,
            expiry: 5000,
        },
        authorization,
    })
}

fn withdrawal(authorization: Authorization) -> Message {
    Message::Withdrawal(SignedWithdrawal {
        withdrawal: Withdrawal {
            channel: channel(),
            to: Address::repeat_byte(2),
            total: Amount::new(7).unwrap(),
            expiry: u64::MAX,
        },
        authorization,
    })
}

fn settle_for_me(authorization: Authorization) -> Message {
    Message::SettleForMe(SignedRequest {
        request: SettleForMe { channel: channel() },
        authorization,
    })
}

fn payment_request(memo: &str, authorization: Authorization) -> Message {
    Message::PaymentRequest(SignedNote {
        note: PaymentRequest {
            channel: channel(),
            number: NonZeroU64::MAX,
            amount: Amount::MAX,
            expiry: u64::MAX,
            memo: MemoText::parse(memo).unwrap(),
        },
        authorization,
    })
}

fn cancellation(authorization: Authorization) -> Message {
    Message::Cancellation(SignedNote {
        note: Cancellation {
            channel: channel(),
            number: NonZeroU64::MIN,
            expiry: 5000,
        },
        authorization,
    })
}

fn memo(text: &str, request: Option<NonZeroU64>, authorization: Authorization) -> Message {
    Message::Memo(SignedNote {
        note: Memo {
            channel: channel(),
            nonce: u64::MAX,
            total: Amount::MAX,
            request,
            text: MemoText::parse(text).unwrap(),
        },
        authorization,
    })
}

fn read_mark(authorization: Authorization) -> Message {
    Message::ReadMark(SignedNote {
        note: ReadMark {
            channel: channel(),
            total: Amount::new(7).unwrap(),
        },
        authorization,
    })
}

fn decline(authorization: Authorization) -> Message {
    Message::Decline(SignedNote {
        note: Decline {
            channel: channel(),
            statement: Bytes32::repeat_byte(0x33),
        },
        authorization,
    })
}

fn key() -> ChannelKey {
    ChannelKey {
        alice: Address::repeat_byte(1),
        alice_signer: Address::repeat_byte(1),
        bob: Address::repeat_byte(2),
        bob_signer: Address::repeat_byte(3),
        token: Address::zero(),
        finalization_period: 100,
        policy: Policy::Forfeit,
        salt: u64::MAX,
    }
}

fn client_frames() -> Vec<(ClientFrame, String)> {
    let subscribe = |delegation| ClientFrame::Subscribe {
        key: key(),
        epoch: 7,
        delegation,
        reading: None,
    };
    let key = concat!(
        r#"{"alice":"0x0101010101010101010101010101010101010101","#,
        r#""aliceSigner":"0x0101010101010101010101010101010101010101","bob":"TO","#,
        r#""bobSigner":"0x0303030303030303030303030303030303030303","#,
        r#""token":"0x0000000000000000000000000000000000000000","#,
        r#""finalizationPeriod":100,"policy":"forfeit","salt":"18446744073709551615"}"#,
    );
    let total = r#""total":"79228162514264337593543950335","nonce":"18446744073709551615""#;
    let message = |message| ClientFrame::Message {
        channel: channel(),
        message,
    };
    [
        (
            ClientFrame::SignIn {
                signature: signature(0x11, 0x22, 27),
            },
            r#"{"type":"sign_in","signature":"SIG"}"#.to_owned(),
        ),
        (
            subscribe(None),
            format!(r#"{{"type":"subscribe","key":{key},"epoch":7}}"#),
        ),
        (
            subscribe(Some(signature(0x33, 0x44, 28))),
            format!(r#"{{"type":"subscribe","key":{key},"epoch":7,"delegation":"DEL"}}"#),
        ),
        (
            ClientFrame::Claim(claim(direct())),
            format!(r#"{{"type":"claim","channel":"CH","to":"TO",{total},"signature":"SIG"}}"#),
        ),
        (
            ClientFrame::Claim(claim(delegated())),
            format!(r#"{{"type":"claim","channel":"CH","to":"TO",{total},"signature":"SIG","delegation":"DEL"}}"#),
        ),
        (
            message(settlement(direct())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"settlement","channel":"CH","#,
                r#""aliceTotal":"20","bobTotal":"0","expiry":"5000","signature":"SIG"}}"#,
            )
            .to_owned(),
        ),
        (
            message(withdrawal(delegated())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"withdrawal","channel":"CH","to":"TO","#,
                r#""total":"7","expiry":"18446744073709551615","signature":"SIG","delegation":"DEL"}}"#,
            )
            .to_owned(),
        ),
        (
            message(settle_for_me(direct())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"settle_for_me","channel":"CH","#,
                r#""signature":"SIG"}}"#,
            )
            .to_owned(),
        ),
        (
            message(payment_request("caf\u{e9} \"1\"", delegated())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"payment_request","channel":"CH","#,
                r#""number":"18446744073709551615","amount":"79228162514264337593543950335","#,
                r#""expiry":"18446744073709551615","memo":"#,
                "\"caf\u{e9} \\\"1\\\"\",",
                r#""signature":"SIG","delegation":"DEL"}}"#,
            )
            .to_owned(),
        ),
        (
            message(cancellation(direct())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"cancellation","channel":"CH","#,
                r#""number":"1","expiry":"5000","signature":"SIG"}}"#,
            )
            .to_owned(),
        ),
        (
            message(memo("", NonZeroU64::new(3), direct())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"memo","channel":"CH","#,
                r#""nonce":"18446744073709551615","total":"79228162514264337593543950335","#,
                r#""request":"3","text":"","signature":"SIG"}}"#,
            )
            .to_owned(),
        ),
        (
            message(memo("for the coffee", None, direct())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"memo","channel":"CH","#,
                r#""nonce":"18446744073709551615","total":"79228162514264337593543950335","#,
                r#""request":"0","text":"for the coffee","signature":"SIG"}}"#,
            )
            .to_owned(),
        ),
        (
            message(read_mark(direct())),
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"read_mark","channel":"CH","#,
                r#""total":"7","signature":"SIG"}}"#,
            )
            .to_owned(),
        ),
        (
            message(decline(direct())),
            format!(
                r#"{{"type":"message","channel":"CH","message":{{"kind":"decline","channel":"CH","statement":"0x{}","signature":"SIG"}}}}"#,
                "33".repeat(32)
            ),
        ),
        (ClientFrame::Unknown, r#"{"type":"unknown"}"#.to_owned()),
    ]
    .map(|(frame, text)| (frame, full(&text)))
    .into()
}

fn snapshot() -> Snapshot {
    Snapshot {
        channel: channel(),
        claims: PerSide {
            alice: Some(claim(delegated())),
            bob: None,
        },
        history: PerSide {
            alice: vec![Recorded {
                total: Amount::new(5).unwrap(),
                nonce: 1,
                at: 1_700_000_000_000,
            }],
            bob: vec![],
        },
        messages: vec![settlement(direct()), Message::Unknown],
        online: PerSide {
            alice: true,
            bob: false,
        },
    }
}

fn relay_frames() -> Vec<(RelayFrame, String)> {
    let total = r#""total":"79228162514264337593543950335","nonce":"18446744073709551615""#;
    let error = |code, channel| RelayFrame::Error {
        code,
        words: "say \"why\"".to_owned(),
        channel,
    };
    [
        (
            RelayFrame::Challenge {
                version: VERSION,
                origin: "https://relay.example".to_owned(),
                challenge: [0xab; 32].into(),
                expires_at: u64::MAX,
            },
            concat!(
                r#"{"type":"challenge","version":1,"origin":"https://relay.example","challenge":"CH","#,
                r#""expiresAt":"18446744073709551615"}"#,
            )
            .to_owned(),
        ),
        (
            RelayFrame::SignedIn {
                address: Address::repeat_byte(2),
            },
            r#"{"type":"signed_in","address":"TO"}"#.to_owned(),
        ),
        (
            RelayFrame::Snapshot(Box::new(snapshot())),
            format!(
                concat!(
                    r#"{{"type":"snapshot","channel":"CH","claims":{{"alice":{{"channel":"CH","to":"TO",{total},"#,
                    r#""signature":"SIG","delegation":"DEL"}},"bob":null}},"#,
                    r#""history":{{"alice":[{{"total":"5","nonce":"1","at":1700000000000}}],"bob":[]}},"#,
                    r#""messages":[{{"kind":"settlement","channel":"CH","aliceTotal":"20","bobTotal":"0","#,
                    r#""expiry":"5000","signature":"SIG"}},{{"kind":"unknown"}}],"#,
                    r#""online":{{"alice":true,"bob":false}}}}"#,
                ),
                total = total
            ),
        ),
        (
            RelayFrame::Claim {
                claim: claim(direct()),
                at: 1_700_000_000_000,
            },
            format!(
                r#"{{"type":"claim","channel":"CH","to":"TO",{total},"signature":"SIG","at":1700000000000}}"#
            ),
        ),
        (
            RelayFrame::Claim {
                claim: claim(delegated()),
                at: 0,
            },
            format!(
                r#"{{"type":"claim","channel":"CH","to":"TO",{total},"signature":"SIG","delegation":"DEL","at":0}}"#
            ),
        ),
        (
            RelayFrame::Ack {
                channel: channel(),
                payer: Side::Bob,
                nonce: 12,
                total: Amount::ZERO,
            },
            r#"{"type":"ack","channel":"CH","payer":"bob","nonce":"12","total":"0"}"#.to_owned(),
        ),
        (
            RelayFrame::Message {
                channel: channel(),
                message: withdrawal(direct()),
            },
            concat!(
                r#"{"type":"message","channel":"CH","message":{"kind":"withdrawal","channel":"CH","to":"TO","#,
                r#""total":"7","expiry":"18446744073709551615","signature":"SIG"}}"#,
            )
            .to_owned(),
        ),
        (
            RelayFrame::Presence {
                channel: channel(),
                side: Side::Alice,
                online: true,
            },
            r#"{"type":"presence","channel":"CH","side":"alice","online":true}"#.to_owned(),
        ),
        (
            error(ErrorCode::NotHigher, Some(channel())),
            r#"{"type":"error","code":"not_higher","words":"say \"why\"","channel":"CH"}"#.to_owned(),
        ),
        (
            error(ErrorCode::SignInRefused, None),
            r#"{"type":"error","code":"sign_in_refused","words":"say \"why\""}"#.to_owned(),
        ),
        (RelayFrame::Unknown, r#"{"type":"unknown"}"#.to_owned()),
    ]
    .map(|(frame, text)| (frame, full(&text)))
    .into()
}

#[test]
fn client_frames_have_this_text_and_read_back() {
    for (frame, text) in client_frames() {
        assert_eq!(frame.to_text(), text);
        assert_eq!(ClientFrame::parse(&text).unwrap(), frame);
    }
}

#[test]
fn relay_frames_have_this_text_and_read_back() {
    for (frame, text) in relay_frames() {
        assert_eq!(frame.to_text(), text);
        assert_eq!(RelayFrame::parse(&text).unwrap(), frame);
    }
}

#[test]
fn error_codes_have_these_names() {
    let names = [
        (ErrorCode::Malformed, "malformed"),
        (ErrorCode::TooLarge, "too_large"),
        (ErrorCode::Binary, "binary"),
        (ErrorCode::SignInRefused, "sign_in_refused"),
        (ErrorCode::NotSignedIn, "not_signed_in"),
        (ErrorCode::NotASide, "not_a_side"),
        (ErrorCode::NotSubscribed, "not_subscribed"),
        (ErrorCode::UnknownChannel, "unknown_channel"),
        (ErrorCode::BadSignature, "bad_signature"),
        (ErrorCode::WrongChannel, "wrong_channel"),
        (ErrorCode::NotHigher, "not_higher"),
        (ErrorCode::AboveChannel, "above_channel"),
        (ErrorCode::Limit, "limit"),
        (ErrorCode::Unavailable, "unavailable"),
        (ErrorCode::Unknown, "unknown"),
    ];
    for (code, name) in names {
        assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{name}\""));
        assert_eq!(
            serde_json::from_str::<ErrorCode>(&format!("\"{name}\"")).unwrap(),
            code
        );
    }
}

/// The same objects with a field that this version does not know, first and last, in the frame and in its message.
fn with_unknown_fields(text: &str) -> [String; 3] {
    let extra = r#""later":{"a":[1,null,-2.5e3],"type":"claim"}"#;
    let last = text.strip_suffix('}').unwrap();
    [
        text.replacen('{', &format!("{{{extra},"), 1),
        format!("{last},{extra}}}"),
        text.replace(r#""kind""#, &format!(r#"{extra},"kind""#)),
    ]
}

#[test]
fn unknown_fields_are_ignored() {
    for (frame, text) in client_frames() {
        for text in with_unknown_fields(&text) {
            assert_eq!(ClientFrame::parse(&text).unwrap(), frame, "{text}");
        }
    }
    for (frame, text) in relay_frames() {
        for text in with_unknown_fields(&text) {
            assert_eq!(RelayFrame::parse(&text).unwrap(), frame, "{text}");
        }
    }
}

#[test]
fn fields_may_come_in_any_order() {
    let text = full(
        r#"{"at":3,"delegation":"DEL","signature":"SIG","nonce":"1","total":"2","to":"TO","channel":"CH","type":"claim"}"#,
    );
    let RelayFrame::Claim { claim, at } = RelayFrame::parse(&text).unwrap() else {
        panic!("read as something else");
    };
    assert_eq!((claim.claim.total.units(), claim.claim.nonce, at), (2, 1, 3));
    assert_eq!(claim.authorization, delegated());
}

#[test]
fn kinds_of_a_later_version_are_unknown() {
    for text in [
        r#"{"type":"later"}"#,
        r#"{"type":"later","claim":{"x":[1]},"total":3}"#,
    ] {
        assert_eq!(ClientFrame::parse(text).unwrap(), ClientFrame::Unknown);
        assert_eq!(RelayFrame::parse(text).unwrap(), RelayFrame::Unknown);
    }
    let text = full(r#"{"type":"message","channel":"CH","message":{"kind":"song","words":"hi"}}"#);
    let unknown = |read: &Message| assert_eq!(read, &Message::Unknown);
    match (
        ClientFrame::parse(&text).unwrap(),
        RelayFrame::parse(&text).unwrap(),
    ) {
        (ClientFrame::Message { message, .. }, RelayFrame::Message { message: relayed, .. }) => {
            unknown(&message);
            unknown(&relayed);
        }
        other => panic!("{other:?}"),
    }
    let text = r#"{"type":"error","code":"later","words":""}"#;
    assert_eq!(
        RelayFrame::parse(text).unwrap(),
        RelayFrame::Error {
            code: ErrorCode::Unknown,
            words: String::new(),
            channel: None
        }
    );
}

#[test]
fn what_is_no_frame_is_malformed() {
    let claim =
        full(r#"{"type":"claim","channel":"CH","to":"TO","total":"2","nonce":"1","signature":"SIG","at":1}"#);
    assert!(ClientFrame::parse(&claim).is_ok());
    let changed = |from: &str, to: &str| {
        let text = claim.replacen(&full(from), &full(to), 1);
        assert_ne!(text, claim, "{from}");
        text
    };
    let bad = [
        String::new(),
        "null".to_owned(),
        "7".to_owned(),
        "\"claim\"".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        full(r#"["sign_in","SIG"]"#),
        r#"["later"]"#.to_owned(),
        r#"{"type":7}"#.to_owned(),
        r#"{"type":null}"#.to_owned(),
        r#"{"type":"message"}"#.to_owned(),
        r#"{"type":"Claim"#.to_owned(),
        format!("{claim}{claim}"),
        format!("{claim},"),
        claim[..claim.len() - 1].to_owned(),
        "[".repeat(MAX_CLIENT_FRAME),
        r#"{"type":"later","x":"#.to_owned() + &"[".repeat(4000) + &"]".repeat(4000) + "}",
        "\u{0}".to_owned(),
        changed(r#""total":"2""#, r#""total":2"#),
        changed(r#""total":"2""#, r#""total":"-2""#),
        changed(r#""total":"2""#, r#""total":"02""#),
        changed(r#""total":"2""#, r#""total":"2.0""#),
        changed(r#""total":"2""#, r#""total":"79228162514264337593543950336""#),
        changed(r#""total":"2""#, &format!(r#""total":"{}""#, "9".repeat(500))),
        changed(r#""total":"2""#, r#""total":"2","total":"3""#),
        changed(r#""total":"2","#, ""),
        changed(r#""nonce":"1""#, r#""nonce":1"#),
        changed(r#""nonce":"1""#, r#""nonce":"""#),
        changed(r#""nonce":"1""#, r#""nonce":"18446744073709551616""#),
        changed(r#""type":"claim""#, r#""type":"claim","type":"later""#),
        changed("TO", "0x02"),
        changed("TO", "bob"),
        changed("CH", &CHANNEL[..64]),
        changed("CH", &format!("{CHANNEL}ab")),
        changed("SIG", &SIG[..130]),
        changed("SIG", &SIG[2..]),
        changed("SIG", &SIG.replace("1b", "1d")),
        changed("SIG", &SIG.replace("22", "88")),
        changed("SIG", ""),
        changed(r#""signature":"SIG""#, r#""signature":null"#),
        changed(r#""signature":"SIG""#, r#""signature":"SIG","delegation":"0x""#),
    ];
    for text in bad {
        let refused = |error| matches!(error, FrameError::Malformed(_));
        assert!(ClientFrame::parse(&text).is_err_and(refused), "{text}");
        assert!(RelayFrame::parse(&text).is_err_and(refused), "{text}");
    }
}

#[test]
fn notes_that_break_a_rule_are_malformed() {
    let frame = |message| ClientFrame::Message {
        channel: channel(),
        message,
    };
    let request = frame(payment_request("tea", direct())).to_text();
    let memo = frame(memo("tea", None, direct())).to_text();
    let bad = [
        request.replace(r#""number":"18446744073709551615""#, r#""number":"0""#),
        request.replace(r#""memo":"tea""#, r#""memo":"t\na""#),
        request.replace(r#""memo":"tea""#, r#""memo":"t\u202ea""#),
        request.replace(r#""memo":"tea""#, r#""memo":7"#),
        request.replace(r#","memo":"tea""#, ""),
        memo.replace("tea", &"t".repeat(MAX_MEMO_CHARACTERS + 1)),
        memo.replace(r#""request":"0""#, r#""request":"00""#),
        memo.replace(r#""request":"0","#, ""),
        memo.replace("tea", r"\ud800"),
    ];
    for text in bad {
        assert!(text != request && text != memo, "{text}");
        let refused = ClientFrame::parse(&text);
        assert!(matches!(refused, Err(FrameError::Malformed(_))), "{text}");
        // A relay that passes it on is not believed either.
        assert!(RelayFrame::parse(&text).is_err(), "{text}");
    }
}

#[test]
fn what_is_too_long_is_not_even_read() {
    let padded = |bytes: usize| {
        let text = r#"{"type":"later"}"#;
        format!("{text}{}", " ".repeat(bytes - text.len()))
    };
    assert!(ClientFrame::parse(&padded(MAX_CLIENT_FRAME)).is_ok());
    assert!(RelayFrame::parse(&padded(MAX_RELAY_FRAME)).is_ok());
    let error = ClientFrame::parse(&padded(MAX_CLIENT_FRAME + 1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the message has 8193 bytes; at most 8192 are allowed"
    );
    let error = RelayFrame::parse(&padded(MAX_RELAY_FRAME + 1)).unwrap_err();
    assert!(matches!(
        error,
        FrameError::TooLarge {
            limit: MAX_RELAY_FRAME,
            ..
        }
    ));
}

#[test]
fn the_longest_frames_fit_their_bounds() {
    for (frame, text) in client_frames() {
        assert!(text.len() < MAX_CLIENT_FRAME / 4, "{frame:?}");
    }
    let recorded = Recorded {
        total: Amount::MAX,
        nonce: u64::MAX,
        at: u64::MAX,
    };
    // What takes the most bytes: four for each character, none of them escaped.
    let longest = "\u{1f600}".repeat(MAX_MEMO_CHARACTERS);
    assert_eq!(longest.len(), MAX_MEMO_BYTES);
    let fullest = Snapshot {
        claims: PerSide::from_fn(|_| Some(claim(delegated()))),
        history: PerSide::from_fn(|_| vec![recorded; MAX_HISTORY]),
        messages: Side::BOTH
            .into_iter()
            .flat_map(|_| {
                let mut said = vec![
                    settlement(delegated()),
                    withdrawal(delegated()),
                    settle_for_me(delegated()),
                    read_mark(delegated()),
                    decline(delegated()),
                ];
                said.extend(vec![payment_request(&longest, delegated()); MAX_REQUESTS]);
                said.extend(vec![
                    memo(&longest, Some(NonZeroU64::MAX), delegated());
                    MAX_MEMOS
                ]);
                said
            })
            .collect(),
        ..snapshot()
    };
    assert_eq!(fullest.messages.len(), MAX_MESSAGES);
    let frame = RelayFrame::Snapshot(Box::new(fullest));
    let text = frame.to_text();
    // Half of the bound is left to kinds and fields of later versions.
    assert!(text.len() < MAX_RELAY_FRAME / 2, "{}", text.len());
    assert_eq!(RelayFrame::parse(&text).unwrap(), frame);
    let longest_note = ClientFrame::Message {
        channel: channel(),
        message: payment_request(&longest, delegated()),
    };
    assert!(longest_note.to_text().len() < MAX_CLIENT_FRAME / 4);
}
