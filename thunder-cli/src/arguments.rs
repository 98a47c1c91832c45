//! What can be typed. The doc comments here are the program's help and its manual pages.

mod traffic;

pub use traffic::{Provider, SessionCommand, Use};

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use thunder_api::DEFAULT_PORT;
use thunder_channel::{Address, MemoText, Policy, parse_address};

use crate::choose::Prefix;
use crate::{exit, span};

const EXAMPLES: &str = "\
Examples:
  thunder-cli importwallet --generate        a new wallet, for which a password is asked
  thunder-cli connect 192.0.2.7:2001         another node
  thunder-cli openchannel --amount 100       a channel with it, and the first deposit
  thunder-cli pay 5                          at once, without a block
  thunder-cli closechannel                   together with the other node if it agrees

Where only one channel fits, --channel can be left out; otherwise it takes the id or the beginning of it (0x and four digits or more).
Amounts are in the token's unit, such as 1.5. Output for programs: --json.";

const FETCH_EXAMPLE: &str = "\
Example:
  thunder-cli fetch http://shop.example/report.pdf --limit 0.5 --output report.pdf

The server says what is missing (x402, version 2); the daemon pays it in the channel with the account that the server names, and the
request is sent again with the claim. What bytes cost is paid as they come. What it cost is said on the standard error.";

/// Where the help lists what every command takes.
const GLOBAL: &str = "For every command";

