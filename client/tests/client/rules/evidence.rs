//! The evidence file: what is in it is enough to end a channel without this app.

use crate::support::{Pair, amount, key};
use thunder_channel::{ChannelKey, Policy, Side};
use thunder_client::Command;
use thunder_ethereum::Call;

fn calls(pair: &Pair, side: Side) -> Vec<(&'static str, Call)> {
    let node = if side == Side::Alice {
        &pair.alice
    } else {
        &pair.bob
    };
    let evidence = node.participant.evidence(pair.id()).unwrap();
    let call = |call: &thunder_client::EvidenceCall| {
        let digits = call.data.strip_prefix("0x").unwrap();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        let data = (0..digits.len()).step_by(2).map(byte).collect();
        let call_data = Call {
            to: call.to,
            data,
            value: 0,
        };
        (call.call, call_data)
    };
    evidence.calls.iter().map(call).collect()
}

/// Alice understates; all that bob has is the file.
#[test]
fn the_file_alone_claims_and_settles() {
    let mut pair = Pair::standard();
    let channel = pair.id();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    let file = calls(&pair, Side::Bob);
    let understate = Command::CloseUnderstating {
        channel,
        paid: amount(0),
    };
    pair.alice.command(understate).unwrap();
    assert_eq!(pair.mine_sent(), 0);
    let stranger = thunder_channel::Address::repeat_byte(0x5a);
    let call = |name| &file.iter().find(|(call, _)| *call == name).unwrap().1;
    pair.hub.transact(stranger, call("claim")).unwrap();
    pair.hub.mine(200);
    pair.hub.transact(stranger, call("settle")).unwrap();
    assert_eq!(pair.hub.paid_out(key().bob), 40);
}

#[test]
fn the_file_alone_closes_for_its_holder_only() {
    let mut pair = Pair::standard();
    pair.pay(Side::Alice, 40);
    pair.deliver();
    let file = calls(&pair, Side::Bob);
    let close = &file.iter().find(|(call, _)| *call == "close").unwrap().1;
    let stranger = thunder_channel::Address::repeat_byte(0x5a);
    assert!(pair.hub.transact(stranger, close).is_err());
    pair.hub.transact(key().bob, close).unwrap();
    pair.read();
    let channel = pair.id();
    assert_eq!(pair.bob.view(channel).guaranteed, amount(40));
}

/// An old close costs everything in a forfeit channel: none is lying about in files.
#[test]
fn no_close_of_a_forfeit_channel_is_in_a_file() {
    let forfeit = ChannelKey {
        policy: Policy::Forfeit,
        ..key()
    };
    let mut pair = Pair::open(forfeit, 0, 100);
    pair.pay(Side::Alice, 40);
    pair.deliver();
    let names = |side| -> Vec<_> { calls(&pair, side).into_iter().map(|(name, _)| name).collect() };
    assert_eq!(names(Side::Bob), ["claim", "settle"]);
    assert_eq!(names(Side::Alice), ["settle"]);
    let file = serde_json::to_value(pair.bob.participant.evidence(pair.id()).unwrap()).unwrap();
    assert_eq!(file["claims"]["alice"]["total"], "40");
    assert_eq!(file["chainId"], 31337);
}
