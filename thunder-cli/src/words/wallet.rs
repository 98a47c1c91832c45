//! The wallet in words.

use thunder_api::{Balance, WalletInfo, WalletState};
use thunder_channel::checksummed;

use super::channel::handle;
use super::money::Tokens;
use super::{Style, plain, table};

/// `open · 0x7099…`.
#[must_use]
pub fn state(wallet: &WalletInfo) -> String {
    let state = match wallet.state {
        WalletState::None => "none",
        WalletState::Locked => "locked",
        WalletState::Open => "open",
    };
    match wallet.account {
        Some(account) => format!("{state} · {}", checksummed(account)),
        None => state.to_owned(),
    }
}

/// A wallet that has just come to be what it is, and what to do next.
#[must_use]
pub fn whole(wallet: &WalletInfo, caller: &str, style: Style) -> String {
    let next = match wallet.state {
        WalletState::None => format!("give it one: {caller} importwallet"),
        WalletState::Locked => format!("open it: {caller} unlock"),
        WalletState::Open => format!("see what it holds: {caller} balance"),
    };
    format!("wallet {}\nnext: {next}", style.strong(&state(wallet)))
}

/// What is added where a key was made that nobody else has.
#[must_use]
pub fn keep(caller: &str) -> String {
    format!("The key exists on this machine only. Keep a copy elsewhere: {caller} export <file>")
}

/// All money of a node.
#[must_use]
pub fn balance(balance: &Balance, tokens: &Tokens, style: Style) -> String {
    let head = ["", "in the wallet", "can be paid", "locked", "to collect"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(balance.tokens.iter().map(|of| {
        let money = |amount| tokens.money(amount, of.token);
        vec![
            plain(&of.symbol),
            money(of.wallet),
            money(of.available),
            money(of.locked),
            money(of.claimable),
        ]
    }));
    let mut text = format!(
        "{}\n{}",
        style.strong(&checksummed(balance.account)),
        table(&rows)
    );
    if !balance.channels.is_empty() {
        let head = ["channel", "can be paid", "guaranteed"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(balance.channels.iter().map(|of| {
            let money = |amount| tokens.money(amount, of.token);
            vec![handle(of.channel), money(of.available), money(of.guaranteed)]
        }));
        text = format!("{text}\n\n{}", table(&rows));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{ALICE, channel, thd, tokens};
    use thunder_api::{ChannelMoney, Phase, TokenBalance};
    use thunder_channel::Amount;

    #[test]
    fn each_state_says_what_to_do() {
        let wallet = |state| WalletInfo {
            state,
            account: (state != WalletState::None).then(|| ALICE.parse().unwrap()),
            payment_key: None,
        };
        let say = |state| whole(&wallet(state), "thunder-cli --port 2002", Style::PLAIN);
        assert_eq!(
            say(WalletState::None),
            "wallet none\nnext: give it one: thunder-cli --port 2002 importwallet"
        );
        assert_eq!(
            say(WalletState::Locked),
            format!("wallet locked · {ALICE}\nnext: open it: thunder-cli --port 2002 unlock")
        );
        assert!(say(WalletState::Open).contains("thunder-cli --port 2002 balance"));
    }

    #[test]
    fn money_is_listed_by_kind_and_by_channel() {
        let one = channel("aaaa1111", Phase::Open);
        let of_thd = TokenBalance {
            token: one.token,
            symbol: "THD".to_owned(),
            wallet: thd(9900),
            available: thd(95),
            locked: Amount::ZERO,
            claimable: thd(1),
        };
        let mut all = Balance {
            account: ALICE.parse().unwrap(),
            tokens: vec![of_thd],
            channels: Vec::new(),
        };
        let short = format!(
            "{ALICE}\n     in the wallet  can be paid  locked  to collect\nTHD  9900 THD       95 THD       0 THD   1 THD"
        );
        assert_eq!(balance(&all, &tokens(), Style::PLAIN), short);
        all.channels.push(ChannelMoney {
            channel: one.id,
            token: one.token,
            available: thd(95),
            guaranteed: thd(90),
        });
        assert_eq!(
            balance(&all, &tokens(), Style::PLAIN),
            format!("{short}\n\nchannel     can be paid  guaranteed\n0xaaaa1111  95 THD       90 THD")
        );
    }
}
