//! What windows of one account tell each other of its channels: enough to draw them, and nothing that anybody could sign or act upon.
//!
//! A window that waits says again and again that it looks, and which channel's page it shows; the one that runs answers with all
//! channels, and with the newest of that one's history.

use super::{Audience, LOOKING};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thunder_channel::{Address, Amount, ChannelId, ChannelKey, Epoch, Joining, PerSide};
use thunder_client::{Alarm, ChannelView, Delivery, Entry, History, PhaseView, Signing, Waiting};

/// How often channels are told of at most, in milliseconds: they change with every payment, and each time all of them are told.
pub const TOLD_EVERY_MS: u32 = 250;
/// The form of what is told. A window that was loaded before the app was changed may speak another.
const VERSION: u32 = 1;
/// Channels that are told of, newest first. Those that need somebody are told of besides.
const TOLD_CHANNELS: usize = 200;
/// Channels that are heard of: more than a window has.
const MAX_CHANNELS: usize = 1_000;
/// Entries of a history that are told of: as many as are drawn of it at first.
const MAX_ENTRIES: usize = 12;
/// Windows that are answered with what they show. More than a person has of one account.
const MAX_LOOKERS: usize = 8;
/// Characters that are read: a thousand channels, and the histories of eight, take less.
const MAX_TEXT: usize = 2_000_000;

/// The name under which windows tell each other of the channels of a seat.
#[must_use]
pub fn name(seat: &str) -> String {
    format!("{seat}/channels")
}

/// What a window says that waits, and shows this channel's page, if any.
#[must_use]
pub fn looking(at: Option<ChannelId>) -> String {
    match at {
        Some(id) => format!("{LOOKING} {id}"),
        None => LOOKING.to_owned(),
    }
}

/// The windows that look.
#[derive(Clone, Debug, Default)]
pub struct Lookers(Vec<(Option<ChannelId>, Audience)>);

impl Lookers {
    /// Takes in what another window said. Whether it was that it looks: everything else is nothing.
    pub fn hear(&mut self, text: &str, now_ms: u64) -> bool {
        let at = match text.strip_prefix(LOOKING).map(Joining::parse) {
            Some(Ok(Joining::Channel(id))) => Some(id),
            _ if text == LOOKING => None,
            _ => return false,
        };
        self.0
            .retain(|(other, audience)| *other != at && audience.is_there(now_ms));
        if self.0.len() < MAX_LOOKERS {
            self.0.push((at, Audience::looking(now_ms)));
        }
        true
    }

    /// Whether anybody still looks. Nothing is said to nobody.
    #[must_use]
    pub fn are_there(&self, now_ms: u64) -> bool {
        self.0.iter().any(|(_, audience)| audience.is_there(now_ms))
    }

    fn look_at(&self, id: ChannelId) -> bool {
        self.0.iter().any(|(at, _)| *at == Some(id))
    }
}

/// The channels as the window that runs has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The hub's clock, if it was read.
    pub clock: Option<u64>,
    /// Newest first. What is not told of them is as in an open channel where nothing waits.
    pub views: Vec<ChannelView>,
}

#[derive(Serialize, Deserialize)]
struct Message {
    version: u32,
    clock: Option<u64>,
    channels: Vec<Told>,
}

/// A channel, by the fields of [`ChannelView`].
#[derive(Serialize, Deserialize)]
struct Told {
    key: ChannelKey,
    epoch: Epoch,
    phase: PhaseView,
    joined: bool,
    balances: PerSide<Amount>,
    spendable: Amount,
    receivable: Amount,
    unconfirmed: PerSide<Amount>,
    /// A window of an earlier version does not say it.
    #[serde(default)]
    on_hold: PerSide<Amount>,
    totals: PerSide<Amount>,
    waiting: Option<(Amount, Waiting)>,
    guaranteed: Amount,
    delivery: Delivery,
    /// A window of an earlier version does not say it.
    #[serde(default)]
    peer_online: bool,
    alarm: Option<Alarm>,
    seen: Amount,
    entries: Vec<Entry>,
}

impl Shown {
    /// What is said to those that look.
    #[must_use]
    pub fn to_text(&self, lookers: &Lookers) -> String {
        let told = self.views.iter().enumerate().filter(|(place, view)| {
            *place < TOLD_CHANNELS || view.alarm.is_some() || lookers.look_at(view.id)
        });
        let message = Message {
            version: VERSION,
            clock: self.clock,
            channels: told
                .map(|(_, view)| Told::of(view, lookers.look_at(view.id)))
                .collect(),
        };
        // Strings, numbers and lists always have a JSON form.
        serde_json::to_string(&message).unwrap_or_default()
    }

