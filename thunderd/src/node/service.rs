//! Serving for money, and being served.
//!
//! A contract is an agreement over a channel and nothing the hub knows of. The provider books one total that only grows, as a claim
//! does, so what is lost or repeated on the way does no harm; the client's node pays up to it by itself, within the bound that the
//! conditions set. What a contract says is believed only as far as the channel's own totals bear it out.

use super::{Account, Core};
use crate::{clock::now_ms, data_dir::random, keystore::disk, peer::PeerFrame, store::SqliteStore};
use serde::{Deserialize, Serialize};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};
use thunder_api::{
    Code, Conditions, Contract, ContractAccount, ContractState, Establish, EventKind, Offer, Problem, Role,
    WhenUsedUp,
};
use thunder_channel::{Address, Amount, ChannelId, ChannelKey, Policy};
use thunder_client::{ChannelView, Command, PaymentReference, PhaseView};
use tokio::{sync::oneshot, time::timeout};

/// Where the offer is stored; contracts are stored by their ids.
const OFFER: &str = "offer";
/// How long another node has to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long an accepted proposal waits for its channel, and a proposal for its answer, in milliseconds: an hour, so that neither a
/// slow chain nor a night's manual work on proposals is cut short, and a provider's places are not taken by promises.
const LAPSE_MS: u64 = 60 * 60 * 1_000;
/// Contracts that are remembered; above it, the oldest of those that are over are forgotten.
const MAX_CONTRACTS: usize = 10_000;
/// Proposals of one node that may wait for an answer.
const MAX_PROPOSALS: usize = 4;
/// The longest name of a unit, in characters.
const MAX_UNIT: usize = 32;

/// What nodes say to each other about services.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceFrame {
    /// Under which conditions do you serve?
    Ask,
    /// Under these, or under none.
    Conditions(Option<Conditions>),
    /// The client wants a contract.
    Propose {
        id: String,
        conditions: Conditions,
        deposit: Amount,
    },
    /// The provider's answer.
    Accept { id: String },
    /// The provider's answer, and why.
    Decline { id: String, words: String },
    /// The client has opened the channel.
    Opened { id: String, channel: ChannelId },
    /// The provider has booked so much in all.
    Due { id: String, total: Amount },
}

/// The offer and the contracts of one account.
pub struct Service {
    store: Rc<SqliteStore>,
    offer: RefCell<Option<Offer>>,
    contracts: RefCell<BTreeMap<String, Contract>>,
    /// Who waits for another node's conditions.
    asked: RefCell<BTreeMap<Address, Vec<oneshot::Sender<Option<Conditions>>>>>,
    /// Contracts of which was told that little is left.
    told_low: RefCell<BTreeSet<String>>,
    /// Contracts whose channel is being opened or closed.
    under_way: RefCell<BTreeSet<String>>,
}

