//! What nodes say to each other about metered sessions, and who answers it.

use super::{
    Traffic, distrust, ending,
    metered::Recognised,
    opening::{self, Proposer},
    proxy,
};
use crate::node::{Account, Core};
use serde::{Deserialize, Serialize};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};
use thunder_api::{Code, Problem, Tariff};
use thunder_channel::{
    Address, Amount, Signature,
    metering::{Notice, SessionId, SessionKey, SessionSettlement, SignedAcceptance, SignedCount},
};
use tokio::{sync::oneshot, time::timeout};

/// How long another node has to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Answers that may be waited for at once.
const MAX_WAITING: usize = 1_024;

/// Questions of other nodes that are being answered at once: each may ask the chain.
const MAX_ANSWERING: u32 = 64;

/// What is said on a link about sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionFrame {
    /// A question; its number comes back with the answer.
    Ask(u64, Question),
    /// The answer to one.
    Answer(u64, Answer),
    /// So many bytes have passed. What it is about, it says itself.
    Count(SignedCount),
    /// The deposit is on the chain, or has grown: look there.
    Funded(SessionId),
    /// Tell me whom you distrust, now and from now on.
    Listen,
    /// Somebody distrusts somebody.
    Distrust(Box<Notice>),
}

/// What a node can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// What does traffic cost?
    Tariff,
    /// A session, with this deposit: will you? As a proxy, where it says for what.
    Propose {
        key: Box<SessionKey>,
        deposit: Amount,
        #[serde(default)]
        behind: Option<Behind>,
    },
    /// What does traffic of this provider cost, with you as a proxy?
    ProxyTariff { provider: Address },
    /// Under which session there does the provider know me?
    Behind { session: SessionId },
    /// Serve whoever proves an address of this hash, under our session.
    Recognise { session: SessionId, whom: Recognised },
    /// No more bytes: what is the last that you have counted?
    Finish { session: SessionId },
    /// Will you end it like this?
    Settle {
        settlement: Box<SessionSettlement>,
        signature: Signature,
    },
}

/// What a proxy is to do.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Behind {
    /// The provider with whom it opens a session in its own name.
    pub provider: Address,
    /// Whom that one is to serve.
    pub whom: Recognised,
}

/// What it can be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// So much.
    Tariff(Tariff),
    /// A session is accepted.
    Accepted(Box<SignedAcceptance>),
    /// The last statement is on its way.
    Finished,
    /// The settlement is signed.
    Settled(Signature),
    /// Under this one.
    Behind(SessionId),
    /// Not yet.
    NotYet,
    /// It will be so.
    Recognised,
    /// No, and why.
    No(String),
}

/// Who waits for which answer.
#[derive(Default)]
pub struct Questions {
    next: RefCell<u64>,
    waiting: RefCell<BTreeMap<u64, (Address, oneshot::Sender<Answer>)>>,
    /// How many of other nodes' questions are being answered.
    answering: Cell<u32>,
}

impl Questions {
    /// Asks a linked node, and waits for what it says.
    ///
    /// # Errors
    /// It is not linked, does not answer, or says no.
    pub async fn ask(&self, account: &Account, peer: Address, question: Question) -> Result<Answer, Problem> {
        if !account.links.is_linked(peer) {
            let words = "the other node is not connected: connect to it first";
            return Err(Problem::new(Code::PeerUnreachable, words));
        }
        if self.waiting.borrow().len() >= MAX_WAITING {
            return Err(Problem::new(Code::Busy, "too many questions wait for an answer"));
        }
        let number = {
            let mut next = self.next.borrow_mut();
            *next += 1;
            *next
        };
        let (answer, answered) = oneshot::channel();
        self.waiting.borrow_mut().insert(number, (peer, answer));
        say(account, peer, SessionFrame::Ask(number, question));
        let answered = timeout(ANSWER, answered).await;
        self.waiting.borrow_mut().remove(&number);
        match answered {
            Ok(Ok(Answer::No(words))) => Err(Problem::new(
                Code::Refused,
                format!("the other node says: {}", printable(&words)),
            )),
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) | Err(_) => Err(Problem::new(
                Code::PeerUnreachable,
                "the other node did not answer",
            )),
        }
    }

    fn answered(&self, peer: Address, number: u64, answer: Answer) {
        let mut waiting = self.waiting.borrow_mut();
        // Only who was asked answers.
        if waiting.get(&number).is_some_and(|(asked, _)| *asked == peer)
            && let Some((_, waiter)) = waiting.remove(&number)
        {
            // Whoever waited may have given up.
            let _ = waiter.send(answer);
        }
    }
}

