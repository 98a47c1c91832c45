//! The hand-written signatures against the compiled hub's ABI (a copy; `tests/anvil` compares it with the build).

use ethers_core::{abi::Abi, utils::keccak256};
use std::collections::BTreeSet;
use thunder_ethereum::{ERRORS, functions, signatures};

const ABI: &str = include_str!("../../abi/ChannelHub.json");

/// Errors of the libraries inside the hub, which none of its calls can raise.
const LIBRARY_ERRORS: [&str; 2] = ["InvalidShortString()", "StringTooLong(string)"];

fn abi() -> Abi {
    serde_json::from_str(ABI).expect("the ABI is JSON")
}

fn selector(signature: &str) -> [u8; 4] {
    keccak256(signature)[..4].try_into().expect("four bytes")
}

#[test]
fn every_function_is_the_hubs() {
    let theirs: BTreeSet<[u8; 4]> = abi()
        .functions()
        .map(ethers_core::abi::Function::short_signature)
        .collect();
    let ours = [
        functions::OPEN,
        functions::OPEN_WITH_PERMIT,
        functions::DEPOSIT,
        functions::DEPOSIT_WITH_PERMIT,
        functions::WITHDRAW,
        functions::CLOSE,
        functions::CLAIM,
        functions::SETTLE,
        functions::ACCEPT,
        functions::SETTLE_TOGETHER,
        functions::COLLECT,
        functions::OWED,
        functions::CHANNEL_ID,
        functions::CHANNEL,
        functions::BALANCES,
        functions::CLAIM_HASH,
        functions::WITHDRAWAL_HASH,
        functions::SETTLEMENT_HASH,
        functions::DELEGATION_HASH,
        functions::CLOCK,
        functions::CLOCK_MODE,
    ];
    for signature in ours {
        assert!(
            theirs.contains(&selector(signature)),
            "{signature} is not in the ABI"
        );
    }
    let named: BTreeSet<[u8; 4]> = ours.iter().map(|signature| selector(signature)).collect();
    // What the hub has beyond these is for wallets (ERC-5267) and for itself.
    for function in abi().functions() {
        let known = named.contains(&function.short_signature());
        let other = ["eip712Domain", "pushToken"].contains(&function.name.as_str());
        assert!(known || other, "{} is not known here", function.signature());
    }
}

#[test]
fn every_event_is_the_hubs() {
    let ours = [
        signatures::OPENED,
        signatures::DEPOSITED,
        signatures::WITHDRAWN,
        signatures::CLOSING,
        signatures::CLAIMED,
        signatures::FORFEITED,
        signatures::SETTLED,
        signatures::PAYOUT_HELD,
        signatures::COLLECTED,
    ];
    let ours: BTreeSet<_> = ours.iter().map(keccak256).collect();
    let theirs: BTreeSet<_> = abi()
        .events()
        // ERC-5267's, which the hub never emits.
        .filter(|event| event.name != "EIP712DomainChanged")
        .map(|event| event.signature().0)
        .collect();
    assert_eq!(ours, theirs);
}

#[test]
fn every_error_is_the_hubs() {
    let ours: BTreeSet<_> = ERRORS.iter().map(|signature| selector(signature)).collect();
    let library = LIBRARY_ERRORS.map(selector);
    let theirs: BTreeSet<_> = abi()
        .errors()
        .map(|error| error.signature().0[..4].try_into().expect("four bytes"))
        .filter(|error| !library.contains(error))
        .collect();
    assert_eq!(ours.len(), ERRORS.len());
    assert_eq!(ours, theirs);
}
