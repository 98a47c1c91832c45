//! Every number that bounds the relay, with its reason. Each can be configured by its name; nothing else is a magic number.
//!
//! Frame sizes and what is kept per channel are part of the format: `thunder_channel::wire`.

use crate::config::Wrong;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The bounds of one relay. In files, on the command line and in `/info`, times are in milliseconds and say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    // Connections
    /// WebSocket connections at once. An idle one costs some 20 KB and a file descriptor; the program raises its own bound of
    /// descriptors as far as it may and lowers this if that is not enough.
    pub connections: usize,
    /// WebSocket connections of one address at once (of one /64 in IPv6): an office behind one router, but no more than a
    /// fiftieth of the relay.
    pub connections_per_address: usize,
    /// TCP connections at once, WebSockets included: the rest is for the app's visitors, and for those who are refused in words.
    pub sockets: usize,
    /// TCP connections of one address at once. A browser opens six for the app's files.
    pub sockets_per_address: usize,
    /// New TCP connections per second of one address: what is hung up on in words, or hangs up itself, comes back at once.
    pub address_sockets_per_second: u32,
    /// New TCP connections that may come at once from one address: everybody behind a router, after it was restarted.
    pub address_sockets_burst: u32,
    /// How long the TLS handshake, and then the head of each request, may take: a byte a second does not hold a socket.
    #[serde(rename = "header_ms", with = "milliseconds")]
    pub header: Duration,
    /// How long a connection that does not become a WebSocket may last in all. The app, 2 MB, takes that long at 20 KB a second.
    #[serde(rename = "http_ms", with = "milliseconds")]
    pub http: Duration,
    /// From the first byte of the upgrade to an accepted sign-in, and how long a challenge is good. A person may have to
    /// read a wallet's window first.
    #[serde(rename = "handshake_ms", with = "milliseconds")]
    pub handshake: Duration,
    /// Between pings. Below the 30 s after which home routers and proxies begin to forget silent connections.
    #[serde(rename = "ping_ms", with = "milliseconds")]
    pub ping: Duration,
    /// Without a sign of life, pongs included, the connection is gone: nearly two pings, so a half-open connection is noticed
    /// within 30 s. Parts of a frame are no sign of life.
    #[serde(rename = "idle_ms", with = "milliseconds")]
    pub idle: Duration,
    /// How long one frame may take to be taken by the client's network. A client that reads nothing for so long is cut off;
    /// what it missed is in the register.
    #[serde(rename = "write_ms", with = "milliseconds")]
    pub write: Duration,
    /// How long a closed connection's client may take to say goodbye back.
    #[serde(rename = "farewell_ms", with = "milliseconds")]
    pub farewell: Duration,

    // What a connection follows
    /// Channels that one connection follows. A person has a handful, a shop's daemon some hundred.
    pub subscriptions: usize,
    /// Channels that one key follows at once, over all of its connections: four full ones.
    pub channels_per_key: usize,

    // How fast it speaks
    /// Frames per second that one connection may keep up. Checking a claim costs one or two
    /// signature recoveries, some 50 µs each, so this is at most a twentieth of one core.
    pub frames_per_second: u32,
    /// Frames that may come at once before the rate counts: a reload hands in every channel's claims in one go.
    pub burst: u32,
    /// Frames and requests per second of one address, over all of its connections: four busy ones.
    pub address_frames_per_second: u32,
    /// Frames and requests that may come at once from one address.
    pub address_burst: u32,
    /// Frames per second of one signed-in key, over all of its connections, wherever they come from.
    pub key_frames_per_second: u32,
    /// Frames that may come at once from one key.
    pub key_burst: u32,
    /// Bytes per second from one socket, whatever they are: pings, fragments and parts of frames are paid for too. Twice what
    /// the permitted rate of the longest claims, 700 bytes, comes to.
    pub bytes_per_second: u32,
    /// Bytes that may come at once from one socket: a burst of claims.
    pub bytes_burst: u32,
    /// Bytes per second from all sockets of one address, except for a trusted proxy's: what the permitted rate of claims comes to.
    /// Fragments of a few bytes cost the most time for a byte, and nobody counts them but this.
    pub address_bytes_per_second: u32,
    /// Bytes that may come at once from all sockets of one address: the permitted burst of claims.
    pub address_bytes_burst: u32,
    /// What a frame that makes the relay ask the chain counts as, in frames: the RPC endpoint is the dearest thing here.
    pub chain_read_cost: u32,
    /// What a new connection counts as for its address, in frames: it costs a task, a challenge and perhaps a TLS handshake.
    pub connection_cost: u32,
    /// Frames that are read in one go before claims are checked. Those of one channel collapse to the newest, so this is how
    /// many a flood pays for one check; and about 1 ms in which other connections wait.
    pub frames_per_turn: u32,
    /// Between two notices that a connection sends too fast: it is slowed down in any case.
    #[serde(rename = "notice_ms", with = "milliseconds")]
    pub notice: Duration,
    /// Frames that are not of the format before the connection is closed. A version mismatch shows up once, abuse goes on.
    pub strikes: u32,
    /// Bytes of one message as it is stored. With the format's number of messages per channel this bounds what a channel takes.
    pub message_bytes: usize,

    // The chain
    /// How long the hub's word on a channel is taken as fresh. Only a settled channel is noticed later by it; a deposit is
    /// looked for at once when a claim needs it.
    #[serde(rename = "chain_memory_ms", with = "milliseconds")]
    pub chain_memory: Duration,
    /// Channels whose state on the hub is remembered, some 100 bytes each. Beyond it, the oldest are asked for again.
    pub chain_entries: usize,
    /// How long the RPC endpoint may take to answer.
    #[serde(rename = "chain_answer_ms", with = "milliseconds")]
    pub chain_answer: Duration,
    /// Between two looks at the chain: a sixth of the time that Ethereum takes for a block.
    #[serde(rename = "look_ms", with = "milliseconds")]
    pub look: Duration,
    /// Blocks that one search of logs covers. Most nodes allow a thousand.
    pub log_blocks: u64,
    /// A node this many blocks behind another is only asked when the others fail. Honest nodes differ by one or two.
    pub stale_blocks: u64,
    /// How many blocks a reorganisation may replace before everything is read anew. Ethereum finalizes after 64 to 96.
    pub reorganisation_blocks: u64,
    /// Closing channels that are watched at once, some 200 bytes each. Each cost its sides an opening and a close: so many take
    /// hundreds of blocks to make.
    pub closing_channels: usize,
    /// Blocks for which the claims of a settled channel are kept as evidence: a week of Ethereum's.
    pub keep_settled_blocks: u64,
    /// Blocks between two notes of how far the chain was read: a restart reads no more than that twice.
    pub checkpoint_blocks: u64,

    // The watchtower
    /// Transactions of the watchtower that wait to be mined. Nodes keep no more than 16 of an account for certain.
    pub tower_flights: usize,
    /// How often in one look the fee of a transaction is raised over one that the node has and the watchtower does not know.
    pub tower_raises: u32,
    /// Blocks that a transaction may wait before its fee is raised. In the last quarter of the period it is one.
    pub tower_patience_blocks: u64,
    /// Blocks for which another's answer that waits to be mined is given precedence, unless the period is about to end.
    pub tower_defer_blocks: u64,

    // The store
    /// Writes that may wait for the store's thread. Producers wait beyond it.
    pub store_queue: usize,
    /// Writes that one transaction, and so one sync of the disk, carries. Bounds the delay that a full queue adds.
    pub store_batch: usize,
    /// How long the store may take to answer a health check.
    #[serde(rename = "store_answer_ms", with = "milliseconds")]
    pub store_answer: Duration,
    /// How long the NATS server may take to answer a request. It answers within milliseconds, unless it is gone.
    #[serde(rename = "nats_request_ms", with = "milliseconds")]
    pub nats_request: Duration,
    /// How long a write is tried again while NATS gives no clear answer: its server restarts, or elects a new leader, within
    /// some seconds. A client that waits longer is better told.
    #[serde(rename = "nats_patience_ms", with = "milliseconds")]
    pub nats_patience: Duration,
    /// How often a write may find that another relay was faster. Each time one of them succeeds, so only a flood of both
    /// directions comes near.
    pub nats_conflicts: u32,
    /// Between pings to the NATS server, of which two may stay unanswered: a half-open connection is noticed within 15 s.
    #[serde(rename = "nats_ping_ms", with = "milliseconds")]
    pub nats_ping: Duration,
    /// The longest time between two tries to connect to NATS again.
    #[serde(rename = "nats_reconnect_ms", with = "milliseconds")]
    pub nats_reconnect: Duration,
    /// Between two tries to watch the bucket, or to load what could not be loaded.
    #[serde(rename = "nats_retry_ms", with = "milliseconds")]
    pub nats_retry: Duration,
    /// Changes of other relays that may wait, some 4 KB each. If there are more, NATS sends them again later.
    pub nats_changes: usize,
    /// Entries that are remembered to spare writes the reading, up to 120 KB each where both sides fill every memo, a few as a rule.
    pub nats_entries: usize,
    /// Between two signs of life to the other relays.
    #[serde(rename = "nats_beat_ms", with = "milliseconds")]
    pub nats_beat: Duration,
    /// Of a relay that gives no sign of life for so long, three times and a little, nobody counts as connected.
    #[serde(rename = "nats_silence_ms", with = "milliseconds")]
    pub nats_silence: Duration,
    /// Channels that are loaded at once when changes may have been missed.
    pub reloads: usize,

    // The end
    /// How long sessions may take to say goodbye at shutdown.
    #[serde(rename = "goodbye_ms", with = "milliseconds")]
    pub goodbye: Duration,
    /// How long the whole end may take, closing the store included: within the 10 s that service managers allow.
    #[serde(rename = "exit_ms", with = "milliseconds")]
    pub exit: Duration,
    /// Clients are told to come back after a delay drawn from here, so that ten thousand do not come at once.
    #[serde(rename = "comeback_ms", with = "milliseconds")]
    pub comeback: Duration,

    // The app
    /// Files of the app. The build makes a dozen.
    pub app_files: usize,
    /// Bytes of the app, compressed forms included. It is kept in memory; the build makes less than 2 MB.
    pub app_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 200,
            sockets: 11_000,
            sockets_per_address: 300,
            address_sockets_per_second: 100,
            address_sockets_burst: 500,
            header: Duration::from_secs(10),
            http: Duration::from_secs(120),
            handshake: Duration::from_secs(60),
            ping: Duration::from_secs(15),
            idle: Duration::from_secs(28),
            write: Duration::from_secs(10),
            farewell: Duration::from_secs(1),
            subscriptions: 256,
            channels_per_key: 1024,
            frames_per_second: 500,
            burst: 1000,
            address_frames_per_second: 2000,
            address_burst: 4000,
            key_frames_per_second: 1000,
            key_burst: 2000,
            bytes_per_second: 700_000,
            bytes_burst: 1_000_000,
            address_bytes_per_second: 1_000_000,
            address_bytes_burst: 2_000_000,
            chain_read_cost: 10,
            connection_cost: 5,
            frames_per_turn: 64,
            notice: Duration::from_secs(10),
            strikes: 10,
            message_bytes: 4096,
            chain_memory: Duration::from_secs(15),
            chain_entries: 100_000,
            chain_answer: Duration::from_secs(5),
            look: Duration::from_secs(2),
            log_blocks: 1000,
            stale_blocks: 3,
            reorganisation_blocks: 128,
            closing_channels: 100_000,
            keep_settled_blocks: 50_400,
            checkpoint_blocks: 100,
            tower_flights: 16,
            tower_raises: 12,
            tower_patience_blocks: 2,
            tower_defer_blocks: 3,
            store_queue: 4096,
            store_batch: 512,
            store_answer: Duration::from_secs(2),
            nats_request: Duration::from_secs(2),
            nats_patience: Duration::from_secs(8),
            nats_conflicts: 64,
            nats_ping: Duration::from_secs(5),
            nats_reconnect: Duration::from_secs(1),
            nats_retry: Duration::from_millis(100),
            nats_changes: 4096,
            nats_entries: 4096,
            nats_beat: Duration::from_secs(5),
            nats_silence: Duration::from_secs(16),
            reloads: 32,
            goodbye: Duration::from_secs(4),
            exit: Duration::from_secs(9),
            comeback: Duration::from_secs(5),
            app_files: 1000,
            app_bytes: 64 * 1024 * 1024,
        }
    }
}

