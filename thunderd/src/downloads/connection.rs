//! One connection of a page: who speaks, what it asks, one thing at a time, and how long it may take.

use super::{
    House,
    receipts::Receipts,
    sending::{self, Ended, Wanted},
    sign_in::{self, Challenge},
    wire::{Asked, Gone, Heard, Line, Pace, Said, hear, write_out},
};
use crate::{
    node::{Account, Core},
    traffic::{self, Metered, Proposer},
};
use axum::extract::ws::WebSocket;
use futures::{
    StreamExt,
    future::{LocalBoxFuture, pending},
    stream::SplitStream,
};
use std::{cell::RefCell, collections::BTreeMap, pin::pin, rc::Rc, sync::Arc, time::Duration};
use thunder_api::{Code, Problem, SessionState};
use thunder_channel::{
    Address, Signature,
    metering::{HearFault, SessionId, SessionSettlement, SignedCount, download},
};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// Connections of one key at once: windows of one browser, and those that are gone and not yet known to be.
const MAX_EACH: u32 = 8;
/// Sessions that one connection goes on with.
const MAX_SESSIONS: usize = 8;
/// Frames that are none, or out of place, before a connection is ended.
const MAX_STRIKES: u32 = 10;
/// How often a sign of life is asked for.
const TICK: Duration = Duration::from_secs(15);
/// After how long without one a page is gone.
const SILENT: Duration = Duration::from_secs(60);
/// How long a page may think before it has a session.
const THINKING: Duration = Duration::from_secs(15 * 60);
/// How often one connection's questions are answered: each may ask the chain.
const QUESTION_EACH: Duration = Duration::from_millis(250);
/// How long what was said last may take to be written.
const FAREWELL: Duration = Duration::from_secs(2);

/// How many connections each key has.
#[derive(Default)]
pub struct Attendance(RefCell<BTreeMap<Address, u32>>);

impl Attendance {
    fn enter(&self, signer: Address) -> bool {
        let mut present = self.0.borrow_mut();
        let count = present.entry(signer).or_default();
        if *count >= MAX_EACH {
            return false;
        }
        *count += 1;
        true
    }

    fn leave(&self, signer: Address) {
        let mut present = self.0.borrow_mut();
        if let Some(count) = present.get_mut(&signer) {
            *count -= 1;
            if *count == 0 {
                present.remove(&signer);
            }
        }
    }
}

/// Serves a page until it is gone, or is hung up on.
pub async fn serve(core: Rc<Core>, account: Rc<Account>, house: Arc<House>, socket: WebSocket) {
    let (sink, mut stream) = socket.split();
    let (line, queue) = Line::new();
    let mut writing = pin!(write_out(sink, queue));
    let connection = Connection::new(core, account, house, line);
    tokio::select! {
        () = &mut writing => (),
        () = connection.run(&mut stream) => {
            // Nobody says anything any more: what waits is written, and the end. It is heard too, as a socket that is closed with
            // unread data can take what was said last with it.
            let farewell = async {
                writing.await;
                while !matches!(hear(&mut stream).await, Heard::Gone | Heard::TooLong) {}
            };
            timeout(FAREWELL, farewell).await.ok();
        }
    }
}

/// Why a connection ends.
enum Ending {
    /// The page is gone.
    Gone,
    /// It is told why.
    Hangup(String),
}

impl From<Gone> for Ending {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

fn hang_up<T>(words: &str) -> Result<T, Ending> {
    Err(Ending::Hangup(words.to_owned()))
}

/// What a question came to: an answer, and the session whose last statement follows it.
type Answer = Result<(Said, Option<Rc<Metered>>), Problem>;

struct Connection {
    core: Rc<Core>,
    account: Rc<Account>,
    house: Arc<House>,
    line: Rc<Line>,
    receipts: Rc<Receipts>,
    /// Until it is answered.
    challenge: Option<Challenge>,
    /// The key that was proved.
    speaker: Option<Address>,
    /// Those that it goes on with.
    sessions: Vec<Rc<Metered>>,
    /// What looks at the chain, or waits for the last bytes.
    question: Option<LocalBoxFuture<'static, Answer>>,
    sending: Option<LocalBoxFuture<'static, Ended>>,
    /// Ends what is being sent.
    stop: CancellationToken,
    /// When the next question is answered.
    next_question: Instant,
    strikes: u32,
    began: Instant,
    heard: Instant,
}

impl Drop for Connection {
    fn drop(&mut self) {
        for metered in &self.sessions {
            metered.outlet.detach(&self.line);
        }
        if let Some(speaker) = self.speaker {
            self.account.traffic.pages.leave(speaker);
        }
    }
}

/// Waits for what is under way, if anything is; then nothing is.
async fn done<T>(slot: &mut Option<LocalBoxFuture<'static, T>>) -> T {
    match slot {
        Some(under_way) => {
            let outcome = under_way.await;
            *slot = None;
            outcome
        }
        None => pending().await,
    }
}

impl Connection {
    fn new(core: Rc<Core>, account: Rc<Account>, house: Arc<House>, line: Line) -> Self {
        let now = Instant::now();
        Self {
            core,
            account,
            house,
            line: Rc::new(line),
            receipts: Rc::default(),
            challenge: None,
            speaker: None,
            sessions: Vec::new(),
            question: None,
            sending: None,
            stop: CancellationToken::new(),
            next_question: now,
            strikes: 0,
            began: now,
            heard: now,
        }
    }

