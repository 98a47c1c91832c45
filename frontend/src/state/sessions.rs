//! Sessions with providers as they are shown: how each stands, what was counted, what is left. What is counted and signed is decided in
//! `thunder_client::downloads`.

use serde::{Deserialize, Serialize};
use thunder_channel::{
    Address, Amount,
    metering::{Counts, Grounds, Meter, SessionId, Terms, download::File, shares},
};
use thunder_client::downloads::{Download, Link, Phase, Progress, Record, Transfer};

/// What is drawn of a count, in thousandths of the whole drawing.
const WHOLE: u64 = 1_000;

/// Somebody with whom no new session begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Who.
    pub provider: Address,
    /// Since when, in milliseconds since 1970.
    pub since: u64,
    /// Why, as the person said.
    pub words: Option<String>,
    /// What it has signed against itself, if anything.
    pub grounds: Option<Box<Grounds>>,
    /// Whether the relay told of it, and not the person or a session here.
    #[serde(default)]
    pub told: bool,
    /// Trusted again, whatever is proved: remembered so that the relay does not put it back.
    #[serde(default)]
    pub forgiven: bool,
}

/// The name under which somebody on the list is stored; `address` as it is written.
#[must_use]
pub fn listed_key(address: &str) -> String {
    format!("listed/{address}")
}

/// Everything that the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shelf {
    /// Whether what is stored was read.
    pub loaded: bool,
    /// What of it could not be read, in words.
    pub unreadable: Option<String>,
    /// The sessions, the newest first.
    pub sessions: Vec<SessionView>,
    /// Whom the person, or the evidence, distrusts.
    pub listed: Vec<Listed>,
}

/// A session as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionView {
    /// Its name.
    pub id: SessionId,
    /// Who serves.
    pub provider: Address,
    /// Where, such as `wss://node.example:2080`.
    pub origin: String,
    /// Under which terms.
    pub terms: Terms,
    /// What is deposited, or is to be.
    pub deposit: Amount,
    /// How far it has come.
    pub phase: Phase,
    /// Whether it was taken from a backup.
    pub copy: bool,
    /// The connection.
    pub link: Link,
    /// The file on it.
    pub transfer: Transfer,
    /// Bytes that were counted here.
    pub counted: u64,
    /// Bytes that the provider said last.
    pub theirs: u64,
    /// What both have signed.
    pub proven: Counts,
    /// What that costs.
    pub charged: Amount,
    /// What is left of the deposit beyond what was counted.
    pub left: Amount,
    /// Bytes that the deposit still pays for.
    pub room: u64,
    /// Bytes that the whole deposit pays for.
    pub covered: u64,
    /// The file that is here, or a part of it.
    pub file: Option<Progress>,
    /// What the provider has.
    pub files: Vec<File>,
    /// Pairs of statements.
    pub pairs: usize,
    /// Whether the provider has signed its own guilt.
    pub accused: bool,
    /// Whether an end by agreement is wanted.
    pub ending: bool,
    /// What the provider said no to last, in its words.
    pub refused: Option<String>,
    /// A connection is tried or open.
    pub talking: bool,
    /// The provider did not answer the last time.
    pub silent: bool,
    /// Why it does not go on, in words.
    pub trouble: Option<String>,
    /// The wallet or the chain is waited for.
    pub busy: bool,
    /// The contract's clock.
    pub clock: u64,
    /// A file that is asked for once there is a connection.
    pub waits_for: Option<String>,
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The provider is being asked.
    Asking,
    /// The deposit has to be made.
    Unpaid,
    /// The wallet, or the chain, is waited for.
    Paying,
    /// Bytes may pass, and none do.
    Ready,
    /// Bytes pass.
    Running,
    /// It was asked to stop.
    Pausing,
    /// A part of a file is here.
    Paused,
    /// The deposit is used up.
    UsedUp,
    /// The provider does not answer.
    Away,
    /// It is not connected, for a reason that is said.
    Stopped,
    /// It is being connected.
    Connecting,
    /// The provider has signed its own guilt.
    Guilty,
    /// Taken from a backup.
    Copy,
    /// An end by agreement is asked for.
    Ending,
    /// An end was proposed, and not answered.
    Unanswered,
    /// Both have signed the end.
    Agreed,
    /// A side has closed it.
    Closing,
    /// The period is over.
    Settleable,
    /// It is paid out.
    Ended,
    /// It never began.
    Void,
}

impl SessionView {
    /// What a session's machine says of itself.
    #[must_use]
    pub fn of(download: &Download) -> Self {
        Self {
            link: download.link(),
            transfer: download.transfer(),
            files: download.files().to_vec(),
            ending: download.is_ending(),
            refused: download.refused().map(str::to_owned),
            ..Self::at_rest_with(download.record(), download.meter())
        }
    }

