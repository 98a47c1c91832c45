//! A download against a provider that counts with the same meter, over a connection that loses, and a store that forgets.
// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use super::{
    Accepts, Download, DownloadFault, Link, OfferFault, Phase, Record, SessionEvidence, Transfer, judge,
    propose,
};
use thunder_channel::{
    Address, Amount, Bytes32, Domain, SignIn, SigningKey, TypedMessage,
    metering::{
        Acceptance, Accusation, Count, Counts, HearFault, MEGABYTE, Meter, Role, SessionId, SessionState,
        SignedAcceptance, SignedCount, StatementFault, Terms, TermsFault,
        download::{Asked, File, MAX_PIECE, Offer, Said, VERSION},
    },
};

const ORIGIN: &str = "ws://127.0.0.1:2080";
const UNIT: u64 = 100_000;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32]).unwrap()
}

fn domain() -> Domain {
    Domain {
        chain_id: 31_337,
        hub: Address::repeat_byte(9),
    }
}

fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

fn accepts() -> Accepts {
    Accepts {
        domain: domain(),
        client: Address::repeat_byte(1),
        client_signer: key(1).address(),
        tokens: vec![Address::repeat_byte(3), Address::zero()],
        least_period: 10,
        most_period: 1_000,
    }
}

/// A megabyte costs a million: each byte one.
fn offer() -> Offer {
    Offer {
        provider: key(2).address(),
        provider_signer: key(2).address(),
        chain_id: 31_337,
        contract: domain().hub,
        terms: Terms {
            token: Address::repeat_byte(3),
            price: amount(MEGABYTE.into()),
            quantity: u64::MAX,
            unit: UNIT,
            tolerance: 10_000,
            finalization_period: 24,
        },
        files: [("film", 1_000_000), ("song", 30_000), ("nothing", 0)]
            .map(|(name, length)| File {
                name: name.to_owned(),
                length,
            })
            .to_vec(),
    }
}

fn with(change: impl FnOnce(&mut Offer)) -> Offer {
    let mut offer = offer();
    change(&mut offer);
    offer
}

// ------------------------------------------------------------------------------------------------- offers

#[test]
fn what_is_too_risky_is_not_taken() {
    let judged = |change: fn(&mut Offer)| judge(&with(change), &accepts());
    assert_eq!(judged(|_| ()), Ok(()));
    for change in [(|offer| offer.chain_id = 1) as fn(&mut Offer), |offer| {
        offer.contract = Address::repeat_byte(8);
    }] {
        assert_eq!(judged(change), Err(OfferFault::OtherWorld));
    }
    assert_eq!(
        judged(|offer| offer.terms.token = Address::repeat_byte(7)),
        Err(OfferFault::Token)
    );
    assert_eq!(judged(|offer| offer.terms.unit = 64 * MEGABYTE), Ok(()));
    let unit = 64 * MEGABYTE + 1;
    assert_eq!(
        judged(|offer| offer.terms.unit = 64 * MEGABYTE + 1),
        Err(OfferFault::Unit { unit })
    );
    assert_eq!(judged(|offer| offer.terms.tolerance = 100_000), Ok(()));
    assert_eq!(
        judged(|offer| offer.terms.tolerance = 100_001),
        Err(OfferFault::Tolerance)
    );
    for period in [0, 9, 1_001, u32::MAX] {
        let offer = with(|offer| offer.terms.finalization_period = period);
        let (least, most) = (10, 1_000);
        assert_eq!(
            judge(&offer, &accepts()),
            Err(OfferFault::Period { period, least, most })
        );
    }
    let fault = |fault| Err(OfferFault::Terms(fault));
    assert_eq!(
        judged(|offer| offer.terms.price = Amount::ZERO),
        fault(TermsFault::ZeroPrice)
    );
    assert_eq!(judged(|offer| offer.terms.unit = 0), fault(TermsFault::ZeroUnit));
    assert_eq!(
        judged(|offer| offer.provider = Address::repeat_byte(1)),
        fault(TermsFault::SameSides)
    );
    assert_eq!(
        judged(|offer| offer.provider_signer = key(1).address()),
        fault(TermsFault::SameSigners)
    );
    assert_eq!(
        judged(|offer| (offer.terms.price, offer.terms.unit) = (Amount::MAX, 2 * MEGABYTE)),
        fault(TermsFault::QuantityBelowUnit),
        "not even a unit's price can be held"
    );
}

