//! A paywall, as both of its ends see it: the headers ([`PaymentRequired`] and its answers), and what who pays decides ([`Bill`]). Knows
//! no HTTP, no node and no clock, so that a program and a page pay by the same rules.

mod payer;
mod wire;

pub use payer::{AboveLimit, Bill, DEMANDS, Metered};
pub use wire::{
    BINDING, CLAIMS_PATH, Commitment, MAX_HEADER, PAYMENT_REQUIRED, PAYMENT_RESPONSE, PAYMENT_SIGNATURE,
    PaymentPayload, PaymentRequired, PaymentResponse, Per, Resource, SCHEME, Terms, TermsExtra, X402_VERSION,
    cost, from_header, to_header,
};
