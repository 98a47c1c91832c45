//! What a screen may show. Every number on a screen comes from here.

use crate::{History, Refusal, SpendingLimit};
use thiserror::Error;
use thunder_channel::{
    Address, Amount, Bytes32, ChannelId, ChannelKey, Epoch, KeyFault, MemoText, PerSide, RequestNumber, Side,
};

/// A channel as its holder may believe it to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelView {
    /// Its id.
    pub id: ChannelId,
    /// Its key.
    pub key: ChannelKey,
    /// Its life.
    pub epoch: Epoch,
    /// The side that looks.
    pub holder: Side,
    /// Where it stands.
    pub phase: PhaseView,
    /// Whether the holder took it as its own. Alice's are; bob joins.
    pub joined: bool,
    /// Why it can not be taken as the holder's own. Then nothing in it is money here: every amount is zero but `deposits`.
    pub fault: Option<TermsFault>,
    /// Who owns what now.
    pub balances: PerSide<Amount>,
    /// What the holder can pay now; nothing unless open and free to sign.
    pub spendable: Amount,
    /// What the counterparty can pay the holder now.
    pub receivable: Amount,
    /// Deposits that are not confirmed deep enough to count.
    pub unconfirmed: PerSide<Amount>,
    /// What the holder has signed to be taken out and the chain has not seen taken: no part of the balances. The hub knows nothing of it.
    pub on_hold: PerSide<Amount>,
    /// What each side has put in, as the head says.
    pub deposits: PerSide<Amount>,
    /// The totals: what each side has paid the other since the channel opened.
    pub totals: PerSide<Amount>,
    /// Received, but not money yet, and why.
    pub waiting: Option<(Amount, Waiting)>,
    /// What the holder gets if the counterparty vanishes now.
    pub guaranteed: Amount,
    /// Who signs the holder's payments.
    pub signing: Signing,
    /// Whether the relay can be asked for this channel: somebody has proved who reads. If not, nothing arrives until
    /// [`crate::Driver::follow`].
    pub followed: bool,
    /// How far the last payment has come.
    pub delivery: Delivery,
    /// Whether the counterparty is connected to the relay: a hint.
    pub peer_online: bool,
    /// What needs attention first.
    pub alarm: Option<Alarm>,
    /// What the counterparty, or the holder, has proposed.
    pub proposal: Option<Proposal>,
    /// Whether the watchtower was asked to settle the channel for the holder.
    pub settle_for_me: bool,
    /// What the counterparty asked to be paid, by number. Never paid by itself.
    pub requests_to_me: Vec<RequestView>,
    /// What the holder asked to be paid, by number.
    pub requests_by_me: Vec<RequestView>,
    /// Whether memos and read marks go along. Where the wallet signs every payment they do not: no window opens for them.
    pub can_note: bool,
    /// Up to which total of the counterparty's the holder was shown its payments, here or elsewhere.
    pub read: Amount,
    /// Up to which total of the holder's the counterparty says it was shown them: a hint, like all that it says.
    pub seen: Amount,
    /// The holder's total with the last payment after which the counterparty asked for no more that come by themselves.
    pub unwelcome: Amount,
    /// What happened, oldest first.
    pub entries: History,
}

/// What the payment key may pay of one token, and has paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendingView {
    /// The token; zero is ether.
    pub token: Address,
    /// What the person set.
    pub limit: SpendingLimit,
    /// What was paid today, under a limit or not.
    pub spent_today: Amount,
}

/// Why a channel is not taken as the holder's own (DESIGN.md, section 4, "whose channel").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TermsFault {
    /// The hub itself would refuse such a key.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// Another key than the holder's could pay in its name.
    #[error("somebody else's key could pay in your name here; ask for a new channel with your link")]
    OtherSigner,
    /// Not a token that the person chose.
    #[error("it is in a token that you have not accepted")]
    Token,
    /// The period is too short to be safe or too long to wait for.
    #[error("its finalization period of {period} is not between {min} and {max}")]
    Period {
        /// The channel's.
        period: u32,
        /// The shortest that is accepted.
        min: u32,
        /// The longest that is accepted.
        max: u32,
    },
    /// The person accepts refute channels only.
    #[error("it is a forfeit channel, and you accept only channels where a mistake can be corrected")]
    Forfeit,
}

