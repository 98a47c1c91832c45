//! Sessions with a provider made up for the gallery: one for each way in which one stands.

use super::tokens;
use crate::state::sessions::{Listed, SessionView};
use thunder_channel::{
    Address, Amount, Bytes32, Signature, SigningKey, TypedMessage,
    metering::{
        Accusation, Count, Counts, Grounds, MEGABYTE, SessionId, SessionKey, SessionSettlement, SignedCount,
        Terms,
        download::{File, Offer},
    },
};
use thunder_client::downloads::{Link, Outcome, Phase, Progress, Transfer};

/// Where its provider is.
pub const ORIGIN: &str = "wss://node.example:2080";

fn terms(token: Address) -> Terms {
    Terms {
        token,
        price: tokens("0.01"),
        quantity: u64::MAX,
        unit: 5 * MEGABYTE,
        tolerance: 10_000,
        finalization_period: 24,
    }
}

fn file(name: &str, length: u64) -> File {
    File {
        name: name.to_owned(),
        length,
    }
}

fn files() -> Vec<File> {
    vec![
        file("lecture-1.mp4", 48_000_000),
        file("notes.pdf", 1_254_318),
        file(
            "a recording whose name is as long as the names of recordings sometimes are.flac",
            312_704_551,
        ),
    ]
}

/// What it offers.
#[must_use]
pub fn offer(token: Address) -> Offer {
    Offer {
        provider: Address::repeat_byte(0xb3),
        provider_signer: Address::repeat_byte(0xb3),
        chain_id: 31_337,
        contract: Address::repeat_byte(0x12),
        terms: terms(token),
        files: files(),
    }
}

/// Bytes pass, and the counts are a little apart.
#[must_use]
pub fn running(token: Address) -> SessionView {
    SessionView {
        id: SessionId(Bytes32::repeat_byte(0x1a)),
        provider: Address::repeat_byte(0xb3),
        origin: ORIGIN.to_owned(),
        terms: terms(token),
        deposit: tokens("0.5"),
        phase: Phase::Active,
        copy: false,
        link: Link::Running,
        transfer: Transfer::Coming,
        counted: 31_620_480,
        theirs: 30_020_480,
        proven: Counts {
            client: 30_020_480,
            provider: 30_020_480,
        },
        charged: tokens("0.3002048"),
        left: tokens("0.1837952"),
        room: 18_379_520,
        covered: 50 * MEGABYTE,
        file: Some(Progress {
            name: "lecture-1.mp4".to_owned(),
            length: 48_000_000,
            here: 31_620_480,
        }),
        files: files(),
        pairs: 1,
        accused: false,
        ending: false,
        refused: None,
        talking: true,
        silent: false,
        trouble: None,
        busy: false,
        clock: 1_000,
        waits_for: None,
    }
}

/// Agreed on, and the deposit is not made.
#[must_use]
pub fn unpaid(token: Address, busy: bool) -> SessionView {
    SessionView {
        phase: Phase::Agreed,
        link: Link::SignedIn,
        transfer: Transfer::Idle,
        file: None,
        busy,
        ..unused(token)
    }
}

/// Nothing has come yet.
#[must_use]
pub fn unused(token: Address) -> SessionView {
    SessionView {
        transfer: Transfer::Idle,
        counted: 0,
        theirs: 0,
        proven: Counts::default(),
        charged: Amount::ZERO,
        left: tokens("0.5"),
        room: 50 * MEGABYTE,
        file: None,
        pairs: 0,
        ..running(token)
    }
}

/// The provider is being asked.
#[must_use]
pub fn asking(token: Address) -> SessionView {
    SessionView {
        phase: Phase::Proposed,
        link: Link::Proposing,
        files: Vec::new(),
        ..unused(token)
    }
}

/// The person has stopped it.
#[must_use]
pub fn paused(token: Address) -> SessionView {
    SessionView {
        transfer: Transfer::Idle,
        theirs: 31_620_480,
        ..running(token)
    }
}

/// A whole file is here, and little is left.
#[must_use]
pub fn low(token: Address) -> SessionView {
    SessionView {
        transfer: Transfer::Idle,
        counted: 48_000_000,
        theirs: 48_000_000,
        proven: Counts {
            client: 48_000_000,
            provider: 48_000_000,
        },
        charged: tokens("0.48"),
        left: tokens("0.02"),
        room: 2_000_000,
        file: Some(Progress {
            name: "lecture-1.mp4".to_owned(),
            length: 48_000_000,
            here: 48_000_000,
        }),
        ..running(token)
    }
}

/// Nothing is left.
#[must_use]
pub fn used_up(token: Address) -> SessionView {
    SessionView {
        counted: 50_000_000,
        theirs: 50_000_000,
        proven: Counts {
            client: 50_000_000,
            provider: 50_000_000,
        },
        charged: tokens("0.5"),
        left: Amount::ZERO,
        room: 0,
        ..running(token)
    }
}

