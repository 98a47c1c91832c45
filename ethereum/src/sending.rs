//! Transactions for those who decide nonce and fee themselves: signed here, sent as they are, raised under the same nonce.

use crate::{
    At, Call, ChainError, Query, RpcError,
    query::{hex20, read_hash, read_u64, read_u128, transaction},
    wallet::ethers_signature,
};
use ethers_core::types::{
    Bytes,
    transaction::{eip1559::Eip1559TransactionRequest, eip2718::TypedTransaction},
};
use serde_json::json;
use thunder_channel::{Address, Bytes32, Digest, SigningKey, keccak256};

/// What a unit of gas may cost (EIP-1559), in wei.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fee {
    /// At most, base fee and tip together.
    pub most: u128,
    /// Of this, at most so much for the block's maker.
    pub tip: u128,
}

/// A transaction with nothing left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// Its place among the sender's transactions.
    pub nonce: u64,
    /// What it does.
    pub call: Call,
    /// The most gas it may use.
    pub gas: u64,
    /// What a unit of it may cost.
    pub fee: Fee,
}

/// A transaction as nodes take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransaction {
    /// Its bytes.
    pub raw: Vec<u8>,
    /// Its hash, by which a receipt is asked for.
    pub hash: Bytes32,
}

/// Why a node did not take a transaction, as far as it matters for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendRefusal {
    /// It has this very transaction: as good as taken.
    AlreadyKnown,
    /// Another transaction of this nonce waits, and this one does not pay enough more.
    Underpriced,
    /// A transaction of this nonce is mined.
    NonceTooLow,
    /// The account cannot pay for it.
    InsufficientFunds,
    /// Anything else.
    Other,
}

impl Transaction {
    /// Signs it, deterministically: the same transaction has the same hash.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> SignedTransaction {
        let request = Eip1559TransactionRequest::new()
            .from(key.address())
            .chain_id(self.chain_id)
            .nonce(self.nonce)
            .to(self.call.to)
            .data(Bytes::from(self.call.data.clone()))
            .value(self.call.value)
            .gas(self.gas)
            .max_priority_fee_per_gas(self.fee.tip.min(self.fee.most))
            .max_fee_per_gas(self.fee.most);
        let transaction = TypedTransaction::Eip1559(request);
        let signature = key.sign(&Digest(transaction.sighash().0));
        let raw = transaction.rlp_signed(&ethers_signature(&signature)).to_vec();
        let hash = Bytes32::from(keccak256(&raw));
        SignedTransaction { raw, hash }
    }
}

impl SendRefusal {
    /// Sorts a node's refusal. There are no codes for these, only the words that nodes agree on.
    #[must_use]
    pub fn of(error: &RpcError) -> Self {
        let words = error.message.to_ascii_lowercase();
        let says = |what: &[&str]| what.iter().any(|what| words.contains(what));
        if says(&[
            "already known",
            "already imported",
            "known transaction",
            "alreadyknown",
        ]) {
            Self::AlreadyKnown
        } else if says(&["nonce too low", "nonce is too low", "oldnonce"]) {
            Self::NonceTooLow
        } else if says(&["underpriced", "feetoolowtocompete"]) {
            Self::Underpriced
        } else if says(&["insufficient funds", "insufficientfunds"]) {
            Self::InsufficientFunds
        } else {
            Self::Other
        }
    }
}

/// A call that does nothing but use up a nonce: a transfer of nothing to oneself.
#[must_use]
pub const fn nothing(account: Address) -> Call {
    Call {
        to: account,
        data: Vec::new(),
        value: 0,
    }
}

/// How many transactions of an account are on the chain; with [`At::Pending`], together with those that wait.
#[must_use]
pub fn next_nonce(account: Address, at: At) -> Query<u64> {
    let params = json!([hex20(account), at.json()]);
    Query::new("eth_getTransactionCount", params, |answer| {
        read_u64("the transaction count", answer)
    })
}

/// How much gas a call would take as a transaction by `from`, after the given block.
#[must_use]
pub fn estimate_gas(call: &Call, from: Address, at: At) -> Query<u64> {
    let params = json!([transaction(call, Some(from)), at.json()]);
    Query::new("eth_estimateGas", params, |answer| {
        read_u64("the gas estimate", answer)
    })
}

/// The tip that the node suggests, in wei per unit of gas.
#[must_use]
pub fn suggested_tip() -> Query<u128> {
    Query::new("eth_maxPriorityFeePerGas", json!([]), |answer| {
        read_u128("the suggested tip", answer)
    })
}

/// Hands a signed transaction in.
#[must_use]
pub fn send_raw(transaction: &SignedTransaction) -> Query<Bytes32> {
    let params = json!([format!("0x{}", hex::encode(&transaction.raw))]);
    let hash = transaction.hash;
    Query::new("eth_sendRawTransaction", params, move |answer| {
        let answered = read_hash("the transaction's hash", answer)?;
        if answered == hash {
            Ok(hash)
        } else {
            Err(ChainError::Malformed("the hash of another transaction".into()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_words_are_sorted() {
        let refusal = |words: &str| SendRefusal::of(&RpcError::new(Some(-32000), words, None));
        for (words, expected) in [
            ("already known", SendRefusal::AlreadyKnown),
            ("transaction already imported", SendRefusal::AlreadyKnown),
            (
                "nonce too low: next nonce 5, tx nonce 4",
                SendRefusal::NonceTooLow,
            ),
            ("replacement transaction underpriced", SendRefusal::Underpriced),
            ("transaction underpriced", SendRefusal::Underpriced),
            (
                "insufficient funds for gas * price + value",
                SendRefusal::InsufficientFunds,
            ),
            ("the mempool is full", SendRefusal::Other),
        ] {
            assert_eq!(refusal(words), expected, "{words}");
        }
    }

    #[test]
    fn a_transaction_names_its_sender() {
        let key = SigningKey::from_bytes(&[1; 32]).unwrap();
        let transaction = Transaction {
            chain_id: 1,
            nonce: 2,
            call: nothing(key.address()),
            gas: 21_000,
            fee: Fee { most: 30, tip: 40 },
        };
        let signed = transaction.sign(&key);
        assert_eq!(signed, transaction.sign(&key));
        let rlp = ethers_core::utils::rlp::Rlp::new(&signed.raw);
        let (read, signature) = TypedTransaction::decode_signed(&rlp).unwrap();
        assert_eq!(signature.recover(read.sighash()).unwrap(), key.address());
        // A tip above the whole would be refused everywhere.
        assert_eq!(
            read.as_eip1559_ref().unwrap().max_priority_fee_per_gas,
            Some(30.into())
        );
    }
}
