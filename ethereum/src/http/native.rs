//! HTTP by `reqwest`, whose futures are `Send`.

use super::{failed_with, too_large};
use crate::{RpcError, RpcErrorKind};
use std::time::Duration;

/// One node's address and the connections to it.
#[derive(Clone, Debug)]
pub struct Transport {
    client: reqwest::Client,
    url: reqwest::Url,
}

impl Transport {
    /// For an `http://` or `https://` address; otherwise why not.
    pub fn new(url: &str) -> Result<Self, String> {
        let url = reqwest::Url::parse(url).map_err(|error| error.to_string())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("not an http address".to_owned());
        }
        let client = reqwest::Client::builder().build();
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            url,
        })
    }

    /// Status and body of the answer to a JSON text. A body above `max` bytes is not read to its end.
    pub async fn post(
        &self,
        json: String,
        timeout: Duration,
        max: usize,
    ) -> Result<(u16, Vec<u8>), RpcError> {
        let request = self.client.post(self.url.clone()).timeout(timeout);
        let request = request.header("content-type", "application/json").body(json);
        let mut response = request.send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > max {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok((response.status().as_u16(), body))
    }
}

fn failed(error: reqwest::Error) -> RpcError {
    let kind = if error.is_timeout() {
        RpcErrorKind::Timeout
    } else if error.is_decode() || error.is_body() {
        RpcErrorKind::Malformed
    } else {
        RpcErrorKind::Unreachable
    };
    // The address can carry an access key.
    failed_with(kind, &error.without_url())
}
