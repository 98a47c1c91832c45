//! Which pages may connect, and by which origin a client reached the relay.
//!
//! The origin goes into the challenge that a side signs. If a stranger could choose it, a stranger's relay could have its
//! visitors sign in here. So it is the `Host` only for the machine's own names, and otherwise one that was configured.

use axum::http::{HeaderMap, HeaderName, header};
use url::{Host, Url};

/// The origins that this relay answers to, besides those of the machine's own names.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    configured: Vec<String>,
    /// Whether the relay itself ends TLS.
    tls: bool,
}

/// Text that is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an origin; it looks like https://relay.example or http://192.168.1.5:8080, without a path"
)]
pub struct NotAnOrigin(pub(crate) String);

impl Origins {
    /// These origins, such as `https://relay.example`; and the machine's own names, with `https` if the relay speaks TLS.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for anything that is more or less than scheme, host and port.
    pub fn new(configured: &[String], tls: bool) -> Result<Self, NotAnOrigin> {
        let configured = configured
            .iter()
            .map(|text| parse_origin(text).ok_or_else(|| NotAnOrigin(text.clone())))
            .collect::<Result<_, _>>()?;
        Ok(Self { configured, tls })
    }

    /// The origin by which this request reached the relay; `None` if the relay does not go by that name.
    #[must_use]
    pub fn dialled(&self, headers: &HeaderMap) -> Option<String> {
        let host = only(headers, &header::HOST)?;
        let scheme = if self.tls { "https" } else { "http" };
        let plain = parse_origin(&format!("{scheme}://{host}"))?;
        // Behind a proxy that ends TLS the scheme is known by configuration only.
        let named = self
            .configured
            .iter()
            .find(|origin| **origin == plain || authority(origin) == Some(host));
        match named {
            Some(origin) => Some(origin.clone()),
            None => is_this_machine(&plain).then_some(plain),
        }
    }

    /// The origin for the challenge of a WebSocket, or `None` if its page is not one of the relay's own. Programs send no
    /// `Origin`; browsers always do.
    #[must_use]
    pub fn admit(&self, headers: &HeaderMap) -> Option<String> {
        let dialled = self.dialled(headers)?;
        if !headers.contains_key(header::ORIGIN) {
            return Some(dialled);
        }
        let page = parse_origin(only(headers, &header::ORIGIN)?)?;
        (page == dialled || self.configured.contains(&page)).then_some(page)
    }
}

/// The value of a header that occurs exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Scheme, host and port in the form browsers send, if that is all there is.
#[must_use]
pub fn parse_origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && !text.ends_with('/')
        && url.query().is_none()
        && url.fragment().is_none();
    bare.then(|| url.origin().ascii_serialization())
}

fn authority(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}

fn is_this_machine(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn request(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers
    }

    fn admitted(host: &str, origin: Option<&str>) -> Option<String> {
        let configured = [
            "https://relay.example".to_owned(),
            "http://192.168.1.5:8080".to_owned(),
        ];
        Origins::new(&configured, false)
            .unwrap()
            .admit(&request(host, origin))
    }

    #[test]
    fn own_pages_and_programs_are_admitted() {
        let own = Some("http://localhost:8080".to_owned());
        assert_eq!(admitted("localhost:8080", Some("http://localhost:8080")), own);
        assert_eq!(admitted("localhost:8080", None), own);
        assert_eq!(admitted("127.0.0.1:1", None), Some("http://127.0.0.1:1".into()));
        assert_eq!(admitted("[::1]:1", None), Some("http://[::1]:1".into()));
        assert_eq!(
            admitted("relay.example", None),
            Some("https://relay.example".into())
        );
        assert_eq!(
            admitted("relay.example", Some("https://relay.example")),
            Some("https://relay.example".into())
        );
        assert_eq!(
            admitted("192.168.1.5:8080", None),
            Some("http://192.168.1.5:8080".into())
        );
    }

    #[test]
    fn foreign_pages_and_foreign_names_are_not() {
        assert_eq!(admitted("localhost:8080", Some("http://localhost:3000")), None);
        assert_eq!(admitted("localhost:8080", Some("https://evil.example")), None);
        assert_eq!(admitted("localhost:8080", Some("null")), None);
        // A name that was made to point here, and a relay that passes its own name on.
        assert_eq!(admitted("evil.example", Some("http://evil.example")), None);
        assert_eq!(admitted("evil.example", None), None);
        assert_eq!(admitted("localhost@evil.example", None), None);
        assert_eq!(admitted("localhost:8080/x", None), None);
        let mut twice = request("localhost:8080", Some("http://localhost:8080"));
        twice.append(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert_eq!(Origins::default().admit(&twice), None);
    }

    #[test]
    fn a_relay_that_speaks_tls_is_reached_by_https() {
        let origins = Origins::new(&[], true).unwrap();
        let own = "https://localhost:8443";
        assert_eq!(
            origins.admit(&request("localhost:8443", Some(own))).as_deref(),
            Some(own)
        );
        assert_eq!(
            origins.admit(&request("localhost:8443", Some("http://localhost:8443"))),
            None
        );
    }

    #[test]
    fn configured_origins_are_checked() {
        for bad in [
            "relay.example",
            "https://relay.example/",
            "https://relay.example/app",
            "ftp://a",
            "https://u@a",
        ] {
            assert!(Origins::new(&[bad.to_owned()], false).is_err(), "{bad}");
        }
    }
}
