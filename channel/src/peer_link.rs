//! What a node signs when it links to another one: its account and this very connection belong together.

use crate::{
    Address,
    eip712::{Field, TypedMessage},
};

/// Who dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// The end that opened the connection.
    Initiator,
    /// The end that answered it.
    Responder,
}

/// Signed by an account over one encrypted connection. The EIP-712 domain binds it to the hub and the chain, the handshake's hash to
/// the connection (whoever stands in between has two connections with two hashes), and the end to one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerLink {
    /// The hash of the finished handshake.
    pub handshake: [u8; 32],
    /// Which end signs.
    pub end: LinkEnd,
    /// The key that signs this account's payments.
    pub payment_key: Address,
}

impl TypedMessage for PeerLink {
    const NAME: &'static str = "PeerLink";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        let end = match self.end {
            LinkEnd::Initiator => "initiator",
            LinkEnd::Responder => "responder",
        };
        vec![
            ("handshake", Field::Bytes32(self.handshake)),
            ("end", Field::Text(end.to_owned())),
            ("paymentKey", Field::Address(self.payment_key)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Domain, SigningKey};

    #[test]
    fn a_signature_is_good_for_one_connection_end_key_and_hub() {
        let account = SigningKey::from_bytes(&[7; 32]).unwrap();
        let link = PeerLink {
            handshake: [1; 32],
            end: LinkEnd::Initiator,
            payment_key: Address::repeat_byte(2),
        };
        let domain = Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(3),
        };
        let signature = account.sign(&link.digest(&domain));
        let signer = |link: PeerLink, domain: Domain| signature.recover(&link.digest(&domain)).ok();
        assert_eq!(signer(link, domain), Some(account.address()));
        let handshake = [9; 32];
        let end = LinkEnd::Responder;
        let payment_key = Address::repeat_byte(9);
        let others = [
            (PeerLink { handshake, ..link }, domain),
            (PeerLink { end, ..link }, domain),
            (PeerLink { payment_key, ..link }, domain),
            (
                link,
                Domain {
                    chain_id: 1,
                    ..domain
                },
            ),
        ];
        for (link, domain) in others {
            assert_ne!(signer(link, domain), Some(account.address()));
        }
    }
}
