//! A page that downloads from a node: a real WebSocket and a real meter, driven by a test step by step.

use super::{
    Node, World, until,
    world::{PHRASE, free_port},
};
use std::{
    net::TcpStream,
    path::PathBuf,
    time::{Duration, Instant},
};
use thunder_channel::{
    Address, Amount, Domain, SignIn, SigningKey, TypedMessage,
    metering::{
        Heard, Meter, Role, Session, SessionKey, SessionSettlement, SignedAcceptance, Terms,
        download::{Asked, Offer, Said},
    },
};
use thunder_ethereum::{
    Call, Chain, HttpProvider, Hub, LocalWallet, MeteredSessions, Token, signing_key_from_phrase,
};
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket,
    client::IntoClientRequest,
    http::{HeaderValue, StatusCode},
};

/// The app whose pages are let in.
pub const ORIGIN: &str = "https://app.example";
/// How long a test waits for a frame.
const PATIENCE: Duration = Duration::from_secs(20);

/// A node with files for pages.
pub struct Shop {
    pub node: Node,
    pub files: PathBuf,
    pub url: String,
}

impl Shop {
    /// A shop of the second account with a unit of a megabyte.
    pub fn start(world: &World, more: &[&str]) -> Self {
        let files = world.directory.path().join("files");
        std::fs::create_dir_all(&files).unwrap();
        let web = format!("127.0.0.1:{}", free_port());
        let arguments = [
            &[
                "--provide-files",
                files.to_str().unwrap(),
                "--provide-web",
                &web,
                "--provide-origin",
                ORIGIN,
            ],
            more,
        ]
        .concat();
        let node = super::traffic::provider(world, "bob", 2, &arguments);
        Self {
            node,
            files,
            url: format!("ws://{web}"),
        }
    }

    /// Puts a file of so many bytes there, no two pieces of which are the same.
    pub fn put(&self, name: &str, length: u64) -> Vec<u8> {
        let bytes: Vec<u8> = (0..length)
            .map(|at| (at.wrapping_mul(31) ^ (at >> 8) ^ (at >> 16)).to_le_bytes()[0])
            .collect();
        std::fs::write(self.files.join(name), &bytes).unwrap();
        bytes
    }
}

/// Something that a page hears.
#[derive(Debug)]
pub enum Frame {
    Said(Said),
    Piece(Vec<u8>),
}

/// A connection.
pub struct Page {
    socket: WebSocket<TcpStream>,
    pub origin: String,
    pub challenge: SignIn,
    pub offer: Offer,
}

impl Page {
    /// Connects as a page of an origin; the status where it is not let in.
    pub fn dial_from(url: &str, origin: Option<&str>) -> Result<Self, StatusCode> {
        let host = url.strip_prefix("ws://").unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut request = format!("{url}/downloads").into_client_request().unwrap();
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", HeaderValue::from_str(origin).unwrap());
        }
        let mut handshake = tungstenite::client(request, stream);
        let socket = loop {
            match handshake {
                Ok((socket, _)) => break socket,
                Err(tungstenite::HandshakeError::Interrupted(middle)) => handshake = middle.handshake(),
                Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
                    return Err(answer.status());
                }
                Err(error) => panic!("{error}"),
            }
        };
        let mut page = Self {
            socket,
            origin: url.to_owned(),
            challenge: SignIn {
                origin: String::new(),
                challenge: thunder_channel::Bytes32::zero(),
                expires_at: 0,
            },
            offer: Offer {
                provider: Address::zero(),
                provider_signer: Address::zero(),
                chain_id: 0,
                contract: Address::zero(),
                terms: no_terms(),
                files: Vec::new(),
            },
        };
        let Frame::Said(Said::Challenge {
            version: 1,
            origin,
            challenge,
            expires_at,
        }) = page.hear()
        else {
            panic!("no challenge")
        };
        page.challenge = SignIn {
            origin,
            challenge,
            expires_at,
        };
        let Frame::Said(Said::Offer(offer)) = page.hear() else {
            panic!("no offer")
        };
        page.offer = *offer;
        Ok(page)
    }

    pub fn dial(shop: &Shop) -> Self {
        Self::dial_from(&shop.url, Some(ORIGIN)).unwrap()
    }

    /// Where signatures are good.
    pub fn domain(&self) -> Domain {
        Domain {
            chain_id: self.offer.chain_id,
            hub: self.offer.contract,
        }
    }

    pub fn say(&mut self, asked: &Asked) {
        self.send(Message::text(serde_json::to_string(asked).unwrap()));
    }

    pub fn send(&mut self, message: Message) {
        self.socket.send(message).unwrap();
    }

    /// The next frame, if one comes within a time. Pings are answered meanwhile.
    pub fn hear_within(&mut self, patience: Duration) -> Option<Frame> {
        let until = Instant::now() + patience;
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Some(Frame::Said(Said::parse(&text).unwrap())),
                Ok(Message::Binary(piece)) => return Some(Frame::Piece(piece.to_vec())),
                Ok(Message::Close(_)) => return None,
                Ok(_) => self.socket.flush().unwrap(),
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => {
                    if Instant::now() > until {
                        return None;
                    }
                }
                Err(_) => return None,
            }
        }
    }

    pub fn hear(&mut self) -> Frame {
        self.hear_within(PATIENCE).expect("a frame")
    }

    /// The next frame that says something; pieces and statements are passed over.
    pub fn said(&mut self) -> Said {
        loop {
            match self.hear() {
                Frame::Said(Said::Count(_)) | Frame::Piece(_) => (),
                Frame::Said(said) => return said,
            }
        }
    }

    /// Asks, and gives the words of the refusal.
    pub fn refused(&mut self, asked: &Asked) -> String {
        self.say(asked);
        match self.said() {
            Said::Refused { words } => words,
            said => panic!("{asked:?}: {said:?}"),
        }
    }

    /// Whether the connection has come to its end.
    pub fn is_over(&mut self) -> bool {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            match self.socket.read() {
                Ok(Message::Close(_)) => return true,
                Ok(_) => (),
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => (),
                Err(_) => return true,
            }
        }
        false
    }

    /// Signs in by a key.
    pub fn sign_in(&mut self, key: &SigningKey) {
        assert_eq!(self.challenge.origin, self.origin);
        let signature = key.sign(&self.challenge.digest(&self.domain()));
        self.say(&Asked::SignIn { signature });
        match self.said() {
            Said::SignedIn { address } => assert_eq!(address, key.address()),
            said => panic!("{said:?}"),
        }
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
    )
}

