//! Reads the hub's call data back, word by word, so that the model executes what would really be sent.

use thunder_channel::{
    Address, Amount, Authorization, ChannelKey, Claim, Epoch, PerSide, Policy, Settlement, Side, Signature,
    SignedClaim, keccak256,
};
use thunder_ethereum::{Call, functions as f};

/// A call of the hub.
#[derive(Clone, Debug)]
pub enum HubCall {
    Open {
        key: ChannelKey,
        amount: Amount,
    },
    Deposit {
        key: ChannelKey,
        epoch: Epoch,
        side: Side,
        amount: Amount,
    },
    Withdraw {
        key: ChannelKey,
        epoch: Epoch,
        side: Side,
        total: Amount,
        expiry: u64,
        auths: PerSide<Authorization>,
    },
    Close {
        key: ChannelKey,
        epoch: Epoch,
        paid: Amount,
        received: Option<SignedClaim>,
        deadline: u64,
    },
    Claim {
        key: ChannelKey,
        epoch: Epoch,
        claim: SignedClaim,
    },
    Settle {
        key: ChannelKey,
        epoch: Epoch,
    },
    Accept {
        key: ChannelKey,
        epoch: Epoch,
        totals: PerSide<Amount>,
    },
    SettleTogether {
        key: ChannelKey,
        epoch: Epoch,
        settlement: Settlement,
        auths: PerSide<Authorization>,
    },
    Collect,
}

pub fn read(call: &Call) -> HubCall {
    let (selector, data) = call.data.split_at(4);
    let is = |signature: &str| keccak256(signature.as_bytes())[..4] == *selector;
    let words = Words(data);
    let key = || words.key();
    let epoch = || u32::try_from(words.number(8)).unwrap();
    if is(f::OPEN) {
        HubCall::Open {
            key: key(),
            amount: words.amount(8),
        }
    } else if is(f::DEPOSIT) {
        HubCall::Deposit {
            key: key(),
            epoch: epoch(),
            side: words.side(9),
            amount: words.amount(10),
        }
    } else if is(f::WITHDRAW) {
        let auths = words.auths(12);
        let (side, total, expiry) = (words.side(9), words.amount(10), words.u64(11));
        HubCall::Withdraw {
            key: key(),
            epoch: epoch(),
            side,
            total,
            expiry,
            auths,
        }
    } else if is(f::CLOSE) {
        let received = (!words.amount(11).is_zero()).then(|| SignedClaim {
            claim: words.claim(10, &key(), epoch()),
            authorization: words.auth(words.offset(13)),
        });
        HubCall::Close {
            key: key(),
            epoch: epoch(),
            paid: words.amount(9),
            received,
            deadline: words.u64(14),
        }
    } else if is(f::CLAIM) {
        let claim = words.claim(9, &key(), epoch());
        let authorization = words.auth(words.offset(12));
        HubCall::Claim {
            key: key(),
            epoch: epoch(),
            claim: SignedClaim { claim, authorization },
        }
    } else if is(f::SETTLE) {
        HubCall::Settle {
            key: key(),
            epoch: epoch(),
        }
    } else if is(f::ACCEPT) {
        let totals = PerSide {
            alice: words.amount(9),
            bob: words.amount(10),
        };
        HubCall::Accept {
            key: key(),
            epoch: epoch(),
            totals,
        }
    } else if is(f::SETTLE_TOGETHER) {
        let settlement = Settlement {
            channel: key().id(epoch()),
            alice_total: words.amount(9),
            bob_total: words.amount(10),
            expiry: words.u64(11),
        };
        HubCall::SettleTogether {
            key: key(),
            epoch: epoch(),
            settlement,
            auths: words.auths(12),
        }
    } else if is(f::COLLECT) {
        HubCall::Collect
    } else {
        panic!("no such call")
    }
}

struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn word(&self, index: usize) -> [u8; 32] {
        self.0[index * 32..][..32].try_into().unwrap()
    }

    fn number(&self, index: usize) -> u128 {
        let word = self.word(index);
        assert_eq!(word[..16], [0; 16]);
        u128::from_be_bytes(word[16..].try_into().unwrap())
    }

    fn u64(&self, index: usize) -> u64 {
        self.number(index).try_into().unwrap()
    }

    /// An offset in bytes, as a word's index.
    fn offset(&self, index: usize) -> usize {
        usize::try_from(self.number(index)).unwrap() / 32
    }

    fn amount(&self, index: usize) -> Amount {
        Amount::new(self.number(index)).unwrap()
    }

    fn side(&self, index: usize) -> Side {
        Side::from_index(self.number(index).try_into().unwrap()).unwrap()
    }

    fn address(&self, index: usize) -> Address {
        Address::from_slice(&self.word(index)[12..])
    }

    fn key(&self) -> ChannelKey {
        ChannelKey {
            alice: self.address(0),
            alice_signer: self.address(1),
            bob: self.address(2),
            bob_signer: self.address(3),
            token: self.address(4),
            finalization_period: self.number(5).try_into().unwrap(),
            policy: Policy::from_index(self.number(6).try_into().unwrap()).unwrap(),
            salt: self.u64(7),
        }
    }

    fn claim(&self, index: usize, key: &ChannelKey, epoch: Epoch) -> Claim {
        Claim {
            channel: key.id(epoch),
            to: self.address(index),
            total: self.amount(index + 1),
            nonce: self.u64(index + 2),
        }
    }

    fn auth(&self, at: usize) -> Authorization {
        let delegation = at + self.offset(at + 2);
        let delegated = self.number(delegation) != 0;
        Authorization {
            signature: signature(self.word(at), self.word(at + 1)),
            delegation: delegated.then(|| signature(self.word(delegation + 1), self.word(delegation + 2))),
        }
    }

    fn auths(&self, index: usize) -> PerSide<Authorization> {
        let array = self.offset(index);
        PerSide {
            alice: self.auth(array + self.offset(array)),
            bob: self.auth(array + self.offset(array + 1)),
        }
    }
}

fn signature(r: [u8; 32], vs: [u8; 32]) -> Signature {
    let mut bytes = [0; 65];
    bytes[..32].copy_from_slice(&r);
    bytes[32..64].copy_from_slice(&vs);
    bytes[32] &= 0x7f;
    bytes[64] = 27 + (vs[0] >> 7);
    Signature::from_bytes(&bytes).unwrap()
}