/// The command line of a Thunder node: asks the daemon thunderd on this machine.
#[derive(Debug, Parser)]
#[command(name = "thunder-cli", version, after_help = exit::CODES, after_long_help = format!("{EXAMPLES}\n\n{}", exit::CODES))]
pub struct Arguments {
    /// The daemon's port.
    #[arg(long, global = true, help_heading = GLOBAL, default_value_t = DEFAULT_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// Print the daemon's answers as JSON, one in a line, and its errors as problem objects.
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub json: bool,
    /// The daemon's data directory, in which its token lies [default: thunder/node-<port> in $XDG_DATA_HOME or ~/.local/share]
    ///
    /// The variable THUNDER_TOKEN, if it is set, is taken for the token instead of the file there.
    #[arg(long, global = true, help_heading = GLOBAL, env = "THUNDER_DATA", hide_env_values = true, value_name = "DIRECTORY")]
    pub data: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show ports, connected nodes, the chain, the wallet's address, and the channels and their state.
    Infos,
    /// Give the node a wallet: a seed phrase, a key file, or a new key.
    #[command(name = "importwallet", after_long_help = IMPORT_EXAMPLES)]
    ImportWallet(ImportWallet),
    /// Open the wallet after the daemon was started again.
    Unlock(PasswordSource),
    /// Close the wallet: nothing can be signed until it is unlocked.
    Lock,
    /// Show the money in the wallet, what can be paid in each channel, what is locked, and what can be collected.
    Balance,
    /// Connect to another node.
    #[command(after_long_help = "Example:\n  thunder-cli connect 192.0.2.7:2001")]
    Connect {
        /// Its host and port.
        #[arg(value_name = "IP:PORT", value_parser = host_and_port)]
        address: String,
    },
    /// List the other nodes.
    Peers,
    /// Forget another node. Channels with it stay.
    Forget {
        /// Its account.
        #[arg(value_parser = parse_address)]
        account: Address,
    },
    /// Open a channel. Returns once it is mined.
    #[command(name = "openchannel", after_long_help = OPEN_EXAMPLES)]
    OpenChannel(OpenChannel),
    /// List the channels.
    Channels,
    /// Show everything about a channel.
    Channel {
        /// Its id or the beginning of it.
        channel: Prefix,
    },
    /// Put more money into a channel. Returns once it is mined.
    #[command(after_long_help = "Example:\n  thunder-cli deposit 50")]
    Deposit {
        /// How much, such as 50.
        #[arg(allow_negative_numbers = true)]
        amount: String,
        /// The channel's id or the beginning of it.
        #[arg(long, value_name = "ID")]
        channel: Option<Prefix>,
    },
    /// Pay, at once and without a block.
    #[command(after_long_help = PAY_EXAMPLES)]
    Pay(Pay),
    /// Fetch something that has to be paid for, and pay what it costs, within a limit.
    #[command(after_long_help = FETCH_EXAMPLE)]
    Fetch(Fetch),
    /// Show what another node asks for traffic.
    Tariff {
        /// The node: its account, or its host and port.
        provider: Provider,
    },
    /// Use traffic of other nodes through a local SOCKS5 port, paid by the byte, until Ctrl-C.
    #[command(after_long_help = traffic::USE_EXAMPLES)]
    Use(Use),
    /// Close a route that `use` opened, and end its sessions.
    #[command(after_long_help = "Example:\n  thunder-cli unuse 40217")]
    Unuse {
        /// The route's SOCKS5 port [default: the only one]
        #[arg(value_name = "SOCKS PORT", value_parser = clap::value_parser!(u16).range(1..))]
        socks: Option<u16>,
    },
    /// List the metered sessions, as a client and as a provider, and the routes that lead through them.
    Sessions,
    /// Look at a metered session, add to its deposit, or end it.
    Session {
        /// What to do with it.
        #[command(subcommand)]
        command: SessionCommand,
    },
    /// List what is said against other accounts, and whether they are refused.
    Blacklist,
    /// Have no more sessions with an account, and say so to the nodes that want to hear it.
    #[command(
        after_long_help = "Example:\n  thunder-cli distrust 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC --because \"slow\""
    )]
    Distrust {
        /// Whose.
        #[arg(value_parser = parse_address)]
        account: Address,
        /// Why, in at most 200 letters. The other nodes read it.
        #[arg(long, value_name = "WORDS", default_value = "")]
        because: String,
    },
    /// Deal with an account again, whatever is said or proved against it.
    Trust {
        /// Whose.
        #[arg(value_parser = parse_address)]
        account: Address,
    },
    /// Ask to be paid.
    #[command(after_long_help = "Example:\n  thunder-cli request 20 --memo \"March\" --expires 2d")]
    Request(Request),
    /// List who asks to be paid: the other sides, and this node.
    Invoices,
    /// Take a request back.
    Cancel {
        /// The channel's id or the beginning of it.
        channel: Prefix,
        /// The request's number, as `invoices` has it.
        number: u64,
    },
    /// List what happened, newest first.
    History {
        /// Only in this channel: its id or the beginning of it.
        #[arg(long, value_name = "ID")]
        channel: Option<Prefix>,
        /// At most so many lines.
        #[arg(long, value_name = "LINES", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
    },
    /// Show what happens, as it happens, until Ctrl-C.
    Watch,
    /// Close a channel: together with the other side if it agrees, otherwise alone.
    #[command(name = "closechannel", after_long_help = CLOSE_EXAMPLES)]
    CloseChannel(CloseChannel),
    /// Show the hub a higher claim now, as the daemon does by itself when somebody closes with an outdated state.
    Challenge {
        /// The channel's id or the beginning of it.
        #[arg(long, value_name = "ID")]
        channel: Option<Prefix>,
    },
    /// Settle a closed channel after its period, and collect the money.
    #[command(
        after_long_help = "Examples:\n  thunder-cli withdraw           exits with 6 while the period runs\n  thunder-cli withdraw --wait    waits for it"
    )]
    Withdraw {
        /// The channel's id or the beginning of it.
        #[arg(long, value_name = "ID")]
        channel: Option<Prefix>,
        /// Wait until the period is over.
        #[arg(long)]
        wait: bool,
    },
    /// Print what proves the node's money in a channel, with transactions ready to be sent, for use without the node.
    Evidence {
        /// The channel's id or the beginning of it.
        channel: Prefix,
    },
    /// Write a backup of the node: its records and its encrypted key.
    #[command(
        after_long_help = "Example:\n  thunder-cli export node-2001.backup\n\nAn existing file is not overwritten. Only you can read the new one; the key in it needs the wallet's password."
    )]
    Export {
        /// The new file.
        file: PathBuf,
    },
    /// Restore a node from a backup. What the node knows already is raised and never lowered.
    Import {
        /// A file that `export` wrote.
        file: PathBuf,
    },
    /// List the accounts with nodes that serve this one and are served by it.
    Accounts,
    /// Show the account with a node; open it or change its triggers; book what was served; swap debts.
    #[command(after_long_help = ACCOUNT_EXAMPLES)]
    Account(Account),
    /// List the debts that were swapped among three, and those that are being.
    Swaps,
    /// Print completions for a shell.
    #[command(
        after_long_help = "Example:\n  thunder-cli completions bash > ~/.local/share/bash-completion/completions/thunder-cli"
    )]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write manual pages, one for each command.
    #[command(after_long_help = "Example:\n  thunder-cli man ~/.local/share/man/man1")]
    Man {
        /// An existing directory.
        directory: PathBuf,
    },
}

