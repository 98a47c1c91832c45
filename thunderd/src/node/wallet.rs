//! The node's wallet: what it sends is looked after until it is mined, with a dearer transaction in the same place if need be.
//!
//! Nobody sits in front of a daemon to press "speed up", and a claim that waits for cheaper gas comes too late. So an offer that
//! blocks leave out is raised, never lowered, up to what the operator allows. What waits is written down before it is sent: a node
//! that was killed goes on with it.

use crate::store::SqliteStore;
use anyhow::Context;
use async_trait::async_trait;
use futures::lock::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{cell::RefCell, collections::VecDeque, rc::Rc};
use thunder_channel::{Bytes32, SigningKey};
use thunder_client::{Replacing, Store, Write};
use thunder_ethereum::{
    At, Block, ChainError, HttpProvider, LocalWallet, Provider, RpcError,
    fees::{DEFAULT_TIP, Market},
    query,
    sending::{self, Fee, SendRefusal},
};

/// Where the transactions that wait are stored. Not a participant's key.
const WAITING: &str = "wallet/waiting";
/// Blocks that a transaction may be left out of before it offers more.
const PATIENCE_BLOCKS: u64 = 2;
/// Transactions that are over and whose hashes are still known, for who asks late.
const REMEMBERED: usize = 64;
const WEI_PER_GWEI: u64 = 1_000_000_000;

/// A key, its node, and what it has sent.
pub struct NodeWallet {
    inner: LocalWallet<HttpProvider>,
    store: Rc<SqliteStore>,
    /// What a unit of gas may cost at most, in wei.
    most: u64,
    waiting: RefCell<Vec<Waiting>>,
    over: RefCell<VecDeque<Vec<Bytes32>>>,
    /// One transaction at a time, so that two do not take the same nonce.
    sending: Mutex<()>,
}

/// A transaction that was sent and is not known to be mined.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Waiting {
    nonce: u64,
    /// As it was asked for, without nonce and fee.
    object: Value,
    /// What it offers for a unit of gas, in wei.
    most: u64,
    tip: u64,
    /// Of this transaction at each of its offers.
    hashes: Vec<Bytes32>,
    /// The block at which it was last sent.
    sent_at: u64,
    /// Sent before the node was started, and not asked for since. Who asks for the same call then means this one.
    #[serde(skip)]
    former: bool,
}

impl Waiting {
    fn fee(&self) -> Fee {
        Fee {
            most: self.most.into(),
            tip: self.tip.into(),
        }
    }

    fn offer(&mut self, fee: Fee, head: u64) {
        // Offers are below the most that is allowed, which is 64 bits.
        self.most = u64::try_from(fee.most).unwrap_or(u64::MAX);
        self.tip = u64::try_from(fee.tip).unwrap_or(u64::MAX);
        self.sent_at = head;
    }

    /// Whether it does the same as another one would. How much gas that takes is estimated anew each time.
    fn does(&self, object: &Value) -> bool {
        ["to", "data", "value"]
            .iter()
            .all(|field| self.object.get(field) == object.get(field))
    }

    /// The transaction with nothing left open.
    fn object(&self) -> Value {
        let mut object = self.object.clone();
        object["nonce"] = json!(format!("{:#x}", self.nonce));
        object["maxFeePerGas"] = json!(format!("{:#x}", self.most));
        object["maxPriorityFeePerGas"] = json!(format!("{:#x}", self.tip));
        object
    }
}

impl NodeWallet {
    /// A wallet of this key, with what it sent in an earlier run. `most_gwei` is the most that a unit of gas may cost.
    pub fn open(
        key: SigningKey,
        node: HttpProvider,
        store: Rc<SqliteStore>,
        most_gwei: u64,
    ) -> anyhow::Result<Self> {
        let mut waiting: Vec<Waiting> = match store.record(WAITING)? {
            Some(text) => {
                serde_json::from_str(&text).context("the transactions that wait are not understood")?
            }
            None => Vec::new(),
        };
        for waiting in &mut waiting {
            waiting.former = true;
        }
        Ok(Self {
            inner: LocalWallet::new(key, node),
            store,
            most: most_gwei.saturating_mul(WEI_PER_GWEI),
            waiting: RefCell::new(waiting),
            over: RefCell::default(),
            sending: Mutex::new(()),
        })
    }

