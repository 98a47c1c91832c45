//! Streams: an amount every second, until it is stopped or has paid what it may. Runs in this window only; a reload pauses it.

use crate::words::say;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, rc::Rc};
use thunder_channel::{Amount, ChannelId};
use thunder_client::{ChannelView, PhaseView, Signing};
use yew::Reducible;

/// The longest time that is paid for at once, in milliseconds. A window in the background gets a timer once a minute; one that heard
/// nothing for longer was asleep, and nobody was being served.
pub const MAX_GAP_MS: u64 = 90_000;
/// How many streams are remembered.
const MAX_STREAMS: usize = 64;

/// An amount every second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stream {
    /// What flows in a second.
    pub per_second: Amount,
    /// What may flow in all.
    pub at_most: Amount,
    /// What has flowed.
    pub paid: Amount,
    /// What this side had paid in the channel in all when it last began to flow.
    #[serde(default)]
    pub since: Amount,
    /// Whether it flows.
    #[serde(skip)]
    pub flow: Flow,
}

/// Whether a stream flows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// It does, and is paid up to this moment, in milliseconds since 1970.
    Running {
        /// The moment.
        until: u64,
    },
    /// It does not, because the page was loaded anew.
    #[default]
    Reloaded,
    /// It does not, for another reason.
    Paused(Pause),
}

/// Why a stream does not flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The person wanted it.
    Asked,
    /// The other side asked for no more.
    Unwelcome,
    /// The other side is not connected: it would pay for nothing.
    Away,
    /// This window was asleep.
    Slept,
    /// All that may flow has flowed.
    AllPaid,
    /// Nothing is left that could be paid.
    Empty,
    /// The channel does not take payments by the payment key any more.
    Ended,
    /// A payment was refused, in words.
    Refused(String),
}

/// Every stream of this window, by channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Streams(Rc<BTreeMap<ChannelId, Stream>>);

/// What happens to the stream of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which channel.
    pub channel: ChannelId,
    /// What happens.
    pub what: What,
}

/// What happens to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It begins at this moment, in milliseconds since 1970.
    Start {
        /// What flows in a second.
        per_second: Amount,
        /// What may flow in all.
        at_most: Amount,
        /// The moment.
        now: u64,
        /// What this side has paid in the channel in all.
        total: Amount,
    },
    /// It flows again.
    Resume {
        /// From this moment on.
        now: u64,
        /// What this side has paid in the channel in all.
        total: Amount,
    },
    /// It does not flow for now.
    Pause(Pause),
    /// So much was paid, for the time up to this moment.
    Paid(Amount, u64),
    /// It is over.
    Stop,
}

/// What a running stream needs now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Pay so much, for the time up to this moment.
    Pay(Amount, u64),
    /// Pause it.
    Pause(Pause),
}

impl Stream {
    /// What is left to flow.
    #[must_use]
    pub fn left(&self) -> Amount {
        self.at_most.saturating_sub(self.paid)
    }

    /// What is to be done at this moment, in milliseconds since 1970, in a channel that looks like this.
    #[must_use]
    pub fn due(&self, view: Option<&ChannelView>, now: u64) -> Option<Due> {
        let Flow::Running { until } = self.flow else {
            return None;
        };
        let pause = |why| Some(Due::Pause(why));
        let Some(view) = view.filter(|view| takes_streams(view)) else {
            return pause(Pause::Ended);
        };
        // Said of a payment since it flows: what was said before, the person has gone on after.
        if view.unwelcome > self.since {
            return pause(Pause::Unwelcome);
        }
        if now.abs_diff(until) > MAX_GAP_MS {
            return pause(Pause::Slept);
        }
        let seconds = now.saturating_sub(until) / 1_000;
        if seconds == 0 {
            return None;
        }
        if !view.peer_online {
            return pause(Pause::Away);
        }
        if self.left().is_zero() {
            return pause(Pause::AllPaid);
        }
        let flowed = self.per_second.units().saturating_mul(u128::from(seconds));
        let amount = Amount::new(flowed.min(self.left().units())).ok()?;
        if amount > view.spendable {
            return pause(Pause::Empty);
        }
        Some(Due::Pay(amount, until + seconds * 1_000))
    }
}

/// Whether a stream can run in this channel: the payment key pays in it, without a window for each second.
#[must_use]
pub fn takes_streams(view: &ChannelView) -> bool {
    matches!(view.phase, PhaseView::Open) && view.signing == Signing::PaymentKey
}

