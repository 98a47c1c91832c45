//! Writes the next turn of a sequence: mostly what a side would do next, often what it must not.

use crate::{
    dice::Dice,
    roles::{Mood, Role},
    sequence::{Deed, Sequence, Turn, amount_of},
};
use thunder_channel::{
    Address, Amount, Bytes32, Digest, Domain, Epoch, MAX_AMOUNT, Signature, SigningKey, TypedMessage,
    metering::{
        Acceptance, Count, Counts, MAX_TOLERANCE, Pair, SessionCall, SessionKey, SessionSettlement,
        SessionState, SessionsCall, SignedAcceptance, SignedCount,
    },
};

/// What an author can want to write.
#[derive(Clone, Copy)]
enum Idea {
    Begin,
    Accept,
    GiveBack,
    TopUp,
    Close,
    Show,
    Settle,
    Together,
    Limit,
    Collect,
    Scene,
    Wait,
}

/// Everything that is known before the turn.
pub struct Author<'a> {
    pub dice: &'a mut Dice,
    pub sequence: &'a Sequence,
    /// At which the turn will be played.
    pub clock: u64,
}

impl Author<'_> {
    /// The next turn; none where everybody waits.
    pub fn turn(&mut self) -> Option<Turn> {
        let key = if self.dice.percent(55) {
            self.sequence.keys[0]
        } else {
            self.dice.pick(&self.sequence.keys)
        };
        let state = self.sequence.model.session(&key);
        if let Some(role) = self.owed() {
            // Whoever has money waiting makes up its mind.
            if self.dice.percent(20) && self.able(role) {
                return Some(Turn {
                    by: role,
                    deed: self.take_again(),
                });
            }
            if self.dice.percent(20) {
                return self.paying(Role::Carol, self.collect());
            }
        }
        let likely = match state {
            SessionState::Empty | SessionState::Ended { .. } => Idea::Begin,
            SessionState::Proposed { accept_by, .. } if self.clock <= accept_by => Idea::Accept,
            SessionState::Proposed { .. } => Idea::GiveBack,
            SessionState::Active { .. } => {
                self.dice
                    .weighted(&[(3, Idea::TopUp), (5, Idea::Close), (2, Idea::Together)])
            }
            SessionState::Closing { closes_at, .. } if self.clock < closes_at => {
                self.dice
                    .weighted(&[(8, Idea::Show), (1, Idea::Together), (1, Idea::Settle)])
            }
            SessionState::Closing { .. } => self.dice.weighted(&[(9, Idea::Settle), (1, Idea::Show)]),
        };
        let any = [
            Idea::Begin,
            Idea::Accept,
            Idea::GiveBack,
            Idea::TopUp,
            Idea::Close,
            Idea::Show,
            Idea::Settle,
            Idea::Together,
            Idea::Limit,
            Idea::Collect,
            Idea::Scene,
            Idea::Scene,
            Idea::Wait,
        ];
        let idea = if self.dice.percent(62) {
            likely
        } else {
            self.dice.pick(&any)
        };
        match idea {
            Idea::Wait => None,
            Idea::Scene => Some(self.scene()),
            Idea::Collect => self.paying(Role::Carol, self.collect()),
            Idea::Limit => {
                let limit = self.dice.pick(&[0, 1, 2, 5, u32::MAX]);
                let by = self.willing(Role::Bob);
                Some(Turn {
                    by,
                    deed: Deed::Call {
                        call: SessionsCall::SetLimit { limit },
                        value: 0,
                    },
                })
            }
            idea => {
                let (by, key, call) = self.about(idea, key, &state);
                self.paying(by, SessionsCall::Session { key, call })
            }
        }
    }

    fn about(
        &mut self,
        idea: Idea,
        key: SessionKey,
        state: &SessionState,
    ) -> (Role, SessionKey, SessionCall) {
        let epoch = self.epoch(state.epoch());
        let anybody = self.anybody();
        match idea {
            Idea::Accept => (self.willing(Role::Bob), key, SessionCall::Accept { epoch }),
            Idea::GiveBack if self.dice.percent(50) => {
                (self.willing(Role::Bob), key, SessionCall::Decline { epoch })
            }
            Idea::GiveBack => (anybody, key, SessionCall::WithdrawProposal { epoch }),
            Idea::TopUp => {
                let most = key.terms.most_deposit().saturating_sub(state.deposit()).units();
                let amount = self.dice.pick(&[0, 1, 5, most / 2, most, most, most + 1]);
                let call = SessionCall::TopUp {
                    epoch,
                    amount: capped(amount),
                };
                (self.willing(Role::Alice), key, call)
            }
            Idea::Close => {
                let side = self.dice.pick(&[Role::Alice, Role::Bob]);
                let pair = self
                    .dice
                    .percent(70)
                    .then(|| self.pair(&key, epoch, Counts::default()));
                (self.willing(side), key, SessionCall::Close { epoch, pair })
            }
            Idea::Show => {
                let recorded = match state {
                    SessionState::Closing { counts, .. } => *counts,
                    _ => Counts::default(),
                };
                let pair = self.pair(&key, epoch, recorded);
                (anybody, key, SessionCall::Show { epoch, pair })
            }
            Idea::Settle => (anybody, key, SessionCall::Settle { epoch }),
            Idea::Together => (anybody, key, self.together(&key, epoch, state.deposit().units())),
            _ => {
                let key = self.key_to_begin(key);
                (self.willing(Role::Alice), key, self.begin(&key, state))
            }
        }
    }

    fn begin(&mut self, key: &SessionKey, state: &SessionState) -> SessionCall {
        let (least, most) = (
            key.terms.least_deposit().units(),
            key.terms.most_deposit().units(),
        );
        let units = match self.dice.below(20) {
            0 => least.saturating_sub(1),
            1 => most + 1,
            2..6 => least,
            6..9 => most,
            _ => least + self.dice.up_to(most.saturating_sub(least)),
        };
        let (amount, moment) = (capped(units), self.moment());
        let Some(account) = self
            .sequence
            .provider_key
            .clone()
            .filter(|_| self.dice.percent(85))
        else {
            return SessionCall::Propose {
                amount,
                accept_by: moment,
            };
        };
        let epoch = match state {
            SessionState::Ended { epoch } => epoch + 1,
            other => other.epoch(),
        };
        let said = |epoch, deposit, domain: &Domain| {
            let acceptance = Acceptance {
                session: key.id(epoch),
                deposit,
                expiry: moment,
            };
            (acceptance, acceptance.digest(domain))
        };
        let domain = self.sequence.place.domain;
        let (acceptance, digest) = said(epoch, amount, &domain);
        let signature = match self.dice.below(20) {
            // The signer that the client has named for it consents to nothing.
            0 => self.sequence.signers[1].sign(&digest),
            1 => account.sign(&said(epoch.wrapping_sub(1), amount, &domain).1),
            2 => account.sign(&said(epoch, Amount::ZERO, &domain).1),
            3 => no_key(),
            _ => account.sign(&digest),
        };
        SessionCall::Open {
            amount,
            acceptance: SignedAcceptance {
                acceptance,
                signature,
            },
        }
    }

    fn together(&mut self, key: &SessionKey, epoch: Epoch, deposit: u128) -> SessionCall {
        let charged = self.dice.up_to(deposit);
        let paid = self.dice.up_to(charged);
        let (charged, paid) = self.dice.pick(&[
            (charged, paid),
            (charged, charged),
            (deposit, paid),
            (deposit + 1, 0),
            (paid, charged + 1),
        ]);
        let settlement = SessionSettlement {
            session: key.id(epoch),
            charged: capped(charged),
            paid: capped(paid),
            expiry: self.moment(),
        };
        let digest = settlement.digest(&self.sequence.place.domain);
        let [client, provider, _] = &self.sequence.signers;
        let signatures = [self.signed(client, digest), self.signed(provider, digest)];
        SessionCall::SettleTogether {
            epoch,
            settlement,
            signatures,
        }
    }

    /// A pair with counts around those recorded; right nine times in ten.
    fn pair(&mut self, key: &SessionKey, epoch: Epoch, recorded: Counts) -> Pair {
        let wrong = self.dice.percent(10).then(|| self.dice.below(5));
        let (key, epoch, domain) = (*key, epoch, self.sequence.place.domain);
        // Signed, but for another session, life, or chain.
        let (id, said_in) = match wrong {
            Some(0) => (self.sequence.keys[6].id(epoch.wrapping_add(3)), domain),
            Some(1) => (key.id(epoch.wrapping_sub(1)), domain),
            Some(2) => (
                key.id(epoch),
                Domain {
                    chain_id: domain.chain_id + 1,
                    ..domain
                },
            ),
            _ => (key.id(epoch), domain),
        };
        let acknowledged = if self.dice.percent(50) {
            Bytes32::zero()
        } else {
            Bytes32::repeat_byte(7)
        };
        let (client, provider) = (self.count(recorded.client), self.count(recorded.provider));
        let [client_key, provider_key, stranger] = &self.sequence.signers;
        let statement = Count {
            session: id,
            count: provider,
            acknowledged,
        };
        let provider = SignedCount::sign(statement, provider_key, &said_in);
        let answer = match wrong {
            // It acknowledges another statement.
            Some(3) => acknowledged,
            _ => provider.name(&said_in),
        };
        let statement = Count {
            session: id,
            count: client,
            acknowledged: answer,
        };
        let by = if wrong == Some(4) { stranger } else { client_key };
        Pair {
            provider,
            client: SignedCount::sign(statement, by, &said_in),
        }
    }

    fn count(&mut self, recorded: u64) -> u64 {
        match self.dice.below(12) {
            0 => 0,
            1 => recorded,
            2 => recorded.saturating_sub(1),
            3 => u64::MAX,
            4..7 => recorded.saturating_add(1),
            _ => self.dice.below(500),
        }
    }

    fn signed(&mut self, by: &SigningKey, digest: Digest) -> Signature {
        match self.dice.below(30) {
            0 => self.sequence.signers[2].sign(&digest),
            1 => no_key(),
            _ => by.sign(&digest),
        }
    }

    /// How the call goes out: with what ether, and by permit or not.
    fn paying(&mut self, by: Role, call: SessionsCall) -> Option<Turn> {
        let amount = amount_of(&call).units();
        let SessionsCall::Session { key, call: of } = &call else {
            return Some(Turn {
                by,
                deed: Deed::Call { call, value: 0 },
            });
        };
        let pays = matches!(
            of,
            SessionCall::Propose { .. } | SessionCall::Open { .. } | SessionCall::TopUp { .. }
        );
        let ether = key.terms.token.is_zero();
        if pays && self.dice.percent(if ether { 2 } else { 25 }) {
            let good = self.dice.percent(60);
            return Some(Turn {
                by,
                deed: Deed::WithPermit { call, good },
            });
        }
        let due = if ether { amount } else { 0 };
        let value = if pays && self.dice.percent(4) {
            self.dice.pick(&[due + 1, 0, 1])
        } else {
            due
        };
        // Nobody can send more than there is; that is no matter for the contract.
        let enough = value <= self.sequence.purse.of(by).ether;
        enough.then_some(Turn {
            by,
            deed: Deed::Call { call, value },
        })
    }

    fn collect(&self) -> SessionsCall {
        let token = self.sequence.keys[0].terms.token;
        let account = self.sequence.account(self.owed().unwrap_or(Role::Carol));
        SessionsCall::Collect { token, account }
    }

    /// Somebody for whom money is held.
    fn owed(&self) -> Option<Role> {
        let token = self.sequence.keys[0].terms.token;
        let mut all = Role::ALL.into_iter();
        all.find(|role| self.sequence.model.owed(token, self.sequence.account(*role)) != 0)
    }

    fn take_again(&self) -> Deed {
        if self.sequence.keys[0].terms.token.is_zero() {
            Deed::TakeEther(Mood::Accept)
        } else {
            Deed::TokenMoods {
                paying: Mood::Accept,
                paid: Mood::Accept,
            }
        }
    }

    /// Somebody changes how it takes money, or what the contract may take.
    fn scene(&mut self) -> Turn {
        let by = self.anybody();
        let tricks = [
            Mood::Accept,
            Mood::Accept,
            Mood::ReturnNothing,
            Mood::Revert,
            Mood::ReturnFalse,
            Mood::ReturnFalseButMove,
            Mood::MoveNothing,
            Mood::MoveLess,
            Mood::MoveMore,
            Mood::BurnGas,
        ];
        let deed = if self.sequence.keys[0].terms.token.is_zero() {
            Deed::TakeEther(
                self.dice
                    .pick(&[Mood::Accept, Mood::Revert, Mood::Revert, Mood::BurnGas]),
            )
        } else {
            match self.dice.below(4) {
                0 => Deed::Approve(self.dice.pick(&[0, 100, MAX_AMOUNT << 1])),
                1 => self.take_again(),
                2 => Deed::TokenMoods {
                    paying: self.dice.pick(&tricks),
                    paid: Mood::Accept,
                },
                _ => Deed::TokenMoods {
                    paying: Mood::Accept,
                    paid: self.dice.pick(&tricks),
                },
            }
        };
        Turn { by, deed }
    }

    /// A key that nobody can propose, now and then, at times for two reasons of which the contract names one.
    fn key_to_begin(&mut self, key: SessionKey) -> SessionKey {
        let mut bad = key;
        if self.dice.percent(85) {
            return key;
        }
        let contract = self.sequence.place.domain.hub;
        for _ in 0..self.dice.pick(&[1, 1, 2]) {
            match self.dice.below(14) {
                0 => bad.client_signer = Address::zero(),
                1 => bad.provider = Address::zero(),
                2 => bad.provider_signer = Address::zero(),
                3 => bad.provider = bad.client,
                4 => bad.provider_signer = bad.client_signer,
                5 => bad.provider_signer = contract,
                6 => bad.terms.token = contract,
                7 => bad.terms.finalization_period = 0,
                8 => bad.terms.price = Amount::ZERO,
                9 => bad.terms.unit = 0,
                10 => bad.terms.unit = bad.terms.quantity.saturating_add(1),
                11 => bad.terms.tolerance = self.dice.pick(&[MAX_TOLERANCE, u32::MAX]),
                12 => bad.terms.price = Amount::new(1).unwrap(),
                _ => (bad.terms.price, bad.terms.quantity) = (Amount::MAX, u64::MAX),
            }
        }
        bad
    }

    fn epoch(&mut self, current: Epoch) -> Epoch {
        if self.dice.percent(95) {
            current
        } else {
            self.dice.pick(&[current.wrapping_sub(1), current + 1])
        }
    }

    /// A last moment: mostly still to come, at times just now, past, or beyond what can be counted.
    fn moment(&mut self) -> u64 {
        let now = self.clock;
        self.dice.pick(&[
            now,
            now + 1,
            now + 2,
            now + 3,
            now + 5,
            now + 5,
            now + 9,
            now - 1,
            u64::MAX,
        ])
    }

    fn anybody(&mut self) -> Role {
        let role = self.dice.pick(&Role::ALL);
        if self.able(role) { role } else { Role::Carol }
    }

    /// Who has to do it, nearly always.
    fn willing(&mut self, role: Role) -> Role {
        if self.dice.percent(94) && self.able(role) {
            role
        } else {
            self.anybody()
        }
    }

    /// A plain account never calls.
    fn able(&self, role: Role) -> bool {
        role != Role::Bob || self.sequence.provider_key.is_none()
    }
}

fn capped(units: u128) -> Amount {
    Amount::new(units.min(MAX_AMOUNT)).unwrap()
}

/// In the form of a signature, and of no key: its r is no point's.
fn no_key() -> Signature {
    let mut bytes = [0; 65];
    bytes[63] = 1;
    bytes[64] = 27;
    Signature::from_bytes(&bytes).expect("it has the form of a signature")
}