    fn node(&self) -> &HttpProvider {
        self.inner.node()
    }

    async fn market(&self, head: &Block) -> Market {
        Market {
            base: head.base_fee.unwrap_or_default(),
            // A node without an opinion is no reason to do nothing.
            tip: self
                .node()
                .ask(sending::suggested_tip())
                .await
                .unwrap_or(DEFAULT_TIP),
        }
    }

    async fn keep(&self) -> Result<(), RpcError> {
        let value = serde_json::to_string(&*self.waiting.borrow());
        let value = value.map_err(|error| failed(&error.to_string()))?;
        let put = Write::Put {
            key: WAITING.to_owned(),
            value,
        };
        let kept = self.store.commit(&[put]).await;
        kept.map_err(|error| failed(&error.to_string()))
    }

    /// Gives a transaction the next place and an offer, writes it down, and sends it.
    async fn send(&self, object: Value) -> Result<Value, RpcError> {
        let _one_at_a_time = self.sending.lock().await;
        if let Some(hash) = self.take_up(&object) {
            return Ok(json!(hash));
        }
        let chain = |error: ChainError| failed(&error.to_string());
        let head = self.node().ask(query::latest_block()).await.map_err(chain)?;
        let market = self.market(&head).await;
        let offer = market
            .within(market.offer(0), 1, self.most.into())
            .ok_or_else(|| self.too_dear(&market))?;
        let pending = self
            .node()
            .ask(sending::next_nonce(self.inner.address(), At::Pending))
            .await;
        let behind = self
            .waiting
            .borrow()
            .iter()
            .map(|waiting| waiting.nonce + 1)
            .max();
        let mut waiting = Waiting {
            nonce: pending.map_err(chain)?.max(behind.unwrap_or_default()),
            object,
            most: 0,
            tip: 0,
            hashes: Vec::new(),
            sent_at: 0,
            former: false,
        };
        waiting.offer(offer, head.number);
        let (nonce, object) = (waiting.nonce, waiting.object());
        self.waiting.borrow_mut().push(waiting);
        let sent = match self.keep().await {
            Ok(()) => self.inner.request("eth_sendTransaction", json!([object])).await,
            Err(error) => Err(error),
        };
        let hash = match sent {
            Ok(answer) => match hash_of(&answer) {
                Some(hash) => Ok((hash, answer)),
                None => Err(failed("the node answered no hash of a transaction")),
            },
            Err(error) => Err(error),
        };
        match hash {
            Ok((hash, answer)) => {
                self.sent(nonce, hash).await;
                Ok(answer)
            }
            Err(error) => {
                self.waiting.borrow_mut().retain(|waiting| waiting.nonce != nonce);
                // If this is not kept, it is sent after a restart; the caller was told that it failed, not that it never will be.
                self.keep().await.ok();
                Err(error)
            }
        }
    }

    /// What was sent before a kill and is asked for again is not sent twice: it waits, and is looked after.
    fn take_up(&self, object: &Value) -> Option<Bytes32> {
        let mut waiting = self.waiting.borrow_mut();
        let mut former = waiting
            .iter_mut()
            .filter(|waiting| waiting.former && waiting.does(object));
        let found = former.find(|waiting| !waiting.hashes.is_empty())?;
        found.former = false;
        found.hashes.last().copied()
    }

    fn too_dear(&self, market: &Market) -> RpcError {
        failed(&format!(
            "gas costs {} gwei and this node pays {} at most: wait, or start it with a higher --max-fee-gwei",
            market.base.div_ceil(WEI_PER_GWEI.into()),
            self.most / WEI_PER_GWEI
        ))
    }

