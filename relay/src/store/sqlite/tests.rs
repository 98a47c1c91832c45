//! The embedded store by itself: its files, what they survive, and that it decides as the other store does.

use super::*;
use crate::store::{
    Said,
    fixtures::{cancellation, channel, claim, decline, key, memo, message, payment_request, read_mark},
    nats::Entry,
};
use tempfile::TempDir;
use thunder_channel::{
    Side, SignedClaim,
    wire::{MAX_HISTORY, MAX_MEMOS, Message},
};

const WORLD: World = World {
    chain_id: 31337,
    genesis: [1; 32],
    hub: [2; 20],
};

fn open(directory: &TempDir) -> anyhow::Result<SqliteStore> {
    SqliteStore::open(directory.path(), &WORLD, &Limits::default())
}

fn file(directory: &TempDir) -> PathBuf {
    directory.path().join(schema::file_name(&WORLD))
}

async fn put(store: &SqliteStore, write: Write) -> Result<Outcome, StoreError> {
    let (sender, receiver) = oneshot::channel();
    let done = Box::new(move |outcome| {
        sender.send(outcome).unwrap();
    });
    store.submit(write, done).await.unwrap();
    receiver.await.unwrap()
}

fn signed(write: &Write) -> (SignedClaim, Side, u64) {
    match write {
        Write::Claim { claim, payer, at, .. } => (*claim, *payer, *at),
        Write::Message { .. } => panic!("a claim"),
    }
}

/// A file as the relay wrote it when its tables had version 1, with a full history of Alice's.
fn version_one(directory: &TempDir) {
    let db = Connection::open(file(directory)).unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.execute_batch(include_str!("schema/1.sql")).unwrap();
    db.execute(
        "INSERT INTO world VALUES (?1, ?2, ?3)",
        (31337, WORLD.genesis, WORLD.hub),
    )
    .unwrap();
    let id = channel();
    let id = id.0.as_bytes();
    let text = serde_json::to_string(&key()).unwrap();
    db.execute("INSERT INTO channels VALUES (?1, ?2, 3, 0)", (id, text))
        .unwrap();
    for number in 1..=200_u64 {
        let (claim, payer, at) = signed(&claim(
            Side::Alice,
            u128::from(number) << 40,
            number,
            1000 + number,
        ));
        let total = claim.claim.total.units().to_be_bytes();
        let row = (id, payer.index(), &total[4..], number.to_be_bytes(), at);
        db.execute("INSERT INTO history VALUES (?1, ?2, ?3, ?4, ?5)", row)
            .unwrap();
        db.execute(
            "INSERT OR REPLACE INTO claims VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7)",
            (
                id,
                payer.index(),
                claim.claim.to.as_bytes(),
                &total[4..],
                number.to_be_bytes(),
                claim.authorization.signature.to_bytes(),
                at,
            ),
        )
        .unwrap();
    }
    let Write::Message { message, side, .. } = message(Side::Bob, 7) else {
        panic!("a message");
    };
    let body = serde_json::to_string(&message).unwrap();
    db.execute(
        "INSERT INTO messages (channel, side, kind, body, at) VALUES (?1, ?2, 'settlement', ?3, 5)",
        (id, side.index(), body),
    )
    .unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
}

#[tokio::test]
async fn a_file_of_the_previous_version_is_brought_up_to_date_and_kept_aside() {
    let directory = TempDir::new().unwrap();
    version_one(&directory);
    let store = open(&directory).unwrap();
    let mut expected = Entry::new(&key(), 3);
    for number in 1..=200 {
        let write = claim(Side::Alice, u128::from(number) << 40, number, 1000 + number);
        expected.apply(&write).unwrap();
    }
    expected.apply(&message(Side::Bob, 7)).unwrap();
    assert_eq!(store.load(channel()).await.unwrap(), expected.clone().kept());
    // It goes on as if it had always been of this version: the oldest total gives way.
    let next = claim(Side::Alice, 500 << 40, 201, 9999);
    expected.apply(&next).unwrap();
    assert_eq!(put(&store, next).await, Ok(Outcome::Stored));
    assert_eq!(store.load(channel()).await.unwrap(), expected.clone().kept());
    store.close().await;
    let aside = file(&directory).with_extension("sqlite.version-1");
    let version: i64 = Connection::open(&aside)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
    // Once only.
    let store = open(&directory).unwrap();
    assert_eq!(store.load(channel()).await.unwrap(), expected.kept());
}

