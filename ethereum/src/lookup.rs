//! One transaction, looked up at a node: who sent what to whom, and which function it calls.

use crate::{
    ChainError, Query, Receipt,
    abi::selector,
    hub::functions as hub,
    query::{field, hex32, present, read_address, read_bytes, read_hash, read_u64, read_u128},
    sessions::session_functions as sessions,
};
use serde_json::{Value, json};
use thunder_channel::{Address, Amount, Bytes32};

/// A transaction that a node knows, mined or waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTransaction {
    /// Which one.
    pub hash: Bytes32,
    /// Who sent it.
    pub from: Address,
    /// To whom; `None` where it makes a contract.
    pub to: Option<Address>,
    /// Ether that goes with it.
    pub value: Amount,
    /// What it calls, with arguments.
    pub data: Vec<u8>,
    /// The block that it is in, once it is mined.
    pub block: Option<u64>,
}

/// Whose functions a call is looked for among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// The hub.
    Hub,
    /// The contract of metered sessions.
    Sessions,
    /// A token.
    Token,
}

/// The functions of the hub that a transaction calls.
const HUB: [&str; 11] = [
    hub::OPEN,
    hub::OPEN_WITH_PERMIT,
    hub::DEPOSIT,
    hub::DEPOSIT_WITH_PERMIT,
    hub::WITHDRAW,
    hub::CLOSE,
    hub::CLAIM,
    hub::SETTLE,
    hub::ACCEPT,
    hub::SETTLE_TOGETHER,
    hub::COLLECT,
];
/// Those of the contract of metered sessions.
const SESSIONS: [&str; 15] = [
    sessions::PROPOSE,
    sessions::PROPOSE_WITH_PERMIT,
    sessions::OPEN,
    sessions::OPEN_WITH_PERMIT,
    sessions::ACCEPT,
    sessions::DECLINE,
    sessions::WITHDRAW_PROPOSAL,
    sessions::TOP_UP,
    sessions::TOP_UP_WITH_PERMIT,
    sessions::SET_LIMIT,
    sessions::CLOSE,
    sessions::SHOW,
    sessions::SETTLE,
    sessions::SETTLE_TOGETHER,
    sessions::COLLECT,
];
/// Those of a token.
const TOKEN: [&str; 5] = [
    "approve(address,uint256)",
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
    "faucet(address,uint256)",
];

impl Callee {
    /// The name of the function that a call's data begins with, where it is one that transactions call.
    #[must_use]
    pub fn function(self, data: &[u8]) -> Option<&'static str> {
        let all: &[&'static str] = match self {
            Self::Hub => &HUB,
            Self::Sessions => &SESSIONS,
            Self::Token => &TOKEN,
        };
        let called = data.first_chunk::<4>()?;
        let signature = all.iter().find(|signature| selector(signature) == *called)?;
        signature.split('(').next()
    }
}

impl Receipt {
    /// What the gas cost, where the node says by which price; `None` also where it would be more than there is.
    #[must_use]
    pub fn fee(&self) -> Option<Amount> {
        let fee = u128::from(self.gas_used).checked_mul(self.gas_price?)?;
        Amount::new(fee).ok()
    }
}

/// A transaction, or nothing if the node does not know it.
#[must_use]
pub fn transaction(transaction: Bytes32) -> Query<Option<KnownTransaction>> {
    Query::new(
        "eth_getTransactionByHash",
        json!([hex32(transaction)]),
        move |answer| {
            let Some(answer) = present(answer) else {
                return Ok(None);
            };
            let known = read(answer)?;
            if known.hash == transaction {
                Ok(Some(known))
            } else {
                Err(ChainError::malformed("another transaction"))
            }
        },
    )
}

fn read(answer: &Value) -> Result<KnownTransaction, ChainError> {
    let optional = |name| answer.get(name).and_then(present);
    let value = read_u128("the transaction's value", field(answer, "value")?)?;
    Ok(KnownTransaction {
        hash: read_hash("the transaction's hash", field(answer, "hash")?)?,
        from: read_address("the transaction's sender", field(answer, "from")?)?,
        to: optional("to")
            .map(|to| read_address("the transaction's receiver", to))
            .transpose()?,
        value: Amount::new(value)
            .map_err(|_| ChainError::malformed("the transaction's value is out of range"))?,
        data: read_bytes("the transaction's data", field(answer, "input")?)?,
        block: optional("blockNumber")
            .map(|block| read_u64("the transaction's block number", block))
            .transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::receipt;

    const HASH: Bytes32 = Bytes32::repeat_byte(7);

    fn answer() -> Value {
        json!({
            "hash": HASH, "from": Address::repeat_byte(1), "to": null, "value": "0x5", "input": "0x0102", "blockNumber": null,
        })
    }

    #[test]
    fn a_transaction_is_whole_and_the_one_that_was_asked_for() {
        let read = |answer: &Value| transaction(HASH).read(answer);
        let waiting = KnownTransaction {
            hash: HASH,
            from: Address::repeat_byte(1),
            to: None,
            value: Amount::new(5).unwrap(),
            data: vec![1, 2],
            block: None,
        };
        assert_eq!(read(&answer()), Ok(Some(waiting)));
        assert_eq!(read(&Value::Null), Ok(None));
        for (name, wrong) in [
            ("hash", json!(Bytes32::repeat_byte(8))),
            ("hash", Value::Null),
            ("from", Value::Null),
            ("from", json!("0x12")),
            ("to", json!("")),
            ("value", json!("5")),
            ("value", json!(format!("{:#x}", u128::MAX))),
            ("input", Value::Null),
            ("input", json!("0x1")),
            ("blockNumber", json!(3)),
        ] {
            let mut bad = answer();
            bad[name] = wrong.clone();
            assert!(
                matches!(read(&bad), Err(ChainError::Malformed(_))),
                "{name}: {wrong}"
            );
        }
    }

    #[test]
    fn a_fee_is_told_where_the_price_is() {
        let read = |price: Value| {
            let told = json!({
                "transactionHash": HASH, "status": "0x1", "blockNumber": "0x5", "blockHash": HASH, "gasUsed": "0x5208",
                "effectiveGasPrice": price, "logs": [],
            });
            receipt(HASH)
                .read(&told)
                .map(|receipt| receipt.and_then(|receipt| receipt.fee()))
        };
        assert_eq!(read(json!("0x2")), Ok(Amount::new(42_000).ok()));
        assert_eq!(read(Value::Null), Ok(None), "an older node");
        assert_eq!(
            read(json!(format!("{:#x}", u128::MAX))),
            Ok(None),
            "more than there is"
        );
        assert!(matches!(read(json!(2)), Err(ChainError::Malformed(_))));
    }

    #[test]
    fn a_call_is_named_by_its_contracts_functions() {
        let begins = |signature| [&selector(signature)[..], &[7; 40]].concat();
        assert_eq!(Callee::Hub.function(&begins(hub::OPEN)), Some("open"));
        assert_eq!(
            Callee::Hub.function(&begins(hub::SETTLE_TOGETHER)),
            Some("settleTogether")
        );
        assert_eq!(
            Callee::Sessions.function(&begins(sessions::TOP_UP)),
            Some("topUp")
        );
        assert_eq!(Callee::Token.function(&begins(TOKEN[0])), Some("approve"));
        for nothing in [&[][..], &[1, 2, 3], &[0; 4], &begins(hub::OPEN)] {
            assert_eq!(Callee::Token.function(nothing), None);
        }
        assert_eq!(
            Callee::Hub.function(&begins(hub::OWED)),
            None,
            "nobody sends a question"
        );
    }
}
