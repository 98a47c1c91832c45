//! Errors of nodes and wallets, as each of them spells them, and reasons of contracts.

use ethers_core::abi::{Token, encode};
use ethers_core::types::{Address, U256};
use ethers_core::utils::keccak256;
use serde_json::{Value, json};
use thunder_channel::{Amount, KeyFault};
use thunder_ethereum::{ChainError, ERRORS, HubRefusal, Phase, Revert, RpcError, RpcErrorKind as Kind};

fn reason(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&keccak256(signature)[..4], &encode(arguments)].concat()
}

fn kind(error: &Value) -> Kind {
    RpcError::from_json(error).kind
}

#[test]
fn every_spelling_of_an_error_is_understood() {
    let not_a_side = format!("0x{}", hex::encode(reason("NotASide()", &[])));
    for (error, expected) in [
        (
            json!({ "code": 4001, "message": "User rejected the request.", "data": { "location": "confirmation" } }),
            Kind::Rejected,
        ),
        (json!({ "code": "4001", "message": "" }), Kind::Rejected),
        (json!({ "message": "User rejected" }), Kind::Rejected),
        (json!("User denied transaction signature"), Kind::Rejected),
        (json!({ "code": 4100 }), Kind::Unauthorized),
        (json!({ "code": 4200 }), Kind::UnsupportedMethod),
        (json!({ "code": -32601 }), Kind::UnsupportedMethod),
        (json!({ "code": 4900 }), Kind::Disconnected),
        (json!({ "code": 4901 }), Kind::ChainDisconnected),
        (json!({ "message": "not connected" }), Kind::ChainDisconnected),
        // Without their codes, by the words that the standards put beside them.
        (
            json!({ "message": "The requested method and/or account has not been authorized by the user." }),
            Kind::Unauthorized,
        ),
        (
            json!({ "message": "The Provider does not support the requested method." }),
            Kind::UnsupportedMethod,
        ),
        (
            json!({ "message": "The Provider is disconnected from all chains." }),
            Kind::Disconnected,
        ),
        (
            json!({ "message": "The Provider is not connected to the requested chain." }),
            Kind::ChainDisconnected,
        ),
        (
            json!({ "message": "Unrecognized chain ID \"0x7a69\". Try adding the chain first." }),
            Kind::UnknownChain,
        ),
        (
            json!({ "message": "Request of type 'wallet_requestPermissions' already pending for origin" }),
            Kind::RequestPending,
        ),
        (json!({ "code": 4902 }), Kind::UnknownChain),
        (
            json!({ "code": -32603, "data": { "originalError": { "code": 4902 } } }),
            Kind::UnknownChain,
        ),
        (
            json!({ "code": -32603, "data": { "code": 4902, "message": "Unrecognized chain ID" } }),
            Kind::UnknownChain,
        ),
        (
            json!({ "code": -32603, "data": { "cause": { "data": { "code": 4902 } } } }),
            Kind::UnknownChain,
        ),
        (
            json!({ "code": -32002, "message": "Request already pending" }),
            Kind::RequestPending,
        ),
        (
            json!({ "code": 3, "message": "execution reverted", "data": not_a_side }),
            Kind::Reverted,
        ),
        (
            json!({ "code": 3, "message": "execution reverted" }),
            Kind::Reverted,
        ),
        (
            json!({ "code": -32000, "message": "execution reverted" }),
            Kind::Reverted,
        ),
        (
            json!({ "code": -32000, "message": "VM error", "data": not_a_side }),
            Kind::Reverted,
        ),
        (
            json!({ "code": -32015, "message": "VM error", "data": format!("Reverted {not_a_side}") }),
            Kind::Reverted,
        ),
        (
            json!({ "code": -32603, "data": { "code": 3, "data": not_a_side } }),
            Kind::Reverted,
        ),
        (
            json!({ "code": -32603, "message": "Internal error" }),
            Kind::Other(-32603),
        ),
        (
            json!({ "code": -32000, "message": "insufficient funds for gas * price + value" }),
            Kind::InsufficientFunds,
        ),
        (
            json!({ "code": -32003, "message": "Insufficient funds for gas" }),
            Kind::InsufficientFunds,
        ),
        (
            json!({ "code": -32000, "message": "nonce too low" }),
            Kind::Other(-32000),
        ),
        (json!({ "code": 1e300 }), Kind::Other(0)),
        (json!({}), Kind::Other(0)),
        (json!(null), Kind::Other(0)),
        (json!([1, 2]), Kind::Other(0)),
    ] {
        assert_eq!(kind(&error), expected, "{error}");
    }
}

