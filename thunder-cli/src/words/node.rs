//! The node as a whole, and other nodes.

use thunder_api::{ChainInfo, Info, Peer, RelayInfo};
use thunder_channel::checksummed;

use super::money::Tokens;
use super::time::Clock;
use super::{Style, channel, count, plain, table, wallet};

/// Everything at a glance.
#[must_use]
pub fn infos(info: &Info, style: Style) -> String {
    let tokens = Tokens(info.tokens.clone());
    let rows = [
        ["wallet".to_owned(), wallet::state(&info.wallet)],
        ["chain".to_owned(), chain(&info.chain)],
        ["hub".to_owned(), hub(&info.chain)],
        ["relay".to_owned(), relay(info.relay.as_ref())],
        ["money".to_owned(), tokens.names()],
        ["peers".to_owned(), met(&info.peers)],
        ["channels".to_owned(), count(info.channels.len(), "channel")],
    ];
    let title = format!("thunderd {} on port {}", plain(&info.version), info.port);
    let mut text = format!("{}\n{}", style.strong(&title), table(&rows));
    if !info.peers.is_empty() {
        text = format!("{text}\n\n{}", peers(&info.peers));
    }
    if !info.channels.is_empty() {
        text = format!("{text}\n\n{}", channel::list(&info.channels, &tokens, style));
    }
    text
}

/// A row for each other node.
#[must_use]
pub fn peers(peers: &[Peer]) -> String {
    if peers.is_empty() {
        return "no other nodes".to_owned();
    }
    let mut rows = vec![["node".to_owned(), "address".to_owned(), "link".to_owned()]];
    rows.extend(peers.iter().map(|peer| {
        let address = peer
            .address
            .as_deref()
            .map_or_else(|| "not known".to_owned(), plain);
        let link = if peer.connected {
            "connected"
        } else {
            "not connected"
        };
        [checksummed(peer.account), address, link.to_owned()]
    }));
    table(&rows)
}

/// A link that has just come up, and what to do next.
#[must_use]
pub fn connected(peer: &Peer, caller: &str, style: Style) -> String {
    let at = peer
        .address
        .as_deref()
        .map_or_else(String::new, |at| format!(" at {}", plain(at)));
    let state = if peer.connected {
        style.good("connected to")
    } else {
        style.alarming("not connected to")
    };
    format!(
        "{state} {}{at}\nnext: {caller} openchannel --with {} --amount <amount>",
        checksummed(peer.account),
        checksummed(peer.account)
    )
}

fn met(peers: &[Peer]) -> String {
    let connected = peers.iter().filter(|peer| peer.connected).count();
    format!("{connected} connected of {}", peers.len())
}

fn chain(chain: &ChainInfo) -> String {
    let kind = if chain.development { " (development)" } else { "" };
    let block = match (chain.block, chain.fresh) {
        (Some(block), true) => format!("block {block}"),
        (Some(block), false) => {
            format!("block {block}, not read for a while: nothing is paid until it answers")
        }
        (None, _) => "not read yet: nothing is paid until it answers".to_owned(),
    };
    format!("{}{kind} at {} · {block}", chain.chain_id, plain(&chain.rpc))
}

fn hub(chain: &ChainInfo) -> String {
    let counts = match Clock::of(chain) {
        Clock::Blocks => "counts blocks",
        Clock::Seconds => "counts seconds",
    };
    format!("{} · {counts}", checksummed(chain.hub))
}

fn relay(relay: Option<&RelayInfo>) -> String {
    match relay {
        Some(relay) if relay.online => format!("{} · signed in", plain(&relay.url)),
        Some(relay) => format!("{} · not reached", plain(&relay.url)),
        None => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{self, ALICE, BOB};
    use thunder_api::{Phase, WalletInfo, WalletState};

    fn bob() -> Peer {
        Peer {
            account: BOB.parse().unwrap(),
            payment_key: ALICE.parse().unwrap(),
            address: Some("127.0.0.1:2002".to_owned()),
            connected: true,
        }
    }

    fn info() -> Info {
        Info {
            version: "0.1.0".to_owned(),
            port: 2001,
            wallet: WalletInfo {
                state: WalletState::Open,
                account: Some(ALICE.parse().unwrap()),
                payment_key: None,
            },
            chain: fixtures::chain(),
            relay: None,
            tokens: fixtures::tokens().0,
            peers: Vec::new(),
            channels: Vec::new(),
        }
    }

    #[test]
    fn a_new_node_is_a_few_lines() {
        assert_eq!(
            infos(&info(), Style::PLAIN),
            format!(
                "thunderd 0.1.0 on port 2001\n\
                 wallet    open · {ALICE}\n\
                 chain     31337 (development) at http://127.0.0.1:8545 · block 120\n\
                 hub       0x1111111111111111111111111111111111111111 · counts blocks\n\
                 relay     none\n\
                 money     THD, ETH\n\
                 peers     0 connected of 0\n\
                 channels  0 channels"
            )
        );
    }

    #[test]
    fn nodes_and_channels_follow() {
        let mut busy = info();
        busy.peers.push(bob());
        busy.channels.push(fixtures::channel("aaaa1111", Phase::Open));
        busy.relay = Some(RelayInfo {
            url: "http://127.0.0.1:8080".to_owned(),
            online: true,
        });
        let text = infos(&busy, Style::PLAIN);
        for words in [
            "1 connected of 1",
            "1 channel\n",
            "http://127.0.0.1:8080 · signed in",
            &format!("{BOB}  127.0.0.1:2002  connected"),
            "0xaaaa1111",
        ] {
            assert!(text.contains(words), "{words} in\n{text}");
        }
    }

    #[test]
    fn a_silent_chain_is_named() {
        let mut silent = fixtures::chain();
        silent.fresh = false;
        assert!(chain(&silent).contains("not read for a while"));
        silent.block = None;
        assert!(chain(&silent).contains("not read yet"));
    }

    #[test]
    fn a_link_says_what_to_do_with_it() {
        assert_eq!(
            connected(&bob(), "thunder-cli", Style::PLAIN),
            format!(
                "connected to {BOB} at 127.0.0.1:2002\nnext: thunder-cli openchannel --with {BOB} --amount <amount>"
            )
        );
        assert_eq!(peers(&[]), "no other nodes");
    }
}
