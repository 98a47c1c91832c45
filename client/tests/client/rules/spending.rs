//! The payment key's limits hold before anything is signed.

use crate::support::{Pair, alice, amount, key, token};
use thunder_channel::{Amount, ChannelKey, Policy, Side};
use thunder_client::{Command, Refusal, SpendingLimit};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn limit(per_payment: Option<u128>, per_day: Option<u128>) -> Command {
    Command::LimitSpending {
        token: token(),
        limit: SpendingLimit {
            per_payment: per_payment.map(amount),
            per_day: per_day.map(amount),
        },
    }
}

fn pay(pair: &mut Pair, units: u128) -> Result<(), Refusal> {
    let channel = pair.id();
    let amount = amount(units);
    pair.alice.command(Command::Pay {
        channel,
        amount,
        memo: None,
        request: None,
    })
}

#[test]
fn a_payment_above_the_limit_is_not_signed() {
    let mut pair = Pair::standard();
    pair.alice.command(limit(Some(5), None)).unwrap();
    let above = Refusal::AbovePaymentLimit { limit: amount(5) };
    assert_eq!(pay(&mut pair, 6), Err(above));
    assert!(pair.alice.own_said.is_empty());
    pay(&mut pair, 5).unwrap();
    // It is a setting, not a promise: the person can take it back.
    pair.alice.command(limit(None, None)).unwrap();
    pay(&mut pair, 50).unwrap();
}

#[test]
fn a_days_payments_add_up_over_reloads_until_the_next_day() {
    let mut pair = Pair::standard();
    pair.alice.now_ms = 20_000 * DAY_MS + 1;
    pair.read();
    pair.alice.command(limit(None, Some(10))).unwrap();
    pay(&mut pair, 6).unwrap();
    pair.alice.crash();
    pair.read();
    let above = |left| Refusal::AboveDayLimit {
        limit: amount(10),
        left: amount(left),
    };
    assert_eq!(pay(&mut pair, 5), Err(above(4)));
    // What is refused for another reason is not counted.
    let channel = pair.id();
    let deposited = pair.alice.view(channel).spendable;
    assert_eq!(deposited, amount(94));
    assert_eq!(pay(&mut pair, 0), Err(Refusal::Zero));
    pay(&mut pair, 4).unwrap();
    assert_eq!(pay(&mut pair, 1), Err(above(0)));
    let [spending] = pair.alice.participant.spending(pair.alice.now_ms)[..] else {
        panic!()
    };
    assert_eq!((spending.token, spending.spent_today), (token(), amount(10)));

    // A clock that is set back begins no day.
    pair.alice.now_ms -= DAY_MS;
    pair.read();
    assert_eq!(pay(&mut pair, 1), Err(above(0)));
    pair.alice.now_ms += 2 * DAY_MS;
    pair.read();
    assert_eq!(
        pair.alice.participant.spending(pair.alice.now_ms)[0].spent_today,
        Amount::ZERO
    );
    pay(&mut pair, 10).unwrap();
    assert_eq!(pay(&mut pair, 1), Err(above(0)));
}

/// A limit that is set in the afternoon holds for the day, not for what is left of it.
#[test]
fn what_was_paid_before_a_limit_was_set_counts() {
    let mut pair = Pair::standard();
    pay(&mut pair, 8).unwrap();
    pair.alice.crash();
    pair.read();
    pair.alice.command(limit(None, Some(10))).unwrap();
    let above = Refusal::AboveDayLimit {
        limit: amount(10),
        left: amount(2),
    };
    assert_eq!(pay(&mut pair, 3), Err(above));
    pay(&mut pair, 2).unwrap();
}

#[test]
fn a_payment_that_was_not_stored_was_not_spent() {
    let mut pair = Pair::standard();
    pair.alice.command(limit(None, Some(10))).unwrap();
    pair.alice.store_fails = true;
    assert!(matches!(pay(&mut pair, 10), Err(Refusal::Store(_))));
    pair.alice.store_fails = false;
    pay(&mut pair, 10).unwrap();
}

/// The wallet asks for each of its signatures by itself.
#[test]
fn the_wallets_payments_are_not_limited() {
    let by_wallet = ChannelKey {
        alice_signer: alice().account(),
        policy: Policy::Forfeit,
        ..key()
    };
    let mut pair = Pair::open(by_wallet, 0, 100);
    pair.alice.command(limit(Some(1), Some(1))).unwrap();
    pay(&mut pair, 50).unwrap();
    pair.alice.wallet_signs().unwrap();
    let channel = pair.id();
    assert_eq!(pair.alice.view(channel).totals[Side::Alice], amount(50));
}

#[test]
fn only_a_token_that_was_chosen_is_limited() {
    let mut pair = Pair::standard();
    let unknown = Command::LimitSpending {
        token: thunder_channel::Address::repeat_byte(0x99),
        limit: SpendingLimit::default(),
    };
    assert!(matches!(
        pair.alice.command(unknown),
        Err(Refusal::NotAccepted(_))
    ));
}
