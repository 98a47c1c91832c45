//! Channels: opening, funding, ending.

use super::{
    Api,
    body::{Body, channel_id},
    failure::Failure,
    views,
};
use crate::node::{
    Account, Core,
    closing::{self, AGREEING, find, unknown},
    problem,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use std::time::Duration;
use thunder_api::{
    Channel, CloseRequest, Closed, Code, DEFAULT_PERIOD, Deposit, OpenChannel, Problem, Sent, Withdrawn,
};
use thunder_channel::{Address, Amount, ChannelId, ChannelKey, Invite, Policy};
use thunder_client::{Command, Outcome, PhaseView, Refusal};

/// Channels, newest first.
#[utoipa::path(get, path = "/v1/channels", responses(
    (status = 200, body = [Channel]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(api): State<Api>) -> Result<Json<Vec<Channel>>, Failure> {
    let channels = api.node.ask(async |core| {
        let views = core.account()?.driver.summaries();
        Ok(views
            .iter()
            .map(|view| views::channel(&core.world, view))
            .collect::<Vec<_>>())
    });
    Ok(Json(channels.await?))
}

/// One channel.
#[utoipa::path(get, path = "/v1/channels/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Channel),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn one(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<Channel>, Failure> {
    let id = channel_id(&id)?;
    let channel = api
        .node
        .ask(async move |core| shown(&core, &*core.account()?, id));
    Ok(Json(channel.await?))
}

/// Opens a channel, and waits until that is mined.
#[utoipa::path(post, path = "/v1/channels", request_body = OpenChannel, responses(
    (status = 201, body = Sent),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn open(
    State(api): State<Api>,
    Body(wanted): Body<OpenChannel>,
) -> Result<(StatusCode, Json<Sent>), Failure> {
    let sent = api.node.ask(async move |core| {
        let account = core.account()?;
        let key = key(&core, &account, &wanted)?;
        let amount = wanted.amount.unwrap_or(Amount::ZERO);
        let outcome = account.command(Command::Open { key, amount }).await?;
        account.duty.notify_one();
        let view = account
            .driver
            .summaries()
            .into_iter()
            .find(|view| view.key == key);
        let lost = || {
            Problem::new(
                Code::Chain,
                "the opening is mined, but the chain does not show it yet: look again",
            )
        };
        Ok(Sent {
            transaction: hash(outcome),
            channel: views::channel(&core.world, &view.ok_or_else(lost)?),
        })
    });
    Ok((StatusCode::CREATED, Json(sent.await?)))
}

fn key(core: &Core, account: &Account, wanted: &OpenChannel) -> Result<ChannelKey, Problem> {
    let malformed = |words: String| Problem::new(Code::Malformed, words);
    let with = match &wanted.with {
        Some(text) => invited(
            account,
            Invite::parse(text).map_err(|error| malformed(error.to_string()))?,
        ),
        None => only_peer(account)?,
    };
    let token = match &wanted.token {
        None => core.world.tokens.first(),
        Some(named) => core.world.token(named),
    };
    let known = || {
        let symbols: Vec<_> = core
            .world
            .tokens
            .iter()
            .map(|token| token.symbol.as_str())
            .collect();
        malformed(format!(
            "this token is not known here; there are {}",
            symbols.join(", ")
        ))
    };
    let day = core.world.ticks(24 * 60 * 60);
    let period = if core.world.is_development() {
        DEFAULT_PERIOD
    } else {
        day
    };
    let salt = crate::data_dir::random::<8>().map_err(|error| crate::keystore::disk(&error))?;
    Ok(ChannelKey {
        alice: account.address(),
        alice_signer: account.payment_key,
        bob: with.address,
        bob_signer: with.signer,
        token: token.ok_or_else(known)?.address,
        finalization_period: wanted.period.unwrap_or(period),
        policy: wanted.policy.unwrap_or(Policy::Forfeit),
        salt: u64::from_be_bytes(salt),
    })
}

/// A plain address signs for itself, unless it is a node that has shown the key that signs for it.
fn invited(account: &Account, invite: Invite) -> Invite {
    match account.peer(invite.address) {
        Some(peer) if invite.signer == invite.address => Invite {
            address: peer.account,
            signer: peer.payment_key,
        },
        _ => invite,
    }
}

fn only_peer(account: &Account) -> Result<Invite, Problem> {
    let linked: Vec<_> = account
        .peers()
        .into_iter()
        .filter(|peer| peer.connected)
        .collect();
    match linked.as_slice() {
        [peer] => Ok(Invite {
            address: peer.account,
            signer: peer.payment_key,
        }),
        [] => Err(Problem::new(
            Code::Malformed,
            "say with whom: name an address with --with, or connect to a node first",
        )),
        _ => Err(Problem::new(
            Code::Malformed,
            "say with whom: several nodes are connected, so name one's account with --with",
        )),
    }
}

/// Puts more money into a channel, and waits until that is mined.
#[utoipa::path(post, path = "/v1/channels/{id}/deposit", params(("id" = String, Path)), request_body = Deposit, responses(
    (status = 200, body = Sent),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn deposit(
    State(api): State<Api>,
    Path(id): Path<String>,
    Body(Deposit { amount }): Body<Deposit>,
) -> Result<Json<Sent>, Failure> {
    let channel = channel_id(&id)?;
    Ok(Json(
        send(&api, channel, Command::Deposit { channel, amount }).await?,
    ))
}