impl Service {
    /// What the store holds.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn load(store: Rc<SqliteStore>) -> anyhow::Result<Self> {
        let (mut offer, mut contracts) = (None, BTreeMap::new());
        for (id, value) in store.service()? {
            if id == OFFER {
                offer = Some(serde_json::from_str(&value)?);
            } else {
                contracts.insert(id, serde_json::from_str(&value)?);
            }
        }
        Ok(Self {
            store,
            offer: RefCell::new(offer),
            contracts: RefCell::new(contracts),
            asked: RefCell::default(),
            told_low: RefCell::default(),
            under_way: RefCell::default(),
        })
    }

    /// What this node offers.
    pub fn offer(&self) -> Option<Offer> {
        self.offer.borrow().clone()
    }

    /// Publishes conditions. Contracts that stand keep theirs.
    ///
    /// # Errors
    /// They make no sense, or the disk refuses.
    pub fn publish(&self, offer: Offer) -> Result<(), Problem> {
        check(&offer.conditions)?;
        let text =
            serde_json::to_string(&offer).map_err(|error| Problem::new(Code::Store, error.to_string()))?;
        self.store
            .put_service(OFFER, &text)
            .map_err(|error| disk(&error))?;
        self.offer.replace(Some(offer));
        Ok(())
    }

    /// Contracts, newest first.
    pub fn contracts(&self) -> Vec<Contract> {
        let mut contracts: Vec<_> = self.contracts.borrow().values().cloned().collect();
        contracts.sort_by_key(|contract| std::cmp::Reverse(contract.since));
        contracts
    }

    /// One contract.
    ///
    /// # Errors
    /// [`Code::NotFound`]
    pub fn contract(&self, id: &str) -> Result<Contract, Problem> {
        let found = self.contracts.borrow().get(id).cloned();
        found.ok_or_else(|| Problem::new(Code::NotFound, "there is no such contract"))
    }

    /// Writes a contract down, and tells what changed.
    fn keep(&self, core: &Core, contract: &Contract) -> Result<(), Problem> {
        let text =
            serde_json::to_string(contract).map_err(|error| Problem::new(Code::Store, error.to_string()))?;
        self.store
            .put_service(&contract.id, &text)
            .map_err(|error| disk(&error))?;
        let before = self
            .contracts
            .borrow_mut()
            .insert(contract.id.clone(), contract.clone());
        self.forget_old()?;
        if before.is_none_or(|before| before.state != contract.state) {
            core.events.tell(EventKind::Contract {
                id: contract.id.clone(),
                state: contract.state,
            });
        }
        Ok(())
    }

    fn forget_old(&self) -> Result<(), Problem> {
        use ContractState::{Declined, Ended};
        let mut contracts = self.contracts.borrow_mut();
        if contracts.len() <= MAX_CONTRACTS {
            return Ok(());
        }
        let over = contracts
            .values()
            .filter(|contract| matches!(contract.state, Declined | Ended));
        let Some(oldest) = over
            .min_by_key(|contract| contract.since)
            .map(|contract| contract.id.clone())
        else {
            return Ok(());
        };
        contracts.remove(&oldest);
        self.store.delete_service(&oldest).map_err(|error| disk(&error))
    }

    /// Contracts that take a provider's places.
    fn places_taken(&self) -> usize {
        use ContractState::{Accepted, Active, FreeTier};
        let contracts = self.contracts.borrow();
        let taken = contracts.values().filter(|contract| {
            contract.role == Role::Provider && matches!(contract.state, Accepted | Active | FreeTier)
        });
        taken.count()
    }
}

fn check(conditions: &Conditions) -> Result<(), Problem> {
    let refuse = |words: &str| Err(Problem::new(Code::Malformed, words));
    if conditions.price.is_zero() {
        return refuse("a unit has to cost something");
    }
    if !(1..=MAX_UNIT).contains(&conditions.unit.chars().count())
        || conditions.unit.chars().any(char::is_control)
    {
        return refuse("a unit's name has 1 to 32 characters");
    }
    if conditions.max_booking < conditions.price || conditions.min_deposit < conditions.price {
        return refuse("the smallest deposit and the largest booking have to pay at least one unit");
    }
    Ok(())
}

/// Asks another node for its conditions.
///
/// # Errors
/// It is not linked, or does not answer.
pub async fn conditions_of(account: &Account, provider: Address) -> Result<Option<Conditions>, Problem> {
    if !account.links.is_linked(provider) {
        return Err(Problem::new(
            Code::PeerUnreachable,
            "the other node is not connected: connect to it first",
        ));
    }
    let (answer, answered) = oneshot::channel();
    account
        .service
        .asked
        .borrow_mut()
        .entry(provider)
        .or_default()
        .push(answer);
    say(account, provider, ServiceFrame::Ask);
    let silent = || Problem::new(Code::PeerUnreachable, "this node did not answer");
    let answered = timeout(ANSWER, answered).await.map_err(|_| silent())?;
    answered.map_err(|_| silent())
}

/// Proposes a contract to a provider. Once it accepts, the channel is opened by this node itself.
///
/// # Errors
/// What the deposit or the conditions lack, or that the provider cannot be reached.
pub fn establish(core: &Core, account: &Account, wanted: &Establish) -> Result<Contract, Problem> {
    check(&wanted.conditions)?;
    if wanted.deposit < wanted.conditions.min_deposit {
        return Err(Problem::new(
            Code::Malformed,
            "the deposit is below the smallest one that the provider takes",
        ));
    }
    if core
        .world
        .tokens
        .iter()
        .all(|token| token.address != wanted.conditions.token)
    {
        return Err(Problem::new(
            Code::Malformed,
            "the provider takes a token that is not known here",
        ));
    }
    if !account.links.is_linked(wanted.provider) {
        return Err(Problem::new(
            Code::PeerUnreachable,
            "the other node is not connected: connect to it first",
        ));
    }
    let id = hex::encode(random::<16>().map_err(|error| disk(&error))?);
    let fifth = Amount::new(wanted.deposit.units() / 5).unwrap_or(Amount::ZERO);
    let contract = Contract {
        id: id.clone(),
        role: Role::Client,
        with: wanted.provider,
        conditions: wanted.conditions.clone(),
        deposit: wanted.deposit,
        low: wanted.low.unwrap_or(fifth),
        channel: None,
        state: ContractState::Proposed,
        booked: Amount::ZERO,
        since: now_ms(),
    };
    account.service.keep(core, &contract)?;
    propose(account, &contract);
    Ok(contract)
}

