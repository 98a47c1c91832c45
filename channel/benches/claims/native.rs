//! Native only: criterion does not run in a browser.

use criterion::{Criterion, criterion_group};
use std::hint::black_box;
use thunder_channel::{
    Address, Amount, Authorization, ChannelKey, Claim, Delegation, Domain, Policy, SignedClaim, SigningKey,
    TypedMessage, keccak256,
};

const DOMAIN: Domain = Domain {
    chain_id: 31337,
    hub: Address::repeat_byte(9),
};

criterion_group!(claims, sign, verify);

struct Setting {
    key: ChannelKey,
    claim: Claim,
    signer: SigningKey,
    payment_key: SigningKey,
}

fn setting() -> Option<Setting> {
    let secret = |name: &[u8]| SigningKey::from_bytes(&keccak256(name)).ok();
    let (signer, bob) = (secret(b"alice")?, secret(b"bob")?);
    let key = ChannelKey {
        alice: signer.address(),
        alice_signer: signer.address(),
        bob: bob.address(),
        bob_signer: bob.address(),
        token: Address::repeat_byte(7),
        finalization_period: 100,
        policy: Policy::Refute,
        salt: 1,
    };
    Some(Setting {
        claim: Claim {
            channel: key.id(0),
            to: key.bob,
            total: Amount::new(20_000_000_000_000_000_000).ok()?,
            nonce: 1,
        },
        key,
        signer,
        payment_key: secret(b"payment key")?,
    })
}

fn sign(criterion: &mut Criterion) {
    let Some(Setting { claim, signer, .. }) = setting() else {
        unreachable!("fixed secrets are keys");
    };
    let mut group = criterion.benchmark_group("sign");
    group.bench_function("digest", |b| b.iter(|| black_box(&claim).digest(&DOMAIN)));
    group.bench_function("claim", |b| {
        b.iter(|| signer.sign(&black_box(&claim).digest(&DOMAIN)));
    });
    group.finish();
}

fn verify(criterion: &mut Criterion) {
    let Some(Setting {
        key,
        claim,
        signer,
        payment_key,
    }) = setting()
    else {
        unreachable!("fixed secrets are keys");
    };
    let delegation = Delegation {
        channel: claim.channel,
        key: payment_key.address(),
    };
    let digest = claim.digest(&DOMAIN);
    let direct = SignedClaim {
        claim,
        authorization: Authorization::direct(signer.sign(&digest)),
    };
    let delegated = SignedClaim {
        claim,
        authorization: Authorization {
            signature: payment_key.sign(&digest),
            delegation: Some(signer.sign(&delegation.digest(&DOMAIN))),
        },
    };
    let mut group = criterion.benchmark_group("verify");
    for (name, signed) in [("direct", direct), ("delegated", delegated)] {
        // A benchmark of a refusal would measure nothing worth knowing.
        assert!(signed.verify(&key, 0, &DOMAIN).is_ok());
        group.bench_function(name, |b| b.iter(|| black_box(&signed).verify(&key, 0, &DOMAIN)));
    }
    group.finish();
}
