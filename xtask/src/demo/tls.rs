//! A certificate for this machine's address in the network, by which others in the room open the app: away from localhost a
//! browser gives a page locks and keys over https only.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::data::Data;

/// Where the app is reached from other machines.
#[derive(Debug, Clone)]
pub struct Tls {
    /// This machine in the network.
    pub host: IpAddr,
    /// The certificate, in PEM.
    pub cert: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

impl Tls {
    /// Takes the certificate that an earlier demo made for this address, so that nobody is asked about another one, or makes
    /// one.
    ///
    /// # Errors
    /// If this machine is in no network, or the files cannot be written.
    pub fn prepare(data: &Data) -> Result<Self> {
        Self::for_host(address_in_network()?, &data.directory().join("tls"))
    }

    fn for_host(host: IpAddr, directory: &Path) -> Result<Self> {
        // Colons are for no file name everywhere.
        let name = host.to_string().replace(':', "-");
        let tls = Self {
            host,
            cert: directory.join(format!("{name}.cert.pem")),
            key: directory.join(format!("{name}.key.pem")),
        };
        if tls.cert.is_file() && tls.key.is_file() {
            return Ok(tls);
        }
        let names = vec![host.to_string(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).context("cannot make a certificate")?;
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        write(&tls.key, &made.signing_key.serialize_pem())?;
        write(&tls.cert, &made.cert.pem())?;
        Ok(tls)
    }

    /// The origin by which pages are opened.
    #[must_use]
    pub fn origin(&self, port: u16) -> String {
        match self.host {
            IpAddr::V4(host) => format!("https://{host}:{port}"),
            IpAddr::V6(host) => format!("https://[{host}]:{port}"),
        }
    }
}

/// The address that packets to elsewhere would leave from. None are sent.
fn address_in_network() -> Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).context("cannot open a socket")?;
    // An address for documents, which nobody has.
    let reached = socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9));
    let address = reached.and_then(|()| socket.local_addr());
    match address.map(|address| address.ip()) {
        Ok(host) if !host.is_loopback() && !host.is_unspecified() => Ok(host),
        _ => bail!("--tls is for other machines, and this one is in no network"),
    }
}

/// Writes a file that only its owner reads.
fn write(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once_for_an_address() {
        let dir = tempfile::tempdir().unwrap();
        let make = |host: &str| Tls::for_host(host.parse().unwrap(), dir.path()).unwrap();
        let first = make("192.168.1.5");
        let text = fs::read_to_string(&first.cert).unwrap();
        assert!(text.starts_with("-----BEGIN CERTIFICATE-----"), "{text}");
        assert_eq!(first.origin(8080), "https://192.168.1.5:8080");
        let again = make("192.168.1.5");
        assert_eq!(fs::read_to_string(again.cert).unwrap(), text);
        let moved = make("fe80::1");
        assert_ne!(fs::read_to_string(&moved.cert).unwrap(), text);
        assert_eq!(moved.origin(1), "https://[fe80::1]:1");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_its_key() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let tls = Tls::for_host(Ipv4Addr::new(10, 0, 0, 1).into(), dir.path()).unwrap();
        let mode = fs::metadata(tls.key).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