/// Where a channel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PhaseView {
    /// Handed to the wallet or mined, but not read from the chain deep enough.
    Opening,
    /// Payments flow.
    Open,
    /// A close was handed to the wallet; nothing is signed until it is mined or `deadline` (hub clock) has passed.
    CloseSent {
        /// In the hub's clock.
        deadline: u64,
    },
    /// The finalization period runs, or is over and waits for settlement.
    Closing {
        /// Who closed.
        closer: Side,
        /// The hub's clock from which it can be settled.
        closes_at: u64,
        /// The hub's clock now.
        clock: u64,
        /// The totals the hub has recorded.
        recorded: PerSide<Amount>,
        /// What each would get if it were settled with those.
        payout: PerSide<Amount>,
    },
    /// Paid out.
    Settled {
        /// To whom how much, if the event has been read.
        paid_out: Option<PerSide<Amount>>,
    },
}

/// Why received money does not count yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Waiting {
    /// The payer's deposit does not cover it, or not deep enough yet.
    Uncovered,
    /// The chain has not been read recently.
    ChainStale,
    /// A settlement or close is under way.
    Frozen,
    /// Not joined yet.
    NotJoined,
}

/// Who signs the holder's payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// The payment key: no window.
    PaymentKey,
    /// The wallet, each time; a delegation would change that.
    WalletOrDelegate,
    /// The wallet, each time: a forfeit channel takes no delegation.
    WalletOnly,
}

/// How far the holder's best claim has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Delivery {
    /// Nothing was paid yet.
    Nothing,
    /// The wallet is asked to sign.
    Signing,
    /// Stored here; the relay does not have it yet.
    Stored,
    /// The relay has it durably.
    Relayed,
}

/// What needs attention first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Alarm {
    /// The counterparty closes with less than it signed: claim before `closes_at` or lose `loss`.
    Understated {
        /// What the holder would lose.
        loss: Amount,
        /// The hub's clock from which it is too late.
        closes_at: u64,
    },
    /// The period ended before the claim was shown: there is nothing left to do.
    Missed {
        /// What the holder loses of its own.
        loss: Amount,
    },
    /// This store may be an older copy than another one: nothing is signed until the relay has shown what it has.
    Unsure,
}

/// Something that waits for one side's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// To end the channel with these payouts, good until `expiry` in the hub's clock.
    Settlement {
        /// Who proposed.
        by: Side,
        /// What each side would get.
        payout: PerSide<Amount>,
        /// In the hub's clock.
        expiry: u64,
        /// Whether the counterparty says that it will not. It still could.
        declined: bool,
    },
    /// To take money out.
    Withdrawal {
        /// Who proposed, and gets it.
        by: Side,
        /// How much.
        amount: Amount,
        /// In the hub's clock.
        expiry: u64,
        /// Whether the counterparty says that it will not. It still could.
        declined: bool,
    },
}

/// What the holder has asked of the counterparty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To end the channel together.
    Settlement,
    /// To let so much be taken out.
    Withdrawal(Amount),
    /// To pay so much.
    Request(Amount),
}

/// One side's request to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestView {
    /// Tells it from the side's other requests in the channel.
    pub number: RequestNumber,
    /// How much.
    pub amount: Amount,
    /// Until when, in seconds since 1970.
    pub expiry: u64,
    /// What for.
    pub memo: MemoText,
    /// How it stands.
    pub state: RequestState,
}

