//! What is charged in channels for something served outside of the node: one total for each channel, beside what was paid.

use super::Account;
use crate::{keystore::disk, store::SqliteStore};
use std::rc::Rc;
use thunder_api::{Charge, Charged, Code, Problem};
use thunder_channel::{Amount, ChannelId, wire::ClientFrame};
use thunder_client::{ChannelView, Store, Write};

/// Where a channel's total is stored: this and its id. Not a participant's key.
const CHARGED: &str = "charged/";

/// Takes a claim in, if there is one, and charges if enough is left.
///
/// # Errors
/// There is no such channel, the claim is nobody's, or the disk refuses.
pub async fn charge(account: &Account, charge: Charge) -> Result<Charged, Problem> {
    if let Some(claim) = charge.claim {
        if claim.claim.channel != charge.channel {
            return Err(Problem::new(Code::Malformed, "the claim is of another channel"));
        }
        let (payer, _) = account
            .driver
            .delivery(charge.channel)
            .ok_or_else(super::closing::unknown)?;
        let answer = account.driver.peer_says(payer, ClientFrame::Claim(claim)).await;
        if let Some(thunder_channel::wire::RelayFrame::Error { words, .. }) = answer {
            return Err(Problem::new(Code::Refused, words));
        }
    }
    let view = account
        .driver
        .summary(charge.channel)
        .ok_or_else(super::closing::unknown)?;
    // From here on nothing is waited for but the disk: no two charges see the same rest.
    let before = charged(&account.store, charge.channel)?;
    let left = credited(&view).saturating_sub(before);
    let accepted = charge.amount <= left;
    let mut now = before;
    if accepted && !charge.amount.is_zero() {
        // Both are at most what was credited, which is an amount.
        now = before.checked_add(charge.amount).unwrap_or(before);
        let put = Write::Put {
            key: format!("{CHARGED}{}", charge.channel),
            value: now.to_string(),
        };
        let written = account.store.commit(&[put]).await;
        written.map_err(|error| Problem::new(Code::Store, error.to_string()))?;
    }
    Ok(Charged {
        accepted,
        payer: view.key.address(view.holder.other()),
        token: view.key.token,
        credited: credited(&view),
        charged: now,
        left: credited(&view).saturating_sub(now),
    })
}

/// What the other side has paid.
fn credited(view: &ChannelView) -> Amount {
    view.totals[view.holder.other()]
}

fn charged(store: &Rc<SqliteStore>, channel: ChannelId) -> Result<Amount, Problem> {
    let text = store
        .record(&format!("{CHARGED}{channel}"))
        .map_err(|error| disk(&error))?;
    let Some(text) = text else {
        return Ok(Amount::ZERO);
    };
    let broken = |_| Problem::new(Code::Store, "what was charged in this channel cannot be read");
    text.parse().map_err(broken)
}
