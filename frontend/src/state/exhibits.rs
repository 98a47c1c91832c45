//! Channels made up for the gallery: one for each state that a page can show.

pub mod flows;
pub mod lists;
pub mod sessions;

use super::{
    config::Token,
    fees::Fees,
    snapshot::{Latest, Snapshot},
    standing::entry_block,
};
use std::rc::Rc;
use thunder_channel::{
    Address, Amount, Bytes32, ChannelId, ChannelKey, MemoText, PerSide, Policy, RequestNumber, Side,
};
use thunder_client::{
    Alarm, ChannelView, Delivery, Entry, EntryKind, EntryMemo, History, PhaseView, Proposal, RequestState,
    RequestView, Signing, SpendingLimit, SpendingView, TermsFault, Waiting,
};

/// The hub's clock in the gallery.
pub const NOW: u64 = 1_000;
/// People's time there, in milliseconds since 1970.
pub const NOW_MS: u64 = LAST + 60_000;
/// When a period that runs is over there.
pub const CLOSES_AT: u64 = NOW + 87;
/// When its settlements expire.
pub const EXPIRY: u64 = NOW + 25;
/// Digits of the token that its amounts are in.
const DECIMALS: u8 = 18;

/// So many whole tokens.
#[must_use]
pub fn tokens(text: &str) -> Amount {
    Amount::parse(text, DECIMALS).unwrap_or(Amount::MAX)
}

/// What was read of the wallet and the chain: ether in `coin`, and two gwei for a unit of gas.
#[must_use]
pub fn latest(coin: Token) -> Latest {
    Latest(Rc::new(Snapshot {
        wallet: vec![(coin.address, Some(tokens("1.5")))],
        fees: Some(Fees {
            gas_price: 2_000_000_000,
            coin,
        }),
        ..Snapshot::default()
    }))
}

fn pair(alice: &str, bob: &str) -> PerSide<Amount> {
    PerSide {
        alice: tokens(alice),
        bob: tokens(bob),
    }
}

/// An open channel in which alice, who looks, put in 1,250 and both have paid.
#[must_use]
pub fn open(token: Address) -> ChannelView {
    ChannelView {
        id: ChannelId(Bytes32::repeat_byte(0x5a)),
        key: ChannelKey {
            alice: Address::repeat_byte(0xa1),
            alice_signer: Address::repeat_byte(0xa2),
            bob: Address::repeat_byte(0xb3),
            bob_signer: Address::repeat_byte(0xb4),
            token,
            finalization_period: 100,
            policy: Policy::Refute,
            salt: 1,
        },
        epoch: 0,
        holder: Side::Alice,
        phase: PhaseView::Open,
        joined: true,
        fault: None,
        balances: pair("1004.5", "245.5"),
        spendable: tokens("1004.5"),
        receivable: tokens("245.5"),
        unconfirmed: pair("0", "0"),
        on_hold: pair("0", "0"),
        deposits: pair("1250", "0"),
        totals: pair("250", "4.5"),
        waiting: None,
        guaranteed: tokens("1004.5"),
        signing: Signing::PaymentKey,
        followed: true,
        delivery: Delivery::Relayed,
        peer_online: true,
        alarm: None,
        proposal: None,
        settle_for_me: false,
        requests_to_me: Vec::new(),
        requests_by_me: Vec::new(),
        can_note: true,
        read: tokens("4.5"),
        seen: tokens("250"),
        unwelcome: Amount::ZERO,
        entries: history().into_iter().collect(),
    }
}

/// Nothing was paid in it yet.
#[must_use]
pub fn fresh(token: Address) -> ChannelView {
    ChannelView {
        balances: pair("1250", "0"),
        spendable: tokens("1250"),
        receivable: Amount::ZERO,
        totals: pair("0", "0"),
        guaranteed: tokens("1250"),
        delivery: Delivery::Nothing,
        peer_online: false,
        entries: History::default(),
        ..open(token)
    }
}

/// Handed to the wallet, and not yet read from the chain.
#[must_use]
pub fn opening(token: Address) -> ChannelView {
    ChannelView {
        phase: PhaseView::Opening,
        spendable: Amount::ZERO,
        ..fresh(token)
    }
}

/// Opened by the other side; `fault`: with a key that is not the holder's.
#[must_use]
pub fn offered(token: Address, fault: bool) -> ChannelView {
    ChannelView {
        holder: Side::Bob,
        joined: false,
        fault: fault.then_some(TermsFault::OtherSigner),
        guaranteed: Amount::ZERO,
        ..fresh(token)
    }
}

