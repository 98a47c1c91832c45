//! What an operator can say, and where: flags go before the environment, the environment before the file, the file before the
//! defaults. `relay.example.toml` shows every key.

use crate::{
    AddressBook, Config, Limits,
    beside::Price,
    clock::SystemClock,
    config::{TlsFiles, WatchtowerConfig, Wrong},
    watchtower::keystore,
};
use clap::{Parser, ValueEnum};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};

/// Keeps the best claim per channel and direction, forwards it, and serves the app.
///
/// Every option is also read from the environment and from the file that --config names.
#[derive(Clone, Debug, Default, PartialEq, Parser, Serialize, Deserialize)]
#[command(name = "thunder-relay", version)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A file with any of these options, in TOML; relay.example.toml shows each.
    #[arg(long, env = "THUNDER_RELAY_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "THUNDER_RELAY_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The RPC endpoint that the relay asks. May be repeated: where one fails, the next one is asked [default: http://127.0.0.1:8545]
    #[arg(long, env = "THUNDER_RELAY_RPC", value_name = "URL", value_delimiter = ',')]
    pub rpc: Option<Vec<String>>,
    /// The RPC endpoint that the app asks, as browsers reach it [default: the relay's first]
    #[arg(long, env = "THUNDER_RELAY_PUBLIC_RPC", value_name = "URL")]
    pub public_rpc: Option<String>,
    /// The address book that the deployment wrote
    #[arg(long, env = "THUNDER_RELAY_ADDRESSES", value_name = "FILE")]
    pub addresses: Option<PathBuf>,
    /// The directory for what is kept
    #[arg(long, env = "THUNDER_RELAY_DATA", value_name = "DIRECTORY")]
    pub data: Option<PathBuf>,
    /// Where the register is kept: sqlite, in the data directory, or nats://[user:password@]host:port[,host:port…][/bucket][?replicas=n],
    /// for any number of relays [default: sqlite]
    #[arg(
        long,
        env = "THUNDER_RELAY_STORE",
        value_name = "STORE",
        hide_env_values = true
    )]
    pub store: Option<String>,
    /// The directory of the built app; none is served without it
    #[arg(long, env = "THUNDER_RELAY_APP", value_name = "DIRECTORY")]
    pub app: Option<PathBuf>,
    /// A further origin by which the relay is reached, such as https://relay.example. May be repeated
    #[arg(
        long = "allow-origin",
        env = "THUNDER_RELAY_ALLOW_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub allow_origins: Option<Vec<String>>,
    /// A proxy, by address or network, whose X-Forwarded-For is believed. May be repeated
    #[arg(
        long = "trusted-proxy",
        env = "THUNDER_RELAY_TRUSTED_PROXIES",
        value_name = "NETWORK",
        value_delimiter = ',',
        value_parser = network
    )]
    #[serde(with = "networks")]
    pub trusted_proxies: Option<Vec<IpNet>>,
    /// The certificate and what leads to it, in PEM: the relay then speaks TLS
    #[arg(long, env = "THUNDER_RELAY_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM
    #[arg(long, env = "THUNDER_RELAY_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Where to serve Prometheus metrics and health, for the operator only
    #[arg(long, env = "THUNDER_RELAY_METRICS", value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,
    /// Offer the development wallet, mining and the demo in the app, and the chain at /rpc. Only on chain 31337
    #[arg(long, env = "THUNDER_RELAY_DEVELOPMENT", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub development: Option<bool>,
    /// Blocks on top of an opening before claims are taken, and on top of a deposit before the app counts it [default: 0]
    #[arg(long, env = "THUNDER_RELAY_CONFIRMATIONS", value_name = "BLOCKS")]
    pub confirmations: Option<u64>,
    /// A block explorer that the app links to, such as https://explorer.example [default: none]
    #[arg(long, env = "THUNDER_RELAY_EXPLORER", value_name = "URL")]
    pub explorer: Option<String>,
    /// A paywall that the app may fetch from, by its origin, such as https://shop.example. May be repeated
    #[arg(
        long = "paywall",
        env = "THUNDER_RELAY_PAYWALLS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub paywalls: Option<Vec<String>>,
    /// A provider that the app may download from, by its origin, such as wss://node.example:2080. May be repeated
    #[arg(
        long = "provider",
        env = "THUNDER_RELAY_PROVIDERS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub providers: Option<Vec<String>>,
    /// What a token is worth, such as THD=0.50EUR; the app then shows amounts in money too. May be repeated
    #[arg(
        long = "price",
        env = "THUNDER_RELAY_PRICES",
        value_name = "SYMBOL=NUMBER+CURRENCY",
        value_delimiter = ','
    )]
    pub prices: Option<Vec<String>>,
    /// Show sleeping sides' claims to the hub, paying gas from the account in this keystore file
    #[arg(long, env = "THUNDER_RELAY_WATCHTOWER", value_name = "FILE")]
    pub watchtower: Option<PathBuf>,
    /// The file with the keystore's password
    #[arg(long, env = "THUNDER_RELAY_WATCHTOWER_PASSWORD_FILE", value_name = "FILE")]
    pub watchtower_password_file: Option<PathBuf>,
    /// Of what an answer saves a side in ether, the share that gas may take [default: 50]
    #[arg(long, env = "THUNDER_RELAY_WATCHTOWER_ETHER_PERCENT", value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub watchtower_ether_percent: Option<u8>,
    /// What gas may take for a channel in a token of the address book [default: 5000000, which is 0.005 ether]
    #[arg(long, env = "THUNDER_RELAY_WATCHTOWER_TOKEN_GWEI", value_name = "GWEI")]
    pub watchtower_token_gwei: Option<u64>,
    /// With less on its account the watchtower calls for more [default: 20000000, which is 0.02 ether]
    #[arg(long, env = "THUNDER_RELAY_WATCHTOWER_LOW_GWEI", value_name = "GWEI")]
    pub watchtower_low_gwei: Option<u64>,
    /// How to write the log, to standard error; RUST_LOG chooses what is in it [default: auto]
    #[arg(long, env = "THUNDER_RELAY_LOG", value_enum)]
    pub log: Option<LogFormat>,
    /// Change one of the limits that relay.example.toml lists, such as connections=500. May be repeated
    #[arg(
        long = "limit",
        env = "THUNDER_RELAY_LIMITS",
        value_name = "NAME=NUMBER",
        value_delimiter = ','
    )]
    #[serde(skip)]
    pub limit: Vec<String>,
    /// The limits in the file.
    #[arg(skip)]
    pub limits: toml::Table,
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
    pub fn with_file(mut self) -> Result<Self, Wrong> {
        let Some(path) = self.config.take() else {
            return Ok(self);
        };
        let text = std::fs::read_to_string(&path).map_err(|error| Wrong::Unreadable {
            path: path.clone(),
            error,
        })?;
        let wrong = |error| Wrong::File {
            path: path.clone(),
            error: Box::new(error),
        };
        let file: Self = toml::from_str(&text).map_err(wrong)?;
        self.over(&file).map_err(wrong)
    }

    /// These settings, and `under` where they say nothing.
    fn over(self, under: &Self) -> Result<Self, toml::de::Error> {
        // Everything that is said has a form in TOML.
        let mut table = toml::Table::try_from(under).unwrap_or_default();
        let mut said = toml::Table::try_from(&self).unwrap_or_default();
        // Limits are merged by name: those of the command line are in `limit`.
        said.remove("limits");
        table.extend(said);
        let merged: Self = table.try_into()?;
        Ok(Self {
            limit: self.limit,
            ..merged
        })
    }

    /// What holds where nothing is said. Each key of the file that has a default has it from here.
    #[must_use]
    pub fn defaults() -> Self {
        Self {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 8080))),
            rpc: Some(vec!["http://127.0.0.1:8545".to_owned()]),
            store: Some("sqlite".to_owned()),
            allow_origins: Some(Vec::new()),
            trusted_proxies: Some(Vec::new()),
            development: Some(false),
            confirmations: Some(0),
            paywalls: Some(Vec::new()),
            providers: Some(Vec::new()),
            prices: Some(Vec::new()),
            watchtower_ether_percent: Some(50),
            watchtower_token_gwei: Some(5_000_000),
            watchtower_low_gwei: Some(20_000_000),
            log: Some(LogFormat::Auto),
            limits: Limits::default().table(),
            ..Self::default()
        }
    }

    /// The limits that are asked for.
    ///
    /// # Errors
    /// No such limit, or no such number.
    pub fn limits(&self) -> Result<Limits, Wrong> {
        let mut changes = self.limits.clone();
        for text in &self.limit {
            let no_number = || Wrong::NoNumber(text.clone());
            let (name, number) = text.split_once('=').ok_or_else(no_number)?;
            let number: i64 = number.trim().parse().map_err(|_| no_number())?;
            changes.insert(name.trim().to_owned(), number.into());
        }
        Limits::default().with(changes)
    }

    /// The configuration that this asks for.
    ///
    /// # Errors
    /// In words for the operator.
    pub fn config(self) -> anyhow::Result<Config> {
        let limits = self.limits()?;
        // A default of a Vec of `Option`s is never absent from `defaults`.
        let all = self.over(&Self::defaults())?;
        let missing = |name, variable, what| Wrong::Missing { name, what, variable };
        let rpc = all
            .rpc
            .filter(|rpc| !rpc.is_empty())
            .ok_or_else(|| missing("rpc", "THUNDER_RELAY_RPC", "the chain's endpoint"))?;
        let addresses = all.addresses.ok_or_else(|| {
            missing(
                "addresses",
                "THUNDER_RELAY_ADDRESSES",
                "the address book that the deployment wrote",
            )
        })?;
        let data = all
            .data
            .ok_or_else(|| missing("data", "THUNDER_RELAY_DATA", "the directory for what is kept"))?;
        let listen = all
            .listen
            .ok_or_else(|| missing("listen", "THUNDER_RELAY_LISTEN", "where to listen"))?;
        let tls = match (all.tls_cert, all.tls_key) {
            (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
            (None, None) => None,
            _ => return Err(Wrong::HalfTls.into()),
        };
        let addresses = AddressBook::read(&addresses)?;
        let explorer = all
            .explorer
            .map(|text| text.parse())
            .transpose()
            .map_err(Wrong::Explorer)?;
        let paywalls = all.paywalls.unwrap_or_default();
        let paywalls = paywalls
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_, _>>()
            .map_err(Wrong::Paywall)?;
        let providers = all.providers.unwrap_or_default();
        let providers = providers
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_, _>>()
            .map_err(Wrong::Provider)?;
        let prices = all.prices.unwrap_or_default();
        let prices = prices
            .iter()
            .map(|text| Price::parse(text, &addresses))
            .collect::<Result<_, _>>()
            .map_err(Wrong::Price)?;
        let gwei = |amount: Option<u64>| u128::from(amount.unwrap_or_default()) * 1_000_000_000;
        let watchtower = match (all.watchtower, all.watchtower_password_file) {
            (Some(file), Some(password)) => Some(WatchtowerConfig {
                key: keystore::read(&file, &password)?,
                ether_percent: all.watchtower_ether_percent.unwrap_or_default(),
                token_wei: gwei(all.watchtower_token_gwei),
                low_wei: gwei(all.watchtower_low_gwei),
            }),
            (None, None) => None,
            _ => return Err(Wrong::HalfWatchtower.into()),
        };
        Ok(Config {
            listen,
            public_rpc: all.public_rpc.unwrap_or_else(|| rpc[0].clone()),
            rpc,
            addresses,
            data,
            store: all.store.unwrap_or_default().parse().map_err(Wrong::Store)?,
            app: all.app,
            allow_origins: all.allow_origins.unwrap_or_default(),
            trusted_proxies: all.trusted_proxies.unwrap_or_default(),
            tls,
            metrics: all.metrics,
            development: all.development.unwrap_or_default(),
            confirmations: all.confirmations.unwrap_or_default(),
            explorer,
            paywalls,
            providers,
            prices,
            watchtower,
            limits,
            clock: Arc::new(SystemClock),
        })
    }
}

