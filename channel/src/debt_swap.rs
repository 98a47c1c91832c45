//! What three accounts sign that owe each other in a ring: everyone's debt falls by the same amount, so nobody has to pay it.

use crate::{
    Address, Amount, Bytes32,
    eip712::{Digest, Domain, Field, TypedMessage},
};
use serde::{Deserialize, Serialize};

/// `first` owes `second`, `second` owes `third`, `third` owes `first`, each at least `amount`. Signed by all three, it takes as much
/// off each debt. The digest is its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtSwap {
    /// Drawn at random: two swaps of the same amount are two.
    pub number: Bytes32,
    /// The debts' token; zero is ether.
    pub token: Address,
    /// Owes `second`, and signs first.
    pub first: Address,
    /// Owes `third`, and signs second.
    pub second: Address,
    /// Owes `first`, and signs last.
    pub third: Address,
    /// What each debt falls by.
    pub amount: Amount,
    /// Until when it is signed, in milliseconds since 1970. Signed by all three, it counts for ever.
    pub expiry: u64,
}

impl DebtSwap {
    /// The three, each before the one that it owes.
    #[must_use]
    pub const fn ring(&self) -> [Address; 3] {
        [self.first, self.second, self.third]
    }

    /// The swap's name on one hub.
    #[must_use]
    pub fn id(&self, domain: &Domain) -> Bytes32 {
        let Digest(id) = self.digest(domain);
        id.into()
    }
}

impl TypedMessage for DebtSwap {
    const NAME: &'static str = "DebtSwap";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("number", Field::Bytes32(self.number.0)),
            ("token", Field::Address(self.token)),
            ("first", Field::Address(self.first)),
            ("second", Field::Address(self.second)),
            ("third", Field::Address(self.third)),
            ("amount", Field::Uint96(self.amount.units())),
            ("expiry", Field::Uint64(self.expiry)),
        ]
    }
}

/// Signed by one of the three that has not signed the swap: it never will, so the others need not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwapRefusal {
    /// Which.
    pub swap: Bytes32,
}

impl TypedMessage for SwapRefusal {
    const NAME: &'static str = "SwapRefusal";
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![("swap", Field::Bytes32(self.swap.0))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;

    #[test]
    fn a_signature_is_good_for_one_ring_amount_time_and_hub() {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap();
        let domain = Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(3),
        };
        let swap = DebtSwap {
            number: Bytes32::repeat_byte(1),
            token: Address::zero(),
            first: Address::repeat_byte(1),
            second: Address::repeat_byte(2),
            third: Address::repeat_byte(3),
            amount: Amount::new(5).unwrap(),
            expiry: 1,
        };
        assert_eq!(
            swap.type_string(),
            "DebtSwap(bytes32 number,address token,address first,address second,address third,uint96 amount,uint64 expiry)"
        );
        let signature = key.sign(&swap.digest(&domain));
        let signer = |swap: DebtSwap, domain: Domain| signature.recover(&swap.digest(&domain)).ok();
        assert_eq!(signer(swap, domain), Some(key.address()));
        let turned = DebtSwap {
            first: swap.second,
            second: swap.third,
            third: swap.first,
            ..swap
        };
        let number = Bytes32::zero();
        let (amount, expiry) = (Amount::MAX, 2);
        for other in [
            turned,
            DebtSwap { number, ..swap },
            DebtSwap { amount, ..swap },
            DebtSwap { expiry, ..swap },
        ] {
            assert_ne!(signer(other, domain), Some(key.address()));
        }
        let hub = Address::zero();
        assert_ne!(signer(swap, Domain { hub, ..domain }), Some(key.address()));
    }
}
