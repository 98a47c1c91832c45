//! Every number that bounds the relay, with its reason. Tests lower them; nothing else is a magic number.

use std::time::Duration;

/// The bounds of one relay. Frame sizes and what is kept per channel are part of the format: `thunder_channel::wire`.
#[derive(Clone, Debug)]
pub struct Limits {
    /// WebSocket connections at once. Each is a file descriptor, of which a process may have 1,024 unless told otherwise; the
    /// rest is for the app's visitors, the store and the RPC endpoint.
    pub connections: usize,
    /// From the first byte of the upgrade to an accepted sign-in, and how long a challenge is good. A person may have to
    /// read a wallet's window first.
    pub handshake: Duration,
    /// Between pings. Below the 30 s after which home routers and proxies begin to forget silent connections.
    pub ping: Duration,
    /// Without a sign of life, pongs included, the connection is gone: nearly two pings, so a half-open connection is noticed
    /// within 30 s.
    pub idle: Duration,
    /// How long one frame may take to be taken by the client's network. A client that reads nothing for so long is cut off;
    /// what it missed is in the register.
    pub write: Duration,
    /// Channels that one connection follows. A person has a handful, a shop's daemon some hundred.
    pub subscriptions: usize,
    /// Frames per second that one connection may keep up. Checking a claim costs one or two
    /// signature recoveries, some 50 µs each, so this is at most a twentieth of one core.
    pub frames_per_second: u32,
    /// Frames that may come at once before the rate counts: a reload hands in every channel's claims in one go.
    pub burst: u32,
    /// What a frame that makes the relay ask the chain counts as, in frames: the RPC endpoint is the dearest thing here.
    pub chain_read_cost: u32,
    /// Between two notices that a connection sends too fast: it is slowed down in any case.
    pub notice: Duration,
    /// Frames that are not of the format before the connection is closed. A version mismatch shows up once, abuse goes on.
    pub strikes: u32,
    /// Claims of one connection that may wait for the disk. More would only wait longer.
    pub pending_claims: usize,
    /// How long the hub's word on a channel is taken as fresh. Only a settled channel is noticed later by it; a deposit is
    /// looked for at once when a claim needs it.
    pub chain_memory: Duration,
    /// Channels whose state on the hub is remembered, some 100 bytes each. Beyond it, the oldest are asked for again.
    pub chain_entries: usize,
    /// How long the RPC endpoint may take to answer.
    pub chain_answer: Duration,
    /// Writes that may wait for the store's thread. Producers wait beyond it.
    pub store_queue: usize,
    /// Writes that one transaction, and so one sync of the disk, carries. Bounds the delay that a full queue adds.
    pub store_batch: usize,
    /// How long the store may take to answer a health check.
    pub store_answer: Duration,
    /// How long a closed connection's client may take to say goodbye back.
    pub farewell: Duration,
    /// How long sessions may take to say goodbye at shutdown. What comes after, closing the store, takes milliseconds; all of
    /// it fits into the 10 s that service managers allow.
    pub goodbye: Duration,
    /// Files of the app. The build makes a dozen.
    pub app_files: usize,
    /// Bytes of the app, compressed forms included. It is kept in memory; the build makes less than 2 MB.
    pub app_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 800,
            handshake: Duration::from_secs(60),
            ping: Duration::from_secs(15),
            idle: Duration::from_secs(28),
            write: Duration::from_secs(10),
            subscriptions: 256,
            frames_per_second: 500,
            burst: 1000,
            chain_read_cost: 10,
            notice: Duration::from_secs(10),
            strikes: 10,
            pending_claims: 64,
            chain_memory: Duration::from_secs(15),
            chain_entries: 100_000,
            chain_answer: Duration::from_secs(5),
            store_queue: 4096,
            store_batch: 512,
            store_answer: Duration::from_secs(2),
            farewell: Duration::from_secs(1),
            goodbye: Duration::from_secs(4),
            app_files: 1000,
            app_bytes: 64 * 1024 * 1024,
        }
    }
}

/// What the WebSocket reads from the network at once. The library's own 128 KB would be paid per connection; the longest
/// frame has 8 KB.
pub const READ_BUFFER: usize = 16 * 1024;
/// What the library may hold back of what is written: frames are flushed one by one, and the longest, a snapshot, is bounded
/// by the format.
pub const MAX_WRITE_BUFFER: usize = 2 * thunder_channel::wire::MAX_RELAY_FRAME;
