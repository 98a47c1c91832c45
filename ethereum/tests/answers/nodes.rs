//! Everything that a node can answer wrongly is an error value.

use crate::script::{Script, key, words};
use ethers_core::types::{Address, H256, U256};
use futures::executor::block_on;
use serde_json::{Value, json};
use thunder_channel::Amount;
use thunder_ethereum::{
    At, BlockRange, Call, Chain, ChainError, Hub, HubRefusal, Log, LogFilter, Revert, RpcError, RpcErrorKind,
    Token, query,
};

const HUB: Hub = Hub::new(Address::repeat_byte(9));
const RANGE: BlockRange = BlockRange { from: 0, to: 100 };

fn chain(script: Script) -> Chain<Script> {
    Chain::new(script, HUB)
}

fn hash(byte: u8) -> String {
    format!("{:#x}", H256::repeat_byte(byte))
}

// By value, so that a table reads `is_malformed(ask(…))`.
#[allow(clippy::needless_pass_by_value)]
fn is_malformed<T: std::fmt::Debug>(result: Result<T, ChainError>) -> bool {
    matches!(result, Err(ChainError::Malformed(_)))
}

/// `object` with one field replaced, or left out.
fn with(object: &Value, name: &str, value: Option<Value>) -> Value {
    let mut changed = object.clone();
    let fields = changed.as_object_mut().unwrap();
    match value {
        Some(value) => drop(fields.insert(name.to_owned(), value)),
        None => drop(fields.remove(name)),
    }
    changed
}

/// What stands in no field of a block, log or receipt: wrong types, wrong lengths, numbers too large.
fn rubbish() -> Vec<Value> {
    vec![
        json!(null),
        json!(7),
        json!(-1),
        json!(1e99),
        json!(true),
        json!([]),
        json!({}),
        json!(""),
        json!("0x"),
        json!("0xzz"),
        json!("7"),
        json!("-0x1"),
        json!("0x+1"),
        json!(format!("0x{}", "f".repeat(63))),
        json!(format!("0x{}", "f".repeat(1000))),
    ]
}

#[test]
fn numbers_are_numbers_of_their_size() {
    let ask = |value: Value| {
        let script = Script::default()
            .value("eth_chainId", value.clone())
            .value("eth_blockNumber", value);
        let chain = chain(script);
        (block_on(chain.chain_id()), block_on(chain.block_number()))
    };
    assert_eq!(ask(json!("0x7a69")), (Ok(31337), Ok(31337)));
    assert_eq!(ask(json!("0xffffffffffffffff")), (Ok(u64::MAX), Ok(u64::MAX)));
    for value in rubbish().into_iter().chain([json!("0x10000000000000000")]) {
        let (id, number) = ask(value.clone());
        assert!(is_malformed(id) && is_malformed(number), "{value}");
    }
}

#[test]
fn the_price_of_gas_is_a_number() {
    let ask = |value: Value| block_on(chain(Script::default().value("eth_gasPrice", value)).gas_price());
    assert_eq!(ask(json!("0x77359400")), Ok(2_000_000_000));
    assert_eq!(ask(json!("0x0")), Ok(0));
    for value in rubbish() {
        assert!(is_malformed(ask(value.clone())), "{value}");
    }
}

fn block() -> Value {
    json!({
        "number": "0x5", "hash": hash(5), "parentHash": hash(4), "timestamp": "0x64",
        "baseFeePerGas": "0x7", "transactions": [], "uncles": [],
    })
}

#[test]
fn blocks_are_whole() {
    let ask =
        |value: Value| block_on(chain(Script::default().value("eth_getBlockByNumber", value)).latest_block());
    let read = ask(block()).unwrap();
    assert_eq!((read.number, read.timestamp, read.base_fee), (5, 100, Some(7)));
    assert_eq!(
        (read.hash, read.parent),
        (H256::repeat_byte(5), H256::repeat_byte(4))
    );
    assert_eq!(ask(with(&block(), "baseFeePerGas", None)).unwrap().base_fee, None);
    for name in ["number", "hash", "parentHash", "timestamp"] {
        assert!(is_malformed(ask(with(&block(), name, None))), "{name} missing");
        for value in rubbish() {
            assert!(
                is_malformed(ask(with(&block(), name, Some(value.clone())))),
                "{name}: {value}"
            );
        }
    }
    // A pending block has no hash yet; "latest" is never nothing.
    assert!(is_malformed(ask(json!(null))));
}

