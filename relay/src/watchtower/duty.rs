//! What a closing channel needs from the watchtower, and what that is worth. No I/O.
//!
//! The tower speaks for the side that did not close, which may be asleep. A closer can harm it in one way only: by declaring less
//! than it paid. So the tower shows the closer's own claims, and never those of the sleeping side: they would only take from it,
//! and the closer, who is awake, can show them itself.

use crate::{follow::Close, store::Kept};
use thunder_channel::{
    Address, Amount, ChannelId, ChannelKey, Epoch, Funding, Policy, SignedClaim, balance_of, wire::Message,
};

/// Something to do at the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// For which channel.
    pub channel: ChannelId,
    /// Its key.
    pub key: ChannelKey,
    /// Its life.
    pub epoch: Epoch,
    /// What.
    pub task: Task,
    /// The close that it is about.
    pub close: Close,
    /// The highest total that the sleeping side has signed, shown or not: the closer may show it yet.
    pub owing: Amount,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Show the closer's claim, which is above what it declared.
    Show(Box<SignedClaim>),
    /// Pay both sides out: one of them asked for it.
    Settle,
}

/// What a closing channel needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing now.
    Nothing,
    /// This, as soon as possible.
    Do(Box<Duty>),
    /// There was a claim to show, and it is too late.
    Missed,
}

/// What the watchtower may spend, decided by its operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// Of what an answer saves its side in ether, the share that gas may take, in percent.
    pub ether_percent: u8,
    /// What gas may take for a channel of tokens, in wei. Their worth in ether is not known here.
    pub token_wei: u128,
    /// The tokens that are worth anything: those of the address book. Anybody can make a token.
    pub tokens: Vec<Address>,
    /// Below so much on its account, in wei, the tower calls for more.
    pub low_wei: u128,
}

impl Close {
    /// What this channel needs when the newest block is at `clock` of the hub's clock.
    #[must_use]
    pub fn need(&self, channel: ChannelId, kept: &Kept, clock: u64) -> Need {
        let Some((key, epoch)) = kept.life else {
            return Need::Nothing;
        };
        let sleeper = self.closer.other();
        let signed = SignedClaim::total_of(kept.claims[sleeper].map(|best| best.claim).as_ref());
        let owing = signed.max(self.totals[sleeper]);
        let duty = |task| {
            Need::Do(Box::new(Duty {
                channel,
                key,
                epoch,
                task,
                close: *self,
                owing,
            }))
        };
        let better = kept.claims[self.closer]
            .map(|best| best.claim)
            .filter(|claim| claim.claim.total > self.totals[self.closer]);
        // Whatever is sent now is in the next block at the earliest.
        let in_time = clock.saturating_add(1) < self.closes_at;
        match better {
            Some(claim) if in_time => duty(Task::Show(Box::new(claim))),
            _ if clock >= self.closes_at && is_asked_for(kept) => duty(Task::Settle),
            Some(_) => Need::Missed,
            None => Need::Nothing,
        }
    }

    /// How far the period has run: from 0, the first quarter, to 3, the last.
    #[must_use]
    pub fn urgency(&self, key: &ChannelKey, clock: u64) -> u32 {
        let period = u64::from(key.finalization_period).max(1);
        let left = self.closes_at.saturating_sub(clock).min(period);
        let quarters_left = left.saturating_mul(4).div_ceil(period);
        // At least one, at most four.
        u32::try_from(4_u64.saturating_sub(quarters_left.max(1))).unwrap_or(3)
    }
}

impl Duty {
    /// What it is worth to the side that sleeps or asked, in the token's smallest unit.
    ///
    /// The worst case counts, not the present one: as long as the closer can show claims of the other side too, a higher total
    /// of its own that changes nothing now, because a balance cannot fall below zero, may decide everything in the last block.
    #[must_use]
    pub fn worth(&self, funding: &Funding) -> Amount {
        let (pot, close) = (funding.pot(), &self.close);
        match &self.task {
            Task::Show(_) if self.key.policy == Policy::Forfeit => {
                let (sleeper, mut totals) = (close.closer.other(), close.totals);
                totals[sleeper] = self.owing;
                pot.saturating_sub(balance_of(sleeper, funding, &totals))
            }
            Task::Show(claim) => claim
                .claim
                .total
                .saturating_sub(close.totals[close.closer])
                .min(pot),
            Task::Settle => pot,
        }
    }