/// Another node's words, as they can be shown: one line, and not too long.
pub fn printable(words: &str) -> String {
    const MAX_WORDS: usize = 200;
    words
        .chars()
        .filter(|letter| !letter.is_control())
        .take(MAX_WORDS)
        .collect()
}

/// Says something about sessions to a linked node.
pub fn say(account: &Account, peer: Address, frame: SessionFrame) {
    account
        .links
        .say(peer, crate::peer::PeerFrame::Session(Box::new(frame)));
}

/// Takes what another node says; gives what to answer.
pub async fn hear(
    core: &Rc<Core>,
    account: &Rc<Account>,
    peer: Address,
    frame: SessionFrame,
) -> Option<SessionFrame> {
    let traffic: &Traffic = &account.traffic;
    match frame {
        SessionFrame::Ask(number, question) => {
            let answering = &traffic.questions.answering;
            if answering.get() >= MAX_ANSWERING {
                let busy = Answer::No("too many questions at once: ask again in a moment".to_owned());
                return Some(SessionFrame::Answer(number, busy));
            }
            answering.set(answering.get() + 1);
            let (core, answerer) = (core.clone(), account.clone());
            // Some answers take a look at the chain, or wait for the last bytes; the link goes on meanwhile.
            account.run(async move {
                let answer = answer(&core, &answerer, peer, question).await;
                let answer = answer.unwrap_or_else(|problem| Answer::No(problem.detail));
                say(&answerer, peer, SessionFrame::Answer(number, answer));
                let answering = &answerer.traffic.questions.answering;
                answering.set(answering.get() - 1);
            });
            None
        }
        SessionFrame::Answer(number, answer) => {
            traffic.questions.answered(peer, number, answer);
            None
        }
        SessionFrame::Count(statement) => {
            if let Some(metered) = traffic.with(statement.statement.session, peer) {
                let heard = metered.hear(statement);
                proxy::mirror(account, &metered);
                match heard {
                    Ok(true) => ending::accused(core, account, &metered),
                    Ok(false) => (),
                    Err(fault) => {
                        tracing::debug!(session = %metered.id(), %fault, "a statement is not believed");
                    }
                }
            }
            None
        }
        SessionFrame::Listen => {
            distrust::listen(account, peer);
            None
        }
        SessionFrame::Distrust(notice) => {
            distrust::hear(core, account, peer, &notice);
            None
        }
        SessionFrame::Funded(id) => {
            if traffic.with(id, peer).is_some() {
                traffic.look.notify_one();
            }
            None
        }
    }
}

async fn answer(
    core: &Rc<Core>,
    account: &Rc<Account>,
    peer: Address,
    question: Question,
) -> Result<Answer, Problem> {
    match question {
        Question::Tariff => opening::tariff(account).map(Answer::Tariff),
        Question::Propose { key, deposit, behind } => {
            let accepted =
                opening::consider(core, account, Proposer::Node(peer), &key, deposit, behind).await?;
            Ok(Answer::Accepted(Box::new(accepted)))
        }
        Question::ProxyTariff { provider } => {
            let tariff = proxy::tariff(core, account, provider).await?;
            Ok(Answer::Tariff(tariff))
        }
        Question::Behind { session } => proxy::behind(&*find(account, session, peer)?),
        Question::Recognise { session, whom } => {
            let metered = find(account, session, peer)?;
            metered.set(|record| record.recognised = Some(whom))?;
            Ok(Answer::Recognised)
        }
        Question::Finish { session } => {
            let metered = find(account, session, peer)?;
            ending::finish(account, &metered).await?;
            Ok(Answer::Finished)
        }
        Question::Settle {
            settlement,
            signature,
        } => {
            let metered = find(account, settlement.session, peer)?;
            ending::countersign(account, &metered, &settlement, signature)
                .await
                .map(Answer::Settled)
        }
    }
}

fn find(account: &Account, session: SessionId, peer: Address) -> Result<Rc<super::Metered>, Problem> {
    let none = || Problem::new(Code::NotFound, "there is no such session with you");
    account.traffic.with(session, peer).ok_or_else(none)
}
