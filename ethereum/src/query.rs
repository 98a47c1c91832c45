//! Questions to a node as data: a method, its parameters, and a strict reader of the answer.
//!
//! Nothing here does I/O, so the same questions serve ports that are `Send` and ports that are not.

use crate::{Call, ChainError, LogFilter};
use ethers_core::types::U256;
use serde_json::{Value, json};
use std::collections::HashMap;
use thunder_channel::{Address, Bytes32, checksummed};

/// How many logs one answer may hold. A node that sends more is asked for fewer blocks.
pub const MAX_LOGS: usize = 10_000;
/// How many topics an EVM log can have.
const MAX_TOPICS: usize = 4;
/// How many blocks can be mined at once on a development chain.
pub const MAX_MINED: u64 = 100_000;

type Reader<T> = Box<dyn FnOnce(&Value) -> Result<T, ChainError> + Send>;

/// One question to a node, and how to read the answer.
pub struct Query<T> {
    /// The JSON-RPC method.
    pub method: &'static str,
    /// Its parameters.
    pub params: Value,
    reader: Reader<T>,
}

impl<T: 'static> Query<T> {
    pub(crate) fn new(
        method: &'static str,
        params: Value,
        reader: impl FnOnce(&Value) -> Result<T, ChainError> + Send + 'static,
    ) -> Self {
        Self {
            method,
            params,
            reader: Box::new(reader),
        }
    }

    /// Reads the node's answer.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] if it cannot be an answer to this question.
    pub fn read(self, answer: &Value) -> Result<T, ChainError> {
        (self.reader)(answer)
    }

    /// The same question, its answer read further.
    #[must_use]
    pub fn then<U: 'static>(
        self,
        next: impl FnOnce(T) -> Result<U, ChainError> + Send + 'static,
    ) -> Query<U> {
        let reader = self.reader;
        Query {
            method: self.method,
            params: self.params,
            reader: Box::new(move |answer| next(reader(answer)?)),
        }
    }
}

/// The state of the chain to read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum At {
    /// After the newest block.
    #[default]
    Latest,
    /// After the block of this number, whichever that is.
    Number(u64),
    /// After exactly this block (EIP-1898); an error if it is no longer on the chain.
    Hash(Bytes32),
    /// After what waits at this node as well; nodes that do not try waiting transactions out take it for the newest block.
    Pending,
}

impl At {
    pub(crate) fn json(self) -> Value {
        match self {
            Self::Latest => json!("latest"),
            Self::Pending => json!("pending"),
            Self::Number(number) => json!(format!("{number:#x}")),
            Self::Hash(hash) => json!({ "blockHash": hex32(hash), "requireCanonical": true }),
        }
    }
}

/// What is needed of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: Bytes32,
    /// The hash of the block before.
    pub parent: Bytes32,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// What a unit of gas costs at least, in wei; none before EIP-1559.
    pub base_fee: Option<u128>,
}

/// A log as a node tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Who emitted it.
    pub address: Address,
    /// Up to four.
    pub topics: Vec<Bytes32>,
    /// The rest.
    pub data: Vec<u8>,
    /// Number of the block.
    pub block: u64,
    /// Hash of the block.
    pub block_hash: Bytes32,
    /// Place among the block's logs.
    pub log_index: u64,
    /// The transaction.
    pub transaction: Bytes32,
}

/// What became of a mined transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which transaction.
    pub transaction: Bytes32,
    /// Whether it did what it should; a reverted one only cost gas.
    pub succeeded: bool,
    /// Number of its block.
    pub block: u64,
    /// Hash of its block.
    pub block_hash: Bytes32,
    /// Gas it used.
    pub gas_used: u64,
    /// What a unit of gas cost, in wei, where the node says it.
    pub gas_price: Option<u128>,
    /// The contract it created, if it did.
    pub contract: Option<Address>,
    /// What contracts told.
    pub logs: Vec<Log>,
}

