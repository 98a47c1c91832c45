//! What an operator can say: flags go before the environment, the environment before the file, the file before the defaults.

use anyhow::{Context, bail};
use clap::{Parser, ValueEnum};
use serde::{Deserialize, Serialize};
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};
use thunder_api::DEFAULT_PORT;
use thunder_channel::Address;

/// A Thunder node: opens payment channels for one account, pays and is paid in them, and guards them.
///
/// thunder-cli talks to it. Every option is also read from the environment and from the file that --config names.
#[derive(Clone, Debug, Default, PartialEq, Parser, Serialize, Deserialize)]
#[command(name = "thunderd", version)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The chain to use, as a URL or host:port [default: localhost:8545]
    #[arg(long, env = "THUNDERD_RPC", value_name = "URL or HOST:PORT")]
    pub rpc: Option<String>,
    /// This node's port, for other nodes and, from this machine only, for thunder-cli [default: 2001]
    #[arg(long, env = "THUNDERD_PORT")]
    pub port: Option<u16>,
    /// The relay to use beside links of its own, such as https://relay.example; none without it
    #[arg(long, env = "THUNDERD_RELAY", value_name = "URL")]
    pub relay: Option<String>,
    /// The directory for keys and channels [default: thunder/node-<port> in the user's data directory]
    #[arg(long, env = "THUNDERD_DATA", value_name = "DIRECTORY")]
    pub data: Option<PathBuf>,
    /// A file with any of these options, in TOML
    #[arg(long, env = "THUNDERD_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// How to write the log, to standard error; RUST_LOG chooses what is in it [default: auto]
    #[arg(long, env = "THUNDERD_LOG", value_enum)]
    pub log: Option<LogFormat>,
    /// Where to listen [default: 0.0.0.0; thunder-cli is heard from this machine only]
    #[arg(long, env = "THUNDERD_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<IpAddr>,
    /// The file with the wallet's password, to unlock it at the start; else THUNDERD_PASSWORD, else `thunder-cli unlock`
    #[arg(long, env = "THUNDERD_PASSWORD_FILE", value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// The address book that the deployment wrote [default: the demo's, on a development chain; else the published hub, and ether]
    #[arg(long, env = "THUNDERD_ADDRESSES", value_name = "FILE")]
    pub addresses: Option<PathBuf>,
    /// A token to take part in besides those of the address book. May be repeated
    #[arg(
        long = "token",
        env = "THUNDERD_TOKENS",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    pub tokens: Option<Vec<Address>>,
    /// Blocks on top of an opening or a deposit before it counts [default: 0 on a development chain, 5 elsewhere]
    #[arg(long, env = "THUNDERD_CONFIRMATIONS", value_name = "BLOCKS")]
    pub confirmations: Option<u64>,
    /// How often to read the chain, in milliseconds [default: 1000 on a development chain, 10000 elsewhere]
    #[arg(long, env = "THUNDERD_POLL_MS", value_name = "MS")]
    pub poll_ms: Option<u64>,
    /// The most that a unit of gas may cost, in gwei. A transaction that blocks leave out offers more and more, up to this
    /// [default: 500]
    #[arg(long, env = "THUNDERD_MAX_FEE_GWEI", value_name = "GWEI")]
    pub max_fee_gwei: Option<u64>,
    /// Take part in channels that others open with this node, where their terms are acceptable [default: true]
    #[arg(long, env = "THUNDERD_JOIN", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub join: Option<bool>,
    /// Agree when the other side of a channel wants to end it with the totals that both know. Costs the gas of one transaction, and
    /// spares the wait [default: true]
    #[arg(long, env = "THUNDERD_AGREE", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub agree: Option<bool>,
    /// Open sessions with connected providers in this node's own name, for clients who do not want to be known there and pay a
    /// tenth more
    #[arg(long, env = "THUNDERD_PROXY", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub proxy: Option<bool>,
    /// Traffic for others, and what it costs.
    #[command(flatten)]
    pub provide: Provide,
}

