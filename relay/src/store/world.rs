//! Which deployment a store belongs to.

/// Channels of another deployment would only be dead weight, and a development chain that began anew uses the same addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct World {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hash of block 0.
    pub genesis: [u8; 32],
    /// The hub's address.
    pub hub: [u8; 20],
}

impl World {
    /// A name of its own for each world: a development chain that began anew sets the old claims aside.
    pub(super) fn name(&self) -> String {
        let short = |bytes: &[u8]| {
            bytes
                .iter()
                .take(6)
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        format!("{}-{}-{}", self.chain_id, short(&self.genesis), short(&self.hub))
    }
}
