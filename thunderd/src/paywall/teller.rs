//! Asking the node.

use super::Options;
use anyhow::{Context, bail};
use std::time::Duration;
use thunder_api::{Charge, Charged, Code, Info, Problem, TOKEN_FILE};

/// How long the node may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The node that is paid.
pub struct Teller {
    http: reqwest::Client,
    origin: String,
    token: String,
}

impl Teller {
    /// # Errors
    /// The node's token cannot be read; in words for the operator.
    pub fn find(options: &Options) -> anyhow::Result<Self> {
        let path = options.data_dir()?.join(TOKEN_FILE);
        let token = std::fs::read_to_string(&path).with_context(|| {
            format!(
                "the node's token {} cannot be read: does thunderd run with --port {}? Name its data directory with --data",
                path.display(),
                options.node
            )
        })?;
        let http = reqwest::Client::builder()
            // Neither a proxy nor another place may see the token.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            http,
            origin: format!("http://127.0.0.1:{}", options.node),
            token: token.trim().to_owned(),
        })
    }

    /// What the node says about itself.
    ///
    /// # Errors
    /// It does not answer; in words for the operator.
    pub async fn node(&self) -> anyhow::Result<Info> {
        let asked = self
            .http
            .get(format!("{}/v1/info", self.origin))
            .bearer_auth(&self.token);
        let answer = asked
            .send()
            .await
            .with_context(|| format!("no node answers at {}", self.origin))?;
        if !answer.status().is_success() {
            bail!(
                "what answers at {} refuses: HTTP {}",
                self.origin,
                answer.status()
            );
        }
        answer
            .json()
            .await
            .context("what answers is no node of this version")
    }

    /// Hands a claim in, charges, or both.
    ///
    /// # Errors
    /// What the node says; [`Code::PeerUnreachable`] if it does not answer.
    pub async fn charge(&self, charge: &Charge) -> Result<Charged, Problem> {
        let away = |error: reqwest::Error| {
            tracing::warn!(error = %error.without_url(), "the node does not answer");
            Problem::new(
                Code::PeerUnreachable,
                "the node that is paid here does not answer",
            )
        };
        let asked = self
            .http
            .post(format!("{}/v1/charges", self.origin))
            .bearer_auth(&self.token);
        let answer = asked.json(charge).send().await.map_err(away)?;
        if answer.status().is_success() {
            return answer.json().await.map_err(away);
        }
        Err(answer.json::<Problem>().await.map_err(away)?)
    }
}