fn propose(account: &Account, contract: &Contract) {
    let frame = ServiceFrame::Propose {
        id: contract.id.clone(),
        conditions: contract.conditions.clone(),
        deposit: contract.deposit,
    };
    say(account, contract.with, frame);
}

/// Answers a proposal that waits.
///
/// # Errors
/// There is none, or no place is left.
pub fn decide(core: &Core, account: &Account, id: &str, accept: bool) -> Result<Contract, Problem> {
    let mut contract = account.service.contract(id)?;
    if contract.role != Role::Provider || contract.state != ContractState::Proposed {
        return Err(Problem::new(
            Code::WrongPhase,
            "this contract does not wait for this node's answer",
        ));
    }
    let places = account.service.offer().map_or(0, |offer| offer.max_contracts);
    if accept && account.service.places_taken() >= usize::try_from(places).unwrap_or(usize::MAX) {
        return Err(Problem::new(
            Code::AboveLimit,
            "as many contracts stand as were offered: end one, or offer more",
        ));
    }
    contract.state = if accept {
        ContractState::Accepted
    } else {
        ContractState::Declined
    };
    account.service.keep(core, &contract)?;
    remind_of(account, &contract);
    Ok(contract)
}

/// Books what was delivered: `total` in all. The client's node pays it at once, if it is there.
///
/// # Errors
/// The contract does not stand, what was booked falls, too much is unpaid, or the deposit does not bear it.
pub fn book(core: &Core, account: &Account, id: &str, total: Amount) -> Result<Contract, Problem> {
    let mut contract = account.service.contract(id)?;
    if contract.role != Role::Provider {
        return Err(Problem::new(Code::Refused, "only the provider books"));
    }
    if !matches!(contract.state, ContractState::Active | ContractState::FreeTier) {
        return Err(Problem::new(
            Code::WrongPhase,
            "this contract does not stand: nothing can be booked",
        ));
    }
    if total < contract.booked {
        let words = format!(
            "so much was booked already: {} in all",
            core.world.money(contract.booked, contract.conditions.token)
        );
        return Err(Problem::new(Code::IdempotencyMismatch, words));
    }
    let account_of = stand(account, &contract)?;
    let unpaid = total.saturating_sub(account_of.paid);
    if unpaid > contract.conditions.max_booking {
        return Err(Problem::new(
            Code::AboveLimit,
            "more would be unpaid than the conditions allow: wait until the client has paid",
        ));
    }
    if unpaid > account_of.left {
        return Err(Problem::new(
            Code::InsufficientFunds,
            "the deposit does not bear this: the client has to put more in",
        ));
    }
    contract.booked = total;
    account.service.keep(core, &contract)?;
    remind_of(account, &contract);
    Ok(contract)
}

/// What was booked and paid, and what is left.
///
/// # Errors
/// There is no channel yet.
pub fn stand(account: &Account, contract: &Contract) -> Result<ContractAccount, Problem> {
    let view = view_of(account, contract);
    let view =
        view.ok_or_else(|| Problem::new(Code::WrongPhase, "the contract's channel is not open yet"))?;
    let payer = match contract.role {
        Role::Client => view.holder,
        Role::Provider => view.holder.other(),
    };
    let left = match contract.role {
        Role::Client => view.spendable,
        Role::Provider => view.receivable,
    };
    Ok(ContractAccount {
        booked: contract.booked,
        paid: view.totals[payer],
        left,
    })
}

/// Ends a contract: nothing more is paid or booked under it. Its channel is closed by whoever asked.
///
/// # Errors
/// There is no such contract, or the disk refuses.
pub fn end(core: &Core, account: &Account, id: &str) -> Result<Contract, Problem> {
    let mut contract = account.service.contract(id)?;
    contract.state = ContractState::Ended;
    account.service.keep(core, &contract)?;
    Ok(contract)
}

