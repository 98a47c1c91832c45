//! How wallets behave, and that none of it does harm: networks, accounts, signatures, and the wallet of one key.

use crate::script::{Script, key};
use ethers_core::{
    types::{Address, H256, Transaction, U256, transaction::eip2718::TypedTransaction},
    utils::rlp::Rlp,
};
use futures::executor::block_on;
use serde_json::{Value, json};
use std::{cell::Cell, rc::Rc};
use thunder_channel::{
    Amount, Claim, Digest, Domain, SignatureError, SigningKey, TypedMessage, checksummed, keccak256,
};
use thunder_ethereum::{
    ChainParams, ChainRequest, Currency, LocalWallet, Provider, RpcError, RpcErrorKind as Kind, WalletError,
    accounts, ensure_chain, parse_chain_id, sign_typed,
};

const DOMAIN: Domain = Domain {
    chain_id: 31337,
    hub: Address::repeat_byte(9),
};

fn signing_key(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32]).unwrap()
}

fn claim() -> Claim {
    Claim {
        channel: key().id(0),
        to: key().bob,
        total: Amount::MAX,
        nonce: u64::MAX,
    }
}

fn local_chain() -> ChainParams {
    ChainParams {
        chain_id: 31337,
        name: "Thunder".to_owned(),
        rpc_url: "http://localhost:8545".to_owned(),
        currency: Currency::default(),
        explorer: "http://localhost:8080".to_owned(),
    }
}

#[test]
fn chain_ids_are_read_in_every_spelling() {
    for (value, id) in [
        (json!("0x7a69"), Some(31337)),
        (json!("0X7A69"), Some(31337)),
        (json!("31337"), Some(31337)),
        (json!(31337), Some(31337)),
        (json!(31337.0), Some(31337)),
        (json!("0xffffffffffffffff"), Some(u64::MAX)),
        (json!("0x10000000000000000"), None),
        (json!(1e30), None),
        (json!(-1), None),
        (json!(1.5), None),
        (json!(""), None),
        (json!("0x"), None),
        (json!("+1"), None),
        (json!("0x+1"), None),
        (json!("mainnet"), None),
        (json!(null), None),
        (json!({ "chainId": "0x1" }), None),
    ] {
        assert_eq!(parse_chain_id(&value), id, "{value}");
    }
}

/// A wallet that starts on mainnet. `switch` and `add` say what each does: move there (`true`), stay (`false`), or fail.
#[derive(Clone, Copy)]
struct Behaviour {
    switch_unknown: Result<bool, i64>,
    add: Result<bool, i64>,
}

/// As the page does it the first time.
fn run(behaviour: Behaviour) -> (Result<(), WalletError>, Vec<String>) {
    run_first(behaviour, ChainRequest::Switch)
}

/// Runs `ensure_chain` over a wallet and says which of switch and add it was asked for.
fn run_first(behaviour: Behaviour, first: ChainRequest) -> (Result<(), WalletError>, Vec<String>) {
    let here = Rc::new(Cell::new(1_u64));
    let known = Rc::new(Cell::new(false));
    let refuse = |code: i64| {
        // Code 0 stands for the wallets that leave it out.
        Err(RpcError::new((code != 0).then_some(code), "something", None))
    };
    let (asked, on_switch, on_add) = (here.clone(), here.clone(), here);
    let knows = known.clone();
    let script = Script::default()
        .on("eth_chainId", move |_| Ok(json!(asked.get())))
        .on("wallet_switchEthereumChain", move |params| {
            assert_eq!(params[0]["chainId"], json!("0x7a69"));
            if knows.get() || behaviour.switch_unknown == Ok(true) {
                on_switch.set(31337);
                return Ok(Value::Null);
            }
            behaviour.switch_unknown.map(|_| Value::Null).or_else(refuse)
        })
        .on("wallet_addEthereumChain", move |params| {
            assert_eq!(params[0]["blockExplorerUrls"], json!(["http://localhost:8080"]));
            assert_eq!(params[0]["nativeCurrency"]["decimals"], json!(18));
            let moves = behaviour.add.or_else(|code| refuse(code).map(|_: Value| false))?;
            known.set(true);
            if moves {
                on_add.set(31337);
            }
            Ok(Value::Null)
        });
    let result = block_on(ensure_chain(&script, &local_chain(), first));
    let changes = script
        .methods()
        .into_iter()
        .filter_map(|method| {
            Some(
                method
                    .strip_prefix("wallet_")?
                    .strip_suffix("EthereumChain")?
                    .to_owned(),
            )
        })
        .collect();
    (result, changes)
}

