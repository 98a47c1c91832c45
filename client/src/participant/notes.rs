//! What is stored of a channel's notes, apart from the money: no amount that counts is computed from it.

use super::limits::{MAX_DECLINES, MAX_WAITING_MEMOS};
use crate::{EntryMemo, StoreError, Write};
use serde::{Deserialize, Serialize};
use thunder_channel::{
    Amount, Bytes32, Cancellation, ChannelId, Memo, PaymentRequest, PerSide, RequestNumber, SignedNote,
    wire::{MAX_MEMOS, MAX_REQUESTS},
};

/// Keys of notes: this and the channel's id.
const NOTES: &str = "notes/";
/// The version of these records; another one is not read.
const VERSION: u32 = 1;

/// The notes of one channel. Every list is in the order of its numbers or totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notes {
    version: u32,
    /// The highest number that the holder gave to any request, sent or not.
    pub last_number: u64,
    /// The holder's newest requests.
    pub asked: Vec<Asked>,
    /// The counterparty's newest requests.
    pub requested: Vec<Requested>,
    /// The counterparty's requests up to this number gave way to newer ones and do not come again.
    pub displaced: u64,
    /// Memos of each side's whose payment is not in the timeline yet.
    pub waiting: PerSide<Vec<EntryMemo>>,
    /// The holder's memos that no snapshot has shown yet: said again with each.
    pub unconfirmed: Vec<Memo>,
    /// Up to which total of the counterparty's the holder was shown its payments.
    pub read: Amount,
    /// Up to which total of the holder's the counterparty says it was shown them.
    pub seen: Amount,
    /// The holder's total up to which the counterparty wants no more that is paid by itself.
    #[serde(default)]
    pub unwelcome: Amount,
    /// The counterparty's wishes that the holder does not want to be asked about again, by their digests, the newest last.
    #[serde(default)]
    pub declined: Vec<Bytes32>,
    /// The holder's wishes that the counterparty says it declines.
    #[serde(default)]
    pub turned_down: Vec<Bytes32>,
}

/// A request of the holder's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    pub request: SignedNote<PaymentRequest>,
    pub cancellation: Option<SignedNote<Cancellation>>,
    /// What was credited when it was made, on top of which an answer pays. Nothing for one that was made elsewhere.
    pub base: Amount,
    /// The counterparty's total by which it says that it has paid it.
    pub answer: Option<Amount>,
}

/// A request of the counterparty's, or what took it back before it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requested {
    pub number: RequestNumber,
    pub request: Option<PaymentRequest>,
    pub cancelled: bool,
    /// The holder's total that paid it.
    pub answer: Option<Amount>,
}

impl Default for Notes {
    fn default() -> Self {
        Self {
            version: VERSION,
            last_number: 0,
            asked: Vec::new(),
            requested: Vec::new(),
            displaced: 0,
            waiting: PerSide::default(),
            unconfirmed: Vec::new(),
            read: Amount::ZERO,
            seen: Amount::ZERO,
            unwelcome: Amount::ZERO,
            declined: Vec::new(),
            turned_down: Vec::new(),
        }
    }
}

impl Notes {
    /// Adds a request of the holder's; the lowest number gives way, as it does at the relay.
    pub fn ask(&mut self, asked: Asked) {
        let number = asked.request.note.number;
        self.last_number = self.last_number.max(number.get());
        let place = self.asked.partition_point(|other| other.number() < number);
        self.asked.insert(place, asked);
        if self.asked.len() > MAX_REQUESTS {
            self.asked.remove(0);
        }
    }

    pub fn asked_mut(&mut self, number: RequestNumber) -> Option<&mut Asked> {
        self.asked.iter_mut().find(|asked| asked.number() == number)
    }

    /// The place of a request of the counterparty's; `None` for one that has given way to newer ones.
    pub fn requested_mut(&mut self, number: RequestNumber) -> Option<&mut Requested> {
        if number.get() <= self.displaced {
            return None;
        }
        let place = self.requested.partition_point(|other| other.number < number);
        if self
            .requested
            .get(place)
            .is_none_or(|other| other.number != number)
        {
            self.requested.insert(
                place,
                Requested {
                    number,
                    request: None,
                    cancelled: false,
                    answer: None,
                },
            );
        }
        if self.requested.len() > MAX_REQUESTS {
            self.displaced = self.requested.remove(0).number.get();
        }
        self.requested.iter_mut().find(|other| other.number == number)
    }

    /// Remembers a memo of the holder's until a snapshot shows it; the lowest total gives way, as it does at the relay.
    pub fn remember(&mut self, memo: Memo) {
        self.unconfirmed.push(memo);
        if self.unconfirmed.len() > MAX_MEMOS {
            self.unconfirmed.remove(0);
        }
    }

    pub fn write(&self, id: ChannelId) -> Write {
        Write::Put {
            key: format!("{NOTES}{id}"),
            value: super::json(self),
        }
    }

    /// Reads a record back, with the channel's id; `None` for another kind of record.
    pub fn read<'a>(key: &'a str, value: &str) -> Option<Result<(&'a str, Self), StoreError>> {
        let id = key.strip_prefix(NOTES)?;
        let read = serde_json::from_str(value).ok();
        let notes = read.filter(|notes: &Self| notes.version == VERSION && notes.is_bounded());
        Some(
            notes
                .map(|notes| (id, notes))
                .ok_or_else(|| StoreError::Corrupt { key: key.to_owned() }),
        )
    }

    fn is_bounded(&self) -> bool {
        let waiting = [&self.waiting.alice, &self.waiting.bob];
        self.asked.len() <= MAX_REQUESTS
            && self.requested.len() <= MAX_REQUESTS
            && self.unconfirmed.len() <= MAX_MEMOS
            && waiting.iter().all(|memos| memos.len() <= MAX_WAITING_MEMOS)
            && self.declined.len().max(self.turned_down.len()) <= MAX_DECLINES
    }
}

/// Keeps a decline as the newest; the oldest gives way.
pub fn remember(declines: &mut Vec<Bytes32>, statement: Bytes32) {
    declines.retain(|other| *other != statement);
    declines.push(statement);
    if declines.len() > MAX_DECLINES {
        declines.remove(0);
    }
}

impl Asked {
    pub const fn number(&self) -> RequestNumber {
        self.request.note.number
    }
}
