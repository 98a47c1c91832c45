//! Fetching what has to be paid for: a paywall says what is missing, the daemon pays it in a channel, and the request is sent again
//! with the claim. Where bytes are paid for, they are paid as they come.

use std::fs::File;
use std::io::{self, Read, Write};
use std::time::Duration;

use reqwest::blocking::{Client, Response};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use thunder_api::{
    Bill, CLAIMS_PATH, Channel, DEMANDS, Info, PAYMENT_REQUIRED, PAYMENT_SIGNATURE, Pay, PaymentRequired,
    Per, Terms, from_header,
};
use thunder_channel::{Amount, ChannelId, PerSide, Side, SignedClaim, checksummed};

use super::payments;
use crate::api::{PATIENT, QUICK};
use crate::arguments::Fetch;
use crate::choose;
use crate::exit::Failure;
use crate::output;
use crate::session::Session;
use crate::words::money::Tokens;

/// How long the server may take to answer, and to go on.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes read at once.
const PIECE: usize = 64 * 1_024;

/// `fetch`
pub fn fetch(session: &Session, chosen: &Fetch) -> Result<(), Failure> {
    if session.output.json && chosen.output.is_none() {
        return Err(Failure::Usage(
            "with --json, name a file for what is fetched with --output".to_owned(),
        ));
    }
    let web = Client::builder()
        .timeout(None)
        .connect_timeout(PATIENCE)
        .build()
        .map_err(|error| Failure::Here(format!("cannot start the HTTP client: {error}")))?;
    let url = Url::parse(&chosen.url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| {
            Failure::Usage(format!(
                "{:?} is no address such as https://shop.example/page",
                chosen.url
            ))
        })?;
    let mut visit = Visit {
        session,
        web,
        url,
        limit: chosen.limit.clone(),
        paying: None,
    };
    let answer = visit.request()?;
    let (status, url) = (answer.status(), answer.url().clone());
    let bytes = visit.receive(answer, chosen)?;
    visit.tell(status, &url, bytes)?;
    if status.is_success() {
        Ok(())
    } else {
        Err(Failure::Web(format!("{url} answered {status}")))
    }
}

/// One fetch.
struct Visit<'a> {
    session: &'a Session,
    web: Client,
    url: Url,
    limit: Option<String>,
    /// Once there is something to pay.
    paying: Option<Paying>,
}

/// What is paid, and where.
struct Paying {
    bill: Bill,
    tokens: Tokens,
}

/// The part of a channel's evidence that is shown to a paywall.
#[derive(Deserialize)]
struct Evidence {
    holder: Side,
    claims: PerSide<Option<SignedClaim>>,
}

impl Visit<'_> {
    /// Asks until it is served: with nothing, then with the channel and the best claim in it, then with what was missing.
    fn request(&mut self) -> Result<Response, Failure> {
        for _ in 0..=DEMANDS {
            let mut request = self.web.get(self.url.clone());
            if let Some(header) = self.paying.as_ref().map(|paying| paying.bill.header()) {
                request = request.header(PAYMENT_SIGNATURE, header);
            }
            let answer = request.send().map_err(|error| web(&error))?;
            if answer.status() != StatusCode::PAYMENT_REQUIRED {
                return Ok(answer);
            }
            let demand = answer
                .headers()
                .get(PAYMENT_REQUIRED)
                .and_then(|header| header.to_str().ok());
            let demand: PaymentRequired = demand.and_then(from_header).ok_or_else(|| {
                Failure::Web(format!(
                    "{} wants to be paid in a way that is not known here: its header {PAYMENT_REQUIRED} is missing or not of x402, version 2",
                    self.url
                ))
            })?;
            // A redirection was followed: a claim goes to who asked for it.
            self.url = answer.url().clone();
            self.meet(&demand)?;
        }
        Err(Failure::Web(format!(
            "{} asked for money {DEMANDS} times and did not serve",
            self.url
        )))
    }

    /// Finds a channel at the first demand; pays at the others.
    fn meet(&mut self, demand: &PaymentRequired) -> Result<(), Failure> {
        let Some(paying) = &mut self.paying else {
            self.paying = Some(Paying::find(self.session, demand, self.limit.as_deref())?);
            // First in which channel: what is left there may do, and what is paid before the server knows counts for nothing.
            return Ok(());
        };
        match paying.bill.missing(demand) {
            Some(missing) => paying.pay(self.session, missing),
            None => Err(Failure::Web(format!(
                "{} changed its terms: {}",
                self.url, demand.error
            ))),
        }
    }

    /// Reads the answer, and pays for the bytes as they come where they have a price.
    fn receive(&mut self, mut answer: Response, chosen: &Fetch) -> Result<u64, Failure> {
        let mut to: Box<dyn Write> = match &chosen.output {
            Some(path) => Box::new(
                File::create(path).map_err(|error| Failure::Here(format!("{}: {error}", path.display())))?,
            ),
            None => Box::new(io::stdout().lock()),
        };
        let length = answer.content_length();
        let mut metered = self
            .paying
            .as_ref()
            .and_then(|paying| paying.bill.metered(length));
        let (mut bytes, mut piece) = (0_u64, vec![0; PIECE]);
        loop {
            let read = answer.read(&mut piece).map_err(|error| {
                Failure::Web(format!("{} broke off after {bytes} bytes: {error}", self.url))
            })?;
            if read == 0 {
                break;
            }
            to.write_all(&piece[..read])
                .map_err(|error| match &chosen.output {
                    Some(path) => Failure::Here(format!("{}: {error}", path.display())),
                    None => Failure::printing(&error),
                })?;
            bytes += read as u64;
            if let (Some(metered), Some(paying)) = (&mut metered, &mut self.paying) {
                while let Some(amount) = metered.due(bytes) {
                    paying.pay(self.session, amount)?;
                    hand_in(&self.web, &self.url, paying)?;
                }
            }
        }
        to.flush().map_err(|error| Failure::printing(&error))?;
        Ok(bytes)
    }

    /// What it cost: beside the data, so that this can be piped on.
    fn tell(&self, status: StatusCode, url: &Url, bytes: u64) -> Result<(), Failure> {
        let (paid, payments) = self.paying.as_ref().map_or((Amount::ZERO, 0), |paying| {
            (paying.bill.paid(), paying.bill.payments())
        });
        if self.session.output.json {
            let channel = self.paying.as_ref().map(|paying| paying.bill.channel());
            let summary = serde_json::json!({
                "url": url.as_str(), "status": status.as_u16(), "bytes": bytes, "paid": paid, "payments": payments, "channel": channel,
            });
            return output::line(&summary.to_string());
        }
        if let Some(paying) = &self.paying {
            let money = paying.money(paid);
            // Where nobody listens, nothing is lost.
            let _ = writeln!(io::stderr(), "{bytes} bytes for {money} (payments: {payments})");
        }
        Ok(())
    }
}

