//! What can be typed about traffic through other nodes.

use std::str::FromStr;

use clap::{Args, Subcommand};
use thunder_api::ByProxy;
use thunder_channel::{Address, parse_address};

use crate::choose::Prefix;

/// The help's examples of `use`.
pub const USE_EXAMPLES: &str = "\
Examples:
  thunder-cli tariff 192.0.2.7:2001                                    what it asks
  thunder-cli use 192.0.2.7:2001 --price 0.01 --limit 2                two THD at most, deposited at once
  thunder-cli use 192.0.2.7:2001 --price 0.01 --limit 10 --deposit 1 --top-up --socks 1080
  thunder-cli use <first> <second> --price 0.01 --limit 2 --detach     the second reaches the world
  thunder-cli use <first> --behind <last>@198.51.100.9:2001 --proxy <payer> --price 0.011 --limit 2

Programs go through the SOCKS5 port that is printed, such as curl --proxy socks5h://127.0.0.1:1080. Both nodes count every byte; what was
not used comes back at the end. Ctrl-C ends the sessions and says what they cost; a second one leaves that to the node.";

/// Traffic to use.
#[derive(Debug, Args)]
pub struct Use {
    /// Who serves it: a node's account, or its host and port. Several, three at most, are one behind the other: the last one reaches
    /// the world.
    #[arg(required = true, num_args = 1..=3, value_name = "PROVIDER")]
    pub providers: Vec<Provider>,
    /// What 1,000,000 bytes may cost at most at each of them, in the token's unit, such as 0.01
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub price: String,
    /// What may be deposited with each of them at most, in all.
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub limit: String,
    /// What is deposited with each of them at first [default: the limit]
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub deposit: Option<String>,
    /// Deposit as much again whenever a quarter is left, up to the limit. Otherwise traffic stops where the deposit ends.
    #[arg(long, requires = "deposit")]
    pub top_up: bool,
    /// The local port for SOCKS5 [default: a free one]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub socks: Option<u16>,
    /// A last provider that is not to learn who this node is, and is reached through the others: its account, @, its host and port.
    #[arg(long, value_name = "ACCOUNT@HOST:PORT", requires = "proxy")]
    pub behind: Option<Behind>,
    /// The node that pays that provider in its own name, for a tenth more: its account. It has to be connected here and there.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_address, requires = "behind")]
    pub proxy: Option<Address>,
    /// Return once the port is open; `unuse` closes it.
    #[arg(long)]
    pub detach: bool,
}

impl Use {
    /// The provider that a proxy pays, if there is one.
    #[must_use]
    pub fn hidden(&self) -> Option<ByProxy> {
        let behind = self.behind.as_ref()?;
        Some(ByProxy {
            proxy: self.proxy?,
            provider: behind.account,
            address: behind.address.clone(),
        })
    }
}

/// A provider that is reached through others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Its account.
    pub account: Address,
    /// Where it listens.
    pub address: String,
}

impl FromStr for Behind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (account, address) = text
            .split_once('@')
            .ok_or("it looks like 0x3C44…93BC@192.0.2.7:2001: an account, @, a host and a port")?;
        Ok(Self {
            account: parse_address(account).map_err(|error| error.to_string())?,
            address: super::host_and_port(address)?,
        })
    }
}

/// What to do with a session.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// Show what both sides have counted, and what it costs.
    Show {
        /// Its id or the beginning of it.
        session: Prefix,
        /// Print the statements that prove the counts instead, as JSON.
        #[arg(long)]
        evidence: bool,
    },
    /// End it: together with the other node if it takes part, otherwise with the last statements.
    End {
        /// Its id or the beginning of it.
        session: Prefix,
    },
    /// Add to its deposit, up to the limit that it was begun with. Returns once it is mined.
    Deposit {
        /// Its id or the beginning of it.
        session: Prefix,
        /// How much more, such as 0.5.
        #[arg(allow_negative_numbers = true)]
        amount: String,
    },
}

/// A node that serves traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// By its account.
    Account(Address),
    /// By its host and port: it is connected to first.
    At(String),
}

impl FromStr for Provider {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains(':') {
            return super::host_and_port(text).map(Self::At);
        }
        parse_address(text)
            .map(Self::Account)
            .map_err(|error| format!("{error}. A provider is a node's account, or its host and port"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Arguments;
    use crate::words::fixtures::BOB;
    use clap::Parser;

    #[test]
    fn a_provider_is_an_account_or_a_place() {
        assert_eq!(BOB.parse(), Ok(Provider::Account(BOB.parse().unwrap())));
        assert_eq!(
            "192.0.2.7:2001".parse(),
            Ok(Provider::At("192.0.2.7:2001".to_owned()))
        );
        for text in ["bob", "192.0.2.7:", "0x3C44"] {
            assert!(text.parse::<Provider>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let ends = format!("--price 1 --limit 2 {BOB}");
        for (line, words) in [
            ("use --price 1 --limit 2", "<PROVIDER>"),
            (&*format!("use {BOB} --limit 2"), "--price"),
            (&*format!("use {BOB} --price 1"), "--limit"),
            (&*format!("use {ends} --top-up"), "--deposit"),
            (&*format!("use {ends} --proxy {BOB}"), "--behind"),
            (&*format!("use {ends} --behind {BOB}@a:1"), "--proxy"),
            (
                &*format!("use {ends} --proxy {BOB} --behind {BOB}"),
                "an account, @",
            ),
            (&*format!("use {ends} --socks 0"), "0 is not in 1.."),
            (&*format!("use {BOB} {BOB} {BOB} {BOB} --price 1"), "3"),
            ("session end 12", "0x and 4 to 64 digits"),
        ] {
            let line = format!("thunder-cli {line}");
            let said = Arguments::try_parse_from(line.split(' '))
                .unwrap_err()
                .to_string();
            assert!(said.contains(words), "{line}: {said}");
        }
    }
}