#[test]
fn endless_nesting_is_given_up() {
    let mut data = json!({ "code": 4902 });
    for _ in 0..100 {
        data = json!({ "data": data });
    }
    assert_eq!(
        kind(&json!({ "code": -32603, "data": data })),
        Kind::Other(-32603)
    );
}

#[test]
fn every_kind_has_words_of_its_own() {
    let kinds = [
        Kind::Rejected,
        Kind::Unauthorized,
        Kind::UnsupportedMethod,
        Kind::Disconnected,
        Kind::ChainDisconnected,
        Kind::UnknownChain,
        Kind::RequestPending,
        Kind::Reverted,
        Kind::InsufficientFunds,
        Kind::Timeout,
        Kind::Unreachable,
        Kind::Malformed,
        Kind::Other(7),
    ];
    let words: std::collections::BTreeSet<_> = kinds.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), kinds.len());
    // The wallet's own words are added where ours are vague, and left out where they only repeat.
    let vague = RpcError::new(Some(-32000), "nonce too low", None);
    assert_eq!(
        vague.to_string(),
        "the wallet or node reported an error (nonce too low)"
    );
    let clear = RpcError::new(Some(4001), "MetaMask Tx Signature: User denied", None);
    assert_eq!(clear.to_string(), Kind::Rejected.to_string());
}

#[test]
fn every_error_of_the_hub_is_decoded() {
    let number = |number: u64| Token::Uint(number.into());
    let amount = |units: u128| Amount::new(units).unwrap();
    let expected = [
        (vec![], HubRefusal::Reentered),
        (vec![], HubRefusal::OnlyHub),
        (vec![number(2)], HubRefusal::WrongPhase(Phase::Closing)),
        (vec![number(7)], HubRefusal::WrongEpoch { current: 7 }),
        (vec![], HubRefusal::NoMoreEpochs),
        (vec![], HubRefusal::NotASide),
        (vec![], HubRefusal::NotAlice),
        (vec![], HubRefusal::NotForCloser),
        (vec![], HubRefusal::CloserCannotAccept),
        (vec![number(2)], HubRefusal::BadKey(KeyFault::SameSigners)),
        (vec![], HubRefusal::BadSignature),
        (vec![], HubRefusal::DelegationRefused),
        (
            vec![number(9)],
            HubRefusal::TotalNotHigher { recorded: amount(9) },
        ),
        (
            vec![number(1), number(2)],
            HubRefusal::TotalsChanged {
                alice_total: amount(1),
                bob_total: amount(2),
            },
        ),
        (vec![number(3)], HubRefusal::Expired { at: 3 }),
        (vec![number(4)], HubRefusal::PeriodOver { closes_at: 4 }),
        (vec![number(5)], HubRefusal::PeriodRunning { closes_at: 5 }),
        (vec![], HubRefusal::PeriodTooLong),
        (vec![], HubRefusal::AmountMismatch),
        (vec![], HubRefusal::ZeroAmount),
        (vec![], HubRefusal::DepositTooLarge),
        (vec![number(6)], HubRefusal::AbovePot { pot: amount(6) }),
        (vec![], HubRefusal::TokenTransferFailed),
        (vec![], HubRefusal::EtherTransferFailed),
        (vec![], HubRefusal::NotEnoughGas),
        (vec![], HubRefusal::NothingOwed),
    ];
    assert_eq!(expected.len(), ERRORS.len());
    for (signature, (arguments, refusal)) in ERRORS.iter().zip(expected) {
        let data = reason(signature, &arguments);
        assert_eq!(Revert::decode(&data), Revert::Hub(refusal), "{signature}");
        // Cut short, it is no longer that error.
        if !arguments.is_empty() {
            assert!(
                matches!(Revert::decode(&data[..data.len() - 1]), Revert::Unknown(_)),
                "{signature}"
            );
        }
    }
    for (index, fault) in [
        (0, KeyFault::ZeroAddress),
        (1, KeyFault::SameSides),
        (3, KeyFault::HubAsParty),
        (4, KeyFault::HubAsToken),
        (5, KeyFault::NoPeriod),
    ] {
        let data = reason("BadKey(uint8)", &[number(index)]);
        assert_eq!(Revert::decode(&data), Revert::Hub(HubRefusal::BadKey(fault)));
    }
}