#[test]
fn every_wallet_is_brought_onto_the_chain() {
    for (behaviour, expected) in [
        // It knows the chain.
        (
            Behaviour {
                switch_unknown: Ok(true),
                add: Err(0),
            },
            vec!["switch"],
        ),
        // MetaMask: 4902, and adding goes there.
        (
            Behaviour {
                switch_unknown: Err(4902),
                add: Ok(true),
            },
            vec!["switch", "add"],
        ),
        // Taho: 4901, and adding stays.
        (
            Behaviour {
                switch_unknown: Err(4901),
                add: Ok(false),
            },
            vec!["switch", "add", "switch"],
        ),
        // No code at all.
        (
            Behaviour {
                switch_unknown: Err(0),
                add: Ok(true),
            },
            vec!["switch", "add"],
        ),
        (
            Behaviour {
                switch_unknown: Err(-32603),
                add: Ok(true),
            },
            vec!["switch", "add"],
        ),
        // "Success", and still elsewhere.
        (
            Behaviour {
                switch_unknown: Ok(false),
                add: Ok(false),
            },
            vec!["switch", "add", "switch"],
        ),
    ] {
        let (result, changes) = run(behaviour);
        assert_eq!(result, Ok(()));
        assert_eq!(changes, expected);
    }
}

#[test]
fn a_no_is_a_no() {
    let (result, changes) = run(Behaviour {
        switch_unknown: Err(4001),
        add: Ok(true),
    });
    let Err(WalletError::Rpc(error)) = result else {
        panic!("no error")
    };
    assert_eq!(error.kind, Kind::Rejected);
    assert_eq!(changes, ["switch"]);
    let (result, changes) = run(Behaviour {
        switch_unknown: Err(4902),
        add: Err(4001),
    });
    let Err(WalletError::Rpc(error)) = result else {
        panic!("no error")
    };
    assert_eq!(error.kind, Kind::Rejected);
    assert_eq!(changes, ["switch", "add"]);
}

#[test]
fn a_wallet_that_calls_an_unknown_chain_rejected_gets_it_the_second_time() {
    let behaviour = Behaviour {
        switch_unknown: Err(4001),
        add: Ok(true),
    };
    let (result, changes) = run_first(behaviour, ChainRequest::Add);
    assert_eq!(result, Ok(()));
    assert_eq!(changes, ["add"]);
    // A no to adding is a no, and no further window opens.
    let no = Behaviour {
        add: Err(4001),
        ..behaviour
    };
    let (result, changes) = run_first(no, ChainRequest::Add);
    assert!(matches!(result, Err(WalletError::Rpc(error)) if error.kind == Kind::Rejected));
    assert_eq!(changes, ["add"]);
}

#[test]
fn a_wallet_that_says_yes_and_stays_is_found_out() {
    // Knows every chain, moves nowhere.
    let liar = Script::default()
        .value("eth_chainId", json!("1"))
        .value("wallet_switchEthereumChain", Value::Null)
        .value("wallet_addEthereumChain", Value::Null);
    assert_eq!(
        block_on(ensure_chain(&liar, &local_chain(), ChainRequest::Switch)),
        Err(WalletError::WrongChain {
            expected: 31337,
            found: 1
        })
    );
    let there = Script::default().value("eth_chainId", json!("0x7a69"));
    assert_eq!(
        block_on(ensure_chain(&there, &local_chain(), ChainRequest::Switch)),
        Ok(())
    );
    assert_eq!(there.methods(), ["eth_chainId"]);
    let mute = Script::default().value("eth_chainId", json!(null));
    assert!(matches!(
        block_on(ensure_chain(&mute, &local_chain(), ChainRequest::Switch)),
        Err(WalletError::Malformed(_))
    ));
}

#[test]
fn accounts_are_addresses() {
    let ask = |answer: Value| block_on(accounts(&Script::default().value("eth_accounts", answer)));
    let account = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    assert_eq!(ask(json!([])), Ok(vec![]));
    assert_eq!(ask(json!([account])), ask(json!([account.to_lowercase()])));
    for bad in [
        json!(null),
        json!(account),
        json!([null]),
        json!(["0x12"]),
        json!({ "0": account }),
    ] {
        assert!(
            matches!(ask(bad.clone()), Err(WalletError::Malformed(_))),
            "{bad}"
        );
    }
}

/// What `sign_typed` makes of a wallet's answer.
fn signed(answer: Value) -> Result<[u8; 65], WalletError> {
    let wallet = Script::default().value("eth_signTypedData_v4", answer);
    let account = signing_key(1).address();
    let result = block_on(sign_typed(&wallet, account, &claim(), &DOMAIN));
    let asked = wallet.asked.borrow();
    assert_eq!(asked[0].1[0], json!(checksummed(account)));
    // As a JSON string with integers as decimal strings.
    let data: Value = serde_json::from_str(asked[0].1[1].as_str().unwrap()).unwrap();
    assert_eq!(data["message"]["nonce"], json!(u64::MAX.to_string()));
    result.map(|signature| signature.to_bytes())
}

