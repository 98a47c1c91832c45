//! What a node says about itself.

use thunder_api::{ChainInfo, Channel, Info, Owned, Phase, Token, WalletInfo, WalletState};
use thunder_channel::{Address, Amount, Bytes32, ChannelId, Policy};

/// The other side of every channel.
pub const BOB: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

/// A node with these channels.
pub fn info(channels: Vec<Channel>) -> Info {
    Info {
        version: "0.1.0".to_owned(),
        port: 2001,
        wallet: WalletInfo {
            state: WalletState::Open,
            account: None,
            payment_key: None,
        },
        chain: ChainInfo {
            rpc: "http://127.0.0.1:8545".to_owned(),
            chain_id: 31337,
            genesis: Bytes32::zero(),
            hub: Address::repeat_byte(1),
            clock_mode: "blocks".to_owned(),
            development: true,
            block: Some(120),
            clock: Some(120),
            fresh: true,
        },
        relay: None,
        tokens: vec![Token {
            address: Address::zero(),
            symbol: "ETH".to_owned(),
            decimals: 18,
        }],
        peers: Vec::new(),
        channels,
    }
}

/// A channel in ether whose id begins with these digits.
pub fn channel(digits: &str, phase: Phase) -> Channel {
    let nothing = Owned {
        mine: Amount::ZERO,
        theirs: Amount::ZERO,
    };
    Channel {
        id: ChannelId(format!("{digits:0<64}").parse().unwrap()),
        counterparty: BOB.parse().unwrap(),
        token: Address::zero(),
        symbol: "ETH".to_owned(),
        policy: Policy::Forfeit,
        period: 24,
        opened_here: true,
        joined: true,
        fault: None,
        phase,
        balance: nothing,
        deposit: nothing,
        paid: nothing,
        spendable: Amount::ZERO,
        receivable: Amount::ZERO,
        guaranteed: Amount::ZERO,
        counterparty_online: false,
        alarm: None,
        proposal: None,
        next: "pay".to_owned(),
    }
}
