//! The sessions of a route while they run: what passes, what it costs, and how it ends.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use thunder_api::{Event, EventKind, Route, Session as Metered, SessionEnd, SessionState};
use thunder_channel::metering::SessionId;

use crate::api::{Answer, Api, MINED};
use crate::board::Board;
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::output::{self, Progress};
use crate::session::Session;
use crate::words::meter::{self, Plan, Reading};
use crate::words::money::Tokens;
use crate::words::session as words;

/// How often it is looked where the lines are drawn over: as often as an eye wants it.
const DRAW: Duration = Duration::from_millis(500);
/// How often an object is printed for programs.
const OBJECT: Duration = Duration::from_secs(1);
/// How often a line is printed where all of them stay.
const LINE: Duration = Duration::from_secs(5);
/// Over how many looks the rate is taken.
const SAMPLES: usize = 5;
/// How long a daemon that does not answer is waited for, as while it is started again.
const SILENCE: Duration = Duration::from_secs(30);

/// Shows the sessions of a route until Ctrl-C, or until all of them are over.
///
/// # Errors
/// The daemon does not answer any more, or nothing can be printed.
pub fn run(
    session: &Session,
    interrupts: &Interrupts,
    tokens: &Tokens,
    route: &Route,
    plan: Plan,
) -> Result<(), Failure> {
    let how = How::of(session);
    let mut meter = Meter {
        session,
        tokens,
        route,
        plan,
        how,
        board: Board::default(),
        rates: BTreeMap::new(),
    };
    let lows = lows(session.api.clone());
    let mut answered = Instant::now();
    loop {
        match meter.look() {
            Ok(over) => {
                answered = Instant::now();
                if over {
                    break;
                }
            }
            Err(Failure::Unreachable(why) | Failure::Unanswered(why)) if answered.elapsed() < SILENCE => {
                meter.silent(&why)?;
            }
            Err(failure) => return Err(failure),
        }
        if meter.wait(interrupts, &lows)? {
            break;
        }
    }
    meter.clear()
}

/// For whom it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// On a terminal: lines that are drawn over.
    Drawn,
    /// For a file or a log.
    Lines,
    /// For programs.
    Objects,
}

impl How {
    fn of(session: &Session) -> Self {
        if session.output.json {
            Self::Objects
        } else if Board::is_possible() {
            Self::Drawn
        } else {
            Self::Lines
        }
    }

    const fn pause(self) -> Duration {
        match self {
            Self::Drawn => DRAW,
            Self::Lines => LINE,
            Self::Objects => OBJECT,
        }
    }
}

struct Meter<'a> {
    session: &'a Session,
    tokens: &'a Tokens,
    route: &'a Route,
    plan: Plan,
    how: How,
    board: Board,
    rates: BTreeMap<SessionId, Rate>,
}

