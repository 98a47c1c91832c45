//! The chain that a node lives on: told by the operator and the chain itself, never by a relay or another node.

use crate::settings::Settings;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::{path::Path, path::PathBuf, time::Duration};
use thunder_api::Token;
use thunder_channel::{Address, Amount, Bytes32, Domain};
use thunder_ethereum::{Chain, ClockMode, HttpProvider, Hub, Token as Erc20};

/// The chain on which development aids are offered.
const DEVELOPMENT_CHAIN: u64 = 31_337;
/// The hub that counts blocks, at one address on every chain (`contracts/deployment.json`).
const PUBLISHED_HUB: &str = "0xCD8915B93241040CF680Cc91898f648F35Edf5Ec";
/// The contract of metered sessions of the same clock, likewise.
const PUBLISHED_SESSIONS: &str = "0x12aeD66a4c3C526CD2E822f80f26257186eA1c41";
/// Where `cargo xtask demo` leaves its address book.
const DEMO_ADDRESSES: &str = ".thunder/addresses.json";
/// How long a chain that is not there yet is waited for at the start.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the node of the chain may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A deployment of the hub and how to reach its chain.
#[derive(Clone, Debug)]
pub struct World {
    /// Where signatures are good.
    pub domain: Domain,
    /// The contract of metered sessions, where there is one.
    pub sessions: Option<Address>,
    /// The hash of block 0.
    pub genesis: Bytes32,
    /// What the hub's clock counts.
    pub clock: ClockMode,
    /// Money that channels can be in; ether is last.
    pub tokens: Vec<Token>,
    /// The first block that can hold events of the hub.
    pub deployment_block: u64,
    /// The chain's node.
    pub provider: HttpProvider,
    /// Its address, without what may be a password.
    pub rpc: String,
}

/// The parts of the deployment's address book that a node needs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddressBook {
    chain_id: u64,
    hub: Address,
    sessions: Option<Address>,
    deployment_block: u64,
    tokens: Vec<BookToken>,
}

#[derive(Deserialize)]
struct BookToken {
    address: Address,
}

impl World {
    /// Finds out about the chain. Waits a minute for one that does not answer.
    ///
    /// # Errors
    /// In words for the operator: no chain, no hub on it, no such token.
    pub async fn find(settings: &Settings) -> anyhow::Result<Self> {
        let url = settings.rpc_url();
        let provider = HttpProvider::new(&url)
            .with_context(|| format!("--rpc {url} is no address of a chain"))?
            .with_timeout(TIMEOUT);
        let rpc = without_secrets(&url);
        let chain_id = wait_for(&provider, &rpc).await?;
        let development = chain_id == DEVELOPMENT_CHAIN;

        let demo = Path::new(DEMO_ADDRESSES);
        let given = settings.addresses.clone();
        let book = given.or_else(|| (development && demo.exists()).then(|| PathBuf::from(demo)));
        let book = book.map(|path| read_book(&path, chain_id)).transpose()?;
        let hub = match &book {
            Some(book) => book.hub,
            None => thunder_channel::parse_address(PUBLISHED_HUB).context("the published hub")?,
        };
        let chain = Chain::new(provider.clone(), Hub::new(hub));
        if chain.code_at(hub).await.context("the chain")?.is_empty() {
            bail!(
                "there is no hub at {} on the chain {chain_id} at {rpc}. `cargo xtask demo` starts a local chain with one; for another \
                 deployment, name its address book with --addresses",
                thunder_channel::checksummed(hub)
            );
        }
        let sessions = match &book {
            Some(book) => book.sessions,
            None => {
                Some(thunder_channel::parse_address(PUBLISHED_SESSIONS).context("the published sessions")?)
            }
        };
        let sessions = match sessions {
            Some(address) if !chain.code_at(address).await.context("the chain")?.is_empty() => Some(address),
            _ => None,
        };
        let clock = chain.clock_mode().await.context("the hub's clock")?;
        let genesis = chain.genesis_hash().await.context("the chain's first block")?;
        let named = book
            .iter()
            .flat_map(|book| book.tokens.iter().map(|token| token.address));
        let mut tokens: Vec<Token> = Vec::new();
        for address in named.chain(settings.tokens.clone().unwrap_or_default()) {
            if address.is_zero() || tokens.iter().any(|known| known.address == address) {
                continue;
            }
            let info = chain
                .token_info(Erc20::new(address))
                .await
                .with_context(|| format!("{} is no token", thunder_channel::checksummed(address)))?;
            tokens.push(Token {
                address,
                symbol: info.symbol,
                decimals: info.decimals,
            });
        }
        tokens.push(Token {
            address: Address::zero(),
            symbol: "ETH".to_owned(),
            decimals: 18,
        });
        Ok(Self {
            domain: Domain { chain_id, hub },
            sessions,
            genesis,
            clock,
            tokens,
            deployment_block: book.map_or(0, |book| book.deployment_block),
            provider,
            rpc,
        })
    }

