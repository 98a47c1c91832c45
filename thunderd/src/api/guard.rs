//! Who may call: programs of this machine that can read the token.

use super::failure::Failure;
use axum::{
    extract::{Request, State},
    http::{
        HeaderMap,
        header::{AUTHORIZATION, HOST, ORIGIN},
    },
    middleware::Next,
    response::Response,
};
use thunder_api::{Code, Problem};
use thunder_channel::keccak256;

/// Knows the token by its hash, so that comparing takes as long whatever was sent.
#[derive(Clone)]
pub struct Guard([u8; 32]);

impl Guard {
    pub fn new(token: &str) -> Self {
        Self(keccak256(token.as_bytes()))
    }
}

/// Lets in who shows the token.
pub async fn token(State(guard): State<Guard>, request: Request, next: Next) -> Result<Response, Failure> {
    let shown = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
    if shown.is_some_and(|token| keccak256(token.trim().as_bytes()) == guard.0) {
        Ok(next.run(request).await)
    } else {
        Err(Failure(Problem::new(
            Code::Unauthorized,
            "show the token of the file api-token in the node's data directory: Authorization: Bearer …",
        )))
    }
}

/// Turns pages of browsers away: they come with an origin, or by a name that somebody made point to this machine.
pub async fn host(request: Request, next: Next) -> Result<Response, Failure> {
    let headers = request.headers();
    if headers.contains_key(ORIGIN) || !is_local(headers) {
        let words =
            "this API is for programs of this machine, by the name localhost: no page of a browser is let in";
        return Err(Failure(Problem::new(Code::Forbidden, words)));
    }
    Ok(next.run(request).await)
}

fn is_local(headers: &HeaderMap) -> bool {
    let host = headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_this_machines_names_are_local() {
        let local = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            is_local(&headers)
        };
        for good in [
            "localhost",
            "localhost:2001",
            "127.0.0.1:2001",
            "[::1]:2001",
            "[::1]",
        ] {
            assert!(local(good), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example:2001",
            "127.0.0.1.evil.example",
            "",
            "10.0.0.1:2001",
        ] {
            assert!(!local(bad), "{bad}");
        }
        assert!(!is_local(&HeaderMap::new()));
    }
}
