-- Version 1. Totals are 12 bytes and nonces 8 bytes, big-endian, so that SQLite compares them as the numbers they are: its own
-- integers end at 2^63. Never change a file here: what was written by it is out there.
CREATE TABLE world (
    chain_id INTEGER NOT NULL,
    genesis BLOB NOT NULL,
    hub BLOB NOT NULL
);
CREATE TABLE channels (
    id BLOB PRIMARY KEY,
    key TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    first_seen INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE claims (
    channel BLOB NOT NULL,
    payer INTEGER NOT NULL,
    recipient BLOB NOT NULL,
    total BLOB NOT NULL,
    nonce BLOB NOT NULL,
    signature BLOB NOT NULL,
    delegation BLOB,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, payer)
) WITHOUT ROWID;
CREATE TABLE history (
    channel BLOB NOT NULL,
    payer INTEGER NOT NULL,
    total BLOB NOT NULL,
    nonce BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, payer, total, nonce)
) WITHOUT ROWID;
CREATE TABLE messages (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    channel BLOB NOT NULL,
    side INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (channel, side, kind)
);
