//! Reads the hub's call data back, word by word, so that the model executes what would really be sent.

use thunder_channel::{
    Address, Amount, Authorization, ChannelCall, ChannelKey, Claim, Epoch, HubCall, PerSide, Policy,
    Settlement, Side, Signature, SignedClaim, Totals, keccak256,
};
use thunder_ethereum::{Call, functions as f};

pub fn read(call: &Call) -> HubCall {
    let (selector, data) = call.data.split_at(4);
    let is = |signature: &str| keccak256(signature.as_bytes())[..4] == *selector;
    let words = Words(data);
    if is(f::COLLECT) {
        return HubCall::Collect {
            token: words.address(0),
            account: words.address(1),
        };
    }
    let key = words.key();
    let epoch = || u32::try_from(words.number(8)).unwrap();
    let call = if is(f::OPEN) {
        let amount = words.amount(8);
        ChannelCall::Open { amount }
    } else if is(f::DEPOSIT) {
        ChannelCall::Deposit {
            epoch: epoch(),
            side: words.side(9),
            amount: words.amount(10),
        }
    } else if is(f::WITHDRAW) {
        ChannelCall::Withdraw {
            epoch: epoch(),
            side: words.side(9),
            total: words.amount(10),
            expiry: words.u64(11),
            authorizations: words.auths(12),
        }
    } else if is(f::CLOSE) {
        let received = (!words.amount(11).is_zero()).then(|| SignedClaim {
            claim: words.claim(10, &key, epoch()),
            authorization: words.auth(13),
        });
        ChannelCall::Close {
            epoch: epoch(),
            paid: words.amount(9),
            received,
            deadline: words.u64(17),
        }
    } else if is(f::CLAIM) {
        let claim = words.claim(9, &key, epoch());
        let authorization = words.auth(12);
        ChannelCall::Claim {
            epoch: epoch(),
            claim: SignedClaim { claim, authorization },
        }
    } else if is(f::SETTLE) {
        ChannelCall::Settle { epoch: epoch() }
    } else if is(f::ACCEPT) {
        let totals = Totals {
            alice: words.amount(9),
            bob: words.amount(10),
        };
        ChannelCall::Accept {
            epoch: epoch(),
            totals,
        }
    } else if is(f::SETTLE_TOGETHER) {
        let settlement = Settlement {
            channel: key.id(epoch()),
            alice_total: words.amount(9),
            bob_total: words.amount(10),
            expiry: words.u64(11),
        };
        ChannelCall::SettleTogether {
            epoch: epoch(),
            settlement,
            authorizations: words.auths(12),
        }
    } else {
        panic!("no such call")
    };
    HubCall::Channel { key, call }
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
        let delegated = self.word(at + 3) != [0; 32];
        Authorization {
            signature: signature(self.word(at), self.word(at + 1)),
            delegation: delegated.then(|| signature(self.word(at + 2), self.word(at + 3))),
        }
    }

    fn auths(&self, index: usize) -> PerSide<Authorization> {
        PerSide {
            alice: self.auth(index),
            bob: self.auth(index + 4),
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