/// A deposit that is not deep enough, money that waits for it, and a payment that the relay does not have yet.
#[must_use]
pub fn waiting(token: Address) -> ChannelView {
    ChannelView {
        unconfirmed: pair("0", "300"),
        waiting: Some((tokens("12.25"), Waiting::Uncovered)),
        delivery: Delivery::Stored,
        seen: tokens("110"),
        peer_online: false,
        ..open(token)
    }
}

/// The wallet signs each payment, and nobody has proved to the relay who reads.
#[must_use]
pub fn signed_by_wallet(token: Address) -> ChannelView {
    ChannelView {
        signing: Signing::WalletOrDelegate,
        followed: false,
        delivery: Delivery::Signing,
        ..open(token)
    }
}

/// One side has proposed to end together.
#[must_use]
pub fn proposed(token: Address, by: Side) -> ChannelView {
    let view = open(token);
    // Whoever has signed an offer neither pays nor is paid while it is good.
    let free = |amount| if by == view.holder { Amount::ZERO } else { amount };
    ChannelView {
        spendable: free(view.spendable),
        receivable: free(view.receivable),
        proposal: Some(Proposal::Settlement {
            by,
            payout: view.balances,
            expiry: EXPIRY,
            declined: false,
        }),
        ..view
    }
}

/// One side wants to take money out.
#[must_use]
pub fn taking_out(token: Address, by: Side) -> ChannelView {
    let amount = tokens("45.5");
    let mut view = open(token);
    // One's own offer is on hold from its signature on; the other side's only once it is agreed to.
    if by == view.holder {
        view.balances[by] = view.balances[by].saturating_sub(amount);
        view.on_hold[by] = amount;
        view.spendable = view.balances[by];
    }
    ChannelView {
        proposal: Some(Proposal::Withdrawal {
            by,
            amount,
            expiry: EXPIRY,
            declined: false,
        }),
        ..view
    }
}

/// The holder wants to take money out, and the counterparty will not have it.
#[must_use]
pub fn taking_out_declined(token: Address) -> ChannelView {
    let view = taking_out(token, Side::Alice);
    let proposal = view.proposal.map(|proposal| match proposal {
        Proposal::Withdrawal {
            by, amount, expiry, ..
        } => Proposal::Withdrawal {
            by,
            amount,
            expiry,
            declined: true,
        },
        settlement @ Proposal::Settlement { .. } => settlement,
    });
    ChannelView { proposal, ..view }
}

/// Both sides ask to be paid, and some of it was said in words.
#[must_use]
pub fn requests(token: Address) -> ChannelView {
    let memo = |text| MemoText::parse(text).unwrap_or_default();
    let request = |number, amount, text, state| RequestView {
        number: RequestNumber::MIN.saturating_add(number),
        amount: tokens(amount),
        expiry: NOW_MS / 1_000 + 20 * 3_600,
        memo: memo(text),
        state,
    };
    let mut view = open(token);
    view.requests_to_me = vec![
        request(
            0,
            "12.5",
            "Two tickets for Friday, and the coffee afterwards",
            RequestState::Open,
        ),
        request(1, "3", "", RequestState::Open),
    ];
    view.requests_by_me = vec![
        request(
            0,
            "1000",
            "A wish that is longer than most, so that it needs a second line",
            RequestState::Declined,
        ),
        request(1, "4.5", "Lunch", RequestState::Answered { total: tokens("4.5") }),
        request(2, "20", "", RequestState::Open),
    ];
    view.seen = tokens("20");
    let with_memo = |mut entry: Entry| {
        if let EntryKind::Paid { by, total, .. } = &entry.kind {
            let (text, asked) = match by {
                Side::Alice => ("Rent for the room, November", false),
                Side::Bob => ("Lunch", true),
            };
            entry.memos.push(EntryMemo {
                total: *total,
                request: asked.then_some(RequestNumber::MIN),
                text: memo(text),
            });
        }
        entry
    };
    view.entries = view.entries.iter().cloned().map(with_memo).collect();
    view
}

/// The holder's close was handed to its wallet.
#[must_use]
pub fn close_sent(token: Address) -> ChannelView {
    ChannelView {
        phase: PhaseView::CloseSent { deadline: EXPIRY },
        spendable: Amount::ZERO,
        ..open(token)
    }
}

