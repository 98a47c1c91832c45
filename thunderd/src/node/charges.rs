//! What is charged in channels for something served outside of the node: one total for each channel, beside what was paid.

use super::{Account, closing::unknown};
use crate::keystore::disk;
use thunder_api::{Charge, Charged, Code, Problem};
use thunder_channel::{
    Amount, ChannelId, SignedClaim,
    wire::{ClientFrame, RelayFrame},
};
use thunder_client::{ChannelView, Store, Write};

/// Where a channel's total is stored: this and its id. Not a participant's key.
const CHARGED: &str = "charged/";

/// Stands for a total that is not known: the channel came back by a backup, which may be older than the last charge.
const FORGOTTEN: &str = "forgotten";

/// Takes a claim in, if there is one, and charges if enough is left.
///
/// # Errors
/// There is no such channel, the claim is nobody's, or the disk refuses.
pub async fn charge(account: &Account, charge: Charge) -> Result<Charged, Problem> {
    let channel = charge.channel;
    let before = credited(&summary(account, channel)?);
    if let Some(claim) = charge.claim {
        take(account, channel, claim).await?;
    }
    let view = summary(account, channel)?;
    let credited = credited(&view);
    // From here on nothing is waited for but the disk: no two charges see the same rest.
    let known = account
        .store
        .record(&key(channel))
        .map_err(|error| disk(&error))?;
    let mut charged = match known.as_deref() {
        // What was paid before anybody asked was paid for something else.
        None => before,
        // What was paid by now may have been served already. It costs the payer a payment at most to start anew, and the payee nothing.
        Some(FORGOTTEN) => credited,
        Some(text) => {
            let broken = |_| Problem::new(Code::Store, "what was charged in this channel cannot be read");
            text.parse().map_err(broken)?
        }
    };
    let accepted = charge.amount <= credited.saturating_sub(charged);
    if accepted {
        // At most what was credited, which is an amount.
        charged = charged.checked_add(charge.amount).unwrap_or(charged);
    }
    let value = charged.to_string();
    if known.as_deref() != Some(value.as_str()) {
        put(account, channel, value).await?;
    }
    Ok(Charged {
        accepted,
        payer: view.key.address(view.holder.other()),
        token: view.key.token,
        credited,
        charged,
        left: credited.saturating_sub(charged),
    })
}

/// Whether anything is charged in a channel.
pub fn charges_in(account: &Account, channel: ChannelId) -> Result<bool, Problem> {
    let known = account
        .store
        .record(&key(channel))
        .map_err(|error| disk(&error))?;
    Ok(known.is_some())
}

/// Channels came back by a backup: what was charged in them is not known, unless this node has charged in them itself.
pub async fn forget(account: &Account, channels: impl Iterator<Item = ChannelId>) -> Result<(), Problem> {
    for channel in channels {
        let known = account
            .store
            .record(&key(channel))
            .map_err(|error| disk(&error))?;
        if known.is_none() {
            put(account, channel, FORGOTTEN.to_owned()).await?;
        }
    }
    Ok(())
}

/// A claim that came another way, as if the other side's node had brought it.
async fn take(account: &Account, channel: ChannelId, claim: SignedClaim) -> Result<(), Problem> {
    if claim.claim.channel != channel {
        return Err(Problem::new(Code::Malformed, "the claim is of another channel"));
    }
    let (payer, _) = account.driver.delivery(channel).ok_or_else(unknown)?;
    match account.driver.peer_says(payer, ClientFrame::Claim(claim)).await {
        Some(RelayFrame::Error { words, .. }) => Err(Problem::new(Code::Refused, words)),
        _ => Ok(()),
    }
}

fn summary(account: &Account, channel: ChannelId) -> Result<ChannelView, Problem> {
    account.driver.summary(channel).ok_or_else(unknown)
}

async fn put(account: &Account, channel: ChannelId, value: String) -> Result<(), Problem> {
    let key = key(channel);
    let written = account.store.commit(&[Write::Put { key, value }]).await;
    written.map_err(|error| Problem::new(Code::Store, error.to_string()))
}

fn key(channel: ChannelId) -> String {
    format!("{CHARGED}{channel}")
}

/// What the other side has paid.
fn credited(view: &ChannelView) -> Amount {
    view.totals[view.holder.other()]
}