#[test]
fn reasons_that_are_not_the_hubs_are_decoded_or_kept() {
    let text = Token::String("no".to_owned());
    assert_eq!(
        Revert::decode(&reason("Error(string)", &[text])),
        Revert::Message("no".to_owned())
    );
    let overflow = Token::Uint(0x11.into());
    assert_eq!(
        Revert::decode(&reason("Panic(uint256)", &[overflow])),
        Revert::Panic(0x11.into())
    );
    let lacking = [
        Token::Address(Address::zero()),
        Token::Uint(1.into()),
        Token::Uint(U256::MAX),
    ];
    assert_eq!(
        Revert::decode(&reason(
            "ERC20InsufficientAllowance(address,uint256,uint256)",
            &lacking
        )),
        Revert::InsufficientAllowance {
            allowance: 1.into(),
            needed: U256::MAX
        }
    );
    assert_eq!(
        Revert::decode(&reason(
            "ERC20InsufficientBalance(address,uint256,uint256)",
            &lacking
        )),
        Revert::InsufficientBalance {
            balance: 1.into(),
            needed: U256::MAX
        }
    );
    assert_eq!(Revert::decode(&[]), Revert::Empty);
    assert_eq!(Revert::decode(&[1, 2]), Revert::Unknown(vec![1, 2]));
    // Values outside of their type's range: another contract's error of the same name, or a lie.
    for (signature, value) in [
        ("WrongPhase(uint8)", U256::from(4)),
        ("BadKey(uint8)", U256::from(6)),
        ("WrongEpoch(uint32)", U256::MAX),
        ("TotalNotHigher(uint96)", U256::one() << 96),
        ("Expired(uint64)", U256::one() << 64),
    ] {
        let data = reason(signature, &[Token::Uint(value)]);
        assert!(matches!(Revert::decode(&data), Revert::Unknown(_)), "{signature}");
    }
    let Revert::Unknown(kept) = Revert::decode(&vec![0xee; 1 << 20]) else {
        panic!("an unknown reason");
    };
    assert!(kept.len() < 100);
}

#[test]
fn a_refusal_reaches_the_person_in_the_hubs_words() {
    let data = json!(format!(
        "0x{}",
        hex::encode(reason("PeriodOver(uint64)", &[Token::Uint(9.into())]))
    ));
    let error = RpcError::new(Some(3), "execution reverted: custom error 0x1234", Some(data));
    let refusal = HubRefusal::PeriodOver { closes_at: 9 };
    assert_eq!(error.to_string(), refusal.to_string());
    assert_eq!(
        ChainError::from(error),
        ChainError::Reverted(Revert::Hub(refusal))
    );
    let silent = RpcError::new(Some(3), "execution reverted", None);
    assert_eq!(ChainError::from(silent), ChainError::Reverted(Revert::Empty));
}
