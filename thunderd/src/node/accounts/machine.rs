//! The accounts of one node, decided in pure code: something comes in, and out come what to write down, what to say and what to tell.
//! Nothing is said before what it follows from is on the disk.

use super::{
    book::{Book, NotBooked},
    frame::AccountFrame,
    step::{Due, Step, Swap, Way, World},
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use thunder_api::AccountNews;
use thunder_channel::{Address, Amount, Bytes32, ChannelId};

/// Trust falls when service has stood still for so long, in milliseconds: a payment takes milliseconds where the debtor is there.
const PATIENCE_MS: u64 = 30_000;

/// What is remembered to have been told of nodes: more than have accounts.
const MAX_TOLD: usize = 8_192;

/// How the other side says that an account stands.
#[derive(Clone, Copy)]
struct Said {
    channel: ChannelId,
    served: Amount,
    believed: Amount,
    limit: Amount,
    stopped: bool,
}

/// The accounts of one node.
#[derive(Debug)]
pub struct Machine {
    pub(super) own: Address,
    pub(super) books: BTreeMap<Address, Book>,
    pub(super) swaps: BTreeMap<Bytes32, Swap>,
    /// Those whose end is not known here, or not known to have reached the others.
    pub(super) unsettled: BTreeSet<Bytes32>,
    /// Up to which expiry swaps may have been forgotten.
    pub(super) forgotten: u64,
    /// What was told of each account, so that it is told once.
    told: BTreeSet<(Address, &'static str)>,
    /// What this node is ready to owe, as it was when it last looked.
    limits: BTreeMap<Address, Amount>,
    /// When rings are to be looked for next: by creditor and debtor.
    pub(super) sought: BTreeMap<(Address, Address), u64>,
    /// When others were last reminded of a swap.
    pub(super) reminded: BTreeMap<Bytes32, u64>,
    /// Swaps that this node will not sign.
    pub(super) refused: VecDeque<Bytes32>,
}

impl Machine {
    /// With what was written down.
    pub fn new(
        own: Address,
        books: BTreeMap<Address, Book>,
        swaps: BTreeMap<Bytes32, Swap>,
        forgotten: u64,
    ) -> Self {
        let unsettled = swaps.iter().filter(|(_, swap)| swap.is_unsettled());
        Self {
            own,
            books,
            unsettled: unsettled.map(|(id, _)| *id).collect(),
            swaps,
            forgotten,
            told: BTreeSet::new(),
            limits: BTreeMap::new(),
            sought: BTreeMap::new(),
            reminded: BTreeMap::new(),
            refused: VecDeque::new(),
        }
    }

    /// The accounts.
    pub const fn books(&self) -> &BTreeMap<Address, Book> {
        &self.books
    }

    /// The swaps that this node has signed.
    pub const fn swaps(&self) -> &BTreeMap<Bytes32, Swap> {
        &self.swaps
    }

    /// What was written down counts from now on.
    pub fn take(&mut self, step: &Step) {
        let books = step.books.iter().map(|(peer, book)| (*peer, book.clone()));
        self.books.extend(books);
        for (id, swap) in &step.swaps {
            if swap.is_unsettled() {
                self.unsettled.insert(*id);
            } else {
                self.unsettled.remove(id);
            }
            self.swaps.insert(*id, swap.clone());
        }
        if let Some((ids, forgotten)) = &step.forget {
            for id in ids {
                self.swaps.remove(id);
            }
            self.forgotten = *forgotten;
        }
    }

    /// Opens an account, or changes one.
    pub fn set(&self, peer: Address, book: Book, world: &World<'_>) -> Step {
        let mut step = Step::default();
        step.books.insert(peer, book);
        self.stand(&mut step, peer, world);
        step
    }

    /// Books what was served to a node, `total` in all. Where that is refused, there may be something to write down all the same: that
    /// service has stopped.
    pub fn serve(&self, peer: Address, total: Amount, world: &World<'_>) -> (Step, Result<(), NotBooked>) {
        let mut step = Step::default();
        let Some((mut book, way)) = self.look(&step, peer, world) else {
            return (step, Err(NotBooked::Above(Amount::ZERO)));
        };
        let booked = book.serve(total, way.paid);
        match booked {
            Ok(()) => {
                step.books.insert(peer, book);
                self.stand(&mut step, peer, world);
            }
            Err(NotBooked::Above(_)) if book.stopped.is_none() => {
                let debt = book.owes(way.paid).theirs;
                book.stopped = Some((world.now_ms, debt));
                step.tell(peer, book.channel, AccountNews::Stopped, debt);
                step.books.insert(peer, book);
                self.stand(&mut step, peer, world);
            }
            Err(_) => (),
        }
        (step, booked)
    }

    /// A node is linked: it is told what it may have missed.
    pub fn greet(&self, peer: Address, world: &World<'_>) -> Step {
        let mut step = Step::default();
        self.stand(&mut step, peer, world);
        for (_, swap) in self.unsettled() {
            self.remind_of(&mut step, swap, |one| one == peer, world);
        }
        step
    }

    /// What another node says.
    pub fn hear(&mut self, peer: Address, frame: AccountFrame, world: &World<'_>) -> Step {
        let mut step = Step::default();
        match frame {
            AccountFrame::Stand {
                channel,
                served,
                believed,
                limit,
                stopped,
            } => {
                let said = Said {
                    channel,
                    served,
                    believed,
                    limit,
                    stopped,
                };
                self.stands(&mut step, peer, said, world);
            }
            AccountFrame::Seek {
                number,
                debtor,
                token,
                amount,
            } => self.sought_by(&mut step, peer, number, debtor, token, amount, world),
            AccountFrame::Sign(signed) => self.asked_to_sign(&mut step, peer, signed, world),
            AccountFrame::Complete(signed) => self.completed(&mut step, peer, signed, world),
            AccountFrame::Booked { swap } => self.booked(&mut step, peer, swap),
            AccountFrame::Refused { swap, by, signature } => {
                self.was_refused(&mut step, swap, by, signature, world);
            }
        }
        step
    }

    /// How the other side says that the account stands.
    fn stands(&mut self, step: &mut Step, peer: Address, said: Said, world: &World<'_>) {
        let Some((mut book, way)) = self.look(step, peer, world) else {
            let fits = self.book(step, peer).is_none() && (world.way)(said.channel).is_some();
            if fits && self.told.len() < MAX_TOLD && self.told.insert((peer, "offered")) {
                step.tell(peer, said.channel, AccountNews::Offered, said.limit);
            }
            return;
        };
        if book.channel != said.channel {
            if self.told.insert((peer, "elsewhere")) {
                step.tell(peer, book.channel, AccountNews::Elsewhere, said.limit);
            }
            return;
        }
        self.told.remove(&(peer, "elsewhere"));
        let before = book.clone();
        book.claimed = book.claimed.max(said.served);
        // This node has said so: its store is an old copy.
        book.served.mine = book.served.mine.max(said.believed);
        book.their_limit = Some(said.limit);
        book.demanded = said.stopped;
        book.believe(way.paid);
        if book != before {
            step.books.insert(peer, book);
            // What is believed is said, and nothing else is an answer to an answer.
            self.stand(step, peer, world);
        }
    }

    /// Looks at every account anew: something was paid, booked or swapped, or time has passed.
    pub fn look_after(&mut self, world: &World<'_>) -> Step {
        let mut step = Step::default();
        let peers: Vec<_> = self.books.keys().copied().collect();
        for peer in peers {
            let Some((mut book, way)) = self.look(&step, peer, world) else {
                continue;
            };
            let before = book.clone();
            book.believe(way.paid);
            self.go_on(&mut step, peer, &mut book, &way, world.now_ms);
            // What was paid may have widened it.
            let limit = book.limit(way.paid);
            let widened = self.limits.insert(peer, limit).is_some_and(|said| said != limit);
            if book != before {
                step.books.insert(peer, book);
                self.stand(&mut step, peer, world);
            } else if widened {
                self.stand(&mut step, peer, world);
            }
        }
        self.seek(&mut step, world);
        self.remind(&mut step, world);
        self.forget_old(&mut step);
        step
    }

    fn go_on(&mut self, step: &mut Step, peer: Address, book: &mut Book, way: &Way, now_ms: u64) {
        let owes = book.owes(way.paid);
        if let Some((since, debt)) = book.stopped {
            if owes.theirs < debt || book.room(way.paid) > book.triggers.payment_threshold {
                book.stopped = None;
                step.tell(peer, book.channel, AccountNews::Resumed, owes.theirs);
            } else if now_ms.saturating_sub(since) > PATIENCE_MS {
                book.distrusted_at = book.settled(way.paid);
            }
        }
        let threshold = book.threshold(way.paid).units();
        let near = owes.theirs.units() > threshold - threshold / 5;
        let (disputed, due) = (book.disputed(), book.due(way.paid, Amount::ZERO));
        let short = due.saturating_sub(way.spendable);
        for (name, is, news, amount) in [
            ("near", near, AccountNews::Near, owes.theirs),
            ("disputed", !disputed.is_zero(), AccountNews::Disputed, disputed),
            ("short", !short.is_zero(), AccountNews::Short, short),
        ] {
            if !is {
                self.told.remove(&(peer, name));
            } else if self.told.insert((peer, name)) {
                step.tell(peer, book.channel, news, amount);
            }
        }
    }

    /// What has to be paid now, as far as the channels have it.
    pub fn due(&self, world: &World<'_>) -> Vec<Due> {
        let step = Step::default();
        let due = self.books.keys().filter_map(|peer| {
            let (book, way) = self.look(&step, *peer, world)?;
            let held = self.held(&step, *peer, world.now_ms);
            let amount = book.due(way.paid, held).min(way.spendable);
            let total = way.paid.mine.checked_add(amount)?;
            (way.open && !amount.is_zero()).then_some(Due {
                to: *peer,
                channel: book.channel,
                total,
                amount,
            })
        });
        due.collect()
    }

    /// Says how an account stands.
    fn stand(&self, step: &mut Step, peer: Address, world: &World<'_>) {
        if let Some((book, way)) = self.look(step, peer, world) {
            let frame = AccountFrame::Stand {
                channel: book.channel,
                served: book.served.mine,
                believed: book.served.theirs,
                limit: book.limit(way.paid),
                stopped: book.stopped.is_some(),
            };
            step.says.push((peer, frame));
        }
    }

    /// An account and its channel, as they stand with what a step has changed already.
    pub(super) fn look(&self, step: &Step, peer: Address, world: &World<'_>) -> Option<(Book, Way)> {
        let book = self.book(step, peer)?;
        let way = (world.way)(book.channel)?;
        Some((book, way))
    }

    /// An account, as it stands with what a step has changed already.
    pub(super) fn book(&self, step: &Step, peer: Address) -> Option<Book> {
        let book = step.books.get(&peer).or_else(|| self.books.get(&peer));
        book.cloned()
    }
}