    /// Reads what was told to the windows of an account. `None` where it is of another version, of channels that are not the account's,
    /// or more than a window would say.
    #[must_use]
    pub fn parse(text: &str, account: Address) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let message: Message = serde_json::from_str(text).ok()?;
        if message.version != VERSION || message.channels.len() > MAX_CHANNELS {
            return None;
        }
        let views: Option<Vec<_>> = message
            .channels
            .into_iter()
            .map(|channel| channel.view(account))
            .collect();
        let views = views?;
        let ids: BTreeSet<_> = views.iter().map(|view| view.id).collect();
        (ids.len() == views.len()).then_some(Self {
            clock: message.clock,
            views,
        })
    }

    /// One channel.
    #[must_use]
    pub fn view(&self, id: ChannelId) -> Option<&ChannelView> {
        self.views.iter().find(|view| view.id == id)
    }
}

impl Told {
    fn of(view: &ChannelView, with_history: bool) -> Self {
        let newest = if with_history { MAX_ENTRIES } else { 0 };
        let mut entries: Vec<_> = view.entries.iter().rev().take(newest).cloned().collect();
        entries.reverse();
        Self {
            key: view.key,
            epoch: view.epoch,
            phase: view.phase,
            joined: view.joined,
            balances: view.balances,
            spendable: view.spendable,
            receivable: view.receivable,
            unconfirmed: view.unconfirmed,
            on_hold: view.on_hold,
            totals: view.totals,
            waiting: view.waiting,
            guaranteed: view.guaranteed,
            delivery: view.delivery,
            peer_online: view.peer_online,
            alarm: view.alarm,
            seen: view.seen,
            entries,
        }
    }

