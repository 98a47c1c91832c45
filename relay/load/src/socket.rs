//! One WebSocket of the load: from an address of its own, signed in, and following its channels.

use anyhow::{Context, Result, bail, ensure};
use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use thunder_channel::{
    Domain, SignIn, SigningKey, TypedMessage,
    wire::{ClientFrame, MAX_RELAY_FRAME, RelayFrame},
};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::people::Channel;

/// A connection.
pub type Socket = WebSocketStream<TcpStream>;

/// How long a connection may take until it follows all of its channels, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Ten thousand sockets are held; a batch of acknowledgements fits.
const READ_BUFFER: usize = 8 * 1024;

/// An address of this machine for the `number`th pair: people do not all come from one.
#[must_use]
pub fn address_of(number: usize) -> IpAddr {
    let byte = |value: usize| u8::try_from(value % 250).unwrap_or(0) + 1;
    Ipv4Addr::new(127, 1 + byte(number / 62_500), byte(number / 250), byte(number)).into()
}

/// Dials `path` at `server` from an address of this machine.
///
/// # Errors
/// If the server does not answer or refuses.
pub async fn dial(server: SocketAddr, path: &str, from: IpAddr) -> Result<Socket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_nodelay(true)?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(server).await?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .max_message_size(Some(MAX_RELAY_FRAME))
        .max_frame_size(Some(MAX_RELAY_FRAME));
    let dialled = client_async_with_config(format!("ws://{server}{path}"), stream, Some(config));
    let (socket, _) = timeout(PATIENCE, dialled).await.context("nobody answers")??;
    Ok(socket)
}

/// Signs in at a relay and follows these channels.
///
/// # Errors
/// If the relay refuses.
pub async fn join(
    relay: SocketAddr,
    from: IpAddr,
    signer: &SigningKey,
    domain: &Domain,
    channels: &[Channel],
) -> Result<Socket> {
    let joining = async {
        let mut socket = dial(relay, "/ws", from).await?;
        let RelayFrame::Challenge {
            origin,
            challenge,
            expires_at,
            ..
        } = hear(&mut socket).await?
        else {
            bail!("the relay did not begin with a challenge");
        };
        let sign_in = SignIn {
            origin,
            challenge,
            expires_at,
        };
        let signature = signer.sign(&sign_in.digest(domain));
        say(&mut socket, &ClientFrame::SignIn { signature }).await?;
        let RelayFrame::SignedIn { address } = hear(&mut socket).await? else {
            bail!("the relay did not let us sign in");
        };
        ensure!(address == signer.address(), "the relay took us for somebody else");
        for Channel { key, .. } in channels {
            let subscribe = ClientFrame::Subscribe {
                key: *key,
                epoch: 0,
                delegation: None,
                reading: None,
            };
            say(&mut socket, &subscribe).await?;
            loop {
                match hear(&mut socket).await? {
                    RelayFrame::Snapshot(_) => break,
                    RelayFrame::Error { words, .. } => bail!("the relay refused a channel: {words}"),
                    _ => (),
                }
            }
        }
        Ok(socket)
    };
    timeout(PATIENCE, joining)
        .await
        .context("the relay is too slow to join")?
}

async fn say(socket: &mut Socket, frame: &ClientFrame) -> Result<()> {
    Ok(socket.send(Message::text(frame.to_text())).await?)
}

async fn hear(socket: &mut Socket) -> Result<RelayFrame> {
    loop {
        match socket.next().await.context("the relay hung up")?? {
            Message::Text(text) => return Ok(RelayFrame::parse(&text)?),
            Message::Close(frame) => bail!("the relay closed the connection: {frame:?}"),
            _ => (),
        }
    }
}

/// As much of a frame as the load looks at. The relay is no stranger here, and a client's whole check of each claim would be
/// paid by the same cores.
#[derive(Debug, Deserialize)]
pub struct Heard<'a> {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// Its channel.
    pub channel: Option<&'a str>,
    nonce: Option<&'a str>,
    /// The code of a refusal.
    pub code: Option<&'a str>,
    #[serde(borrow)]
    message: Option<Said<'a>>,
}

#[derive(Debug, Deserialize)]
struct Said<'a> {
    expiry: Option<&'a str>,
}

impl<'a> Heard<'a> {
    /// Reads a frame.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &'a str) -> Result<Self> {
        serde_json::from_str(text).with_context(|| format!("not a frame: {text}"))
    }

    /// The number of the line of the script that it tells of.
    ///
    /// # Errors
    /// If it tells of none.
    pub fn number(&self) -> Result<u64> {
        let said = || self.message.as_ref().and_then(|said| said.expiry);
        let number = self.nonce.or_else(said).context("a frame without a number")?;
        Ok(number.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_pair_has_an_address_of_its_own() {
        let addresses: BTreeSet<_> = (0..10_000).map(address_of).collect();
        assert_eq!(addresses.len(), 10_000);
        assert!(addresses.iter().all(IpAddr::is_loopback));
    }

    #[test]
    fn the_number_of_an_acknowledgement_is_its_nonce() {
        let text = r#"{"type":"ack","channel":"0x1","payer":"alice","nonce":"12","total":"9"}"#;
        let heard = Heard::parse(text).unwrap();
        assert_eq!(
            (heard.kind, heard.channel, heard.number().unwrap()),
            ("ack", Some("0x1"), 12)
        );
        assert!(Heard::parse(r#"{"type":"presence"}"#).unwrap().number().is_err());
    }
}
