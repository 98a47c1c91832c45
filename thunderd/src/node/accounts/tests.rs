//! Everything that can happen between three nodes: messages are lost, doubled and late, nodes are killed before and after they have
//! written something down. In the end, the accounts are one.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::{
    frame::{AccountFrame, SignedSwap},
    ring::{DOMAIN, Deed, Kill, Ring, amount, key},
    step::State,
};
use proptest::prelude::*;
use thunder_channel::{Address, DebtSwap};

fn kill() -> impl Strategy<Value = Kill> {
    prop_oneof![8 => Just(Kill::No), 1 => Just(Kill::BeforeWriting), 1 => Just(Kill::BeforeSaying)]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0..3_usize, 0..3_usize, 1..12_u128).prop_map(|(a, b, n)| Deed::Serve(a, b, n)),
        // Mostly round the ring.
        4 => (0..3_usize, 1..9_u128).prop_map(|(a, n)| Deed::Serve(a, (a + 1) % 3, n)),
        6 => (0..3_usize, kill()).prop_map(|(a, kill)| Deed::Look(a, kill)),
        16 => (any::<usize>(), kill()).prop_map(|(a, kill)| Deed::Deliver(a, kill)),
        1 => any::<usize>().prop_map(Deed::Double),
        2 => any::<usize>().prop_map(Deed::Lose),
        2 => (0..3_usize, 0..3_usize).prop_map(|(a, b)| Deed::Credit(a, b)),
        2 => (0..9_000_u64).prop_map(Deed::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever is lost, doubled, late or killed: no debt is above its bound, and in the end all accounts agree, every debt above the
    /// payment threshold is paid, and swaps have made nobody richer.
    #[test]
    fn accounts_agree_in_the_end(deeds in prop::collection::vec(deed(), 1..150), net in prop::option::of(0..5_u128)) {
        let mut ring = Ring::new(net);
        for deed in &deeds {
            ring.does(deed);
            ring.check_bounds();
        }
        ring.heal();
        ring.check_end();
    }
}

/// Everybody owes the next one 8, and nothing is paid: 8 is below the payment threshold.
fn in_a_ring(net_above: Option<u128>) -> Ring {
    let mut ring = Ring::new(net_above);
    for (node, owed_by, more) in [(1, 0, 8), (2, 1, 7), (0, 2, 9)] {
        ring.serve(node, owed_by, more);
    }
    ring.heal();
    ring
}

#[test]
fn three_debts_fall_by_the_least_of_them_and_nothing_is_paid() {
    let ring = in_a_ring(Some(5));
    for (node, other, left) in [(0, 1, 1), (1, 2, 0), (2, 0, 2)] {
        let owes = ring.book(node, other).owes(ring.totals(node, other));
        assert_eq!(owes.mine, amount(left), "{node}");
    }
    assert_eq!(ring.paid, [[0; 3]; 3]);
    ring.check_end();
}

#[test]
fn without_a_trigger_nothing_is_swapped() {
    let ring = in_a_ring(None);
    assert!(ring.machines.iter().all(|machine| machine.swaps().is_empty()));
}

/// The three, all of whom have signed a swap of 7 but the last, which says that it will not.
fn last_keeps_back() -> (Ring, SignedSwap) {
    let mut ring = in_a_ring(None);
    for machine in &mut ring.machines {
        for book in machine.books.values_mut() {
            book.triggers.net_above = Some(amount(5));
        }
    }
    // Node 2 is in the middle of 1 and 0: it would sign last.
    let first = key(0).address();
    let step = ring.act(2, |machine, world| machine.seek_now(first, world));
    ring.end(2, step.unwrap(), Kill::No);
    let mut signed = None;
    while let Some((from, to, frame)) = ring.wire.pop() {
        if let (AccountFrame::Sign(one), 2) = (&frame, to) {
            signed = Some(*one);
            continue;
        }
        let step = ring.act(to, |machine, world| {
            machine.hear(key(from).address(), frame, world)
        });
        ring.end(to, step, Kill::No);
    }
    (ring, signed.unwrap())
}

#[test]
fn what_is_signed_is_neither_paid_nor_swapped_again_until_it_expires() {
    let (mut ring, _) = last_keeps_back();
    // 0 owes 1 another 10: without the swap, 18.
    ring.serve(1, 0, 10);
    let sign = |frame: &AccountFrame| matches!(frame, AccountFrame::Sign(_));
    ring.wire.retain(|(_, _, frame)| !sign(frame));
    while !ring.wire.is_empty() {
        ring.deliver(0, Kill::No);
    }
    ring.look(0, Kill::No);
    assert_eq!(ring.paid[0][1], 11, "7 of 18 are held");
    ring.now_ms += 60_000;
    ring.credited = ring.paid;
    ring.serve(1, 0, 4);
    ring.wire.retain(|(_, _, frame)| !sign(frame));
    while !ring.wire.is_empty() {
        ring.deliver(0, Kill::No);
    }
    ring.look(0, Kill::No);
    assert_eq!(ring.paid[0][1], 22, "it has expired");
}