    /// What is stored of a session, while nothing is done in it.
    #[must_use]
    pub fn at_rest_with(record: &Record, meter: &Meter) -> Self {
        let terms = record.key.terms;
        Self {
            id: record.id(),
            provider: record.key.provider,
            origin: record.origin.clone(),
            terms,
            deposit: record.deposit,
            phase: record.phase,
            copy: record.copy,
            link: Link::Down,
            transfer: Transfer::Idle,
            counted: meter.count(),
            theirs: meter.their_count().unwrap_or(0),
            proven: meter.counts(),
            charged: meter.shares().charged(),
            left: record.deposit.saturating_sub(terms.cost_at_most(meter.count())),
            room: meter.room(),
            covered: terms.covered(record.deposit),
            file: record.file.clone(),
            files: Vec::new(),
            pairs: meter.evidence().len(),
            accused: meter.accusation().is_some(),
            ending: false,
            refused: None,
            talking: false,
            silent: false,
            trouble: None,
            busy: false,
            clock: 0,
            waits_for: None,
        }
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.phase {
            Phase::Proposed => Standing::Asking,
            Phase::Agreed if self.busy => Standing::Paying,
            Phase::Agreed => Standing::Unpaid,
            Phase::Void => Standing::Void,
            Phase::Ended { .. } => Standing::Ended,
            Phase::Closing { closes_at, .. } if self.clock >= closes_at => Standing::Settleable,
            Phase::Closing { .. } => Standing::Closing,
            Phase::Settling { theirs: Some(_), .. } => Standing::Agreed,
            Phase::Settling { .. } | Phase::Active if self.ending => Standing::Ending,
            Phase::Settling { .. } => Standing::Unanswered,
            Phase::Active => self.active(),
        }
    }

    fn active(&self) -> Standing {
        if self.accused {
            return Standing::Guilty;
        }
        if self.copy {
            return Standing::Copy;
        }
        if self.trouble.is_some() {
            return Standing::Stopped;
        }
        match self.transfer {
            Transfer::Coming | Transfer::Asked if self.room == 0 => return Standing::UsedUp,
            Transfer::Coming | Transfer::Asked => return Standing::Running,
            Transfer::Stopping => return Standing::Pausing,
            Transfer::Idle => (),
        }
        if self.link != Link::Running {
            return match (self.silent, self.talking) {
                (true, _) => Standing::Away,
                (false, true) => Standing::Connecting,
                (false, false) => self.at_rest(),
            };
        }
        self.at_rest()
    }

    fn at_rest(&self) -> Standing {
        match &self.file {
            _ if self.room == 0 => Standing::UsedUp,
            Some(file) if file.here > 0 && !file.is_whole() => Standing::Paused,
            _ => Standing::Ready,
        }
    }

    /// Whether it is over, and can be forgotten.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. } | Phase::Void)
    }

    /// Whether less than a quarter of the deposit is left, while it runs.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.phase == Phase::Active && !self.accused && self.left.units() * 4 < self.deposit.units()
    }

    /// By how many bytes this side's count is behind the provider's, or ahead of it.
    #[must_use]
    pub const fn difference(&self) -> (u64, bool) {
        (self.counted.abs_diff(self.theirs), self.counted >= self.theirs)
    }

    /// What is charged as it stands: for what both have signed, or as it ends.
    #[must_use]
    pub fn charged_now(&self) -> Amount {
        match self.phase {
            Phase::Settling { settlement, .. } => settlement.charged,
            Phase::Closing { client, provider, .. } => {
                shares(&self.terms, self.deposit, Counts { client, provider }).charged()
            }
            Phase::Ended {
                outcome: Some(outcome),
            } => outcome.charged,
            _ => self.charged,
        }
    }

    /// What is left of the deposit beside that.
    #[must_use]
    pub fn uncharged(&self) -> Amount {
        self.deposit.saturating_sub(self.charged_now())
    }

    fn charged_share(&self) -> u64 {
        // An amount is divided first: a thousand times as much may be too much.
        let part = (self.deposit.units() / u128::from(WHOLE)).max(1);
        u64::try_from(self.charged_now().units() / part).map_or(WHOLE, |share| share.min(WHOLE))
    }

    /// What passes on trust, and what that costs.
    #[must_use]
    pub fn at_risk(&self) -> (u64, Amount) {
        (self.terms.unit, self.terms.least_deposit())
    }

    /// How much of a file is here, in thousandths.
    #[must_use]
    pub fn share(&self) -> Option<u64> {
        let file = self.file.as_ref().filter(|file| file.length > 0)?;
        Some(thousandths(file.here, file.length))
    }

    /// The drawing of the counts.
    #[must_use]
    pub fn drawing(&self) -> Drawing {
        // What the deposit pays for, or what was counted where that is more: a client counts whatever came.
        let all = self.covered.max(self.counted).max(self.theirs).max(1);
        let (off, ahead) = self.difference();
        let unit = self.terms.unit.max(1);
        Drawing {
            ours: thousandths(self.counted, all),
            theirs: thousandths(self.theirs, all),
            proven: thousandths(self.proven.provider, all),
            off: thousandths(off.min(unit), unit) / 2,
            ahead,
            charged: self.charged_share(),
        }
    }
}

