//! Accounts with other nodes, in words.

use thunder_api::{AccountNews, Owned, PeerAccount, PeerAccountState, Swap, SwapState};
use thunder_channel::{Address, Amount, checksummed};

use super::channel::handle;
use super::money::Tokens;
use super::{Style, short_address, table, time};

/// A row for each account.
#[must_use]
pub fn list(accounts: &[PeerAccount], tokens: &Tokens, style: Style) -> String {
    if accounts.is_empty() {
        return "no accounts".to_owned();
    }
    let head = ["node", "state", "owed to it", "owed by it", "can serve"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(accounts.iter().map(|one| {
        let money = |amount| tokens.money(amount, one.token);
        [
            short_address(one.with),
            state(one, style),
            money(one.owes.mine),
            money(one.owes.theirs),
            money(one.room),
        ]
    }));
    table(&rows)
}

/// Everything about an account.
#[must_use]
pub fn whole(one: &PeerAccount, tokens: &Tokens, style: Style) -> String {
    let money = |amount| tokens.money(amount, one.token);
    let both = |owned: Owned| format!("{} mine, {} theirs", money(owned.mine), money(owned.theirs));
    let triggers = &one.triggers;
    let mut rows = vec![
        ["with".to_owned(), checksummed(one.with)],
        ["channel".to_owned(), handle(one.channel)],
        ["state".to_owned(), state(one, style)],
        ["served".to_owned(), both(one.served)],
        ["paid".to_owned(), both(one.paid)],
        ["swapped".to_owned(), both(one.netted)],
        ["owed".to_owned(), owed(one.owes, money)],
        ["can serve".to_owned(), money(one.room)],
        [
            "triggers".to_owned(),
            format!(
                "pays above {}, stops above {} (now {})",
                money(triggers.payment_threshold),
                money(triggers.disconnect_threshold),
                money(one.threshold)
            ),
        ],
    ];
    if let Some(trust) = triggers.trust {
        let words = format!(
            "{} % of what was paid, up to {}",
            trust.percent,
            money(trust.most)
        );
        rows.push(["trust".to_owned(), words]);
    }
    if let Some(above) = triggers.net_above {
        rows.push(["swaps".to_owned(), format!("debts above {}", money(above))]);
    }
    if !one.held.is_zero() {
        let words = format!("{} of the debt, until it is swapped", money(one.held));
        rows.push(["held".to_owned(), words]);
    }
    if !one.disputed.is_zero() {
        let words = format!(
            "{} more was booked than this node may owe; it is not paid",
            money(one.disputed)
        );
        rows.push(["disputed".to_owned(), style.alarming(&words)]);
    }
    table(&rows)
}

fn owed(owes: Owned, money: impl Fn(Amount) -> String) -> String {
    match (owes.mine.is_zero(), owes.theirs.is_zero()) {
        (true, true) => "nothing".to_owned(),
        (false, _) => format!("{} by this node", money(owes.mine)),
        (true, false) => format!("{} to this node", money(owes.theirs)),
    }
}

fn state(one: &PeerAccount, style: Style) -> String {
    match one.state {
        PeerAccountState::Open => "open".to_owned(),
        PeerAccountState::Stopped => style.alarming("stopped"),
        PeerAccountState::Paused => "paused: its channel is not open".to_owned(),
    }
}

/// A row for each swap.
#[must_use]
pub fn swaps(swaps: &[Swap], tokens: &Tokens) -> String {
    if swaps.is_empty() {
        return "no debts were swapped".to_owned();
    }
    let rows: Vec<_> = swaps.iter().map(|swap| swap_row(swap, tokens)).collect();
    table(&rows)
}

fn swap_row(swap: &Swap, tokens: &Tokens) -> [String; 4] {
    let ring: Vec<_> = swap.ring.iter().copied().map(short_address).collect();
    let state = match swap.state {
        SwapState::Signed => "signed here",
        SwapState::Refused => "refused",
        SwapState::Complete => "complete",
    };
    [
        time::at(swap.expiry),
        tokens.money(swap.amount, swap.token),
        ring.join(" owes "),
        state.to_owned(),
    ]
}

/// What happened in an account.
#[must_use]
pub fn happened(with: Address, news: AccountNews, money: &str, style: Style) -> String {
    let who = short_address(with);
    match news {
        AccountNews::Near => style.alarming(&format!("{who} owes {money}: service stops soon")),
        AccountNews::Stopped => style.alarming(&format!("{who} owes {money}: service stops until it pays")),
        AccountNews::Resumed => style.good(&format!("{who} has paid, and owes {money}: service goes on")),
        AccountNews::Short => style.alarming(&format!(
            "{money} is missing to pay {who}: deposit it in the account's channel"
        )),
        AccountNews::Disputed => style.alarming(&format!(
            "{who} has booked {money} more than this node may owe: it is not paid"
        )),
        AccountNews::Offered => format!(
            "{who} has opened an account with this node and lets {money} be owed: `account` opens it here too"
        ),
        AccountNews::Elsewhere => style.alarming(&format!(
            "{who} has its account with this node in another channel: name the same one"
        )),
        AccountNews::Netted => style.good(&format!("{money} was swapped in the account with {who}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{BOB, THD, channel, thd, tokens};
    use thunder_api::{Phase, Triggers, Trust};

    fn account() -> PeerAccount {
        let both = |mine, theirs| Owned {
            mine: thd(mine),
            theirs: thd(theirs),
        };
        PeerAccount {
            with: BOB.parse().unwrap(),
            channel: channel("aaaa1111", Phase::Open).id,
            token: THD.parse().unwrap(),
            state: PeerAccountState::Stopped,
            triggers: Triggers {
                payment_threshold: thd(10),
                disconnect_threshold: thd(20),
                trust: Some(Trust {
                    percent: 5,
                    most: thd(40),
                }),
                net_above: Some(thd(2)),
            },
            threshold: thd(25),
            served: both(30, 7),
            paid: both(0, 2),
            netted: both(0, 1),
            owes: both(0, 20),
            disputed: thd(3),
            room: thd(5),
            held: thd(0),
        }
    }

    #[test]
    fn an_account_says_who_owes_whom() {
        let text = whole(&account(), &tokens(), Style::PLAIN);
        for words in [
            "20 THD to this node",
            "pays above 10 THD, stops above 20 THD (now 25 THD)",
            "5 % of what was paid, up to 40 THD",
            "debts above 2 THD",
            "3 THD more was booked",
            "stopped",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(!text.contains("held"), "{text}");
        let row = list(&[account()], &tokens(), Style::PLAIN);
        assert!(row.contains("0x3C44…93BC  stopped  0 THD       20 THD"), "{row}");
        assert_eq!(list(&[], &tokens(), Style::PLAIN), "no accounts");
    }

    #[test]
    fn a_swap_says_who_owed_whom() {
        let swap = Swap {
            id: Default::default(),
            ring: vec![BOB.parse().unwrap(); 3],
            token: THD.parse().unwrap(),
            amount: thd(7),
            expiry: 951_782_400_000,
            state: SwapState::Complete,
        };
        let text = swaps(&[swap], &tokens());
        assert_eq!(
            text,
            "2000-02-29 00:00:00 UTC  7 THD  0x3C44…93BC owes 0x3C44…93BC owes 0x3C44…93BC  complete"
        );
    }
}
