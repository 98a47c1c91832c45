//! Ending a channel: together where the other side answers, alone where it does not.

use super::Account;
use std::time::Duration;
use thunder_api::{Code, Problem};
use thunder_channel::ChannelId;
use thunder_client::{ChannelView, Command, Outcome, PhaseView};
use tokio::time::{Instant, timeout_at};

/// How long the other side is given to agree to a close, if no time is named, and at most.
pub const AGREEING: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(60));

/// Ends a channel. `None` if both agreed, and are paid; else the close that was sent.
///
/// # Errors
/// Why not, for who asked.
pub async fn close(account: &Account, id: ChannelId, wait: Duration) -> Result<Option<Outcome>, Problem> {
    if together(account, id, wait).await? {
        return Ok(None);
    }
    account.command(Command::Close { channel: id }).await.map(Some)
}

/// Proposes to end the channel, where the other side can be heard, and waits for it. `true` once the chain has paid both.
async fn together(account: &Account, id: ChannelId, wait: Duration) -> Result<bool, Problem> {
    let view = find(account, id)?;
    if view.phase != PhaseView::Open || !view.peer_online {
        return Ok(false);
    }
    account
        .command(Command::ProposeSettlement { channel: id })
        .await?;
    let until = Instant::now() + wait;
    loop {
        // Before the look, so that nothing that happens after it is missed.
        let moved = account.links.moved.notified();
        if matches!(find(account, id)?.phase, PhaseView::Settled { .. }) {
            return Ok(true);
        }
        if timeout_at(until, moved).await.is_err() {
            return Ok(false);
        }
    }
}

/// A channel that is shown.
///
/// # Errors
/// [`Code::UnknownChannel`]
pub fn find(account: &Account, id: ChannelId) -> Result<ChannelView, Problem> {
    account.driver.view(id).ok_or_else(unknown)
}

/// That a channel is not known.
pub fn unknown() -> Problem {
    Problem::new(
        Code::UnknownChannel,
        "this channel is not known here; `thunder-cli channels` lists them",
    )
}
