//! Paying a paywall by itself, under a limit: what `thunder-cli fetch` does, for a page.

use super::Desk;
use crate::{
    adapters::{
        files,
        web::{self, Answer, Stop, Unanswered},
    },
    state::fetching::{End, MAX_BYTES, MAX_TEXT, Meter, Offer, Preview, Shown},
    words::{money, say},
};
use js_sys::Array;
use thunder_channel::{Amount, ChannelId, SignedClaim};
use thunder_client::Command;
use thunder_paywall::{Bill, CLAIMS_PATH, DEMANDS, PAYMENT_REQUIRED, PaymentRequired, from_header};
use web_sys::Blob;

/// The status of what has to be paid for.
const NOT_PAID: u16 = 402;

/// What an address is, before anything is paid.
pub enum Look {
    /// It is served for nothing, or refused.
    Free(Answer),
    /// It costs.
    Priced(Offer),
}

/// What came of a fetch.
pub struct Fetched {
    /// How much, and for how much.
    pub meter: Meter,
    /// How it ended.
    pub end: End,
    /// What came, if anything did.
    pub content: Option<Blob>,
    /// What can be seen of it.
    pub preview: Option<Preview>,
}

impl Desk {
    /// Asks what something costs.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn look(&self, url: &str, stop: &Stop) -> Result<Look, String> {
        let answer = web::get(url, None, stop).await;
        let answer = answer.map_err(|Unanswered| say::paywall_silent().to_owned())?;
        if answer.status() != NOT_PAID {
            return Ok(Look::Free(answer));
        }
        let domain = self.config.domain;
        let demand = demand(&answer);
        let terms = demand
            .as_ref()
            .and_then(|demand| demand.terms_in(domain.chain_id, domain.hub));
        let terms = terms.ok_or_else(|| say::paywall_foreign().to_owned())?.clone();
        // Redirections were followed: what is paid goes to who asked for it.
        let url = answer.url();
        Ok(Look::Priced(Offer { url, terms }))
    }

    /// Pays for something and takes it in, until it is here, the limit is reached, or it is stopped.
    pub async fn fetch(
        &self,
        offer: &Offer,
        channel: ChannelId,
        limit: Amount,
        stop: &Stop,
        tell: impl Fn(Meter),
    ) -> Fetched {
        let mut bill = Bill::new(offer.terms.clone(), channel, limit, self.best_claim(channel));
        match self.served(&offer.url, &mut bill, stop, &tell).await {
            Ok(answer) => {
                self.receive(answer, &offer.url, Some(&mut bill), stop, tell)
                    .await
            }
            Err(end) => Fetched {
                meter: metered(&bill),
                end,
                content: None,
                preview: None,
            },
        }
    }

    /// Asks until it is served: with the channel and the best claim in it, then with what was missing.
    async fn served(
        &self,
        url: &str,
        bill: &mut Bill,
        stop: &Stop,
        tell: &impl Fn(Meter),
    ) -> Result<Answer, End> {
        for _ in 0..=DEMANDS {
            let answer = web::get(url, Some(&bill.header()), stop).await;
            let answer = answer.map_err(|Unanswered| ended(stop, silent(bill)))?;
            if answer.status() != NOT_PAID {
                return Ok(answer);
            }
            let missing = demand(&answer).and_then(|demand| bill.missing(&demand));
            let missing = missing.filter(|missing| Some(*missing) <= bill.first());
            self.pay_for(
                bill,
                missing.ok_or_else(|| End::Broken(say::terms_changed().to_owned()))?,
                stop,
            )
            .await?;
            tell(metered(bill));
        }
        Err(End::Broken(say::terms_changed().to_owned()))
    }

    /// Reads an answer, and pays for its bytes as they come where they have a price.
    pub async fn receive(
        &self,
        mut answer: Answer,
        url: &str,
        mut bill: Option<&mut Bill>,
        stop: &Stop,
        tell: impl Fn(Meter),
    ) -> Fetched {
        let length = answer.length();
        let status = answer.status();
        let kind = answer.header("content-type").unwrap_or_default();
        // What failed costs nothing.
        let mut due = bill
            .as_ref()
            .filter(|_| status < 500)
            .and_then(|bill| bill.metered(length));
        let pieces = Array::new();
        let mut bytes = 0_u64;
        let now = |bytes, bill: &Option<&mut Bill>| Meter {
            bytes,
            length,
            ..bill.as_ref().map(|bill| metered(bill)).unwrap_or_default()
        };
        tell(now(bytes, &bill));
        let end = loop {
            let piece = match answer.next().await {
                Ok(Some(piece)) => piece,
                Ok(None) => {
                    break if (200..300).contains(&status) {
                        End::Whole
                    } else {
                        End::Status(status)
                    };
                }
                Err(Unanswered) => break ended(stop, say::fetch_broke_off()),
            };
            bytes += u64::from(piece.length());
            if bytes > MAX_BYTES {
                stop.stop();
                break End::Broken(say::fetch_too_large().to_owned());
            }
            pieces.push(&piece);
            if let (Some(due), Some(bill)) = (&mut due, bill.as_mut())
                && let Err(end) = self.keep_paying(due, bytes, url, bill, stop).await
            {
                stop.stop();
                break end;
            }
            tell(now(bytes, &bill));
        };
        let content = files::joined(&pieces, &kind).filter(|_| bytes > 0);
        let preview = match &content {
            Some(content) => preview(content, &kind, bytes).await,
            None => None,
        };
        Fetched {
            meter: now(bytes, &bill),
            end,
            content,
            preview,
        }
    }

    async fn keep_paying(
        &self,
        due: &mut thunder_paywall::Metered,
        bytes: u64,
        url: &str,
        bill: &mut Bill,
        stop: &Stop,
    ) -> Result<(), End> {
        while let Some(amount) = due.due(bytes) {
            self.pay_for(bill, amount, stop).await?;
            let handed_in = web::post(&claims_address(url), &bill.header(), stop).await;
            if !handed_in.is_ok_and(|status| (200..300).contains(&status)) {
                return Err(ended(stop, say::payment_not_taken()));
            }
        }
        Ok(())
    }

    async fn pay_for(&self, bill: &mut Bill, amount: Amount, stop: &Stop) -> Result<(), End> {
        if stop.is_stopped() {
            return Err(End::Stopped);
        }
        let channel = bill.channel();
        bill.allow(amount).map_err(|_| {
            let token = self.config.token(bill.terms().asset);
            End::Broken(say::above_fetch_limit(
                &money(amount, &token),
                &money(bill.paid(), &token),
                &money(bill.limit(), &token),
            ))
        })?;
        let pay = Command::Pay {
            channel,
            amount,
            memo: None,
            request: None,
        };
        self.command(pay).await.map_err(End::Broken)?;
        bill.add(amount, self.best_claim(channel));
        Ok(())
    }

    fn best_claim(&self, channel: ChannelId) -> Option<SignedClaim> {
        let evidence = self.driver.evidence(channel)?;
        evidence.claims[evidence.holder]
    }
}

