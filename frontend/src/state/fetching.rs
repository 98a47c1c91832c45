//! Fetching what is behind a paywall: the address, what it costs, what has come and what it has cost. What is paid and when is decided
//! in `thunder-paywall`; this is what the page shows.

use super::config::AppConfig;
use crate::words::say;
use std::rc::Rc;
use thunder_channel::Amount;
use thunder_client::{ChannelView, PhaseView, Signing};
use thunder_paywall::Terms;
use yew::Reducible;

/// The most that is kept of an answer, in bytes: it is in the page's memory until it is saved.
pub const MAX_BYTES: u64 = 200_000_000;
/// The longest text that is shown, in bytes; all of it can be saved.
pub const MAX_TEXT: u64 = 20_000;
/// The largest picture that is shown, in bytes.
pub const MAX_PICTURE: u64 = 4_000_000;

/// An address that can be fetched, or why it cannot, in words.
///
/// # Errors
/// It is no web address, or of an origin that the relay's operator has not named.
pub fn address(typed: &str, config: &AppConfig) -> Result<String, String> {
    let typed = typed.trim();
    let is_web = ["http://", "https://"]
        .iter()
        .any(|scheme| typed.starts_with(scheme));
    if !is_web || typed.contains(char::is_whitespace) {
        return Err(say::not_an_address().to_owned());
    }
    let begins = |origin: &String| {
        let rest = typed.strip_prefix(origin.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    if config.paywalls.iter().any(begins) {
        Ok(typed.to_owned())
    } else {
        Err(say::not_that_paywall(&config.paywalls.join(", ")))
    }
}

/// The channel in which terms can be met: open, with the payee, in the token, and paid in without a wallet's window.
#[must_use]
pub fn channel_for<'a>(views: &'a [ChannelView], terms: &Terms) -> Option<&'a ChannelView> {
    let fits = |view: &&ChannelView| {
        view.key.address(view.holder.other()) == terms.pay_to
            && view.key.token == terms.asset
            && matches!(view.phase, PhaseView::Open)
            && view.signing == Signing::PaymentKey
    };
    views.iter().filter(fits).max_by_key(|view| view.spendable)
}

/// Something that costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where it is.
    pub url: String,
    /// What it costs.
    pub terms: Terms,
}

/// How far a fetch has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// Bytes that have come.
    pub bytes: u64,
    /// How many there will be, where that was said.
    pub length: Option<u64>,
    /// What was paid.
    pub paid: Amount,
    /// In how many payments.
    pub payments: u32,
}

impl Meter {
    /// The share that has come, in thousandths, where the length is known.
    #[must_use]
    pub fn share(&self) -> Option<u64> {
        let length = self.length.filter(|length| *length > 0)?;
        Some(self.bytes.min(length).saturating_mul(1_000) / length)
    }
}

/// How a fetch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it came.
    Whole,
    /// The answer says that it is none.
    Status(u16),
    /// The person stopped it.
    Stopped,
    /// It could not go on, in words.
    Broken(String),
}

/// What can be seen of what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// Its beginning, as text.
    Text(String),
    /// A picture, as a `data:` address.
    Picture(String),
}

/// What a kind of content, as an answer names it, can be shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As text.
    Text,
    /// As a picture that runs no code.
    Picture,
    /// It can be saved.
    Not,
}

impl Shown {
    /// Of a `content-type` and a size.
    #[must_use]
    pub fn of(kind: &str, bytes: u64) -> Self {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        match kind {
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" if bytes <= MAX_PICTURE => Self::Picture,
            "application/json" => Self::Text,
            _ if kind.starts_with("text/") => Self::Text,
            _ => Self::Not,
        }
    }
}

/// The name that something is saved under: the end of its path, as far as that is a name.
#[must_use]
pub fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let name = path.split('/').skip(1).last().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric() || ".-_".contains(*letter))
        .take(80)
        .collect();
    if name.trim_matches('.').is_empty() {
        "thunder-fetched".to_owned()
    } else {
        name
    }
}

/// Where the page is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// An address is asked for; the last one may have failed, in words.
    #[default]
    Address,
    /// The paywall is asked what it costs.
    Looking,
    /// It could not be asked, in words.
    Unknown(String),
    /// It costs something.
    Priced(Offer),
    /// It is being fetched.
    Fetching(Option<Offer>, Meter),
    /// It ended.
    Ended(Option<Offer>, Meter, End),
}

/// The page's state: a step, and which visit it is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// Rises with each address that is looked at; what comes of an earlier one is ignored.
    pub number: u64,
    /// The step.
    pub step: Step,
}

/// What happens in a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Another visit begins.
    Look,
    /// A visit of this number has come further.
    Further(u64, Box<Step>),
}

impl Reducible for Visit {
    type Action = News;

