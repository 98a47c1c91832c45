//! A client of the wire format, as plain as possible.

use super::{World, chain::PATIENCE};
use futures::{SinkExt, StreamExt};
use std::net::SocketAddr;
use thunder_channel::{
    Address, ChannelKey, Domain, Side, SignIn, SignedClaim, SigningKey, TypedMessage,
    wire::{ClientFrame, ErrorCode, Message, RelayFrame, Snapshot},
};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async, connect_async,
    tungstenite::{self, client::IntoClientRequest, http::HeaderValue},
};

/// A connection to a relay.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What the relay wants to have signed.
    pub challenge: SignIn,
}

impl Client {
    /// Connects and reads the challenge.
    pub async fn dial(relay: SocketAddr) -> Self {
        Self::dial_as(relay, None).await.expect("the relay accepts")
    }

    /// Connects as a page of `origin` would. An error is the HTTP status of the refusal.
    pub async fn dial_as(relay: SocketAddr, origin: Option<&str>) -> Result<Self, u16> {
        let headers: Vec<_> = origin.map(|origin| ("origin", origin)).into_iter().collect();
        Self::dial_with(relay, &headers).await
    }

    /// Connects with these headers. An error is the HTTP status of the refusal.
    pub async fn dial_with(relay: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = format!("ws://{relay}/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request
                .headers_mut()
                .insert(*name, HeaderValue::from_str(value).unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self::opened(socket).await),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects with a receive buffer as small as the system allows, so that the network fills up soon.
    pub async fn dial_narrow(relay: SocketAddr) -> Self {
        Self::dial_narrow_from(relay, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// As [`dial_narrow`](Self::dial_narrow), from this address.
    pub async fn dial_narrow_from(relay: SocketAddr, from: SocketAddr) -> Self {
        let tcp = TcpSocket::new_v4().unwrap();
        tcp.bind(from).unwrap();
        tcp.set_recv_buffer_size(1).unwrap();
        let stream = tcp.connect(relay).await.unwrap();
        let (socket, _) = client_async(format!("ws://{relay}/ws"), MaybeTlsStream::Plain(stream))
            .await
            .unwrap();
        Self::opened(socket).await
    }

    async fn opened(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        let mut client = Self {
            socket,
            challenge: SignIn {
                origin: String::new(),
                challenge: thunder_channel::Bytes32::zero(),
                expires_at: 0,
            },
        };
        match client.hear().await {
            RelayFrame::Challenge {
                version: 1,
                origin,
                challenge,
                expires_at,
            } => {
                client.challenge = SignIn {
                    origin,
                    challenge,
                    expires_at,
                };
            }
            other => panic!("not a challenge: {other:?}"),
        }
        client
    }

    pub async fn signed_in(relay: SocketAddr, key: &SigningKey, domain: &Domain) -> Self {
        let mut client = Self::dial(relay).await;
        assert_eq!(client.sign_in(key, domain).await, key.address());
        client
    }

    /// Signs the challenge; gives the address that the relay took it for.
    pub async fn sign_in(&mut self, key: &SigningKey, domain: &Domain) -> Address {
        let signature = key.sign(&self.challenge.digest(domain));
        self.say(&ClientFrame::SignIn { signature }).await;
        match self.hear().await {
            RelayFrame::SignedIn { address } => address,
            other => panic!("not signed in: {other:?}"),
        }
    }

    pub async fn say(&mut self, frame: &ClientFrame) {
        self.say_text(frame.to_text()).await;
    }

    pub async fn say_text(&mut self, text: impl Into<String>) {
        self.send(tungstenite::Message::text(text.into())).await;
    }

    pub async fn say_bytes(&mut self, bytes: Vec<u8>) {
        self.send(tungstenite::Message::binary(bytes)).await;
    }

    /// Says all of it before the network is asked to carry any of it.
    pub async fn say_all(&mut self, frames: impl IntoIterator<Item = ClientFrame>) {
        for frame in frames {
            let message = tungstenite::Message::text(frame.to_text());
            self.socket.feed(message).await.unwrap();
        }
        self.socket.flush().await.unwrap();
    }

    async fn send(&mut self, message: tungstenite::Message) {
        self.socket.send(message).await.unwrap();
    }

    /// Says it, unless the relay has hung up.
    pub async fn try_say(&mut self, frame: &ClientFrame) -> bool {
        let message = tungstenite::Message::text(frame.to_text());
        tokio::time::timeout(PATIENCE, self.socket.send(message))
            .await
            .expect("in time")
            .is_ok()
    }

    /// Says it again and again and reads nothing, until the relay hangs up.
    pub async fn say_for_ever(&mut self, frame: &ClientFrame) {
        let message = tungstenite::Message::text(frame.to_text());
        while self.socket.send(message.clone()).await.is_ok() {}
    }

    /// Says something that the relay will not hear out, and waits for it to hang up.
    pub async fn say_too_much(&mut self, text: String) {
        // Whether the last part could still be sent is up to the network.
        let _ = tokio::time::timeout(PATIENCE, self.socket.send(tungstenite::Message::text(text)))
            .await
            .expect("in time");
        self.end().await;
    }

    /// Says goodbye and waits for the answer.
    pub async fn leave(mut self) {
        self.socket.close(None).await.unwrap();
        self.end().await;
    }

    /// The next frame.
    pub async fn hear(&mut self) -> RelayFrame {
        match self.next().await {
            Some(Ok(tungstenite::Message::Text(text))) => {
                RelayFrame::parse(text.as_str()).expect("the relay speaks the format")
            }
            other => panic!("no frame: {other:?}"),
        }
    }

    /// Reads on to the end; gives the close code, if the relay said goodbye.
    pub async fn end(&mut self) -> Option<u16> {
        self.goodbye().await.map(|(code, _)| code)
    }

    /// Reads on to the end; gives the close code and reason, if the relay said goodbye.
    pub async fn goodbye(&mut self) -> Option<(u16, String)> {
        loop {
            match self.next().await {
                Some(Ok(tungstenite::Message::Close(frame))) => {
                    return frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(_)) => (),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next frame, or the close code of the end, if the relay said goodbye.
    pub async fn hear_or_end(&mut self) -> Result<RelayFrame, Option<u16>> {
        match self.next().await {
            Some(Ok(tungstenite::Message::Text(text))) => {
                Ok(RelayFrame::parse(text.as_str()).expect("the relay speaks the format"))
            }
            Some(Ok(tungstenite::Message::Close(frame))) => Err(frame.map(|frame| frame.code.into())),
            Some(Ok(other)) => panic!("no frame: {other:?}"),
            Some(Err(_)) | None => Err(None),
        }
    }

    /// Answers one ping of the relay, or gives a frame that came instead.
    pub async fn hear_ping_or_frame(&mut self) -> Option<RelayFrame> {
        match tokio::time::timeout(PATIENCE, self.socket.next())
            .await
            .expect("in time")
        {
            Some(Ok(tungstenite::Message::Ping(_))) => {
                self.socket.flush().await.unwrap();
                None
            }
            Some(Ok(tungstenite::Message::Text(text))) => Some(RelayFrame::parse(text.as_str()).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    async fn next(&mut self) -> Option<Result<tungstenite::Message, tungstenite::Error>> {
        let next = async {
            loop {
                let next = self.socket.next().await;
                if !matches!(
                    next,
                    Some(Ok(tungstenite::Message::Ping(_) | tungstenite::Message::Pong(_)))
                ) {
                    return next;
                }
            }
        };
        // Over all of it: pings come as long as the relay lives.
        tokio::time::timeout(PATIENCE, next)
            .await
            .expect("an answer in time")
    }

    /// Follows a channel's first life.
    pub async fn follow(&mut self, key: &ChannelKey) -> Snapshot {
        self.say(&super::subscribe(key, 0)).await;
        match self.hear().await {
            RelayFrame::Snapshot(snapshot) => *snapshot,
            other => panic!("no snapshot: {other:?}"),
        }
    }

    /// Hands in a claim that has to be acknowledged.
    pub async fn pay(&mut self, payer: Side, claim: SignedClaim) {
        self.say(&ClientFrame::Claim(claim)).await;
        let acknowledged = RelayFrame::Ack {
            channel: claim.claim.channel,
            payer,
            nonce: claim.claim.nonce,
            total: claim.claim.total,
        };
        assert_eq!(self.hear().await, acknowledged);
    }

    /// Hands in a claim that has to be refused.
    pub async fn pay_in_vain(&mut self, claim: SignedClaim) -> ErrorCode {
        self.say(&ClientFrame::Claim(claim)).await;
        self.hear_error().await
    }

    /// Hands in a small message of the channel's first life.
    pub async fn tell(&mut self, key: &ChannelKey, message: &Message) {
        let frame = ClientFrame::Message {
            channel: key.id(0),
            message: message.clone(),
        };
        self.say(&frame).await;
    }

    /// Pays in Alice's name so often that a snapshot of the channel is long.
    pub async fn fill_history(&mut self, world: &World, key: &ChannelKey, claims: u64) {
        for nonce in 1..=claims {
            let claim = world.chain.claim(key, Side::Alice, nonce.into(), nonce);
            self.pay(Side::Alice, claim).await;
        }
    }

    pub async fn hear_error(&mut self) -> ErrorCode {
        match self.hear().await {
            RelayFrame::Error { code, words, .. } => {
                assert!(words.len() > 10, "{words:?} helps nobody");
                code
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The next error, whoever comes and goes before it.
    pub async fn hear_error_at_last(&mut self) -> ErrorCode {
        loop {
            match self.hear().await {
                RelayFrame::Presence { .. } => (),
                RelayFrame::Error { code, .. } => return code,
                other => panic!("not refused: {other:?}"),
            }
        }
    }

    pub async fn hear_claim(&mut self) -> SignedClaim {
        match self.hear().await {
            RelayFrame::Claim { claim, .. } => claim,
            other => panic!("no claim: {other:?}"),
        }
    }

    pub async fn hear_message(&mut self) -> Message {
        match self.hear().await {
            RelayFrame::Message { message, .. } => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// Whether the other side is said to be connected.
    pub async fn hear_presence(&mut self) -> (Side, bool) {
        match self.hear().await {
            RelayFrame::Presence { side, online, .. } => (side, online),
            other => panic!("no presence: {other:?}"),
        }
    }
}
