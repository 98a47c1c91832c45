//! A chain of one run: the hub, and thousands of open channels.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{collections::HashMap, path::Path, process::Command};
use thunder_channel::{Address, Amount, Domain};
use thunder_ethereum::Hub;

use crate::{
    people::{Channel, DEPOSIT},
    programs::{Places, Program},
};

/// The chain id of development chains.
const CHAIN_ID: u64 = 31337;
/// Requests that go to the node at once.
const BATCH: usize = 500;
/// Enough for an opening; asking the node for an estimate would take as long as the opening.
const GAS: &str = "0x493e0";
/// A batch of openings fits into one block.
const BLOCK_GAS: &str = "1000000000";

/// anvil with the hub on it.
pub struct LocalChain {
    _program: Program,
    client: reqwest::Client,
    /// The node's address.
    pub url: String,
    /// Where signatures are good.
    pub domain: Domain,
    /// Accounts that the node signs for.
    pub accounts: Vec<Address>,
}

impl LocalChain {
    /// Starts it and deploys the hub.
    ///
    /// # Errors
    /// If anvil cannot be started, or does not take the hub.
    pub async fn start(places: &Places) -> Result<Self> {
        let mut command = Command::new(&places.anvil);
        command.args(["--host", "127.0.0.1", "--port", "0", "--no-mining"]);
        command.args(["--chain-id", &CHAIN_ID.to_string(), "--gas-limit", BLOCK_GAS]);
        let mut program = Program::start("chain", &mut command)?;
        let address = program
            .wait_for(|line| line.strip_prefix("Listening on ").map(str::to_owned))
            .await?;
        let mut chain = Self {
            _program: program,
            client: reqwest::Client::builder().no_proxy().build()?,
            url: format!("http://{address}"),
            domain: Domain {
                chain_id: CHAIN_ID,
                hub: Address::zero(),
            },
            accounts: Vec::new(),
        };
        let accounts = chain.ask(&[("eth_accounts", json!([]))]).await?;
        chain.accounts = serde_json::from_value(first(accounts)?)?;
        chain.domain.hub = chain.deploy(&places.hub).await?;
        Ok(chain)
    }

    async fn deploy(&self, hub: &Path) -> Result<Address> {
        let text = std::fs::read_to_string(hub)
            .with_context(|| format!("{}: run `forge build` in contracts/", hub.display()))?;
        let built: Value = serde_json::from_str(&text)?;
        let code = built["bytecode"]["object"]
            .as_str()
            .context("the hub has no code")?;
        // The constructor's argument: the clock counts blocks.
        let transaction = json!({"from": self.accounts.first(), "data": format!("{code}{}", "0".repeat(64))});
        let receipts = self.mine(&[transaction]).await?;
        Ok(serde_json::from_value(
            first(receipts)?["contractAddress"].take(),
        )?)
    }

    /// Opens all of them.
    ///
    /// # Errors
    /// If one cannot be opened.
    pub async fn open(&self, channels: &[Channel]) -> Result<()> {
        let hub = Hub::new(self.domain.hub);
        let deposit = Amount::new(DEPOSIT)?;
        let mut nonces = self.nonces().await?;
        for some in channels.chunks(BATCH) {
            let mut transactions = Vec::with_capacity(some.len());
            for Channel { key, .. } in some {
                let call = hub.open(key, deposit);
                let nonce = nonces
                    .get_mut(&key.alice)
                    .context("no account of the node opens")?;
                transactions.push(json!({
                    "from": key.alice,
                    "nonce": format!("{nonce:#x}"),
                    "to": call.to,
                    "gas": GAS,
                    "value": format!("{:#x}", call.value),
                    "data": format!("0x{}", hex::encode(call.data)),
                }));
                *nonce += 1;
            }
            self.mine(&transactions).await?;
        }
        Ok(())
    }

    /// The next nonce of each account: the node takes up a batch in any order, and would give some the same.
    async fn nonces(&self) -> Result<HashMap<Address, u64>> {
        let asked: Vec<_> = self
            .accounts
            .iter()
            .map(|account| ("eth_getTransactionCount", json!([account, "latest"])))
            .collect();
        let counts = self.ask(&asked).await?;
        let number = |count: &Value| -> Result<u64> {
            let digits = count.as_str().and_then(|text| text.strip_prefix("0x"));
            Ok(u64::from_str_radix(
                digits.context("a count is hexadecimal")?,
                16,
            )?)
        };
        self.accounts
            .iter()
            .zip(&counts)
            .map(|(account, count)| Ok((*account, number(count)?)))
            .collect()
    }

    /// Sends transactions, mines them and gives their receipts.
    async fn mine(&self, transactions: &[Value]) -> Result<Vec<Value>> {
        let sent: Vec<_> = transactions
            .iter()
            .map(|transaction| ("eth_sendTransaction", json!([transaction])))
            .collect();
        let hashes = self.ask(&sent).await?;
        self.ask(&[("evm_mine", json!([]))]).await?;
        let wanted: Vec<_> = hashes
            .iter()
            .map(|hash| ("eth_getTransactionReceipt", json!([hash])))
            .collect();
        let receipts = self.ask(&wanted).await?;
        if let Some(receipt) = receipts.iter().find(|receipt| receipt["status"] != "0x1") {
            bail!("a transaction failed: {receipt}");
        }
        Ok(receipts)
    }

    /// Asks the node several things at once.
    async fn ask(&self, questions: &[(&str, Value)]) -> Result<Vec<Value>> {
        let batch: Vec<Value> = questions
            .iter()
            .enumerate()
            .map(|(id, (method, parameters))| {
                json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters})
            })
            .collect();
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json");
        let response = request.body(serde_json::to_string(&batch)?).send().await?;
        let answers: Vec<Value> = serde_json::from_str(&response.text().await?)?;
        in_order(answers, questions.len())
    }

    /// What the relay is told of the chain.
    #[must_use]
    pub fn address_book(&self) -> Value {
        json!({
            "chainId": self.domain.chain_id,
            "hub": self.domain.hub,
            "deploymentBlock": 1,
            "clockMode": "mode=blocknumber&from=default",
            "tokens": [],
        })
    }
}

/// A node may answer the questions of a batch in any order.
fn in_order(answers: Vec<Value>, questions: usize) -> Result<Vec<Value>> {
    let mut results = vec![None; questions];
    for mut answer in answers {
        if !answer["error"].is_null() {
            bail!("the chain refused: {}", answer["error"]);
        }
        let id = answer["id"].as_u64().context("an answer to nothing")?;
        let place = results.get_mut(usize::try_from(id)?);
        *place.context("an answer to nothing")? = Some(answer["result"].take());
    }
    results
        .into_iter()
        .map(|result| result.context("the chain left a question open"))
        .collect()
}

fn first(values: Vec<Value>) -> Result<Value> {
    values.into_iter().next().context("no answer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_put_in_order_and_must_be_complete() {
        let answers = vec![json!({"id": 1, "result": "b"}), json!({"id": 0, "result": "a"})];
        assert_eq!(in_order(answers.clone(), 2).unwrap(), [json!("a"), json!("b")]);
        assert!(in_order(answers.clone(), 3).is_err());
        assert!(in_order(answers, 1).is_err());
        let refused = vec![json!({"id": 0, "error": {"message": "no"}})];
        assert!(in_order(refused, 1).unwrap_err().to_string().contains("no"));
    }
}