    async fn run(mut self, stream: &mut SplitStream<WebSocket>) {
        let ended = match self.greet().await {
            Ok(()) => self.converse(stream).await,
            Err(ending) => ending,
        };
        if let Ending::Hangup(words) = ended {
            // It may be gone; if not, the writer has this last.
            timeout(FAREWELL, self.line.say(&Said::Refused { words }))
                .await
                .ok();
        }
    }

    /// Asks who is there, and says what there is.
    async fn greet(&mut self) -> Result<(), Ending> {
        let challenge = Challenge::draw(self.house.origin.clone());
        let challenge = challenge.or_else(|_| hang_up("the node has no randomness to give"))?;
        self.line.say(&challenge.frame()).await?;
        self.challenge = Some(challenge);
        let house = self.house.clone();
        let read = tokio::task::spawn_blocking(move || house.catalogue.list()).await;
        let Ok(Ok(files)) = read else {
            return hang_up("the files cannot be read here just now");
        };
        let traffic = &self.account.traffic;
        let Some(terms) = traffic.terms_offered() else {
            return hang_up("this node serves nothing just now");
        };
        let offer = download::Offer {
            provider: self.account.address(),
            provider_signer: self.account.address(),
            chain_id: traffic.domain().chain_id,
            contract: traffic.domain().hub,
            terms,
            files,
        };
        Ok(self.line.say(&Said::Offer(Box::new(offer))).await?)
    }

    async fn converse(&mut self, stream: &mut SplitStream<WebSocket>) -> Ending {
        let mut pace = Pace::new(Instant::now());
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let line = self.line.clone();
        loop {
            let wait = pace.wait(Instant::now());
            let turn = tokio::select! {
                () = line.taken_over() => hang_up("another connection goes on with this session"),
                answer = done(&mut self.question) => self.tell(answer).await,
                ended = done(&mut self.sending) => match ended {
                    Ended::Sent => Ok(()),
                    Ended::Gone => Err(Ending::Gone),
                    Ended::Refused(problem) => self.refuse(&problem.detail).await,
                },
                _ = ticks.tick() => self.look_at_the_time(),
                () = sleep_until(wait.unwrap_or(self.heard)), if wait.is_some() => Ok(()),
                heard = hear(stream), if wait.is_none() => {
                    self.heard = Instant::now();
                    match heard {
                        Heard::Receipt(mark) => {
                            self.receipts.came(mark);
                            Ok(())
                        }
                        heard => {
                            pace.count(self.heard);
                            self.heed(heard).await
                        }
                    }
                }
            };
            if let Err(ending) = turn {
                return ending;
            }
        }
    }

    fn look_at_the_time(&self) -> Result<(), Ending> {
        self.line.ping(self.receipts.mark());
        let stage = match (self.speaker, self.sessions.is_empty() && self.question.is_none()) {
            (None, _) => Stage::Stranger,
            (Some(_), true) => Stage::Thinking,
            (Some(_), false) => Stage::Served,
        };
        overdue(stage, self.began.elapsed(), self.heard.elapsed())
    }

    async fn heed(&mut self, heard: Heard) -> Result<(), Ending> {
        match heard {
            Heard::Life | Heard::Receipt(_) => Ok(()),
            Heard::Gone => Err(Ending::Gone),
            Heard::TooLong => hang_up(&format!(
                "the message is too long: {} bytes at most",
                download::MAX_ASKED
            )),
            Heard::Binary => self.strike("a page sends no bytes of files").await,
            Heard::Text(text) => match Asked::parse(&text) {
                Ok(asked) => self.obey(asked).await,
                Err(fault) => self.strike(&fault.to_string()).await,
            },
        }
    }

    async fn refuse(&self, words: &str) -> Result<(), Ending> {
        let words = words.to_owned();
        Ok(self.line.say(&Said::Refused { words }).await?)
    }

