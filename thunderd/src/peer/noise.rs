//! Messages over an encrypted connection.
//!
//! On the wire: a length of two bytes, big-endian, and so many bytes of a Noise message. In the clear, the first byte says whether
//! more of the same message follows (1) or not (0).

use super::session::MAX_MESSAGE;
use snow::{Builder, StatelessTransportState};
use std::{io, rc::Rc};
use thunder_channel::LinkEnd;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

const PATTERN: &str = "Noise_NN_25519_ChaChaPoly_BLAKE2s";
/// What both ends have to mean: another version fails in the handshake.
const PROLOGUE: &[u8] = b"Thunder peer link 1";
/// The longest Noise message, and what its tag takes.
const MAX_NOISE: usize = 65_535;
const TAG: usize = 16;
/// What is read at once: two of the longest messages.
const BUFFER: usize = 2 * MAX_NOISE;
/// The longest handshake message: a key and, at the answer, a tag.
const MAX_HANDSHAKE: usize = 48;

/// Reads messages.
pub struct Reader {
    stream: BufReader<Box<dyn AsyncRead + Unpin>>,
    cipher: Rc<StatelessTransportState>,
    nonce: u64,
}

/// Writes messages.
pub struct Writer {
    stream: Box<dyn AsyncWrite + Unpin>,
    cipher: Rc<StatelessTransportState>,
    nonce: u64,
}

/// Makes a connection secret; gives the handshake's hash, by which both ends name it.
///
/// # Errors
/// The other end went away or is no node.
pub async fn handshake(
    input: impl AsyncRead + Unpin + 'static,
    mut output: impl AsyncWrite + Unpin + 'static,
    end: LinkEnd,
) -> io::Result<(Reader, Writer, [u8; 32])> {
    let input: Box<dyn AsyncRead + Unpin> = Box::new(input);
    let mut input = BufReader::with_capacity(BUFFER, input);
    let pattern = PATTERN.parse().map_err(bad)?;
    let builder = Builder::new(pattern).prologue(PROLOGUE).map_err(bad)?;
    let mut noise = match end {
        LinkEnd::Initiator => builder.build_initiator(),
        LinkEnd::Responder => builder.build_responder(),
    }
    .map_err(bad)?;
    let mut message = [0; MAX_HANDSHAKE];
    let mut nothing = [0; MAX_HANDSHAKE];
    while !noise.is_handshake_finished() {
        if noise.is_my_turn() {
            let length = noise.write_message(&[], &mut message).map_err(bad)?;
            write_part(&mut output, &message[..length]).await?;
        } else {
            let length = usize::from(input.read_u16().await?);
            let part = message
                .get_mut(..length)
                .ok_or_else(|| bad("too long a handshake"))?;
            input.read_exact(part).await?;
            noise.read_message(part, &mut nothing).map_err(bad)?;
        }
    }
    let hash = noise.get_handshake_hash();
    let hash = hash.try_into().map_err(|_| bad("a hash of another length"))?;
    let cipher = Rc::new(noise.into_stateless_transport_mode().map_err(bad)?);
    let reader = Reader {
        stream: input,
        cipher: cipher.clone(),
        nonce: 0,
    };
    let writer = Writer {
        stream: Box::new(output),
        cipher,
        nonce: 0,
    };
    Ok((reader, writer, hash))
}

impl Reader {
    /// The next message.
    ///
    /// # Errors
    /// The connection is gone, or what came was not made by its other end.
    pub async fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut message = Vec::new();
        loop {
            let length = usize::from(self.stream.read_u16().await?);
            let mut sealed = vec![0; length];
            self.stream.read_exact(&mut sealed).await?;
            let mut part = vec![0; length];
            let length = self
                .cipher
                .read_message(self.nonce, &sealed, &mut part)
                .map_err(bad)?;
            self.nonce += 1;
            let (more, text) = part[..length]
                .split_first()
                .ok_or_else(|| bad("an empty message"))?;
            if message.len() + text.len() > MAX_MESSAGE {
                return Err(bad("too long a message"));
            }
            message.extend_from_slice(text);
            if *more == 0 {
                return Ok(message);
            }
        }
    }
}

