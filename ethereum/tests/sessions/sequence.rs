//! One sequence of turns on the model's side: what comes next, and what has to be seen on the chain.

use crate::{
    author::Author,
    dice::Dice,
    purse::{Pocket, Purse},
    roles::{Mood, Role},
};
use thunder_channel::{
    Address, Amount, Domain, LAST_MOMENT, Sent, SigningKey, keccak256,
    metering::{
        MEGABYTE, ModelSessions, SessionCall, SessionEvent, SessionKey, SessionRefusal, SessionState,
        SessionsCall, SessionsTold, Terms,
    },
};

/// Where the contract and the token of a sequence are.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub domain: Domain,
    pub counts_seconds: bool,
    pub token: Address,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A call of the contract with so much ether.
    Call { call: SessionsCall, value: u128 },
    /// The same with a permit, which is good or not. Only what takes money takes one, and no ether.
    WithPermit { call: SessionsCall, good: bool },
    /// Let the contract take so many tokens.
    Approve(u128),
    /// From now on take ether like this.
    TakeEther(Mood),
    /// From now on the token treats this account like this: when it pays in, and when it is paid.
    TokenMoods { paying: Mood, paid: Mood },
}

/// What one account does at a time. Alice is the client, Bob the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub by: Role,
    pub deed: Deed,
}

/// Everything that can be seen of a session and of the accounts around it. Numbers as the chain has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Phase, epoch, deposit, accept by, both counts, closes at: as `session` returns them, zero where the phase gives them
    /// no meaning.
    pub session: [u128; 7],
    pub capacity: [u128; 2],
    pub id: [u8; 32],
    pub ether: [u128; 3],
    pub tokens: [u128; 3],
    pub owed: [u128; 3],
}

/// What a turn comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What the contract told, and what the call returned.
    Done {
        told: Vec<SessionsTold>,
        returned: Vec<u8>,
    },
    /// Reverted by the contract.
    Refused(SessionRefusal),
    /// Reverted otherwise: the model never says so.
    Failed(String),
}

pub struct Sequence {
    pub name: [u8; 32],
    pub place: Place,
    pub accounts: [Address; 3],
    /// Of the client, the provider and a stranger.
    pub signers: [SigningKey; 3],
    /// The provider's account where it is a plain key: it can consent by signature, and never calls.
    pub provider_key: Option<SigningKey>,
    pub keys: Vec<SessionKey>,
    pub model: ModelSessions,
    pub purse: Purse,
    dice: Dice,
}

impl Sequence {
    /// `account` says where the account of a role will be; `first_clock` is the contract's clock at the first turn.
    pub fn new(
        name: [u8; 32],
        mut dice: Dice,
        place: Place,
        account: impl Fn(Role) -> Address,
        first_clock: u64,
    ) -> Self {
        let secret = |role: u8| {
            let secret = keccak256(&[&name[..], &[role]].concat());
            SigningKey::from_bytes(&secret).expect("a hash is hardly ever above the curve's order")
        };
        let provider_key = dice.percent(35).then(|| secret(6));
        let mut accounts = Role::ALL.map(account);
        if let Some(key) = &provider_key {
            accounts[Role::Bob.place()] = key.address();
        }
        let signers = [secret(1), secret(2), secret(3)];
        let key = SessionKey {
            client: accounts[0],
            client_signer: signers[0].address(),
            provider: accounts[1],
            provider_signer: signers[1].address(),
            terms: terms(&mut dice, &place, first_clock),
            salt: dice.next(),
        };
        // More than a provider takes.
        let keys = (0..7).map(|number| SessionKey {
            salt: key.salt.wrapping_add(number),
            ..key
        });
        let pocket = |role: Role| {
            let has_code = role != Role::Bob || provider_key.is_none();
            Pocket::new(accounts[role.place()], has_code)
        };
        Self {
            name,
            place,
            accounts,
            signers,
            keys: keys.collect(),
            model: ModelSessions::new(place.domain),
            purse: Purse(Role::ALL.map(pocket)),
            provider_key,
            dice,
        }
    }

    pub fn account(&self, role: Role) -> Address {
        self.accounts[role.place()]
    }

    /// The next turn, to be played at `clock`.
    pub fn next(&mut self, clock: u64) -> Option<Turn> {
        let mut dice = self.dice.clone();
        let turn = Author {
            dice: &mut dice,
            sequence: self,
            clock,
        }
        .turn();
        self.dice = dice;
        turn
    }

    /// The session that a turn is about; the sequence's first if it is about none, or about one whose token has no balances.
    pub fn subject(&self, turn: &Turn) -> SessionKey {
        match turn.deed {
            Deed::Call {
                call: SessionsCall::Session { key, .. },
                ..
            }
            | Deed::WithPermit {
                call: SessionsCall::Session { key, .. },
                ..
            } if key.terms.token == self.keys[0].terms.token => key,
            _ => self.keys[0],
        }
    }

