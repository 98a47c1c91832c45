-- Version 2. Recent totals are a ring: one row is replaced per claim, where version 1 had to look for the oldest and delete it.
-- `stored` counts the claims of a direction that were ever the best, and so says which place of the ring is next.
ALTER TABLE claims ADD COLUMN stored INTEGER NOT NULL DEFAULT 0;
CREATE TABLE ring (
    channel BLOB NOT NULL,
    payer INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    total BLOB NOT NULL,
    nonce BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, payer, slot)
) WITHOUT ROWID;
INSERT INTO ring
    SELECT channel, payer, row_number() OVER (PARTITION BY channel, payer ORDER BY total, nonce) - 1, total, nonce, at
    FROM history;
UPDATE claims SET stored =
    (SELECT count(*) FROM ring WHERE ring.channel = claims.channel AND ring.payer = claims.payer);
DROP TABLE history;
ALTER TABLE ring RENAME TO history;