#[test]
fn a_replaced_block_is_noticed() {
    let ask = |value: Value| {
        let chain = chain(Script::default().value("eth_getBlockByNumber", value));
        block_on(chain.expect_block(5, H256::repeat_byte(5)))
    };
    assert_eq!(ask(block()), Ok(()));
    let replaced = with(&block(), "hash", Some(json!(hash(6))));
    assert_eq!(ask(replaced), Err(ChainError::Reorganised { number: 5 }));
    assert_eq!(ask(json!(null)), Err(ChainError::Reorganised { number: 5 }));
    assert!(is_malformed(ask(with(&block(), "number", Some(json!("0x6"))))));
}

fn log() -> Value {
    json!({
        "address": format!("{:#x}", HUB.address), "topics": [hash(1), hash(2)], "data": "0x0102",
        "blockNumber": "0x5", "blockHash": hash(5), "logIndex": "0x0", "transactionHash": hash(7),
        "transactionIndex": "0x0", "removed": false,
    })
}

fn logs(filter: &LogFilter, answer: Value) -> Result<Vec<Log>, ChainError> {
    block_on(chain(Script::default().value("eth_getLogs", answer)).logs(filter))
}

#[test]
fn logs_are_whole_and_those_that_were_asked_for() {
    let all = HUB.all_logs(RANGE);
    let ask = |answer: Value| logs(&all, answer);
    let read = ask(json!([log()])).unwrap();
    assert_eq!(read[0].topics, [H256::repeat_byte(1), H256::repeat_byte(2)]);
    assert_eq!(
        (read[0].data.as_slice(), read[0].block, read[0].log_index),
        (&[1, 2][..], 5, 0)
    );
    assert_eq!(ask(json!([])), Ok(vec![]));
    for name in [
        "address",
        "topics",
        "data",
        "blockNumber",
        "blockHash",
        "logIndex",
        "transactionHash",
    ] {
        assert!(
            is_malformed(ask(json!([with(&log(), name, None)]))),
            "{name} missing"
        );
    }
    for name in [
        "address",
        "blockNumber",
        "blockHash",
        "logIndex",
        "transactionHash",
    ] {
        for value in rubbish() {
            assert!(
                is_malformed(ask(json!([with(&log(), name, Some(value.clone()))]))),
                "{name}: {value}"
            );
        }
    }
    for bad in [json!(null), json!({}), json!("0x"), json!([null]), json!([[]])] {
        assert!(is_malformed(ask(bad.clone())), "{bad}");
    }
    let five_topics = with(
        &log(),
        "topics",
        Some(json!([hash(1), hash(1), hash(1), hash(1), hash(1)])),
    );
    assert!(is_malformed(ask(json!([five_topics]))));
    assert!(is_malformed(ask(json!([with(
        &log(),
        "removed",
        Some(json!("yes"))
    )]))));
    assert!(is_malformed(ask(Value::Array(vec![log(); query::MAX_LOGS + 1]))));
    // Of another contract, another block, another topic than the question's.
    let alien = with(&log(), "address", Some(json!(format!("{:#x}", Address::zero()))));
    assert!(is_malformed(ask(json!([alien]))));
    assert!(is_malformed(ask(json!([with(
        &log(),
        "blockNumber",
        Some(json!("0x65"))
    )]))));
    let channel = HUB.channel_logs(RANGE, &[key().id(0)]);
    assert!(is_malformed(logs(&channel, json!([log()]))));
}

#[test]
fn logs_of_a_reorganised_chain_are_noticed() {
    let all = HUB.all_logs(RANGE);
    let reorganised = Err(ChainError::Reorganised { number: 5 });
    assert_eq!(
        logs(&all, json!([with(&log(), "removed", Some(json!(true)))])),
        reorganised
    );
    let other = with(&log(), "blockHash", Some(json!(hash(6))));
    assert_eq!(logs(&all, json!([log(), other])), reorganised);
}

#[test]
fn logs_come_in_order() {
    let at = |block: &str, index: &str, hash: String| {
        let log = with(&log(), "blockNumber", Some(json!(block)));
        with(
            &with(&log, "logIndex", Some(json!(index))),
            "blockHash",
            Some(json!(hash)),
        )
    };
    let answer = json!([
        at("0x6", "0x0", hash(6)),
        at("0x5", "0x2", hash(5)),
        at("0x5", "0x1", hash(5))
    ]);
    let order: Vec<_> = logs(&HUB.all_logs(RANGE), answer)
        .unwrap()
        .iter()
        .map(|log| (log.block, log.log_index))
        .collect();
    assert_eq!(order, [(5, 1), (5, 2), (6, 0)]);
}