#[test]
fn signatures_of_wallets_are_checked() {
    let hex = |bytes: &[u8]| json!(format!("0x{}", hex::encode(bytes)));
    let digest = claim().digest(&DOMAIN);
    let good = signing_key(1).sign(&digest).to_bytes();
    assert_eq!(signed(hex(&good)), Ok(good));
    // Hardware wallets count the parity from 0.
    let mut from_zero = good;
    from_zero[64] -= 27;
    assert_eq!(signed(hex(&from_zero)), Ok(good));

    let other = signing_key(2);
    assert_eq!(
        signed(hex(&other.sign(&digest).to_bytes())),
        Err(WalletError::OtherAccount {
            asked: signing_key(1).address(),
            signed_by: other.address()
        })
    );
    // The right account over another statement.
    let stray = signing_key(1).sign(&Digest([7; 32])).to_bytes();
    assert!(matches!(
        signed(hex(&stray)),
        Err(WalletError::OtherAccount { .. })
    ));

    let order = U256::from_str_radix(
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        16,
    )
    .unwrap();
    let mut twin = good;
    let s = order - U256::from_big_endian(&good[32..64]);
    s.to_big_endian(&mut twin[32..64]);
    twin[64] = 55 - twin[64];
    assert_eq!(
        signed(hex(&twin)),
        Err(WalletError::NotASignature(SignatureError::HighS))
    );

    for bad in [json!(null), json!({ "signature": "0x" }), json!(7), json!([])] {
        assert!(matches!(signed(bad), Err(WalletError::Malformed(_))));
    }
    for bad in ["", "0x", "rejected", &hex::encode(good)] {
        assert!(
            matches!(signed(json!(bad)), Err(WalletError::NotASignature(_))),
            "{bad}"
        );
    }
}

fn node() -> Script {
    Script::default()
        .value("eth_chainId", json!("0x7a69"))
        .value("eth_getTransactionCount", json!("0x5"))
        .value("eth_estimateGas", json!("0x5208"))
        .value("eth_maxPriorityFeePerGas", json!("0x3b9aca00"))
        .value(
            "eth_getBlockByNumber",
            json!({
                "number": "0x5", "hash": H256::zero(), "parentHash": H256::zero(), "timestamp": "0x1",
                "baseFeePerGas": "0x64",
            }),
        )
        .value("eth_sendRawTransaction", json!(H256::repeat_byte(7)))
}

fn ask(method: &str, params: Value) -> Result<Value, RpcError> {
    block_on(LocalWallet::new(signing_key(1), node()).request(method, params))
}

#[test]
fn the_local_wallet_signs_what_the_statement_says() {
    let wallet = LocalWallet::new(signing_key(1), node());
    let signature = block_on(sign_typed(&wallet, wallet.address(), &claim(), &DOMAIN)).unwrap();
    assert_eq!(signature, signing_key(1).sign(&claim().digest(&DOMAIN)));
}

#[test]
fn the_local_wallet_refuses_what_is_not_its_own() {
    let own = signing_key(1).address();
    let data = |domain: &Domain| claim().typed_data(domain).to_string();
    let kind = |params: Value| ask("eth_signTypedData_v4", params).unwrap_err().kind;
    assert_eq!(kind(json!([Address::zero(), data(&DOMAIN)])), Kind::Unauthorized);
    let elsewhere = Domain {
        chain_id: 1,
        ..DOMAIN
    };
    assert_eq!(kind(json!([own, data(&elsewhere)])), Kind::Other(-32602));
    let sign_bytes = |value: String| {
        json!({
            "types": { "EIP712Domain": [], "M": [{ "name": "b", "type": "bytes32" }] },
            "primaryType": "M", "domain": {}, "message": { "b": value },
        })
    };
    assert!(
        ask(
            "eth_signTypedData_v4",
            json!([own, sign_bytes(format!("0x{}", "11".repeat(32)))])
        )
        .is_ok()
    );
    let endless = json!({
        "types": { "EIP712Domain": [], "M": [{ "name": "m", "type": "M" }] },
        "primaryType": "M", "domain": {}, "message": { "m": null },
    });
    for bad in [
        json!([own, "{}"]),
        json!([own, "rubbish"]),
        json!([own, null]),
        json!([own]),
        json!([]),
        json!(null),
        json!(["rubbish", data(&DOMAIN)]),
        json!([own, sign_bytes(format!("0x{}", "11".repeat(33)))]),
        json!([own, sign_bytes("0x11".to_owned())]),
        json!([own, endless]),
    ] {
        assert_eq!(kind(bad.clone()), Kind::Other(-32602), "{bad}");
    }
}

