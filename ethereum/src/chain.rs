//! The chain as the hub's users see it: typed readings through one node, and sending through a wallet.

use crate::{
    At, Block, Call, ChainError, ChannelEvent, ClockMode, Hub, HubChannel, KnownTransaction, Log, LogFilter,
    PermitRequest, Provider, Query, Receipt, Token, TokenInfo, lookup,
    network::current_chain_id,
    query::{self, read_hash, transaction},
};
use ethers_core::types::U256;
use serde_json::json;
use thunder_channel::{Address, Amount, Bytes32, ChannelId, ChannelKey, PerSide};

/// Gas above the estimate, in percent: a claim or another deposit that gets in between can make a call dearer, and the hub
/// reverts unless it can forward the whole cap of a payout.
const GAS_MARGIN_PERCENT: u64 = 25;

/// Versions that tokens put into the EIP-712 domain of their permits.
const PERMIT_VERSIONS: [&str; 2] = ["1", "2"];

/// A hub and a node to read it through.
#[derive(Clone, Debug)]
pub struct Chain<P> {
    /// The node.
    pub provider: P,
    /// The hub.
    pub hub: Hub,
}

impl<P: Provider> Chain<P> {
    /// The hub as the node shows it.
    pub const fn new(provider: P, hub: Hub) -> Self {
        Self { provider, hub }
    }