/// How a payment request stands, by this host's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// It waits to be paid.
    Open,
    /// It was not paid in time.
    Expired,
    /// The one who asked took it back.
    Cancelled,
    /// The one who was asked will not pay it.
    Declined,
    /// Paid. Of the holder's own request the payer says so, and at least as much as was asked for has been credited since.
    Answered {
        /// The payer's total with that payment.
        total: Amount,
    },
}

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// Milliseconds since 1970, by this host's clock.
    pub at: u64,
    /// What happened.
    pub kind: EntryKind,
    /// What the payer wrote beside the payments of this entry, by total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memos: Vec<EntryMemo>,
    /// The transaction of what happened on the chain. Not known of what an earlier version stored and the chain was not read for again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Bytes32>,
}

impl Entry {
    /// An entry without memos and of no transaction.
    #[must_use]
    pub const fn new(at: u64, kind: EntryKind) -> Self {
        Self {
            at,
            kind,
            memos: Vec::new(),
            transaction: None,
        }
    }
}

/// What the payer wrote beside one payment.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EntryMemo {
    /// The payer's total with that payment, which says where in a burst it was.
    pub total: Amount,
    /// The payee's request that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestNumber>,
    /// The words; can be empty where a request is answered.
    pub text: MemoText,
}

/// What happened in a channel.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryKind {
    /// `by` paid `amount`, reaching `total`. `payments` above one: what a burst or an absence collapsed.
    Paid {
        /// The payer.
        by: Side,
        /// The rise of the credited total.
        amount: Amount,
        /// The total after it.
        total: Amount,
        /// The claim's nonce, a label.
        nonce: String,
        /// How many payments it may stand for, by the nonces' difference; at least one.
        payments: u64,
    },
    /// Opened on the chain.
    Opened {
        /// The block.
        block: u64,
        /// The first deposit.
        amount: Amount,
    },
    /// Deposited on the chain.
    Deposited {
        /// For whom.
        side: Side,
        /// How much.
        amount: Amount,
        /// The block.
        block: u64,
    },
    /// Taken out on the chain.
    Withdrawn {
        /// By whom.
        side: Side,
        /// How much.
        amount: Amount,
        /// The block.
        block: u64,
    },
    /// A close was mined.
    Closing {
        /// By whom.
        closer: Side,
        /// From when it can be settled, in the hub's clock.
        closes_at: u64,
        /// The block.
        block: u64,
    },
    /// A higher claim was shown.
    Claimed {
        /// Whose claim.
        payer: Side,
        /// Its total.
        total: Amount,
        /// The block.
        block: u64,
    },
    /// The closer had understated and lost everything.
    Forfeited {
        /// Who lost.
        closer: Side,
        /// The block.
        block: u64,
    },
    /// Paid out.
    Settled {
        /// To whom how much.
        paid_out: PerSide<Amount>,
        /// The block.
        block: u64,
    },
}

/// Something a person should be told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Money arrived and counts.
    Received {
        /// In which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
    },
    /// The counterparty asks to be paid.
    Requested {
        /// In which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
    },
    /// The counterparty says that it will not do what the holder asked for.
    Declined {
        /// In which channel.
        channel: ChannelId,
        /// What it was.
        wish: Wish,
    },
    /// Somebody opened a channel with the holder.
    Offered {
        /// Which channel.
        channel: ChannelId,
        /// By whom.
        by: Address,
    },
    /// The holder's own withdrawal has certainly expired unused: its amount is no longer on hold.
    WithdrawalLapsed {
        /// In which channel.
        channel: ChannelId,
        /// How much was to be taken out.
        amount: Amount,
    },
    /// A backup was taken in.
    Restored {
        /// Channels of which it had something better than what was here.
        taken: u32,
        /// Channels of which what is here is as good or newer.
        kept: u32,
    },
    /// The relay refused something.
    RelayRefused {
        /// The relay's words, shortened.
        words: String,
    },
    /// The relay or the peer showed a higher claim of our own that this store had forgotten; it was adopted.
    OwnClaimAdopted {
        /// In which channel.
        channel: ChannelId,
        /// Its total.
        total: Amount,
    },
    /// Something the relay sent was not believed.
    Disbelieved {
        /// Why, in words.
        words: String,
    },
    /// Something arrived that could not be stored, so it does not count yet. It is asked for again.
    StoreFailed {
        /// Why.
        why: Refusal,
    },
}
