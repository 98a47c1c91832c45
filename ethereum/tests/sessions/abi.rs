//! The hand-written signatures against the compiled contract's ABI.

use crate::support::built_in;
use ethers_core::{abi::Abi, utils::keccak256};
use std::collections::BTreeSet;
use thunder_ethereum::{SESSION_ERRORS, SESSION_EVENTS, session_functions as f};

fn abi() -> Abi {
    let built = built_in("MeteredSessions.sol", "MeteredSessions");
    serde_json::from_value(built["abi"].clone()).expect("an ABI")
}

fn selector(signature: &str) -> [u8; 4] {
    keccak256(signature)[..4].try_into().expect("four bytes")
}

#[test]
fn every_function_is_the_contracts() {
    let ours = [
        f::PROPOSE,
        f::PROPOSE_WITH_PERMIT,
        f::OPEN,
        f::OPEN_WITH_PERMIT,
        f::ACCEPT,
        f::DECLINE,
        f::WITHDRAW_PROPOSAL,
        f::TOP_UP,
        f::TOP_UP_WITH_PERMIT,
        f::SET_LIMIT,
        f::CLOSE,
        f::SHOW,
        f::SETTLE,
        f::SETTLE_TOGETHER,
        f::COLLECT,
        f::OWED,
        f::SESSION_ID,
        f::SESSION,
        f::CAPACITY,
        f::COUNT_HASH,
        f::ACCEPTANCE_HASH,
        f::SETTLEMENT_HASH,
        f::CLOCK,
        f::CLOCK_MODE,
    ];
    let ours: BTreeSet<_> = ours.map(selector).into();
    let abi = abi();
    // What the contract has beyond these is for wallets (ERC-5267) and for itself.
    let theirs = abi
        .functions()
        .filter(|function| !["eip712Domain", "pushToken"].contains(&function.name.as_str()));
    let theirs: BTreeSet<_> = theirs.map(ethers_core::abi::Function::short_signature).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn every_event_and_error_is_the_contracts() {
    let ours: BTreeSet<_> = SESSION_EVENTS.iter().map(keccak256).collect();
    let abi = abi();
    // ERC-5267's is never emitted.
    let theirs = abi.events().filter(|event| event.name != "EIP712DomainChanged");
    assert_eq!(ours, theirs.map(|event| event.signature().0).collect());

    let ours: BTreeSet<_> = SESSION_ERRORS
        .iter()
        .map(|signature| selector(signature))
        .collect();
    // Errors of a library inside the contract, which none of its calls can raise.
    let library = ["InvalidShortString()", "StringTooLong(string)"].map(selector);
    let theirs = abi
        .errors()
        .map(|error| error.signature().0[..4].try_into().unwrap());
    let theirs: BTreeSet<[u8; 4]> = theirs.filter(|error| !library.contains(error)).collect();
    assert_eq!(ours, theirs);
}