const IMPORT_EXAMPLES: &str = "\
Examples:
  thunder-cli importwallet --generate                    a new key
  thunder-cli importwallet                               asks for the seed phrase, without showing it
  thunder-cli importwallet - < phrase.txt                reads it
  thunder-cli importwallet --keyfile keystore.json       a key file of geth's format, opened with its password

A phrase that is typed as an argument stays in the shell's history, and every user of this machine can see it in the list of
processes while the command runs. With - it is read from the standard input instead.";

/// Which wallet.
#[derive(Debug, Args)]
pub struct ImportWallet {
    /// The seed phrase in quotes, or - to read it from the standard input. Other users can see arguments: prefer -, or leave it
    /// out to be asked.
    #[arg(value_name = "SEED PHRASE", conflicts_with_all = ["keyfile", "generate"])]
    pub phrase: Vec<String>,
    /// A key file in JSON, of geth's format.
    #[arg(long, value_name = "FILE", conflicts_with = "generate")]
    pub keyfile: Option<PathBuf>,
    /// Make a new key.
    #[arg(long)]
    pub generate: bool,
    /// Which account of the seed phrase [default: 0]
    #[arg(long, conflicts_with_all = ["keyfile", "generate"])]
    pub index: Option<u32>,
    /// Where the password comes from.
    #[command(flatten)]
    pub password: PasswordSource,
}

/// Where a password comes from. On a terminal it is asked for.
#[derive(Debug, Args)]
pub struct PasswordSource {
    /// A file with the password. Without it the variable THUNDER_PASSWORD is taken, or the terminal asks.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

const OPEN_EXAMPLES: &str = "\
Examples:
  thunder-cli openchannel --amount 100                             with the only node that is connected
  thunder-cli openchannel --with 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount 0.5 --token ETH --policy refute";

/// A channel to open.
#[derive(Debug, Args)]
pub struct OpenChannel {
    /// The first deposit [default: nothing]
    #[arg(long, allow_negative_numbers = true)]
    pub amount: Option<String>,
    /// With whom: a connected node's account, or anybody's address or link [default: the only connected node]
    #[arg(long, value_name = "WHO")]
    pub with: Option<String>,
    /// The money: THD, ETH or a token's address [default: the node's first token]
    #[arg(long)]
    pub token: Option<String>,
    /// How long a close can be answered, in the hub's clock: blocks, or seconds where the hub counts those [default: 24]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub period: Option<u32>,
    /// What a close with an outdated state costs [default: forfeit]
    #[arg(long, value_enum)]
    pub policy: Option<ClosePolicy>,
}

/// What a close with an outdated state costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClosePolicy {
    /// Everything.
    Forfeit,
    /// Nothing: it is corrected.
    Refute,
}

impl From<ClosePolicy> for Policy {
    fn from(policy: ClosePolicy) -> Self {
        match policy {
            ClosePolicy::Forfeit => Self::Forfeit,
            ClosePolicy::Refute => Self::Refute,
        }
    }
}

const PAY_EXAMPLES: &str = "\
Examples:
  thunder-cli pay 5
  thunder-cli pay 1.5 --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --memo \"tea\"
  thunder-cli pay 20 --request 3                     what `invoices` lists

A payment is stored before it is sent, so it counts whether or not the other node is there. If the connection to the daemon breaks,
the same payment is asked for once more with the same key; it is not made twice.";

/// A payment.
#[derive(Debug, Args)]
pub struct Pay {
    /// How much, such as 1.5.
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
    /// The channel's id or the beginning of it.
    #[arg(long, value_name = "ID")]
    pub channel: Option<Prefix>,
    /// To whom: the account of the other side of a channel.
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_address)]
    pub to: Option<Address>,
    /// What for: a line of at most 140 characters.
    #[arg(long, value_parser = memo)]
    pub memo: Option<String>,
    /// The number of the request that it pays.
    #[arg(long, value_name = "NUMBER")]
    pub request: Option<u64>,
    /// The idempotency key: with the same key a payment is made once, however often it is asked for [default: drawn]
    #[arg(long, value_parser = idempotency_key)]
    pub key: Option<String>,
    /// How long to wait for the other node to have it, such as 10s [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    pub wait: Option<Duration>,
}