/// The finalization period runs, or at `clock` it is over.
#[must_use]
pub fn closing(token: Address, closer: Side, clock: u64) -> ChannelView {
    let view = open(token);
    let mut entries = history();
    let closed = EntryKind::Closing {
        closer,
        closes_at: CLOSES_AT,
        block: 987,
    };
    entries.push(Entry {
        transaction: transaction(&closed),
        ..Entry::new(LAST, closed)
    });
    ChannelView {
        phase: PhaseView::Closing {
            closer,
            closes_at: CLOSES_AT,
            clock,
            recorded: view.totals,
            payout: view.balances,
        },
        spendable: Amount::ZERO,
        entries: entries.into_iter().collect(),
        ..view
    }
}

/// The finalization period runs, and the watchtower was asked to settle after it.
#[must_use]
pub fn watched(token: Address) -> ChannelView {
    ChannelView {
        settle_for_me: true,
        ..closing(token, Side::Bob, NOW)
    }
}

/// The counterparty closes with less than it signed.
#[must_use]
pub fn understated(token: Address) -> ChannelView {
    let alarm = Alarm::Understated {
        loss: tokens("300"),
        closes_at: CLOSES_AT,
    };
    ChannelView {
        alarm: Some(alarm),
        ..closing(token, Side::Bob, NOW)
    }
}

/// The period ended before what the counterparty signed was shown.
#[must_use]
pub fn missed(token: Address) -> ChannelView {
    let view = closing(token, Side::Bob, CLOSES_AT);
    ChannelView {
        alarm: Some(Alarm::Missed { loss: tokens("300") }),
        ..view
    }
}

/// Paid out; `read`: and the event that says how much has been read.
#[must_use]
pub fn settled(token: Address, read: bool) -> ChannelView {
    let paid_out = open(token).balances;
    let view = closing(token, Side::Alice, CLOSES_AT);
    ChannelView {
        phase: PhaseView::Settled {
            paid_out: read.then_some(paid_out),
        },
        ..view
    }
}

/// Limits of which some is used up.
#[must_use]
pub fn spending(token: Address) -> SpendingView {
    SpendingView {
        token,
        limit: SpendingLimit {
            per_payment: Some(tokens("50")),
            per_day: Some(tokens("300")),
        },
        spent_today: tokens("254.5"),
    }
}

/// When its story began and ended, in milliseconds since 1970.
const FIRST: u64 = 1_763_700_000_000;
const LAST: u64 = FIRST + 5_400_000;

fn history() -> Vec<Entry> {
    let paid = |by, amount, total, payments| EntryKind::Paid {
        by,
        amount: tokens(amount),
        total: tokens(total),
        nonce: "7".to_owned(),
        payments,
    };
    let told = [
        EntryKind::Opened {
            block: 12,
            amount: tokens("1000"),
        },
        EntryKind::Deposited {
            side: Side::Alice,
            amount: tokens("250"),
            block: 15,
        },
        paid(Side::Alice, "20", "20", 1),
        paid(Side::Bob, "4.5", "4.5", 1),
        paid(Side::Alice, "230", "250", 46),
    ];
    (FIRST..)
        .step_by(900_000)
        .zip(told)
        .map(|(at, kind)| Entry {
            transaction: transaction(&kind),
            ..Entry::new(at, kind)
        })
        .collect()
}

/// One of each block.
fn transaction(kind: &EntryKind) -> Option<Bytes32> {
    entry_block(kind).map(|block| Bytes32::repeat_byte(block.to_le_bytes()[0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::Standing;

    #[test]
    fn every_standing_is_shown() {
        let token = Address::repeat_byte(7);
        let shown = [
            opening(token),
            offered(token, false),
            open(token),
            close_sent(token),
            closing(token, Side::Bob, NOW),
            closing(token, Side::Bob, CLOSES_AT),
            settled(token, true),
        ];
        let standings: Vec<_> = shown.iter().map(|view| Standing::of(view).words()).collect();
        assert_eq!(
            standings,
            [
                "Opening",
                "Offered",
                "Open",
                "Closing soon",
                "Closing",
                "Ready to settle",
                "Settled"
            ]
        );
    }

    #[test]
    fn what_is_shown_adds_up() {
        let view = open(Address::repeat_byte(7));
        let sum = |pair: PerSide<Amount>| pair.alice.checked_add(pair.bob);
        assert_eq!(sum(view.balances), sum(view.deposits));
        assert_eq!(tokens("1250"), view.deposits.alice);
    }
}
