//! What the participant shows, in the API's terms.

use crate::world::World;
use thunder_api::{Channel, HistoryEntry, HistoryKind, Invoice, InvoiceState, Owned, Phase, Proposal};
use thunder_channel::{Amount, ChannelId, PerSide, Side};
use thunder_client::{
    Alarm, ChannelView, Entry, EntryKind, PhaseView, Proposal as Proposed, RequestState, RequestView,
};

/// A channel.
pub fn channel(world: &World, view: &ChannelView) -> Channel {
    let holder = view.holder;
    let symbol = world.tokens.iter().find(|token| token.address == view.key.token);
    Channel {
        id: view.id,
        counterparty: view.key.address(holder.other()),
        token: view.key.token,
        symbol: symbol.map_or_else(|| "?".to_owned(), |token| token.symbol.clone()),
        policy: view.key.policy,
        period: view.key.finalization_period,
        opened_here: holder == Side::Alice,
        joined: view.joined,
        fault: view.fault.as_ref().map(ToString::to_string),
        phase: phase(view),
        balance: owned(holder, view.balances),
        deposit: owned(holder, view.deposits),
        paid: owned(holder, view.totals),
        spendable: view.spendable,
        receivable: view.receivable,
        guaranteed: view.guaranteed,
        counterparty_online: view.peer_online,
        alarm: view.alarm.map(alarm),
        proposal: view.proposal.map(|proposal| proposed(holder, proposal)),
        next: next(view),
    }
}

fn owned(holder: Side, of: PerSide<Amount>) -> Owned {
    Owned {
        mine: of[holder],
        theirs: of[holder.other()],
    }
}

/// Where a channel stands.
pub fn phase(view: &ChannelView) -> Phase {
    let holder = view.holder;
    match view.phase {
        PhaseView::Opening => Phase::Opening,
        PhaseView::Open => Phase::Open,
        PhaseView::CloseSent { deadline } => Phase::CloseSent { deadline },
        PhaseView::Closing {
            closer,
            closes_at,
            clock,
            payout,
            ..
        } => Phase::Closing {
            by_me: closer == holder,
            closes_at,
            clock,
            payout: owned(holder, payout),
        },
        PhaseView::Settled { paid_out } => Phase::Settled {
            payout: paid_out.map(|of| owned(holder, of)),
        },
    }
}

fn alarm(alarm: Alarm) -> String {
    match alarm {
        Alarm::Understated { closes_at, .. } => format!(
            "the other side closes with less than it signed: the node shows the hub its claim by itself; by hand, `challenge` before {closes_at}"
        ),
        Alarm::Missed { loss } => format!(
            "the period ended before the other side's claim was shown to the hub: {loss} of this node's money, in the token's smallest unit, went to the other side"
        ),
        Alarm::Unsure => "this copy may be older than another one: nothing is signed until the other node or the relay has shown what it has".to_owned(),
    }
}

fn proposed(holder: Side, proposal: Proposed) -> Proposal {
    match proposal {
        Proposed::Settlement {
            by, payout, expiry, ..
        } => Proposal::Settlement {
            by_me: by == holder,
            payout: owned(holder, payout),
            expiry,
        },
        Proposed::Withdrawal {
            by, amount, expiry, ..
        } => Proposal::Withdrawal {
            by_me: by == holder,
            amount,
            expiry,
        },
    }
}

/// What to do next.
fn next(view: &ChannelView) -> String {
    let words = match view.phase {
        PhaseView::Opening => "wait until the opening is deep enough in the chain",
        PhaseView::Open if !view.joined && view.fault.is_some() => {
            "nothing: its terms are not acceptable, and nothing in it counts"
        }
        PhaseView::Open if !view.joined => "wait: the node joins it",
        PhaseView::Open if view.spendable.is_zero() => "deposit, or wait to be paid",
        PhaseView::Open => "pay, or closechannel",
        PhaseView::CloseSent { .. } => "wait until the close is mined",
        PhaseView::Closing { closes_at, clock, .. } if clock < closes_at => {
            return format!("wait until {closes_at} in the hub's clock (now {clock}), then withdraw");
        }
        PhaseView::Closing { .. } => "withdraw",
        PhaseView::Settled { .. } => "nothing: it is paid out",
    };
    words.to_owned()
}

/// A line of the history.
pub fn entry(channel: ChannelId, holder: Side, entry: &Entry) -> HistoryEntry {
    HistoryEntry {
        at: entry.at,
        channel,
        kind: kind(holder, &entry.kind),
        memos: entry
            .memos
            .iter()
            .map(|memo| memo.text.as_str().to_owned())
            .filter(|text| !text.is_empty())
            .collect(),
    }
}

fn kind(holder: Side, kind: &EntryKind) -> HistoryKind {
    match *kind {
        EntryKind::Paid {
            by,
            amount,
            total,
            payments,
            ..
        } if by == holder => HistoryKind::Paid {
            amount,
            total,
            payments,
        },
        EntryKind::Paid {
            amount,
            total,
            payments,
            ..
        } => HistoryKind::Received {
            amount,
            total,
            payments,
        },
        EntryKind::Opened { block, amount } => HistoryKind::Opened { amount, block },
        EntryKind::Deposited { side, amount, block } => HistoryKind::Deposited {
            by_me: side == holder,
            amount,
            block,
        },
        EntryKind::Withdrawn { side, amount, block } => HistoryKind::Withdrawn {
            by_me: side == holder,
            amount,
            block,
        },
        EntryKind::Closing {
            closer,
            closes_at,
            block,
        } => HistoryKind::Closing {
            by_me: closer == holder,
            closes_at,
            block,
        },
        EntryKind::Claimed { payer, total, block } => HistoryKind::Claimed {
            paid_by_me: payer == holder,
            total,
            block,
        },
        EntryKind::Forfeited { closer, block } => HistoryKind::Forfeited {
            by_me: closer == holder,
            block,
        },
        EntryKind::Settled { paid_out, block } => HistoryKind::Settled {
            payout: owned(holder, paid_out),
            block,
        },
    }
}

/// A wish to be paid.
pub fn invoice(channel: ChannelId, by_me: bool, view: &RequestView) -> Invoice {
    Invoice {
        channel,
        number: view.number.get(),
        by_me,
        amount: view.amount,
        memo: view.memo.as_str().to_owned(),
        expiry: view.expiry,
        state: match view.state {
            RequestState::Open => InvoiceState::Open,
            RequestState::Expired => InvoiceState::Expired,
            RequestState::Cancelled => InvoiceState::Cancelled,
            RequestState::Declined => InvoiceState::Declined,
            RequestState::Answered { .. } => InvoiceState::Paid,
        },
    }
}