fn say(account: &Account, peer: Address, frame: ServiceFrame) {
    account.links.say(peer, PeerFrame::Service(Box::new(frame)));
}

fn view_of(account: &Account, contract: &Contract) -> Option<ChannelView> {
    account.driver.view(contract.channel?)
}

/// Says again what a node may have missed while it was away.
pub fn remind(account: &Account, peer: Address) {
    for contract in account.service.contracts() {
        if contract.with == peer {
            remind_of(account, &contract);
        }
    }
}

fn remind_of(account: &Account, contract: &Contract) {
    let id = contract.id.clone();
    let frame = match (contract.role, contract.state) {
        (Role::Client, ContractState::Proposed) => return propose(account, contract),
        (Role::Client, ContractState::Active) => match contract.channel {
            Some(channel) => ServiceFrame::Opened { id, channel },
            None => return,
        },
        (Role::Provider, ContractState::Accepted) => ServiceFrame::Accept { id },
        (Role::Provider, ContractState::Declined) => ServiceFrame::Decline {
            id,
            words: "the provider declined".to_owned(),
        },
        (Role::Provider, ContractState::Active | ContractState::FreeTier) => ServiceFrame::Due {
            id,
            total: contract.booked,
        },
        _ => return,
    };
    say(account, contract.with, frame);
}

/// What another node says about services, and what to answer.
pub async fn hear(
    core: &Rc<Core>,
    account: &Rc<Account>,
    peer: Address,
    frame: ServiceFrame,
) -> Option<ServiceFrame> {
    match frame {
        ServiceFrame::Ask => Some(ServiceFrame::Conditions(
            account.service.offer().map(|offer| offer.conditions),
        )),
        ServiceFrame::Conditions(conditions) => {
            let conditions = conditions.filter(|conditions| check(conditions).is_ok());
            let waiting = account
                .service
                .asked
                .borrow_mut()
                .remove(&peer)
                .unwrap_or_default();
            for answer in waiting {
                // Whoever asked may have gone.
                let _ = answer.send(conditions.clone());
            }
            None
        }
        ServiceFrame::Propose {
            id,
            conditions,
            deposit,
        } => proposed(core, account, peer, id, conditions, deposit),
        ServiceFrame::Accept { id } => {
            if let Some(mut contract) = theirs(account, peer, &id, Role::Client, &[ContractState::Proposed]) {
                contract.state = ContractState::Accepted;
                heard(account.service.keep(core, &contract));
                account.duty.notify_one();
            }
            None
        }
        ServiceFrame::Decline { id, words } => {
            if let Some(mut contract) = theirs(account, peer, &id, Role::Client, &[ContractState::Proposed]) {
                contract.state = ContractState::Declined;
                heard(account.service.keep(core, &contract));
                let words: String = words.chars().filter(|c| !c.is_control()).take(200).collect();
                tracing::info!(contract = id, words, "declined");
            }
            None
        }
        ServiceFrame::Opened { id, channel } => {
            if let Some(mut contract) = theirs(account, peer, &id, Role::Provider, &[ContractState::Accepted])
            {
                contract.channel = Some(channel);
                heard(account.service.keep(core, &contract));
                account.duty.notify_one();
            }
            None
        }
        ServiceFrame::Due { id, total } => {
            if let Some(contract) = theirs(account, peer, &id, Role::Client, &[ContractState::Active]) {
                heard(pay(core, account, contract, total).await);
            }
            None
        }
    }
}

fn heard(kept: Result<(), Problem>) {
    if let Err(problem) = kept {
        tracing::warn!(%problem, "a contract");
    }
}

fn theirs(
    account: &Account,
    peer: Address,
    id: &str,
    role: Role,
    states: &[ContractState],
) -> Option<Contract> {
    let contract = account.service.contract(id).ok()?;
    (contract.with == peer && contract.role == role && states.contains(&contract.state)).then_some(contract)
}