/// The chain's id (EIP-155).
#[must_use]
pub fn chain_id() -> Query<u64> {
    Query::new("eth_chainId", json!([]), |answer| {
        read_u64("the chain id", answer)
    })
}

/// The number of the newest block.
#[must_use]
pub fn block_number() -> Query<u64> {
    Query::new("eth_blockNumber", json!([]), |answer| {
        read_u64("the block number", answer)
    })
}

/// The newest block.
#[must_use]
pub fn latest_block() -> Query<Block> {
    Query::new("eth_getBlockByNumber", json!(["latest", false]), |answer| {
        read_block(answer)
    })
}

/// The block of a number, or nothing if the chain is not that long.
#[must_use]
pub fn block_at(number: u64) -> Query<Option<Block>> {
    let params = json!([format!("{number:#x}"), false]);
    Query::new("eth_getBlockByNumber", params, move |answer| {
        let Some(answer) = present(answer) else {
            return Ok(None);
        };
        let block = read_block(answer)?;
        if block.number == number {
            Ok(Some(block))
        } else {
            Err(ChainError::malformed(format!(
                "asked for block {number}, got {}",
                block.number
            )))
        }
    })
}

/// What a call returns, without a transaction. `from` matters where the contract looks at its caller.
#[must_use]
pub fn call(call: &Call, from: Option<Address>, at: At) -> Query<Vec<u8>> {
    let params = json!([transaction(call, from), at.json()]);
    Query::new("eth_call", params, |answer| {
        read_bytes("the result of a call", answer)
    })
}

/// How much gas a call would take as a transaction by `from`.
#[must_use]
pub fn estimate_gas(call: &Call, from: Address) -> Query<u64> {
    let params = json!([transaction(call, Some(from))]);
    Query::new("eth_estimateGas", params, |answer| {
        read_u64("the gas estimate", answer)
    })
}

/// The contract's code at an address; empty for a plain account.
#[must_use]
pub fn code(address: Address) -> Query<Vec<u8>> {
    let params = json!([hex20(address), "latest"]);
    Query::new("eth_getCode", params, |answer| read_bytes("the code", answer))
}

/// What a unit of gas costs now, in wei.
#[must_use]
pub fn gas_price() -> Query<u128> {
    Query::new("eth_gasPrice", json!([]), |answer| {
        read_u128("the price of gas", answer)
    })
}

/// The ether of an account, in wei.
#[must_use]
pub fn balance(address: Address, at: At) -> Query<U256> {
    let params = json!([hex20(address), at.json()]);
    Query::new("eth_getBalance", params, |answer| {
        read_u256("the balance", answer)
    })
}

/// How many transactions an account has sent, those that wait included.
#[must_use]
pub fn transaction_count(address: Address) -> Query<u64> {
    let params = json!([hex20(address), "pending"]);
    Query::new("eth_getTransactionCount", params, |answer| {
        read_u64("the transaction count", answer)
    })
}

/// The logs that match a filter, in order.
///
/// A log that was not asked for, is marked as removed, or names another hash for its block than its neighbour is an error.
#[must_use]
pub fn logs(filter: &LogFilter) -> Query<Vec<Log>> {
    let topics: Vec<Value> = filter
        .topics
        .iter()
        .map(|wanted| {
            wanted.as_ref().map_or(Value::Null, |wanted| {
                wanted.iter().map(|topic| json!(hex32(*topic))).collect()
            })
        })
        .collect();
    let params = json!([{
        "address": hex20(filter.address),
        "fromBlock": format!("{:#x}", filter.range.from),
        "toBlock": format!("{:#x}", filter.range.to),
        "topics": topics,
    }]);
    let filter = filter.clone();
    Query::new("eth_getLogs", params, move |answer| {
        let mut logs = read_logs(answer)?;
        if logs.iter().any(|log| !filter.matches(log)) {
            return Err(ChainError::malformed("a log that was not asked for"));
        }
        logs.sort_by_key(|log| (log.block, log.log_index));
        Ok(logs)
    })
}

