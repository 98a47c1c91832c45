//! Why a download does not go on.

use thiserror::Error;
use thunder_channel::metering::{HearFault, StatementFault, download::FrameFault};

use super::OfferFault;

/// Why a connection to a provider was given up. What was counted and signed until then stands.
#[derive(Debug, Error)]
pub enum DownloadFault {
    /// What came is not of this format.
    #[error("the provider says something that this page does not understand: {0}")]
    Frame(#[from] FrameFault),
    /// It speaks a newer version.
    #[error("the provider speaks version {0} of downloads, which this page does not know: reload the page")]
    Version(u32),
    /// Its challenge is for another address: signing it would let somebody in the middle speak for the client.
    #[error("the provider says that it was reached as {0}, and it was not")]
    Origin(String),
    /// Its offer is not taken.
    #[error(transparent)]
    Offer(#[from] OfferFault),
    /// Somebody else answers at the address.
    #[error("another provider answers at this address now than the one that this session is with")]
    OtherProvider,
    /// It took the sign-in for somebody else's.
    #[error("the provider took the sign-in for somebody else's")]
    SignIn,
    /// Its consent is to something else.
    #[error("the provider accepted another session or another deposit than it was asked for")]
    Acceptance,
    /// It said something that nobody asked for.
    #[error("the provider says something that belongs elsewhere in the conversation")]
    OutOfOrder,
    /// Bytes that do not fit.
    #[error("the provider sends other bytes than it said")]
    Bytes,
    /// The file has changed since a part of it came.
    #[error(
        "the file is another one now; what came of the former one does not belong to it: download it anew"
    )]
    OtherFile,
    /// A statement that binds nobody.
    #[error("the provider's count cannot be believed: {0}")]
    Statement(HearFault),
    /// It counts more than came, by more than is tolerated.
    #[error(
        "the provider says that it sent {theirs} bytes, and {ours} came: more than the terms tolerate is missing"
    )]
    Overcounted {
        /// What it says.
        theirs: u64,
        /// What came.
        ours: u64,
    },
    /// It contradicts itself.
    #[error("the provider has signed counts that contradict each other: it is dishonest, and this proves it")]
    Guilty,
    /// Its consent to the end is none.
    #[error("the provider's signature under the end is not its own: {0}")]
    Settlement(StatementFault),
    /// It said no, in its own words.
    #[error("the provider refuses: {0}")]
    Refused(String),
}