    fn view(self, account: Address) -> Option<ChannelView> {
        let holder = self.key.side_of(account)?;
        (self.entries.len() <= MAX_ENTRIES).then(|| ChannelView {
            id: self.key.id(self.epoch),
            key: self.key,
            epoch: self.epoch,
            holder,
            phase: self.phase,
            joined: self.joined,
            fault: None,
            balances: self.balances,
            spendable: self.spendable,
            receivable: self.receivable,
            unconfirmed: self.unconfirmed,
            on_hold: self.on_hold,
            deposits: PerSide::default(),
            totals: self.totals,
            waiting: self.waiting,
            guaranteed: self.guaranteed,
            signing: Signing::PaymentKey,
            followed: true,
            delivery: self.delivery,
            peer_online: self.peer_online,
            alarm: self.alarm,
            proposal: None,
            settle_for_me: false,
            requests_to_me: Vec::new(),
            requests_by_me: Vec::new(),
            can_note: false,
            read: Amount::ZERO,
            seen: self.seen,
            unwelcome: Amount::ZERO,
            entries: self.entries.into_iter().collect::<History>(),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::state::{
        exhibits,
        mirror::LOOKS_EVERY_MS,
        standing::tests::{units, view},
    };
    use thunder_channel::Side;
    use thunder_client::EntryKind;

    const NOW: u64 = 1_000;

    /// Alice's channel number so much.
    pub fn channel(salt: u64) -> ChannelView {
        let key = ChannelKey { salt, ..view().key };
        ChannelView {
            id: key.id(0),
            key,
            alarm: Some(Alarm::Understated {
                loss: units(3),
                closes_at: 110,
            }),
            waiting: Some((units(7), Waiting::Uncovered)),
            entries: (0..20)
                .map(|block| {
                    let amount = units(1);
                    Entry::new(block, EntryKind::Opened { block, amount })
                })
                .collect(),
            ..view()
        }
    }

    fn shown(views: Vec<ChannelView>) -> Shown {
        Shown {
            clock: Some(10),
            views,
        }
    }

    fn lookers(at: Option<ChannelId>) -> Lookers {
        let mut lookers = Lookers::default();
        assert!(lookers.hear(&looking(at), NOW));
        lookers
    }

    fn account() -> Address {
        view().key.alice
    }

    #[test]
    fn what_one_window_has_another_draws() {
        let phases = [
            PhaseView::Open,
            PhaseView::Closing {
                closer: Side::Bob,
                closes_at: 110,
                clock: 10,
                recorded: view().totals,
                payout: view().balances,
            },
            PhaseView::Settled { paid_out: None },
        ];
        let views: Vec<_> = (0..)
            .zip(phases)
            .map(|(salt, phase)| ChannelView {
                phase,
                ..channel(salt)
            })
            .collect();
        let looked_at = views[1].id;
        let text = shown(views.clone()).to_text(&lookers(Some(looked_at)));
        let heard = Shown::parse(&text, account()).unwrap();
        assert_eq!(heard.clock, Some(10));
        for (heard, view) in heard.views.iter().zip(&views) {
            let history = if view.id == looked_at { 8..20 } else { 0..0 };
            assert!(heard.entries.iter().map(|entry| entry.at).eq(history));
            // The rest of it: what is not told is what nobody waits for.
            let told = ChannelView {
                entries: view.entries.clone(),
                deposits: view.deposits,
                can_note: view.can_note,
                read: view.read,
                ..heard.clone()
            };
            assert_eq!(told, *view);
        }
        assert_eq!(heard.views.len(), 3);
        assert_eq!(heard.view(looked_at).map(|view| view.id), Some(looked_at));
        // The other side's window reads it from its side.
        let theirs = Shown::parse(&text, view().key.bob).unwrap();
        assert_eq!(theirs.views[0].holder, Side::Bob);
    }

    #[test]
    fn nothing_is_drawn_of_what_no_window_would_say() {
        let good = shown(vec![channel(1)]).to_text(&lookers(Some(channel(1).id)));
        assert!(Shown::parse(&good, account()).is_some());
        for (from, to) in [
            (r#""version":1"#, r#""version":2"#),
            (r#""clock":10"#, r#""clock":-1"#),
            (r#""epoch":0"#, r#""epoch":4294967296"#),
            (r#""joined":true"#, r#""joined":1"#),
            (r#""spendable":""#, r#""spendable":"-"#),
            // Beyond what a channel can hold.
            (r#""seen":""#, r#""seen":"99999999999999999999"#),
            (r#""phase":"Open""#, r#""phase":"Paid""#),
            (r#""channels":["#, r#""channels":[null,"#),
            ("}]}", "}]"),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from}");
            assert_eq!(Shown::parse(&bad, account()), None, "{to}");
        }
        for other in ["", "{}", "[]", LOOKING, &"[".repeat(100_000)] {
            assert_eq!(Shown::parse(other, account()), None);
        }
        let stranger = Address::repeat_byte(7);
        assert_eq!(Shown::parse(&good, stranger), None, "somebody else's channel");
        let none = lookers(None);
        let twice = shown(vec![channel(1), channel(1)]).to_text(&none);
        assert_eq!(Shown::parse(&twice, account()), None, "one channel twice");
        let many = shown((0..1_001).map(channel).collect()).to_text(&none);
        assert_eq!(Shown::parse(&many, account()), None, "too many");
        let padded = format!("{good}{}", " ".repeat(MAX_TEXT));
        assert_eq!(Shown::parse(&padded, account()), None, "too long");
        let mut long: serde_json::Value = serde_json::from_str(&good).unwrap();
        let entries = long["channels"][0]["entries"].as_array_mut().unwrap();
        entries.push(entries[0].clone());
        assert_eq!(Shown::parse(&long.to_string(), account()), None, "a long history");
    }

    #[test]
    fn the_newest_are_told_and_those_that_need_somebody() {
        let calm = |salt| ChannelView {
            alarm: None,
            ..channel(salt)
        };
        let mut views: Vec<_> = (0..300).map(calm).collect();
        views[250] = channel(250);
        let looked_at = views[299].id;
        let text = shown(views.clone()).to_text(&lookers(Some(looked_at)));
        let heard = Shown::parse(&text, account()).unwrap();
        let ids: Vec<_> = heard.views.iter().map(|view| view.id).collect();
        let expected = (0..200).chain([250, 299]).map(|place| views[place].id);
        assert_eq!(ids, expected.collect::<Vec<_>>());
    }

    #[test]
    fn all_that_a_window_may_have_can_be_read() {
        let paid = |at: u64| EntryKind::Paid {
            by: Side::Alice,
            amount: Amount::MAX,
            total: Amount::MAX,
            nonce: at.to_string(),
            payments: at,
        };
        let views: Vec<_> = (0..1_000)
            .map(|salt| ChannelView {
                balances: exhibits::open(account()).balances,
                entries: (0..20).map(|at| Entry::new(u64::MAX, paid(at))).collect(),
                ..channel(u64::MAX - salt)
            })
            .collect();
        let mut all = Lookers::default();
        for view in &views[..20] {
            assert!(all.hear(&looking(Some(view.id)), NOW));
        }
        let heard = Shown::parse(&shown(views).to_text(&all), account()).unwrap();
        assert_eq!(heard.views.len(), 1_000);
        let with_history = heard.views.iter().filter(|view| !view.entries.is_empty());
        assert_eq!(with_history.count(), MAX_LOOKERS);
    }

    #[test]
    fn nothing_is_said_to_who_looks_no_more() {
        let mut lookers = Lookers::default();
        for nothing in ["", "looking at you", "looking 0x12", "{}", "[]", "lookin"] {
            assert!(!lookers.hear(nothing, NOW), "{nothing}");
        }
        assert!(!lookers.are_there(NOW));
        let id = channel(1).id;
        assert!(lookers.hear(&looking(Some(id)), NOW));
        let later = NOW + u64::from(LOOKS_EVERY_MS) * 2;
        assert!(lookers.hear(LOOKING, later));
        assert!(lookers.are_there(later) && lookers.look_at(id));
        // The first has gone.
        assert!(lookers.hear(LOOKING, later + 4_000));
        assert!(!lookers.look_at(id));
        assert!(lookers.are_there(later + 4_000));
        assert!(!lookers.are_there(later + 9_000));
    }
}