/// Serving traffic for money. Whoever does this is seen by the world in its clients' place.
#[derive(Clone, Debug, Default, PartialEq, clap::Args, Serialize, Deserialize)]
#[command(next_help_heading = "Serving traffic")]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provide {
    /// Serve traffic to other nodes, for money, in metered sessions. The world then sees this machine in their place
    #[arg(long = "provide", id = "provide", env = "THUNDERD_PROVIDE", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub enabled: Option<bool>,
    /// What 1,000,000 bytes cost, sent and received together, in the token's unit, such as 0.01
    #[arg(
        long = "provide-price",
        id = "provide-price",
        env = "THUNDERD_PROVIDE_PRICE",
        value_name = "AMOUNT"
    )]
    pub price: Option<String>,
    /// The token that is charged, by its sign or address [default: the first that is known]
    #[arg(
        long = "provide-token",
        id = "provide-token",
        env = "THUNDERD_PROVIDE_TOKEN",
        value_name = "TOKEN"
    )]
    pub token: Option<String>,
    /// How many bytes are served unacknowledged, at most: what is lost to a client that goes away [default: 5000000]
    #[arg(
        long = "provide-unit",
        id = "provide-unit",
        env = "THUNDERD_PROVIDE_UNIT",
        value_name = "BYTES"
    )]
    pub unit: Option<u64>,
    /// Which share of the bytes may be lost on the way, in parts per million [default: 10000]
    #[arg(
        long = "provide-tolerance",
        id = "provide-tolerance",
        env = "THUNDERD_PROVIDE_TOLERANCE",
        value_name = "PPM"
    )]
    pub tolerance: Option<u32>,
    /// Units of the contract's clock in which a statement may be shown after a close [default: 24]
    #[arg(
        long = "provide-period",
        id = "provide-period",
        env = "THUNDERD_PROVIDE_PERIOD",
        value_name = "BLOCKS"
    )]
    pub period: Option<u32>,
    /// Sessions at once [default: 5]
    #[arg(
        long = "provide-sessions",
        id = "provide-sessions",
        env = "THUNDERD_PROVIDE_SESSIONS",
        value_name = "NUMBER"
    )]
    pub sessions: Option<u32>,
    /// After how many seconds without a byte a session is ended, so that a client that is gone takes no place for ever [default: 21600]
    #[arg(
        long = "provide-idle",
        id = "provide-idle",
        env = "THUNDERD_PROVIDE_IDLE",
        value_name = "SECONDS"
    )]
    pub idle: Option<u64>,
    /// The directory whose files pages can download, for the same price: plain files directly in it, at most 500, none that is hidden
    #[arg(
        long = "provide-files",
        id = "provide-files",
        env = "THUNDERD_PROVIDE_FILES",
        value_name = "DIRECTORY"
    )]
    pub files: Option<PathBuf>,
    /// Where to listen for pages
    #[arg(
        long = "provide-web",
        id = "provide-web",
        env = "THUNDERD_PROVIDE_WEB",
        value_name = "ADDRESS:PORT"
    )]
    pub web: Option<SocketAddr>,
    /// How pages dial that, where it is behind a proxy that ends TLS, such as wss://node.example [default: ws://ADDRESS:PORT]
    #[arg(
        long = "provide-web-url",
        id = "provide-web-url",
        env = "THUNDERD_PROVIDE_WEB_URL",
        value_name = "URL"
    )]
    pub web_url: Option<String>,
    /// The origin of an app whose pages may download, such as https://app.example; no other page is let in. May be repeated
    #[arg(
        long = "provide-origin",
        id = "provide-origin",
        env = "THUNDERD_PROVIDE_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub origins: Option<Vec<String>>,
    /// Reach addresses of private networks and of this machine for clients too
    #[arg(long = "provide-private", id = "provide-private", env = "THUNDERD_PROVIDE_PRIVATE", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub private: Option<bool>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Settings {
    /// What was said by flags and environment, then by the file that they name.
    ///
    /// # Errors
    /// The file is missing or wrong.
    pub fn with_file(mut self) -> anyhow::Result<Self> {
        let Some(path) = self.config.take() else {
            return Ok(self);
        };
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("the configuration {} cannot be read", path.display()))?;
        let wrong = || format!("the configuration {} is not understood", path.display());
        let _: Self = toml::from_str(&text).with_context(wrong)?;
        let mut table: toml::Table = toml::from_str(&text).with_context(wrong)?;
        overlay(&mut table, toml::Table::try_from(&self).with_context(wrong)?);
        table.try_into().with_context(wrong)
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(DEFAULT_PORT)
    }

    /// The chain's address as a URL.
    #[must_use]
    pub fn rpc_url(&self) -> String {
        let given = self.rpc.as_deref().unwrap_or("localhost:8545");
        if given.contains("://") {
            given.to_owned()
        } else {
            format!("http://{given}")
        }
    }

    /// The relay's origin and the address of its socket.
    ///
    /// # Errors
    /// It is no http or https address.
    pub fn relay_urls(&self) -> anyhow::Result<Option<(String, String)>> {
        let Some(given) = &self.relay else {
            return Ok(None);
        };
        let url = url::Url::parse(given)
            .with_context(|| format!("--relay {given:?} is no address such as https://relay.example"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            bail!("--relay {given:?} does not begin with http:// or https://");
        }
        let origin = url.origin().ascii_serialization();
        let socket = format!("{}/ws", origin.replacen("http", "ws", 1));
        Ok(Some((origin, socket)))
    }

    /// The data directory.
    ///
    /// # Errors
    /// None was given, and the user has no home.
    pub fn data_dir(&self) -> anyhow::Result<PathBuf> {
        data_dir_of(self.data.as_ref(), self.port())
    }

    /// The wallet's password, if it was given.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn password(&self) -> anyhow::Result<Option<zeroize::Zeroizing<String>>> {
        let text = match &self.password_file {
            Some(path) => Some(
                std::fs::read_to_string(path)
                    .with_context(|| format!("the password file {} cannot be read", path.display()))?,
            ),
            None => std::env::var("THUNDERD_PASSWORD").ok(),
        };
        // Editors end a file with a line's end; no password does.
        Ok(text.map(|text| text.trim_end_matches(['\n', '\r']).to_owned().into()))
    }
}

