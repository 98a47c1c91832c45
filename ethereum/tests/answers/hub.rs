//! What the hub's views and logs can say, and what they cannot.

use crate::script::{key, words};
use ethers_core::{
    abi::{Abi, Function, Token, encode},
    types::{Address, H256, U256},
    utils::keccak256,
};
use thunder_channel::{
    Amount, Authorization, ChannelId, ChannelKey, Claim, Digest, Funding, PerSide, Policy, Settlement, Side,
    SignedClaim, SigningKey,
};
use thunder_ethereum::{
    BlockRange, Call, ChainError, ClockMode, Hub, HubChannel, HubEvent, HubLog, Log, PayoutKind, Permit,
    signatures,
};

const HUB: Hub = Hub::new(Address::repeat_byte(9));

fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

// By value, so that a table reads `is_malformed(ask(…))`.
#[allow(clippy::needless_pass_by_value)]
fn is_malformed<T: std::fmt::Debug>(result: Result<T, ChainError>) -> bool {
    matches!(result, Err(ChainError::Malformed(_)))
}

/// Encodes by the compiled ABI and compares.
fn same(call: &Call, name: &str, arguments: &[Token]) {
    let abi: Abi = serde_json::from_str(include_str!("../../abi/ChannelHub.json")).unwrap();
    let function: &Function = abi.function(name).unwrap();
    assert_eq!(call.to, HUB.address);
    assert_eq!(call.data, function.encode_input(arguments).unwrap(), "{name}");
}

fn key_token(key: &ChannelKey) -> Token {
    Token::Tuple(vec![
        Token::Address(key.alice),
        Token::Address(key.alice_signer),
        Token::Address(key.bob),
        Token::Address(key.bob_signer),
        Token::Address(key.token),
        Token::Uint(key.finalization_period.into()),
        Token::Uint(key.policy.index().into()),
        Token::Uint(key.salt.into()),
    ])
}

