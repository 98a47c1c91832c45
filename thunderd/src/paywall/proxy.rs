//! Requests: held up until they are paid, passed on, and answered piece by piece as the pieces are paid.

use super::{
    Paywall,
    gate::{Closed, Ticket},
    options::Tariff,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, TryStreamExt, stream};
use std::{io, sync::Arc};
use thunder_api::{
    Charged, Code, Commitment, PAYMENT_REQUIRED, PAYMENT_RESPONSE, PAYMENT_SIGNATURE, PaymentPayload,
    PaymentRequired, PaymentResponse, Per, Problem, Resource, SCHEME, X402_VERSION, from_header, to_header,
};
use thunder_channel::Amount;

/// Tells the service who has paid.
const PAYER: &str = "thunder-payer";
/// Headers that are one connection's own business (RFC 9110, section 7.6.1), or this proxy's.
const OWN: [&str; 12] = [
    "connection",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    PAYMENT_SIGNATURE,
    PAYER,
];

/// A request for the service.
pub async fn pass(State(paywall): State<Arc<Paywall>>, request: Request) -> Response {
    let uri = request.uri().clone();
    let Commitment { channel, claim } = match commitment(request.headers()) {
        Ok(commitment) => commitment,
        Err(words) => return paywall.demand(&uri, paywall.gate.tariff.first(), words, None),
    };
    let (ticket, stands) = match paywall.gate.enter(channel, claim).await {
        Ok(entered) => entered,
        Err(closed) => return paywall.turn_away(&uri, closed),
    };
    match paywall.ask_upstream(request, &stands).await {
        Ok(answer) => paywall.deliver(&uri, answer, ticket).await,
        Err(error) => {
            // Nothing was served, so nothing is charged: what was paid is there for the next request.
            tracing::warn!(error = %error.without_url(), "the service does not answer");
            (
                StatusCode::BAD_GATEWAY,
                "the service behind this paywall does not answer; nothing was charged\n",
            )
                .into_response()
        }
    }
}

/// A further claim, while an answer is under way.
pub async fn take_claim(State(paywall): State<Arc<Paywall>>, headers: HeaderMap) -> Response {
    let Commitment { channel, claim } = match commitment(&headers) {
        Ok(commitment) => commitment,
        Err(words) => return (StatusCode::BAD_REQUEST, words).into_response(),
    };
    match paywall.gate.take(channel, claim).await {
        Ok(stands) => (StatusCode::NO_CONTENT, paywall.receipt(None, &stands)).into_response(),
        Err(problem) => refused(&problem),
    }
}

impl Paywall {
    async fn ask_upstream(&self, request: Request, stands: &Charged) -> reqwest::Result<reqwest::Response> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut headers = passed_on(&parts.headers);
        if self.gate.tariff.per == Per::Megabyte {
            // What is counted is what passes, and a page in a browser sees it unpacked only.
            headers.remove(header::ACCEPT_ENCODING);
        }
        if let Ok(payer) = HeaderValue::from_str(&format!("{:#x}", stands.payer)) {
            headers.insert(PAYER, payer);
        }
        let asked = self
            .http
            .request(parts.method, format!("{}{path}", self.upstream));
        let asked = asked.headers(headers);
        // A body of no bytes is none: some services refuse a GET with one.
        let asked = if axum::body::HttpBody::is_end_stream(&body) {
            asked
        } else {
            asked.body(reqwest::Body::wrap_stream(body.into_data_stream()))
        };
        asked.send().await
    }

    /// Charges for an answer, and passes it on.
    async fn deliver(&self, uri: &Uri, answer: reqwest::Response, mut ticket: Ticket) -> Response {
        let status = answer.status();
        let tariff = &self.gate.tariff;
        // What a service that failed says is not worth the price.
        let free = status.is_server_error();
        let length = answer.content_length();
        let allowed = match tariff.per {
            Per::Megabyte => length.map_or(tariff.unit, |length| length.min(tariff.unit)),
            Per::Request => 0,
        };
        let price = match tariff.per {
            _ if free => Amount::ZERO,
            Per::Request => tariff.price,
            Per::Megabyte => tariff.of(allowed),
        };
        let stands = match ticket.charge(price).await {
            Ok(stands) => stands,
            Err(closed) => return self.turn_away(uri, closed),
        };
        let mut headers = passed_on(answer.headers());
        headers.extend(self.receipt(None, &stands));
        let pieces = answer.bytes_stream();
        let body = if free || tariff.per == Per::Request {
            // Nothing more is due.
            drop(ticket);
            Body::from_stream(pieces)
        } else {
            let metered = Metered {
                tariff: tariff.clone(),
                pieces: pieces.map_err(io::Error::other).boxed(),
                piece: Bytes::new(),
                ticket,
                paid: allowed,
                left: length.map(|length| length.saturating_sub(allowed)),
            };
            Body::from_stream(metered.stream())
        };
        (status, headers, body).into_response()
    }

    /// Says that too little was paid, or what else is wrong.
    fn turn_away(&self, uri: &Uri, closed: Closed) -> Response {
        match closed {
            Closed::Missing(missing, stands) => {
                let words = "what was paid in this channel is used up";
                self.demand(uri, missing, words, Some(&stands))
            }
            Closed::Refused(problem) => refused(&problem),
        }
    }

    /// 402, with the terms.
    fn demand(&self, uri: &Uri, missing: Amount, words: &str, stands: Option<&Charged>) -> Response {
        let required = PaymentRequired {
            x402_version: X402_VERSION,
            error: words.to_owned(),
            resource: Resource {
                url: uri.to_string(),
                description: String::new(),
                mime_type: String::new(),
            },
            accepts: vec![self.gate.tariff.terms(missing)],
        };
        let mut headers = stands
            .map(|stands| self.receipt(Some("insufficient_funds"), stands))
            .unwrap_or_default();
        insert(&mut headers, PAYMENT_REQUIRED, &required);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        (StatusCode::PAYMENT_REQUIRED, headers, axum::Json(required)).into_response()
    }

    /// What became of a payment, as a header.
    fn receipt(&self, error: Option<&str>, stands: &Charged) -> HeaderMap {
        let response = PaymentResponse {
            success: error.is_none(),
            error_reason: error.map(str::to_owned),
            transaction: error.map_or_else(|| stands.credited.to_string(), |_| String::new()),
            network: self.gate.tariff.network.clone(),
            payer: stands.payer,
            credited: stands.credited,
            charged: stands.charged,
        };
        let mut headers = HeaderMap::new();
        insert(&mut headers, PAYMENT_RESPONSE, &response);
        headers
    }
}

