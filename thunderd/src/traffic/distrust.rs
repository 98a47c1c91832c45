//! Whom this node does not deal with: by its own word, or by signatures of the accused that somebody showed it.
//!
//! Notices spread from node to node, and over the relay, to those that want to hear them. Each checks the grounds itself: a notice that
//! proves nothing is an opinion, is kept only from who says it itself, goes no further, to no relay either, and binds nobody. What is kept is bounded for each link that it came
//! over, so whoever floods displaces only what it brought: anybody can make accounts and prove their guilt.

use super::{
    frames::{SessionFrame, say},
    store::SessionStore,
};
use crate::{
    clock::now_ms,
    keystore::disk,
    node::{Account, Core},
};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::{Duration, Instant},
};
use thunder_api::{Code, Distrust, Distrusted, EventKind, Problem};
use thunder_channel::{
    Address, Domain, SigningKey,
    metering::{Grounds, MAX_NOTICE_WORDS, Notice, Weight},
    wire::ClientFrame,
};

/// Stored by this and the accused and the speaker.
pub const PREFIX: &str = "distrust/";
/// Accounts that are trusted again whatever is proved against them: stored by this and the account.
pub const FORGIVEN: &str = "forgiven/";
/// Who brought what came over the relay: no account has this address.
pub const RELAY: Address = Address::zero();
/// The newest notices that a relay is told at each connection: it may have forgotten them.
const TOLD_TO_RELAY: usize = 20;
/// Notices with grounds that are kept of what one node brought, and without.
const PROVED_EACH: usize = 100;
const OPINIONS_EACH: usize = 10;
/// Notices of one node that are looked at in a minute: each costs signatures to check, and a write.
const HEARD_A_MINUTE: u32 = 200;
/// Notices in all, and accounts that are forgiven.
const MAX_KEPT: usize = 5_000;
/// Words of the node's own when an account proves its own guilt.
const GUILTY: &str = "signed statements that contradict each other or the terms";

/// A notice, and over which link it came; this node's own came over none.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    notice: Notice,
    weight: Weight,
    from: Option<Address>,
    /// When it came, in milliseconds since 1970.
    since: u64,
}

/// What is known against others.
pub struct Blacklist {
    store: Rc<SessionStore>,
    domain: Domain,
    /// By the accused and who says so.
    kept: RefCell<BTreeMap<(Address, Address), Kept>>,
    forgiven: RefCell<BTreeSet<Address>>,
    /// Linked nodes that want to hear.
    listening: RefCell<BTreeSet<Address>>,
    /// Since when, and how many notices a node has brought lately.
    brought: RefCell<BTreeMap<Address, (Instant, u32)>>,
}

impl Blacklist {
    /// None yet.
    pub fn new(store: Rc<SessionStore>, domain: Domain) -> Self {
        Self {
            store,
            domain,
            kept: RefCell::default(),
            forgiven: RefCell::default(),
            listening: RefCell::default(),
            brought: RefCell::default(),
        }
    }