    /// Whether it is a development chain.
    #[must_use]
    pub const fn is_development(&self) -> bool {
        self.domain.chain_id == DEVELOPMENT_CHAIN
    }

    /// The hub, read through the chain's node.
    #[must_use]
    pub fn chain(&self) -> Chain<HttpProvider> {
        Chain::new(self.provider.clone(), Hub::new(self.domain.hub))
    }

    /// Tells this chain and hub from any other: stores and backups are of one.
    #[must_use]
    pub fn name(&self) -> String {
        let (genesis, hub) = (hex::encode(self.genesis.0), hex::encode(self.domain.hub.0));
        format!("{}-{}-{}", self.domain.chain_id, &genesis[..16], &hub[..16])
    }

    /// A token by its sign or address.
    #[must_use]
    pub fn token(&self, named: &str) -> Option<&Token> {
        let address = thunder_channel::parse_address(named).ok();
        self.tokens
            .iter()
            .find(|token| token.symbol.eq_ignore_ascii_case(named) || Some(token.address) == address)
    }

    /// An amount as people write it.
    #[must_use]
    pub fn money(&self, amount: Amount, token: Address) -> String {
        match self.tokens.iter().find(|known| known.address == token) {
            Some(known) => format!("{} {}", amount.display(known.decimals), known.symbol),
            None => format!("{amount} of {}", thunder_channel::checksummed(token)),
        }
    }

    /// The shortest finalization period that a node takes part in, in the hub's clock: an hour, or one block of a development chain.
    #[must_use]
    pub const fn least_period(&self) -> u32 {
        const HOUR_S: u32 = 60 * 60;
        if self.is_development() {
            1
        } else {
            self.ticks(HOUR_S)
        }
    }

    /// How long `seconds` are in the hub's clock.
    #[must_use]
    pub const fn ticks(&self, seconds: u32) -> u32 {
        /// Of Ethereum's main chain.
        const SECONDS_PER_BLOCK: u32 = 12;
        match self.clock {
            ClockMode::Blocks => seconds / SECONDS_PER_BLOCK,
            ClockMode::Seconds => seconds,
        }
    }
}

fn read_book(path: &Path, chain_id: u64) -> anyhow::Result<AddressBook> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the address book {} cannot be read", path.display()))?;
    let book: AddressBook = serde_json::from_str(&text)
        .with_context(|| format!("the address book {} is not understood", path.display()))?;
    if book.chain_id != chain_id {
        bail!(
            "the address book {} is of chain {}, and the chain that answers is {chain_id}",
            path.display(),
            book.chain_id
        );
    }
    Ok(book)
}

async fn wait_for(provider: &HttpProvider, rpc: &str) -> anyhow::Result<u64> {
    let chain = Chain::new(provider.clone(), Hub::new(Address::zero()));
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(250);
    loop {
        match chain.chain_id().await {
            Ok(id) => return Ok(id),
            Err(error) if waited >= PATIENCE => {
                return Err(error).with_context(|| {
                    format!("no chain answers at {rpc}. Name another one with --rpc, or start a local one with `cargo xtask demo`")
                });
            }
            Err(error) => tracing::warn!(%rpc, %error, "waiting for the chain"),
        }
        tokio::time::sleep(pause).await;
        waited += pause;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

/// An address to show and log: providers put their keys into paths and user names.
fn without_secrets(url: &str) -> String {
    url::Url::parse(url).map_or_else(
        |_| "the chain's node".to_owned(),
        |url| url.origin().ascii_serialization(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_an_address_are_not_shown() {
        assert_eq!(
            without_secrets("https://user:secret@node.example:8545/v3/key?x=1"),
            "https://node.example:8545"
        );
        assert_eq!(without_secrets("nonsense"), "the chain's node");
    }

    #[test]
    fn the_published_hub_is_the_deployments() {
        let published: serde_json::Value =
            serde_json::from_str(include_str!("../../contracts/deployment.json")).unwrap_or_default();
        assert_eq!(published["hubCountingBlocks"], PUBLISHED_HUB);
        assert_eq!(published["sessionsCountingBlocks"], PUBLISHED_SESSIONS);
    }
}