/// An answer that is passed on as far as it is paid for.
struct Metered {
    tariff: Tariff,
    pieces: stream::BoxStream<'static, io::Result<Bytes>>,
    /// What has come and is not passed on.
    piece: Bytes,
    ticket: Ticket,
    /// Bytes that are paid and not passed on.
    paid: u64,
    /// Bytes that are not paid yet, where the length is known.
    left: Option<u64>,
}

impl Metered {
    /// The next bytes: no more than are paid, since who waits for the others pays for them once it has these.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.piece.is_empty() {
            match self.pieces.try_next().await? {
                Some(piece) => self.piece = piece,
                None => return Ok(None),
            }
        }
        if self.paid == 0 {
            let unit = self.tariff.unit;
            let next = self.left.map_or(unit, |left| left.clamp(1, unit));
            let charged = self.ticket.charge(self.tariff.of(next)).await;
            charged.map_err(|_| io::Error::other("the rest is not paid for"))?;
            self.paid = next;
            self.left = self.left.map(|left| left.saturating_sub(next));
        }
        let paid = usize::try_from(self.paid).unwrap_or(usize::MAX);
        let bytes = self.piece.split_to(paid.min(self.piece.len()));
        self.paid -= bytes.len() as u64;
        Ok(Some(bytes))
    }

    /// An answer that is not paid for breaks off.
    fn stream(self) -> impl stream::Stream<Item = io::Result<Bytes>> {
        stream::try_unfold(self, async |mut metered| {
            Ok(metered.next().await?.map(|bytes| (bytes, metered)))
        })
    }
}

/// The claim that a request brings.
fn commitment(headers: &HeaderMap) -> Result<Commitment, &'static str> {
    let header = headers.get(PAYMENT_SIGNATURE).ok_or("this has to be paid for")?;
    let payload = header.to_str().ok().and_then(from_header::<PaymentPayload>);
    let payload = payload.ok_or("the header payment-signature is not understood")?;
    if payload.x402_version != X402_VERSION || payload.accepted.scheme != SCHEME {
        return Err("payments of this kind are not taken here");
    }
    Ok(payload.payload)
}

/// Headers without those that end here.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let kept = headers
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()) && !named.contains(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn insert(headers: &mut HeaderMap, name: &'static str, object: &impl serde::Serialize) {
    // Base64 is always a header.
    if let Ok(value) = HeaderValue::from_str(&to_header(object)) {
        headers.insert(name, value);
    }
}

/// What the node says to a claim. What is wrong with the node is none of the payer's business.
fn refused(problem: &Problem) -> Response {
    match problem.code {
        Code::UnknownChannel => (
            StatusCode::BAD_REQUEST,
            "this is no channel with who is to be paid here, or it is not known yet: try again after a block\n",
        )
            .into_response(),
        Code::Malformed | Code::Refused => (StatusCode::BAD_REQUEST, format!("{}\n", problem.detail)).into_response(),
        _ => {
            tracing::warn!(%problem, "the node does not take payments");
            let retry = [(header::RETRY_AFTER, "5")];
            (StatusCode::SERVICE_UNAVAILABLE, retry, "payments cannot be taken just now; nothing was charged\n").into_response()
        }
    }
}