#[test]
fn a_session_is_proposed_within_what_the_person_says() {
    let proposed =
        |most: Option<u128>, deposit| propose(&offer(), &accepts(), most.map(amount), amount(deposit), 7);
    let key = proposed(Some(MEGABYTE.into()), 500_000).unwrap();
    assert_eq!(
        (key.client, key.client_signer),
        (accepts().client, accepts().client_signer)
    );
    assert_eq!(key.salt, 7);
    let most = amount(u64::MAX.into());
    assert_eq!(key.terms.most_deposit(), most, "it can always be added to");
    assert_eq!(proposed(None, 100_000).map(|_| ()), Ok(()));
    assert_eq!(proposed(Some(999_999), 500_000), Err(OfferFault::TooDear));
    let least = amount(UNIT.into());
    assert_eq!(proposed(None, 99_999), Err(OfferFault::TooLittle { least }));
}

// -------------------------------------------------------------------------------------------- the provider

/// A provider's end of the conversation: it sends what it has room for, and counts each piece as it goes.
struct Provider {
    meter: Meter,
    domain: Domain,
    id: SessionId,
    sending: Option<(String, u64, u64)>,
    heard: Vec<&'static str>,
}

/// Both ends, and what is stored.
struct World {
    download: Download,
    provider: Provider,
    stored: Option<Record>,
    /// What the provider says and has not been heard.
    says: Vec<Said>,
    /// Whether writes become durable.
    writes: bool,
}

const DEPOSIT: u128 = 500_000;

impl World {
    fn new() -> Self {
        let session_key = propose(&offer(), &accepts(), None, amount(DEPOSIT), 7).unwrap();
        let download = Download::propose(
            session_key,
            amount(DEPOSIT),
            ORIGIN.to_owned(),
            0,
            accepts(),
            key(1),
        );
        let session = *download.session();
        Self {
            provider: Provider {
                meter: Meter::new(session, Role::Provider, amount(DEPOSIT)),
                domain: domain(),
                id: session.id(),
                sending: None,
                heard: Vec::new(),
            },
            download,
            stored: None,
            says: Vec::new(),
            writes: true,
        }
    }

    /// A world in which bytes may pass.
    fn running() -> Self {
        let mut world = Self::new();
        world.connect();
        world.play();
        world.deposited();
        world.play();
        assert_eq!(world.download.link(), Link::Running);
        world
    }

    fn connect(&mut self) {
        self.download.opened();
        self.provider.sending = None;
        self.says = vec![
            Said::Challenge {
                version: VERSION,
                origin: ORIGIN.to_owned(),
                challenge: Bytes32::repeat_byte(5),
                expires_at: 60,
            },
            Said::Offer(Box::new(offer())),
        ];
    }

    fn deposited(&mut self) {
        let (epoch, deposit) = (0, amount(DEPOSIT));
        self.download.read(SessionState::Active { epoch, deposit }, 5);
    }

    /// Stores, sends and answers until nothing is left to be said, or a fault.
    fn play(&mut self) {
        if let Some(fault) = self.try_play() {
            panic!("{fault}");
        }
    }

    fn try_play(&mut self) -> Option<DownloadFault> {
        for _ in 0..10_000 {
            let mut still = true;
            if self.writes
                && let Some(write) = self.download.poll_write()
            {
                self.stored = Some(write.record);
                self.download.kept(write.number);
                still = false;
            }
            while let Some(asked) = self.download.poll_send() {
                still = false;
                self.not_before_it_is_stored(&asked);
                let asked = Asked::parse(&serde_json::to_string(&asked).unwrap()).unwrap();
                let answers = self.provider.answer(asked);
                self.says.extend(answers);
            }
            for said in std::mem::take(&mut self.says) {
                still = false;
                if let Err(fault) = self.download.hear(&serde_json::to_string(&said).unwrap()) {
                    return Some(fault);
                }
            }
            if matches!(self.download.link(), Link::Running) && self.pass(u64::MAX) {
                still = false;
            }
            if still {
                return None;
            }
        }
        panic!("they talk for ever");
    }

