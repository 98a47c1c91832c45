//! One transaction of the chain, as far as the node tells of it: what it does, for whom it was, and what became of it.

use super::config::AppConfig;
use thunder_channel::{Address, Amount, Bytes32};
use thunder_ethereum::{Callee, KnownTransaction, Receipt};

/// The hash that a text is, written as everywhere; what is told can be something else.
#[must_use]
pub fn hash_of(text: &str) -> Option<Bytes32> {
    let digits = text.strip_prefix("0x")?;
    let is_hash = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then(|| digits.parse().ok())?
}

/// What is known of a transaction that somebody looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// The node is asked.
    #[default]
    Asking,
    /// The node does not know it.
    Unknown,
    /// The node could not be asked, or said what cannot be true; a sentence.
    Failed(String),
    /// This.
    Known(Box<Detail>),
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is in no block yet.
    Waiting,
    /// It did what it should.
    Done,
    /// It did nothing but cost its fee.
    Reverted,
}

/// Somebody who takes part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The address.
    pub address: Address,
    /// Who that is, if the app knows it by itself.
    pub who: Option<Who>,
}

/// Who the app knows by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The account of this window.
    You,
    /// The hub.
    Hub,
    /// The contract of metered sessions.
    Sessions,
    /// A token, by its symbol.
    Token(String),
}

/// A transaction as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// What became of it.
    pub status: Status,
    /// Its block.
    pub block: Option<u64>,
    /// How many blocks are on top of that one.
    pub on_top: Option<u64>,
    /// Who sent it.
    pub from: Party,
    /// To whom; `None` where it made a contract.
    pub to: Option<Party>,
    /// The ether that went with it.
    pub value: Amount,
    /// The function it calls: its name, or where the app does not know it what the call begins with.
    pub call: Option<String>,
    /// The gas it used.
    pub gas_used: Option<u64>,
    /// What that cost, where the node says by which price.
    pub fee: Option<Amount>,
}

impl Detail {
    /// Of what a node said: the transaction, its receipt if it is mined, and the newest block's number. For who has this account.
    #[must_use]
    pub fn of(
        known: &KnownTransaction,
        receipt: Option<&Receipt>,
        head: u64,
        config: &AppConfig,
        account: Address,
    ) -> Self {
        let party = |address| Party {
            address,
            who: Who::of(address, config, account),
        };
        let to = known.to.map(party);
        let call = call(&known.data, to.as_ref().and_then(|to| to.who.as_ref()));
        Self {
            status: match receipt.map(|receipt| receipt.succeeded) {
                None => Status::Waiting,
                Some(true) => Status::Done,
                Some(false) => Status::Reverted,
            },
            // The receipt was asked for after the transaction, so it is newer.
            block: receipt.map(|receipt| receipt.block),
            on_top: receipt.map(|receipt| head.saturating_sub(receipt.block)),
            from: party(known.from),
            to,
            value: known.value,
            call,
            gas_used: receipt.map(|receipt| receipt.gas_used),
            fee: receipt.and_then(Receipt::fee),
        }
    }
}

impl Who {
    fn of(address: Address, config: &AppConfig, account: Address) -> Option<Self> {
        let is_token = |token: &&super::config::Token| token.address == address && !address.is_zero();
        if address == account {
            Some(Self::You)
        } else if address == config.domain.hub {
            Some(Self::Hub)
        } else if config.sessions == Some(address) {
            Some(Self::Sessions)
        } else {
            let token = config.tokens.iter().find(is_token)?;
            Some(Self::Token(token.symbol.clone()))
        }
    }
}

