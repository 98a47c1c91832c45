//! What is stored: one record per channel with everything that money depends on, and where the scan of the chain stands.

use super::life::Life;
use crate::{Config, PaymentReference, Statement, StoreError, Write};
use serde::{Deserialize, Serialize};
use thunder_channel::{
    Amount, ChannelId, ChannelKey, Epoch, Nonce, PerSide, RequestNumber, Side, Signature, SignedClaim,
    SignedRequest, SignedSettlement, SignedWithdrawal, Withdrawal,
};

/// Keys of money records: this and the channel's id.
const MONEY: &str = "channel/";
/// Key of the scan record.
pub const SCAN: &str = "scan";
/// The version of these records; another one is not read.
const VERSION: u32 = 1;

/// Everything that has to survive of one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    pub version: u32,
    /// The place among all channels, by when they were first seen here.
    pub order: u64,
    pub key: ChannelKey,
    pub epoch: Epoch,
    /// Whether the holder took the channel as its own.
    pub joined: bool,
    /// Whether this store is known to have everything that the holder ever signed here.
    pub sure: bool,
    /// Whether the chain ever had it. A reorganisation can take it away again, and bring it back.
    pub seen: bool,
    /// When the opening was handed to the wallet here, in milliseconds since 1970.
    pub opening: Option<u64>,
    /// The signer's delegation to the payment key.
    pub delegation: Option<Signature>,
    /// The account's permission for the payment key to read at the relay, where it may not sign.
    #[serde(default)]
    pub reading: Option<Signature>,
    /// The best claim that the holder signed.
    pub own: Option<SignedClaim>,
    /// The highest nonce that the holder gave to any claim, sent or not.
    pub last_nonce: Nonce,
    /// The best claim that the counterparty signed, covered or not.
    pub received: Option<SignedClaim>,
    /// The part of it that was credited: never falls.
    pub credited: Amount,
    /// The nonce of the claim that was last credited in full.
    pub credited_nonce: Nonce,
    /// What the wallet was asked to sign.
    pub pending: Option<Pending>,
    /// A close that was handed to the wallet and may be mined.
    pub closing: Option<CloseIntent>,
    /// The holder's own settlement, to be offered again.
    pub settlement: Option<SignedSettlement>,
    /// Until when in the hub's clock a settlement signed by the holder is good.
    pub frozen_until: Option<u64>,
    /// The settlement that the counterparty offers.
    pub settlement_offer: Option<SignedSettlement>,
    /// The holder's own withdrawal, to be offered again.
    pub withdrawal: Option<SignedWithdrawal>,
    /// The withdrawal that the counterparty offers.
    pub withdrawal_offer: Option<SignedWithdrawal>,
    /// The holder's request to the watchtower, to be said again.
    #[serde(default)]
    pub settle_for_me: Option<SignedRequest>,
    /// Every withdrawal that the holder signed, of either side, until it has certainly expired.
    pub signed_withdrawals: Vec<Withdrawal>,
    /// The chain's head, when last read.
    pub now: Life,
    /// The same at the configured depth.
    pub confirmed: Life,
    /// What was paid out.
    pub paid_out: Option<PerSide<Amount>>,
}

/// A statement that waits for the wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub statement: Statement,
    /// Whether it is the second signature, to be sent to the hub with the counterparty's.
    pub agreeing: bool,
    /// The counterparty's request that a payment answers.
    #[serde(default)]
    pub request: Option<RequestNumber>,
    /// What the payment was asked for by, and how much it pays.
    #[serde(default)]
    pub once: Option<(PaymentReference, Amount)>,
}

/// A close as it was handed to the wallet. Handing it out again gives the same close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseIntent {
    pub paid: Amount,
    pub received: Option<SignedClaim>,
    /// In the hub's clock.
    pub deadline: u64,
}

/// Up to which block the chain was searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    pub to: u64,
}

impl Record {
    pub const fn new(key: ChannelKey, epoch: Epoch, order: u64) -> Self {
        Self {
            version: VERSION,
            order,
            key,
            epoch,
            joined: false,
            sure: false,
            seen: false,
            opening: None,
            delegation: None,
            reading: None,
            own: None,
            last_nonce: 0,
            received: None,
            credited: Amount::ZERO,
            credited_nonce: 0,
            pending: None,
            closing: None,
            settlement: None,
            frozen_until: None,
            settlement_offer: None,
            withdrawal: None,
            withdrawal_offer: None,
            settle_for_me: None,
            signed_withdrawals: Vec::new(),
            now: Life::Absent,
            confirmed: Life::Absent,
            paid_out: None,
        }
    }

    /// Where it is stored.
    pub fn store_key(id: ChannelId) -> String {
        format!("{MONEY}{id}")
    }

    /// What to write, so that it is read back as it is now.
    pub fn stored(&self, id: ChannelId) -> Write {
        Write::Put {
            key: Self::store_key(id),
            value: super::json(self),
        }
    }

    /// Reads a record back; `None` for another kind of record.
    ///
    /// What no longer proves what it should is corrupt: nothing is computed from it.
    pub fn read(
        config: &Config,
        key: &str,
        value: &str,
    ) -> Option<Result<(ChannelId, Side, Self), StoreError>> {
        let id = key.strip_prefix(MONEY)?;
        let corrupt = || StoreError::Corrupt { key: key.to_owned() };
        let read = || -> Option<(ChannelId, Side, Self)> {
            let mut record: Self = serde_json::from_str(value).ok()?;
            let channel = record.key.id(record.epoch);
            let holder = record.key.side_of(config.account)?;
            let payer_is = |claim: &Option<SignedClaim>, side| {
                claim.is_none_or(|claim| claim.verify(&record.key, record.epoch, &config.domain) == Ok(side))
            };
            let sound = record.version == VERSION
                && channel.to_string() == id
                && payer_is(&record.own, holder)
                && payer_is(&record.received, holder.other())
                && record.credited <= SignedClaim::total_of(record.received.as_ref())
                && record.own.is_none_or(|own| own.claim.nonce <= record.last_nonce);
            // What a wallet was asked in a former run, it answered to nobody: the signature never left it.
            record.pending = None;
            sound.then_some((channel, holder, record))
        };
        Some(read().ok_or_else(corrupt))
    }
}