#[test]
fn calls_are_encoded_as_the_abi_says() {
    let (key, signer) = (key(), SigningKey::from_bytes(&[1; 32]).unwrap());
    let k = || key_token(&key);
    let n = |number: u128| Token::Uint(number.into());
    let signature = signer.sign(&Digest([2; 32]));
    let delegation = signer.sign(&Digest([3; 32]));
    let (r, vs) = signature.compact();
    let (dr, dvs) = delegation.compact();
    let auth = |delegation_r: [u8; 32], delegation_vs: [u8; 32]| {
        let words = [r, vs, delegation_r, delegation_vs];
        Token::Tuple(words.map(|word| Token::FixedBytes(word.to_vec())).to_vec())
    };
    let delegated = Authorization {
        signature,
        delegation: Some(delegation),
    };
    let both = PerSide {
        alice: Authorization::direct(signature),
        bob: delegated,
    };
    let auths = || Token::FixedArray(vec![auth([0; 32], [0; 32]), auth(dr, dvs)]);
    let permit = Permit {
        deadline: 5,
        v: 27,
        r: [6; 32],
        s: [7; 32],
    };
    let permit_token = || {
        Token::Tuple(vec![
            n(5),
            n(27),
            Token::FixedBytes(vec![6; 32]),
            Token::FixedBytes(vec![7; 32]),
        ])
    };
    let claim = Claim {
        channel: key.id(3),
        to: key.bob,
        total: amount(40),
        nonce: 41,
    };
    let signed = SignedClaim {
        claim,
        authorization: delegated,
    };
    let claim_token = || Token::Tuple(vec![Token::Address(key.bob), n(40), n(41)]);
    let settlement = Settlement {
        channel: key.id(3),
        alice_total: amount(1),
        bob_total: amount(2),
        expiry: 3,
    };
    let settlement_token = || Token::Tuple(vec![n(1), n(2), n(3)]);
    let totals = PerSide {
        alice: amount(1),
        bob: amount(2),
    };

    same(&HUB.open(&key, amount(10)), "open", &[k(), n(10)]);
    same(
        &HUB.open_with_permit(&key, amount(10), &permit),
        "openWithPermit",
        &[k(), n(10), permit_token()],
    );
    same(
        &HUB.deposit(&key, 3, Side::Bob, amount(10)),
        "deposit",
        &[k(), n(3), n(1), n(10)],
    );
    same(
        &HUB.deposit_with_permit(&key, 3, Side::Alice, amount(10), &permit),
        "depositWithPermit",
        &[k(), n(3), n(0), n(10), permit_token()],
    );
    same(
        &HUB.withdraw(&key, 3, Side::Bob, amount(10), 99, &both),
        "withdraw",
        &[k(), n(3), n(1), n(10), n(99), auths()],
    );
    let nothing = Token::FixedBytes(vec![0; 32]);
    same(
        &HUB.close(&key, 3, amount(10), None, 99),
        "close",
        &[
            k(),
            n(3),
            n(10),
            Token::Tuple(vec![Token::Address(Address::zero()), n(0), n(0)]),
            Token::Tuple(vec![nothing; 4]),
            n(99),
        ],
    );
    same(
        &HUB.close(&key, 3, amount(10), Some(&signed), 99),
        "close",
        &[k(), n(3), n(10), claim_token(), auth(dr, dvs), n(99)],
    );
    same(
        &HUB.claim(&key, 3, &signed),
        "claim",
        &[k(), n(3), claim_token(), auth(dr, dvs)],
    );
    same(&HUB.settle(&key, 3), "settle", &[k(), n(3)]);
    same(&HUB.accept(&key, 3, &totals), "accept", &[k(), n(3), n(1), n(2)]);
    same(
        &HUB.settle_together(&key, 3, &settlement, &both),
        "settleTogether",
        &[k(), n(3), settlement_token(), auths()],
    );
    let (token, account) = (Token::Address(key.token), Token::Address(key.bob));
    same(
        &HUB.collect(key.token, key.bob),
        "collect",
        &[token.clone(), account.clone()],
    );
    same(&HUB.owed(key.token, key.bob), "owed", &[token, account]);
    same(&HUB.channel(&key), "channel", &[k()]);
    same(&HUB.channel_id(&key), "channelId", &[k()]);
    same(&HUB.balances(&key), "balances", &[k()]);
    same(
        &HUB.claim_hash(&key, 3, &claim),
        "claimHash",
        &[k(), n(3), claim_token()],
    );
    same(
        &HUB.withdrawal_hash(&key, 3, Side::Bob, amount(10), 99),
        "withdrawalHash",
        &[k(), n(3), n(1), n(10), n(99)],
    );
    same(
        &HUB.settlement_hash(&key, 3, &settlement),
        "settlementHash",
        &[k(), n(3), settlement_token()],
    );
    same(
        &HUB.delegation_hash(&key, 3, key.bob),
        "delegationHash",
        &[k(), n(3), Token::Address(key.bob)],
    );
    same(&HUB.clock(), "clock", &[]);
    same(&HUB.clock_mode(), "CLOCK_MODE", &[]);
}

#[test]
fn ether_goes_with_the_call_and_tokens_do_not() {
    let tokens = key();
    let ether = ChannelKey {
        token: Address::zero(),
        ..tokens
    };
    assert_eq!(HUB.open(&ether, amount(10)).value, 10);
    assert_eq!(HUB.deposit(&ether, 0, Side::Bob, amount(11)).value, 11);
    assert_eq!(HUB.open(&tokens, amount(10)).value, 0);
    assert_eq!(HUB.deposit(&tokens, 0, Side::Bob, amount(11)).value, 0);
}

#[test]
fn each_phase_holds_what_is_valid_in_it() {
    let read = |numbers: &[u128]| HUB.read_channel(&words(numbers));
    let funding = Funding {
        deposit: PerSide {
            alice: amount(10),
            bob: amount(20),
        },
        withdrawn: PerSide {
            alice: amount(3),
            bob: amount(4),
        },
    };
    assert_eq!(read(&[0; 10]), Ok(HubChannel::Empty));
    assert_eq!(
        read(&[1, 7, 10, 20, 3, 4, 0, 0, 0, 0]),
        Ok(HubChannel::Open { epoch: 7, funding })
    );
    assert_eq!(
        read(&[2, 7, 10, 20, 3, 4, 5, 6, 1, 99]),
        Ok(HubChannel::Closing {
            epoch: 7,
            funding,
            totals: PerSide {
                alice: amount(5),
                bob: amount(6)
            },
            closer: Side::Bob,
            closes_at: 99
        })
    );
    assert_eq!(
        read(&[3, 7, 0, 0, 0, 0, 0, 0, 0, 0]),
        Ok(HubChannel::Settled { epoch: 7 })
    );
}