/// The provider has gone.
#[must_use]
pub fn away(token: Address) -> SessionView {
    SessionView {
        transfer: Transfer::Idle,
        link: Link::Down,
        silent: true,
        files: Vec::new(),
        ..running(token)
    }
}

/// It does not go on, for a reason.
#[must_use]
pub fn stopped(token: Address, words: &str) -> SessionView {
    SessionView {
        transfer: Transfer::Idle,
        link: Link::Down,
        talking: false,
        theirs: 33_980_000,
        trouble: Some(words.to_owned()),
        ..running(token)
    }
}

/// The provider has contradicted itself.
#[must_use]
pub fn guilty(token: Address, words: &str) -> SessionView {
    SessionView {
        accused: true,
        ..stopped(token, words)
    }
}

/// Taken from a backup.
#[must_use]
pub fn copy(token: Address) -> SessionView {
    SessionView {
        copy: true,
        talking: false,
        link: Link::Down,
        ..paused(token)
    }
}

/// An end is asked for.
#[must_use]
pub fn ending(token: Address) -> SessionView {
    SessionView {
        ending: true,
        link: Link::Finishing,
        ..paused(token)
    }
}

/// An end is signed: here, and perhaps there.
#[must_use]
pub fn settling(token: Address, both: bool) -> SessionView {
    let settlement = SessionSettlement {
        session: SessionId(Bytes32::repeat_byte(0x1a)),
        charged: tokens("0.3162048"),
        paid: tokens("0.3162048"),
        expiry: 1_050,
    };
    let signature = signature(&settlement);
    SessionView {
        phase: signature.map_or(Phase::Active, |ours| Phase::Settling {
            settlement,
            ours,
            theirs: both.then_some(ours),
        }),
        charged: tokens("0.3162048"),
        link: Link::SignedIn,
        ..paused(token)
    }
}

fn signature(settlement: &SessionSettlement) -> Option<Signature> {
    let key = SigningKey::from_bytes(&[1; 32]).ok()?;
    let domain = thunder_channel::Domain {
        chain_id: 31_337,
        hub: Address::repeat_byte(0x12),
    };
    Some(key.sign(&settlement.digest(&domain)))
}

/// A side closed it; `clock` says whether its period is over.
#[must_use]
pub fn closing(token: Address, clock: u64) -> SessionView {
    SessionView {
        phase: Phase::Closing {
            client: 30_020_480,
            provider: 30_020_480,
            closes_at: 1_024,
        },
        clock,
        link: Link::Down,
        talking: false,
        ..paused(token)
    }
}

/// It is paid out.
#[must_use]
pub fn ended(token: Address) -> SessionView {
    SessionView {
        phase: Phase::Ended {
            outcome: Some(Outcome {
                charged: tokens("0.48"),
                paid: tokens("0.48"),
            }),
        },
        link: Link::Down,
        talking: false,
        ..low(token)
    }
}

/// It never began.
#[must_use]
pub fn void(token: Address) -> SessionView {
    SessionView {
        phase: Phase::Void,
        link: Link::Down,
        talking: false,
        ..unused(token)
    }
}

/// Signatures that prove something, as far as the gallery looks.
fn grounds() -> Option<Grounds> {
    let by = SigningKey::from_bytes(&[1; 32]).ok()?;
    let domain = thunder_channel::Domain {
        chain_id: 31_337,
        hub: Address::repeat_byte(0x12),
    };
    let key = SessionKey {
        client: Address::repeat_byte(0xa1),
        client_signer: Address::repeat_byte(0xa1),
        provider: Address::repeat_byte(0xb3),
        provider_signer: Address::repeat_byte(0xb3),
        terms: terms(Address::zero()),
        salt: 1,
    };
    let statement = Count {
        session: key.id(0),
        count: 1,
        acknowledged: Bytes32::zero(),
    };
    let count = SignedCount::sign(statement, &by, &domain);
    let accusation = Accusation::Fell {
        first: count,
        between: count,
        second: count,
    };
    Some(Grounds {
        key,
        epoch: 0,
        accusation,
    })
}

/// Whom somebody distrusts.
#[must_use]
pub fn listed() -> Vec<Listed> {
    let listed = |byte, words: Option<&str>| Listed {
        provider: Address::repeat_byte(byte),
        since: super::NOW_MS,
        words: words.map(str::to_owned),
        grounds: None,
        told: false,
        forgiven: false,
    };
    let proved = |byte, told| Listed {
        grounds: grounds().map(Box::new),
        told,
        ..listed(byte, None)
    };
    vec![
        listed(0xc4, Some("It was gone for a week, with my deposit in it.")),
        listed(0xd5, None),
        proved(0xb3, false),
        proved(0xe6, true),
    ]
}