    /// Plays a turn on the model.
    pub fn play(&mut self, turn: &Turn, clock: u64) -> Fate {
        let (call, value) = match turn.deed {
            Deed::Call { call, value } => (call, value),
            Deed::WithPermit { call, .. } => (call, 0),
            Deed::Approve(units) => {
                self.purse.of_mut(turn.by).allowance = units;
                // The token's function returns true.
                return done(Vec::new(), word(1).to_vec());
            }
            Deed::TakeEther(mood) => {
                self.purse.of_mut(turn.by).takes_ether = mood;
                return done(Vec::new(), Vec::new());
            }
            Deed::TokenMoods { paying, paid } => {
                let pocket = self.purse.of_mut(turn.by);
                (pocket.paying_tokens, pocket.paid_tokens) = (paying, paid);
                return done(Vec::new(), Vec::new());
            }
        };
        let before = self.purse;
        if let (Deed::WithPermit { good: true, .. }, SessionsCall::Session { key, .. }) = (turn.deed, &call)
            && !key.terms.token.is_zero()
        {
            self.purse.of_mut(turn.by).allowance = amount_of(&call).units();
        }
        let sent = Sent {
            caller: self.account(turn.by),
            value,
            clock,
        };
        match self.model.apply(&call, &sent, &mut self.purse) {
            Ok(told) => {
                let returned = returned(&told);
                done(told, returned)
            }
            Err(refusal) => {
                // A permit is undone with the rest.
                self.purse = before;
                Fate::Refused(refusal)
            }
        }
    }

    /// What has to be seen of a session of this sequence.
    pub fn scene(&self, key: &SessionKey) -> Scene {
        let state = self.model.session(key);
        let capacity = self.model.capacity(key.provider);
        let of_each = |of: fn(&Pocket) -> u128| Role::ALL.map(|role| of(self.purse.of(role)));
        let token = key.terms.token;
        Scene {
            session: numbers(&state),
            capacity: [capacity.active.into(), capacity.limit.into()],
            id: key.id(state.epoch()).0.0,
            ether: of_each(|pocket| pocket.ether),
            tokens: if token.is_zero() {
                [0; 3]
            } else {
                of_each(|pocket| pocket.tokens)
            },
            owed: Role::ALL.map(|role| self.model.owed(token, self.account(role))),
        }
    }
}

/// Mostly small numbers, so that counts and deposits meet; at times as large as a session can be.
fn terms(dice: &mut Dice, place: &Place, first_clock: u64) -> Terms {
    let most = u32::try_from(LAST_MOMENT - first_clock);
    let period = match most {
        Ok(most) if dice.percent(10) => most - u32::try_from(dice.below(8)).unwrap(),
        _ => u32::try_from(1 + dice.below(6)).unwrap(),
    };
    let (price, quantity) = dice.pick(&[
        (MEGABYTE.into(), 400),
        (7_300_001, 90),
        (1 << 95, 2 * MEGABYTE - 1),
    ]);
    Terms {
        token: if dice.percent(50) {
            place.token
        } else {
            Address::zero()
        },
        price: Amount::new(price).unwrap(),
        quantity,
        unit: 1 + dice.below(20),
        tolerance: dice.pick(&[0, 10_000, 250_000, 999_999]),
        finalization_period: period,
    }
}

fn done(told: Vec<SessionsTold>, returned: Vec<u8>) -> Fate {
    Fate::Done { told, returned }
}

/// Beginning returns the id, collecting the amount, and everything else nothing.
fn returned(told: &[SessionsTold]) -> Vec<u8> {
    match told.first() {
        Some(SessionsTold::Session {
            session,
            event: SessionEvent::Proposed { .. },
        }) => session.0.0.to_vec(),
        Some(SessionsTold::Collected { units, .. }) => word(*units).to_vec(),
        _ => Vec::new(),
    }
}

fn word(number: u128) -> [u8; 32] {
    let mut word = [0; 32];
    word[16..].copy_from_slice(&number.to_be_bytes());
    word
}

fn numbers(state: &SessionState) -> [u128; 7] {
    let (phase, epoch) = (state.phase() as u128, u128::from(state.epoch()));
    let mut numbers = [phase, epoch, state.deposit().units(), 0, 0, 0, 0];
    match state {
        SessionState::Proposed { accept_by, .. } => numbers[3] = (*accept_by).into(),
        SessionState::Closing {
            counts, closes_at, ..
        } => {
            numbers[4..].copy_from_slice(&[
                counts.client.into(),
                counts.provider.into(),
                (*closes_at).into(),
            ]);
        }
        _ => (),
    }
    numbers
}

/// What a call puts in.
pub fn amount_of(call: &SessionsCall) -> Amount {
    match call {
        SessionsCall::Session {
            call:
                SessionCall::Propose { amount, .. }
                | SessionCall::Open { amount, .. }
                | SessionCall::TopUp { amount, .. },
            ..
        } => *amount,
        _ => Amount::ZERO,
    }
}

/// The name of a sequence's keys and accounts.
pub fn name(seed: u64, index: u64) -> [u8; 32] {
    keccak256(&[seed.to_be_bytes(), index.to_be_bytes()].concat())
}