/// Shows the hub the best claim now, and waits until that is mined. The node also does it by itself.
#[utoipa::path(post, path = "/v1/channels/{id}/challenge", params(("id" = String, Path)), responses(
    (status = 200, body = Sent),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn challenge(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<Sent>, Failure> {
    let channel = channel_id(&id)?;
    let sent = api.node.ask(async move |core| {
        let account = core.account()?;
        let transaction = match account.driver.command(Command::Claim { channel }).await {
            Ok(outcome) => hash(outcome),
            // The node has done it by itself, or there never was more than the hub has.
            Err(Refusal::NothingToClaim) => None,
            Err(refusal) => return Err(problem(&refusal)),
        };
        Ok(Sent {
            transaction,
            channel: shown(&core, &account, channel)?,
        })
    });
    Ok(Json(sent.await?))
}

async fn send(api: &Api, id: ChannelId, command: Command) -> Result<Sent, Problem> {
    let sent = api.node.ask(async move |core| {
        let account = core.account()?;
        let outcome = account.command(command).await?;
        Ok(Sent {
            transaction: hash(outcome),
            channel: shown(&core, &account, id)?,
        })
    });
    sent.await
}

/// Ends a channel: together if the other side answers, which pays both at once; otherwise with the last claims, which starts the
/// finalization period.
#[utoipa::path(post, path = "/v1/channels/{id}/close", params(("id" = String, Path)), request_body = CloseRequest, responses(
    (status = 200, body = Closed),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn close(
    State(api): State<Api>,
    Path(id): Path<String>,
    Body(how): Body<CloseRequest>,
) -> Result<Json<Closed>, Failure> {
    let id = channel_id(&id)?;
    let closed = api.node.ask(async move |core| {
        let account = core.account()?;
        let wait = how
            .wait_ms
            .map_or(AGREEING.0, |ms| Duration::from_millis(ms).min(AGREEING.1));
        let sent = match how.understate {
            Some(paid) => {
                let command = Command::CloseUnderstating { channel: id, paid };
                account.command(command).await.map(Some)
            }
            None if how.alone => account.command(Command::Close { channel: id }).await.map(Some),
            None => closing::close(&account, id, wait).await,
        }?;
        Ok(Closed {
            together: sent.is_none(),
            transaction: sent.and_then(hash),
            channel: shown(&core, &account, id)?,
        })
    });
    Ok(Json(closed.await?))
}

/// Settles a channel after its period and collects what a failed push left.
#[utoipa::path(post, path = "/v1/channels/{id}/withdraw", params(("id" = String, Path)), responses(
    (status = 200, body = Withdrawn),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn withdraw(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<Withdrawn>, Failure> {
    let id = channel_id(&id)?;
    let withdrawn = api.node.ask(async move |core| {
        let account = core.account()?;
        // The clock may have gone on since it was last read.
        account.driver.read_chain().await;
        let mut transactions = Vec::new();
        let view = find(&account, id)?;
        match view.phase {
            PhaseView::Settled { .. } => (),
            PhaseView::Closing { closes_at, clock, .. } if clock < closes_at => {
                let words = format!(
                    "the finalization period runs until {closes_at} in the hub's clock, which is at {clock}: withdraw then"
                );
                return Err(Problem::new(Code::WrongPhase, words));
            }
            PhaseView::Closing { .. } => {
                transactions.extend(hash(account.command(Command::Settle { channel: id }).await?));
            }
            PhaseView::Opening | PhaseView::Open | PhaseView::CloseSent { .. } => {
                let words = "this channel is not closed: close it first, with closechannel";
                return Err(Problem::new(Code::WrongPhase, words));
            }
        }
        let token = view.key.token;
        if is_owed(&account, token).await? {
            transactions.extend(hash(account.command(Command::Collect { token }).await?));
        }
        Ok(Withdrawn {
            transactions,
            channel: shown(&core, &account, id)?,
        })
    });
    Ok(Json(withdrawn.await?))
}

async fn is_owed(account: &Account, token: Address) -> Result<bool, Problem> {
    let claimable = account.driver.claimable().await;
    let claimable = claimable.map_err(|refusal| Problem::new(Code::Chain, refusal.to_string()))?;
    Ok(claimable.iter().any(|owed| owed.token == token))
}

/// What proves the node's money in a channel, usable without the node: the claims and the calls of the hub.
#[utoipa::path(get, path = "/v1/channels/{id}/evidence", params(("id" = String, Path)), responses(
    (status = 200, body = Object),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn evidence(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<Json<serde_json::Value>, Failure> {
    let id = channel_id(&id)?;
    let evidence = api.node.ask(async move |core| {
        let evidence = core.account()?.driver.evidence(id).ok_or_else(unknown)?;
        serde_json::to_value(evidence).map_err(|error| Problem::new(Code::Store, error.to_string()))
    });
    Ok(Json(evidence.await?))
}

fn shown(core: &Core, account: &Account, id: ChannelId) -> Result<Channel, Problem> {
    Ok(views::channel(&core.world, &find(account, id)?))
}

fn hash(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Done => None,
        Outcome::Mined(hash) => Some(format!("{hash:#x}")),
    }
}
