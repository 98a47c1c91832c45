//! Opening an account, and setting its triggers.

use super::{
    Account, Core, act,
    book::{self, Book},
    end, one, totals,
};
use crate::node::charges;
use thunder_api::{Code, Owned, PeerAccount, Problem, SetAccount};
use thunder_channel::{Address, Amount, ChannelId};
use thunder_client::{ChannelView, PhaseView};

/// Accounts of one node: more than it has links.
const MAX_ACCOUNTS: usize = 1_024;

/// Opens an account with a node, or sets its triggers.
///
/// # Errors
/// The triggers make no sense, or there is no channel for it.
pub fn set(
    core: &Core,
    account: &Account,
    peer: Address,
    wanted: &SetAccount,
) -> Result<PeerAccount, Problem> {
    let malformed = |words: &str| Problem::new(Code::Malformed, words);
    if peer == account.address() {
        return Err(malformed("this is the node itself"));
    }
    book::check(&wanted.triggers).map_err(malformed)?;
    let books = account.accounts.machine.borrow().books().clone();
    let book = match (books.get(&peer), wanted.channel) {
        (Some(book), None) => book.clone(),
        (Some(book), Some(named)) if book.channel == named => book.clone(),
        (Some(book), Some(named)) => moved(account, peer, book, named)?,
        (None, _) if books.len() >= MAX_ACCOUNTS => {
            return Err(Problem::new(Code::AboveLimit, "there are too many accounts"));
        }
        (None, Some(named)) => Book::new(fitting(account, peer, named)?, wanted.triggers.clone()),
        (None, None) => Book::new(only(account, peer)?, wanted.triggers.clone()),
    };
    let triggers = wanted.triggers.clone();
    let book = Book { triggers, ..book };
    let step = act(core, account, |machine, world| machine.set(peer, book, world));
    end(core, account, &step)?;
    account.duty.notify_one();
    one(account, peer)
}

/// The account goes on in another channel: what was paid in the former one is carried over.
fn moved(account: &Account, peer: Address, book: &Book, named: ChannelId) -> Result<Book, Problem> {
    let former = account.driver.summary(book.channel);
    let settled = |view: &ChannelView| matches!(view.phase, PhaseView::Settled { .. });
    let Some(former) = former.filter(settled) else {
        return Err(Problem::new(
            Code::WrongPhase,
            "the account's channel is not settled yet: until then, what is paid there may still change",
        ));
    };
    let channel = fitting(account, peer, named)?;
    let carried = book.paid(totals(&former));
    Ok(Book {
        channel,
        carried,
        ..book.clone()
    })
}

/// A channel that was named, if it can be an account's.
fn fitting(account: &Account, peer: Address, named: ChannelId) -> Result<ChannelId, Problem> {
    let view = account
        .driver
        .summary(named)
        .ok_or_else(super::super::closing::unknown)?;
    if view.key.address(view.holder.other()) != peer {
        return Err(Problem::new(
            Code::Malformed,
            "this channel is with another account",
        ));
    }
    match unfit(account, &view)? {
        None => Ok(named),
        Some(words) => Err(Problem::new(Code::WrongPhase, words)),
    }
}

/// The only channel with a node that can be an account's.
fn only(account: &Account, peer: Address) -> Result<ChannelId, Problem> {
    let mut found = Vec::new();
    for view in account.driver.summaries() {
        if view.key.address(view.holder.other()) == peer && unfit(account, &view)?.is_none() {
            found.push(view.id);
        }
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Problem::new(
            Code::WrongPhase,
            "there is no channel that an account with this node could be paid in: it needs an open one in which nothing was paid yet",
        )),
        _ => Err(Problem::new(
            Code::Malformed,
            "several channels could be meant: name the one that the account is to be paid in",
        )),
    }
}

/// Why a channel can not be an account's, if it can not.
fn unfit(account: &Account, view: &ChannelView) -> Result<Option<&'static str>, Problem> {
    const NOTHING: Owned = Owned {
        mine: Amount::ZERO,
        theirs: Amount::ZERO,
    };
    if !view.joined || view.phase != PhaseView::Open {
        return Ok(Some("this channel is not open"));
    }
    if totals(view) != NOTHING {
        return Ok(Some(
            "something was paid in this channel already, for something else: an account needs one of its own",
        ));
    }
    let contracts = account.service.contracts();
    let books = account.accounts.machine.borrow();
    if contracts.iter().any(|contract| contract.channel == Some(view.id))
        || books.books().values().any(|book| book.channel == view.id)
        || charges::charges_in(account, view.id)?
    {
        return Ok(Some(
            "this channel serves something else: an account needs one of its own",
        ));
    }
    Ok(None)
}
