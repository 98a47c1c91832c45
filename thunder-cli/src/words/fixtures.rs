//! What the API says in the unit tests of this crate.

use thunder_api::{
    ChainInfo, Channel, Owned, Phase, ProvenCounts, Role, Session, SessionState, Tariff, Token,
};
use thunder_channel::{Address, Amount, Bytes32, ChannelId, Policy, metering::SessionId};

use super::money::Tokens;

/// This node's account.
pub const ALICE: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/// The other side's.
pub const BOB: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
/// The token's.
pub const THD: &str = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

pub fn units(text: &str) -> Amount {
    text.parse().unwrap()
}

/// Whole THD.
pub fn thd(whole: u128) -> Amount {
    Amount::new(whole * 10u128.pow(18)).unwrap()
}

pub fn tokens() -> Tokens {
    let token = |address: Address, symbol: &str| Token {
        address,
        symbol: symbol.to_owned(),
        decimals: 18,
    };
    Tokens(vec![
        token(THD.parse().unwrap(), "THD"),
        token(Address::zero(), "ETH"),
    ])
}

/// A channel whose id begins with these eight digits: of 100 THD put in here, 5 were paid.
pub fn channel(digits: &str, phase: Phase) -> Channel {
    let id = format!("{digits:0<64}");
    let owned = |mine, theirs| Owned {
        mine: thd(mine),
        theirs: thd(theirs),
    };
    Channel {
        id: ChannelId(id.parse().unwrap()),
        counterparty: BOB.parse().unwrap(),
        token: THD.parse().unwrap(),
        symbol: "THD".to_owned(),
        policy: Policy::Forfeit,
        period: 24,
        opened_here: true,
        joined: true,
        fault: None,
        phase,
        balance: owned(95, 5),
        deposit: owned(100, 0),
        paid: owned(5, 0),
        spendable: thd(95),
        receivable: thd(5),
        guaranteed: thd(95),
        counterparty_online: true,
        alarm: None,
        proposal: None,
        next: "pay".to_owned(),
    }
}

/// A session whose id begins with these eight digits: of 1 THD, 50 MB at 0.01 THD each are used but for the last.
pub fn session(digits: &str) -> Session {
    Session {
        id: SessionId(format!("{digits:0<64}").parse().unwrap()),
        role: Role::Client,
        with: BOB.parse().unwrap(),
        page: false,
        tariff: Tariff {
            token: THD.parse().unwrap(),
            price: units("10000000000000000"),
            unit: 1_000_000,
            tolerance: 10_000,
            finalization_period: 24,
        },
        state: SessionState::Active,
        deposit: thd(1),
        counted: 50_000_312,
        theirs: Some(49_000_312),
        proven: ProvenCounts {
            client: 49_000_000,
            provider: 49_000_312,
        },
        charged: units("490000000000000000"),
        paid: units("480000000000000000"),
        room: 1_000_000,
        streams: 2,
        accused: false,
        since: 951_782_400_000,
        words: None,
    }
}

pub fn chain() -> ChainInfo {
    ChainInfo {
        rpc: "http://127.0.0.1:8545".to_owned(),
        chain_id: 31337,
        genesis: Bytes32::zero(),
        hub: Address::repeat_byte(0x11),
        clock_mode: "blocks".to_owned(),
        development: true,
        block: Some(120),
        clock: Some(120),
        fresh: true,
    }
}
