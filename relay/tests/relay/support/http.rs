//! HTTP without a client library, which would tidy up the paths that a test wants to send.

use super::chain::PATIENCE;
use std::{collections::HashMap, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What the relay answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub async fn get(relay: SocketAddr, path: &str) -> Answer {
    request(relay, "GET", path, &[]).await
}

pub async fn request(relay: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(relay, method, path, headers, "").await
}

pub async fn post(relay: SocketAddr, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let length = body.len().to_string();
    let headers = [headers, &[("content-length", length.as_str())]].concat();
    send(relay, "POST", path, &headers, body).await
}

async fn send(relay: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    for (name, usual) in [("host", relay.to_string()), ("connection", "close".to_owned())] {
        if !headers.iter().any(|(given, _)| *given == name) {
            text += &format!("{name}: {usual}\r\n");
        }
    }
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(relay).await.unwrap();
    stream
        .write_all(format!("{text}\r\n{body}").as_bytes())
        .await
        .unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("a complete answer in time")
        .unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a complete answer");
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    Answer {
        status,
        headers,
        body: answer[end + 4..].to_vec(),
    }
}

/// A limit as the relay publishes it.
pub async fn limit(relay: SocketAddr, name: &str) -> u64 {
    get(relay, "/info").await.json()["limits"][name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name} is not published"))
}