    /// The provider sends one piece, if it may; whether it did anything.
    fn pass(&mut self, most: u64) -> bool {
        let Some((_, at, length)) = self.provider.sending.clone() else {
            return false;
        };
        let piece = (length - at)
            .min(self.provider.meter.room())
            .min(most)
            .min(MAX_PIECE as u64);
        if piece > 0 {
            self.provider.meter.pass(piece).unwrap();
            self.provider.sending = Some((String::new(), at + piece, length));
            self.download.bytes(piece).unwrap();
        }
        if self.provider.meter.is_due() {
            let said = self.provider.meter.say(&key(2)).unwrap();
            self.says.push(Said::Count(said));
        }
        if at + piece == length {
            self.provider.sending = None;
            self.says.push(Said::Sent);
        }
        piece > 0 || !self.says.is_empty()
    }

    /// A count or an end is on its way only if what is stored knows of it.
    fn not_before_it_is_stored(&self, asked: &Asked) {
        let stored = || self.stored.as_ref().expect("something is stored");
        match asked {
            Asked::Count(statement) => {
                let kept = serde_json::to_string(&stored().meter).unwrap();
                let said = serde_json::to_string(&statement.signature).unwrap();
                assert!(kept.contains(&said), "a count that is not stored");
            }
            Asked::Settle { signature, .. } => {
                assert!(matches!(stored().phase, Phase::Settling { ours, .. } if ours == *signature));
            }
            Asked::Resume { .. } | Asked::Get { .. } => assert_eq!(stored().phase, Phase::Active),
            _ => (),
        }
    }

    /// The page is loaded anew, from what is stored.
    fn reload(&mut self) {
        let record = self.stored.clone().unwrap();
        let text = serde_json::to_string(&record).unwrap();
        let read: Record = serde_json::from_str(&text).unwrap();
        assert_eq!(read, record);
        self.download = Download::resume(read, accepts(), key(1));
        self.provider.sending = None;
        self.says.clear();
    }
}

impl Provider {
    fn answer(&mut self, asked: Asked) -> Vec<Said> {
        let session = self.id;
        match asked {
            Asked::SignIn { signature } => {
                let message = SignIn {
                    origin: ORIGIN.to_owned(),
                    challenge: Bytes32::repeat_byte(5),
                    expires_at: 60,
                };
                let address = signature.recover(&message.digest(&self.domain)).unwrap();
                vec![Said::SignedIn { address }]
            }
            Asked::Propose {
                key: proposed,
                deposit,
            } => {
                assert_eq!(proposed.id(0), session);
                vec![Said::Accepted(Box::new(acceptance(session, deposit, &key(2))))]
            }
            Asked::Resume { .. } => {
                self.heard.push("resume");
                let deposit = amount(DEPOSIT);
                let mut said = vec![Said::Running { session, deposit }];
                said.extend(self.meter.last_said().map(Said::Count));
                said
            }
            Asked::Count(statement) => {
                self.heard.push("count");
                self.meter.hear(statement).unwrap();
                Vec::new()
            }
            Asked::Get { file, from, .. } => {
                let length = offer()
                    .files
                    .into_iter()
                    .find(|known| known.name == file)
                    .unwrap()
                    .length;
                self.sending = Some((file.clone(), from, length));
                vec![Said::Sending { file, from, length }]
            }
            Asked::Stop => {
                self.sending = None;
                self.last().into_iter().chain([Said::Sent]).collect()
            }
            Asked::Finish { .. } => self
                .last()
                .into_iter()
                .chain([Said::Finished { session }])
                .collect(),
            Asked::Settle {
                settlement,
                signature,
            } => {
                assert!(self.meter.agrees_to(&settlement), "{settlement:?}");
                assert_eq!(
                    signature.recover(&settlement.digest(&self.domain)),
                    Ok(key(1).address())
                );
                let signature = key(2).sign(&settlement.digest(&self.domain));
                vec![Said::Settled { session, signature }]
            }
            Asked::Unknown => vec![],
        }
    }

    fn last(&mut self) -> Option<Said> {
        self.meter.say(&key(2)).map(Said::Count)
    }
}

