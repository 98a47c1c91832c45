//! The node at a glance: info, balance, history.

use super::{Api, body::channel_id, failure::Failure, views};
use crate::node::Core;
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use thunder_api::{
    Balance, ChainInfo, ChannelMoney, Code, HistoryEntry, Info, Peer, Problem, RelayInfo, TokenBalance,
};
use thunder_channel::Amount;
use thunder_client::{ChannelView, PhaseView};
use thunder_ethereum::{ClockMode, Token as Erc20, U256};

/// History entries in one answer, if no number was asked for, and at most.
const ENTRIES: (usize, usize) = (100, 10_000);

/// Everything at a glance.
#[utoipa::path(get, path = "/v1/info", responses(
    (status = 200, body = Info),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn info(State(api): State<Api>) -> Result<Json<Info>, Failure> {
    Ok(Json(api.node.ask(async |core| Ok(at_a_glance(&core))).await?))
}

fn at_a_glance(core: &Core) -> Info {
    let account = core.account().ok();
    let head = account.as_ref().and_then(|account| account.driver.head());
    let relay = core.settings.relay_urls().ok().flatten();
    let views = account
        .as_ref()
        .map(|account| account.driver.summaries())
        .unwrap_or_default();
    let world = &core.world;
    Info {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        port: core.port,
        wallet: core.wallet(),
        chain: ChainInfo {
            rpc: world.rpc.clone(),
            chain_id: world.domain.chain_id,
            genesis: world.genesis,
            hub: world.domain.hub,
            clock_mode: match world.clock {
                ClockMode::Blocks => "blocks",
                ClockMode::Seconds => "seconds",
            }
            .to_owned(),
            development: world.is_development(),
            block: head.map(|(head, _)| head.number),
            clock: head.map(|(_, clock)| clock),
            fresh: account
                .as_ref()
                .is_some_and(|account| account.driver.chain_fresh()),
        },
        relay: relay.map(|(url, _)| RelayInfo {
            url,
            online: account
                .as_ref()
                .is_some_and(|account| account.driver.relay_online()),
        }),
        tokens: world.tokens.clone(),
        peers: account.map(|account| account.peers()).unwrap_or_default(),
        channels: views
            .iter()
            .map(|view| views::channel(world, view))
            .collect::<Vec<_>>(),
    }
}

/// All money.
#[utoipa::path(get, path = "/v1/balance", responses(
    (status = 200, body = Balance),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn balance(State(api): State<Api>) -> Result<Json<Balance>, Failure> {
    let balance = api.node.ask(async |core| money(&core).await);
    Ok(Json(balance.await?))
}

async fn money(core: &Core) -> Result<Balance, Problem> {
    let account = core.account()?;
    let views = account.driver.summaries();
    let chain = core.world.chain();
    let failed = |error: thunder_ethereum::ChainError| Problem::new(Code::Chain, error.to_string());
    let claimable = account.driver.claimable().await;
    let claimable = claimable.map_err(|refusal| Problem::new(Code::Chain, refusal.to_string()))?;
    let mut tokens = Vec::new();
    for token in &core.world.tokens {
        let wallet = if token.address.is_zero() {
            chain.balance(account.address()).await
        } else {
            chain
                .token_balance(Erc20::new(token.address), account.address())
                .await
        };
        let in_it = |view: &&ChannelView| view.key.token == token.address && view.joined;
        let open = |view: &&ChannelView| view.phase == PhaseView::Open;
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
            amounts.fold(Amount::ZERO, |sum, amount| {
                sum.checked_add(amount).unwrap_or(Amount::MAX)
            })
        };
        let owed = claimable.iter().find(|owed| owed.token == token.address);
        let live = |view: &&ChannelView| !matches!(view.phase, PhaseView::Settled { .. });
        let mine = |view: &ChannelView| view.balances[view.holder];
        tokens.push(TokenBalance {
            token: token.address,
            symbol: token.symbol.clone(),
            wallet: amount(wallet.map_err(failed)?),
            available: sum(&mut views.iter().filter(in_it).filter(open).map(|view| view.spendable)),
            locked: sum(&mut views
                .iter()
                .filter(in_it)
                .filter(live)
                .filter(|view| !open(view))
                .map(mine)),
            claimable: owed.map_or(Amount::ZERO, |owed| amount(owed.amount)),
        });
    }
    let channels = views
        .iter()
        .filter(|view| view.joined && !matches!(view.phase, PhaseView::Settled { .. }));
    Ok(Balance {
        account: account.address(),
        tokens,
        channels: channels
            .map(|view| ChannelMoney {
                channel: view.id,
                token: view.key.token,
                available: view.spendable,
                guaranteed: view.guaranteed,
            })
            .collect(),
    })
}

/// What a channel could hold of it: more than `uint96` cannot be deposited anyway.
fn amount(number: U256) -> Amount {
    let number = u128::try_from(number).unwrap_or(u128::MAX);
    Amount::new(number).unwrap_or(Amount::MAX)
}

/// Which part of the history.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// Of which channel; of all if left out.
    channel: Option<String>,
    /// How many entries at most; 100 if left out.
    limit: Option<usize>,
}

/// What happened, newest first.
#[utoipa::path(get, path = "/v1/history", params(Part), responses(
    (status = 200, body = [HistoryEntry]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn history(
    State(api): State<Api>,
    part: Result<Query<Part>, QueryRejection>,
) -> Result<Json<Vec<HistoryEntry>>, Failure> {
    let Query(part) = part.map_err(|error| Problem::new(Code::Malformed, error.body_text()))?;
    let only = part.channel.as_deref().map(channel_id).transpose()?;
    let limit = part.limit.unwrap_or(ENTRIES.0).min(ENTRIES.1);
    let entries = api.node.ask(async move |core| {
        let mut entries: Vec<HistoryEntry> = Vec::new();
        let driver = &core.account()?.driver;
        let views = match only {
            Some(id) => driver.view(id).into_iter().collect(),
            None => driver.views(),
        };
        for view in views {
            let lines = view.entries.iter().rev().take(limit);
            entries.extend(lines.map(|entry| views::entry(view.id, view.holder, entry)));
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        entries.truncate(limit);
        Ok(entries)
    });
    Ok(Json(entries.await?))
}

/// Other nodes, those that are linked first.
pub fn linked_first(mut peers: Vec<Peer>) -> Vec<Peer> {
    peers.sort_by_key(|peer| !peer.connected);
    peers
}