/// Counts as lengths, in thousandths of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// What was counted here.
    pub ours: u64,
    /// What the provider said.
    pub theirs: u64,
    /// How far both have signed.
    pub proven: u64,
    /// The difference: half of the drawing is a unit.
    pub off: u64,
    /// Whether this side is ahead.
    pub ahead: bool,
    /// How much of the deposit is charged.
    pub charged: u64,
}

/// A part of something, in thousandths.
#[must_use]
pub fn thousandths(part: u64, whole: u64) -> u64 {
    let share = u128::from(part.min(whole)) * u128::from(WHOLE) / u128::from(whole.max(1));
    u64::try_from(share).unwrap_or(WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::exhibits::{sessions as made_up, tokens};
    use thunder_channel::metering::MEGABYTE;
    use thunder_client::downloads::Outcome;

    fn view() -> SessionView {
        made_up::running(Address::repeat_byte(3))
    }

    #[test]
    fn each_session_stands_in_one_way() {
        let stands = |change: fn(&mut SessionView)| {
            let mut view = view();
            change(&mut view);
            view.standing()
        };
        assert_eq!(stands(|_| ()), Standing::Running);
        assert_eq!(stands(|view| view.room = 0), Standing::UsedUp);
        assert_eq!(stands(|view| view.accused = true), Standing::Guilty);
        assert_eq!(stands(|view| view.ending = true), Standing::Ending);
        assert_eq!(
            stands(|view| view.trouble = Some(String::new())),
            Standing::Stopped
        );
        assert_eq!(
            stands(|view| view.transfer = Transfer::Stopping),
            Standing::Pausing
        );
        let quiet = |change: fn(&mut SessionView)| {
            let mut view = SessionView {
                transfer: Transfer::Idle,
                ..view()
            };
            change(&mut view);
            view.standing()
        };
        assert_eq!(quiet(|_| ()), Standing::Paused);
        assert_eq!(quiet(|view| view.file = None), Standing::Ready);
        assert_eq!(quiet(|view| view.link = Link::Resuming), Standing::Connecting);
        let away = |view: &mut SessionView| (view.link, view.silent) = (Link::Down, true);
        assert_eq!(quiet(away), Standing::Away);
        let off = |view: &mut SessionView| (view.link, view.talking) = (Link::Down, false);
        assert_eq!(quiet(off), Standing::Paused);
        let closing = |clock| {
            let phase = Phase::Closing {
                client: 1,
                provider: 1,
                closes_at: 30,
            };
            SessionView {
                phase,
                clock,
                ..view()
            }
            .standing()
        };
        assert_eq!(
            (closing(29), closing(30)),
            (Standing::Closing, Standing::Settleable)
        );
        let over = SessionView {
            phase: Phase::Ended {
                outcome: Some(Outcome {
                    charged: Amount::ZERO,
                    paid: Amount::ZERO,
                }),
            },
            accused: true,
            ..view()
        };
        assert_eq!((over.standing(), over.is_over()), (Standing::Ended, true));
    }

    #[test]
    fn the_drawing_stays_within_itself() {
        assert_eq!(thousandths(1, 3), 333);
        assert_eq!(thousandths(5, 3), 1_000);
        assert_eq!(thousandths(0, 0), 0);
        assert_eq!(thousandths(u64::MAX, u64::MAX), 1_000);
        let drawn = view().drawing();
        assert!(drawn.theirs <= drawn.ours && drawn.ahead && drawn.off <= 500);
        let over = SessionView {
            covered: 10,
            counted: 20,
            theirs: u64::MAX,
            ..view()
        };
        let drawn = over.drawing();
        assert_eq!((drawn.theirs, drawn.off, drawn.ahead), (1_000, 500, false));
        assert!(drawn.ours < 10);
    }

    #[test]
    fn what_is_charged_and_what_is_left_are_the_deposit() {
        let closing = |client, provider| {
            let phase = Phase::Closing {
                client,
                provider,
                closes_at: 9,
            };
            SessionView { phase, ..view() }
        };
        let ended = |charged| {
            let (charged, paid) = (Amount::new(charged).unwrap(), Amount::ZERO);
            let outcome = Some(Outcome { charged, paid });
            let phase = Phase::Ended { outcome };
            SessionView { phase, ..view() }
        };
        for (view, charged) in [
            (view(), view().charged),
            (closing(MEGABYTE, MEGABYTE), tokens("0.01")),
            // Where more was counted than the deposit pays for, it is all there is.
            (closing(u64::MAX, u64::MAX), view().deposit),
            (ended(7), Amount::new(7).unwrap()),
        ] {
            assert_eq!(view.charged_now(), charged);
            assert_eq!(charged.checked_add(view.uncharged()), Some(view.deposit));
            assert!(view.drawing().charged <= WHOLE);
        }
        assert_eq!(closing(u64::MAX, u64::MAX).drawing().charged, WHOLE);
    }

    #[test]
    fn a_quarter_is_little() {
        let with = |left| SessionView {
            left: Amount::new(left).unwrap(),
            deposit: Amount::new(100).unwrap(),
            ..view()
        };
        assert!(with(24).is_low() && !with(25).is_low());
    }
}
