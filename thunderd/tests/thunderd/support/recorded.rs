//! What the contract of metered sessions has on record.

use super::{World, until};
use thunder_channel::metering::{SessionEvent, SessionKey, SessionState, SessionsTold};
use thunder_ethereum::{At, BlockRange, Chain, HttpProvider, Hub, LogFilter, MeteredSessions};

fn reader(world: &World) -> (Chain<HttpProvider>, MeteredSessions) {
    let provider = HttpProvider::new(&world.anvil.url).unwrap();
    let chain = Chain::new(provider, Hub::new(world.sessions));
    (chain, MeteredSessions::new(world.sessions))
}

/// The key of the only session, from the chain.
pub fn key_of_only_session(world: &World) -> SessionKey {
    let (chain, contract) = reader(world);
    let logs = world.block_on(async {
        let head = chain.block_number().await.unwrap();
        let filter = LogFilter {
            address: world.sessions,
            range: BlockRange { from: 0, to: head },
            topics: Vec::new(),
        };
        chain.logs(&filter).await.unwrap()
    });
    let told = logs.iter().map(|log| contract.read_log(log).unwrap());
    let mut keys = told.filter_map(|told| match told {
        SessionsTold::Session {
            event: SessionEvent::Proposed { key, .. },
            ..
        } => Some(key),
        _ => None,
    });
    keys.next().unwrap()
}

/// Waits until the only session closes with so many bytes proven by its provider. Blocks that are mined before may use its period up.
pub fn until_shown(world: &World, bytes: u64) {
    let (chain, contract) = reader(world);
    let call = contract.session(&key_of_only_session(world));
    until("the evidence", || {
        let state = world.block_on(chain.call(&call, None, At::Latest)).unwrap();
        match contract.read_session(&state).unwrap() {
            SessionState::Closing { counts, .. } => (counts.provider == bytes).then_some(()),
            _ => None,
        }
    });
}