fn acceptance(session: SessionId, deposit: Amount, by: &SigningKey) -> SignedAcceptance {
    let acceptance = Acceptance {
        session,
        deposit,
        expiry: 20,
    };
    SignedAcceptance {
        acceptance,
        signature: by.sign(&acceptance.digest(&domain())),
    }
}

fn counts(world: &World) -> (u64, u64, Counts) {
    let meter = world.download.meter();
    (meter.count(), world.provider.meter.count(), meter.counts())
}

// ----------------------------------------------------------------------------------------------- the story

#[test]
fn a_file_comes_and_is_paid_by_the_byte() {
    let mut world = World::running();
    world.download.get("song");
    world.play();
    let file = world.download.record().file.clone().unwrap();
    assert!(file.is_whole() && world.stored.as_ref().unwrap().at_rest);
    world.download.finish(50);
    world.play();
    let both = Counts {
        client: 30_000,
        provider: 30_000,
    };
    assert_eq!(counts(&world), (30_000, 30_000, both));
    let Phase::Settling {
        settlement, theirs, ..
    } = world.stored.as_ref().unwrap().phase
    else {
        panic!("no end");
    };
    assert_eq!(
        (settlement.charged, settlement.paid),
        (amount(30_000), amount(30_000))
    );
    assert!(theirs.is_some() && !world.download.is_ending());
    world.download.read(SessionState::Ended { epoch: 0 }, 9);
    assert_eq!(world.download.record().phase, Phase::Ended { outcome: None });
}

#[test]
fn a_deposit_that_is_used_up_stops_the_bytes_until_there_is_more() {
    let mut world = World::running();
    world.download.get("film");
    world.play();
    assert_eq!(
        (world.download.meter().count(), world.download.meter().room()),
        (500_000, 0)
    );
    assert_eq!(world.download.transfer(), Transfer::Coming);
    let (epoch, deposit) = (0, amount(2_000_000));
    world.provider.meter.set_deposit(deposit);
    world.download.read(SessionState::Active { epoch, deposit }, 6);
    world.play();
    assert!(world.download.record().file.as_ref().unwrap().is_whole());
    assert_eq!(world.stored.as_ref().unwrap().deposit, deposit);
    assert_eq!(
        world
            .provider
            .heard
            .iter()
            .filter(|heard| **heard == "resume")
            .count(),
        2
    );
}

#[test]
fn stopping_keeps_what_came_and_goes_on_from_there() {
    let mut world = World::running();
    world.download.get("song");
    world.writes = false;
    assert!(
        world.download.poll_send().is_none(),
        "not asked for before it is stored that bytes may pass"
    );
    world.writes = true;
    let write = world.download.poll_write().unwrap();
    assert!(write.anew && !write.record.at_rest && write.record.going);
    world.download.kept(write.number);
    let get = world.download.poll_send().unwrap();
    let says = world.provider.answer(get);
    for said in says {
        world
            .download
            .hear(&serde_json::to_string(&said).unwrap())
            .unwrap();
    }
    assert!(world.pass(10_000));
    world.download.stop();
    assert!(world.pass(5_000), "what was on its way comes and is counted");
    world.play();
    let file = world.stored.as_ref().unwrap().file.clone().unwrap();
    assert_eq!((file.here, world.download.transfer()), (15_000, Transfer::Idle));
    assert!(world.stored.as_ref().unwrap().at_rest && !world.stored.as_ref().unwrap().going);
    assert_eq!(counts(&world).0, counts(&world).1);
    world.download.get("song");
    world.play();
    assert_eq!(world.download.meter().count(), 30_000, "nothing comes twice");
}

#[test]
fn a_page_that_is_loaded_anew_goes_on_by_itself_and_loses_a_unit_at_most() {
    let mut world = World::running();
    world.download.get("film");
    // Bytes come, and the last of them are in no record.
    for _ in 0..12 {
        world.writes_once();
        world.pass(20_000);
    }
    let (before, theirs) = (world.download.meter().count(), world.provider.meter.count());
    world.reload();
    assert!(world.download.is_unfinished());
    let kept = world.stored.as_ref().unwrap().file.as_ref().unwrap().here;
    assert!(kept < before && theirs - kept <= UNIT);
    world.connect();
    world.play();
    let (ours, theirs, _) = counts(&world);
    assert_eq!(
        (ours, theirs),
        (500_000, 500_000),
        "the provider's word was taken for what was lost"
    );
    assert_eq!(
        world.download.record().file.as_ref().unwrap().here,
        500_000 - (before - kept)
    );
}

