//! Looks one transaction up at the app's own node.

use super::Desk;
use crate::{
    state::{
        config::AppConfig,
        transaction::{Answer, Detail},
    },
    words::{Said, sentence},
};
use thunder_channel::{Address, Bytes32};
use thunder_ethereum::{Chain, ChainError, Provider};

impl Desk {
    /// What the node says of a transaction now.
    pub async fn look_up(&self, hash: Bytes32) -> Answer {
        look_up(&self.chain, hash, &self.config, self.seat.account).await
    }
}

async fn look_up<P: Provider>(
    chain: &Chain<P>,
    hash: Bytes32,
    config: &AppConfig,
    account: Address,
) -> Answer {
    let asked = async {
        let Some(known) = chain.transaction(hash).await? else {
            return Ok::<_, ChainError>(Answer::Unknown);
        };
        let receipt = chain.receipt(hash).await?;
        let head = chain.block_number().await?;
        let detail = Detail::of(&known, receipt.as_ref(), head, config, account);
        Ok(Answer::Known(Box::new(detail)))
    };
    asked
        .await
        .unwrap_or_else(|error| Answer::Failed(sentence(&error.said())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::transaction::{
        Status, Who,
        tests::{HASH, account, config},
    };
    use async_trait::async_trait;
    use serde_json::{Value, json};
    use thunder_ethereum::{Hub, RpcError};

    /// A node that says this of a transaction and its receipt.
    struct Node(Value, Value);

    #[async_trait(?Send)]
    impl Provider for Node {
        async fn request(&self, method: &str, _: Value) -> Result<Value, RpcError> {
            match method {
                "eth_getTransactionByHash" => Ok(self.0.clone()),
                "eth_getTransactionReceipt" => Ok(self.1.clone()),
                "eth_blockNumber" => Ok(json!("0x14")),
                _ => Err(RpcError::new(Some(-32601), "method not found", None)),
            }
        }
    }

    fn ask(transaction: Value, receipt: Value) -> Answer {
        let config = config();
        let chain = Chain::new(Node(transaction, receipt), Hub::new(config.domain.hub));
        futures::executor::block_on(look_up(&chain, HASH, &config, account()))
    }

    fn transaction() -> Value {
        json!({
            "hash": HASH, "from": account(), "to": config().domain.hub, "value": "0x0", "input": "0x", "blockNumber": "0xc",
        })
    }

    fn receipt() -> Value {
        json!({
            "transactionHash": HASH, "status": "0x1", "blockNumber": "0xc", "blockHash": HASH, "gasUsed": "0x5208",
            "effectiveGasPrice": "0x77359400", "logs": [],
        })
    }

    #[test]
    fn a_node_is_asked_and_named_for_what_it_does_not_say() {
        let Answer::Known(mined) = ask(transaction(), receipt()) else {
            panic!()
        };
        assert_eq!(
            (mined.status, mined.on_top, mined.gas_used),
            (Status::Done, Some(8), Some(21_000))
        );
        assert_eq!(
            mined.fee.map(thunder_channel::Amount::units),
            Some(42_000_000_000_000)
        );
        assert_eq!((mined.from.who, mined.call), (Some(Who::You), None));
        let Answer::Known(waiting) = ask(transaction(), Value::Null) else {
            panic!()
        };
        assert_eq!(waiting.status, Status::Waiting);
        assert_eq!(ask(Value::Null, Value::Null), Answer::Unknown);
    }

    #[test]
    fn an_answer_that_cannot_be_true_is_said_in_words() {
        let mut other = transaction();
        other["hash"] = json!(Bytes32::repeat_byte(8));
        let mut rich = transaction();
        rich["value"] = json!(format!("{:#x}", u128::MAX));
        let mut unclear = receipt();
        unclear["status"] = json!("0x7");
        for (transaction, receipt) in [
            (other, receipt()),
            (rich, receipt()),
            (transaction(), unclear),
            (json!("<html>"), Value::Null),
            (json!([]), Value::Null),
        ] {
            let Answer::Failed(words) = ask(transaction, receipt) else {
                panic!()
            };
            assert!(words.ends_with('.'), "{words}");
        }
    }
}