impl Pause {
    /// Why, for the person.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Asked => say::paused().to_owned(),
            Self::Unwelcome => say::paused_unwelcome().to_owned(),
            Self::Away => say::paused_away().to_owned(),
            Self::Slept => say::paused_slept().to_owned(),
            Self::AllPaid => say::paused_all_paid().to_owned(),
            Self::Empty => say::paused_empty().to_owned(),
            Self::Ended => say::paused_ended().to_owned(),
            Self::Refused(words) => say::paused_refused(&crate::words::sentence(words)),
        }
    }
}

impl Flow {
    /// Why it does not flow, for the person; `None` if it does.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Running { .. } => None,
            Self::Reloaded => Some(say::paused_reloaded().to_owned()),
            Self::Paused(why) => Some(why.words()),
        }
    }
}

impl Streams {
    /// Reads what this window remembered. Nothing flows until somebody wants it to; what cannot be read is no stream.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let stored: BTreeMap<ChannelId, Stream> = serde_json::from_str(text).unwrap_or_default();
        Self(Rc::new(stored.into_iter().take(MAX_STREAMS).collect()))
    }

    /// As it is remembered.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Texts always have a JSON form.
        serde_json::to_string(&*self.0).unwrap_or_default()
    }

    /// The stream of a channel.
    #[must_use]
    pub fn of(&self, channel: ChannelId) -> Option<&Stream> {
        self.0.get(&channel)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (ChannelId, &Stream)> {
        self.0.iter().map(|(channel, stream)| (*channel, stream))
    }
}

impl Reducible for Streams {
    type Action = Change;

    fn reduce(self: Rc<Self>, Change { channel, what }: Change) -> Rc<Self> {
        let mut streams = (*self.0).clone();
        match what {
            What::Start {
                per_second,
                at_most,
                now,
                total,
            } => {
                if streams.len() >= MAX_STREAMS && !streams.contains_key(&channel) {
                    return self;
                }
                let stream = Stream {
                    per_second,
                    at_most,
                    paid: Amount::ZERO,
                    since: total,
                    flow: Flow::Running { until: now },
                };
                streams.insert(channel, stream);
            }
            What::Stop => drop(streams.remove(&channel)),
            What::Resume { .. } | What::Pause(_) | What::Paid(..) => {
                let Some(stream) = streams.get_mut(&channel) else {
                    return self;
                };
                stream.change(what);
            }
        }
        Rc::new(Self(Rc::new(streams)))
    }
}

