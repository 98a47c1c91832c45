//! Word of dishonest accounts that the relay passes on: what of it is looked at, and what is kept. Nobody is believed: each proof is checked
//! here again, and an opinion binds nobody.

use super::sessions::Listed;
use thunder_channel::{
    Address, Domain,
    metering::{Grounds, Notice, Weight},
};

/// Accounts on the list that the relay told of. Anybody can make accounts and prove their guilt, so the oldest gives way to the newest of the
/// relay's, and never what was found here.
pub const MAX_TOLD: usize = 200;
/// The newest proofs of this account's own that a relay is told at each connection: it may have forgotten them.
pub const TOLD_TO_RELAY: usize = 20;
/// Notices that are looked at in a minute: each costs four signatures to check, and a write.
const HEARD_A_MINUTE: u32 = 200;
const MINUTE_MS: u64 = 60_000;

/// How many notices came lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    since_ms: u64,
    heard: u32,
}

impl Pace {
    /// Counts one that comes at `now_ms`; whether it is looked at. What is not comes again with the next connection.
    pub const fn has_time(&mut self, now_ms: u64) -> bool {
        if now_ms.saturating_sub(self.since_ms) >= MINUTE_MS {
            *self = Self {
                since_ms: now_ms,
                heard: 0,
            };
        }
        self.heard = self.heard.saturating_add(1);
        self.heard <= HEARD_A_MINUTE
    }
}

/// What a notice proves that is not known yet: against somebody who is neither on the list, forgiven ones included, nor among `own`.
#[must_use]
pub fn news(notice: &Notice, domain: &Domain, own: &[Address], listed: &[Listed]) -> Option<Grounds> {
    let known = |accused| own.contains(&accused) || listed.iter().any(|entry| entry.provider == accused);
    if known(notice.accused) || notice.weigh(domain) != Ok(Weight::Evidence) {
        return None;
    }
    notice.grounds
}

/// Who makes room for another one that the relay tells of: the oldest of its own, one that is trusted all the same last.
#[must_use]
pub fn displaced(listed: &[Listed]) -> Option<Address> {
    let told = || listed.iter().filter(|entry| entry.told);
    if told().count() < MAX_TOLD {
        return None;
    }
    let oldest = told().min_by_key(|entry| (entry.forgiven, entry.since));
    oldest.map(|entry| entry.provider)
}

/// What was proved here, the newest first: what a relay is told.
#[must_use]
pub fn proved_here(listed: &[Listed]) -> Vec<&Listed> {
    let mut proved: Vec<_> = listed
        .iter()
        .filter(|entry| entry.grounds.is_some() && !entry.told && !entry.forgiven)
        .collect();
    proved.sort_by_key(|entry| std::cmp::Reverse(entry.since));
    proved.truncate(TOLD_TO_RELAY);
    proved
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::{
        Amount, Bytes32, SigningKey,
        metering::{Accusation, Count, MEGABYTE, Session, SessionKey, SignedCount, Terms},
    };

    fn key_of(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32]).unwrap()
    }

    fn domain() -> Domain {
        Domain {
            chain_id: 31_337,
            hub: Address::repeat_byte(9),
        }
    }

    /// A provider that signed a megabyte, and then `later` bytes.
    fn grounds(later: u64) -> Grounds {
        let [client, provider] = [1, 2].map(key_of);
        let key = SessionKey {
            client: client.address(),
            client_signer: client.address(),
            provider: provider.address(),
            provider_signer: provider.address(),
            terms: Terms {
                token: Address::zero(),
                price: Amount::new(MEGABYTE.into()).unwrap(),
                quantity: 10 * MEGABYTE,
                unit: MEGABYTE,
                tolerance: 10_000,
                finalization_period: 10,
            },
            salt: 7,
        };
        let session = Session {
            key,
            epoch: 0,
            domain: domain(),
        };
        let say = |count, acknowledged, by: &SigningKey| {
            let statement = Count {
                session: session.id(),
                count,
                acknowledged,
            };
            SignedCount::sign(statement, by, &domain())
        };
        let first = say(MEGABYTE, Bytes32::zero(), &provider);
        let between = say(MEGABYTE, first.name(&domain()), &client);
        let second = say(later, between.name(&domain()), &provider);
        Grounds {
            key,
            epoch: 0,
            accusation: Accusation::Fell {
                first,
                between,
                second,
            },
        }
    }

    fn notice(grounds: Option<Grounds>) -> Notice {
        let accused = key_of(2).address();
        Notice::sign(accused, grounds, String::new(), 5, &key_of(3), &domain())
    }

    fn entry(byte: u8, since: u64) -> Listed {
        Listed {
            provider: Address::repeat_byte(byte),
            since,
            words: None,
            grounds: None,
            told: true,
            forgiven: false,
        }
    }

    #[test]
    fn only_what_is_proved_and_not_known_is_news() {
        let guilty = notice(Some(grounds(MEGABYTE - 1)));
        assert_eq!(news(&guilty, &domain(), &[], &[]), guilty.grounds);
        let accused = key_of(2).address();
        assert_eq!(
            news(&guilty, &domain(), &[accused], &[]),
            None,
            "this account itself"
        );
        let forgiven = Listed {
            provider: accused,
            forgiven: true,
            ..entry(0, 1)
        };
        assert_eq!(news(&guilty, &domain(), &[], &[forgiven]), None);
        assert_eq!(news(&notice(None), &domain(), &[], &[]), None, "an opinion");
        let honest = notice(Some(grounds(MEGABYTE)));
        assert_eq!(news(&honest, &domain(), &[], &[]), None);
        let changed = Notice { at: 6, ..guilty };
        assert_eq!(news(&changed, &domain(), &[], &[]), None, "nobody's word");
    }

    #[test]
    fn a_flood_displaces_only_what_the_relay_brought() {
        let mut listed = vec![Listed {
            told: false,
            ..entry(0xff, 0)
        }];
        let bytes = (0_u8..).zip(1_u64..);
        listed.extend(bytes.take(MAX_TOLD).map(|(byte, since)| entry(byte, since)));
        assert_eq!(displaced(&listed), Some(Address::repeat_byte(0)));
        listed[1].forgiven = true;
        assert_eq!(displaced(&listed), Some(Address::repeat_byte(1)));
        listed.pop();
        assert_eq!(displaced(&listed), None);
    }

    #[test]
    fn so_many_are_looked_at_in_a_minute() {
        let mut pace = Pace::default();
        assert!((0..HEARD_A_MINUTE).all(|_| pace.has_time(100_000)));
        assert!(!pace.has_time(159_999));
        assert!(pace.has_time(160_000));
    }

    #[test]
    fn a_relay_is_told_what_was_proved_here_only() {
        let grounds = Some(Box::new(grounds(5)));
        let told = Listed {
            grounds: grounds.clone(),
            ..entry(1, 1)
        };
        let here = |byte, since| Listed {
            told: false,
            grounds: grounds.clone(),
            ..entry(byte, since)
        };
        let forgiven = Listed {
            forgiven: true,
            ..here(2, 2)
        };
        let said = Listed {
            told: false,
            ..entry(3, 3)
        };
        let listed = [told, forgiven, said, here(4, 4), here(5, 5)];
        let proved = proved_here(&listed);
        let who: Vec<_> = proved.iter().map(|entry| entry.provider).collect();
        assert_eq!(who, [5, 4].map(Address::repeat_byte));
    }
}
