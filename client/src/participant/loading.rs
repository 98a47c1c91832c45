//! Reading a store back: each record by itself, on all of the machine's cores where there are many, and then together.
//!
//! Most of it is checking signatures and reading timelines. A page in a browser has one thread, and few records.

use super::{
    Participant,
    channel::Channel,
    notes::Notes,
    paid_once::{PaidLog, Shelf},
    records::{Record, SCAN, Scan},
    spending::{SPENDING, Spending},
    timeline::{Stored, Timeline},
};
use crate::{Config, StoreError};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, rc::Rc};
use thunder_channel::{ChannelId, Side};

/// Records from which on another thread is worth its start.
const MANY: usize = 500;

/// A record that was read.
enum Loaded<'a> {
    Channel(ChannelId, Side, Box<Record>),
    Page(&'a str, Stored),
    Notes(&'a str, Box<Notes>),
    Shelf(u16, Shelf),
    Scan(Scan),
    Spending(Spending),
    /// Not a participant's.
    Foreign,
}

impl Participant {
    /// A participant with what its store holds. Keys that are not a participant's are left alone.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] names the first record that cannot be what was written.
    pub fn new(config: Config, records: &[(String, String)]) -> Result<Self, StoreError> {
        let mut participant = Self::empty(config);
        let loaded = load(&participant.config, records)?;
        let mut channels = Vec::new();
        let (mut timelines, mut notes) = (BTreeMap::<_, Timeline>::new(), BTreeMap::new());
        for record in loaded {
            match record {
                Loaded::Channel(id, holder, record) => channels.push(Channel::new(id, holder, *record)),
                Loaded::Page(id, page) => timelines.entry(id).or_default().insert(page),
                Loaded::Notes(id, read) => drop(notes.insert(id, *read)),
                Loaded::Shelf(number, shelf) => participant.paid_once.put(number, shelf),
                Loaded::Scan(scan) => participant.scan = scan,
                Loaded::Spending(spending) => participant.spending = spending,
                Loaded::Foreign => (),
            }
        }
        for mut channel in channels {
            let id = channel.id.to_string();
            if let Some(timeline) = timelines.remove(id.as_str()) {
                channel.timeline = timeline;
            }
            if let Some(notes) = notes.remove(id.as_str()) {
                channel.notes = Rc::new(notes);
            }
            participant.channels.insert_mut(channel.id, Rc::new(channel));
        }
        Ok(participant)
    }
}

/// Everything in the records, in their order.
fn load<'a>(config: &Config, records: &'a [(String, String)]) -> Result<Vec<Loaded<'a>>, StoreError> {
    let read = |records: &'a [(String, String)]| -> Result<Vec<_>, StoreError> {
        records
            .iter()
            .map(|(key, value)| one(config, key, value))
            .collect()
    };
    let threads = threads().min(records.len() / MANY);
    if threads <= 1 {
        return read(records);
    }
    let parts = records.chunks(records.len().div_ceil(threads));
    let parts: Result<Vec<Vec<_>>, _> = std::thread::scope(|scope| {
        let begun: Vec<_> = parts.map(|part| scope.spawn(move || read(part))).collect();
        let ended = begun.into_iter().map(|thread| match thread.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.collect()
    });
    Ok(parts?.into_iter().flatten().collect())
}

#[cfg(not(target_arch = "wasm32"))]
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

#[cfg(target_arch = "wasm32")]
const fn threads() -> usize {
    1
}

fn one<'a>(config: &Config, key: &'a str, value: &str) -> Result<Loaded<'a>, StoreError> {
    if let Some(read) = Record::read(config, key, value) {
        let (id, holder, record) = read?;
        return Ok(Loaded::Channel(id, holder, Box::new(record)));
    }
    if let Some(read) = Stored::read(key, value) {
        return read.map(|(id, page)| Loaded::Page(id, page));
    }
    if let Some(read) = Notes::read(key, value) {
        return read.map(|(id, notes)| Loaded::Notes(id, Box::new(notes)));
    }
    if let Some(read) = PaidLog::read(key, value) {
        return read.map(|(number, shelf)| Loaded::Shelf(number, shelf));
    }
    match key {
        SCAN => json(key, value).map(Loaded::Scan),
        SPENDING => json(key, value).map(Loaded::Spending),
        _ => Ok(Loaded::Foreign),
    }
}

fn json<T: DeserializeOwned>(key: &str, value: &str) -> Result<T, StoreError> {
    serde_json::from_str(value).map_err(|_| StoreError::Corrupt { key: key.to_owned() })
}
