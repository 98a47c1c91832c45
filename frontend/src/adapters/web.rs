//! Asking a paywall: requests that can be stopped, and answers that are read piece by piece.

use gloo::net::http::{Request, RequestBuilder, Response};
use js_sys::{Reflect, Uint8Array};
use thunder_paywall::PAYMENT_SIGNATURE;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestRedirect,
};

/// Whoever asked does not get an answer: it was stopped, the server is away, or the browser does not let this page read it. Browsers
/// do not say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered;

/// Stops what was asked with it.
#[derive(Clone, Debug)]
pub struct Stop(Option<AbortController>);

impl Stop {
    /// One for a fetch.
    #[must_use]
    pub fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// Stops everything.
    pub fn stop(&self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|controller| controller.signal().aborted())
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

/// An answer whose body has not been read.
pub struct Answer {
    response: Response,
    reader: Option<ReadableStreamDefaultReader>,
}

/// Asks for a page. With a payment a redirection is not followed: a claim goes to who asked for it.
///
/// # Errors
/// [`Unanswered`]
pub async fn get(url: &str, payment: Option<&str>, stop: &Stop) -> Result<Answer, Unanswered> {
    let redirect = match payment {
        Some(_) => RequestRedirect::Error,
        None => RequestRedirect::Follow,
    };
    let response = ask(Request::get(url).redirect(redirect), payment, stop).await?;
    Ok(Answer {
        response,
        reader: None,
    })
}

/// Hands a payment in; the status.
///
/// # Errors
/// [`Unanswered`]
pub async fn post(url: &str, payment: &str, stop: &Stop) -> Result<u16, Unanswered> {
    let response = ask(Request::post(url), Some(payment), stop).await?;
    Ok(response.status())
}

async fn ask(request: RequestBuilder, payment: Option<&str>, stop: &Stop) -> Result<Response, Unanswered> {
    let signal = stop.0.as_ref().map(AbortController::signal);
    let mut request = request
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .abort_signal(signal.as_ref());
    if let Some(payment) = payment {
        request = request.header(PAYMENT_SIGNATURE, payment);
    }
    request.send().await.map_err(|_| Unanswered)
}

impl Answer {
    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status()
    }

    /// Where it came from, after redirections.
    #[must_use]
    pub fn url(&self) -> String {
        self.response.url()
    }

    /// A header that this page may read.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.response.headers().get(name)
    }

    /// How many bytes there will be, if it says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// [`Unanswered`] if it breaks off.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Unanswered> {
        let reader = match &self.reader {
            Some(reader) => reader,
            None => {
                let Some(body) = self.response.body() else {
                    return Ok(None);
                };
                let reader = body.get_reader().dyn_into().map_err(|_| Unanswered)?;
                self.reader.insert(reader)
            }
        };
        let piece = JsFuture::from(reader.read()).await.map_err(|_| Unanswered)?;
        let field = |name: &str| Reflect::get(&piece, &JsValue::from_str(name)).unwrap_or_default();
        if field("done").is_truthy() {
            return Ok(None);
        }
        field("value").dyn_into().map(Some).map_err(|_| Unanswered)
    }
}
