//! A node over HTTP.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(target_arch = "wasm32")]
use browser::Transport;
#[cfg(not(target_arch = "wasm32"))]
use native::Transport;

use crate::{ChainError, Provider, Query, RpcError, RpcErrorKind};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How long a node may take. Log searches on public nodes take seconds; nobody waits longer than this at a screen.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// The largest answer that is read, in bytes: ten thousand logs with room to spare.
pub const MAX_RESPONSE: usize = 16 << 20;

/// JSON-RPC over HTTP. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct HttpProvider {
    transport: Transport,
    timeout: Duration,
    max_response: usize,
    next_id: Arc<AtomicU64>,
}

impl HttpProvider {
    /// The node at an `http://` or `https://` address.
    ///
    /// # Errors
    /// [`RpcErrorKind::Unreachable`] if it is no such address.
    pub fn new(url: &str) -> Result<Self, RpcError> {
        Ok(Self {
            transport: Transport::new(url)
                .map_err(|why| RpcError::local(RpcErrorKind::Unreachable, format!("{url}: {why}")))?,
            timeout: REQUEST_TIMEOUT,
            max_response: MAX_RESPONSE,
            next_id: Arc::default(),
        })
    }

    /// The same node with another patience.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same node with another bound on answers, in bytes.
    #[must_use]
    pub const fn with_max_response(mut self, bytes: usize) -> Self {
        self.max_response = bytes;
        self
    }

    /// Asks for one method. Unlike [`Provider::request`] the future is `Send`, outside of the browser.
    ///
    /// # Errors
    /// [`RpcError`] for the node's refusal, for not reaching it, and for an answer that is not one.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let params = if params.is_null() { json!([]) } else { params };
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let (status, body) = self
            .transport
            .post(request.to_string(), self.timeout, self.max_response)
            .await?;
        let answer: Value = match serde_json::from_slice(&body) {
            Ok(answer) => answer,
            Err(_) if !(200..300).contains(&status) => {
                return Err(RpcError::local(
                    RpcErrorKind::Unreachable,
                    format!("HTTP {status}"),
                ));
            }
            Err(_) => return Err(malformed("not JSON")),
        };
        read_answer(id, answer)
    }

    /// Hands a request on as it is, and the answer back: for whoever stands between others and this node.
    ///
    /// # Errors
    /// [`RpcError`] for not reaching the node, or an answer above the bound.
    pub async fn pass_on(&self, request: String) -> Result<Vec<u8>, RpcError> {
        let answer = self.transport.post(request, self.timeout, self.max_response);
        answer.await.map(|(_, body)| body)
    }

    /// Asks one typed question. The future is `Send`, outside of the browser.
    ///
    /// # Errors
    /// [`ChainError`] for not getting an answer, or one that cannot be true.
    pub async fn ask<T: 'static>(&self, query: Query<T>) -> Result<T, ChainError> {
        let answer = self.call(query.method, query.params.clone()).await?;
        query.read(&answer)
    }
}

#[async_trait(?Send)]
impl Provider for HttpProvider {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.call(method, params).await
    }
}

fn read_answer(id: u64, mut answer: Value) -> Result<Value, RpcError> {
    if answer.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(malformed("not JSON-RPC 2.0"));
    }
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        // A node that could not read the request answers without its id.
        return Err(RpcError::from_json(error));
    }
    if answer.get("id").and_then(Value::as_u64) != Some(id) {
        return Err(malformed("the answer to another request"));
    }
    answer
        .get_mut("result")
        .map(Value::take)
        .ok_or_else(|| malformed("neither result nor error"))
}

fn malformed(why: &str) -> RpcError {
    RpcError::local(RpcErrorKind::Malformed, why)
}

fn failed_with(kind: RpcErrorKind, error: &dyn std::error::Error) -> RpcError {
    RpcError::local(kind, error.to_string())
}

fn too_large() -> RpcError {
    malformed("larger than the bound")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(answer: Value) -> RpcErrorKind {
        read_answer(7, answer).unwrap_err().kind
    }

    #[test]
    fn reads_json_rpc_and_nothing_else() {
        assert_eq!(
            read_answer(7, json!({ "jsonrpc": "2.0", "id": 7, "result": null })),
            Ok(Value::Null)
        );
        for bad in [
            json!(null),
            json!([]),
            json!("0x1"),
            json!({ "id": 7, "result": "0x1" }),
            json!({ "jsonrpc": "1.0", "id": 7, "result": "0x1" }),
            json!({ "jsonrpc": "2.0", "id": 8, "result": "0x1" }),
            json!({ "jsonrpc": "2.0", "id": "7", "result": "0x1" }),
            json!({ "jsonrpc": "2.0", "id": 7 }),
            json!({ "jsonrpc": "2.0", "id": 7, "error": null }),
        ] {
            assert_eq!(kind(bad.clone()), RpcErrorKind::Malformed, "{bad}");
        }
        let refusal = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32601, "message": "no" } });
        assert_eq!(kind(refusal), RpcErrorKind::UnsupportedMethod);
    }

    #[test]
    fn takes_http_addresses_only() {
        assert!(HttpProvider::new("https://node.example/key").is_ok());
        for bad in ["", "node", "ws://node.example", "file:///etc/passwd"] {
            assert_eq!(
                HttpProvider::new(bad).unwrap_err().kind,
                RpcErrorKind::Unreachable
            );
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn futures_outside_of_the_browser_are_send() {
        fn is_send(_: &impl Send) {}
        let node = HttpProvider::new("http://localhost:1").unwrap();
        is_send(&node.call("eth_chainId", Value::Null));
        is_send(&node.ask(crate::query::chain_id()));
    }
}
