//! What only a development chain does: money from nothing, and blocks on request.

use crate::{
    state::{
        config::AppConfig,
        demo::{Part, purse},
        faucet::{Gift, ether},
    },
    words::{Said, say},
};
use serde_json::json;
use std::time::Duration;
use thunder_channel::{Address, Side};
use thunder_ethereum::{Chain, HttpProvider, Hub, Provider, Token, accounts, send};

/// How long the node may take. It is on this machine, or in this room.
const TIMEOUT: Duration = Duration::from_secs(8);
/// After so many rounds a chain is asked no further.
const MAX_ROUNDS: u32 = 10_000;

/// A development chain.
#[derive(Clone, Debug)]
pub struct DevChain {
    chain: Chain<HttpProvider>,
    token: Token,
}

impl DevChain {
    /// The configured chain, if it is one.
    ///
    /// # Errors
    /// Words for the person.
    pub fn new(config: &AppConfig) -> Result<Self, String> {
        if !config.is_development() {
            return Err(say::development_only().to_owned());
        }
        let node = HttpProvider::new(&config.rpc_url).map_err(|error| error.said())?;
        let token = config.tokens.first().map(|token| token.address);
        Ok(Self {
            chain: Chain::new(node.with_timeout(TIMEOUT), Hub::new(config.domain.hub)),
            token: Token::new(token.unwrap_or_default()),
        })
    }

    /// Gives an account ether for gas, and as much THD as the faucet gives in a demo.
    ///
    /// # Errors
    /// The node's words.
    pub async fn fund(&self, account: Address) -> Result<(), String> {
        self.give_ether(account).await?;
        self.give_tokens(account).await
    }

    /// Gives an account what it has none of.
    ///
    /// # Errors
    /// The node's words.
    pub async fn give(&self, account: Address, gift: &Gift) -> Result<(), String> {
        if gift.ether {
            self.give_ether(account).await?;
        }
        if gift.token.is_some() {
            self.give_tokens(account).await?;
        }
        Ok(())
    }

    async fn give_ether(&self, account: Address) -> Result<(), String> {
        let amount = format!("{:#x}", ether().units());
        // Anvil knows its older sibling's name as well; the sibling does not know anvil's.
        let given = self
            .chain
            .provider
            .request("hardhat_setBalance", json!([account, amount]));
        given.await.map(drop).map_err(|error| error.said())
    }

    async fn give_tokens(&self, account: Address) -> Result<(), String> {
        let node = &self.chain.provider;
        // The node signs for its own accounts, so no key is needed for it.
        let giver = accounts(node).await.map_err(|error| error.said())?;
        let giver = *giver.first().ok_or(say::no_faucet())?;
        let chain_id = self.chain.chain_id().await.map_err(|error| error.said())?;
        let call = self.token.faucet(account, purse());
        let sent = send(node, chain_id, &call, giver, None).await;
        sent.map(drop).map_err(|error| error.said())
    }

    /// Mines blocks.
    ///
    /// # Errors
    /// The node's words.
    pub async fn mine(&self, blocks: u64) -> Result<(), String> {
        self.chain.mine(blocks).await.map_err(|error| error.said())
    }

    /// The first round from `from` on whose people have never had ether.
    ///
    /// # Errors
    /// The node's words.
    pub async fn unused_round(&self, from: u32) -> Result<u32, String> {
        for round in from..from.saturating_add(MAX_ROUNDS) {
            let alice = Part::of(Side::Alice, round).address();
            let balance = self.chain.balance(alice).await;
            if balance.map_err(|error| error.said())?.is_zero() {
                return Ok(round);
            }
        }
        Err(say::all_rounds_played().to_owned())
    }
}