/// The limits that a client can run into: `/info` shows them. A test exceeds each by one.
pub const PUBLISHED: [&str; 26] = [
    "connections",
    "connections_per_address",
    "sockets",
    "sockets_per_address",
    "address_sockets_per_second",
    "address_sockets_burst",
    "header_ms",
    "http_ms",
    "handshake_ms",
    "ping_ms",
    "idle_ms",
    "write_ms",
    "subscriptions",
    "channels_per_key",
    "frames_per_second",
    "burst",
    "address_frames_per_second",
    "address_burst",
    "key_frames_per_second",
    "key_burst",
    "bytes_per_second",
    "bytes_burst",
    "address_bytes_per_second",
    "address_bytes_burst",
    "strikes",
    "message_bytes",
];

impl Limits {
    /// All limits by name.
    #[must_use]
    pub fn table(&self) -> toml::Table {
        // Every field is a number.
        toml::Table::try_from(self).unwrap_or_default()
    }

    /// With some of them changed by name.
    ///
    /// # Errors
    /// In words for the operator: no such limit, or no such number.
    pub fn with(&self, changes: toml::Table) -> Result<Self, Wrong> {
        let mut table = self.table();
        table.extend(changes);
        table.try_into().map_err(|error| Wrong::Limit(Box::new(error)))
    }

