//! Whether a port can be had, said before anything is built.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Result, bail};

use super::Options;
use super::data::Data;

/// A listener on this machine answers well within this.
const CONNECT: Duration = Duration::from_millis(300);

/// Checks both ports.
///
/// # Errors
/// If one cannot be used; the message names its option.
pub fn check(options: &Options, data: &Data) -> Result<()> {
    if options.port == options.chain_port {
        bail!(
            "--port and --chain-port are both {}; the app and the chain need a port each",
            options.port
        );
    }
    for (port, option, purpose) in [
        (options.port, "--port", "the app"),
        (options.chain_port, "--chain-port", "the local chain"),
    ] {
        match state(port) {
            State::Free => {}
            State::Taken => bail!(
                "port {port}, meant for {purpose}, is taken by another program. End that, or choose another port with {option} <port>.{}",
                data.left_over()
            ),
            State::Forbidden => bail!(
                "port {port}, meant for {purpose}, is not allowed to this user. Choose one above 1024 with {option} <port>."
            ),
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Free,
    Taken,
    Forbidden,
}

/// `localhost` can mean either loopback address, and a browser takes whichever answers, so both have to be free.
fn state(port: u16) -> State {
    let addresses = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
    ];
    if addresses
        .iter()
        .any(|address| TcpStream::connect_timeout(address, CONNECT).is_ok())
    {
        return State::Taken;
    }
    for address in addresses {
        match TcpListener::bind(address).map_err(|error| error.kind()) {
            Err(ErrorKind::AddrInUse) => return State::Taken,
            Err(ErrorKind::PermissionDenied) => return State::Forbidden,
            // A machine without IPv6 refuses that address; the programs themselves listen on the other.
            _ => {}
        }
    }
    State::Free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_makes_a_port_taken() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(state(port), State::Taken);
        drop(listener);
        assert_eq!(state(port), State::Free);
    }

    #[test]
    fn so_does_one_on_the_other_loopback() {
        let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
            // Without IPv6 there is no such listener to be confused with.
            return;
        };
        assert_eq!(state(listener.local_addr().unwrap().port()), State::Taken);
    }
}