impl Stream {
    fn change(&mut self, what: What) {
        match what {
            What::Resume { now, total } => {
                self.since = total;
                self.flow = Flow::Running { until: now };
            }
            What::Pause(why) => self.flow = Flow::Paused(why),
            What::Paid(amount, until) => {
                self.paid = self.paid.checked_add(amount).unwrap_or(Amount::MAX);
                // It may have been paused while the payment was on its way.
                if let Flow::Running { .. } = self.flow {
                    self.flow = Flow::Running { until };
                }
            }
            What::Start { .. } | What::Stop => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::tests::{units, view};

    const START: u64 = 1_000_000;

    fn running(per_second: u128, at_most: u128) -> Stream {
        Stream {
            per_second: units(per_second),
            at_most: units(at_most),
            paid: Amount::ZERO,
            since: Amount::ZERO,
            flow: Flow::Running { until: START },
        }
    }

    fn online() -> ChannelView {
        ChannelView {
            peer_online: true,
            ..view()
        }
    }

    fn due(stream: &Stream, after_ms: u64) -> Option<Due> {
        stream.due(Some(&online()), START + after_ms)
    }

    fn changed(streams: Streams, what: What) -> Streams {
        let channel = view().id;
        (*Rc::new(streams).reduce(Change { channel, what })).clone()
    }

    #[test]
    fn whole_seconds_are_paid_and_no_more_than_wanted() {
        let stream = running(2, 15);
        assert_eq!(due(&stream, 999), None);
        assert_eq!(due(&stream, 1_000), Some(Due::Pay(units(2), START + 1_000)));
        assert_eq!(due(&stream, 3_999), Some(Due::Pay(units(6), START + 3_000)));
        // A window in the background catches up; what it may pay bounds it.
        assert_eq!(due(&stream, 60_000), Some(Due::Pay(units(15), START + 60_000)));
        let over = Stream {
            paid: units(15),
            ..stream
        };
        assert_eq!(due(&over, 1_000), Some(Due::Pause(Pause::AllPaid)));
        let huge = Stream {
            per_second: Amount::MAX,
            at_most: units(15),
            ..running(1, 1)
        };
        assert_eq!(due(&huge, 5_000), Some(Due::Pay(units(15), START + 5_000)));
    }

    #[test]
    fn it_pauses_where_it_would_pay_for_nothing() {
        let stream = running(2, 100);
        let look = |view: &ChannelView, after| stream.due(Some(view), START + after);
        let away = ChannelView {
            peer_online: false,
            ..online()
        };
        assert_eq!(look(&away, 1_000), Some(Due::Pause(Pause::Away)));
        let spent = ChannelView {
            spendable: units(1),
            ..online()
        };
        assert_eq!(look(&spent, 1_000), Some(Due::Pause(Pause::Empty)));
        let by_wallet = ChannelView {
            signing: Signing::WalletOrDelegate,
            ..online()
        };
        assert_eq!(look(&by_wallet, 1_000), Some(Due::Pause(Pause::Ended)));
        assert_eq!(stream.due(None, START), Some(Due::Pause(Pause::Ended)));
        // Asleep, or a clock that jumped either way.
        assert_eq!(look(&online(), MAX_GAP_MS + 1), Some(Due::Pause(Pause::Slept)));
        let back = stream.due(Some(&online()), START - MAX_GAP_MS - 1);
        assert_eq!(back, Some(Due::Pause(Pause::Slept)));
        assert_eq!(stream.due(Some(&online()), START - 500), None);
    }

    #[test]
    fn it_pauses_when_the_payee_wants_no_more_and_goes_on_if_the_payer_does() {
        let stream = Stream {
            since: units(10),
            ..running(2, 100)
        };
        let told_at = |total| ChannelView {
            unwelcome: units(total),
            ..online()
        };
        let look = |stream: &Stream, total| stream.due(Some(&told_at(total)), START + 1_000);
        let pays = Some(Due::Pay(units(2), START + 1_000));
        assert_eq!(look(&stream, 10), pays, "that was about something before");
        assert_eq!(look(&stream, 12), Some(Due::Pause(Pause::Unwelcome)));
        let mut again = stream;
        again.change(What::Pause(Pause::Unwelcome));
        assert_eq!(look(&again, 12), None);
        again.change(What::Resume {
            now: START,
            total: units(12),
        });
        assert_eq!(look(&again, 12), pays);
        assert_eq!(look(&again, 14), Some(Due::Pause(Pause::Unwelcome)));
    }

    #[test]
    fn it_starts_pauses_goes_on_and_stops() {
        let id = view().id;
        let start = What::Start {
            per_second: units(2),
            at_most: units(100),
            now: START,
            total: Amount::ZERO,
        };
        let streams = changed(Streams::default(), start);
        let paid = changed(streams, What::Paid(units(2), START + 1_000));
        let stream = paid.of(id).unwrap();
        assert_eq!((stream.paid, stream.left()), (units(2), units(98)));
        assert_eq!(due(stream, 1_500), None, "paid up to the first second");
        let paused = changed(paid, What::Pause(Pause::Asked));
        assert_eq!(due(paused.of(id).unwrap(), 5_000), None);
        // A payment that was on its way still counts, and wakes nothing.
        let late = changed(paused, What::Paid(units(2), START + 2_000));
        assert_eq!(late.of(id).unwrap().paid, units(4));
        assert_eq!(late.of(id).unwrap().flow, Flow::Paused(Pause::Asked));
        // The pause is not paid for.
        let resume = What::Resume {
            now: START + 60_000,
            total: units(4),
        };
        let again = changed(late, resume.clone());
        assert_eq!(
            due(again.of(id).unwrap(), 61_000),
            Some(Due::Pay(units(2), START + 61_000))
        );
        let over = changed(again, What::Stop);
        assert_eq!(over, Streams::default());
        assert_eq!(changed(over, resume), Streams::default());
    }

    #[test]
    fn a_reload_pauses_it_and_forgets_nothing_else() {
        let start = What::Start {
            per_second: units(2),
            at_most: units(100),
            now: START,
            total: Amount::ZERO,
        };
        let streams = changed(
            changed(Streams::default(), start),
            What::Paid(units(2), START + 1_000),
        );
        let back = Streams::parse(&streams.to_text());
        let stream = back.of(view().id).unwrap();
        assert_eq!((stream.paid, &stream.flow), (units(2), &Flow::Reloaded));
        assert_eq!(due(stream, 2_000), None);
        for text in ["", "[]", "{\"x\":1}", "{\"0x12\":{}}"] {
            assert_eq!(Streams::parse(text), Streams::default(), "{text}");
        }
    }
}
