//! Why a [`Refusal`](crate::Refusal) says no, where there is more than one reason: types, so that a host can say it in another language.

use thiserror::Error;
use thunder_ethereum::{ChainError, H256, WalletError};

/// What a channel is, where a command needs it to be something else. The words end "the channel is …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PhaseFault {
    /// It has not been opened.
    #[error("not open on the chain yet")]
    Absent,
    /// It is open.
    #[error("open")]
    Open,
    /// A side has closed it.
    #[error("closing")]
    Closing,
    /// It has been paid out.
    #[error("settled")]
    Settled,
    /// Its period is over and nobody has settled it.
    #[error("past its finalization period; settle it")]
    Overdue,
    /// The holder closed it, and cannot accept its own close.
    #[error("closed by you; the other side can accept it, or wait for the period to end")]
    ClosedByYou,
    /// Its period runs.
    #[error("still in its finalization period")]
    Running,
}

/// Why a settlement or withdrawal by agreement cannot be made or agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProposalFault {
    /// There is none.
    #[error("nothing has been proposed")]
    Nothing,
    /// Another one has taken its place.
    #[error("the proposal has changed; look at it again")]
    Changed,
    /// It is over.
    #[error("this proposal has expired; ask for a new one")]
    Expired,
    /// It would bind the channel for longer than this participant ever proposes.
    #[error("this proposal would hold the channel for too long; ask for a new one")]
    HoldsChannel,
    /// It would bind the money for longer than this participant ever proposes.
    #[error("this proposal would hold the money for too long; ask for a new one")]
    HoldsMoney,
    /// There are better claims than those it pays by.
    #[error("this proposal's totals are not the newest; ask for a new one")]
    OldTotals,
    /// A claim that was received is not credited.
    #[error("some of what you received does not count yet; wait until it does")]
    NotCounted,
    /// Accepting the close would pay the holder less than its claims do.
    #[error("the totals on record give you less than is yours: claim first")]
    LessThanYours,
    /// One's own still waits.
    #[error("you have already proposed to take money out; it was sent again")]
    AlreadyProposed,
    /// It has been used.
    #[error("this has been taken out already")]
    TakenOut,
    /// The counterparty does not have so much.
    #[error("this is more than the other side owns here")]
    AboveTheirs,
    /// The bound on signed withdrawals is reached.
    #[error("too many withdrawals wait here; let them be used or expire first")]
    TooMany,
}

/// Why a payment request cannot be made, paid or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RequestFault {
    /// It would expire before now.
    #[error("choose a time that is still to come until which it can be paid")]
    Past,
    /// There is none of this number.
    #[error("this request is not known here any more")]
    Unknown,
    /// The counterparty has paid it.
    #[error("this request has been paid")]
    Paid,
    /// The payment is lower.
    #[error("this is less than was asked for")]
    Less,
    /// Its time is over.
    #[error("this request has expired; ask for a new one")]
    Expired,
    /// Whoever asked no longer does.
    #[error("this request was taken back")]
    TakenBack,
    /// The holder has declined it.
    #[error("you have declined this request")]
    DeclinedByYou,
    /// The holder has paid it.
    #[error("you have paid this request already")]
    PaidByYou,
}

/// Why a backup is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BackupFault {
    /// Above every bound together.
    #[error("it holds more records than this app ever writes")]
    TooManyRecords,
    /// Not a record, or without proof.
    #[error("it holds a record that cannot be read or proves nothing")]
    Unreadable,
    /// The bound on channels would be passed.
    #[error("there would be too many channels here")]
    TooManyChannels,
}

/// Why the wallet did not do it. Nothing was changed on the chain by this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WalletFault {
    /// It refused, or its answer cannot be used.
    #[error(transparent)]
    Failed(#[from] WalletError),
    /// What it was to send was refused.
    #[error(transparent)]
    Unsent(#[from] ChainError),
    /// The person stopped waiting.
    #[error("you stopped waiting for the wallet; close its window before you try again")]
    GivenUp,
    /// No answer for a long time.
    #[error("your wallet has not answered; open it, close what waits there, and try again")]
    Silent,
    /// Its answer was no longer waited for.
    #[error("the wallet answered too late; try again")]
    Late,
    /// It signed in somebody else's name.
    #[error("the wallet signed with another account; select the right one and try again")]
    OtherAccount,
    /// Something else was paid meanwhile.
    #[error("this payment was overtaken; try again")]
    Overtaken,
}

/// Why the chain did not do it, or does not say.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChainFault {
    /// It refused or could not be asked.
    #[error(transparent)]
    Failed(#[from] ChainError),
    /// The account owns less.
    #[error("the account has too little of this token")]
    TooLittle,
    /// It was mined and reverted.
    #[error("the transaction was mined but the contract refused it: something came in between; look again")]
    Refused,
    /// It takes long.
    #[error("the transaction {0:#x} is sent but not mined yet; this page shows it once it is")]
    NotMined(H256),
}