const fn no_terms() -> Terms {
    Terms {
        token: Address::zero(),
        price: Amount::ZERO,
        quantity: 0,
        unit: 0,
        tolerance: 0,
        finalization_period: 0,
    }
}

/// A person: a wallet that deposits, a key that signs, a session with its meter, and what has come of a file.
pub struct Person {
    wallet: LocalWallet<HttpProvider>,
    pub key: SigningKey,
    pub session: Option<Session>,
    pub meter: Option<Meter>,
    /// What has come of the file that is being downloaded.
    pub file: Vec<u8>,
    chain: Chain<HttpProvider>,
}

impl Person {
    /// One with an account of the development phrase, and money.
    pub fn new(world: &World, index: u32) -> Self {
        let provider = HttpProvider::new(&world.anvil.url).unwrap();
        let wallet = LocalWallet::new(signing_key_from_phrase(PHRASE, index).unwrap(), provider.clone());
        world.give(wallet.address(), 1_000);
        Self {
            wallet,
            key: signing_key_from_phrase(PHRASE, 1_000 + index).unwrap(),
            session: None,
            meter: None,
            file: Vec::new(),
            chain: Chain::new(provider, Hub::new(world.sessions)),
        }
    }

    pub const fn account(&self) -> Address {
        self.wallet.address()
    }

    /// The session that is proposed, for so many bytes.
    pub fn session_key(&self, offer: &Offer, quantity: u64, salt: u64) -> SessionKey {
        SessionKey {
            client: self.account(),
            client_signer: self.key.address(),
            provider: offer.provider,
            provider_signer: offer.provider_signer,
            terms: Terms {
                quantity,
                ..offer.terms
            },
            salt,
        }
    }

    /// Connects and signs in.
    pub fn connect(&self, shop: &Shop) -> Page {
        let mut page = Page::dial(shop);
        page.sign_in(&self.key);
        page
    }

    /// Connects, agrees on a session for `quantity` bytes, deposits for `bytes` of them, and waits until bytes may pass.
    pub fn open(&mut self, world: &World, shop: &Shop, quantity: u64, bytes: u64) -> Page {
        let mut page = self.connect(shop);
        let key = self.session_key(&page.offer, quantity, 7);
        let deposit = key.terms.cost(bytes).unwrap();
        page.say(&Asked::Propose {
            key: Box::new(key),
            deposit,
        });
        let accepted = match page.said() {
            Said::Accepted(accepted) => *accepted,
            said => panic!("{said:?}"),
        };
        let session = Session {
            key,
            epoch: 0,
            domain: page.domain(),
        };
        accepted.verify(&session).unwrap();
        self.session = Some(session);
        self.deposit(world, &session, deposit, &accepted);
        self.meter = Some(Meter::new(session, Role::Client, deposit));
        self.resume(&mut page);
        page
    }

    fn deposit(&self, world: &World, session: &Session, deposit: Amount, accepted: &SignedAcceptance) {
        let contract = MeteredSessions::new(session.domain.hub);
        self.transact(
            world,
            &Token::new(session.key.terms.token).approve(contract.address, deposit),
        );
        self.transact(world, &contract.open(&session.key, deposit, accepted));
    }

    /// Deposits more.
    pub fn top_up(&mut self, world: &World, bytes: u64) {
        let session = self.session.unwrap();
        let contract = MeteredSessions::new(session.domain.hub);
        let added = session.key.terms.cost(bytes).unwrap();
        self.transact(
            world,
            &Token::new(session.key.terms.token).approve(contract.address, added),
        );
        self.transact(world, &contract.top_up(&session.key, 0, added));
    }