impl Paying {
    /// A channel in which the demand can be met.
    fn find(session: &Session, demand: &PaymentRequired, limit: Option<&str>) -> Result<Self, Failure> {
        let info: Info = session.api.get("/v1/info")?.value;
        let Some(terms) = demand.terms_in(info.chain.chain_id, info.chain.hub).cloned() else {
            return Err(Failure::Web(format!(
                "{} is not paid in channels of this node's chain and hub",
                demand.resource.url
            )));
        };
        let tokens = Tokens(info.tokens);
        let Some(limit) = limit else {
            return Err(Failure::TooDear(format!(
                "this costs {}: fetch it again with --limit and what you would pay at most",
                words(&terms, &tokens)
            )));
        };
        let limit = tokens.read_some(limit, terms.asset)?;
        let with = |channel: &&Channel| channel.counterparty == terms.pay_to && channel.token == terms.asset;
        let channel = info
            .channels
            .iter()
            .filter(with)
            .filter(|channel| choose::open(channel))
            .max_by_key(|channel| channel.spendable);
        let Some(channel) = channel else {
            return Err(Failure::NotFound(format!(
                "this costs {}, and there is no open channel with {}: open one with `{} openchannel --with {} --amount …`",
                words(&terms, &tokens),
                checksummed(terms.pay_to),
                session.caller,
                checksummed(terms.pay_to)
            )));
        };
        let claim = best_claim(session, channel.id)?;
        Ok(Self {
            bill: Bill::new(terms, channel.id, limit, claim),
            tokens,
        })
    }

    fn money(&self, amount: Amount) -> String {
        self.tokens.money(amount, self.bill.terms().asset)
    }

    /// Pays within the limit.
    fn pay(&mut self, session: &Session, amount: Amount) -> Result<(), Failure> {
        self.bill.allow(amount).map_err(|_| {
            Failure::TooDear(format!(
                "it costs {} more, and {} of the limit of {} are paid: nothing more was",
                self.money(amount),
                self.money(self.bill.paid()),
                self.money(self.bill.limit())
            ))
        })?;
        let channel = self.bill.channel();
        let body = Pay {
            amount,
            channel: Some(channel),
            to: None,
            memo: None,
            request: None,
            // It goes there with the request.
            wait_ms: Some(0),
        };
        payments::once(session, &payments::drawn_key()?, &body, PATIENT)?;
        self.bill.add(amount, best_claim(session, channel)?);
        Ok(())
    }
}

/// The best claim of a channel, from the daemon.
fn best_claim(session: &Session, channel: ChannelId) -> Result<Option<SignedClaim>, Failure> {
    let evidence: Evidence = session
        .api
        .get(&format!("/v1/channels/{channel}/evidence"))?
        .value;
    Ok(evidence.claims[evidence.holder])
}

/// Hands a claim in for the answer that is under way.
fn hand_in(web: &Client, url: &Url, paying: &Paying) -> Result<(), Failure> {
    let mut to = url.clone();
    to.set_path(CLAIMS_PATH);
    to.set_query(None);
    let asked = web
        .post(to)
        .header(PAYMENT_SIGNATURE, paying.bill.header())
        .timeout(QUICK);
    let answer = asked.send().map_err(|error| self::web(&error))?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(Failure::Web(format!(
            "a payment was not taken: {}",
            answer.status()
        )))
    }
}

fn words(terms: &Terms, tokens: &Tokens) -> String {
    let price = tokens.money(terms.extra.price, terms.asset);
    match terms.extra.per {
        Per::Request => price,
        Per::Megabyte => format!("{price} for each MB"),
    }
}

fn web(error: &reqwest::Error) -> Failure {
    Failure::Web(format!("the server does not answer: {error}"))
}