/// The receipt of a transaction, or nothing while it is not mined.
#[must_use]
pub fn receipt(transaction: Bytes32) -> Query<Option<Receipt>> {
    let params = json!([hex32(transaction)]);
    Query::new("eth_getTransactionReceipt", params, move |answer| {
        let Some(answer) = present(answer) else {
            return Ok(None);
        };
        let receipt = read_receipt(answer)?;
        if receipt.transaction == transaction {
            Ok(Some(receipt))
        } else {
            Err(ChainError::malformed("the receipt of another transaction"))
        }
    })
}

/// Whether the node knows a transaction, mined or waiting.
#[must_use]
pub fn knows_transaction(transaction: Bytes32) -> Query<bool> {
    let params = json!([hex32(transaction)]);
    Query::new("eth_getTransactionByHash", params, move |answer| {
        let Some(answer) = present(answer) else {
            return Ok(false);
        };
        if read_hash("the transaction's hash", field(answer, "hash")?)? == transaction {
            Ok(true)
        } else {
            Err(ChainError::malformed("another transaction"))
        }
    })
}

/// Mines blocks; development chains only.
#[must_use]
pub fn mine(blocks: u64) -> Query<()> {
    let params = json!([format!("{:#x}", blocks.min(MAX_MINED))]);
    Query::new("anvil_mine", params, |_| Ok(()))
}

/// The transaction object that carries a call.
pub(crate) fn transaction(call: &Call, from: Option<Address>) -> Value {
    let mut object = json!({ "to": hex20(call.to), "data": format!("0x{}", hex::encode(&call.data)) });
    if let Some(from) = from {
        // One wallet compares it with its own spelling of the account, which is EIP-55's; all others take either.
        object["from"] = json!(checksummed(from));
    }
    if call.value > 0 {
        object["value"] = json!(format!("{:#x}", call.value));
    }
    object
}

pub(crate) fn hex20(address: Address) -> String {
    format!("{address:#x}")
}

pub(crate) fn hex32(hash: Bytes32) -> String {
    format!("{hash:#x}")
}

pub(crate) fn read_u256(what: &str, value: &Value) -> Result<U256, ChainError> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
    digits
        .filter(|digits| {
            (1..=64).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
        .and_then(|digits| U256::from_str_radix(digits, 16).ok())
        .ok_or_else(|| ChainError::malformed(format!("{what} is not a number")))
}

pub(crate) fn read_u128(what: &str, value: &Value) -> Result<u128, ChainError> {
    u128::try_from(read_u256(what, value)?)
        .map_err(|_| ChainError::malformed(format!("{what} is out of range")))
}

pub(crate) fn read_u64(what: &str, value: &Value) -> Result<u64, ChainError> {
    u64::try_from(read_u256(what, value)?)
        .map_err(|_| ChainError::malformed(format!("{what} is out of range")))
}

pub(crate) fn read_bytes(what: &str, value: &Value) -> Result<Vec<u8>, ChainError> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
    digits
        .and_then(|digits| hex::decode(digits).ok())
        .ok_or_else(|| ChainError::malformed(format!("{what} is not hexadecimal")))
}

pub(crate) fn read_hash(what: &str, value: &Value) -> Result<Bytes32, ChainError> {
    fixed(what, value).map(Bytes32::from)
}

pub(crate) fn read_address(what: &str, value: &Value) -> Result<Address, ChainError> {
    fixed(what, value).map(|bytes: [u8; 20]| Address::from(bytes))
}

fn fixed<const N: usize>(what: &str, value: &Value) -> Result<[u8; N], ChainError> {
    read_bytes(what, value)?
        .try_into()
        .map_err(|_| ChainError::malformed(format!("{what} has the wrong length")))
}

pub(crate) fn present(value: &Value) -> Option<&Value> {
    (!value.is_null()).then_some(value)
}