fn receipt() -> Value {
    json!({
        "transactionHash": hash(7), "status": "0x1", "blockNumber": "0x5", "blockHash": hash(5),
        "gasUsed": "0x5208", "contractAddress": null, "logs": [log()],
    })
}

#[test]
fn receipts_are_whole_and_of_their_transaction() {
    let ask = |answer: Value| {
        let chain = chain(Script::default().value("eth_getTransactionReceipt", answer));
        block_on(chain.receipt(H256::repeat_byte(7)))
    };
    let read = ask(receipt()).unwrap().unwrap();
    assert!(read.succeeded);
    assert_eq!(
        (read.block, read.gas_used, read.logs.len(), read.contract),
        (5, 21_000, 1, None)
    );
    assert_eq!(ask(json!(null)), Ok(None));
    assert!(
        !ask(with(&receipt(), "status", Some(json!("0x0"))))
            .unwrap()
            .unwrap()
            .succeeded
    );
    for name in [
        "transactionHash",
        "status",
        "blockNumber",
        "blockHash",
        "gasUsed",
        "logs",
    ] {
        assert!(is_malformed(ask(with(&receipt(), name, None))), "{name} missing");
        for value in rubbish()
            .into_iter()
            .filter(|value| name != "logs" || *value != json!([]))
        {
            assert!(
                is_malformed(ask(with(&receipt(), name, Some(value.clone())))),
                "{name}: {value}"
            );
        }
    }
    assert!(is_malformed(ask(with(&receipt(), "status", Some(json!("0x2"))))));
    assert!(is_malformed(ask(with(
        &receipt(),
        "transactionHash",
        Some(json!(hash(8)))
    ))));
    // One wallet's node answers with the transaction itself, its numbers in decimal.
    assert!(is_malformed(ask(
        json!({ "hash": hash(7), "blockNumber": 5, "nonce": 3 })
    )));
    let foreign = with(&log(), "transactionHash", Some(json!(hash(8))));
    assert!(is_malformed(ask(with(
        &receipt(),
        "logs",
        Some(json!([foreign]))
    ))));
}

#[test]
fn whether_a_transaction_is_known() {
    let ask = |answer: Value| {
        let chain = chain(Script::default().value("eth_getTransactionByHash", answer));
        block_on(chain.knows_transaction(H256::repeat_byte(7)))
    };
    assert_eq!(ask(json!(null)), Ok(false));
    assert_eq!(ask(json!({ "hash": hash(7), "blockNumber": null })), Ok(true));
    assert!(is_malformed(ask(json!({ "hash": hash(8) }))));
    assert!(is_malformed(ask(json!({}))));
}

#[test]
fn calls_name_the_state_they_read() {
    let script = Script::default().value("eth_call", json!("0x"));
    let chain = chain(script);
    let call = Call {
        to: HUB.address,
        data: vec![1, 2],
        value: 3,
    };
    for at in [At::Latest, At::Number(16), At::Hash(H256::repeat_byte(5))] {
        assert_eq!(
            block_on(chain.call(&call, Some(Address::repeat_byte(1)), at)),
            Ok(vec![])
        );
    }
    let asked = chain.provider.asked.borrow();
    assert_eq!(
        asked[0].1[0],
        json!({
            "to": "0x0909090909090909090909090909090909090909", "data": "0x0102", "value": "0x3",
            "from": "0x0101010101010101010101010101010101010101",
        })
    );
    assert_eq!(asked[0].1[1], json!("latest"));
    assert_eq!(asked[1].1[1], json!("0x10"));
    assert_eq!(
        asked[2].1[1],
        json!({ "blockHash": hash(5), "requireCanonical": true })
    );
}

