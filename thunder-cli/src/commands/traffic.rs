//! Using traffic of other nodes: what they ask, and a route through them.

use std::cell::Cell;

use thunder_api::{Connect, Peer, Route, Session as Metered, Tariff, UseTraffic, WhenLow};
use thunder_channel::{Address, Amount, checksummed, metering::Terms};

use super::meter;
use crate::api::{Answer, MINED, PATIENT};
use crate::arguments::{Provider, Use};
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::output::{self, Progress};
use crate::session::{Known, Session};
use crate::words::meter::Plan;
use crate::words::money::Tokens;
use crate::words::{short_address, size::size, traffic as words};

/// `tariff`
pub fn tariff(session: &Session, provider: &Provider) -> Result<(), Failure> {
    let account = find(session, provider)?;
    let tariff = ask(session, account)?;
    session.output.answer_with(&tariff, |tariff| {
        let known = session.known()?;
        let style = session.output.style;
        Ok(words::tariff(account, tariff, &known.tokens, known.clock, style))
    })
}

fn ask(session: &Session, provider: Address) -> Result<Answer<Tariff>, Failure> {
    let path = format!("/v1/peers/{}/tariff", checksummed(provider));
    session.api.get(&path)
}

/// The account of a provider; one that is named by its place is connected to, unless it is already.
fn find(session: &Session, provider: &Provider) -> Result<Address, Failure> {
    let address = match provider {
        Provider::Account(account) => return Ok(*account),
        Provider::At(address) => address,
    };
    let peers = session.api.get::<Vec<Peer>>("/v1/peers")?.value;
    let there = |peer: &&Peer| peer.connected && peer.address.as_ref() == Some(address);
    if let Some(peer) = peers.iter().find(there) {
        return Ok(peer.account);
    }
    let whom = Connect {
        address: address.clone(),
    };
    let peer = session.api.post::<Peer>("/v1/peers", &whom, PATIENT)?;
    Ok(peer.value.account)
}

/// `use`
pub fn use_traffic(session: &Session, chosen: &Use) -> Result<(), Failure> {
    let known = session.known()?;
    let mut offers = Vec::new();
    for provider in &chosen.providers {
        let account = find(session, provider)?;
        let tariff = ask(session, account)?.value;
        session.output.words(&words::tariff(
            account,
            &tariff,
            &known.tokens,
            known.clock,
            session.output.style,
        ))?;
        offers.push((account, tariff));
    }
    let wanted = wanted(chosen, &offers, &known.tokens)?;
    let plan = Plan {
        when_low: wanted.when_low,
        limit: wanted.limit,
    };
    let token = offers.first().map(|(_, tariff)| tariff.token).unwrap_or_default();
    let first = wanted.deposit.unwrap_or(wanted.limit);
    session
        .output
        .words(&words::stake(first, plan, token, &known.tokens))?;
    if chosen.detach {
        let route = session.api.post::<Route>("/v1/routes", &wanted, MINED)?;
        return session.output.answer_with(&route, |route| {
            let opened = opened(session, &known, route)?;
            Ok(format!(
                "{opened}\nnext: {} sessions, and {} unuse {} to end it",
                session.caller, session.caller, route.port
            ))
        });
    }
    // From before money is spent until after the sessions are ended.
    let interrupts = Interrupts::listen()?;
    let (route, go_on) = open(session, &interrupts, wanted)?;
    let tokens = &known.tokens;
    let shown = begun(session, &known, &route).and_then(|()| {
        if go_on {
            meter::run(session, &interrupts, tokens, &route.value, plan)
        } else {
            Ok(())
        }
    });
    // Whatever is wrong with what is shown, what was begun is ended.
    meter::end(session, &interrupts, tokens, &route.value).and(shown)
}

