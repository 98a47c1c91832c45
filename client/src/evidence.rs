//! What proves a side's money in one channel, for use without this app: anybody with an Ethereum wallet can show it to the hub.

use serde::Serialize;
use thunder_channel::{Address, ChannelId, ChannelKey, Domain, Epoch, PerSide, Policy, Side, SignedClaim};
use thunder_ethereum::{Call, Hub};

/// The version of this form.
const VERSION: u32 = 1;

/// The best claims of one channel with their signatures and delegations, and the calls of the hub that show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// What this is, for whoever finds the file.
    pub thunder: &'static str,
    /// The version of this form.
    pub version: u32,
    /// The chain that it counts on.
    pub chain_id: u64,
    /// The hub that it counts at.
    pub hub: Address,
    /// The channel.
    pub channel: ChannelId,
    /// Its key, every field of which goes into each call.
    pub key: ChannelKey,
    /// Its life.
    pub epoch: Epoch,
    /// Whose evidence it is.
    pub holder: Side,
    /// The best claim that each side has signed.
    pub claims: PerSide<Option<SignedClaim>>,
    /// What to send to the hub, by purpose.
    pub calls: Vec<EvidenceCall>,
}

/// One transaction, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceCall {
    /// The hub's function.
    pub call: &'static str,
    /// When it is of use, and who may send it.
    pub when: &'static str,
    /// The contract.
    pub to: Address,
    /// `0x` and the call data in hexadecimal.
    pub data: String,
}

impl Evidence {
    /// Of a channel that its holder knows.
    #[must_use]
    pub fn new(
        domain: &Domain,
        key: &ChannelKey,
        epoch: Epoch,
        holder: Side,
        own: Option<SignedClaim>,
        received: Option<SignedClaim>,
    ) -> Self {
        let hub = Hub::new(domain.hub);
        let mut calls = Vec::new();
        if let Some(received) = &received {
            calls.push(EvidenceCall::new(
                "claim",
                "while the finalization period of a close runs; anybody may send it, and it can only help",
                &hub.claim(key, epoch, received),
            ));
        }
        // Paying goes on after this file was made. Under refute the newer claim corrects an older close, under forfeit it
        // would cost everything, so that one is not put into a file.
        if key.policy == Policy::Refute {
            let paid = SignedClaim::total_of(own.as_ref());
            let close = hub.close(key, epoch, paid, received.as_ref(), u64::MAX);
            calls.push(EvidenceCall::new(
                "close",
                "while the channel is open, to end it one-sidedly with the totals of this file; only the holder may send it",
                &close,
            ));
        }
        calls.push(EvidenceCall::new(
            "settle",
            "after the finalization period, to have both sides paid; anybody may send it",
            &hub.settle(key, epoch),
        ));
        Self {
            thunder: "evidence",
            version: VERSION,
            chain_id: domain.chain_id,
            hub: domain.hub,
            channel: key.id(epoch),
            key: *key,
            epoch,
            holder,
            claims: PerSide::from_fn(|side| if side == holder { own } else { received }),
            calls,
        }
    }
}

impl EvidenceCall {
    fn new(name: &'static str, when: &'static str, call: &Call) -> Self {
        let mut data = String::with_capacity(2 + 2 * call.data.len());
        data.push_str("0x");
        for byte in &call.data {
            data.push_str(&format!("{byte:02x}"));
        }
        Self {
            call: name,
            when,
            to: call.to,
            data,
        }
    }
}