#[test]
fn states_that_the_hub_cannot_have_are_errors() {
    let good: [u128; 10] = [2, 7, 10, 20, 3, 4, 5, 6, 1, 99];
    assert!(HUB.read_channel(&words(&good)).is_ok());
    let (above_96, above_64, above_32) = (1 << 96, 1 << 64, 1 << 32);
    for (index, value) in [
        (0, 4),
        (0, u128::MAX),
        (1, above_32),
        (2, above_96),
        (3, above_96),
        (4, above_96),
        (5, above_96),
        (6, above_96),
        (7, above_96),
        (8, 2),
        (9, above_64),
    ] {
        let mut bad = good;
        bad[index] = value;
        assert!(
            is_malformed(HUB.read_channel(&words(&bad))),
            "word {index} = {value}"
        );
    }
    let good = words(&good);
    assert!(is_malformed(HUB.read_channel(&[])), "no contract there");
    assert!(is_malformed(HUB.read_channel(&good[..319])));
    assert!(is_malformed(HUB.read_channel(&[&good[..], &[0; 32]].concat())));
    assert!(is_malformed(HUB.read_channel(&[0xff; 320])));
}

#[test]
fn other_answers_are_checked_too() {
    assert_eq!(HUB.read_clock(&words(&[12])), Ok(12));
    assert!(is_malformed(HUB.read_clock(&words(&[1 << 64]))));
    assert_eq!(HUB.read_owed(&[0xff; 32]), Ok(U256::MAX));
    assert!(is_malformed(HUB.read_owed(&[0xff; 31])));
    assert_eq!(
        HUB.read_balances(&words(&[1, 2])),
        Ok(PerSide {
            alice: amount(1),
            bob: amount(2)
        })
    );
    assert!(is_malformed(HUB.read_balances(&words(&[1]))));
    assert_eq!(HUB.read_channel_id(&[7; 32]), Ok(ChannelId(H256::repeat_byte(7))));
    assert!(is_malformed(HUB.read_channel_id(&[7; 64])));
    let text = |text: &str| encode(&[Token::String(text.to_owned())]);
    assert_eq!(
        HUB.read_clock_mode(&text("mode=blocknumber&from=default")),
        Ok(ClockMode::Blocks)
    );
    assert_eq!(
        HUB.read_clock_mode(&text("mode=timestamp")),
        Ok(ClockMode::Seconds)
    );
    assert!(is_malformed(HUB.read_clock_mode(&text("mode=moon"))));
    assert!(is_malformed(HUB.read_clock_mode(&[0xff; 64])));
}

fn log(signature: &str, topics: &[H256], data: Vec<u8>) -> Log {
    Log {
        address: HUB.address,
        topics: [&[H256(keccak256(signature))], topics].concat(),
        data,
        block: 5,
        block_hash: H256::repeat_byte(6),
        log_index: 7,
        transaction: H256::repeat_byte(8),
    }
}

fn opened() -> (ChannelKey, Log) {
    let key = ChannelKey {
        policy: Policy::Refute,
        ..key()
    };
    // Its sides are topics, everything else is data.
    let Token::Tuple(fields) = key_token(&key) else {
        panic!("a key is a tuple")
    };
    let [alice_signer, bob_signer] = [fields[1].clone(), fields[3].clone()];
    let rest = [Token::Uint(3.into()), Token::Uint(10.into())];
    let data = encode(&[&[alice_signer, bob_signer], &fields[4..], &rest].concat());
    let topics = [key.id(3).0, key.alice.into(), key.bob.into()];
    (key, log(signatures::OPENED, &topics, data))
}

