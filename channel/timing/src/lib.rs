//! Payments as the app makes and takes them, for `cargo xtask bench app` to time in a page beside other libraries. Nothing depends on it.

use thunder_channel::{
    Address, Amount, Bytes32, ChannelId, Claim, Domain, Signature, SigningKey, TypedMessage, parse_address,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// Who pays whom, where.
#[wasm_bindgen]
pub struct Payments {
    key: SigningKey,
    to: Address,
    domain: Domain,
}

#[wasm_bindgen]
impl Payments {
    /// Of the holder of a secret to an address, in one channel of a hub.
    ///
    /// # Errors
    /// In words, if one of the texts is not what it should be.
    #[wasm_bindgen(constructor)]
    pub fn new(secret: &str, to: &str, chain_id: u64, hub: &str) -> Result<Self, String> {
        let address = |text| parse_address(text).map_err(|error| error.to_string());
        Ok(Self {
            key: SigningKey::from_hex(secret).map_err(|error| error.to_string())?,
            to: address(to)?,
            domain: Domain {
                chain_id,
                hub: address(hub)?,
            },
        })
    }

    /// Makes so many payments, each taken by the other side: a typed-data digest, a signature, the other side's digest, and who signed.
    /// The channel's id is 32 times `0x5a`; totals and nonces count from 1. Gives the last signature, in hexadecimal.
    ///
    /// # Errors
    /// In words, if a signature is not by the payer.
    pub fn make(&self, payments: u32) -> Result<String, String> {
        let mut last = [0; 65];
        for nonce in 1..=u64::from(payments) {
            let claim = self.claim(nonce)?;
            last = self.key.sign(&claim.digest(&self.domain)).to_bytes();
            let received = Signature::from_bytes(&last).map_err(|error| error.to_string())?;
            let payer = received
                .recover(&claim.digest(&self.domain))
                .map_err(|error| error.to_string())?;
            if payer != self.key.address() {
                return Err("signed by somebody else".to_owned());
            }
        }
        Ok(last.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// What is signed for one of them, 32 bytes: for a library that has no typed data.
    ///
    /// # Errors
    /// None for numbers that [`make`](Self::make) counts to.
    pub fn digest(&self, nonce: u32) -> Result<Vec<u8>, String> {
        let claim = self.claim(nonce.into())?;
        Ok(claim.digest(&self.domain).0.to_vec())
    }

    fn claim(&self, nonce: u64) -> Result<Claim, String> {
        Ok(Claim {
            channel: ChannelId(Bytes32::repeat_byte(0x5a)),
            to: self.to,
            total: Amount::new(nonce.into()).map_err(|error| error.to_string())?,
            nonce,
        })
    }
}
