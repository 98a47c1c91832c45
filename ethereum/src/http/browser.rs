//! HTTP by the browser's `fetch`. `reqwest` would do the same with half a megabyte more.

use super::{failed_with, too_large};
use crate::{RpcError, RpcErrorKind};
use gloo_net::http::Request;
use std::time::Duration;
use web_sys::AbortSignal;

/// One node's address.
#[derive(Clone, Debug)]
pub struct Transport {
    url: String,
}

impl Transport {
    /// For an `http://` or `https://` address; otherwise why not.
    pub fn new(url: &str) -> Result<Self, String> {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err("not an http address".to_owned());
        }
        Ok(Self { url: url.to_owned() })
    }

    /// Status and body of the answer to a JSON text. The browser hands over whole bodies only: what is announced as larger
    /// than `max` bytes is not asked for, and what came larger is not looked at.
    pub async fn post(
        &self,
        json: String,
        timeout: Duration,
        max: usize,
    ) -> Result<(u16, Vec<u8>), RpcError> {
        let milliseconds = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
        let signal = AbortSignal::timeout_with_u32(milliseconds);
        let failed = |error: gloo_net::Error| {
            let kind = if signal.aborted() {
                RpcErrorKind::Timeout
            } else {
                RpcErrorKind::Unreachable
            };
            failed_with(kind, &error)
        };
        let request = Request::post(&self.url)
            .header("content-type", "application/json")
            .abort_signal(Some(&signal))
            .body(json)
            .map_err(failed)?;
        let response = request.send().await.map_err(failed)?;
        let announced = response.headers().get("content-length");
        if announced.is_some_and(|length| length.parse::<usize>().is_ok_and(|length| length > max)) {
            return Err(too_large());
        }
        let body = response.binary().await.map_err(failed)?;
        if body.len() > max {
            return Err(too_large());
        }
        Ok((response.status(), body))
    }
}