/// Says that the route is open, and how to go through it.
fn begun(session: &Session, known: &Known, route: &Answer<Route>) -> Result<(), Failure> {
    if session.output.json {
        return output::line(&format!(r#"{{"route":{}}}"#, route.text_in_one_line()));
    }
    let opened = opened(session, known, &route.value)?;
    output::line(&format!("{opened}\nCtrl-C ends it\n"))
}

fn opened(session: &Session, known: &Known, route: &Route) -> Result<String, Failure> {
    let sessions = session.api.get::<Vec<Metered>>("/v1/sessions")?.value;
    let hops: Vec<Metered> = route
        .sessions
        .iter()
        .filter_map(|id| sessions.iter().find(|one| one.id == *id).cloned())
        .collect();
    Ok(words::opened(route, &hops, &known.tokens, session.output.style))
}

/// Opens the route; says with it whether to go on, which Ctrl-C in between asks not to.
fn open(
    session: &Session,
    interrupts: &Interrupts,
    wanted: UseTraffic,
) -> Result<(Answer<Route>, bool), Failure> {
    let mut progress = Progress::new(session.output);
    progress.draw("depositing …");
    let go_on = Cell::new(true);
    let api = session.api.clone();
    let opening = interrupts.during(
        move || api.post::<Route>("/v1/routes", &wanted, MINED),
        || {
            if go_on.replace(false) {
                progress.draw("depositing … it is ended as soon as it is begun; Ctrl-C again leaves at once");
                return Ok(());
            }
            Err(Failure::Left(format!(
                "left while the route was being opened. The node goes on with it: `{} sessions` shows it, and `{} unuse` ends it",
                session.caller, session.caller
            )))
        },
    );
    Ok((opening??, go_on.get()))
}

/// What is asked of the node, where the providers' terms allow it.
fn wanted(chosen: &Use, offers: &[(Address, Tariff)], tokens: &Tokens) -> Result<UseTraffic, Failure> {
    let Some((_, first)) = offers.first() else {
        return Err(Failure::Usage("name a provider".to_owned()));
    };
    let token = first.token;
    if offers.iter().any(|(_, tariff)| tariff.token != token) {
        return Err(Failure::Usage(
            "these providers take different tokens: one limit cannot be for all of them".to_owned(),
        ));
    }
    let read = |text: &str| tokens.read_some(text, token);
    let (max_price, limit) = (read(&chosen.price)?, read(&chosen.limit)?);
    let deposit = chosen.deposit.as_deref().map(read).transpose()?;
    for (provider, tariff) in offers {
        check(*provider, tariff, max_price, deposit.unwrap_or(limit), tokens)?;
    }
    if let Some(deposit) = deposit.filter(|deposit| *deposit > limit) {
        return Err(Failure::Usage(format!(
            "the deposit of {} is above the limit of {}",
            tokens.money(deposit, token),
            tokens.money(limit, token)
        )));
    }
    Ok(UseTraffic {
        providers: offers.iter().map(|(provider, _)| *provider).collect(),
        max_price,
        limit,
        deposit,
        when_low: if chosen.top_up {
            WhenLow::TopUp
        } else {
            WhenLow::Stop
        },
        port: chosen.socks,
        behind: chosen.hidden(),
    })
}

/// What the node would refuse too, in the token's unit.
fn check(
    provider: Address,
    tariff: &Tariff,
    max_price: Amount,
    deposit: Amount,
    tokens: &Tokens,
) -> Result<(), Failure> {
    let money = |amount| tokens.money(amount, tariff.token);
    let who = short_address(provider);
    if tariff.price > max_price {
        return Err(Failure::TooDear(format!(
            "{who} asks {} for 1 MB, and --price allows {}: nothing was deposited",
            money(tariff.price),
            money(max_price)
        )));
    }
    let least = Terms {
        token: tariff.token,
        price: tariff.price,
        quantity: tariff.unit,
        unit: tariff.unit,
        tolerance: tariff.tolerance,
        finalization_period: tariff.finalization_period,
    }
    .least_deposit();
    if deposit < least {
        return Err(Failure::Usage(format!(
            "a deposit of {} does not pay one unit of {} at {who}: {} at least",
            money(deposit),
            size(tariff.unit),
            money(least)
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{BOB, session, thd, tokens, units};

    fn chosen(price: &str, limit: &str, deposit: Option<&str>) -> Use {
        Use {
            providers: Vec::new(),
            price: price.to_owned(),
            limit: limit.to_owned(),
            deposit: deposit.map(str::to_owned),
            top_up: true,
            socks: Some(1_080),
            behind: None,
            proxy: None,
            detach: false,
        }
    }

    fn offers() -> [(Address, Tariff); 2] {
        [BOB.parse().unwrap(), Address::repeat_byte(7)].map(|who| (who, session("aaaa1111").tariff))
    }

    #[test]
    fn what_was_typed_is_asked_for() {
        let asked = wanted(&chosen("0.01", "2", Some("0.5")), &offers(), &tokens()).unwrap();
        assert_eq!(asked.providers, offers().map(|(who, _)| who));
        assert_eq!(
            (asked.max_price, asked.limit),
            (units("10000000000000000"), thd(2))
        );
        assert_eq!(asked.deposit, Some(units("500000000000000000")));
        assert_eq!((asked.when_low, asked.port), (WhenLow::TopUp, Some(1_080)));
    }

    #[test]
    fn what_cannot_be_is_said_in_the_tokens_unit() {
        for (typed, words) in [
            (
                chosen("0.005", "2", None),
                "0x3C44…93BC asks 0.01 THD for 1 MB, and --price allows 0.005 THD",
            ),
            (
                chosen("0.01", "0.001", None),
                "0.001 THD does not pay one unit of 1.0 MB at 0x3C44…93BC: 0.01 THD at least",
            ),
            (
                chosen("0.01", "1", Some("2")),
                "the deposit of 2 THD is above the limit of 1 THD",
            ),
            (chosen("free", "1", None), "\"free\""),
            (chosen("1", "0", None), "above 0"),
        ] {
            let said = wanted(&typed, &offers(), &tokens()).unwrap_err().to_string();
            assert!(said.contains(words), "{said}");
        }
        let mut mixed = offers();
        mixed[1].1.token = Address::zero();
        let said = wanted(&chosen("1", "2", None), &mixed, &tokens()).unwrap_err();
        assert!(said.to_string().contains("different tokens"), "{said}");
    }
}
