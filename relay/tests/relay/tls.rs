//! TLS by the relay itself.

use crate::support::{Client, TestChain, World, config};
use futures::{SinkExt, StreamExt};
use relay::{Config, Server, clock::SystemClock, config::TlsFiles, counters::Count};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tempfile::TempDir;
use thunder_channel::wire::RelayFrame;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName},
    },
};
use tokio_tungstenite::{client_async, tungstenite::Message};

struct Certificate {
    der: CertificateDer<'static>,
    files: TlsFiles,
    _directory: TempDir,
}

fn certificate() -> Certificate {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let directory = TempDir::new().unwrap();
    let files = TlsFiles {
        cert: directory.path().join("cert.pem"),
        key: directory.path().join("key.pem"),
    };
    std::fs::write(&files.cert, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    Certificate {
        der: made.cert.der().clone(),
        files,
        _directory: directory,
    }
}

async fn connect(relay: SocketAddr, trusted: &CertificateDer<'static>) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(relay).await.unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
        .unwrap()
}

#[tokio::test]
async fn pages_and_sockets_go_over_tls_and_sockets_are_drained() {
    let certificate = certificate();
    let world = World::with(|config| config.tls = Some(certificate.files.clone())).await;
    let addr = world.relay.addr;
    assert_eq!(world.relay.url(), format!("https://{addr}"));

    let mut page = connect(addr, &certificate.der).await;
    let port = addr.port();
    page.write_all(
        format!("GET /health HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n").as_bytes(),
    )
    .await
    .unwrap();
    let mut answer = String::new();
    page.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains(&format!("connect-src 'self' wss://localhost:{port}")),
        "{answer}"
    );

    let stream = connect(addr, &certificate.der).await;
    let (mut socket, _) = client_async(format!("wss://localhost:{port}/ws"), stream)
        .await
        .unwrap();
    let Some(Ok(Message::Text(first))) = socket.next().await else {
        panic!("no challenge")
    };
    match RelayFrame::parse(first.as_str()).unwrap() {
        RelayFrame::Challenge { origin, .. } => assert_eq!(origin, format!("https://localhost:{port}")),
        other => panic!("{other:?}"),
    }
    let listening = async {
        match socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => {
                let _ = socket.flush().await;
                u16::from(frame.code)
            }
            other => panic!("{other:?}"),
        }
    };
    let ((), code) = tokio::join!(world.relay.shutdown(), listening);
    assert_eq!(code, 1012);
}

#[tokio::test]
async fn who_does_not_shake_hands_is_hung_up_on() {
    let certificate = certificate();
    let world = World::with(|config| {
        config.tls = Some(certificate.files.clone());
        config.limits.header = Duration::from_millis(200);
    })
    .await;
    for said in [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"] {
        let mut stream = TcpStream::connect(world.relay.addr).await.unwrap();
        stream.write_all(said).await.unwrap();
        // Whether it ends with an alert, a reset or nothing: it ends.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    assert_eq!(world.relay.counters().get(Count::TlsFailed), 3);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_said() {
    let chain = TestChain::new().await;
    let data = TempDir::new().unwrap();
    let good = certificate();
    let other = certificate();
    let with = |cert: &TlsFiles, key: &TlsFiles| Config {
        tls: Some(TlsFiles {
            cert: cert.cert.clone(),
            key: key.key.clone(),
        }),
        ..config(&chain, &data, Arc::new(SystemClock))
    };
    let refusal = async |config| match Server::spawn(config).await {
        Ok(_) => panic!("it started"),
        Err(error) => format!("{error:#}"),
    };
    let words = refusal(with(&good.files, &other.files)).await;
    assert!(words.contains("do not go together"), "{words}");
    let nowhere = TlsFiles {
        cert: "/nowhere/cert.pem".into(),
        key: "/nowhere/key.pem".into(),
    };
    let words = refusal(with(&nowhere, &good.files)).await;
    assert!(words.contains("/nowhere/cert.pem cannot be read"), "{words}");
    let words = refusal(with(&good.files, &nowhere)).await;
    assert!(words.contains("/nowhere/key.pem cannot be read"), "{words}");
    std::fs::write(&other.files.cert, "nothing in it").unwrap();
    let words = refusal(with(&other.files, &good.files)).await;
    assert!(words.contains("no certificate in"), "{words}");
}

/// Plain HTTP still works without a certificate.
#[tokio::test]
async fn without_a_certificate_there_is_no_tls() {
    let world = World::new().await;
    assert_eq!(world.relay.url(), format!("http://{}", world.relay.addr));
    Client::dial(world.relay.addr).await;
}