#[test]
fn logs_become_events() {
    let id = H256::repeat_byte(1);
    let (key, opened) = opened();
    for (log, kind) in [
        (
            opened,
            HubEvent::Opened {
                key,
                epoch: 3,
                amount: amount(10),
            },
        ),
        (
            log(signatures::DEPOSITED, &[id], words(&[1, 5, 25])),
            HubEvent::Deposited {
                side: Side::Bob,
                amount: amount(5),
                total: amount(25),
            },
        ),
        (
            log(signatures::WITHDRAWN, &[id], words(&[0, 5, 25])),
            HubEvent::Withdrawn {
                side: Side::Alice,
                amount: amount(5),
                total: amount(25),
            },
        ),
        (
            log(signatures::CLOSING, &[id], words(&[1, 5, 6, 99])),
            HubEvent::Closing {
                closer: Side::Bob,
                totals: PerSide {
                    alice: amount(5),
                    bob: amount(6),
                },
                closes_at: 99,
            },
        ),
        (
            log(signatures::CLAIMED, &[id], words(&[0, 5])),
            HubEvent::Claimed {
                payer: Side::Alice,
                total: amount(5),
            },
        ),
        (
            log(signatures::FORFEITED, &[id], words(&[0, 5])),
            HubEvent::Forfeited {
                closer: Side::Alice,
                total: amount(5),
            },
        ),
        (
            log(signatures::SETTLED, &[id], words(&[5, 6])),
            HubEvent::Settled {
                amounts: PerSide {
                    alice: amount(5),
                    bob: amount(6),
                },
            },
        ),
    ] {
        let Ok(HubLog::Channel(event)) = HUB.read_log(&log) else {
            panic!("{kind:?} is not read");
        };
        assert_eq!(event.kind, kind);
        assert_eq!(event.channel.0, log.topics[1]);
        assert_eq!((event.block, event.log_index), (5, 7));
        assert_eq!(
            (event.block_hash, event.transaction),
            (log.block_hash, log.transaction)
        );

        // The same log, damaged in each way there is.
        let cut = Log {
            data: log.data[1..].to_vec(),
            ..log.clone()
        };
        let long = Log {
            data: [&log.data[..], &[0; 32]].concat(),
            ..log.clone()
        };
        let wild = Log {
            data: vec![0xff; log.data.len()],
            ..log.clone()
        };
        let bare = Log {
            topics: vec![log.topics[0]],
            ..log.clone()
        };
        let more = Log {
            topics: [&log.topics[..], &[id]].concat(),
            ..log.clone()
        };
        let none = Log {
            topics: vec![],
            ..log.clone()
        };
        let alien = Log {
            address: Address::zero(),
            ..log.clone()
        };
        for bad in [cut, long, wild, bare, more, none, alien] {
            assert!(is_malformed(HUB.read_log(&bad)), "{bad:?}");
        }
    }
}

#[test]
fn an_opening_that_contradicts_itself_is_an_error() {
    let (_, log) = opened();
    for index in 1..4 {
        let mut bad = log.clone();
        bad.topics[index] = H256::repeat_byte(0xee);
        assert!(is_malformed(HUB.read_log(&bad)), "topic {index}");
    }
}

#[test]
fn payouts_and_unknown_logs() {
    let (token, account) = (Address::repeat_byte(1), Address::repeat_byte(2));
    let topics = [token.into(), account.into()];
    for (signature, kind) in [
        (signatures::PAYOUT_HELD, PayoutKind::Held),
        (signatures::COLLECTED, PayoutKind::Collected),
    ] {
        let held = log(signature, &topics, vec![0xff; 32]);
        let Ok(HubLog::Payout(event)) = HUB.read_log(&held) else {
            panic!("not read");
        };
        assert_eq!(
            (event.token, event.account, event.amount),
            (token, account, U256::MAX)
        );
        assert_eq!(event.kind, kind);
        // Payouts are no events of channels.
        assert_eq!(HUB.channel_events(&[held]), Ok(vec![]));
        assert!(is_malformed(HUB.read_log(&log(
            signature,
            &topics[..1],
            vec![0; 32]
        ))));
        let dirty = [H256::repeat_byte(1), H256::repeat_byte(2)];
        assert!(is_malformed(HUB.read_log(&log(signature, &dirty, vec![0; 32]))));
    }
    assert!(is_malformed(HUB.read_log(&log("Surprise()", &topics, vec![]))));
}

#[test]
fn filters_ask_for_what_they_say() {
    let range = BlockRange { from: 5, to: 5 };
    let (key, opened) = opened();
    let [as_alice, as_bob] = HUB.opened_logs(range, key.alice);
    assert!(as_alice.matches(&opened) && !as_bob.matches(&opened));
    let [as_alice, as_bob] = HUB.opened_logs(range, key.bob);
    assert!(!as_alice.matches(&opened) && as_bob.matches(&opened));
    assert!(HUB.channel_logs(range, &[key.id(0), key.id(3)]).matches(&opened));
    assert!(!HUB.channel_logs(range, &[key.id(0)]).matches(&opened));
    assert!(HUB.all_logs(range).matches(&opened));
    assert!(!HUB.all_logs(BlockRange { from: 6, to: 9 }).matches(&opened));
    let elsewhere = Log {
        address: Address::zero(),
        ..opened
    };
    assert!(!HUB.all_logs(range).matches(&elsewhere));
}
