//! Where a provider's streams lead: out of its machine, to addresses that anybody may reach, unless the operator allows more.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::{TcpStream, lookup_host};

/// The longest name of a host, as DNS has it, with its port.
const MAX_TARGET: usize = 260;

/// Connects to a target such as `example.org:443`.
///
/// # Errors
/// In words for the client.
pub async fn connect(target: &str, private: bool) -> Result<TcpStream, String> {
    if target.len() > MAX_TARGET {
        return Err("this is no address".to_owned());
    }
    let found = lookup_host(target)
        .await
        .map_err(|_| "there is no such host".to_owned())?;
    let mut why = "there is no such host".to_owned();
    for address in found {
        if !private && !is_public(address.ip()) {
            "this provider reaches no private networks".clone_into(&mut why);
            continue;
        }
        // The address that was looked at is the one that is connected to: a name could lead elsewhere a second time.
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Not fatal: packets are a little later.
                stream.set_nodelay(true).ok();
                return Ok(stream);
            }
            Err(error) => why = format!("{}: {error}", without_port(address)),
        }
    }
    Err(why)
}

fn without_port(address: SocketAddr) -> IpAddr {
    address.ip()
}

/// Whether an address is one that anybody may reach: not of this machine, a private network, a link, a group, or set apart
/// (RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && b & 0b1100_0000 == 64;
    let protocols = a == 192 && b == 0 && c == 0;
    let relays = a == 192 && b == 88 && c == 99;
    let tests = a == 198 && b & 0xfe == 18;
    !(a == 0
        || a >= 224
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || shared
        || protocols
        || relays
        || tests)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Global unicast, without what maps other addresses (6to4, Teredo, NAT64 are elsewhere or here) and documentation.
    let global = a & 0xe000 == 0x2000;
    global && a != 0x2002 && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8)) && a != 0x3fff
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_public_addresses_are_reached() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for other in [
            "0.0.0.0",
            "127.0.0.1",
            "127.255.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001::1",
        ] {
            assert!(!is_public(other.parse().unwrap()), "{other}");
        }
    }

    #[tokio::test]
    async fn a_private_target_is_refused_and_reached_where_it_is_allowed() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap().to_string();
        let refused = connect(&target, false).await.unwrap_err();
        assert!(refused.contains("private"), "{refused}");
        assert!(connect(&target, true).await.is_ok());
        assert!(connect("nonsense", true).await.is_err());
        assert!(connect(&format!("{}:1", "a".repeat(300)), true).await.is_err());
    }
}