fn demand(answer: &Answer) -> Option<PaymentRequired> {
    from_header(&answer.header(PAYMENT_REQUIRED)?)
}

fn metered(bill: &Bill) -> Meter {
    Meter {
        paid: bill.paid(),
        payments: bill.payments(),
        ..Meter::default()
    }
}

/// That nobody answers, and whether anything was paid by then.
fn silent(bill: &Bill) -> &'static str {
    if bill.payments() == 0 {
        say::paywall_silent()
    } else {
        say::fetch_broke_off()
    }
}

/// What the browser cannot tell apart, the page can: who stopped it knows.
fn ended(stop: &Stop, words: &str) -> End {
    if stop.is_stopped() {
        End::Stopped
    } else {
        End::Broken(words.to_owned())
    }
}

/// Where further claims go: beside the page, at the paywall's own path.
fn claims_address(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}://{host}{CLAIMS_PATH}")
}

async fn preview(content: &Blob, kind: &str, bytes: u64) -> Option<Preview> {
    match Shown::of(kind, bytes) {
        Shown::Text => {
            let most = u32::try_from(MAX_TEXT).unwrap_or(u32::MAX);
            files::beginning(content, most).await.map(Preview::Text)
        }
        Shown::Picture => files::data_url(content).await.map(Preview::Picture),
        Shown::Not => None,
    }
}