    /// Something that no page in its senses says. A few times it is told so.
    async fn strike(&mut self, words: &str) -> Result<(), Ending> {
        self.strikes += 1;
        if self.strikes >= MAX_STRIKES {
            return hang_up("too many messages made no sense");
        }
        self.refuse(words).await
    }

    async fn tell(&self, answer: Answer) -> Result<(), Ending> {
        match answer {
            Err(problem) => self.refuse(&problem.detail).await,
            Ok((said, repeats)) => {
                self.line.say(&said).await?;
                if let Some(metered) = repeats {
                    metered.repeat();
                }
                Ok(())
            }
        }
    }

    async fn obey(&mut self, asked: Asked) -> Result<(), Ending> {
        match (self.speaker, asked) {
            (_, Asked::Unknown) => self.strike("this node does not know what that asks").await,
            (None, Asked::SignIn { signature }) => self.sign_in(&signature).await,
            (Some(_), Asked::SignIn { .. }) => self.strike("you have signed in already").await,
            (None, _) => self.strike("sign in first: answer the challenge").await,
            (Some(speaker), asked) => match self.begin(speaker, asked) {
                Ok(()) => Ok(()),
                Err(problem) if problem.code == Code::Malformed => self.strike(&problem.detail).await,
                Err(problem) => self.refuse(&problem.detail).await,
            },
        }
    }

    async fn sign_in(&mut self, signature: &Signature) -> Result<(), Ending> {
        let Some(challenge) = self.challenge.take() else {
            return hang_up("a challenge is good for one answer: connect again");
        };
        let address = match challenge.answered(signature, self.account.traffic.domain()) {
            Ok(address) => address,
            Err(words) => return hang_up(words),
        };
        if !self.account.traffic.pages.enter(address) {
            return hang_up("this key has too many connections here: close one of them");
        }
        self.speaker = Some(address);
        Ok(self.line.say(&Said::SignedIn { address }).await?)
    }

    /// Begins what is asked by who has proved a key.
    fn begin(&mut self, speaker: Address, asked: Asked) -> Result<(), Problem> {
        match asked {
            Asked::Count(statement) => self.count(speaker, statement),
            Asked::Stop => {
                // Where nothing is being sent, its end and this have crossed on the way: it is no mistake of the page.
                self.stop.cancel();
                Ok(())
            }
            Asked::Get { session, file, from } => {
                if self.sending.is_some() {
                    return refuse("a file is being sent already: one at a time");
                }
                let metered = self.seat(speaker, session)?;
                self.stop = CancellationToken::new();
                let wanted = Wanted { metered, file, from };
                let (house, line) = (self.house.clone(), self.line.clone());
                let sending = sending::send(house, line, self.receipts.clone(), wanted, self.stop.clone());
                self.sending = Some(Box::pin(sending));
                Ok(())
            }
            question => {
                if self.question.is_some() {
                    return refuse("another question is being answered: one at a time");
                }
                let answer = self.ask(speaker, question)?;
                let due = self.next_question.max(Instant::now());
                self.next_question = due + QUESTION_EACH;
                self.question = Some(Box::pin(async move {
                    sleep_until(due).await;
                    answer.await
                }));
                Ok(())
            }
        }
    }

    /// Begins to answer what looks at the chain or waits for the last bytes.
    fn ask(&mut self, speaker: Address, question: Asked) -> Result<LocalBoxFuture<'static, Answer>, Problem> {
        let (core, account) = (self.core.clone(), self.account.clone());
        Ok(match question {
            Asked::Propose { key, deposit } => Box::pin(async move {
                let proposer = Proposer::Page(speaker);
                let accepted = traffic::consider(&core, &account, proposer, &key, deposit, None).await?;
                Ok((Said::Accepted(Box::new(accepted)), None))
            }),
            Asked::Resume { session } => {
                let metered = self.seat(speaker, session)?;
                Box::pin(async move { resume(&core, &account, metered).await })
            }
            Asked::Finish { session } => {
                let metered = self.seat(speaker, session)?;
                Box::pin(async move {
                    traffic::finish(&account, &metered).await?;
                    Ok((Said::Finished { session }, None))
                })
            }
            Asked::Settle {
                settlement,
                signature,
            } => {
                let metered = self.seat(speaker, settlement.session)?;
                Box::pin(async move { settle(&core, &account, metered, *settlement, signature).await })
            }
            _ => return refuse("this node does not know what that asks"),
        })
    }