/// A network such as 10.0.0.0/8, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse().map(|address: std::net::IpAddr| IpNet::from(address));
    text.parse()
        .or_else(|_| address())
        .map_err(|_| "it looks like 10.0.0.0/8, 192.168.1.5 or fd00::/8".to_owned())
}

/// Networks as the file writes them: single addresses too.
mod networks {
    use super::{IpNet, network};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer>(networks: &Option<Vec<IpNet>>, serializer: S) -> Result<S::Ok, S::Error> {
        networks.serialize(serializer)
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Option<Vec<IpNet>>, D::Error> {
        let texts: Vec<String> = Vec::deserialize(deserializer)?;
        let read =
            |text: &String| network(text).map_err(|words| D::Error::custom(format!("{text:?}: {words}")));
        texts.iter().map(read).collect::<Result<_, _>>().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    const EXAMPLE: &str = include_str!("../relay.example.toml");

    #[test]
    fn the_example_is_the_default() {
        let example: Settings = toml::from_str(EXAMPLE).unwrap();
        assert_eq!(example, Settings::defaults());
        assert_eq!(example.limits().unwrap(), Limits::default());
    }

    /// Keys without a default stand there behind a `#`.
    #[test]
    fn the_example_has_every_key() {
        let is_key = |line: &str| {
            line.split_once(" = ")
                .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        };
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| {
                line.strip_prefix("# ")
                    .filter(|rest| is_key(rest))
                    .unwrap_or(line)
            })
            .map(|line| format!("{line}\n"))
            .collect();
        let everything: Settings = toml::from_str(&uncommented).unwrap();
        let names: BTreeSet<String> = toml::Table::try_from(&everything)
            .unwrap()
            .keys()
            .cloned()
            .collect();
        // What clap knows is what there is; `config` and `limit` are no keys of the file, and its limits no flags.
        let known: BTreeSet<String> = Settings::command()
            .get_arguments()
            .map(|argument| argument.get_id().to_string())
            .filter(|id| !["config", "limit", "help", "version"].contains(&id.as_str()))
            .chain(["limits".to_owned()])
            .collect();
        assert_eq!(names, known);
        let config = everything.config();
        assert!(format!("{:#}", config.err().unwrap()).contains("deploy first"));
    }

    #[test]
    fn every_flag_has_its_variable() {
        for argument in Settings::command().get_arguments() {
            let id = argument.get_id().as_str();
            if ["help", "version"].contains(&id) {
                continue;
            }
            let variable = argument.get_env().unwrap().to_str().unwrap().to_owned();
            let singular = variable.trim_end_matches('S').to_lowercase();
            assert!(
                variable.starts_with("THUNDER_RELAY_") && singular.contains(id.trim_end_matches('s')),
                "{id}: {variable}"
            );
        }
    }

    #[test]
    fn flags_go_before_the_file_and_limits_are_merged_by_name() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("relay.toml");
        std::fs::write(
            &path,
            "rpc = [\"http://file\"]\nconfirmations = 7\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n[limits]\nstrikes = 3\nburst = 4\n",
        )
        .unwrap();
        let flags = [
            "thunder-relay",
            "--config",
            path.to_str().unwrap(),
            "--rpc",
            "http://flag",
            "--development",
            "--limit",
            "burst=5,idle_ms=100",
        ];
        let settings = Settings::parse_from(flags).with_file().unwrap();
        assert_eq!(settings.rpc, Some(vec!["http://flag".to_owned()]));
        assert_eq!(settings.confirmations, Some(7));
        assert_eq!(settings.development, Some(true));
        assert_eq!(
            settings.trusted_proxies,
            Some(vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()])
        );
        let limits = settings.limits().unwrap();
        assert_eq!(
            (limits.strikes, limits.burst, limits.idle.as_millis()),
            (3, 5, 100)
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("relay.toml");
        let words = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let settings = Settings {
                config: Some(path.clone()),
                ..Settings::default()
            };
            match settings.with_file() {
                Ok(settings) => format!("{:#}", settings.config().err().unwrap()),
                Err(error) => error.to_string(),
            }
        };
        assert!(words("lisen = 1").contains("unknown field `lisen`"));
        assert!(words("trusted_proxies = [\"10.0.0.0/99\"]").contains("it looks like 10.0.0.0/8"));
        assert!(words("[limits]\nconections = 1").contains("unknown field `conections`"));
        assert!(words("[limits]\nconnections = -1").contains("a limit is not understood"));
        assert!(words("").contains("--addresses is missing"));
        assert!(words("addresses = \"a\"").contains("--data is missing"));
        assert!(words("addresses = \"a\"\ndata = \"b\"\ntls_key = \"c\"").contains("need each other"));
        let book = directory.path().join("addresses.json");
        let text = r#"{"chainId":1,"hub":"0x0101010101010101010101010101010101010101","deploymentBlock":1,"clockMode":"mode=timestamp","tokens":[]}"#;
        std::fs::write(&book, text).unwrap();
        let known = format!("addresses = {book:?}\ndata = \"b\"\n");
        assert!(words(&format!("{known}explorer = \"ftp://x\"")).contains("not an explorer's address"));
        assert!(words(&format!("{known}paywalls = [\"https://x/y\"]")).contains("not an origin"));
        assert!(words(&format!("{known}providers = [\"https://x\"]")).contains("wss://node.example:2080"));
        assert!(words(&format!("{known}prices = [\"ETH=1\"]")).contains("looks like THD=0.50EUR"));
        assert!(words(&format!("{known}prices = [\"BTC=1EUR\"]")).contains("it has ETH"));
        let lost = Settings {
            config: Some(directory.path().join("nowhere.toml")),
            ..Settings::default()
        };
        assert!(
            lost.with_file()
                .unwrap_err()
                .to_string()
                .contains("nowhere.toml cannot be read")
        );
        for limit in ["burst", "burst=x", "burst=5s"] {
            let settings = Settings {
                limit: vec![limit.to_owned()],
                ..Settings::default()
            };
            assert!(
                settings
                    .limits()
                    .unwrap_err()
                    .to_string()
                    .contains("connections=500"),
                "{limit}"
            );
        }
    }
}
