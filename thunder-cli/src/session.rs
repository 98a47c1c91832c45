//! What a command works with: the daemon, the output, and what the node says about itself.

use std::env;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use thunder_api::{Channel, DEFAULT_PORT, Info, WalletState};
use thunder_channel::{Address, ChannelId};

use crate::api::Api;
use crate::arguments::Arguments;
use crate::choose::{self, Prefix};
use crate::exit::Failure;
use crate::output::Output;
use crate::token::{Token, data_directory};
use crate::words::money::Tokens;
use crate::words::time::Clock;

/// Who takes no connection on this machine within this time is not there.
const KNOCK: Duration = Duration::from_secs(5);

/// A daemon to ask and a place to print.
#[derive(Debug)]
pub struct Session {
    /// The daemon.
    pub api: Api,
    /// Where answers go.
    pub output: Output,
    /// How this program was called, as what it suggests begins: `thunder-cli --port 2002`.
    pub caller: String,
}

impl Session {
    /// # Errors
    /// If the daemon's token cannot be had.
    pub fn begin(arguments: &Arguments) -> Result<Self, Failure> {
        let data = data_directory(arguments.data.as_deref(), arguments.port)?;
        let token = Token::find(&data).map_err(|failure| absent_or(arguments.port, failure))?;
        Ok(Self {
            api: Api::new(arguments.port, token)?,
            output: Output::new(arguments.json),
            caller: caller(arguments),
        })
    }

    /// What the node says about itself, which tells how amounts are spelt and which channels there are.
    ///
    /// # Errors
    /// If the daemon does not say.
    pub fn known(&self) -> Result<Known, Failure> {
        let info: Info = self.api.get("/v1/info")?.value;
        if info.wallet.state != WalletState::Open {
            // Without a wallet no channel is known, and that is not what is wrong: the daemon says what is.
            self.api.get::<Vec<Channel>>("/v1/channels")?;
        }
        Ok(Known {
            tokens: Tokens(info.tokens),
            clock: Clock::of(&info.chain),
            development: info.chain.development,
            channels: info.channels,
        })
    }
}

/// How this program was called, as far as it matters for calling it again. What the environment says is said again by itself.
#[must_use]
pub fn caller(arguments: &Arguments) -> String {
    let mut caller = "thunder-cli".to_owned();
    if arguments.port != DEFAULT_PORT {
        caller = format!("{caller} --port {}", arguments.port);
    }
    let from_environment = env::var_os("THUNDER_DATA").map(PathBuf::from);
    match &arguments.data {
        Some(data) if from_environment.as_ref() != Some(data) => {
            format!("{caller} --data {}", data.display())
        }
        _ => caller,
    }
}

/// A node as it is known to a command.
#[derive(Debug)]
pub struct Known {
    /// The money that there is.
    pub tokens: Tokens,
    /// The hub's clock.
    pub clock: Clock,
    /// Whether blocks come with transactions only.
    pub development: bool,
    /// Its channels, newest first.
    pub channels: Vec<Channel>,
}

impl Known {
    /// The channel that is meant.
    ///
    /// # Errors
    /// If none or several could be meant.
    pub fn channel(
        &self,
        named: Option<&Prefix>,
        suits: impl Fn(&Channel) -> bool,
    ) -> Result<&Channel, Failure> {
        let all: Vec<&Channel> = self.channels.iter().collect();
        choose::one(&all, named, &self.tokens, suits)
    }

    /// A channel's token, if the channel is known.
    #[must_use]
    pub fn token_of(&self, id: ChannelId) -> Option<Address> {
        self.channels
            .iter()
            .find(|channel| channel.id == id)
            .map(|channel| channel.token)
    }
}

/// Where no daemon runs, that is what to say, and not that its token is missing.
fn absent_or(port: u16, failure: Failure) -> Failure {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpStream::connect_timeout(&address, KNOCK) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            Failure::Unreachable(format!("no daemon answers at http://{address}"))
        }
        _ => failure,
    }
}
