//! The headers of every answer: what the app's page may load, and where from.

use crate::{
    beside::{Paywall, Provider},
    origin::{Origins, parse_origin},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

/// What holds on every answer, whatever was asked.
const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
         microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// Everything of the page comes from the relay itself. `'wasm-unsafe-eval'` lets it compile WebAssembly, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";
/// A page that another site frames can be clicked through.
const UNFRAMED: &str = "; frame-ancestors 'none'";
/// The demo's page frames the app, on development chains. Nobody else's page does.
const FRAMED_BY_ITSELF: &str = "; frame-src 'self'; frame-ancestors 'self'";

/// The security headers of one deployment.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    /// Behind `connect-src`: the chain, the paywalls and the providers.
    reached: String,
    framing: &'static str,
}

impl SecurityHeaders {
    /// For an app that reads the chain at this URL, fetches from these paywalls and downloads from these providers; `None` if it is no
    /// `http(s)` URL. On a development chain the app has a page that frames it.
    #[must_use]
    pub fn new(
        public_rpc: &str,
        paywalls: &[Paywall],
        providers: &[Provider],
        development: bool,
    ) -> Option<Self> {
        let url = Url::parse(public_rpc).ok()?;
        // Anything that could end the directive is not part of an origin.
        let mut reached = parse_origin(&url.origin().ascii_serialization())?;
        let paywalls = paywalls.iter().map(|Paywall(origin)| origin);
        for origin in paywalls.chain(providers.iter().map(|Provider(origin)| origin)) {
            reached.push(' ');
            reached.push_str(origin);
        }
        let framing = if development { FRAMED_BY_ITSELF } else { UNFRAMED };
        Some(Self { reached, framing })
    }

    /// Puts them on an answer to a request with the headers `asked`.
    pub fn put(&self, asked: &HeaderMap, origins: &Origins, answer: &mut HeaderMap) {
        for (name, value) in FIXED {
            answer.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(policy) = HeaderValue::try_from(self.policy(origins.dialled(asked).as_deref())) {
            answer.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }

    /// Not every browser counts the WebSocket of the same host as `'self'`, so it is named.
    fn policy(&self, dialled: Option<&str>) -> String {
        let socket = dialled
            .and_then(|origin| origin.strip_prefix("http"))
            .map(|rest| format!(" ws{rest}"))
            .unwrap_or_default();
        let Self { reached, framing } = self;
        format!("{POLICY}{framing}; connect-src 'self'{socket} {reached}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_socket_and_the_rpc_endpoint_and_nothing_else() {
        let headers = SecurityHeaders::new("https://rpc.example:8545/v3/key", &[], &[], false).unwrap();
        let policy = headers.policy(Some("https://relay.example"));
        assert!(
            policy.ends_with("connect-src 'self' wss://relay.example https://rpc.example:8545"),
            "{policy}"
        );
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*')
        );
        assert!(
            headers
                .policy(None)
                .ends_with("connect-src 'self' https://rpc.example:8545")
        );
        assert!(SecurityHeaders::new("ws://x", &[], &[], false).is_none());
        assert!(SecurityHeaders::new("not a url", &[], &[], false).is_none());
    }

    #[test]
    fn the_policy_names_the_paywalls_and_providers_that_the_operator_does() {
        let paywalls = ["https://shop.example", "http://127.0.0.1:8402"].map(|text| text.parse().unwrap());
        let headers = SecurityHeaders::new("https://rpc.example", &paywalls, &[], false).unwrap();
        let policy = headers.policy(None);
        let ends = "connect-src 'self' https://rpc.example https://shop.example http://127.0.0.1:8402";
        assert!(policy.ends_with(ends), "{policy}");
        let providers = ["wss://node.example:2080", "ws://127.0.0.1:2080"].map(|text| text.parse().unwrap());
        let headers = SecurityHeaders::new("https://rpc.example", &[], &providers, false).unwrap();
        let policy = headers.policy(None);
        let ends = "connect-src 'self' https://rpc.example wss://node.example:2080 ws://127.0.0.1:2080";
        assert!(policy.ends_with(ends), "{policy}");
    }

    #[test]
    fn only_a_development_chains_page_is_framed_and_by_itself_only() {
        let policy = |development| {
            let headers = SecurityHeaders::new("http://localhost:8545", &[], &[], development).unwrap();
            headers.policy(Some("http://localhost:8080"))
        };
        let framing = |policy: &str| {
            let directives = policy
                .split("; ")
                .filter(|directive| directive.starts_with("frame"));
            directives.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(framing(&policy(false)), ["frame-ancestors 'none'"]);
        assert_eq!(
            framing(&policy(true)),
            ["frame-src 'self'", "frame-ancestors 'self'"]
        );
        // Nothing else differs.
        assert_eq!(policy(true).replace(FRAMED_BY_ITSELF, UNFRAMED), policy(false));
    }
}