impl World {
    /// One turn: what is to be stored is, what may be sent is, and what is said is heard. No bytes.
    fn writes_once(&mut self) {
        if let Some(write) = self.download.poll_write() {
            self.stored = Some(write.record);
            self.download.kept(write.number);
        }
        while let Some(asked) = self.download.poll_send() {
            let says = self.provider.answer(asked);
            self.says.extend(says);
        }
        for said in std::mem::take(&mut self.says) {
            self.download
                .hear(&serde_json::to_string(&said).unwrap())
                .unwrap();
        }
    }
}

#[test]
fn what_is_lost_with_a_connection_is_said_again() {
    let mut world = World::running();
    world.download.get("film");
    for _ in 0..6 {
        world.writes_once();
        world.pass(20_000);
    }
    // The statement that is due is stored, and lost.
    let write = world.download.poll_write().unwrap();
    world.stored = Some(write.record);
    world.download.kept(write.number);
    let acknowledged = world.provider.meter.counts();
    world.download.down();
    assert!(world.download.poll_send().is_none() && world.download.is_unfinished());
    world.connect();
    world.play();
    assert!(world.provider.meter.counts().provider > acknowledged.provider);
    assert_eq!(counts(&world).0, counts(&world).1);
}

#[test]
fn an_end_that_is_interrupted_is_made_again() {
    let mut world = World::running();
    world.download.get("song");
    world.play();
    world.download.down();
    world.download.finish(50);
    assert!(world.download.is_unfinished());
    world.connect();
    world.play();
    assert!(matches!(
        world.download.record().phase,
        Phase::Settling { theirs: Some(_), .. }
    ));
    // Signed here, and never answered: a reload knows of it, and can be asked to end again.
    let mut world = World::running();
    world.download.finish(50);
    world.writes_once();
    world.writes_once();
    world.reload();
    assert!(matches!(
        world.download.record().phase,
        Phase::Settling { theirs: None, .. }
    ));
    assert!(!world.download.is_unfinished());
    world.download.finish(60);
    world.connect();
    world.play();
    assert!(
        matches!(world.download.record().phase, Phase::Settling { settlement, theirs: Some(_), .. } if settlement.expiry == 60)
    );
}

// -------------------------------------------------------------------------------------------- hostile ones

fn hear(download: &mut Download, said: &Said) -> Option<DownloadFault> {
    let fault = download.hear(&serde_json::to_string(said).unwrap()).err();
    if fault.is_some() {
        assert_eq!(download.link(), Link::Down);
        assert!(download.poll_send().is_none(), "nothing more is said");
    }
    fault
}

#[test]
fn another_provider_is_told_nothing() {
    let challenge = |version, origin: &str| Said::Challenge {
        version,
        origin: origin.to_owned(),
        challenge: Bytes32::repeat_byte(5),
        expires_at: 60,
    };
    let mut world = World::new();
    world.download.opened();
    let fault = hear(
        &mut world.download,
        &challenge(VERSION, "wss://elsewhere.example"),
    );
    assert!(matches!(fault, Some(DownloadFault::Origin(origin)) if origin == "wss://elsewhere.example"));
    world.download.opened();
    assert!(matches!(
        hear(&mut world.download, &challenge(2, ORIGIN)),
        Some(DownloadFault::Version(2))
    ));
    let offered = |offer: Offer| {
        let mut world = World::new();
        world.download.opened();
        assert!(hear(&mut world.download, &challenge(VERSION, ORIGIN)).is_none());
        hear(&mut world.download, &Said::Offer(Box::new(offer)))
    };
    assert!(offered(offer()).is_none());
    assert!(matches!(
        offered(with(|offer| offer.provider = Address::repeat_byte(6))),
        Some(DownloadFault::OtherProvider)
    ));
    assert!(matches!(
        offered(with(|offer| offer.terms.price = amount(2_000_000))),
        Some(DownloadFault::Offer(OfferFault::Changed))
    ));
    assert!(matches!(
        offered(with(|offer| offer.contract = Address::repeat_byte(6))),
        Some(DownloadFault::Offer(OfferFault::OtherWorld))
    ));
}