    /// What gas may cost for it in all, in wei.
    #[must_use]
    pub fn budget(&self, funding: &Funding, spending: &Spending) -> u128 {
        if self.key.is_ether() {
            // Amounts are below 2^96, so this is far from the end.
            self.worth(funding).units() * u128::from(spending.ether_percent.min(100)) / 100
        } else if spending.tokens.contains(&self.key.token) && !self.worth(funding).is_zero() {
            spending.token_wei
        } else {
            0
        }
    }
}

fn is_asked_for(kept: &Kept) -> bool {
    kept.messages
        .iter()
        .any(|said| matches!(said.message, Message::SettleForMe(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Best, Said};
    use thunder_channel::{
        Authorization, Bytes32, Claim, PerSide, SettleForMe, Side, Signature, SignedRequest, Totals,
    };

    fn amount(units: u128) -> Amount {
        Amount::new(units).unwrap()
    }

    fn key(policy: Policy) -> ChannelKey {
        ChannelKey {
            alice: Address::repeat_byte(1),
            alice_signer: Address::repeat_byte(1),
            bob: Address::repeat_byte(2),
            bob_signer: Address::repeat_byte(2),
            token: Address::zero(),
            finalization_period: 100,
            policy,
            salt: 0,
        }
    }

    fn totals(alice: u128, bob: u128) -> Totals {
        PerSide {
            alice: amount(alice),
            bob: amount(bob),
        }
    }

    fn authorization() -> Authorization {
        Authorization::direct(Signature::from_bytes(&[0; 65]).unwrap())
    }

    /// Alice closed in block 1000 with these totals.
    fn close(alice: u128, bob: u128) -> Close {
        Close {
            closer: Side::Alice,
            totals: totals(alice, bob),
            closes_at: 1100,
            block: 1000,
        }
    }

    /// What both sides have signed, as the relay keeps it.
    fn kept(policy: Policy, alice: u128, bob: u128) -> Kept {
        let key = key(policy);
        let best = |side: Side, total| {
            let claim = Claim {
                channel: key.id(3),
                to: key.address(side.other()),
                total: amount(total),
                nonce: 1,
            };
            let authorization = authorization();
            let claim = SignedClaim { claim, authorization };
            (total > 0).then_some(Best { claim, at: 0 })
        };
        Kept {
            life: Some((key, 3)),
            claims: PerSide {
                alice: best(Side::Alice, alice),
                bob: best(Side::Bob, bob),
            },
            ..Kept::default()
        }
    }

    fn asking(mut kept: Kept) -> Kept {
        let request = SettleForMe {
            channel: key(Policy::Refute).id(3),
        };
        kept.messages.push(Said {
            place: 0,
            side: Side::Bob,
            message: Message::SettleForMe(SignedRequest {
                request,
                authorization: authorization(),
            }),
        });
        kept
    }

    fn need(close: &Close, kept: &Kept, clock: u64) -> Need {
        close.need(ChannelId(Bytes32::repeat_byte(1)), kept, clock)
    }

    fn task(need: Need) -> Option<Task> {
        match need {
            Need::Do(duty) => Some(duty.task),
            Need::Nothing | Need::Missed => None,
        }
    }

    #[test]
    fn only_a_closer_that_understated_is_answered() {
        let shown = |close: &Close, kept: &Kept| match task(need(close, kept, 1000)) {
            Some(Task::Show(claim)) => Some(claim.claim.total.units()),
            _ => None,
        };
        assert_eq!(shown(&close(10, 0), &kept(Policy::Refute, 30, 0)), Some(30));
        assert_eq!(shown(&close(30, 0), &kept(Policy::Refute, 30, 0)), None);
        assert_eq!(shown(&close(31, 0), &kept(Policy::Refute, 30, 0)), None);
        assert_eq!(shown(&close(0, 0), &kept(Policy::Refute, 0, 0)), None);
        // The closer showed less than bob paid it: that is the closer's loss, and it is awake.
        assert_eq!(shown(&close(30, 5), &kept(Policy::Refute, 30, 20)), None);
        // A relay that knows the channel by no claim and no message has nothing to say.
        assert_eq!(need(&close(0, 0), &Kept::default(), 1000), Need::Nothing);
    }

    #[test]
    fn an_answer_has_to_be_in_a_block_before_the_period_ends() {
        let (close, kept) = (close(10, 0), kept(Policy::Refute, 30, 0));
        // Sent at 1098 it is mined at 1099, the last block that counts.
        assert!(matches!(task(need(&close, &kept, 1098)), Some(Task::Show(_))));
        assert_eq!(need(&close, &kept, 1099), Need::Missed);
        assert_eq!(need(&close, &kept, u64::MAX), Need::Missed);
    }

    #[test]
    fn it_settles_after_the_period_for_a_side_that_asked() {
        let close = close(30, 0);
        let silent = kept(Policy::Refute, 30, 0);
        assert_eq!(need(&close, &silent, 1100), Need::Nothing);
        let asked = asking(silent);
        assert_eq!(need(&close, &asked, 1099), Need::Nothing);
        assert_eq!(task(need(&close, &asked, 1100)), Some(Task::Settle));
        // An answer comes first, and a missed one is no reason to leave the rest.
        let cheated = asking(kept(Policy::Refute, 50, 0));
        assert!(matches!(task(need(&close, &cheated, 1000)), Some(Task::Show(_))));
        assert_eq!(task(need(&close, &cheated, 1100)), Some(Task::Settle));
    }

    #[test]
    fn the_period_runs_in_quarters() {
        let (close, key) = (close(0, 0), key(Policy::Refute));
        for (clock, urgency) in [
            (0, 0),
            (1000, 0),
            (1024, 0),
            (1025, 1),
            (1050, 2),
            (1075, 3),
            (1099, 3),
            (2000, 3),
        ] {
            assert_eq!(close.urgency(&key, clock), urgency, "{clock}");
        }
    }

    fn worth(policy: Policy, close: &Close, kept: &Kept, funding: &Funding) -> u128 {
        match need(close, kept, 1000) {
            Need::Do(duty) => {
                assert_eq!(duty.key.policy, policy);
                duty.worth(funding).units()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_worth_what_it_can_save() {
        let funding = Funding {
            deposit: totals(100, 20),
            withdrawn: totals(0, 10),
        };
        let worth_of = |policy, declared, claimed, back| {
            worth(
                policy,
                &close(declared, 0),
                &kept(policy, claimed, back),
                &funding,
            )
        };
        assert_eq!(worth_of(Policy::Refute, 10, 30, 0), 20);
        // Never more than the channel holds.
        assert_eq!(worth_of(Policy::Refute, 10, 1000, 0), 110);
        // Declared 100 of 130, hiding the 30 that bob paid back: bob has everything now, and would have 30 less after the
        // closer shows that claim in the last block.
        assert_eq!(worth_of(Policy::Refute, 100, 130, 30), 30);
        // Everything instead of the 20 that the close leaves bob.
        assert_eq!(worth_of(Policy::Forfeit, 10, 30, 0), 90);
        assert_eq!(worth_of(Policy::Forfeit, 10, 30, 20), 110);
    }

    #[test]
    fn gas_is_paid_for_ether_and_known_tokens() {
        let known = Address::repeat_byte(7);
        let spending = Spending {
            ether_percent: 50,
            token_wei: 900,
            tokens: vec![known],
            low_wei: 0,
        };
        let funding = Funding {
            deposit: totals(100, 0),
            ..Funding::default()
        };
        let budget = |token| {
            let mut kept = kept(Policy::Refute, 30, 0);
            kept.life = Some((
                ChannelKey {
                    token,
                    ..key(Policy::Refute)
                },
                3,
            ));
            match need(&close(10, 0), &kept, 1000) {
                Need::Do(duty) => duty.budget(&funding, &spending),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(budget(Address::zero()), 10);
        assert_eq!(budget(known), 900);
        assert_eq!(budget(Address::repeat_byte(8)), 0);
    }
}