fn proposed(
    core: &Core,
    account: &Account,
    peer: Address,
    id: String,
    conditions: Conditions,
    deposit: Amount,
) -> Option<ServiceFrame> {
    let decline = |words: &str| {
        Some(ServiceFrame::Decline {
            id: id.clone(),
            words: words.to_owned(),
        })
    };
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return decline("a contract's id is 32 hexadecimal digits");
    }
    if let Ok(known) = account.service.contract(&id) {
        // Said again by a client that has missed the answer.
        if known.with == peer && known.role == Role::Provider {
            remind_of(account, &known);
        }
        return None;
    }
    let Some(offer) = account.service.offer() else {
        return decline("this node serves nobody");
    };
    if conditions != offer.conditions {
        return decline("these are not the conditions of this node; ask for them anew");
    }
    if deposit < offer.conditions.min_deposit {
        return decline("the deposit is too small");
    }
    let contracts = account.service.contracts();
    let waiting = |contract: &&Contract| contract.with == peer && contract.state == ContractState::Proposed;
    if contracts.iter().filter(waiting).count() >= MAX_PROPOSALS {
        return decline("too many contracts were proposed");
    }
    let places = usize::try_from(offer.max_contracts).unwrap_or(usize::MAX);
    if account.service.places_taken() >= places {
        return decline("as many contracts stand as this node serves at once");
    }
    let contract = Contract {
        id: id.clone(),
        role: Role::Provider,
        with: peer,
        low: offer.conditions.price,
        conditions,
        deposit,
        channel: None,
        state: if offer.automatic {
            ContractState::Accepted
        } else {
            ContractState::Proposed
        },
        booked: Amount::ZERO,
        since: now_ms(),
    };
    if account.service.keep(core, &contract).is_err() {
        return decline("this node could not write it down; try again");
    }
    offer.automatic.then_some(ServiceFrame::Accept { id })
}

/// Pays what was booked, as far as the conditions allow.
async fn pay(core: &Core, account: &Account, mut contract: Contract, total: Amount) -> Result<(), Problem> {
    let now = stand(account, &contract)?;
    let due = total.saturating_sub(now.paid);
    if due.is_zero() {
        return Ok(());
    }
    if due > contract.conditions.max_booking {
        let words = format!(
            "the provider of contract {} wants more at once than its conditions allow: nothing was paid",
            contract.id
        );
        tracing::warn!("{words}");
        core.events.tell(EventKind::Warning { words });
        return Ok(());
    }
    let channel = contract
        .channel
        .ok_or_else(|| Problem::new(Code::WrongPhase, "no channel"))?;
    // The total names the payment: whatever is said again pays once.
    let reference = format!("{}-{total}", contract.id);
    let reference = PaymentReference::parse(&reference)
        .map_err(|error| Problem::new(Code::Malformed, error.to_string()))?;
    let command = Command::PayOnce {
        reference,
        channel,
        amount: due,
        memo: None,
        request: None,
    };
    account.command(command).await?;
    core.events.tell(EventKind::Paid { channel, amount: due });
    contract.booked = contract.booked.max(total);
    account.service.keep(core, &contract)
}

/// Looks after contracts whenever something has happened.
pub fn attend(core: &Rc<Core>, account: &Rc<Account>) {
    for contract in account.service.contracts() {
        match contract.state {
            ContractState::Proposed => lapse(core, account, contract),
            ContractState::Accepted if contract.role == Role::Client => open(core, account, contract),
            ContractState::Accepted => begin(core, account, contract),
            ContractState::Active | ContractState::FreeTier => go_on(core, account, contract),
            ContractState::Declined | ContractState::Ended => (),
        }
    }
}

fn lapse(core: &Core, account: &Account, contract: Contract) {
    if now_ms().saturating_sub(contract.since) > LAPSE_MS {
        let state = ContractState::Ended;
        heard(account.service.keep(core, &Contract { state, ..contract }));
    }
}

/// The client opens the channel.
fn open(core: &Rc<Core>, account: &Rc<Account>, contract: Contract) {
    if !account.service.under_way.borrow_mut().insert(contract.id.clone()) {
        return;
    }
    let (core, doer) = (core.clone(), account.clone());
    account.run(async move {
        let id = contract.id.clone();
        if let Err(problem) = open_now(&core, &doer, contract).await {
            tracing::warn!(contract = id, %problem, "its channel could not be opened");
            core.events.tell(EventKind::Warning {
                words: format!("the channel of contract {id} could not be opened: {problem}"),
            });
        }
        doer.service.under_way.borrow_mut().remove(&id);
    });
}