#[test]
fn an_acceptance_counts_for_this_session_and_deposit_only() {
    let proposing = || {
        let mut world = World::new();
        world.connect();
        for _ in 0..2 {
            world.writes_once();
        }
        assert!(matches!(world.download.link(), Link::SigningIn | Link::Proposing));
        world.writes_once();
        world
    };
    let id = World::new().provider.id;
    for accepted in [
        acceptance(SessionId(Bytes32::zero()), amount(DEPOSIT), &key(2)),
        acceptance(id, amount(DEPOSIT - 1), &key(2)),
        acceptance(id, amount(DEPOSIT), &key(3)),
    ] {
        let mut world = World::new();
        world.connect();
        world.says.drain(..).collect::<Vec<_>>().iter().for_each(|said| {
            assert!(hear(&mut world.download, said).is_none());
        });
        let sign_in = world.download.poll_send().unwrap();
        let answer = world.provider.answer(sign_in);
        assert!(hear(&mut world.download, &answer[0]).is_none());
        assert_eq!(world.download.link(), Link::Proposing);
        let fault = hear(&mut world.download, &Said::Accepted(Box::new(accepted)));
        assert!(matches!(fault, Some(DownloadFault::Acceptance)));
        assert!(world.download.poll_write().is_none(), "nothing is stored of it");
    }
    // A good one that is not used in time never becomes a session.
    let mut world = proposing();
    world.play();
    assert_eq!(world.stored.as_ref().unwrap().phase, Phase::Agreed);
    world.download.read(SessionState::Empty, 20);
    assert_eq!(world.download.record().phase, Phase::Agreed);
    world.download.read(SessionState::Empty, 21);
    assert_eq!(world.download.record().phase, Phase::Void);
}

#[test]
fn no_is_an_answer() {
    let mut world = World::new();
    world.connect();
    for _ in 0..2 {
        for said in std::mem::take(&mut world.says) {
            assert!(hear(&mut world.download, &said).is_none());
        }
        if let Some(asked) = world.download.poll_send() {
            world.says = world.provider.answer(asked);
        }
    }
    let no = Said::Refused {
        words: "no more places".to_owned(),
    };
    assert!(
        matches!(hear(&mut world.download, &no), Some(DownloadFault::Refused(words)) if words == "no more places")
    );

    // A deposit that is not deep enough is asked about again.
    let mut world = World::new();
    world.connect();
    world.play();
    world.deposited();
    assert_eq!(world.download.link(), Link::Resuming);
    assert!(hear(&mut world.download, &no).is_none());
    assert_eq!(
        (world.download.link(), world.download.refused()),
        (Link::SignedIn, Some("no more places"))
    );
    world.download.look_again();
    world.play();
    assert_eq!(world.download.link(), Link::Running);
    // A file that is not there any more.
    world.download.get("song");
    assert!(hear(&mut world.download, &no).is_none());
    assert_eq!(world.download.transfer(), Transfer::Idle);
    world.download.get("no such file");
    assert_eq!(world.download.transfer(), Transfer::Idle);
    world.download.get("song");
    assert_eq!(world.download.refused(), None);
    // Whatever it says is one line, and not a book.
    let long = Said::Refused {
        words: "no\n".repeat(10_000),
    };
    assert!(hear(&mut world.download, &long).is_none());
    assert_eq!(world.download.refused(), Some("no".repeat(100).as_str()));
}

