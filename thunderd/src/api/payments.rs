//! Payments.

use super::{Api, body::Body, failure::Failure};
use crate::node::{Account, Core, closing::unknown};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use std::time::Duration;
use thunder_api::{Code, Delivery, EventKind, IDEMPOTENCY_KEY, Pay, Payment, Problem};
use thunder_channel::{Address, Amount, ChannelId, MemoText, RequestNumber};
use thunder_client::{ChannelView, Command, Delivery as Sent, PaidOnce, PaymentReference, PhaseView};
use tokio::time::{Instant, timeout_at};

/// How long a payment is waited for, if no time is named, and at most.
const WAIT: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

/// Pays, once per key. It has happened when this answers, wherever it has come to.
#[utoipa::path(post, path = "/v1/payments", request_body = Pay,
    params(("idempotency-key" = String, Header, description = "1 to 64 visible ASCII characters: the same key pays once, however often it is sent")),
    responses(
        (status = 200, body = Payment),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn pay(
    State(api): State<Api>,
    headers: HeaderMap,
    Body(pay): Body<Pay>,
) -> Result<Json<Payment>, Failure> {
    let key = headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok());
    let missing =
        "name the payment by an Idempotency-Key header, so that it happens once however often it is sent";
    let reference = reference(key.ok_or_else(|| Problem::new(Code::Malformed, missing))?)?;
    let payment = api.node.ask(async move |core| {
        let account = core.account()?;
        let wait = pay
            .wait_ms
            .map_or(WAIT.0, |ms| Duration::from_millis(ms).min(WAIT.1));
        let (paid, repeated) = once(&core, &account, reference, pay).await?;
        if !repeated {
            core.events.tell(EventKind::Paid {
                channel: paid.channel,
                amount: paid.amount,
            });
        }
        let until = Instant::now() + wait;
        let delivery = delivered(&account, &paid, until).await?;
        payment(&account, &paid, delivery, repeated)
    });
    Ok(Json(payment.await?))
}

/// What was paid by a key.
#[utoipa::path(get, path = "/v1/payments/{key}", params(("key" = String, Path)), responses(
    (status = 200, body = Payment),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn paid(State(api): State<Api>, Path(key): Path<String>) -> Result<Json<Payment>, Failure> {
    let reference = reference(&key)?;
    let payment = api.node.ask(async move |core| {
        let account = core.account()?;
        let nothing = || Problem::new(Code::NotFound, "nothing was paid by this key, or it was long ago");
        let paid = account.driver.paid_once(&reference).ok_or_else(nothing)?;
        let delivery = delivered(&account, &paid, Instant::now()).await?;
        payment(&account, &paid, delivery, true)
    });
    Ok(Json(payment.await?))
}

fn reference(key: &str) -> Result<PaymentReference, Problem> {
    PaymentReference::parse(key).map_err(|error| Problem::new(Code::Malformed, error.to_string()))
}

/// Pays, or finds what was paid by the same key. `true` if it was paid before.
async fn once(
    core: &Core,
    account: &Account,
    reference: PaymentReference,
    pay: Pay,
) -> Result<(PaidOnce, bool), Problem> {
    let malformed = |words: String| Problem::new(Code::Malformed, words);
    if let Some(paid) = account.driver.paid_once(&reference) {
        let same = paid.amount == pay.amount && pay.channel.is_none_or(|channel| channel == paid.channel);
        return same.then_some((paid, true)).ok_or_else(|| {
            Problem::new(
                Code::IdempotencyMismatch,
                "this key was used for another payment: take a new one, or ask what it paid",
            )
        });
    }
    let memo = pay.memo.as_deref().map(MemoText::parse).transpose();
    let memo = memo.map_err(|error| malformed(error.to_string()))?;
    let zero = || malformed("a request's number is above zero".to_owned());
    let request = pay
        .request
        .map(|number| RequestNumber::new(number).ok_or_else(zero))
        .transpose()?;
    let channel = which(core, account, pay.channel, pay.to, Some(pay.amount))?;
    let command = Command::PayOnce {
        reference: reference.clone(),
        channel,
        amount: pay.amount,
        memo,
        request,
    };
    account.command(command).await?;
    let lost = || {
        Problem::new(
            Code::Store,
            "the payment was not written down; look at the history before you pay again",
        )
    };
    Ok((account.driver.paid_once(&reference).ok_or_else(lost)?, false))
}

/// The channel that is meant: the named one, or the one open channel with `to` (or with anybody) that has room for `amount`.
pub fn which(
    core: &Core,
    account: &Account,
    named: Option<ChannelId>,
    to: Option<Address>,
    amount: Option<Amount>,
) -> Result<ChannelId, Problem> {
    if let Some(id) = named {
        let (with, _) = account.driver.delivery(id).ok_or_else(unknown)?;
        if to.is_some_and(|to| with != to) {
            return Err(Problem::new(
                Code::Malformed,
                "this channel is not with the account that is named by `to`",
            ));
        }
        return Ok(id);
    }
    let open = |view: &ChannelView| {
        view.phase == PhaseView::Open
            && view.joined
            && to.is_none_or(|to| view.key.address(view.holder.other()) == to)
    };
    let mut views: Vec<_> = account.driver.summaries().into_iter().filter(open).collect();
    if views.len() > 1
        && let Some(amount) = amount
    {
        views.retain(|view| view.spendable >= amount);
    }
    match views.as_slice() {
        [view] => Ok(view.id),
        [] => Err(Problem::new(
            Code::UnknownChannel,
            "there is no open channel for this: open one, or look at `thunder-cli channels`",
        )),
        several => {
            let ids: Vec<_> = several
                .iter()
                .map(|view| {
                    format!(
                        "{} ({})",
                        view.id,
                        super::views::channel(&core.world, view).symbol
                    )
                })
                .collect();
            Err(Problem::new(
                Code::Malformed,
                format!("several channels could be meant; name one: {}", ids.join(", ")),
            ))
        }
    }
}

/// Waits until a payment has come as far as it can just now, and no longer than asked for.
async fn delivered(account: &Account, paid: &PaidOnce, until: Instant) -> Result<Delivery, Problem> {
    loop {
        // Before the look, so that nothing that happens after it is missed.
        let moved = account.links.moved.notified();
        if account.links.has(paid.channel, paid.total) {
            return Ok(Delivery::Delivered);
        }
        let (with, sent) = account.driver.delivery(paid.channel).ok_or_else(unknown)?;
        let linked = account.links.is_linked(with);
        let relayed = sent == Sent::Relayed;
        if relayed && !linked {
            return Ok(Delivery::Relayed);
        }
        let hopeless = !linked && !account.driver.relay_online();
        if hopeless || timeout_at(until, moved).await.is_err() {
            return Ok(if relayed {
                Delivery::Relayed
            } else {
                Delivery::Stored
            });
        }
    }
}

fn payment(
    account: &Account,
    paid: &PaidOnce,
    delivery: Delivery,
    repeated: bool,
) -> Result<Payment, Problem> {
    let (to, _) = account.driver.delivery(paid.channel).ok_or_else(unknown)?;
    Ok(Payment {
        channel: paid.channel,
        to,
        amount: paid.amount,
        total: paid.total,
        delivery,
        repeated,
    })
}
