//! Every bound of a participant, with its reason.

use thunder_ethereum::ClockMode;

/// How old the last reading of the chain may be, in milliseconds, for payments to be signed and credited. A page in the
/// background gets a timer once a minute, so this is a few of those; a finalization period is far longer.
pub const MAX_READING_AGE_MS: u64 = 180_000;

/// Timeline entries kept per channel, newest first to stay: years of a person's payments, or hours of a machine's. Money never depends
/// on them.
pub const MAX_ENTRIES: usize = PAGE_ENTRIES * PAGES;

/// Timeline entries per stored record, so that a payment rewrites a few kilobytes however long the timeline is.
pub const PAGE_ENTRIES: usize = 50;

/// Stored timeline records per channel besides the one being filled.
pub const PAGES: usize = 200;

/// Equal payments in a row, each soon after the other, from which on they are one entry: more than a person makes by hand.
pub const RUN_PAYMENTS: usize = 5;

/// The longest time between two payments of a run, in milliseconds: a stream pays every second.
pub const RUN_GAP_MS: u64 = 5_000;

/// Records that a backup of so many channels may hold: every one's money and each of its timeline's pages, and a few of the whole
/// store's.
#[must_use]
pub const fn backup_records(channels: usize) -> usize {
    channels.saturating_mul(PAGES + 2).saturating_add(10)
}

/// Withdrawals of one channel that the holder has signed and that have neither expired nor been used.
pub const MAX_SIGNED_WITHDRAWALS: usize = 8;

/// Memos shown at one timeline entry, which stands for many payments where a burst or an absence collapsed them. At its worst a
/// stored page of entries has half a megabyte by this.
pub const MAX_ENTRY_MEMOS: usize = 16;

/// Bytes of all memos in a channel's timeline, beyond which its oldest pages are forgotten: somebody who pays little and writes much
/// fills no disk. At the usual length of a memo it is more than all entries have.
pub const MAX_MEMO_TEXT: usize = 1_000_000;

/// Memos of one side that wait for their payment: as many as the relay keeps.
pub const MAX_WAITING_MEMOS: usize = thunder_channel::wire::MAX_MEMOS;

/// Declined wishes of each side that are remembered: twice as many as can wait at once, since declines of payments come among them.
pub const MAX_DECLINES: usize = 2 * (thunder_channel::wire::MAX_REQUESTS + 2);

/// The holder's newest claims that a decline may name: a stream pays every second, and a decline is on its way for less than that
/// many. Not stored: a stream does not outlive its page.
pub const RECENT_CLAIMS: usize = 32;

/// The shortest time between two read marks, in milliseconds: a stream of payments is not answered by a stream of marks. What is
/// held back is said with a later mark, at the latest when the chain is next read.
pub const READ_MARK_MS: u64 = 1_000;

/// How often a connection's relay can make the page say that it is not believed, or that it refused something. More are
/// counted only: a hostile relay cannot flood the screen.
pub const MAX_RELAY_NOTICES: u32 = 5;

/// The longest text from a relay that is shown, in characters.
pub const MAX_WORDS: usize = 200;

/// How long to wait, in milliseconds, before saying to the relay again what it has not answered.
pub const RETRY_MS: u64 = 5_000;

/// Within how long, in milliseconds, two questions on a link have crossed each other on the way.
pub const CROSSING_MS: u64 = 100;

/// How long a channel that was handed to the wallet is shown as opening, in milliseconds, without the chain knowing it.
pub const OPENING_MS: u64 = 900_000;

/// Settled blocks after which the place of the scan is written down even if nothing happened.
pub const SCAN_RECORD_BLOCKS: u64 = 500;

/// How long a close may wait in the wallet and the chain, in the hub's clock: until then nothing is signed.
#[must_use]
pub const fn close_deadline(mode: ClockMode) -> u64 {
    match mode {
        ClockMode::Blocks => 10,
        ClockMode::Seconds => 180,
    }
}

/// How long a signed settlement is good, in the hub's clock: minutes, because its signer signs nothing else until then.
#[must_use]
pub const fn settlement_expiry(mode: ClockMode) -> u64 {
    match mode {
        ClockMode::Blocks => 25,
        ClockMode::Seconds => 300,
    }
}

/// How long a signed withdrawal is good, in the hub's clock: until then its amount is on hold.
#[must_use]
pub const fn withdrawal_expiry(mode: ClockMode) -> u64 {
    match mode {
        ClockMode::Blocks => 50,
        ClockMode::Seconds => 600,
    }
}

/// How many times our own expiry a counterparty may ask for: its clock can be ahead, but nobody freezes us for long.
pub const MAX_EXPIRY_FACTOR: u64 = 2;
