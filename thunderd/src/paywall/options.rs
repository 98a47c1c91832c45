//! What an operator says about a paywall.

use crate::{pages::Pages, settings::data_dir_of};
use anyhow::{Context, bail};
use clap::Args;
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use thunder_api::{BINDING, DEFAULT_PORT, Info, Per, SCHEME, Terms, TermsExtra, cost};
use thunder_channel::{Address, Amount};

/// How long the service may take to accept a connection.
pub const CONNECT: Duration = Duration::from_secs(10);
/// How long a request may take, as the terms say it, in seconds.
const TIMEOUT_S: u64 = 60;
/// Bytes that are paid ahead where a megabyte has a price: what either side can lose to the other.
const UNIT_BYTES: u64 = 256 * 1_024;

/// Stand in front of a service, and let through who has paid.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The service, such as http://127.0.0.1:3000
    #[arg(long, value_name = "URL")]
    pub upstream: String,
    /// What a request or a megabyte costs, in the token's unit, such as 0.01
    #[arg(long, value_name = "AMOUNT")]
    pub price: String,
    /// Of what that is the price
    #[arg(long, value_enum, default_value_t = PriceOf::Request)]
    pub per: PriceOf,
    /// Bytes that are paid ahead, where a megabyte has a price
    #[arg(long, value_name = "BYTES", default_value_t = UNIT_BYTES, value_parser = clap::value_parser!(u64).range(1_024..=16_000_000))]
    pub unit: u64,
    /// The token, by its sign or address [default: the node's first]
    #[arg(long)]
    pub token: Option<String>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8402")]
    pub listen: SocketAddr,
    /// A page that may fetch here, by its origin, such as https://app.example. May be repeated
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub allow_origins: Vec<String>,
    /// The port of the node that is paid, on this machine
    #[arg(long, value_name = "PORT", default_value_t = DEFAULT_PORT)]
    pub node: u16,
    /// The node's data directory, in which its token lies [default: as the node's]
    #[arg(long, value_name = "DIRECTORY")]
    pub data: Option<PathBuf>,
}

/// What has a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PriceOf {
    /// A request, whatever the answer's length
    Request,
    /// 1,000,000 bytes of the answer
    Mb,
}

/// A price, and whom to pay it.
#[derive(Clone, Debug)]
pub struct Tariff {
    pub price: Amount,
    pub per: Per,
    pub unit: u64,
    pub token: Address,
    pub pay_to: Address,
    pub hub: Address,
    /// As CAIP-2 has it.
    pub network: String,
}

impl Options {
    /// The service's origin and path, without a slash at its end.
    ///
    /// # Errors
    /// It is no http or https address.
    pub fn upstream(&self) -> anyhow::Result<String> {
        let url = url::Url::parse(&self.upstream).with_context(|| {
            format!(
                "--upstream {:?} is no address such as http://127.0.0.1:3000",
                self.upstream
            )
        })?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            bail!(
                "--upstream {:?} has to be http:// or https://, without ? and #",
                self.upstream
            );
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }

    /// The pages that may fetch here.
    ///
    /// # Errors
    /// One is no origin.
    pub fn pages(&self) -> anyhow::Result<Pages> {
        Pages::new(&self.allow_origins).map_err(|text| {
            anyhow::anyhow!(
                "--allow-origin {text:?} is no origin such as https://app.example, without a path"
            )
        })
    }

    /// The node's data directory.
    ///
    /// # Errors
    /// None was given, and the user has no home.
    pub fn data_dir(&self) -> anyhow::Result<PathBuf> {
        data_dir_of(self.data.as_ref(), self.node)
    }

    /// The price in the terms of a node.
    ///
    /// # Errors
    /// The price is none, the token is not known, or the node has no wallet.
    pub fn tariff(&self, node: &Info) -> anyhow::Result<Tariff> {
        let pay_to = node
            .wallet
            .account
            .context("the node has no wallet to be paid to: `thunder-cli importwallet` brings one")?;
        let named = |token: &&thunder_api::Token| match &self.token {
            None => true,
            Some(name) => {
                let address = thunder_channel::parse_address(name).ok();
                token.symbol.eq_ignore_ascii_case(name) || Some(token.address) == address
            }
        };
        let token = node.tokens.iter().find(named).with_context(|| {
            let known: Vec<_> = node.tokens.iter().map(|token| token.symbol.as_str()).collect();
            format!("the node takes no such token; it takes {}", known.join(", "))
        })?;
        let price = Amount::parse(&self.price, token.decimals)
            .with_context(|| format!("--price {:?}", self.price))?;
        if price.is_zero() {
            bail!("--price 0: what costs nothing needs no paywall");
        }
        let per = match self.per {
            PriceOf::Request => Per::Request,
            PriceOf::Mb => Per::Megabyte,
        };
        cost(price, self.unit).context("--price and --unit make more than a channel can hold")?;
        Ok(Tariff {
            price,
            per,
            unit: self.unit,
            token: token.address,
            pay_to,
            hub: node.chain.hub,
            network: format!("eip155:{}", node.chain.chain_id),
        })
    }
}

impl Tariff {
    /// What has to be there before anything is served.
    pub fn first(&self) -> Amount {
        match self.per {
            Per::Request => self.price,
            Per::Megabyte => self.of(self.unit),
        }
    }

    /// What so many bytes cost, at most a unit of them.
    pub fn of(&self, bytes: u64) -> Amount {
        // That a unit's cost is an amount was checked at the start.
        cost(self.price, bytes.min(self.unit)).unwrap_or(Amount::MAX)
    }

    /// The terms, with what is missing.
    pub fn terms(&self, missing: Amount) -> Terms {
        Terms {
            scheme: SCHEME.to_owned(),
            network: self.network.clone(),
            amount: missing,
            asset: self.token,
            pay_to: self.pay_to,
            max_timeout_seconds: TIMEOUT_S,
            extra: TermsExtra {
                binding: BINDING.to_owned(),
                hub: self.hub,
                price: self.price,
                per: self.per,
                unit_bytes: (self.per == Per::Megabyte).then_some(self.unit),
            },
        }
    }
}