/// A function's name means something in the contracts that are known here, and nothing in any other.
fn call(data: &[u8], to: Option<&Who>) -> Option<String> {
    let callee = match to {
        Some(Who::Hub) => Some(Callee::Hub),
        Some(Who::Sessions) => Some(Callee::Sessions),
        Some(Who::Token(_)) => Some(Callee::Token),
        Some(Who::You) | None => None,
    };
    if let Some(name) = callee.and_then(|callee| callee.function(data)) {
        return Some(name.to_owned());
    }
    let begins: String = data.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    (!begins.is_empty()).then(|| format!("0x{begins}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::state::config::tests::EXAMPLE;
    use thunder_channel::{ChannelKey, Policy};
    use thunder_ethereum::{Hub, Token};

    pub const HASH: Bytes32 = Bytes32::repeat_byte(7);

    pub fn config() -> AppConfig {
        AppConfig::parse(EXAMPLE).unwrap()
    }

    pub fn account() -> Address {
        Address::repeat_byte(0xa1)
    }

    /// The account opens a channel.
    pub fn opening() -> KnownTransaction {
        let key = ChannelKey {
            alice: account(),
            alice_signer: account(),
            bob: Address::repeat_byte(2),
            bob_signer: Address::repeat_byte(2),
            token: Address::zero(),
            finalization_period: 100,
            policy: Policy::Refute,
            salt: 1,
        };
        let hub = Hub::new(config().domain.hub);
        let call = hub.open(&key, Amount::new(5).unwrap());
        KnownTransaction {
            hash: HASH,
            from: account(),
            to: Some(call.to),
            value: Amount::new(call.value).unwrap(),
            data: call.data,
            block: Some(12),
        }
    }

    pub fn receipt() -> Receipt {
        Receipt {
            transaction: HASH,
            succeeded: true,
            block: 12,
            block_hash: HASH,
            gas_used: 52_010,
            gas_price: Some(2_000_000_000),
            contract: None,
            logs: Vec::new(),
        }
    }

    fn detail(known: &KnownTransaction, receipt: Option<&Receipt>) -> Detail {
        Detail::of(known, receipt, 20, &config(), account())
    }

    #[test]
    fn what_a_node_says_is_named() {
        let shown = detail(&opening(), Some(&receipt()));
        assert_eq!(
            (shown.status, shown.block, shown.on_top),
            (Status::Done, Some(12), Some(8))
        );
        assert_eq!(shown.from.who, Some(Who::You));
        assert_eq!(shown.to.unwrap().who, Some(Who::Hub));
        assert_eq!(shown.call.as_deref(), Some("open"));
        assert_eq!(shown.value.units(), 5);
        assert_eq!(shown.fee, Some(Amount::new(104_020_000_000_000).unwrap()));
        let token = config().tokens[0].address;
        let approve = Token { address: token }.approve(config().domain.hub, Amount::MAX);
        let approving = KnownTransaction {
            from: Address::repeat_byte(9),
            to: Some(token),
            data: approve.data,
            ..opening()
        };
        let shown = detail(&approving, None);
        assert_eq!(shown.status, Status::Waiting);
        assert_eq!(
            (shown.block, shown.on_top, shown.gas_used, shown.fee),
            (None, None, None, None)
        );
        assert_eq!(shown.from.who, None);
        assert_eq!(shown.to.unwrap().who, Some(Who::Token("THD".to_owned())));
        assert_eq!(shown.call.as_deref(), Some("approve"));
    }

    #[test]
    fn only_a_hash_is_looked_at() {
        let text = format!("{HASH:#x}");
        assert_eq!(hash_of(&text), Some(HASH));
        for other in [
            "",
            "0x",
            "a note",
            &text[2..],
            &text[..65],
            &format!("{text}0"),
            &text.replace("07", "0g"),
        ] {
            assert_eq!(hash_of(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_not_known_here_is_not_named() {
        // The hub's function called elsewhere means nothing.
        let elsewhere = KnownTransaction {
            to: Some(Address::repeat_byte(9)),
            ..opening()
        };
        let shown = detail(&elsewhere, None);
        assert_eq!(shown.to.unwrap().who, None);
        let begins = shown.call.unwrap();
        assert!(begins.starts_with("0x") && begins.len() == 10, "{begins}");
        let plain = KnownTransaction {
            to: Some(Address::zero()),
            data: Vec::new(),
            ..opening()
        };
        let shown = detail(&plain, None);
        assert_eq!(
            (shown.call, shown.to.unwrap().who),
            (None, None),
            "ether is no contract"
        );
        let making = KnownTransaction {
            to: None,
            ..opening()
        };
        assert_eq!(detail(&making, None).to, None);
    }

    #[test]
    fn what_a_node_says_of_the_end_is_shown_and_what_cannot_be_is_not() {
        let failed = Receipt {
            succeeded: false,
            block: 99,
            gas_price: Some(u128::MAX),
            ..receipt()
        };
        let shown = detail(&opening(), Some(&failed));
        assert_eq!((shown.status, shown.fee), (Status::Reverted, None));
        assert_eq!(shown.on_top, Some(0), "beyond the newest block");
        let silent = Receipt {
            gas_price: None,
            ..receipt()
        };
        assert_eq!(detail(&opening(), Some(&silent)).fee, None);
    }
}