    fn reduce(self: Rc<Self>, news: News) -> Rc<Self> {
        match news {
            News::Look => Rc::new(Self {
                number: self.number + 1,
                step: Step::Looking,
            }),
            News::Further(number, step) if number == self.number => Rc::new(Self { number, step: *step }),
            News::Further(..) => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{config::tests::EXAMPLE, standing::tests::view};
    use thunder_channel::Address;
    use thunder_paywall::{BINDING, Per, SCHEME, TermsExtra};

    #[test]
    fn only_addresses_of_named_paywalls_are_asked() {
        let config = EXAMPLE.replacen(
            '{',
            r#"{"paywalls":["https://shop.example","http://127.0.0.1:8402"],"#,
            1,
        );
        let config = AppConfig::parse(&config).unwrap();
        for good in [
            "https://shop.example",
            " https://shop.example/a?b ",
            "http://127.0.0.1:8402/x",
            "https://shop.example?x",
        ] {
            assert_eq!(address(good, &config).as_deref(), Ok(good.trim()), "{good}");
        }
        for bad in [
            "https://shop.example.evil/",
            "https://shop.example:444/",
            "https://shop.example@evil.example/",
            "http://shop.example/",
        ] {
            assert!(
                address(bad, &config)
                    .unwrap_err()
                    .contains("https://shop.example, http"),
                "{bad}"
            );
        }
        for bad in [
            "",
            "shop.example",
            "ftp://shop.example",
            "https://shop.example/a b",
        ] {
            assert_eq!(address(bad, &config).unwrap_err(), say::not_an_address(), "{bad}");
        }
    }

    #[test]
    fn the_channel_with_the_payee_that_can_pay_most_is_used() {
        let ours = view();
        let payee = ours.key.address(ours.holder.other());
        let terms = |pay_to, asset| Terms {
            scheme: SCHEME.to_owned(),
            network: "eip155:31337".to_owned(),
            amount: Amount::ZERO,
            asset,
            pay_to,
            max_timeout_seconds: 60,
            extra: TermsExtra {
                binding: BINDING.to_owned(),
                hub: Address::zero(),
                price: Amount::ZERO,
                per: Per::Request,
                unit_bytes: None,
            },
        };
        let poorer = ChannelView {
            spendable: Amount::ZERO,
            ..ours.clone()
        };
        let views = [poorer, ours.clone()];
        let found = channel_for(&views, &terms(payee, ours.key.token)).unwrap();
        assert_eq!(found.spendable, ours.spendable);
        assert!(channel_for(&views, &terms(Address::repeat_byte(9), ours.key.token)).is_none());
        assert!(channel_for(&views, &terms(payee, Address::repeat_byte(9))).is_none());
        let by_wallet = ChannelView {
            signing: Signing::WalletOnly,
            ..ours
        };
        assert!(
            channel_for(
                std::slice::from_ref(&by_wallet),
                &terms(payee, by_wallet.key.token)
            )
            .is_none()
        );
    }

    #[test]
    fn what_comes_late_of_an_earlier_visit_is_ignored() {
        let first = Rc::new(Visit::default()).reduce(News::Look);
        let second = first.reduce(News::Look);
        let late = second
            .clone()
            .reduce(News::Further(1, Box::new(Step::Unknown(String::new()))));
        assert_eq!(late, second);
        let further = second.reduce(News::Further(2, Box::new(Step::Address)));
        assert_eq!(further.step, Step::Address);
    }

    #[test]
    fn files_have_the_name_of_their_path_and_nothing_that_leads_elsewhere() {
        for (url, name) in [
            ("https://shop.example/films/the%20film.mp4?x=/y", "the20film.mp4"),
            ("https://shop.example/a/..", "thunder-fetched"),
            ("https://shop.example/", "thunder-fetched"),
            ("https://shop.example", "thunder-fetched"),
            ("https://shop.example/page", "page"),
        ] {
            assert_eq!(file_name(url), name, "{url}");
        }
    }

    #[test]
    fn what_could_run_is_not_shown_as_a_picture() {
        assert_eq!(Shown::of("image/png", 10), Shown::Picture);
        assert_eq!(Shown::of("image/png", MAX_PICTURE + 1), Shown::Not);
        assert_eq!(Shown::of("image/svg+xml", 10), Shown::Not);
        assert_eq!(Shown::of("text/html; charset=utf-8", 10), Shown::Text);
        assert_eq!(Shown::of("application/json", 10), Shown::Text);
        assert_eq!(Shown::of("", 10), Shown::Not);
        let meter = |bytes, length| {
            Meter {
                bytes,
                length,
                ..Meter::default()
            }
            .share()
        };
        assert_eq!(
            (
                meter(5, None),
                meter(5, Some(10)),
                meter(20, Some(10)),
                meter(0, Some(0))
            ),
            (None, Some(500), Some(1_000), None)
        );
    }
}
