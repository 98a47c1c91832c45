//! What people hand each other: who I am (for opening a channel with me) and which channel to join.
//!
//! Neither carries a secret, and neither is believed about the hub, the chain or the money: those come from the
//! configuration and the chain.

use crate::{Address, AddressError, ChannelId, parse_address};
use thiserror::Error;

/// Who somebody opens a channel with: an address, and the signer that binds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invite {
    /// The side's address.
    pub address: Address,
    /// The address whose signatures bind it: a payment key, or the address itself where nothing else is known.
    pub signer: Address,
}

/// Which channel somebody wants to join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// By its whole id, from a link.
    Channel(ChannelId),
    /// By its short code: the id's first 40 bits.
    Code([u8; 5]),
}

/// Why a pasted text names neither a person nor a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InviteError {
    /// The address in it is wrong.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Not a channel link or code.
    #[error("this is neither a channel link nor a code such as 7K3D-9QXM")]
    NotAChannel,
}

const WITH: &str = "with=";
const JOIN: &str = "join=";

impl Invite {
    /// The part of a link behind `#`: `with=<address>.<signer>`.
    #[must_use]
    pub fn fragment(&self) -> String {
        format!(
            "{WITH}{}.{}",
            crate::checksummed(self.address),
            crate::checksummed(self.signer)
        )
    }

    /// Reads a whole link, its fragment, or a plain address (which is then its own signer).
    ///
    /// # Errors
    /// [`InviteError::Address`] if an address in it is wrong.
    pub fn parse(text: &str) -> Result<Self, InviteError> {
        let text = text.trim();
        let body = text.split_once(WITH).map_or(text, |(_, body)| body);
        let (address, signer) = body.split_once('.').unwrap_or((body, body));
        Ok(Self {
            address: parse_address(address)?,
            signer: parse_address(signer)?,
        })
    }
}

impl Joining {
    /// Reads a channel link, its fragment, a channel id or a short code.
    ///
    /// # Errors
    /// [`InviteError::NotAChannel`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InviteError> {
        let text = text.trim();
        let body = text.split_once(JOIN).map_or(text, |(_, body)| body);
        // A code may begin with the letters 0x as well, so the length tells them apart.
        if let Some(digits) = body.strip_prefix("0x").filter(|digits| digits.len() > 8) {
            let mut id = [0; 32];
            hex::decode_to_slice(digits, &mut id).map_err(|_| InviteError::NotAChannel)?;
            return Ok(Self::Channel(ChannelId(id.into())));
        }
        code_bits(body).map(Self::Code).ok_or(InviteError::NotAChannel)
    }

    /// Whether a channel is the one meant.
    #[must_use]
    pub fn matches(&self, id: ChannelId) -> bool {
        match self {
            Self::Channel(wanted) => *wanted == id,
            Self::Code(bits) => id.0.0.starts_with(bits),
        }
    }
}

impl ChannelId {
    /// The part of a channel link behind `#`: `join=<id>`.
    #[must_use]
    pub fn fragment(&self) -> String {
        format!("{JOIN}{self}")
    }

    /// The first 40 bits in Crockford's base 32, such as `7K3D-9QXM`: short enough to read out.
    #[must_use]
    pub fn short_code(&self) -> String {
        let bits = self.0.0[..5]
            .iter()
            .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        let digit = |place: u32| char::from(ALPHABET[(bits >> (35 - 5 * place) & 31) as usize]);
        let text: String = (0..8).map(digit).collect();
        format!("{}-{}", &text[..4], &text[4..])
    }
}

/// Crockford's base 32: no I, L, O or U, so that a code survives being read aloud.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn code_bits(text: &str) -> Option<[u8; 5]> {
    let mut bits = 0u64;
    let mut digits = 0;
    for c in text.chars().filter(|c| *c != '-' && !c.is_whitespace()) {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let value = ALPHABET.iter().position(|digit| char::from(*digit) == c)?;
        bits = bits.checked_mul(32)? + value as u64;
        digits += 1;
        if digits > 8 {
            return None;
        }
    }
    let bytes = bits.to_be_bytes();
    (digits == 8).then(|| [bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]])
}

#[cfg(not(target_arch = "wasm32"))]
#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALICE: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    const BOB: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    #[test]
    fn reads_a_link_a_fragment_and_a_plain_address() {
        let (alice, bob) = (parse_address(ALICE).unwrap(), parse_address(BOB).unwrap());
        let invite = Invite {
            address: alice,
            signer: bob,
        };
        assert_eq!(
            Invite::parse(&format!("http://localhost:8080/#{}", invite.fragment())),
            Ok(invite)
        );
        assert_eq!(Invite::parse(&invite.fragment()), Ok(invite));
        assert_eq!(
            Invite::parse(ALICE),
            Ok(Invite {
                address: alice,
                signer: alice
            })
        );
        assert_eq!(
            Invite::parse("bob"),
            Err(InviteError::Address(AddressError::Form))
        );
        assert_eq!(
            Invite::parse(&format!("{ALICE}.x")),
            Err(InviteError::Address(AddressError::Form))
        );
    }

    #[test]
    fn refuses_what_is_no_channel() {
        for bad in [
            "",
            "7K3D",
            "7K3D-9QXM-7",
            "7K3D-9QXU",
            "0x12",
            "join=",
            "\u{1F600}",
        ] {
            assert_eq!(Joining::parse(bad), Err(InviteError::NotAChannel), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn link_and_code_lead_back_to_the_channel(id in any::<[u8; 32]>(), other in any::<[u8; 32]>()) {
            prop_assume!(id[..5] != other[..5]);
            let (id, other) = (ChannelId(id.into()), ChannelId(other.into()));
            let link = Joining::parse(&format!("http://localhost:8080/?role=bob#{}", id.fragment())).unwrap();
            let code = Joining::parse(&id.short_code().to_lowercase()).unwrap();
            prop_assert!(link.matches(id) && code.matches(id));
            prop_assert!(!link.matches(other) && !code.matches(other));
        }
    }
}
