//! Writes the next turn of a sequence: mostly what a side would do next, often what it must not.

use crate::{
    cast::Cast,
    dice::Dice,
    purse::Purse,
    signing::Signing,
    turn::{Deed, Mood, Role, Turn, amount_of},
};
use thunder_channel::{
    Address, Amount, ChannelCall, ChannelId, ChannelKey, Claim, Domain, Epoch, Funding, HubCall, HubChannel,
    MAX_AMOUNT, ModelHub, Settlement, Side, SignedClaim, Totals, TypedMessage, Withdrawal,
};

/// What an author can want to write.
#[derive(Clone, Copy)]
enum Idea {
    Open,
    Deposit,
    Withdraw,
    Close,
    Claim,
    Settle,
    Accept,
    SettleTogether,
    Collect,
    Scene,
    Wait,
}

use Idea::{
    Accept, Claim as Show, Close, Collect, Deposit, Open, Scene, Settle, SettleTogether, Wait, Withdraw,
};

const BEFORE: [(u64, Idea); 11] = [
    (70, Open),
    (3, Deposit),
    (3, Withdraw),
    (3, Close),
    (3, Show),
    (3, Settle),
    (3, Accept),
    (3, SettleTogether),
    (3, Collect),
    (3, Scene),
    (1, Wait),
];
const OPEN: [(u64, Idea); 11] = [
    (4, Open),
    (23, Deposit),
    (23, Withdraw),
    (17, Close),
    (3, Show),
    (3, Settle),
    (3, Accept),
    (12, SettleTogether),
    (4, Collect),
    (7, Scene),
    (1, Wait),
];
const CLOSING: [(u64, Idea); 11] = [
    (3, Open),
    (3, Deposit),
    (3, Withdraw),
    (3, Close),
    (36, Show),
    (18, Settle),
    (14, Accept),
    (3, SettleTogether),
    (3, Collect),
    (7, Scene),
    (7, Wait),
];
const OVER: [(u64, Idea); 11] = [
    (3, Open),
    (3, Deposit),
    (3, Withdraw),
    (3, Close),
    (12, Show),
    (50, Settle),
    (8, Accept),
    (3, SettleTogether),
    (3, Collect),
    (7, Scene),
    (1, Wait),
];
const AFTER: [(u64, Idea); 11] = [
    (55, Open),
    (3, Deposit),
    (3, Withdraw),
    (3, Close),
    (3, Show),
    (3, Settle),
    (3, Accept),
    (3, SettleTogether),
    (3, Collect),
    (7, Scene),
    (1, Wait),
];

/// Everything that is known before the turn.
pub struct Author<'a> {
    pub dice: &'a mut Dice,
    pub cast: &'a Cast,
    pub hub: &'a ModelHub,
    pub purse: &'a Purse,
    /// At which the turn will be played.
    pub clock: u64,
}