/// Something behind a paywall.
#[derive(Debug, Args)]
pub struct Fetch {
    /// Its address, such as https://shop.example/page
    pub url: String,
    /// What to pay at most, in the token's unit. Without it, only the price is said.
    #[arg(long, value_name = "AMOUNT")]
    pub limit: Option<String>,
    /// The file to write it to [default: the standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A request to be paid.
#[derive(Debug, Args)]
pub struct Request {
    /// How much, such as 20.
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
    /// The channel's id or the beginning of it.
    #[arg(long, value_name = "ID")]
    pub channel: Option<Prefix>,
    /// What for: a line of at most 140 characters.
    #[arg(long, value_parser = memo)]
    pub memo: Option<String>,
    /// How long it stands, such as 15m, 1h or 2d [default: 1d]
    #[arg(long, value_name = "TIME", value_parser = at_least_a_second)]
    pub expires: Option<Duration>,
}

const CLOSE_EXAMPLES: &str = "\
Examples:
  thunder-cli closechannel                one transaction and no waiting if the other side agrees within 10 seconds
  thunder-cli closechannel --alone        with the last claims at once; then `withdraw` once the period is over";

/// How to close.
#[derive(Debug, Args)]
pub struct CloseChannel {
    /// The channel's id or the beginning of it.
    #[arg(long, value_name = "ID")]
    pub channel: Option<Prefix>,
    /// Do not ask the other side.
    #[arg(long)]
    pub alone: bool,
    /// How long the other side is given to agree, such as 30s, a minute at most [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = span::parse, conflicts_with = "alone")]
    pub wait: Option<Duration>,
    /// Close as a cheat would, saying that only so much was paid. On development chains only.
    #[arg(long, value_name = "AMOUNT", hide = true, allow_negative_numbers = true)]
    pub understate: Option<String>,
}

/// A shell that completes commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

impl From<Shell> for clap_complete::Shell {
    fn from(shell: Shell) -> Self {
        match shell {
            Shell::Bash => Self::Bash,
            Shell::Zsh => Self::Zsh,
            Shell::Fish => Self::Fish,
        }
    }
}

const ACCOUNT_EXAMPLES: &str = "\
Examples:
  thunder-cli account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --pay-above 10 --stop-above 20
  thunder-cli account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --net-above 5 --grow 10 --most 50
  thunder-cli account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --book 12.5     served so far, in all

Both nodes open the account, in a channel of its own in which nothing was paid yet. Triggers that are left out stay as they are.";

/// An account with a node.
#[derive(Debug, Args)]
pub struct Account {
    /// The node's account.
    #[arg(value_parser = parse_address)]
    pub node: Address,
    /// Pay the whole debt by itself once it is above this.
    #[arg(long, value_name = "AMOUNT")]
    pub pay_above: Option<String>,
    /// Let no debt rise above this: service stops until it is paid, and what the other node books beyond is not believed.
    #[arg(long, value_name = "AMOUNT")]
    pub stop_above: Option<String>,
    /// Swap debts of this account where three owe each other in a ring, and look for one above this debt.
    #[arg(long, value_name = "AMOUNT", conflicts_with = "no_net")]
    pub net_above: Option<String>,
    /// Swap no debts of this account.
    #[arg(long)]
    pub no_net: bool,
    /// Widen --stop-above by so many percent of what is paid.
    #[arg(long, value_name = "PERCENT", requires = "most", conflicts_with = "no_trust", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub grow: Option<u8>,
    /// But no further than this.
    #[arg(long, value_name = "AMOUNT", requires = "grow")]
    pub most: Option<String>,
    /// Do not widen it.
    #[arg(long)]
    pub no_trust: bool,
    /// The channel that the account is paid in: its id or the beginning of it [default: the only one that fits]
    #[arg(long, value_name = "ID")]
    pub channel: Option<Prefix>,
    /// Book what was served to the node, in all since the account was opened.
    #[arg(long, value_name = "TOTAL", conflicts_with_all = ["pay_above", "stop_above", "net_above", "no_net", "grow", "no_trust", "channel", "net"])]
    pub book: Option<String>,
    /// Look for a ring now that takes something off this node's debt.
    #[arg(long, conflicts_with_all = ["pay_above", "stop_above", "net_above", "no_net", "grow", "no_trust", "channel"])]
    pub net: bool,
}

impl Account {
    /// Whether something is to be set.
    #[must_use]
    pub fn sets(&self) -> bool {
        let amounts = [&self.pay_above, &self.stop_above, &self.net_above];
        amounts.iter().any(|amount| amount.is_some())
            || self.grow.is_some()
            || self.channel.is_some()
            || self.no_net
            || self.no_trust
    }
}

fn host_and_port(text: &str) -> Result<String, String> {
    let port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    match text.rsplit_once(':') {
        Some((host, after)) if !host.is_empty() && port(after) => Ok(text.to_owned()),
        _ => Err("write the host and the port, such as 192.0.2.7:2001".to_owned()),
    }
}

fn memo(text: &str) -> Result<String, String> {
    MemoText::parse(text)
        .map(|memo| memo.as_str().to_owned())
        .map_err(|error| error.to_string())
}

fn idempotency_key(text: &str) -> Result<String, String> {
    if (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("a key has 1 to 64 visible ASCII characters".to_owned())
    }
}

/// Requests expire on whole seconds.
fn at_least_a_second(text: &str) -> Result<Duration, String> {
    let span = span::parse(text)?;
    if span.as_secs() == 0 {
        return Err("give it a second at least, such as 15m, 1h or 2d".to_owned());
    }
    Ok(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Arguments, String> {
        Arguments::try_parse_from(line.split(' ')).map_err(|error| error.to_string())
    }

    #[test]
    fn the_commands_can_be_told_apart() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        let arguments = parse("thunder-cli pay 5 --port 2002 --json").unwrap();
        assert_eq!((arguments.port, arguments.json), (2002, true));
        assert_eq!(parse("thunder-cli --port 2002 infos").unwrap().port, 2002);
    }

    #[test]
    fn a_phrase_needs_no_quotes_and_excludes_the_other_ways() {
        let Command::ImportWallet(import) = parse("thunder-cli importwallet test test junk").unwrap().command
        else {
            panic!("another command");
        };
        assert_eq!(import.phrase, ["test", "test", "junk"]);
        let Command::ImportWallet(import) = parse("thunder-cli importwallet - --index 1").unwrap().command
        else {
            panic!("another command");
        };
        assert_eq!((import.phrase, import.index), (vec!["-".to_owned()], Some(1)));
        for line in [
            "thunder-cli importwallet test --generate",
            "thunder-cli importwallet --keyfile k --generate",
            "thunder-cli importwallet --generate --index 1",
        ] {
            assert!(parse(line).unwrap_err().contains("cannot be used with"), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, words) in [
            ("thunder-cli connect 192.0.2.7", "192.0.2.7:2001"),
            ("thunder-cli connect :2001", "192.0.2.7:2001"),
            ("thunder-cli connect host:0", "192.0.2.7:2001"),
            ("thunder-cli pay 5 --channel 0xab", "0x and 4 to 64 digits"),
            (
                "thunder-cli pay 5 --to 0x70997970c51812DC3a010c7D01b50E0D17DC79c8",
                "typing mistake",
            ),
            ("thunder-cli pay 5 --key \u{e9}", "visible ASCII"),
            ("thunder-cli request 5 --expires 1", "500ms, 10s"),
            ("thunder-cli request 5 --expires 5ms", "a second at least"),
            (
                "thunder-cli closechannel --alone --wait 1s",
                "cannot be used with",
            ),
            ("thunder-cli openchannel --policy harsh", "forfeit, refute"),
            ("thunder-cli history --limit 0", "0 is not in 1.."),
        ] {
            let said = parse(line).unwrap_err();
            assert!(said.contains(words), "{line}: {said}");
        }
        let long = format!("thunder-cli pay 5 --memo {}", "x".repeat(141));
        assert!(parse(&long).unwrap_err().contains("140 characters"));
    }

    /// As a shell splits them, but for what these documents do not use.
    fn commands_of(document: &str) -> Vec<Vec<String>> {
        let lines = document.lines().filter_map(|line| {
            line.strip_prefix("    thunder-cli ")
                .or_else(|| line.strip_prefix("    $ thunder-cli "))
        });
        lines
            .map(|line| {
                let line = line.split(" > ").next().unwrap();
                let parts = line.split('"').enumerate();
                let words = parts.flat_map(|(index, part)| match index % 2 {
                    0 => part.split_whitespace().map(str::to_owned).collect(),
                    _ => vec![part.to_owned()],
                });
                std::iter::once("thunder-cli".to_owned()).chain(words).collect()
            })
            .collect()
    }

    #[test]
    fn the_documents_commands_are_commands() {
        let mut commands = commands_of(include_str!("../../docs/terminal.md"));
        assert!(commands.len() > 30, "only {} commands were found", commands.len());
        let traffic = commands_of(include_str!("../../docs/traffic.md"));
        assert!(traffic.len() > 5, "only {} commands were found", traffic.len());
        commands.extend(traffic);
        for command in commands {
            if let Err(error) = Arguments::try_parse_from(&command) {
                panic!("{command:?}: {error}");
            }
        }
    }

    #[test]
    fn every_command_and_option_has_its_help() {
        fn look(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            command.get_subcommands().for_each(look);
        }
        look(&Arguments::command());
    }
}