    /// Asks one typed question.
    ///
    /// # Errors
    /// [`ChainError`] for not getting an answer, or one that cannot be true.
    pub async fn ask<T: 'static>(&self, query: Query<T>) -> Result<T, ChainError> {
        let answer = self.provider.request(query.method, query.params.clone()).await?;
        query.read(&answer)
    }

    /// The chain's id (EIP-155).
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn chain_id(&self) -> Result<u64, ChainError> {
        self.ask(query::chain_id()).await
    }

    /// The hash of block 0: tells development chains of one id apart.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn genesis_hash(&self) -> Result<Bytes32, ChainError> {
        self.block_hash(0)
            .await?
            .ok_or_else(|| ChainError::malformed("the chain has no first block"))
    }

    /// The number of the newest block.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn block_number(&self) -> Result<u64, ChainError> {
        self.ask(query::block_number()).await
    }

    /// The newest block.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn latest_block(&self) -> Result<Block, ChainError> {
        self.ask(query::latest_block()).await
    }

    /// The block of a number, if the chain is that long.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn block(&self, number: u64) -> Result<Option<Block>, ChainError> {
        self.ask(query::block_at(number)).await
    }

    /// The hash of the block of a number, if the chain is that long.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn block_hash(&self, number: u64) -> Result<Option<Bytes32>, ChainError> {
        Ok(self.block(number).await?.map(|block| block.hash))
    }

    /// Checks that a block seen before is still on the chain.
    ///
    /// # Errors
    /// [`ChainError::Reorganised`] if another block, or none, has taken its place.
    pub async fn expect_block(&self, number: u64, hash: Bytes32) -> Result<(), ChainError> {
        if self.block_hash(number).await? == Some(hash) {
            Ok(())
        } else {
            Err(ChainError::Reorganised { number })
        }
    }

    /// What the hub knows of a key's current life.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn hub_channel(&self, key: &ChannelKey, at: At) -> Result<HubChannel, ChainError> {
        let answer = self.call(&self.hub.channel(key), None, at).await?;
        self.hub.read_channel(&answer)
    }

    /// What each side would be paid by the totals on record.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn hub_balances(&self, key: &ChannelKey, at: At) -> Result<PerSide<Amount>, ChainError> {
        let answer = self.call(&self.hub.balances(key), None, at).await?;
        self.hub.read_balances(&answer)
    }

    /// The id of a key's current life; of its first if it was never opened.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn channel_id(&self, key: &ChannelKey, at: At) -> Result<ChannelId, ChainError> {
        let answer = self.call(&self.hub.channel_id(key), None, at).await?;
        self.hub.read_channel_id(&answer)
    }

    /// The hub's clock: blocks or seconds.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn clock(&self, at: At) -> Result<u64, ChainError> {
        let answer = self.call(&self.hub.clock(), None, at).await?;
        self.hub.read_clock(&answer)
    }

    /// What the hub's clock counts.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn clock_mode(&self) -> Result<ClockMode, ChainError> {
        let answer = self.call(&self.hub.clock_mode(), None, At::Latest).await?;
        self.hub.read_clock_mode(&answer)
    }

    /// What is held for an account to collect, in the token's smallest unit.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn owed(&self, token: Address, account: Address) -> Result<U256, ChainError> {
        let answer = self
            .call(&self.hub.owed(token, account), None, At::Latest)
            .await?;
        self.hub.read_owed(&answer)
    }

    /// The logs that match a filter, in order. Keep the range to what the node allows: 1,000 blocks are safe on most.
    ///
    /// # Errors
    /// [`ChainError`], among them [`ChainError::Reorganised`] for removed logs.
    pub async fn logs(&self, filter: &LogFilter) -> Result<Vec<Log>, ChainError> {
        self.ask(query::logs(filter)).await
    }

    /// The events of channels that match a filter, in order.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn channel_events(&self, filter: &LogFilter) -> Result<Vec<ChannelEvent>, ChainError> {
        self.hub.channel_events(&self.logs(filter).await?)
    }

    /// The code at an address; empty for a plain account.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn code_at(&self, address: Address) -> Result<Vec<u8>, ChainError> {
        self.ask(query::code(address)).await
    }

    /// The ether of an account, in wei.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn balance(&self, account: Address) -> Result<U256, ChainError> {
        self.ask(query::balance(account, At::Latest)).await
    }

    /// The tokens of an account, in the smallest unit.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn token_balance(&self, token: Token, account: Address) -> Result<U256, ChainError> {
        let answer = self.call(&token.balance_of(account), None, At::Latest).await?;
        token.read_number(&answer)
    }

    /// What the hub may take of an account's tokens, in the smallest unit.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn allowance(&self, token: Token, owner: Address) -> Result<U256, ChainError> {
        let call = token.allowance(owner, self.hub.address);
        token.read_number(&self.call(&call, None, At::Latest).await?)
    }

    /// How a token is called and shown.
    ///
    /// # Errors
    /// [`ChainError`], also for an address that is no token.
    pub async fn token_info(&self, token: Token) -> Result<TokenInfo, ChainError> {
        let read = async |call: Call| self.call(&call, None, At::Latest).await;
        Ok(TokenInfo {
            name: token.read_words(&read(token.name()).await?)?,
            symbol: token.read_words(&read(token.symbol()).await?)?,
            decimals: token.read_decimals(&read(token.decimals()).await?)?,
        })
    }

    /// The permit for the hub to take `value` from `owner`, ready to be signed; `None` if the token takes no permits in a form
    /// known here, and has to be approved instead. `deadline` in seconds since 1970.
    ///
    /// # Errors
    /// [`ChainError`] for not reaching the node. A token without the functions is `None`, not an error.
    pub async fn permit_request(
        &self,
        token: Token,
        owner: Address,
        value: Amount,
        deadline: u64,
    ) -> Result<Option<PermitRequest>, ChainError> {
        let Some(separator) = self.optional(&token.domain_separator()).await? else {
            return Ok(None);
        };
        let Some(nonce) = self.optional(&token.nonces(owner)).await? else {
            return Ok(None);
        };
        let Some(name) = self.optional(&token.name()).await? else {
            return Ok(None);
        };
        let (Ok(separator), Ok(nonce), Ok(name)) = (
            token.read_word(&separator),
            token.read_number(&nonce),
            crate::abi::read_text("the token's name", &name),
        ) else {
            return Ok(None);
        };
        let chain_id = self.chain_id().await?;
        let request = |version: &str| PermitRequest {
            token: token.address,
            chain_id,
            name: name.clone(),
            version: version.to_owned(),
            owner,
            spender: self.hub.address,
            value,
            nonce,
            deadline,
        };
        Ok(PERMIT_VERSIONS
            .into_iter()
            .map(request)
            .find(|request| request.separator() == separator))
    }

    /// What a call returns, without a transaction.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub async fn call(&self, call: &Call, from: Option<Address>, at: At) -> Result<Vec<u8>, ChainError> {
        self.ask(query::call(call, from, at)).await
    }

    /// Tries a transaction out without sending it.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub async fn simulate(&self, call: &Call, from: Address) -> Result<(), ChainError> {
        self.call(call, Some(from), At::Latest).await.map(drop)
    }

    /// The gas that a transaction would take.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub async fn estimate(&self, call: &Call, from: Address) -> Result<u64, ChainError> {
        self.ask(query::estimate_gas(call, from)).await
    }

    /// Sends a transaction through a wallet, after trying it out here: a call that the hub would refuse opens no window.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason, [`ChainError::WrongChain`] if the wallet is elsewhere, and the
    /// wallet's refusal.
    pub async fn send<W: Provider + ?Sized>(
        &self,
        wallet: &W,
        call: &Call,
        from: Address,
    ) -> Result<Bytes32, ChainError> {
        // An estimate searches by trial, so its refusals can lack the reason; the plain call has it.
        self.simulate(call, from).await?;
        let estimate = self.estimate(call, from).await?;
        let gas = estimate.saturating_add(estimate / 100 * GAS_MARGIN_PERCENT);
        send(wallet, self.chain_id().await?, call, from, Some(gas)).await
    }

    /// What a unit of gas costs now, in wei: the base fee with the tip that the node suggests, on chains that know both.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn gas_price(&self) -> Result<u128, ChainError> {
        self.ask(query::gas_price()).await
    }

    /// The receipt of a transaction, or nothing while it is not mined.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn receipt(&self, transaction: Bytes32) -> Result<Option<Receipt>, ChainError> {
        self.ask(query::receipt(transaction)).await
    }

    /// A transaction, mined or waiting, or nothing if the node does not know it.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn transaction(&self, hash: Bytes32) -> Result<Option<KnownTransaction>, ChainError> {
        self.ask(lookup::transaction(hash)).await
    }

    /// Whether the node knows a transaction, mined or waiting.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn knows_transaction(&self, transaction: Bytes32) -> Result<bool, ChainError> {
        self.ask(query::knows_transaction(transaction)).await
    }

    /// Mines blocks; development chains only.
    ///
    /// # Errors
    /// [`ChainError`], on every other chain.
    pub async fn mine(&self, blocks: u64) -> Result<(), ChainError> {
        self.ask(query::mine(blocks)).await
    }

    /// What a call returns, or nothing if the contract lacks the function.
    async fn optional(&self, call: &Call) -> Result<Option<Vec<u8>>, ChainError> {
        match self.call(call, None, At::Latest).await {
            Ok(data) => Ok(Some(data)),
            Err(ChainError::Reverted(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Sends a transaction through a wallet that has to be on `chain_id`. Without `gas` the wallet estimates.
///
/// # Errors
/// [`ChainError::WrongChain`] if the wallet is elsewhere, the wallet's refusal, or an answer that is no transaction hash.
pub async fn send<W: Provider + ?Sized>(
    wallet: &W,
    chain_id: u64,
    call: &Call,
    from: Address,
    gas: Option<u64>,
) -> Result<Bytes32, ChainError> {
    let found = current_chain_id(wallet).await?;
    if found != chain_id {
        return Err(ChainError::WrongChain {
            expected: chain_id,
            found,
        });
    }
    let mut object = transaction(call, Some(from));
    // Wallets that know the field refuse if the person switches the chain in between.
    object["chainId"] = json!(format!("{chain_id:#x}"));
    if let Some(gas) = gas {
        object["gas"] = json!(format!("{gas:#x}"));
    }
    let answer = wallet.request("eth_sendTransaction", json!([object])).await?;
    read_hash("the transaction's hash", &answer)
}