#[test]
fn who_says_it_will_not_sign_and_has_is_found_out_and_takes_nothing() {
    let (mut ring, mut signed) = last_keeps_back();
    let id = signed.swap.id(&DOMAIN);
    let refusal = thunder_channel::SwapRefusal { swap: id };
    let signature = key(2).sign(&thunder_channel::TypedMessage::digest(&refusal, &DOMAIN));
    let by = key(2).address();
    for node in [0, 1] {
        let frame = AccountFrame::Refused {
            swap: id,
            by,
            signature,
        };
        ring.wire.push((2, node, frame));
        let last = ring.wire.len() - 1;
        ring.deliver(last, Kill::No);
        assert!(matches!(
            ring.machines[node].swaps()[&id].state,
            State::Refused { .. }
        ));
    }
    signed.sign(2, &key(2), &DOMAIN);
    ring.wire = vec![(2, 0, AccountFrame::Complete(signed))];
    let (_, _, frame) = ring.wire[0];
    let step = ring.act(0, |machine, world| machine.hear(by, frame, world));
    assert_eq!(step.liar, Some(by));
    ring.end(0, step, Kill::No);
    assert_eq!(ring.book(0, 2).triggers.net_above, None);
    while !ring.wire.is_empty() {
        ring.deliver(0, Kill::No);
    }
    let (first, second) = (ring.book(0, 1), ring.book(1, 0));
    assert_eq!(
        (first.netted.mine, second.netted.theirs),
        (amount(7), amount(7)),
        "told by the first"
    );
}

#[test]
fn who_has_signed_cannot_take_it_back_and_nobody_signs_too_late() {
    let (mut ring, signed) = last_keeps_back();
    let id = signed.swap.id(&DOMAIN);
    let refusal = thunder_channel::SwapRefusal { swap: id };
    let signature = key(0).sign(&thunder_channel::TypedMessage::digest(&refusal, &DOMAIN));
    let by = key(0).address();
    let frame = AccountFrame::Refused {
        swap: id,
        by,
        signature,
    };
    let step = ring.act(1, |machine, world| machine.hear(by, frame, world));
    assert!(
        step.swaps.is_empty(),
        "the second holds the signature of the first"
    );
    // The last is asked again, after the swap's time.
    ring.now_ms = signed.swap.expiry;
    let second = key(1).address();
    let step = ring.act(2, |machine, world| {
        machine.hear(second, AccountFrame::Sign(signed), world)
    });
    assert!(step.swaps.is_empty());
    let refused = |(_, frame): &(Address, AccountFrame)| matches!(frame, AccountFrame::Refused { .. });
    assert!(step.says.iter().all(refused) && step.says.len() == 2);
    ring.end(2, step, Kill::No);
    while !ring.wire.is_empty() {
        ring.deliver(0, Kill::No);
    }
    for node in [0, 1] {
        let state = &ring.machines[node].swaps()[&id].state;
        assert!(
            matches!(state, State::Refused { .. }),
            "it need not wait any more"
        );
    }
}

#[test]
fn what_is_not_signed_by_all_three_is_nothing() {
    let (mut ring, signed) = last_keeps_back();
    let mut forged = signed;
    forged.signatures[2] = forged.signatures[0];
    let mut dearer = SignedSwap::new(DebtSwap {
        amount: amount(9),
        ..signed.swap
    });
    dearer.signatures = signed.signatures;
    dearer.sign(2, &key(2), &DOMAIN);
    for bad in [signed, forged, dearer] {
        let step = ring.act(0, |machine, world| {
            machine.hear(key(2).address(), AccountFrame::Complete(bad), world)
        });
        assert!(step.books.is_empty() && step.swaps.is_empty() && step.says.is_empty());
    }
    // Nor does a stranger's swap get a signature of this node.
    let mut strange = SignedSwap::new(DebtSwap {
        first: key(7).address(),
        ..signed.swap
    });
    strange.sign(0, &key(7), &DOMAIN);
    let step = ring.act(1, |machine, world| {
        machine.hear(key(2).address(), AccountFrame::Sign(strange), world)
    });
    assert!(step.swaps.is_empty());
}
