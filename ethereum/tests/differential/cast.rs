//! Who takes part in a sequence: accounts, keys, and the channel between them.

use crate::{dice::Dice, turn::Role};
use thunder_channel::{
    Address, ChannelKey, Domain, LAST_MOMENT, PerSide, Policy, Side, SigningKey, keccak256,
};

/// Where the hub and the token of a sequence are.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub domain: Domain,
    pub counts_seconds: bool,
    pub token: Address,
}

/// The people of one sequence.
pub struct Cast {
    pub place: Place,
    pub accounts: [Address; 3],
    /// An account without code can be paid and can sign, and never calls. Only bob is ever one.
    pub bob_has_code: bool,
    pub signers: PerSide<SigningKey>,
    /// A further payment key of each side.
    pub deputies: PerSide<SigningKey>,
    pub stranger: SigningKey,
    /// The channel that the sequence is about.
    pub key: ChannelKey,
    /// Another one between the same two, for what is signed in one and shown in the other.
    pub sibling: ChannelKey,
}

impl Cast {
    /// `account` says where the account of a role will be; `first_clock` is the hub's clock at the first turn.
    pub fn new(
        name: [u8; 32],
        dice: &mut Dice,
        place: Place,
        account: impl Fn(Role) -> Address,
        first_clock: u64,
    ) -> Self {
        let secret = |role: u8| {
            let secret = keccak256(&[&name[..], &[role]].concat());
            SigningKey::from_bytes(&secret).expect("a hash is hardly ever above the curve's order")
        };
        let both = |alice, bob| PerSide {
            alice: secret(alice),
            bob: secret(bob),
        };
        let (signers, deputies) = (both(1, 2), both(3, 4));
        let bob_has_code = !dice.percent(10);
        let mut accounts = Role::ALL.map(account);
        if !bob_has_code {
            accounts[Role::Bob.place()] = secret(6).address();
        }
        let key = ChannelKey {
            alice: accounts[Role::Alice.place()],
            alice_signer: signers[Side::Alice].address(),
            bob: accounts[Role::Bob.place()],
            bob_signer: signers[Side::Bob].address(),
            token: if dice.percent(50) {
                place.token
            } else {
                Address::zero()
            },
            finalization_period: period(dice, first_clock),
            policy: if dice.percent(35) {
                Policy::Forfeit
            } else {
                Policy::Refute
            },
            salt: dice.next(),
        };
        Self {
            place,
            accounts,
            bob_has_code,
            signers,
            deputies,
            stranger: secret(5),
            key,
            sibling: ChannelKey {
                salt: key.salt.wrapping_add(1),
                ..key
            },
        }
    }

    pub fn account(&self, role: Role) -> Address {
        self.accounts[role.place()]
    }
}

/// A few moments as a rule, so that sequences get to both sides of the end of the period. Where the clock is late enough,
/// sometimes one that ends as late as the hub can count, or just later, from one of the turns on.
fn period(dice: &mut Dice, first_clock: u64) -> u32 {
    let most = u32::try_from(LAST_MOMENT - first_clock);
    match most {
        Ok(most) if dice.percent(10) => most - u32::try_from(dice.below(8)).unwrap(),
        _ => u32::try_from(1 + dice.below(6)).unwrap(),
    }
}