async fn open_now(core: &Core, account: &Account, mut contract: Contract) -> Result<(), Problem> {
    let unmet = || Problem::new(Code::PeerUnreachable, "the provider is not known any more");
    let peer = account.peer(contract.with).ok_or_else(unmet)?;
    // Drawn from the contract's id: opening it again after a crash finds the same channel, and pays no second deposit.
    let digest = thunder_channel::keccak256(contract.id.as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = digest;
    let key = ChannelKey {
        alice: account.address(),
        alice_signer: account.payment_key,
        bob: peer.account,
        bob_signer: peer.payment_key,
        token: contract.conditions.token,
        finalization_period: thunder_api::DEFAULT_PERIOD.max(core.world.least_period()),
        policy: Policy::Refute,
        salt: u64::from_be_bytes([a, b, c, d, e, f, g, h]),
    };
    let there = |account: &Account| {
        account
            .driver
            .summaries()
            .into_iter()
            .find(|view| view.key == key)
    };
    if there(account).is_none() {
        let amount = contract.deposit;
        account.command(Command::Open { key, amount }).await?;
    }
    let opened =
        there(account).ok_or_else(|| Problem::new(Code::Chain, "the chain does not show the channel yet"))?;
    contract.channel = Some(opened.id);
    contract.state = ContractState::Active;
    account.service.keep(core, &contract)?;
    remind_of(account, &contract);
    Ok(())
}

/// The provider looks whether the client's channel is what was agreed.
fn begin(core: &Core, account: &Account, contract: Contract) {
    let Some(view) = view_of(account, &contract) else {
        return lapse(core, account, contract);
    };
    let client = view.holder.other();
    let agreed = view.joined
        && view.phase == PhaseView::Open
        && view.key.address(client) == contract.with
        && view.key.token == contract.conditions.token
        && view.deposits[client] >= contract.deposit;
    if agreed {
        let state = ContractState::Active;
        heard(account.service.keep(core, &Contract { state, ..contract }));
    }
}

/// A standing contract: ends with its channel, tells when little is left, and does what was agreed when nothing is.
fn go_on(core: &Rc<Core>, account: &Rc<Account>, contract: Contract) {
    let Some(view) = view_of(account, &contract) else {
        return;
    };
    if !matches!(view.phase, PhaseView::Open | PhaseView::Opening) {
        let state = ContractState::Ended;
        return heard(account.service.keep(core, &Contract { state, ..contract }));
    }
    let Ok(now) = stand(account, &contract) else {
        return;
    };
    tell_low(core, account, &contract, view.id, now.left);
    if contract.role == Role::Client || view.phase == PhaseView::Opening {
        return;
    }
    let used_up = now.left < contract.conditions.price;
    match (contract.state, contract.conditions.when_used_up) {
        (ContractState::Active, WhenUsedUp::FreeTier) if used_up => {
            let state = ContractState::FreeTier;
            heard(account.service.keep(core, &Contract { state, ..contract }));
        }
        (ContractState::FreeTier, _) if !used_up => {
            let state = ContractState::Active;
            heard(account.service.keep(core, &Contract { state, ..contract }));
        }
        // What was booked is paid first.
        (ContractState::Active, WhenUsedUp::Close) if used_up && now.paid >= contract.booked => {
            if let Some(channel) = contract.channel {
                close(core, account, contract.id, channel);
            }
        }
        _ => (),
    }
}

fn tell_low(core: &Core, account: &Account, contract: &Contract, channel: ChannelId, left: Amount) {
    let mut told = account.service.told_low.borrow_mut();
    if left >= contract.low {
        told.remove(&contract.id);
    } else if told.insert(contract.id.clone()) {
        core.events.tell(EventKind::LowBalance {
            contract: contract.id.clone(),
            channel,
            left,
        });
    }
}

fn close(core: &Rc<Core>, account: &Rc<Account>, id: String, channel: ChannelId) {
    if !account.service.under_way.borrow_mut().insert(id.clone()) {
        return;
    }
    let (core, doer) = (core.clone(), account.clone());
    account.run(async move {
        let closed = super::closing::close(&doer, channel, super::closing::AGREEING.0).await;
        match closed {
            Ok(_) => heard(end(&core, &doer, &id).map(drop)),
            Err(problem) => tracing::warn!(contract = id, %problem, "its channel could not be closed"),
        }
        doer.service.under_way.borrow_mut().remove(&id);
    });
}