/// Puts what was said over what a file says, table by table.
fn overlay(table: &mut toml::Table, said: toml::Table) {
    for (key, value) in said {
        match (table.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(said)) => overlay(inner, said),
            (_, value) => drop(table.insert(key, value)),
        }
    }
}

/// The data directory of the node at a port.
///
/// # Errors
/// None was given, and the user has no home.
pub fn data_dir_of(given: Option<&PathBuf>, port: u16) -> anyhow::Result<PathBuf> {
    if let Some(given) = given {
        return Ok(given.clone());
    }
    // Only an absolute one counts, as the XDG base directory specification says.
    let given = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let base = given.filter(|base| base.is_absolute()).or_else(|| {
        let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"))?;
        Some(PathBuf::from(home).join(".local/share"))
    });
    let base = base.context("there is no home directory to keep data in: give one with --data")?;
    Ok(base.join(format!("thunder/node-{port}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_flags_can_be_told_apart() {
        Settings::command().debug_assert();
    }

    #[test]
    fn a_bare_host_is_an_http_address() {
        let rpc = |text: &str| Settings {
            rpc: Some(text.to_owned()),
            ..Settings::default()
        };
        assert_eq!(Settings::default().rpc_url(), "http://localhost:8545");
        assert_eq!(rpc("10.0.0.5:8545").rpc_url(), "http://10.0.0.5:8545");
        assert_eq!(
            rpc("https://node.example/key").rpc_url(),
            "https://node.example/key"
        );
    }

    #[test]
    fn a_relay_is_an_origin() {
        let relay = |text: &str| {
            Settings {
                relay: Some(text.to_owned()),
                ..Settings::default()
            }
            .relay_urls()
        };
        let (origin, socket) = relay("https://relay.example/app?x=1").unwrap().unwrap();
        assert_eq!(
            (origin.as_str(), socket.as_str()),
            ("https://relay.example", "wss://relay.example/ws")
        );
        for bad in ["relay.example:8080", "ftp://relay.example", "nonsense"] {
            assert!(relay(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn flags_go_before_the_file_and_a_misspelt_key_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("thunderd.toml");
        let file = "port = 3000\nrpc = \"file:1\"\n[provide]\nenabled = true\nprice = \"0.5\"\n";
        std::fs::write(&path, file).unwrap();
        let settings = Settings {
            config: Some(path.clone()),
            rpc: Some("flag:1".to_owned()),
            provide: Provide {
                price: Some("0.1".to_owned()),
                ..Provide::default()
            },
            ..Settings::default()
        };
        let settings = settings.with_file().unwrap();
        assert_eq!(
            (settings.provide.enabled, settings.provide.price.as_deref()),
            (Some(true), Some("0.1"))
        );
        assert_eq!(
            (settings.port(), settings.rpc_url().as_str()),
            (3000, "http://flag:1")
        );
        std::fs::write(&path, "prot = 3000\n").unwrap();
        let settings = Settings {
            config: Some(path),
            ..Settings::default()
        };
        let error = format!("{:#}", settings.with_file().unwrap_err());
        assert!(error.contains("prot"), "{error}");
    }
}
