//! The little that the demo asks of a chain and a relay on this machine.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;

/// A program on this machine that takes longer is not ready.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A node's address.
#[derive(Debug, Clone)]
pub struct Rpc(pub String);

impl Rpc {
    /// Asks the node.
    ///
    /// # Errors
    /// If it does not answer, or answers with an error.
    pub fn ask(&self, method: &str, parameters: &Value) -> Result<Value> {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).to_string();
        let response = agent()
            .post(&self.0)
            .header("content-type", "application/json")
            .send(request);
        let text = response.and_then(|mut response| response.body_mut().read_to_string());
        let text = text.with_context(|| format!("the chain did not answer {method}"))?;
        result(&text).with_context(|| format!("the chain answered {method} with something unexpected"))
    }

    /// Whether there is code at an address.
    ///
    /// # Errors
    /// If the node does not say.
    pub fn has_code(&self, address: &str) -> Result<bool> {
        let code = self.ask("eth_getCode", &json!([address, "latest"]))?;
        Ok(code.as_str().context("the code is no text")?.len() > "0x".len())
    }

    /// The chain id.
    ///
    /// # Errors
    /// If the node does not say.
    pub fn chain_id(&self) -> Result<u64> {
        let id = self.ask("eth_chainId", &json!([]))?;
        let digits = id
            .as_str()
            .and_then(|id| id.strip_prefix("0x"))
            .context("the chain id is no hexadecimal number")?;
        u64::from_str_radix(digits, 16).context("the chain id is no hexadecimal number")
    }
}

/// Whether a relay on this machine says that it is well.
#[must_use]
pub fn is_healthy(port: u16) -> bool {
    agent()
        .get(format!("http://127.0.0.1:{port}/health"))
        .call()
        .is_ok()
}

/// Never through a proxy, as these are always on this machine.
fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .proxy(None)
        .build()
        .into()
}

fn result(text: &str) -> Result<Value> {
    let mut answer: Value = serde_json::from_str(text)?;
    if let Some(message) = answer["error"]["message"].as_str() {
        bail!("{message}");
    }
    match answer.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => bail!("no result"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_result_or_an_error() {
        assert_eq!(
            result(r#"{"jsonrpc":"2.0","id":1,"result":"0x7a69"}"#).unwrap(),
            "0x7a69"
        );
        let refused = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#;
        assert_eq!(result(refused).unwrap_err().to_string(), "Method not found");
        assert!(result("{}").is_err() && result("<html>").is_err());
    }

    #[test]
    fn nobody_there_is_an_error_and_unhealthy() {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        assert!(Rpc(format!("http://127.0.0.1:{port}")).chain_id().is_err());
        assert!(!is_healthy(port));
    }
}