impl Writer {
    /// Sends a message.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn write(&mut self, message: &[u8]) -> io::Result<()> {
        let parts = message.chunks(MAX_NOISE - TAG - 1);
        let count = parts.len();
        for (place, text) in parts.enumerate() {
            let more = u8::from(place + 1 < count);
            let part = [&[more], text].concat();
            let mut sealed = vec![0; part.len() + TAG];
            let length = self
                .cipher
                .write_message(self.nonce, &part, &mut sealed)
                .map_err(bad)?;
            self.nonce += 1;
            write_part(&mut self.stream, &sealed[..length]).await?;
        }
        Ok(())
    }
}

/// In one write: small packets would wait for each other.
async fn write_part(output: &mut (impl AsyncWrite + Unpin), part: &[u8]) -> io::Result<()> {
    let length = u16::try_from(part.len()).map_err(bad)?;
    output.write_all(&[&length.to_be_bytes(), part].concat()).await
}

fn bad<E: Into<Box<dyn std::error::Error + Send + Sync>>>(error: E) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::net::{TcpListener, TcpStream};

    async fn both() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dialled = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (dialled, listener.accept().await.unwrap().0)
    }

    async fn shake(stream: TcpStream, end: LinkEnd) -> io::Result<(Reader, Writer, [u8; 32])> {
        let (input, output) = stream.into_split();
        handshake(input, output, end).await
    }

    #[tokio::test]
    async fn both_ends_name_the_connection_alike_and_long_messages_arrive_whole() {
        let (a, b) = both().await;
        let (a, b) = tokio::join!(shake(a, LinkEnd::Initiator), shake(b, LinkEnd::Responder));
        let ((mut read, mut write, hash), (mut their_read, mut their_write, their_hash)) =
            (a.unwrap(), b.unwrap());
        assert_eq!(hash, their_hash);
        for length in [1, 65_518, 65_519, 200_000] {
            let message = vec![7; length];
            let (sent, heard) = tokio::join!(write.write(&message), their_read.read());
            sent.unwrap();
            assert_eq!(heard.unwrap(), message);
        }
        their_write.write(b"answer").await.unwrap();
        assert_eq!(read.read().await.unwrap(), b"answer");
    }

    #[tokio::test]
    async fn whoever_stands_in_between_has_two_names() {
        let ((alice, left), (right, bob)) = (both().await, both().await);
        let (alice, left, right, bob) = tokio::join!(
            shake(alice, LinkEnd::Initiator),
            shake(left, LinkEnd::Responder),
            shake(right, LinkEnd::Initiator),
            shake(bob, LinkEnd::Responder)
        );
        assert_eq!(alice.unwrap().2, left.unwrap().2);
        let (right, bob) = (right.unwrap().2, bob.unwrap().2);
        assert_eq!(right, bob);
    }

    #[tokio::test]
    async fn garbage_a_repetition_and_a_flood_end_the_connection() {
        let (mut a, b) = both().await;
        a.write_all(&[0xff; 4]).await.unwrap();
        assert!(
            shake(b, LinkEnd::Responder).await.is_err(),
            "a handshake is 48 bytes at most"
        );

        let (a, b) = both().await;
        let (a, b) = tokio::join!(shake(a, LinkEnd::Initiator), shake(b, LinkEnd::Responder));
        let ((_, mut write, _), (mut read, ..)) = (a.unwrap(), b.unwrap());
        write.write(b"pay").await.unwrap();
        assert_eq!(read.read().await.unwrap(), b"pay");
        write.nonce = 0;
        write.write(b"pay").await.unwrap();
        assert!(read.read().await.is_err(), "the same message again");

        let (a, b) = both().await;
        let (a, b) = tokio::join!(shake(a, LinkEnd::Initiator), shake(b, LinkEnd::Responder));
        let ((_, mut write, _), (mut read, ..)) = (a.unwrap(), b.unwrap());
        let flood = vec![0; MAX_MESSAGE + 1];
        let (_, heard) = tokio::join!(write.write(&flood), async {
            let heard = read.read().await;
            drop(read);
            heard
        });
        assert!(heard.is_err());
    }
}
