//! Where the register is kept: `--store`.

use std::{fmt, str::FromStr};
use url::Url;

/// Where the register is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StoreAddress {
    /// In the data directory: `sqlite`.
    #[default]
    Sqlite,
    /// In NATS JetStream, for any number of relays: `nats://[user:password@]host:port[,host:port…][/bucket][?replicas=n]`.
    Nats(NatsAddress),
}

/// A bucket of a NATS server or cluster.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsAddress {
    /// One URL for each server, any of which will do.
    pub servers: Vec<Url>,
    /// The first part of the bucket's name; the chain and the hub are the rest.
    pub bucket: String,
    /// Servers that keep a copy. Only counts when the bucket is made.
    pub replicas: usize,
}

/// A password may be in a URL, and this is logged.
impl fmt::Debug for NatsAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsAddress")
            .field("servers", &self.hosts())
            .field("bucket", &self.bucket)
            .field("replicas", &self.replicas)
            .finish()
    }
}

impl NatsAddress {
    /// The servers without names and passwords.
    #[must_use]
    pub fn hosts(&self) -> String {
        let host = |server: &Url| {
            format!(
                "{}:{}",
                server.host_str().unwrap_or_default(),
                server.port().unwrap_or(PORT)
            )
        };
        self.servers.iter().map(host).collect::<Vec<_>>().join(",")
    }
}

const PORT: u16 = 4222;
const BUCKET: &str = "thunder";
/// JetStream has no more.
const MAX_REPLICAS: usize = 5;

impl FromStr for StoreAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "sqlite" {
            return Ok(Self::Sqlite);
        }
        match text.split_once("://") {
            Some((scheme @ ("nats" | "tls"), rest)) => nats(scheme, rest).map(Self::Nats),
            _ => Err("it has to be `sqlite` or nats://host:port[/bucket]".to_owned()),
        }
    }
}

fn nats(scheme: &str, rest: &str) -> Result<NatsAddress, String> {
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, bucket) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, hosts) = match hosts.rsplit_once('@') {
        Some((login, hosts)) => (format!("{login}@"), hosts),
        None => (String::new(), hosts),
    };
    let servers = hosts
        .split(',')
        .map(|host| {
            let url = Url::parse(&format!("{scheme}://{login}{host}"))
                .map_err(|error| format!("{host:?} is not a host and port: {error}"))?;
            url.host_str().map(|_| ()).ok_or("a host is missing")?;
            Ok(url)
        })
        .collect::<Result<_, String>>()?;
    let bucket = if bucket.is_empty() { BUCKET } else { bucket };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if !bucket.chars().all(plain) {
        return Err(format!(
            "a bucket's name is letters, digits, - and _, not {bucket:?}"
        ));
    }
    let replicas = match query.split_once('=') {
        None if query.is_empty() => 1,
        Some(("replicas", number)) => number
            .parse()
            .ok()
            .filter(|replicas| (1..=MAX_REPLICAS).contains(replicas))
            .ok_or_else(|| format!("replicas are 1 to {MAX_REPLICAS}"))?,
        _ => return Err(format!("?{query} is not known; ?replicas=3 is")),
    };
    Ok(NatsAddress {
        servers,
        bucket: bucket.to_owned(),
        replicas,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, String, usize), String> {
        match text.parse()? {
            StoreAddress::Sqlite => panic!("not a NATS address"),
            StoreAddress::Nats(nats) => Ok((nats.hosts(), nats.bucket, nats.replicas)),
        }
    }

    #[test]
    fn addresses_are_read() {
        assert_eq!("sqlite".parse(), Ok(StoreAddress::Sqlite));
        let plain = ("localhost:4222".to_owned(), "thunder".to_owned(), 1);
        assert_eq!(read("nats://localhost"), Ok(plain.clone()));
        assert_eq!(read("nats://localhost:4222/"), Ok(plain));
        assert_eq!(
            read("tls://relay:s3cret@a:1,b:2/shop_2?replicas=3"),
            Ok(("a:1,b:2".to_owned(), "shop_2".to_owned(), 3))
        );
        for wrong in [
            "",
            "nats",
            "nats://",
            "http://localhost",
            "nats://localhost/a.b",
            "nats://localhost/a?replicas=0",
            "nats://localhost/a?replicas=9",
            "nats://localhost/a?size=9",
            "nats://a:b:c",
        ] {
            assert!(wrong.parse::<StoreAddress>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_not_logged() {
        let address: StoreAddress = "nats://relay:s3cret@a:1/x".parse().unwrap();
        assert!(!format!("{address:?}").contains("s3cret"));
        let StoreAddress::Nats(nats) = address else {
            panic!("a NATS address");
        };
        // But used.
        assert_eq!(nats.servers[0].password(), Some("s3cret"));
    }
}