    /// A statement. What is not believed changes nothing, and the next one repairs it; only what nobody's key signed is nonsense.
    fn count(&self, speaker: Address, statement: SignedCount) -> Result<(), Problem> {
        let metered = self.find(speaker, statement.statement.session)?;
        // Before the deposit is there nobody is bound: who will pay is not proved yet.
        if metered.record().state == SessionState::Agreed {
            return Ok(());
        }
        match metered.hear(statement) {
            Ok(true) => traffic::accused(&self.core, &self.account, &metered),
            Ok(false) => (),
            Err(HearFault::Statement(fault)) => {
                return Err(Problem::new(Code::Malformed, fault.to_string()));
            }
            Err(fault) => tracing::debug!(session = %metered.id(), %fault, "a statement is not believed"),
        }
        Ok(())
    }

    fn find(&self, speaker: Address, session: SessionId) -> Result<Rc<Metered>, Problem> {
        let none = || Problem::new(Code::NotFound, "there is no such session with you");
        self.account.traffic.with_page(session, speaker).ok_or_else(none)
    }

    /// A session of who speaks, which goes on over this connection from now on.
    fn seat(&mut self, speaker: Address, session: SessionId) -> Result<Rc<Metered>, Problem> {
        let metered = self.find(speaker, session)?;
        if self.sessions.iter().all(|held| held.id() != session) {
            if self.sessions.len() >= MAX_SESSIONS {
                return refuse("too many sessions on one connection: connect once more");
            }
            self.sessions.push(metered.clone());
        }
        metered.outlet.attach(&self.line);
        Ok(metered)
    }
}

/// How far a page has come.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// It has not signed in.
    Stranger,
    /// It has no session yet.
    Thinking,
    /// It has.
    Served,
}

/// Whether a page has had its time, since it came and since it was last heard.
fn overdue(stage: Stage, since: Duration, silent: Duration) -> Result<(), Ending> {
    match stage {
        _ if silent >= SILENT => Err(Ending::Gone),
        Stage::Stranger if since >= sign_in::VALID => {
            hang_up("nobody has signed in: connect again, and sign the new challenge")
        }
        Stage::Thinking if since >= THINKING => {
            hang_up("there was no session for too long: connect again when there is one")
        }
        _ => Ok(()),
    }
}

fn refuse<T>(words: &str) -> Result<T, Problem> {
    Err(Problem::new(Code::Refused, words))
}

/// Looks at the chain whether bytes may pass.
async fn resume(core: &Rc<Core>, account: &Rc<Account>, metered: Rc<Metered>) -> Answer {
    traffic::look_at(core, account, &metered).await?;
    let (state, deposit) = {
        let record = metered.record();
        (record.state, record.deposit)
    };
    match state {
        SessionState::Active if metered.is_open() => {
            let session = metered.id();
            Ok((Said::Running { session, deposit }, Some(metered)))
        }
        SessionState::Active => refuse("the session is ending: nothing passes any more"),
        SessionState::Agreed => {
            refuse("the deposit is not on the chain yet, or not deep enough: ask again in a moment")
        }
        SessionState::Closing => refuse("the session is closing: it is settled by itself after its period"),
        SessionState::Ended => refuse("the session is over"),
        SessionState::Void => refuse("the deposit did not come in time: propose another session"),
    }
}

/// Signs an end that the page proposes, and hands it in.
async fn settle(
    core: &Rc<Core>,
    account: &Rc<Account>,
    metered: Rc<Metered>,
    settlement: SessionSettlement,
    theirs: Signature,
) -> Answer {
    let mine = traffic::countersign(account, &metered, &settlement, theirs).await?;
    traffic::hand_in(core, account, &metered, settlement, [theirs, mine]);
    let session = metered.id();
    Ok((
        Said::Settled {
            session,
            signature: mine,
        },
        None,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_its_time() {
        let (second, none) = (Duration::from_secs(1), Duration::ZERO);
        let minute = 60 * second;
        for (stage, since, silent, ends) in [
            (Stage::Stranger, 59 * second, none, false),
            (Stage::Stranger, minute, none, true),
            (Stage::Thinking, 14 * minute, none, false),
            (Stage::Thinking, 15 * minute, none, true),
            (Stage::Served, 1_000 * minute, 59 * second, false),
            (Stage::Served, 2 * minute, minute, true),
        ] {
            let ended = overdue(stage, since, silent).is_err();
            assert_eq!(ended, ends, "{stage:?} {since:?} {silent:?}");
        }
    }

    #[test]
    fn a_key_has_so_many_connections_and_another_its_own() {
        let attendance = Attendance::default();
        let (one, other) = (Address::repeat_byte(1), Address::repeat_byte(2));
        for _ in 0..MAX_EACH {
            assert!(attendance.enter(one));
        }
        assert!(!attendance.enter(one) && attendance.enter(other));
        attendance.leave(one);
        assert!(attendance.enter(one));
        for _ in 0..MAX_EACH {
            attendance.leave(one);
        }
        assert!(!attendance.0.borrow().contains_key(&one));
    }
}