    fn transact(&self, world: &World, call: &Call) {
        world.block_on(async {
            let hash = self.chain.send(&self.wallet, call, self.account()).await.unwrap();
            while self.chain.receipt(hash).await.unwrap().is_none() {}
        });
    }

    pub fn id(&self) -> thunder_channel::metering::SessionId {
        self.session.unwrap().id()
    }

    /// Goes on with the session on a connection.
    pub fn resume(&mut self, page: &mut Page) {
        let session = self.id();
        page.say(&Asked::Resume { session });
        match self.next(page) {
            Said::Running {
                session: named,
                deposit,
            } => {
                assert_eq!(named, session);
                self.meter.as_mut().unwrap().set_deposit(deposit);
            }
            said => panic!("{said:?}"),
        }
    }

    /// Takes one frame as a page does: counts what comes, judges statements, and says what is due. Gives what else was said.
    pub fn take(&mut self, page: &mut Page, frame: Frame) -> Option<Said> {
        let meter = self.meter.as_mut().unwrap();
        match frame {
            Frame::Piece(piece) => {
                meter.pass(piece.len() as u64).unwrap();
                self.file.extend(piece);
                if meter.is_due() {
                    self.count(page);
                }
                None
            }
            Frame::Said(Said::Count(statement)) => {
                match meter.hear(statement).unwrap() {
                    Heard::News => self.count(page),
                    Heard::Stale => page.say(&Asked::Count(meter.last_said().unwrap())),
                    Heard::Guilty(accusation) => panic!("{accusation:?}"),
                }
                None
            }
            Frame::Said(said) => Some(said),
        }
    }

    /// Says its count.
    pub fn count(&mut self, page: &mut Page) {
        if let Some(statement) = self.meter.as_mut().unwrap().say(&self.key) {
            page.say(&Asked::Count(statement));
        }
    }

    /// What is said next; bytes and statements meanwhile are taken.
    pub fn next(&mut self, page: &mut Page) -> Said {
        loop {
            let frame = page.hear();
            if let Some(said) = self.take(page, frame) {
                return said;
            }
        }
    }

    /// Asks for a file from where it goes on.
    pub fn get(&mut self, page: &mut Page, file: &str) {
        let from = self.file.len() as u64;
        page.say(&Asked::Get {
            session: self.id(),
            file: file.to_owned(),
            from,
        });
        match self.next(page) {
            Said::Sending {
                file: named,
                from: begins,
                ..
            } => assert_eq!((named.as_str(), begins), (file, from)),
            said => panic!("{said:?}"),
        }
    }

    /// Downloads a file to its end.
    pub fn download(&mut self, page: &mut Page, file: &str) {
        self.get(page, file);
        match self.next(page) {
            Said::Sent => (),
            said => panic!("{said:?}"),
        }
    }

    /// Takes what comes until the file has so many bytes.
    pub fn take_until(&mut self, page: &mut Page, bytes: usize) {
        while self.file.len() < bytes {
            let frame = page.hear();
            assert!(self.take(page, frame).is_none());
        }
    }

    /// Asks for the end; gives what was signed of it by both.
    pub fn end(&mut self, page: &mut Page) -> SessionSettlement {
        let session = self.id();
        self.count(page);
        page.say(&Asked::Finish { session });
        match self.next(page) {
            Said::Finished { session: named } => assert_eq!(named, session),
            said => panic!("{said:?}"),
        }
        let (settlement, asked) = self.settlement();
        page.say(&asked);
        match self.next(page) {
            Said::Settled { signature, .. } => {
                let digest = settlement.digest(&self.session.unwrap().domain);
                let provider = self.session.unwrap().key.provider_signer;
                assert_eq!(signature.recover(&digest), Ok(provider));
            }
            said => panic!("{said:?}"),
        }
        settlement
    }

    /// The end that its evidence amounts to.
    pub fn settlement(&self) -> (SessionSettlement, Asked) {
        let settlement = self.meter.as_ref().unwrap().settlement(200);
        (settlement, self.sign(settlement))
    }

    /// Another end than that.
    pub fn settled_for(&self, change: impl FnOnce(&mut SessionSettlement)) -> Asked {
        let (mut settlement, _) = self.settlement();
        change(&mut settlement);
        self.sign(settlement)
    }

    fn sign(&self, settlement: SessionSettlement) -> Asked {
        Asked::Settle {
            settlement: Box::new(settlement),
            signature: self.key.sign(&settlement.digest(&self.session.unwrap().domain)),
        }
    }

    /// How the node sees the session.
    pub fn seen_by(&self, shop: &Shop) -> serde_json::Value {
        shop.node.get(&format!("sessions/{}", self.id()))
    }

    /// Waits until the node sees it in a state.
    pub fn wait_for(&self, shop: &Shop, state: &str) -> serde_json::Value {
        until(state, || {
            let seen = self.seen_by(shop);
            (seen["state"] == state).then_some(seen)
        })
    }
}
