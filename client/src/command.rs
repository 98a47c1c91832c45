//! What a person asks of a participant, and why it says no.

use crate::{
    BackupFault, ChainFault, PaymentReference, PhaseFault, ProposalFault, RequestFault, StoreError,
    TermsFault, WalletFault,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use thunder_channel::{Address, Amount, ChannelId, ChannelKey, KeyFault, MemoText, RequestNumber, Signature};

/// What a person asks for. Amounts are in the token's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open a channel and put `amount` in. The transaction is ready once the effects ran.
    Open {
        /// The key; its salt is random, drawn by the host.
        key: ChannelKey,
        /// The first deposit; may be nothing.
        amount: Amount,
    },
    /// Put more money into an open channel, for the holder's own side.
    Deposit {
        /// Which channel.
        channel: ChannelId,
        /// How much more.
        amount: Amount,
    },
    /// Take a channel that somebody opened with the holder as one's own. Costs no transaction.
    Join {
        /// Which channel.
        channel: ChannelId,
    },
    /// Use this delegation of the holder's signer to the payment key, so that paying opens no wallet window.
    Delegate {
        /// Which channel.
        channel: ChannelId,
        /// The signer's signature over [`thunder_channel::Delegation`] to the payment key.
        delegation: Signature,
    },
    /// Let the payment key follow the channel at the relay, where the wallet signs every payment.
    Follow {
        /// Which channel.
        channel: ChannelId,
        /// The account's signature over [`thunder_channel::Reading`] to the payment key.
        reading: Signature,
    },
    /// Pay the counterparty.
    Pay {
        /// Which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
        /// What for, in words for the counterparty. Only where the payment key signs.
        memo: Option<MemoText>,
        /// The counterparty's request that this pays.
        request: Option<RequestNumber>,
    },
    /// The same, once per reference however often it is asked for: a reference that was paid by in this channel and with this
    /// amount changes nothing.
    PayOnce {
        /// What the caller names it by.
        reference: PaymentReference,
        /// Which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
        /// What for.
        memo: Option<MemoText>,
        /// The counterparty's request that this pays.
        request: Option<RequestNumber>,
    },
    /// Ask the counterparty to pay.
    Request {
        /// Which channel.
        channel: ChannelId,
        /// How much.
        amount: Amount,
        /// Until when, in seconds since 1970.
        expiry: u64,
        /// What for; can be empty.
        memo: MemoText,
    },
    /// Take a request of the holder's back.
    CancelRequest {
        /// Which channel.
        channel: ChannelId,
        /// Which request.
        number: RequestNumber,
    },
    /// The holder has been shown what the counterparty paid. Says so to the counterparty where the payment key signs, and does
    /// nothing elsewhere.
    MarkRead {
        /// Which channel.
        channel: ChannelId,
        /// The counterparty's total that was shown.
        total: Amount,
    },
    /// Close one-sidedly with the best claims; starts the finalization period.
    Close {
        /// Which channel.
        channel: ChannelId,
    },
    /// Close as a cheat would, declaring less than was paid. Development chains only: it shows what the hub does about it.
    CloseUnderstating {
        /// Which channel.
        channel: ChannelId,
        /// What to say was paid in total.
        paid: Amount,
    },
    /// Show the hub the best received claim during the finalization period.
    Claim {
        /// Which channel.
        channel: ChannelId,
    },
    /// Pay both sides out after the finalization period.
    Settle {
        /// Which channel.
        channel: ChannelId,
    },
    /// Consent to the closer's totals, so that both are paid at once.
    Accept {
        /// Which channel.
        channel: ChannelId,
    },
    /// Offer the counterparty to end the channel at once with the current totals.
    ProposeSettlement {
        /// Which channel.
        channel: ChannelId,
    },
    /// Sign the counterparty's settlement and send both signatures to the hub.
    AgreeSettlement {
        /// Which channel.
        channel: ChannelId,
    },
    /// Offer to take `amount` out of the open channel.
    ProposeWithdrawal {
        /// Which channel.
        channel: ChannelId,
        /// How much to take out.
        amount: Amount,
    },
    /// Sign the counterparty's withdrawal and send both signatures to the hub.
    AgreeWithdrawal {
        /// Which channel.
        channel: ChannelId,
    },
    /// Do not end the channel together: the offer is no longer shown here, and the counterparty is told where that needs no wallet
    /// window. Nothing was signed, so nothing is on hold.
    DeclineSettlement {
        /// Which channel.
        channel: ChannelId,
    },
    /// Do not take part in the counterparty's withdrawal, in the same way.
    DeclineWithdrawal {
        /// Which channel.
        channel: ChannelId,
    },
    /// Do not pay a request of the counterparty's, in the same way.
    DeclineRequest {
        /// Which channel.
        channel: ChannelId,
        /// Which request.
        number: RequestNumber,
    },
    /// Ask the counterparty not to go on paying by itself, as by a stream. What it has paid stays paid; it is told where that needs no
    /// wallet window, and may go on.
    DeclinePayments {
        /// Which channel.
        channel: ChannelId,
    },
    /// Ask the relay's watchtower to settle once the finalization period is over. It is no promise: anybody may settle then.
    SettleForMe {
        /// Which channel.
        channel: ChannelId,
    },
    /// Limit what the payment key may pay of a token without the wallet.
    LimitSpending {
        /// The token; zero is ether.
        token: Address,
        /// The limit from now on.
        limit: SpendingLimit,
    },
    /// Have the hub pay out what a failed push left.
    Collect {
        /// The token; zero is ether.
        token: Address,
    },
}

