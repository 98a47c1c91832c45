//! The commands, one file for each group.

mod accounts;
mod backup;
mod channels;
mod closing;
mod distrust;
mod fetch;
mod history;
mod meter;
mod node;
mod payments;
mod sessions;
mod shell;
mod traffic;
mod wallet;
mod watch;

use crate::arguments::{Arguments, Command};
use crate::exit::Failure;
use crate::session::Session;

/// Does what was typed.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    // Two of the commands ask no daemon.
    let session = || Session::begin(arguments);
    match &arguments.command {
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { directory } => shell::manual(directory),
        Command::Infos => node::infos(&session()?),
        Command::Connect { address } => node::connect(&session()?, address),
        Command::Peers => node::peers(&session()?),
        Command::Forget { account } => node::forget(&session()?, *account),
        Command::ImportWallet(import) => wallet::import(&session()?, import),
        Command::Unlock(source) => wallet::unlock(&session()?, source),
        Command::Lock => wallet::lock(&session()?),
        Command::Balance => wallet::balance(&session()?),
        Command::OpenChannel(open) => channels::open(&session()?, open),
        Command::Channels => channels::list(&session()?),
        Command::Channel { channel } => channels::one(&session()?, channel),
        Command::Deposit { amount, channel } => channels::deposit(&session()?, amount, channel.as_ref()),
        Command::Evidence { channel } => channels::evidence(&session()?, channel),
        Command::Pay(pay) => payments::pay(&session()?, pay),
        Command::Fetch(chosen) => fetch::fetch(&session()?, chosen),
        Command::Tariff { provider } => traffic::tariff(&session()?, provider),
        Command::Use(chosen) => traffic::use_traffic(&session()?, chosen),
        Command::Unuse { socks } => sessions::unuse(&session()?, *socks),
        Command::Sessions => sessions::list(&session()?),
        Command::Session { command } => sessions::one(&session()?, command),
        Command::Blacklist => distrust::list(&session()?),
        Command::Distrust { account, because } => distrust::distrust(&session()?, *account, because),
        Command::Trust { account } => distrust::trust(&session()?, *account),
        Command::Request(request) => payments::request(&session()?, request),
        Command::Invoices => payments::invoices(&session()?),
        Command::Cancel { channel, number } => payments::cancel(&session()?, channel, *number),
        Command::History { channel, limit } => history::list(&session()?, channel.as_ref(), *limit),
        Command::Watch => watch::run(&session()?),
        Command::CloseChannel(close) => closing::close(&session()?, close),
        Command::Challenge { channel } => closing::challenge(&session()?, channel.as_ref()),
        Command::Withdraw { channel, wait } => closing::withdraw(&session()?, channel.as_ref(), *wait),
        Command::Export { file } => backup::export(&session()?, file),
        Command::Import { file } => backup::import(&session()?, file),
        Command::Accounts => accounts::list(&session()?),
        Command::Account(account) => accounts::one(&session()?, account),
        Command::Swaps => accounts::swaps(&session()?),
    }
}