    /// Takes in what was stored under a name; `false` if it is not the list's.
    ///
    /// # Errors
    /// It is not understood.
    pub fn take_stored(&self, name: &str, value: &str) -> anyhow::Result<bool> {
        if name.starts_with(PREFIX) {
            let kept: Kept = serde_json::from_str(value).context("a notice is not understood")?;
            self.kept
                .borrow_mut()
                .insert((kept.notice.accused, kept.notice.by), kept);
        } else if let Some(account) = name.strip_prefix(FORGIVEN) {
            let account = thunder_channel::parse_address(account).context("a forgiven account")?;
            self.forgiven.borrow_mut().insert(account);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// What is known, as it is stored.
    pub fn backup(&self) -> Vec<(String, String)> {
        let kept = self.kept.borrow();
        let texts = kept.iter().filter_map(|((accused, by), kept)| {
            Some((name(*accused, *by), serde_json::to_string(kept).ok()?))
        });
        let forgiven = self.forgiven.borrow();
        let forgiven = forgiven
            .iter()
            .map(|account| (format!("{FORGIVEN}{account:#x}"), "{}".to_owned()));
        texts.chain(forgiven).collect()
    }

    /// Takes in a record of a backup that is not known here; `false` if it is not the list's. A file may say of a notice what it likes, so it
    /// is weighed again; what is nobody's word is left out.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn restore(&self, name: &str, value: &str) -> anyhow::Result<bool> {
        let whole = self.kept.borrow().len() + self.forgiven.borrow().len() >= MAX_KEPT;
        if let Some(account) = name.strip_prefix(FORGIVEN) {
            if let (Ok(account), false) = (thunder_channel::parse_address(account), whole)
                && self.forgiven.borrow_mut().insert(account)
            {
                self.store
                    .put_now(format!("{FORGIVEN}{account:#x}"), "{}".to_owned())?;
            }
            return Ok(true);
        }
        if !name.starts_with(PREFIX) {
            return Ok(false);
        }
        let weighed = serde_json::from_str::<Kept>(value).ok().and_then(|kept| {
            let weight = kept.notice.weigh(&self.domain).ok()?;
            Some(Kept { weight, ..kept })
        });
        if let (Some(kept), false) = (weighed, whole) {
            let key = (kept.notice.accused, kept.notice.by);
            if !self.kept.borrow().contains_key(&key) {
                let name = self::name(kept.notice.accused, kept.notice.by);
                self.store.put_now(name, serde_json::to_string(&kept)?)?;
                self.kept.borrow_mut().insert(key, kept);
            }
        }
        Ok(true)
    }

    /// Why this node does not deal with an account, if it does not: its own word, or proof.
    pub fn why(&self, account: Address, own: Address) -> Option<String> {
        if self.forgiven.borrow().contains(&account) {
            return None;
        }
        let kept = self.kept.borrow();
        let mut against = kept
            .range((account, Address::zero())..)
            .take_while(|((accused, _), _)| *accused == account);
        let found = against.find(|((_, by), kept)| *by == own || kept.weight == Weight::Evidence)?;
        Some(super::frames::printable(&found.1.notice.words))
    }

    /// The list, newest first.
    pub fn list(&self, own: Address) -> Vec<Distrusted> {
        let kept = self.kept.borrow();
        let mut list: Vec<_> = kept
            .values()
            .map(|kept| Distrusted {
                account: kept.notice.accused,
                by: kept.notice.by,
                proved: kept.weight == Weight::Evidence,
                words: super::frames::printable(&kept.notice.words),
                since: kept.since,
                refused: self.why(kept.notice.accused, own).is_some(),
            })
            .collect();
        list.sort_by_key(|entry| std::cmp::Reverse(entry.since));
        list
    }

    /// Whether one more notice of a node is looked at.
    fn has_time_for(&self, from: Address) -> bool {
        const MINUTE: Duration = Duration::from_secs(60);
        let mut brought = self.brought.borrow_mut();
        brought.retain(|_, (since, _)| since.elapsed() < MINUTE);
        let (_, count) = brought.entry(from).or_insert((Instant::now(), 0));
        *count += 1;
        *count <= HEARD_A_MINUTE
    }

    fn keep(&self, notice: Notice, weight: Weight, from: Option<Address>) -> anyhow::Result<()> {
        self.make_room(weight, from)?;
        let name = name(notice.accused, notice.by);
        let kept = Kept {
            notice,
            weight,
            from,
            since: now_ms(),
        };
        self.store.put_now(name, serde_json::to_string(&kept)?)?;
        let key = (kept.notice.accused, kept.notice.by);
        self.kept.borrow_mut().insert(key, kept);
        Ok(())
    }

    /// Forgets the oldest of what the same link brought, where that is as much as is kept of one.
    fn make_room(&self, weight: Weight, from: Option<Address>) -> anyhow::Result<()> {
        let Some(from) = from else {
            return Ok(());
        };
        let most = match weight {
            Weight::Evidence => PROVED_EACH,
            Weight::Opinion => OPINIONS_EACH,
        };
        let mut kept = self.kept.borrow_mut();
        let whole = kept.len() >= MAX_KEPT;
        let alike = kept
            .iter()
            .filter(|(_, kept)| kept.from == Some(from) && (whole || kept.weight == weight));
        let mut alike: Vec<_> = alike.map(|(key, kept)| (kept.since, *key)).collect();
        if alike.len() < most && !whole {
            return Ok(());
        }
        alike.sort_unstable();
        let Some((_, oldest)) = alike.first() else {
            anyhow::bail!("the list is full");
        };
        kept.remove(oldest);
        self.store.delete(name(oldest.0, oldest.1))
    }
}

fn name(accused: Address, by: Address) -> String {
    format!("{PREFIX}{accused:#x}/{by:#x}")
}

/// Says that this node distrusts an account, and lets others know.
///
/// # Errors
/// It is this node's own, the grounds prove nothing, or the disk refuses.
pub fn distrust(core: &Core, account: &Account, said: Distrust) -> Result<Distrusted, Problem> {
    let refuse = |words: &str| Err(Problem::new(Code::Malformed, words));
    let list = &account.traffic.blacklist;
    if said.account == account.address() {
        return refuse("this is the node's own account");
    }
    if said.words.len() > MAX_NOTICE_WORDS || said.words.chars().any(char::is_control) {
        return refuse("the words are at most 200 bytes, without control characters");
    }
    let grounds = match said.grounds {
        None => None,
        Some(grounds) => {
            let grounds: Grounds = serde_json::from_value(grounds).map_err(|error| {
                Problem::new(
                    Code::Malformed,
                    format!("the grounds are not understood: {error}"),
                )
            })?;
            if grounds.guilty(&list.domain) != Some(said.account) {
                return refuse("these grounds prove nothing against this account");
            }
            Some(grounds)
        }
    };
    declare(core, account, said.account, grounds, said.words)?;
    let own = account.address();
    let mut known = list.list(own).into_iter();
    let missing = || Problem::new(Code::Store, "what was said is not on the list");
    known
        .find(|entry| (entry.account, entry.by) == (said.account, own))
        .ok_or_else(missing)
}

/// An account has signed its own guilt in a session of this node's.
pub fn accuse(core: &Core, account: &Account, metered: &super::Metered) {
    let Some(accusation) = metered.proof().accusation else {
        return;
    };
    let grounds = Grounds {
        key: metered.session.key,
        epoch: metered.session.epoch,
        accusation,
    };
    // What a page's key signed proves nothing to others against its account, which here was shown by the deposit.
    let grounds = Some(grounds).filter(|grounds| grounds.guilty(&account.traffic.domain).is_some());
    let declared = declare(core, account, metered.with(), grounds, GUILTY.to_owned());
    if let Err(problem) = declared {
        tracing::error!(%problem, "the accusation could not be kept");
    }
}

fn declare(
    core: &Core,
    account: &Account,
    accused: Address,
    grounds: Option<Grounds>,
    words: String,
) -> Result<(), Problem> {
    let list = &account.traffic.blacklist;
    let key: &SigningKey = account.key();
    let notice = Notice::sign(accused, grounds, words, now_ms(), key, &list.domain);
    let weight = match notice.grounds {
        Some(_) => Weight::Evidence,
        None => Weight::Opinion,
    };
    pardon(account, accused, false)?;
    list.keep(notice.clone(), weight, None)
        .map_err(|error| disk(&error))?;
    core.events.tell(EventKind::Distrusted {
        account: accused,
        by: account.address(),
        proved: weight == Weight::Evidence,
    });
    spread(account, &notice, None);
    Ok(())
}

/// Trusts an account again, whatever is said or proved against it.
///
/// # Errors
/// Nothing is said against it, or the disk refuses.
pub fn forgive(account: &Account, whom: Address) -> Result<(), Problem> {
    let list = &account.traffic.blacklist;
    let own = account.address();
    if list.why(whom, own).is_none() {
        return Err(Problem::new(Code::NotFound, "this account is not distrusted"));
    }
    if list.kept.borrow_mut().remove(&(whom, own)).is_some() {
        list.store.delete(name(whom, own)).map_err(|error| disk(&error))?;
    }
    if list.forgiven.borrow().len() >= MAX_KEPT {
        return Err(Problem::new(Code::AboveLimit, "too many accounts are forgiven"));
    }
    pardon(account, whom, true)
}

fn pardon(account: &Account, whom: Address, forgiven: bool) -> Result<(), Problem> {
    let list = &account.traffic.blacklist;
    let name = format!("{FORGIVEN}{whom:#x}");
    let written = if forgiven {
        list.forgiven.borrow_mut().insert(whom);
        list.store.put_now(name, "{}".to_owned())
    } else if list.forgiven.borrow_mut().remove(&whom) {
        list.store.delete(name)
    } else {
        Ok(())
    };
    written.map_err(|error| disk(&error))
}

/// Another node, or the relay, tells of somebody.
pub fn hear(core: &Core, account: &Account, from: Address, notice: &Notice) {
    let list = &account.traffic.blacklist;
    let own = account.address();
    if notice.accused == own || notice.by == own {
        return;
    }
    let known = list
        .kept
        .borrow()
        .get(&(notice.accused, notice.by))
        .map(|kept| kept.weight);
    // What is known is not checked again: that ends every round.
    if known == Some(Weight::Evidence) || !list.has_time_for(from) {
        return;
    }
    let Ok(weight) = notice.weigh(&list.domain) else {
        return;
    };
    if weight == Weight::Opinion && (known.is_some() || notice.by != from) {
        return;
    }
    if let Err(error) = list.keep(notice.clone(), weight, Some(from)) {
        tracing::warn!(%error, "a notice was not kept");
        return;
    }
    core.events.tell(EventKind::Distrusted {
        account: notice.accused,
        by: notice.by,
        proved: weight == Weight::Evidence,
    });
    if weight == Weight::Evidence {
        spread(account, notice, Some(from));
    }
}

/// Another node wants to hear: it is told what is known with grounds, and what this node says itself.
pub fn listen(account: &Account, peer: Address) {
    let list = &account.traffic.blacklist;
    let mut listening = list.listening.borrow_mut();
    listening.retain(|peer| account.links.is_linked(*peer));
    listening.insert(peer);
    drop(listening);
    let own = account.address();
    let known: Vec<Notice> = list
        .kept
        .borrow()
        .values()
        .filter(|kept| (kept.weight == Weight::Evidence || kept.notice.by == own) && kept.from != Some(peer))
        .take(PROVED_EACH)
        .map(|kept| kept.notice.clone())
        .collect();
    for notice in known {
        say(account, peer, SessionFrame::Distrust(Box::new(notice)));
    }
}

/// The relay knows who this node is: it is asked what is proved, and told what this node knows.
pub fn greet_relay(account: &Account) {
    account.links.tell_relay(&ClientFrame::Listen);
    let kept = account.traffic.blacklist.kept.borrow();
    let mut proved: Vec<_> = kept
        .values()
        .filter(|kept| kept.weight == Weight::Evidence)
        .collect();
    proved.sort_by_key(|kept| std::cmp::Reverse(kept.since));
    for kept in proved.into_iter().take(TOLD_TO_RELAY) {
        let notice = Box::new(kept.notice.clone());
        account.links.tell_relay(&ClientFrame::Distrust(notice));
    }
}

/// Tells whoever listens. A notice with grounds is a proof by now: others are not kept with any.
fn spread(account: &Account, notice: &Notice, from: Option<Address>) {
    if notice.grounds.is_some() && from != Some(RELAY) {
        let told = ClientFrame::Distrust(Box::new(notice.clone()));
        account.links.tell_relay(&told);
    }
    let listening = account.traffic.blacklist.listening.borrow();
    for peer in listening.iter().filter(|peer| Some(**peer) != from) {
        say(account, *peer, SessionFrame::Distrust(Box::new(notice.clone())));
    }
}

/// Refuses an account that is distrusted.
///
/// # Errors
/// It is.
pub fn check(account: &Account, whom: Address) -> Result<(), Problem> {
    match account.traffic.blacklist.why(whom, account.address()) {
        None => Ok(()),
        Some(words) => Err(Problem::new(
            Code::Refused,
            format!("this account is on the blacklist ({words})"),
        )),
    }
}
