//! The node as a whole, and other nodes.

use thunder_api::{Connect, Info, Peer};
use thunder_channel::{Address, checksummed};

use crate::api::PATIENT;
use crate::exit::Failure;
use crate::session::Session;
use crate::words::node;

/// `infos`
pub fn infos(session: &Session) -> Result<(), Failure> {
    let info = session.api.get::<Info>("/v1/info")?;
    session
        .output
        .answer(&info, |info| node::infos(info, session.output.style))
}

/// `connect`
pub fn connect(session: &Session, address: &str) -> Result<(), Failure> {
    let whom = Connect {
        address: address.to_owned(),
    };
    let peer = session.api.post::<Peer>("/v1/peers", &whom, PATIENT)?;
    session.output.answer(&peer, |peer| {
        node::connected(peer, &session.caller, session.output.style)
    })
}

/// `peers`
pub fn peers(session: &Session) -> Result<(), Failure> {
    let peers = session.api.get::<Vec<Peer>>("/v1/peers")?;
    session.output.answer(&peers, |peers| node::peers(peers))
}

/// `forget`
pub fn forget(session: &Session, account: Address) -> Result<(), Failure> {
    let account = checksummed(account);
    session.api.delete(&format!("/v1/peers/{account}"))?;
    session.output.words(&format!("forgot {account}"))
}