    /// What a client can run into, by name.
    #[must_use]
    pub fn published(&self) -> toml::Table {
        let mut table = self.table();
        table.retain(|name, _| PUBLISHED.contains(&name));
        table
    }
}

mod milliseconds {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

/// What the WebSocket reads from the network at once. The library's own 128 KB would be paid per connection; most frames have
/// some 500 bytes, the longest 8 KB, for which it grows for a while.
pub const READ_BUFFER: usize = 4 * 1024;
/// What the library may hold back of what is written: frames are flushed one by one, and the longest, a snapshot, is bounded
/// by the format.
pub const MAX_WRITE_BUFFER: usize = 2 * thunder_channel::wire::MAX_RELAY_FRAME;
/// What one socket may read before the others have their turn: the cost of bytes is known only when they are read.
pub const BYTES_PER_TURN: usize = 16 * 1024;
/// The head of a request. Browsers send 1 KB; hyper takes no less than 8 KB.
pub const HTTP_HEAD: usize = 16 * 1024;
/// File descriptors besides sockets: the store, the RPC endpoint, the metrics' readers.
pub const OTHER_FILES: usize = 200;
/// How long the accepting of connections pauses when the system has no descriptor left: one may be free then.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Addresses and keys whose pace is remembered before those at rest are forgotten, some 100 bytes each.
pub const QUOTAS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_change_by_name_and_only_by_name() {
        let changed = |text: &str| Limits::default().with(text.parse().unwrap());
        let limits = changed("connections = 5\nidle_ms = 1500").unwrap();
        assert_eq!(limits.connections, 5);
        assert_eq!(limits.idle, Duration::from_millis(1500));
        assert_eq!(
            Limits {
                connections: 10_000,
                idle: Duration::from_secs(28),
                ..limits
            },
            Limits::default()
        );
        for wrong in [
            "conections = 5",
            "connections = -1",
            "idle_ms = \"28s\"",
            "idle = 1",
        ] {
            let error = changed(wrong).unwrap_err().to_string();
            assert!(error.len() > 20, "{error}");
        }
    }

    #[test]
    fn what_is_published_exists() {
        assert_eq!(Limits::default().published().len(), PUBLISHED.len());
    }
}