impl Author<'_> {
    /// The next turn; none where everybody waits.
    pub fn turn(&mut self) -> Option<Turn> {
        let key = if self.dice.percent(92) {
            self.cast.key
        } else {
            self.cast.sibling
        };
        let channel = self.hub.channel(&key);
        let ideas = match channel {
            HubChannel::Empty => &BEFORE,
            HubChannel::Open { .. } => &OPEN,
            HubChannel::Closing { closes_at, .. } if self.clock < closes_at => &CLOSING,
            HubChannel::Closing { .. } => &OVER,
            HubChannel::Settled { .. } => &AFTER,
        };
        let idea = match self.owed() {
            // Whoever has money waiting makes up its mind.
            Some(role) if self.dice.percent(20) && self.able(role) == role => {
                let deed = self.take_again();
                return Some(Turn { by: role, deed });
            }
            Some(_) if self.dice.percent(25) => Collect,
            _ => self.dice.weighted(ideas),
        };
        let (by, call) = match idea {
            Wait => return None,
            Scene => return Some(self.scene()),
            Collect => (self.anybody(), self.collect(&key)),
            Open => {
                let by = if self.dice.percent(94) {
                    Role::Alice
                } else {
                    self.anybody()
                };
                let (key, amount) = (self.key_to_open(key), self.deposit(&Funding::default()));
                let call = ChannelCall::Open { amount };
                (by, HubCall::Channel { key, call })
            }
            idea => {
                let (by, call) = self.in_life(idea, &key, &channel);
                (by, HubCall::Channel { key, call })
            }
        };
        self.paying(by, call)
    }

    /// How the call goes out: with what ether, and by permit or not.
    fn paying(&mut self, by: Role, call: HubCall) -> Option<Turn> {
        let amount = amount_of(&call).units();
        let HubCall::Channel { key, .. } = &call else {
            return Some(Turn {
                by,
                deed: Deed::Hub { call, value: 0 },
            });
        };
        let pays = matches!(
            call,
            HubCall::Channel {
                call: ChannelCall::Open { .. } | ChannelCall::Deposit { .. },
                ..
            }
        );
        let permits = if key.is_ether() { 2 } else { 25 };
        if pays && self.dice.percent(permits) {
            let good = self.dice.percent(60);
            return Some(Turn {
                by,
                deed: Deed::WithPermit { call, good },
            });
        }
        let due = if key.is_ether() { amount } else { 0 };
        let value = if pays && self.dice.percent(4) {
            self.dice.pick(&[due + 1, due.saturating_sub(1), 0, 1])
        } else {
            due
        };
        // Nobody can send more than there is; that is no matter for the hub.
        (value <= self.purse.of(by).ether).then_some(Turn {
            by,
            deed: Deed::Hub { call, value },
        })
    }

    fn in_life(&mut self, idea: Idea, key: &ChannelKey, channel: &HubChannel) -> (Role, ChannelCall) {
        let epoch = self.epoch(channel.epoch());
        let (funding, totals, closer) = match *channel {
            HubChannel::Open { funding, .. } => (funding, Totals::default(), None),
            HubChannel::Closing {
                funding,
                totals,
                closer,
                ..
            } => (funding, totals, Some(closer)),
            HubChannel::Empty | HubChannel::Settled { .. } => Default::default(),
        };
        let side = self.dice.pick(&Side::BOTH);
        match idea {
            Deposit => {
                let amount = self.deposit(&funding);
                (self.anybody(), ChannelCall::Deposit { epoch, side, amount })
            }
            Withdraw => (self.anybody(), self.withdraw(key, epoch, side, &funding)),
            Close => self.close(key, epoch, side, &funding),
            Show => {
                // A claim of the closer is what the policies differ in.
                let payer = closer.filter(|_| self.dice.percent(60)).unwrap_or(side);
                let total = self.higher_than(totals[payer], funding.pot());
                let claim = self.claim(key, epoch, payer, total);
                (self.anybody(), ChannelCall::Claim { epoch, claim })
            }
            Accept => {
                let willing = match closer {
                    Some(closer) if self.dice.percent(88) => self.side(closer.other()),
                    _ => self.anybody(),
                };
                let totals = self.accepted(totals);
                (willing, ChannelCall::Accept { epoch, totals })
            }
            SettleTogether => (self.anybody(), self.settle_together(key, epoch, &funding)),
            Settle | Open | Collect | Scene | Wait => (self.anybody(), ChannelCall::Settle { epoch }),
        }
    }

    fn withdraw(&mut self, key: &ChannelKey, epoch: Epoch, side: Side, funding: &Funding) -> ChannelCall {
        let total = self.higher_than(funding.withdrawn[side], funding.pot());
        let expiry = self.moment();
        let to = key.address(side);
        let statement = |channel: ChannelId, domain: &Domain| {
            let withdrawal = Withdrawal {
                channel,
                to,
                total,
                expiry,
            };
            withdrawal.digest(domain)
        };
        let mut signing = self.signing(key, epoch);
        let authorizations = thunder_channel::PerSide::from_fn(|by| signing.authorize(by, &statement));
        ChannelCall::Withdraw {
            epoch,
            side,
            total,
            expiry,
            authorizations,
        }
    }

    fn close(
        &mut self,
        key: &ChannelKey,
        epoch: Epoch,
        side: Side,
        funding: &Funding,
    ) -> (Role, ChannelCall) {
        let by = if self.dice.percent(95) {
            self.side(side)
        } else {
            self.anybody()
        };
        let (paid, deadline) = (self.total(funding.pot()), self.moment());
        // Alice shows bob's claim, and the other way around; at times their own.
        let payer = if self.dice.percent(92) { side.other() } else { side };
        let received = self.dice.percent(60).then(|| {
            let total = self.total(funding.pot());
            self.claim(key, epoch, payer, total)
        });
        let close = ChannelCall::Close {
            epoch,
            paid,
            received,
            deadline,
        };
        (by, close)
    }

    fn settle_together(&mut self, key: &ChannelKey, epoch: Epoch, funding: &Funding) -> ChannelCall {
        let (alice_total, bob_total) = (self.total(funding.pot()), self.total(funding.pot()));
        let expiry = self.moment();
        let statement = |channel: ChannelId| Settlement {
            channel,
            alice_total,
            bob_total,
            expiry,
        };
        let mut signing = self.signing(key, epoch);
        let authorizations = thunder_channel::PerSide::from_fn(|by| {
            signing.authorize(by, &|channel: ChannelId, domain: &Domain| {
                statement(channel).digest(domain)
            })
        });
        ChannelCall::SettleTogether {
            epoch,
            settlement: statement(key.id(epoch)),
            authorizations,
        }
    }

    fn claim(&mut self, key: &ChannelKey, epoch: Epoch, payer: Side, total: Amount) -> SignedClaim {
        let to = if self.dice.percent(97) {
            key.address(payer.other())
        } else {
            self.cast.account(self.anybody())
        };
        let nonce = self.dice.next();
        let statement = |channel: ChannelId| Claim {
            channel,
            to,
            total,
            nonce,
        };
        let authorization = self
            .signing(key, epoch)
            .authorize(payer, &|channel: ChannelId, domain: &Domain| {
                statement(channel).digest(domain)
            });
        SignedClaim {
            claim: statement(key.id(epoch)),
            authorization,
        }
    }

    fn collect(&mut self, key: &ChannelKey) -> HubCall {
        let role = match self.owed() {
            Some(role) if self.dice.percent(90) => role,
            _ => self.anybody(),
        };
        let account = self.cast.account(role);
        let other = if key.is_ether() {
            self.cast.place.token
        } else {
            Address::zero()
        };
        let token = if self.dice.percent(92) { key.token } else { other };
        HubCall::Collect { token, account }
    }

    /// Somebody for whom money is held.
    fn owed(&self) -> Option<Role> {
        let token = self.cast.key.token;
        let mut all = Role::ALL.into_iter();
        all.find(|role| self.hub.owed(token, self.cast.account(*role)) != 0)
    }

    /// A side that takes no money.
    fn sulking(&self) -> Option<Side> {
        let ether = self.cast.key.is_ether();
        Side::BOTH.into_iter().find(|side| {
            let pocket = self.purse.of(self.side(*side));
            let mood = if ether {
                pocket.takes_ether
            } else {
                pocket.paid_tokens
            };
            mood != Mood::Accept
        })
    }

    fn take_again(&self) -> Deed {
        if self.cast.key.is_ether() {
            return Deed::TakeEther(Mood::Accept);
        }
        Deed::TokenMoods {
            paying: Mood::Accept,
            paid: Mood::Accept,
        }
    }

    /// Somebody changes how it takes money, or what the hub may take.
    fn scene(&mut self) -> Turn {
        // Bad moods spread, so that both sides' payouts are held at once.
        let by = match self.sulking() {
            Some(side) if self.dice.percent(60) => self.side(side.other()),
            _ => self.anybody(),
        };
        let tricks = [
            (10, Mood::Accept),
            (10, Mood::ReturnNothing),
            (10, Mood::Revert),
            (10, Mood::ReturnFalse),
            (10, Mood::ReturnFalseButMove),
            (10, Mood::MoveNothing),
            (10, Mood::MoveLess),
            (10, Mood::MoveMore),
        ];
        let deed = if self.cast.key.is_ether() {
            let moods = [(25, Mood::Accept), (55, Mood::Revert), (20, Mood::BurnGas)];
            Deed::TakeEther(self.dice.weighted(&moods))
        } else {
            match self.dice.below(5) {
                0 | 1 => Deed::TokenMoods {
                    paying: Mood::Accept,
                    paid: self.dice.weighted(&tricks),
                },
                2 => Deed::TokenMoods {
                    paying: self.dice.weighted(&tricks),
                    paid: self.dice.pick(&[Mood::Accept, Mood::BurnGas]),
                },
                3 => self.take_again(),
                _ => {
                    let most = self.dice.pick(&[0, 1_000, MAX_AMOUNT, MAX_AMOUNT << 1]);
                    Deed::Approve(self.dice.up_to(most))
                }
            }
        };
        Turn { by, deed }
    }

    fn signing<'a>(&'a mut self, key: &'a ChannelKey, epoch: Epoch) -> Signing<'a> {
        Signing {
            dice: self.dice,
            cast: self.cast,
            key,
            epoch,
        }
    }

    /// A key that nobody can open, now and then.
    fn key_to_open(&mut self, key: ChannelKey) -> ChannelKey {
        let mut bad = key;
        if self.dice.percent(90) {
            return key;
        }
        let hub = self.cast.place.domain.hub;
        // Sometimes two faults, of which the hub names one.
        for _ in 0..self.dice.pick(&[1, 1, 2]) {
            match self.dice.below(13) {
                0 => bad.alice_signer = Address::zero(),
                1 => bad.bob = Address::zero(),
                2 => bad.bob_signer = Address::zero(),
                3 => bad.bob = key.alice,
                4 => bad.bob_signer = bad.alice_signer,
                5 => bad.alice_signer = hub,
                6 => bad.bob = hub,
                7 => bad.bob_signer = hub,
                8 | 9 => bad.token = hub,
                10 | 11 => bad.finalization_period = 0,
                _ => bad.finalization_period = u32::MAX,
            }
        }
        bad
    }

    /// Anybody who can call.
    fn anybody(&mut self) -> Role {
        let role = self.dice.pick(&Role::ALL);
        self.able(role)
    }

    /// That side, or carol where it cannot call.
    fn side(&self, side: Side) -> Role {
        self.able(match side {
            Side::Alice => Role::Alice,
            Side::Bob => Role::Bob,
        })
    }

    fn able(&self, role: Role) -> Role {
        if role == Role::Bob && !self.cast.bob_has_code {
            Role::Carol
        } else {
            role
        }
    }

    fn epoch(&mut self, current: Epoch) -> Epoch {
        if self.dice.percent(95) {
            return current;
        }
        self.dice
            .pick(&[current.wrapping_sub(1), current + 1, 0, Epoch::MAX])
    }

    /// A deadline or expiry.
    fn moment(&mut self) -> u64 {
        let now = self.clock;
        if self.dice.percent(93) {
            self.dice.pick(&[now, now, now + 1, now + 5, u64::MAX])
        } else {
            self.dice.pick(&[now - 1, now - 1, now - 2, 0])
        }
    }

    /// Mostly small sums, so that they meet; at times up to all that a channel can hold.
    fn deposit(&mut self, funding: &Funding) -> Amount {
        let both = funding.deposit.alice.units() + funding.deposit.bob.units();
        let room = MAX_AMOUNT - both;
        let units = match self.dice.below(100) {
            0..=3 => 0,
            4..=9 => 1,
            10..=79 => self.dice.up_to(1_000),
            80..=86 => self.dice.up_to(room),
            87..=92 => room,
            93..=96 => room + 1,
            _ => MAX_AMOUNT,
        };
        capped(units)
    }

    /// What a side may have paid in a channel of that pot.
    fn total(&mut self, pot: Amount) -> Amount {
        let units = match self.dice.below(100) {
            0..=19 => 0,
            20..=69 => self.dice.up_to(pot.units()),
            70..=89 => self.dice.up_to(1_000),
            90..=94 => pot.units(),
            _ => self.dice.pick(&[MAX_AMOUNT, pot.units() + 1]),
        };
        capped(units)
    }

    /// A total above `recorded`, mostly.
    fn higher_than(&mut self, recorded: Amount, pot: Amount) -> Amount {
        let (recorded, pot) = (recorded.units(), pot.units());
        let units = match self.dice.below(100) {
            0..=24 => recorded + 1,
            25..=64 => recorded + self.dice.up_to(pot),
            65..=76 => recorded + pot,
            77..=84 => recorded + pot + 1,
            85..=90 => recorded,
            91..=96 => recorded.saturating_sub(1),
            _ => MAX_AMOUNT,
        };
        capped(units)
    }

    fn accepted(&mut self, mut totals: Totals) -> Totals {
        if self.dice.percent(12) {
            let side = self.dice.pick(&Side::BOTH);
            let units = totals[side].units();
            totals[side] = capped(self.dice.pick(&[units + 1, units.saturating_sub(1)]));
        }
        totals
    }
}

fn capped(units: u128) -> Amount {
    Amount::new(units.min(MAX_AMOUNT)).unwrap()
}
