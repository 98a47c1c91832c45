//! What a paywall and who pays it say to each other in HTTP headers: x402, version 2, scheme `batch-settlement`.
//!
//! Sources: the x402 project's `specs/transports-v2/http.md` (headers), `specs/x402-specification-v2.md` (objects) and
//! `specs/schemes/batch-settlement/scheme_batch_settlement.md` (commitments that are settled later, here the claims of a channel).
//! Where a two-way channel differs is said in `docs/paywall.md`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thunder_channel::{Address, Amount, ChannelId, SignedClaim};

/// The version of x402.
pub const X402_VERSION: u32 = 2;
/// Says with status 402 what is to be paid: [`PaymentRequired`].
pub const PAYMENT_REQUIRED: &str = "payment-required";
/// Brings a claim with a request: [`PaymentPayload`].
pub const PAYMENT_SIGNATURE: &str = "payment-signature";
/// Says what became of it: [`PaymentResponse`].
pub const PAYMENT_RESPONSE: &str = "payment-response";
/// The scheme: a commitment now, the chain later.
pub const SCHEME: &str = "batch-settlement";
/// Which commitments of that scheme: claims in a channel of Thunder's hub.
pub const BINDING: &str = "thunder";
/// Where further claims are handed in while a long answer is under way.
pub const CLAIMS_PATH: &str = "/.well-known/thunder/claims";
/// The longest header that is read, in characters. A claim with a delegation has some 1,500.
pub const MAX_HEADER: usize = 8 * 1024;

/// What has to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequired {
    /// [`X402_VERSION`].
    pub x402_version: u32,
    /// Why it was not enough, in words.
    pub error: String,
    /// For what.
    pub resource: Resource,
    /// The ways to pay. One is enough.
    pub accepts: Vec<Terms>,
}

/// What is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Its address.
    pub url: String,
    /// In words.
    #[serde(default)]
    pub description: String,
    /// Its type, where that is known before it is fetched.
    #[serde(default)]
    pub mime_type: String,
}

/// One way to pay. Of a scheme that is not known here, only its name can be relied on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// [`SCHEME`], or another one's.
    pub scheme: String,
    /// The chain, as CAIP-2 names it: `eip155:` and the chain id.
    pub network: String,
    /// What is missing now, in the token's smallest unit: the price, less what was paid already.
    pub amount: Amount,
    /// The token; zero is ether.
    pub asset: Address,
    /// The account to have a channel with.
    pub pay_to: Address,
    /// How long a request may take, in seconds.
    pub max_timeout_seconds: u64,
    /// What this binding adds.
    pub extra: TermsExtra,
}

/// What the binding of Thunder adds to the terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TermsExtra {
    /// [`BINDING`].
    pub binding: String,
    /// The hub that the channel is in.
    pub hub: Address,
    /// The price of a request, or of a megabyte (1,000,000 bytes).
    pub price: Amount,
    /// Of which of both.
    pub per: Per,
    /// Where a megabyte has the price: how many bytes are paid ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_bytes: Option<u64>,
}

/// What has the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// A request, whatever the answer's length.
    Request,
    /// 1,000,000 bytes of the answer's body.
    Megabyte,
}

/// A claim that comes with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPayload {
    /// [`X402_VERSION`].
    pub x402_version: u32,
    /// The terms that it answers.
    pub accepted: Terms,
    /// What it brings.
    pub payload: Commitment,
}

/// The best claim of the payer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Commitment {
    /// In which channel.
    pub channel: ChannelId,
    /// The claim: a total, so any later one stands for it as well. None says in which channel will be paid, before it is.
    #[serde(default)]
    pub claim: Option<SignedClaim>,
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentResponse {
    /// Whether it was enough.
    pub success: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_reason: Option<String>,
    /// What names the commitment; empty where there is none. No transaction: that comes when the channel ends.
    pub transaction: String,
    /// The chain.
    pub network: String,
    /// Who pays.
    pub payer: Address,
    /// All that was paid in the channel and counts.
    pub credited: Amount,
    /// All that was charged in it.
    pub charged: Amount,
}

/// An object as a header has it: JSON, then base64.
#[must_use]
pub fn to_header(object: &impl Serialize) -> String {
    // The types above have string keys only, so they always have a JSON form.
    STANDARD.encode(serde_json::to_vec(object).unwrap_or_default())
}

/// Reads a header. `None` if it is too long, or not what was expected.
#[must_use]
pub fn from_header<T: DeserializeOwned>(text: &str) -> Option<T> {
    let bytes = (text.len() <= MAX_HEADER).then(|| STANDARD.decode(text.trim()).ok())??;
    serde_json::from_slice(&bytes).ok()
}

/// What `bytes` cost at a price for 1,000,000, rounded up. `None` above what a channel can hold.
#[must_use]
pub fn cost(price: Amount, bytes: u64) -> Option<Amount> {
    // A price is below 2^96: the product of its quotient and remainder by a million with 2^64 is below 2^128 or is no amount.
    let (whole, rest) = (bytes / 1_000_000, u128::from(bytes % 1_000_000));
    let parts = price.units().checked_mul(rest)?.div_ceil(1_000_000);
    let units = price.units().checked_mul(u128::from(whole))?.checked_add(parts)?;
    Amount::new(units).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bytes_cost_their_part_rounded_up() {
        let amount = |units| Amount::new(units).unwrap();
        assert_eq!(cost(amount(10), 0), Some(Amount::ZERO));
        assert_eq!(cost(amount(10), 1), Some(amount(1)));
        assert_eq!(cost(amount(10), 100_000), Some(amount(1)));
        assert_eq!(cost(amount(10), 100_001), Some(amount(2)));
        assert_eq!(cost(amount(10), 2_500_000), Some(amount(25)));
        assert_eq!(cost(Amount::MAX, 1_000_000), Some(Amount::MAX));
        assert_eq!(cost(Amount::MAX, 1_000_001), None);
        assert_eq!(cost(Amount::MAX, u64::MAX), None);
    }

    #[test]
    fn a_header_is_json_in_base64_and_bounded() {
        let resource = Resource {
            url: "http://shop.example/ü".to_owned(),
            description: String::new(),
            mime_type: String::new(),
        };
        assert_eq!(from_header::<Resource>(&to_header(&resource)), Some(resource));
        for bad in ["", "%", "e30", "e30="] {
            assert_eq!(from_header::<Resource>(bad), None, "{bad}");
        }
        let long = to_header(&"x".repeat(MAX_HEADER));
        assert_eq!(from_header::<String>(&long), None);
    }
}