/// What the payment key may pay of one token; nothing set is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendingLimit {
    /// In one payment.
    pub per_payment: Option<Amount>,
    /// In one day of this host's clock, UTC.
    pub per_day: Option<Amount>,
}

/// Why a command changes nothing. The words say what the person can do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The key can never be a channel.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The holder is not alice of the key it wants to open, or alice's signer is not its own.
    #[error("you can only open a channel in your own name")]
    NotYours,
    /// The counterparty of a new channel is the holder.
    #[error("this is your own address: enter the other person's")]
    OwnAddress,
    /// No such channel.
    #[error("this channel is not known here yet; wait until the chain has been read")]
    UnknownChannel,
    /// The command makes no sense in the channel's phase.
    #[error("this is not possible now: the channel is {0}")]
    Phase(#[from] PhaseFault),
    /// The holder does not take this channel as its own.
    #[error("this channel is not taken as yours: {0}")]
    NotAccepted(#[from] TermsFault),
    /// Not joined yet.
    #[error("join this channel first")]
    NotJoined,
    /// Nothing to do.
    #[error("enter an amount above zero")]
    Zero,
    /// Above what can be paid.
    #[error("you can pay at most {spendable} (smallest units) in this channel")]
    AboveSpendable {
        /// The most that can be paid.
        spendable: Amount,
    },
    /// Above what the person lets the payment key pay at once.
    #[error("your limit is {limit} (smallest units) per payment: change it in Account, or pay less")]
    AbovePaymentLimit {
        /// The limit.
        limit: Amount,
    },
    /// Above what the person lets the payment key pay in a day.
    #[error(
        "your limit is {limit} (smallest units) a day, of which {left} is left: change it in Account, or pay less"
    )]
    AboveDayLimit {
        /// The limit.
        limit: Amount,
        /// What is left of it today.
        left: Amount,
    },
    /// The reference names another payment already.
    #[error("this key was used for another payment: take a new one")]
    ReferenceUsed,
    /// A backup is not taken in.
    #[error("this backup cannot be used: {0}")]
    Backup(#[from] BackupFault),
    /// Both deposits together would leave `uint96`.
    #[error("this is more than a channel can hold")]
    AboveChannel,
    /// The last nonce or the highest total is reached.
    #[error("this channel has reached the highest number it can sign; settle it and open a new one")]
    Exhausted,
    /// A close was handed to a wallet and may still be mined.
    #[error(
        "this channel is about to close: nothing is signed until the close is mined or block {deadline} has passed"
    )]
    ClosingSent {
        /// In the hub's clock.
        deadline: u64,
    },
    /// A settlement was signed and may still be shown.
    #[error("you signed a settlement: nothing else is signed until it is used or clock {expiry} has passed")]
    SettlementSigned {
        /// In the hub's clock.
        expiry: u64,
    },
    /// The wallet has a request open for this channel.
    #[error("your wallet has a request open for this channel: answer it first")]
    WalletBusy,
    /// Delegations are refused in forfeit channels.
    #[error("a forfeit channel takes no delegated signatures: payments here are signed with the wallet")]
    ForfeitDelegation,
    /// The given delegation is not by the signer.
    #[error("this signature does not allow the payment key: it was made by another account")]
    BadDelegation,
    /// The counterparty proposed nothing, or it has expired, or its totals are not the best known.
    #[error("{0}")]
    Proposal(#[from] ProposalFault),
    /// The wallet signs here, and no window opens for a memo.
    #[error("payments here are signed in your wallet, which signs no memos: pay without one")]
    MemoByWallet,
    /// The payment request cannot be made, paid or taken back.
    #[error("{0}")]
    Request(#[from] RequestFault),
    /// The hub already has the best claim.
    #[error("the hub already knows your best claim")]
    NothingToClaim,
    /// A restored or second store does not know whether it is the newest.
    #[error(
        "this copy may be older than another one: waiting for the relay to confirm before anything is signed"
    )]
    Unsure,
    /// The chain was not read recently.
    #[error("the chain has not answered for a while; nothing is signed until it does")]
    ChainStale,
    /// The store refused to write. Nothing was sent.
    #[error("this browser could not store it, so nothing was sent: {0}")]
    Store(#[from] StoreError),
    /// The wallet refused or failed. Nothing was changed on the chain by this.
    #[error("{0}")]
    Wallet(#[from] WalletFault),
    /// The chain refused or could not be asked. The words say which.
    #[error("{0}")]
    Chain(#[from] ChainFault),
    /// Only on development chains.
    #[error("this is possible on a development chain only")]
    DevelopmentOnly,
}