#[test]
fn what_belongs_elsewhere_ends_the_connection() {
    let session = World::new().provider.id;
    let deposit = amount(DEPOSIT);
    let other = SessionId(Bytes32::repeat_byte(8));
    for said in [
        Said::Challenge {
            version: VERSION,
            origin: ORIGIN.to_owned(),
            challenge: Bytes32::zero(),
            expires_at: 1,
        },
        Said::Offer(Box::new(offer())),
        Said::SignedIn {
            address: key(1).address(),
        },
        Said::Accepted(Box::new(acceptance(session, deposit, &key(2)))),
        Said::Running {
            session: other,
            deposit,
        },
        Said::Sending {
            file: "film".to_owned(),
            from: 0,
            length: 1_000_000,
        },
        Said::Sent,
        Said::Finished { session },
        Said::Settled {
            session,
            signature: key(2).sign(&acceptance(session, deposit, &key(2)).acceptance.digest(&domain())),
        },
    ] {
        let mut world = World::running();
        let fault = hear(&mut world.download, &said);
        assert!(matches!(fault, Some(DownloadFault::OutOfOrder)), "{said:?}");
    }
    let mut world = World::running();
    assert!(
        world.download.hear(r#"{"type":"sing"}"#).is_ok(),
        "a newer provider may say more"
    );
    assert!(matches!(world.download.hear("{"), Err(DownloadFault::Frame(_))));
}

/// A world in which a file was asked for.
fn asked(file: &str) -> World {
    let mut world = World::running();
    world.download.get(file);
    world.writes_once();
    world
}

#[test]
fn other_bytes_than_were_asked_for_are_not_taken() {
    let said = |file: &str, from, length| Said::Sending {
        file: file.to_owned(),
        from,
        length,
    };
    let get = || {
        let mut world = World::running();
        world.download.get("song");
        world
    };
    assert!(
        get().download.bytes(1).is_err(),
        "before it was said that they come"
    );
    for (said, changed) in [
        (said("film", 0, 30_000), false),
        (said("song", 1, 30_000), false),
        (said("song", 0, 30_001), true),
    ] {
        let fault = hear(&mut get().download, &said);
        match fault {
            Some(DownloadFault::OtherFile) => assert!(changed),
            Some(DownloadFault::OutOfOrder) => assert!(!changed),
            other => panic!("{other:?}"),
        }
    }
    let most = MAX_PIECE as u64;
    for (file, pieces, good) in [
        ("song", &[30_000][..], true),
        ("song", &[30_001], false),
        ("song", &[20_000, 10_001], false),
        ("song", &[0], false),
        ("film", &[most], true),
        ("film", &[most + 1], false),
    ] {
        let mut world = asked(file);
        let took = pieces.iter().try_for_each(|piece| world.download.bytes(*piece));
        assert_eq!(took.is_ok(), good, "{file} {pieces:?}");
    }
}

fn statement(world: &World, count: u64, acknowledged: Option<&SignedCount>, by: &SigningKey) -> Said {
    let domain = domain();
    Said::Count(SignedCount::sign(
        Count {
            session: world.provider.id,
            count,
            acknowledged: acknowledged.map_or_else(Bytes32::zero, |other| other.name(&domain)),
        },
        by,
        &domain,
    ))
}

#[test]
fn a_provider_that_claims_more_than_it_sent_gets_nothing_for_it() {
    // Within a unit: not acknowledged, and no more is taken from it.
    let mut world = asked("film");
    world.download.bytes(40_000).unwrap();
    let claim = statement(&world, 50_000, None, &key(2));
    let fault = hear(&mut world.download, &claim);
    assert!(matches!(
        fault,
        Some(DownloadFault::Overcounted {
            theirs: 50_000,
            ours: 40_000
        })
    ));
    assert_eq!(world.download.meter().counts(), Counts::default());
    assert!(
        !world.download.is_unfinished(),
        "it is not asked for more by itself"
    );
    // Beyond a unit, it is not even heard.
    let mut world = asked("film");
    let claim = statement(&world, UNIT + 1, None, &key(2));
    let fault = hear(&mut world.download, &claim);
    assert!(matches!(
        fault,
        Some(DownloadFault::Statement(HearFault::BeyondCredit {
            acknowledged: 0
        }))
    ));
    // Nor is anybody else's count.
    let mut world = asked("film");
    let claim = statement(&world, 1, None, &key(3));
    let fault = hear(&mut world.download, &claim);
    assert!(matches!(
        fault,
        Some(DownloadFault::Statement(HearFault::Statement(
            StatementFault::WrongSigner
        )))
    ));
}

#[test]
fn a_provider_that_contradicts_itself_has_signed_its_guilt() {
    let mut world = asked("film");
    world.download.bytes(50_000).unwrap();
    let high = statement(&world, 50_000, None, &key(2));
    assert!(hear(&mut world.download, &high).is_none());
    world.writes_once();
    let ours = world.download.meter().last_said().unwrap();
    let low = statement(&world, 49_000, Some(&ours), &key(2));
    assert!(matches!(
        hear(&mut world.download, &low),
        Some(DownloadFault::Guilty)
    ));
    let write = world.download.poll_write().unwrap();
    let mut again = Download::resume(write.record, accepts(), key(1));
    let evidence: SessionEvidence = again.evidence();
    let accusation = evidence.accusation.unwrap();
    assert!(matches!(accusation, Accusation::Fell { .. }));
    assert_eq!(accusation.verify(again.session()), Ok(Role::Provider));
    assert_eq!(evidence.pairs.len(), 1);
    assert!(evidence.close.starts_with("0x") && evidence.close.len() > 800);
    again.get("film");
    assert_eq!(again.transfer(), Transfer::Idle);
}

#[test]
fn an_end_is_one_with_the_providers_own_signature_only() {
    let mut world = World::running();
    world.download.get("song");
    world.play();
    world.download.finish(50);
    for _ in 0..2 {
        if let Some(write) = world.download.poll_write() {
            world.stored = Some(write.record);
            world.download.kept(write.number);
        }
        while let Some(asked) = world.download.poll_send() {
            if !matches!(asked, Asked::Settle { .. }) {
                let says = world.provider.answer(asked);
                world.says.extend(says);
            }
        }
        for said in std::mem::take(&mut world.says) {
            assert!(hear(&mut world.download, &said).is_none());
        }
    }
    let Phase::Settling { settlement, .. } = world.download.record().phase else {
        panic!("no end is proposed");
    };
    let (session, signature) = (world.provider.id, key(3).sign(&settlement.digest(&domain())));
    let fault = hear(&mut world.download, &Said::Settled { session, signature });
    assert!(matches!(
        fault,
        Some(DownloadFault::Settlement(StatementFault::WrongSigner))
    ));
    assert!(matches!(
        world.download.record().phase,
        Phase::Settling { theirs: None, .. }
    ));
}

#[test]
fn a_copy_counts_nothing() {
    let mut world = World::running();
    world.download.get("film");
    world.play();
    let mut record = world.stored.clone().unwrap();
    record.copy = true;
    let mut copy = Download::resume(record, accepts(), key(1));
    copy.finish(50);
    copy.opened();
    world.connect();
    for said in std::mem::take(&mut world.says) {
        copy.hear(&serde_json::to_string(&said).unwrap()).unwrap();
    }
    let write = copy.poll_write().unwrap();
    copy.kept(write.number);
    let sign_in = copy.poll_send().unwrap();
    for said in world.provider.answer(sign_in) {
        copy.hear(&serde_json::to_string(&said).unwrap()).unwrap();
    }
    assert!(copy.poll_send().is_none(), "another browser may have counted on");
    assert_eq!(copy.evidence().pairs.len(), 1, "what it proves, it proves");
}

#[test]
fn the_chain_has_the_last_word() {
    let mut world = World::running();
    let (epoch, deposit) = (0, amount(DEPOSIT));
    let counts = Counts {
        client: 7,
        provider: 8,
    };
    world.download.read(
        SessionState::Closing {
            epoch,
            deposit,
            counts,
            closes_at: 30,
        },
        10,
    );
    let record = world.download.record();
    assert!(matches!(
        record.phase,
        Phase::Closing {
            client: 7,
            provider: 8,
            closes_at: 30
        }
    ));
    let outcome = record.outcome_by(7, 8);
    assert_eq!((outcome.charged, outcome.paid), (amount(8), amount(7)));
    world.download.get("song");
    assert_eq!(world.download.transfer(), Transfer::Idle);
    // Taken back by the chain.
    world.download.read(SessionState::Active { epoch, deposit }, 10);
    assert_eq!(world.download.record().phase, Phase::Active);
    // Another life of the same key: this one is over.
    let (epoch, other) = (1, deposit);
    world.download.read(
        SessionState::Active {
            epoch,
            deposit: other,
        },
        10,
    );
    assert_eq!(world.download.record().phase, Phase::Ended { outcome: None });
    world.download.ended(outcome);
    assert_eq!(
        world.download.record().phase,
        Phase::Ended {
            outcome: Some(outcome)
        }
    );
    world
        .download
        .read(SessionState::Active { epoch: 0, deposit }, 10);
    assert!(world.download.record().is_over());
}