    async fn sent(&self, nonce: u64, hash: Bytes32) {
        if let Some(waiting) = self
            .waiting
            .borrow_mut()
            .iter_mut()
            .find(|waiting| waiting.nonce == nonce)
            && !waiting.hashes.contains(&hash)
        {
            waiting.hashes.push(hash);
        }
        if let Err(error) = self.keep().await {
            // It is on its way all the same; after a restart it would be asked about by its place.
            tracing::warn!(%error, "a transaction's hash could not be written down");
        }
    }

    /// Takes what is mined off the list, and offers more for what blocks left out.
    pub async fn look_after(&self) -> Result<(), ChainError> {
        if self.waiting.borrow().is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.sending.lock().await;
        let head = self.node().ask(query::latest_block()).await?;
        let mined = sending::next_nonce(self.inner.address(), At::Number(head.number));
        self.forget_mined(self.node().ask(mined).await?).await;
        let market = self.market(&head).await;
        let waiting = self.waiting.borrow().clone();
        for waiting in waiting {
            let left_out = head.number.saturating_sub(waiting.sent_at);
            let outbid = waiting.fee().most < market.base;
            if left_out >= PATIENCE_BLOCKS || (left_out > 0 && outbid) {
                self.raise(waiting, &market, head.number).await;
            }
        }
        Ok(())
    }

    async fn forget_mined(&self, mined: u64) {
        let ended: Vec<_> = {
            let mut waiting = self.waiting.borrow_mut();
            waiting.extract_if(.., |waiting| waiting.nonce < mined).collect()
        };
        if ended.is_empty() {
            return;
        }
        {
            let mut over = self.over.borrow_mut();
            over.extend(ended.into_iter().map(|waiting| waiting.hashes));
            let surplus = over.len().saturating_sub(REMEMBERED);
            over.drain(..surplus);
        }
        if let Err(error) = self.keep().await {
            tracing::warn!(%error, "a mined transaction could not be struck off");
        }
    }

    /// Sends it again in its place, for more if more is allowed and enough: a node may also have dropped it.
    async fn raise(&self, mut waiting: Waiting, market: &Market, head: u64) {
        let raised = market
            .raise_within(waiting.fee(), 0, 1, self.most.into())
            .filter(|fee| fee.most >= market.base);
        let (nonce, fee) = (waiting.nonce, raised.unwrap_or(waiting.fee()));
        waiting.offer(fee, head);
        let object = waiting.object();
        if let Some(kept) = self
            .waiting
            .borrow_mut()
            .iter_mut()
            .find(|kept| kept.nonce == nonce)
        {
            *kept = waiting;
        }
        match self.inner.request("eth_sendTransaction", json!([object])).await {
            Ok(answer) => {
                if let Some(hash) = hash_of(&answer) {
                    tracing::info!(nonce, most_wei = fee.most, "a transaction that waits offers more");
                    self.sent(nonce, hash).await;
                }
            }
            Err(error) => match SendRefusal::of(&error) {
                // It is there, or it is over: the next look tells.
                SendRefusal::AlreadyKnown | SendRefusal::NonceTooLow => (),
                _ => {
                    tracing::warn!(nonce, most_wei = fee.most, %error, "a transaction that waits could not be raised");
                }
            },
        }
    }
}

impl Replacing for NodeWallet {
    fn hashes(&self, sent: Bytes32) -> Vec<Bytes32> {
        let (waiting, over) = (self.waiting.borrow(), self.over.borrow());
        let mut known = waiting.iter().map(|waiting| &waiting.hashes).chain(over.iter());
        known
            .find(|hashes| hashes.contains(&sent))
            .cloned()
            .unwrap_or_else(|| vec![sent])
    }
}

#[async_trait(?Send)]
impl Provider for NodeWallet {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        match (method, &params) {
            ("eth_sendTransaction", Value::Array(objects)) if objects.len() == 1 => {
                self.send(objects[0].clone()).await
            }
            _ => self.inner.request(method, params).await,
        }
    }
}

fn hash_of(answer: &Value) -> Option<Bytes32> {
    serde_json::from_value(answer.clone()).ok()
}

fn failed(words: &str) -> RpcError {
    RpcError::new(None, words, None)
}