#[test]
fn reverts_come_with_and_without_a_reason() {
    let ask = |error: fn() -> RpcError| {
        let script = Script::default().on("eth_call", move |_| Err(error()));
        block_on(chain(script).hub_channel(&key(), At::Latest)).unwrap_err()
    };
    let error = ask(|| RpcError::new(Some(3), "execution reverted", Some(json!("0x9d4f5f93"))));
    assert!(matches!(error, ChainError::Reverted(Revert::Unknown(_))));
    let error = ask(|| {
        let reentered = ethers_core::utils::keccak256("Reentered()");
        let data = format!("0x{}", hex::encode(&reentered[..4]));
        RpcError::new(Some(3), "execution reverted", Some(json!(data)))
    });
    assert_eq!(error, ChainError::Reverted(Revert::Hub(HubRefusal::Reentered)));
    let error = ask(|| RpcError::new(Some(-32000), "execution reverted", None));
    assert_eq!(error, ChainError::Reverted(Revert::Empty));
    let error = ask(|| RpcError::new(Some(-32000), "header not found", None));
    assert!(matches!(error, ChainError::Rpc(_)));
    // No contract at the address answers with nothing at all.
    let empty = Script::default().value("eth_call", json!("0x"));
    assert!(is_malformed(block_on(
        chain(empty).hub_channel(&key(), At::Latest)
    )));
}

#[test]
fn nothing_is_sent_that_the_hub_would_refuse_or_from_another_chain() {
    let call = HUB.settle(&key(), 0);
    let from = Address::repeat_byte(1);
    let node = || {
        Script::default()
            .value("eth_call", json!("0x"))
            .value("eth_estimateGas", json!("0x186a0"))
            .value("eth_chainId", json!("0x7a69"))
    };
    let wallet = |id: Value| {
        Script::default()
            .value("eth_chainId", id)
            .value("eth_sendTransaction", json!(hash(7)))
    };
    let here = wallet(json!("31337"));
    let sent = block_on(chain(node()).send(&here, &call, from));
    assert_eq!(sent, Ok(H256::repeat_byte(7)));
    let transaction = here.asked.borrow()[1].1[0].clone();
    assert_eq!(
        transaction["gas"],
        json!("0x1e848"),
        "a quarter above the estimate"
    );
    assert_eq!(transaction["chainId"], json!("0x7a69"));
    assert_eq!(transaction["from"], json!(format!("{from:#x}")));

    let elsewhere = wallet(json!("0x1"));
    let sent = block_on(chain(node()).send(&elsewhere, &call, from));
    assert_eq!(
        sent,
        Err(ChainError::WrongChain {
            expected: 31337,
            found: 1
        })
    );
    assert_eq!(elsewhere.methods(), ["eth_chainId"]);

    let refusing = Script::default().on("eth_call", |_| Err(RpcError::new(Some(3), "reverted", None)));
    let unused = wallet(json!("0x7a69"));
    let sent = block_on(chain(refusing).send(&unused, &call, from));
    assert_eq!(sent, Err(ChainError::Reverted(Revert::Empty)));
    assert!(unused.methods().is_empty());

    let rejecting = Script::default()
        .value("eth_chainId", json!("0x7a69"))
        .on("eth_sendTransaction", |_| {
            Err(RpcError::new(Some(4001), "", None))
        });
    let Err(ChainError::Rpc(error)) = block_on(chain(node()).send(&rejecting, &call, from)) else {
        panic!("sent");
    };
    assert_eq!(error.kind, RpcErrorKind::Rejected);
    for answer in rubbish() {
        let odd = Script::default()
            .value("eth_chainId", json!("0x7a69"))
            .value("eth_sendTransaction", answer);
        assert!(is_malformed(block_on(chain(node()).send(&odd, &call, from))));
    }
}

#[test]
fn a_token_without_permits_is_no_error_and_an_unreachable_node_is() {
    let token = Token::new(Address::repeat_byte(5));
    let ask = |script: Script| {
        let chain = chain(script.value("eth_chainId", json!("0x1")));
        block_on(chain.permit_request(token, Address::repeat_byte(1), Amount::ZERO, 9))
    };
    let lacking = Script::default().on("eth_call", |_| Err(RpcError::new(Some(3), "", None)));
    assert_eq!(ask(lacking), Ok(None));
    assert_eq!(ask(Script::default().value("eth_call", json!("0x"))), Ok(None));
    // A domain that none of the known versions gives.
    let word = format!("0x{}", hex::encode(words(&[32])));
    assert_eq!(ask(Script::default().value("eth_call", json!(word))), Ok(None));
    let unreachable = Script::default().on("eth_call", |_| {
        Err(RpcError::local(RpcErrorKind::Unreachable, ""))
    });
    assert!(matches!(ask(unreachable), Err(ChainError::Rpc(_))));
}

#[test]
fn a_balance_may_be_any_number() {
    let most = format!("{:#x}", U256::MAX);
    let chain = chain(Script::default().value("eth_getBalance", json!(most)));
    assert_eq!(block_on(chain.balance(Address::zero())), Ok(U256::MAX));
}
