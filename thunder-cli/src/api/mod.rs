//! The daemon's REST API, as a caller sees it: one call is one answer, or a [`Failure`] that says what is known.

mod answer;
mod events;

pub use answer::Answer;
pub use events::Happenings;

use std::io;
use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde::{Serialize, de::DeserializeOwned};
use thunder_api::IDEMPOTENCY_KEY;

use crate::exit::Failure;
use crate::token::Token;
use answer::Raw;

/// The daemon is on this machine: who does not take the connection within this time is not there.
const CONNECT: Duration = Duration::from_secs(5);
/// For what the daemon answers out of its memory.
pub const QUICK: Duration = Duration::from_secs(30);
/// For what it does before it answers, such as asking another node or opening a keystore, which is made to be slow.
pub const PATIENT: Duration = Duration::from_secs(120);
/// For what takes a block or several: the daemon answers once its transaction is mined.
pub const MINED: Duration = Duration::from_secs(15 * 60);

/// A daemon on this machine.
#[derive(Debug, Clone)]
pub struct Api {
    http: Client,
    origin: String,
    token: Token,
}

impl Api {
    /// The daemon at a port. It is not asked anything yet.
    ///
    /// # Errors
    /// If the system has no HTTP client to give.
    pub fn new(port: u16, token: Token) -> Result<Self, Failure> {
        let http = Client::builder()
            // Each call says how long it waits; a stream of events has no end.
            .timeout(None)
            .connect_timeout(CONNECT)
            // Neither a proxy nor another place may see the token.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Failure::Here(format!("cannot start the HTTP client: {error}")))?;
        let origin = format!("http://127.0.0.1:{port}");
        Ok(Self { http, origin, token })
    }

    /// Asks for something.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Answer<T>, Failure> {
        self.answer(self.request(Method::GET, path), QUICK)
    }

    /// Has something done that takes nothing to say.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn act<T: DeserializeOwned>(&self, path: &str, patience: Duration) -> Result<Answer<T>, Failure> {
        self.answer(self.request(Method::POST, path), patience)
    }

    /// Has something done.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        patience: Duration,
    ) -> Result<Answer<T>, Failure> {
        self.answer(with_body(self.request(Method::POST, path), body)?, patience)
    }

    /// Has something set.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        patience: Duration,
    ) -> Result<Answer<T>, Failure> {
        self.answer(with_body(self.request(Method::PUT, path), body)?, patience)
    }

    /// Has something done that happens once for each key, however often it is asked for.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &impl Serialize,
        patience: Duration,
    ) -> Result<Answer<T>, Failure> {
        let request = self.request(Method::POST, path).header(IDEMPOTENCY_KEY, key);
        self.answer(with_body(request, body)?, patience)
    }

    /// Takes something away.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn delete(&self, path: &str) -> Result<(), Failure> {
        self.send(self.request(Method::DELETE, path), PATIENT).map(drop)
    }

    /// Ends something that has a result, and takes it away.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn end<T: DeserializeOwned>(&self, path: &str, patience: Duration) -> Result<Answer<T>, Failure> {
        self.answer(self.request(Method::DELETE, path), patience)
    }

    /// Listens to what happens from now on, or since an event that was seen.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn events(&self, since: Option<&str>) -> Result<Happenings, Failure> {
        let mut request = self
            .request(Method::GET, "/v1/events")
            .header(ACCEPT, "text/event-stream");
        if let Some(since) = since {
            request = request.header("last-event-id", since);
        }
        let response = request.send().map_err(|error| self.broken(&error))?;
        if response.status().is_success() {
            return Happenings::of(response);
        }
        let refusal = Raw::read(response).map_err(|error| self.broken_off(&error))?;
        Err(refusal.failure())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.origin))
            .header(AUTHORIZATION, self.token.header())
    }

    fn answer<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        patience: Duration,
    ) -> Result<Answer<T>, Failure> {
        Answer::read(self.send(request, patience)?)
    }

    /// Sends it and hears the answer out; a refusal is a failure.
    fn send(&self, request: RequestBuilder, patience: Duration) -> Result<Raw, Failure> {
        let response = request
            .timeout(patience)
            .send()
            .map_err(|error| self.broken(&error))?;
        let raw = Raw::read(response).map_err(|error| self.broken_off(&error))?;
        if raw.is_success() {
            Ok(raw)
        } else {
            Err(raw.failure())
        }
    }

    fn broken(&self, error: &reqwest::Error) -> Failure {
        let origin = &self.origin;
        if error.is_connect() {
            return Failure::Unreachable(format!("no daemon answers at {origin}"));
        }
        let how = if error.is_timeout() {
            "has not answered in time"
        } else {
            "closed the connection before it had answered"
        };
        Failure::Unanswered(format!("the daemon at {origin} {how}"))
    }

    fn broken_off(&self, error: &io::Error) -> Failure {
        Failure::Unanswered(format!(
            "the daemon at {} broke off within its answer: {error}",
            self.origin
        ))
    }
}

fn with_body(request: RequestBuilder, body: &impl Serialize) -> Result<RequestBuilder, Failure> {
    let text = serde_json::to_string(body)
        .map_err(|error| Failure::Here(format!("cannot write the call as JSON: {error}")))?;
    Ok(request.header(CONTENT_TYPE, "application/json").body(text))
}
