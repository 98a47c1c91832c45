//! Addresses: the type, EIP-55 spelling, and reading what a person typed.

pub use ethers_core::types::Address;
use ethers_core::utils::to_checksum;
use thiserror::Error;

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Not `0x` and forty hexadecimal digits.
    #[error("this is not an address: it needs 0x and 40 characters of 0-9 and a-f")]
    Form,
    /// The mixture of capital and small letters is not the one EIP-55 gives.
    #[error("this address has a typing mistake: its capital letters do not fit. Copy it again")]
    Checksum,
    /// The zero address owns nothing and can sign nothing.
    #[error("the zero address cannot take part in a channel")]
    Zero,
}

/// Spells an address with the EIP-55 checksum.
#[must_use]
pub fn checksummed(address: Address) -> String {
    to_checksum(&address, None)
}

/// Reads an address as a person types it. Mixed case must carry the right EIP-55 checksum; one case is taken as is.
///
/// # Errors
/// [`AddressError`] says which of form, checksum and zero was wrong.
pub fn parse_address(text: &str) -> Result<Address, AddressError> {
    let text = text.trim();
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .ok_or(AddressError::Form)?;
    let bytes: [u8; 20] = hex::decode(digits)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(AddressError::Form)?;
    let address = Address::from(bytes);
    let mixed =
        digits.bytes().any(|b| b.is_ascii_lowercase()) && digits.bytes().any(|b| b.is_ascii_uppercase());
    if mixed && checksummed(address).get(2..) != Some(digits) {
        return Err(AddressError::Checksum);
    }
    if address.is_zero() {
        return Err(AddressError::Zero);
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    #[test]
    fn reads_and_spells_eip_55() {
        let address = parse_address(ALICE).unwrap();
        assert_eq!(checksummed(address), ALICE);
        assert_eq!(parse_address(&ALICE.to_lowercase()), Ok(address));
        assert_eq!(parse_address(&format!("  {ALICE}\n")), Ok(address));
    }

    #[test]
    fn refuses_what_is_not_an_address() {
        assert_eq!(parse_address("alice.eth"), Err(AddressError::Form));
        assert_eq!(parse_address(""), Err(AddressError::Form));
        assert_eq!(parse_address(&ALICE[..41]), Err(AddressError::Form));
        assert_eq!(
            parse_address(&ALICE.replace('d', "D")),
            Err(AddressError::Checksum)
        );
        assert_eq!(
            parse_address(&format!("0x{}", "0".repeat(40))),
            Err(AddressError::Zero)
        );
    }
}