impl Meter<'_> {
    /// Asks for the sessions and shows them; says whether all are over.
    fn look(&mut self) -> Result<bool, Failure> {
        let (mut readings, mut texts) = (Vec::new(), Vec::new());
        for id in &self.route.sessions {
            let answer: Answer<Metered> = self.session.api.get(&format!("/v1/sessions/{id}"))?;
            texts.push(answer.text_in_one_line());
            let rate = self.rates.entry(*id).or_default();
            let rate = rate.with(Instant::now(), answer.value.counted);
            readings.push((answer.value, rate));
        }
        match self.how {
            How::Objects => output::line(&format!(r#"{{"sessions":[{}]}}"#, texts.join(",")))?,
            How::Lines => output::line(&meter::lines(&readings, now(), self.tokens))?,
            How::Drawn => {
                let style = self.session.output.style;
                self.board.draw(&meter::table(&readings, self.tokens, style))?;
            }
        }
        Ok(readings.iter().all(is_over))
    }

    /// Waits until the next look, and tells of events meanwhile; says whether Ctrl-C came.
    fn wait(&mut self, interrupts: &Interrupts, lows: &Receiver<(Event, String)>) -> Result<bool, Failure> {
        let until = Instant::now() + self.how.pause();
        loop {
            for (event, text) in lows.try_iter() {
                self.tell(&event, &text)?;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            if interrupts.within(left.min(DRAW)) {
                return Ok(true);
            }
        }
    }

    /// An event: that little is left.
    fn tell(&mut self, event: &Event, text: &str) -> Result<(), Failure> {
        let EventKind::SessionLow { session: id, left } = event.kind else {
            return Ok(());
        };
        if !self.route.sessions.contains(&id) {
            return Ok(());
        }
        if self.how == How::Objects {
            return output::line(&format!(r#"{{"event":{text}}}"#));
        }
        let path = format!("/v1/sessions/{id}");
        let one = self.session.api.get::<Metered>(&path)?.value;
        let (caller, style) = (&self.session.caller, self.session.output.style);
        self.clear()?;
        output::line(&meter::low(&one, left, self.plan, self.tokens, caller, style))
    }

    /// Where lines are drawn over, takes them away.
    fn clear(&mut self) -> Result<(), Failure> {
        match self.how {
            How::Drawn => self.board.draw(""),
            How::Lines | How::Objects => Ok(()),
        }
    }

    fn silent(&mut self, why: &str) -> Result<(), Failure> {
        let line = meter::silent(why, self.session.output.style);
        match self.how {
            How::Drawn => self.board.draw(&line),
            // Whoever reads lines or objects sees that none come.
            How::Lines | How::Objects => Ok(()),
        }
    }
}

const fn is_over((one, _): &Reading) -> bool {
    matches!(one.state, SessionState::Ended | SessionState::Void)
}

/// How fast bytes have passed lately.
#[derive(Debug, Default)]
struct Rate(VecDeque<(Instant, u64)>);

impl Rate {
    /// With what is counted now, in bytes a second.
    fn with(&mut self, now: Instant, counted: u64) -> u64 {
        self.0.push_back((now, counted));
        if self.0.len() > SAMPLES {
            self.0.pop_front();
        }
        let Some((since, before)) = self.0.front() else {
            return 0;
        };
        let millis = now.duration_since(*since).as_millis().max(1);
        let bytes = u128::from(counted.saturating_sub(*before));
        u64::try_from(bytes * 1_000 / millis).unwrap_or(u64::MAX)
    }
}

/// Events, as far as this version knows them, until the daemon ends them: what is missed then still shows in the numbers.
fn lows(api: Api) -> Receiver<(Event, String)> {
    let (sender, events) = mpsc::channel();
    thread::spawn(move || {
        let Ok(mut happenings) = api.events(None) else {
            return;
        };
        while let Ok(Some(happening)) = happenings.next() {
            if let Ok(event) = serde_json::from_str(&happening.data)
                && sender.send((event, happening.data)).is_err()
            {
                return;
            }
        }
    });
    events
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Closes the route and says what its sessions cost. Ctrl-C leaves that to the node.
///
/// # Errors
/// It is not closed, or it was left.
pub fn end(
    session: &Session,
    interrupts: &Interrupts,
    tokens: &Tokens,
    route: &Route,
) -> Result<(), Failure> {
    let mut progress = Progress::new(session.output);
    progress.draw("ending …");
    let (api, port) = (session.api.clone(), route.port);
    let ends = interrupts.during(
        move || api.end::<Vec<SessionEnd>>(&format!("/v1/routes/{port}"), MINED),
        || {
            Err(Failure::Left(format!(
                "left while the sessions were being ended. The node goes on with it: `{} sessions` shows how far it is, and `{} session end <id>` ends what stays active",
                session.caller, session.caller
            )))
        },
    )?;
    drop(progress);
    let ends = ends.map_err(|failure| match failure {
        Failure::Unreachable(why) | Failure::Unanswered(why) => Failure::Unanswered(format!(
            "{why}. The route may be open still: `{} sessions` shows it, and `{} unuse {port}` ends it",
            session.caller, session.caller
        )),
        said => said,
    })?;
    if session.output.json {
        return output::line(&format!(r#"{{"ends":{}}}"#, ends.text_in_one_line()));
    }
    output::line(&words::ends(
        &ends.value,
        tokens,
        &session.caller,
        session.output.style,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_looks() {
        let (start, mut rate) = (Instant::now(), Rate::default());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(rate.with(at(0), 1_000), 0);
        assert_eq!(rate.with(at(1), 3_000), 2_000);
        assert_eq!(rate.with(at(2), 3_000), 1_000);
        for second in 3..=6 {
            assert!(rate.with(at(second), 3_000) <= 1_000);
        }
        assert_eq!(rate.with(at(7), 3_000), 0, "a stall shows");
    }
}
