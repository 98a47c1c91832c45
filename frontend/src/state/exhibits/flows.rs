//! Money that flows by itself: streams, and what is fetched from behind a paywall.

use super::tokens;
use crate::state::{
    fetching::{Meter, Offer},
    stream::{Flow, Stream},
};
use thunder_channel::{Address, Amount};
use thunder_paywall::{BINDING, Per, SCHEME, Terms, TermsExtra};

/// Where the paywall is.
pub const PAYWALL: &str = "https://shop.example";

/// A stream that flows, or does not for a reason.
#[must_use]
pub fn stream(flow: Flow) -> Stream {
    Stream {
        per_second: tokens("0.05"),
        at_most: tokens("50"),
        paid: tokens("12.35"),
        since: Amount::ZERO,
        flow,
    }
}

/// The same, once all of it has flowed.
#[must_use]
pub fn all_paid(flow: Flow) -> Stream {
    Stream {
        paid: tokens("50"),
        ..stream(flow)
    }
}

/// Something that costs by the megabyte.
#[must_use]
pub fn offer(token: Address) -> Offer {
    let price = tokens("0.01");
    Offer {
        url: format!("{PAYWALL}/lectures/lecture-1.mp4"),
        terms: Terms {
            scheme: SCHEME.to_owned(),
            network: "eip155:31337".to_owned(),
            amount: price,
            asset: token,
            pay_to: Address::repeat_byte(0xb3),
            max_timeout_seconds: 60,
            extra: TermsExtra {
                binding: BINDING.to_owned(),
                hub: Address::repeat_byte(0x12),
                price,
                per: Per::Megabyte,
                unit_bytes: Some(1_000_000),
            },
        },
    }
}

/// How far it has come.
#[must_use]
pub fn meter() -> Meter {
    Meter {
        bytes: 31_620_480,
        length: Some(48_000_000),
        paid: tokens("0.32"),
        payments: 32,
    }
}

/// All of it.
#[must_use]
pub fn whole() -> Meter {
    Meter {
        bytes: 48_000_000,
        paid: tokens("0.48"),
        payments: 48,
        ..meter()
    }
}
