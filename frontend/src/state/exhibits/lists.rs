//! What the list of channels shows, and the form that opens one.

use super::{closing, fresh, offered, open, settled, tokens};
use crate::state::{
    config::AppConfig,
    draft::OpenDraft,
    snapshot::{Latest, Snapshot},
};
use std::rc::Rc;
use thunder_channel::{Address, Invite, Side};
use thunder_client::ChannelView;

/// Who looks.
pub const OWN: Address = Address::repeat_byte(0xa1);

/// With another counterparty.
fn with(view: ChannelView, byte: u8) -> ChannelView {
    let mut key = view.key;
    let (address, signer) = (Address::repeat_byte(byte), Address::repeat_byte(byte ^ 1));
    match view.holder {
        Side::Alice => (key.bob, key.bob_signer) = (address, signer),
        Side::Bob => (key.alice, key.alice_signer) = (address, signer),
    }
    ChannelView {
        id: key.id(0),
        key,
        ..view
    }
}

/// More channels than a screen of a phone has room for.
#[must_use]
pub fn many(token: Address) -> Vec<ChannelView> {
    let busy = ChannelView {
        peer_online: false,
        ..open(token)
    };
    vec![
        with(open(token), 0xb3),
        with(fresh(token), 0x17),
        with(busy, 0x4c),
        with(closing(token, Side::Bob, super::NOW), 0x62),
        with(closing(token, Side::Alice, super::CLOSES_AT), 0x88),
        with(settled(token, true), 0x90),
        with(settled(token, false), 0xd4),
    ]
}

/// Opened by others: one as it should be, one that cannot be used.
#[must_use]
pub fn offers(token: Address) -> Vec<ChannelView> {
    vec![
        with(offered(token, false), 0x70),
        with(offered(token, true), 0x9a),
    ]
}

/// What was read of the wallet: something of each token, or nothing of any.
#[must_use]
pub fn purse(config: &AppConfig, full: bool) -> Latest {
    let amount = |address: Address| match (full, address.is_zero()) {
        (false, _) => tokens("0"),
        (true, true) => tokens("1.48273"),
        (true, false) => tokens("8750"),
    };
    let wallet = config
        .tokens
        .iter()
        .map(|token| (token.address, Some(amount(token.address))));
    Latest(Rc::new(Snapshot {
        wallet: wallet.collect(),
        ..Snapshot::default()
    }))
}

/// The form as it is filled in.
#[must_use]
pub fn filled(config: &AppConfig) -> OpenDraft {
    let invite = Invite {
        address: Address::repeat_byte(0xb3),
        signer: Address::repeat_byte(0xb4),
    };
    OpenDraft {
        deposit: "100".to_owned(),
        ..OpenDraft::new(config, Some(invite.fragment()))
    }
}

/// The same with an address that is none, and more than the wallet has.
#[must_use]
pub fn wrong(config: &AppConfig) -> OpenDraft {
    OpenDraft {
        counterparty: "0x3C44".to_owned(),
        deposit: "20000".to_owned(),
        ..filled(config)
    }
}

/// With a period that is no number: that field is folded up at first.
#[must_use]
pub fn wrong_period(config: &AppConfig) -> OpenDraft {
    OpenDraft {
        period: "soon".to_owned(),
        ..filled(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::config::tests::EXAMPLE;

    #[test]
    fn no_two_channels_are_one() {
        let token = Address::repeat_byte(7);
        let mut ids: Vec<_> = many(token)
            .iter()
            .chain(&offers(token))
            .map(|view| view.id)
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn what_is_wrong_is_wrong_and_the_rest_is_not() {
        let config = AppConfig::parse(EXAMPLE).unwrap();
        let balance = Some(tokens("8750"));
        assert!(filled(&config).check(&config, OWN, balance).is_ok());
        let faults = wrong(&config).check(&config, OWN, balance).unwrap_err();
        assert!(faults.counterparty.is_some() && faults.deposit.is_some() && faults.period.is_none());
        let faults = wrong_period(&config).check(&config, OWN, balance).unwrap_err();
        assert!(faults.counterparty.is_none() && faults.deposit.is_none() && faults.period.is_some());
    }
}