#[test]
fn the_local_wallet_signs_texts_as_wallets_do() {
    let own = signing_key(1).address();
    let signature = ask("personal_sign", json!(["hello", own])).unwrap();
    let digest = Digest(keccak256(b"\x19Ethereum Signed Message:\n5hello"));
    assert_eq!(signature, json!(signing_key(1).sign(&digest).to_string()));
    assert_eq!(ask("personal_sign", json!(["0x68656c6c6f", own])), Ok(signature));
    let refused = ask("personal_sign", json!(["hello", Address::zero()]));
    assert_eq!(refused.unwrap_err().kind, Kind::Unauthorized);
}

#[test]
fn the_local_wallet_fills_and_signs_transactions() {
    let wallet = LocalWallet::new(signing_key(1), node());
    let own = wallet.address();
    let object = json!({ "from": own, "to": Address::repeat_byte(2), "value": "0x9", "data": "0x0102", "chainId": "0x7a69" });
    let sent = block_on(wallet.request("eth_sendTransaction", json!([object])));
    assert_eq!(sent, Ok(json!(H256::repeat_byte(7))));
    let raw = wallet.node().asked.borrow().last().unwrap().1[0].clone();
    let bytes = hex::decode(raw.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap();
    let (transaction, signature) = TypedTransaction::decode_signed(&Rlp::new(&bytes)).unwrap();
    assert_eq!(transaction.from(), Some(&own));
    assert_eq!(signature.recover(transaction.sighash()).unwrap(), own);
    let TypedTransaction::Eip1559(filled) = transaction else {
        panic!("not EIP-1559")
    };
    assert_eq!(filled.nonce, Some(5.into()));
    assert_eq!(filled.gas, Some(21_000.into()));
    assert_eq!(filled.value, Some(9.into()));
    assert_eq!(filled.chain_id, Some(31337.into()));
    assert_eq!(filled.max_priority_fee_per_gas, Some(1_000_000_000.into()));
    assert_eq!(filled.max_fee_per_gas, Some(1_000_000_200.into()));
    let parsed: Transaction = ethers_core::utils::rlp::decode(&bytes).unwrap();
    assert_eq!(parsed.recover_from().unwrap(), own);
}

#[test]
fn the_local_wallet_keeps_what_the_page_chose() {
    let wallet = LocalWallet::new(signing_key(1), node());
    let object = json!({
        "from": wallet.address(), "to": Address::zero(), "nonce": "0x63", "gas": "0xc350",
        "maxFeePerGas": "0x7", "maxPriorityFeePerGas": "0x9",
    });
    block_on(wallet.request("eth_sendTransaction", json!([object]))).unwrap();
    assert_eq!(wallet.node().methods(), ["eth_chainId", "eth_sendRawTransaction"]);
    let raw = wallet.node().asked.borrow().last().unwrap().1[0].clone();
    let bytes = hex::decode(&raw.as_str().unwrap()[2..]).unwrap();
    let sent: Transaction = ethers_core::utils::rlp::decode(&bytes).unwrap();
    assert_eq!((sent.nonce, sent.gas), (99.into(), 50_000.into()));
    // A tip above the most that is paid would be refused by every node.
    assert_eq!(sent.max_priority_fee_per_gas, Some(7.into()));
}

#[test]
fn the_local_wallet_refuses_bad_transactions() {
    let own = signing_key(1).address();
    for (object, kind) in [
        (json!({ "from": Address::zero() }), Kind::Unauthorized),
        (json!({ "from": own, "chainId": "0x1" }), Kind::Other(-32602)),
        (json!({ "from": own, "value": "lots" }), Kind::Other(-32602)),
        (json!({ "from": own, "to": "bob" }), Kind::Malformed),
        (json!({ "to": own }), Kind::Other(-32602)),
        (json!(null), Kind::Other(-32602)),
    ] {
        let error = ask("eth_sendTransaction", json!([object])).unwrap_err();
        assert_eq!(error.kind, kind, "{object}");
    }
}

#[test]
fn the_local_wallet_has_one_account_and_one_chain() {
    let own = json!([format!("{:#x}", signing_key(1).address())]);
    assert_eq!(ask("eth_accounts", json!([])), Ok(own.clone()));
    assert_eq!(ask("eth_requestAccounts", Value::Null), Ok(own));
    for method in ["wallet_switchEthereumChain", "wallet_addEthereumChain"] {
        assert_eq!(ask(method, json!([{ "chainId": "0x7a69" }])), Ok(Value::Null));
        let error = ask(method, json!([{ "chainId": "0x1" }])).unwrap_err();
        assert_eq!(error.kind, Kind::UnknownChain);
        assert_eq!(ask(method, json!([])).unwrap_err().kind, Kind::Other(-32602));
    }
    assert_eq!(ask("eth_chainId", json!([])), Ok(json!("0x7a69")));
    assert_eq!(
        ask("eth_gasPrice", json!([])).unwrap_err().kind,
        Kind::UnsupportedMethod
    );
}