#[test]
fn a_migration_that_is_cut_off_begins_where_it_was() {
    let directory = TempDir::new().unwrap();
    version_one(&directory);
    // The disk is full in the middle of it.
    let db = Connection::open(file(&directory)).unwrap();
    let pages: i64 = db
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    db.pragma_update(None, "max_page_count", pages + 1).unwrap();
    assert!(schema::migrate(&db, 1, &WORLD).is_err());
    let version: i64 = db
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
    drop(db);
    assert!(open(&directory).is_ok());
}

#[test]
fn a_newer_file_is_refused_and_not_touched() {
    let directory = TempDir::new().unwrap();
    version_one(&directory);
    let db = Connection::open(file(&directory)).unwrap();
    db.pragma_update(None, "user_version", 3).unwrap();
    drop(db);
    let before = std::fs::read(file(&directory)).unwrap();
    let words = format!("{:#}", open(&directory).err().expect("refused"));
    assert!(words.contains("newer relay"), "{words}");
    assert_eq!(std::fs::read(file(&directory)).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_file_is_refused_in_words_and_not_touched() {
    let directory = TempDir::new().unwrap();
    let store = open(&directory).unwrap();
    for number in 1..=300 {
        put(&store, claim(Side::Alice, number.into(), number, number))
            .await
            .unwrap();
    }
    store.close().await;
    let whole = std::fs::read(file(&directory)).unwrap();
    assert!(whole.len() > 8 * 4096, "{}", whole.len());
    let damage: [fn(&mut Vec<u8>); 5] = [
        // No database at all.
        |bytes| bytes[..100].fill(0x55),
        // Cut off.
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.truncate(50),
        // Pages of zeroes, as after a lost power supply on a disk that lies.
        |bytes| bytes[4096..].fill(0),
        // A page of something else.
        |bytes| bytes[8192..12_288].fill(0x5a),
    ];
    for (number, damage) in damage.into_iter().enumerate() {
        let mut bytes = whole.clone();
        damage(&mut bytes);
        std::fs::write(file(&directory), &bytes).unwrap();
        let words = format!(
            "{:#}",
            open(&directory)
                .err()
                .unwrap_or_else(|| panic!("{number} was opened"))
        );
        assert!(
            words.contains("damaged") && words.contains("backup"),
            "{number}: {words}"
        );
        assert_eq!(std::fs::read(file(&directory)).unwrap(), bytes, "{number}");
    }
    // Moved away, the relay starts; put back, nothing is lost.
    std::fs::remove_file(file(&directory)).unwrap();
    let empty = open(&directory).unwrap();
    assert_eq!(empty.load(channel()).await.unwrap().claims.alice, None);
    empty.close().await;
    std::fs::write(file(&directory), whole).unwrap();
    let store = open(&directory).unwrap();
    assert!(store.load(channel()).await.unwrap().claims.alice.is_some());
}

#[test]
fn a_full_disk_refuses_writes_whole_and_takes_them_again_later() {
    let directory = TempDir::new().unwrap();
    let mut db = schema::open(&file(&directory), &WORLD).unwrap();
    let batch = |numbers: std::ops::Range<u64>| {
        numbers
            .map(|number| {
                let done: Done = Box::new(|_| ());
                (Box::new(claim(Side::Alice, number.into(), number, 1)), done)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(transact(&mut db, &batch(1..3)), Ok(vec![Outcome::Stored; 2]));
    let pages: i64 = db
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    db.pragma_update(None, "max_page_count", pages).unwrap();
    let before = tables::load(&db, channel()).unwrap();
    let refused = transact(&mut db, &batch(3..200));
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    assert_eq!(tables::load(&db, channel()).unwrap(), before);
    // Somebody made room.
    db.pragma_update(None, "max_page_count", 1 << 30).unwrap();
    assert_eq!(transact(&mut db, &batch(3..200)), Ok(vec![Outcome::Stored; 197]));
    assert_eq!(tables::load(&db, channel()).unwrap().history.alice.len(), 199);
}

#[tokio::test]
async fn a_forgotten_channel_leaves_nothing_and_can_be_written_anew() {
    let directory = TempDir::new().unwrap();
    let store = open(&directory).unwrap();
    let first = claim(Side::Alice, 10, 1, 1);
    put(&store, first.clone()).await.unwrap();
    put(&store, message(Side::Bob, 1)).await.unwrap();
    store.forget(channel()).await.unwrap();
    assert_eq!(store.load(channel()).await.unwrap(), Kept::default());
    assert_eq!(put(&store, first).await, Ok(Outcome::Stored));
    store.close().await;
    let db = Connection::open(file(&directory)).unwrap();
    let rows: i64 = db
        .query_row(
            "SELECT (SELECT count(*) FROM channels) + (SELECT count(*) FROM history) + (SELECT count(*) FROM messages)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(rows, 2);
}

#[tokio::test]
async fn a_backup_is_made_while_claims_flow_and_can_be_used() {
    let (directory, target) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = open(&directory).unwrap();
    put(&store, message(Side::Bob, 1)).await.unwrap();
    for round in 0..3_u64 {
        let (sender, mut outcomes) = mpsc::unbounded_channel();
        for number in 1..=200 {
            let number = 1000 * round + number;
            let sender = sender.clone();
            let done = Box::new(move |outcome: Result<Outcome, StoreError>| {
                sender.send((number, outcome.is_ok())).unwrap();
            });
            store
                .submit(claim(Side::Alice, number.into(), number, 1), done)
                .await
                .unwrap();
        }
        drop(sender);
        let (acknowledged, stored) = outcomes.recv().await.unwrap();
        assert!(stored);
        // The rest is on its way.
        let copies = back_up(directory.path(), target.path()).unwrap();
        assert_eq!(copies, [file(&target)]);
        let copy = open(&target).unwrap();
        let kept = copy.load(channel()).await.unwrap();
        copy.close().await;
        let total = kept.claims.alice.unwrap().claim.claim.nonce;
        assert!(total >= acknowledged, "{total} is older than {acknowledged}");
        assert_eq!(kept.history.alice.last().unwrap().nonce, total);
        assert_eq!(kept.messages.len(), 1);
        while let Some((_, stored)) = outcomes.recv().await {
            assert!(stored);
        }
    }
    let onto_itself = back_up(directory.path(), directory.path());
    assert!(onto_itself.is_err());
    std::fs::write(directory.path().join("relay-torn.sqlite"), [0x55; 5000]).unwrap();
    let words = format!("{:#}", back_up(directory.path(), target.path()).unwrap_err());
    assert!(
        words.contains("relay-torn.sqlite") && words.contains("damaged"),
        "{words}"
    );
}

/// Both stores have to decide alike, or clients would see the difference.
#[test]
fn it_decides_as_the_other_store_does() {
    let directory = TempDir::new().unwrap();
    let db = schema::open(&file(&directory), &WORLD).unwrap();
    let mut entry = Entry::new(&key(), 3);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |bound: u64| {
        // xorshift
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % bound
    };
    let mut outcomes = std::collections::HashSet::new();
    for step in 0..1500 {
        let side = if draw(2) == 0 { Side::Alice } else { Side::Bob };
        let write = match draw(16) {
            0 => message(side, draw(3).into()),
            // Numbers and expiries rise, with repetitions, steps back and ends.
            1 => payment_request(side, 1 + step / 40 + draw(6), (step / 300) * 50_000 + draw(2)),
            2 => cancellation(side, 1 + step / 40 + draw(6), (step / 300) * 50_000 + draw(2)),
            3..=5 => memo(
                side,
                (step / 2 + draw(40)).into(),
                ["tea", "cake"][usize::from(draw(9) == 0)],
            ),
            6 => read_mark(side, draw(1 + step).into()),
            7 => decline(side, u8::try_from(draw(3)).unwrap()),
            // Mostly upwards, with repetitions and steps back.
            _ => claim(side, (step + draw(20)).into(), draw(3), step),
        };
        outcomes.insert(std::mem::discriminant(&entry.clone().apply(&write).unwrap()));
        let stored = tables::write(&db, &write);
        assert_eq!(stored, entry.apply(&write), "step {step}: {write:?}");
        if step % 100 == 99 {
            let kept = entry.clone().kept();
            assert_eq!(tables::load(&db, channel()), Ok(kept));
            entry = Entry::decode(channel(), &entry.encode()).unwrap();
        }
    }
    // Stored, repeated, not higher, said and outdated.
    assert_eq!(outcomes.len(), 5);
    let kept = entry.kept();
    assert_eq!(kept.history.alice.len(), MAX_HISTORY);
    let memos = |side| {
        let of_side = |said: &&Said| said.side == side && matches!(said.message, Message::Memo(_));
        kept.messages.iter().filter(of_side).count()
    };
    assert_eq!((memos(Side::Alice), memos(Side::Bob)), (MAX_MEMOS, MAX_MEMOS));
}