pub(crate) fn field<'a>(object: &'a Value, name: &str) -> Result<&'a Value, ChainError> {
    object
        .get(name)
        .filter(|value| !value.is_null())
        .ok_or_else(|| ChainError::malformed(format!("{name} is missing")))
}

fn read_block(block: &Value) -> Result<Block, ChainError> {
    Ok(Block {
        number: read_u64("the block number", field(block, "number")?)?,
        hash: read_hash("the block hash", field(block, "hash")?)?,
        parent: read_hash("the parent's hash", field(block, "parentHash")?)?,
        timestamp: read_u64("the timestamp", field(block, "timestamp")?)?,
        base_fee: block
            .get("baseFeePerGas")
            .and_then(present)
            .map(|fee| read_u128("the base fee", fee))
            .transpose()?,
    })
}

fn read_logs(logs: &Value) -> Result<Vec<Log>, ChainError> {
    let logs = logs
        .as_array()
        .ok_or_else(|| ChainError::malformed("the logs are not a list"))?;
    if logs.len() > MAX_LOGS {
        return Err(ChainError::malformed("too many logs in one answer"));
    }
    let logs: Vec<_> = logs.iter().map(read_log).collect::<Result<_, _>>()?;
    let mut hashes = HashMap::new();
    for log in &logs {
        if *hashes.entry(log.block).or_insert(log.block_hash) != log.block_hash {
            return Err(ChainError::Reorganised { number: log.block });
        }
    }
    Ok(logs)
}

fn read_log(log: &Value) -> Result<Log, ChainError> {
    let block = read_u64("a log's block number", field(log, "blockNumber")?)?;
    match log.get("removed") {
        None | Some(Value::Null | Value::Bool(false)) => (),
        Some(Value::Bool(true)) => return Err(ChainError::Reorganised { number: block }),
        Some(_) => return Err(ChainError::malformed("a log's removed mark is not yes or no")),
    }
    let topics = field(log, "topics")?
        .as_array()
        .filter(|topics| topics.len() <= MAX_TOPICS)
        .ok_or_else(|| ChainError::malformed("a log's topics are not a list of up to four"))?;
    Ok(Log {
        address: read_address("a log's address", field(log, "address")?)?,
        topics: topics
            .iter()
            .map(|topic| read_hash("a topic", topic))
            .collect::<Result<_, _>>()?,
        data: read_bytes("a log's data", field(log, "data")?)?,
        block,
        block_hash: read_hash("a log's block hash", field(log, "blockHash")?)?,
        log_index: read_u64("a log's index", field(log, "logIndex")?)?,
        transaction: read_hash("a log's transaction", field(log, "transactionHash")?)?,
    })
}

fn read_receipt(receipt: &Value) -> Result<Receipt, ChainError> {
    let succeeded = match read_u64("the receipt's status", field(receipt, "status")?)? {
        0 => false,
        1 => true,
        _ => return Err(ChainError::malformed("the receipt's status is neither 0 nor 1")),
    };
    let read = Receipt {
        transaction: read_hash("the receipt's transaction", field(receipt, "transactionHash")?)?,
        succeeded,
        block: read_u64("the receipt's block number", field(receipt, "blockNumber")?)?,
        block_hash: read_hash("the receipt's block hash", field(receipt, "blockHash")?)?,
        gas_used: read_u64("the gas used", field(receipt, "gasUsed")?)?,
        gas_price: receipt
            .get("effectiveGasPrice")
            .and_then(present)
            .map(|price| read_u128("the gas price", price))
            .transpose()?,
        contract: receipt
            .get("contractAddress")
            .and_then(present)
            .map(|address| read_address("the new contract", address))
            .transpose()?,
        logs: read_logs(field(receipt, "logs")?)?,
    };
    let own = |log: &Log| {
        (log.block, log.block_hash, log.transaction) == (read.block, read.block_hash, read.transaction)
    };
    if read.logs.iter().all(own) {
        Ok(read)
    } else {
        Err(ChainError::malformed(
            "a receipt holds another transaction's logs",
        ))
    }
}
