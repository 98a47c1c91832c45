//! Downloads by pages: a real node, a real chain, a real WebSocket; the money moved is the bytes moved.

use crate::support::{
    World,
    download::{Page, Person, Shop},
    traffic::{UNIT, bytes, cost},
    units, until,
};
use serde_json::Value;
use std::time::Duration;
use thunder_channel::metering::{
    Meter,
    download::{Asked, Said},
};
use tokio_tungstenite::tungstenite::Message;

const MEGABYTE: u64 = 1_000_000;

#[test]
fn a_file_costs_what_its_bytes_cost_and_the_provider_hands_the_end_in() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    let film = shop.put("a film.mp4", 7 * MEGABYTE + 123);
    let mut eve = Person::new(&world, 5);
    let before = (world.holds(eve.account()), world.holds(shop.node.account()));

    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    assert_eq!(page.offer.files.len(), 1);
    assert_eq!(page.offer.files[0].length, film.len() as u64);
    eve.download(&mut page, "a film.mp4");
    assert!(eve.file == film, "the bytes are the file's");
    let settlement = eve.end(&mut page);

    let his = eve.wait_for(&shop, "ended");
    assert_eq!(
        (&his["page"], bytes(&his["counted"])),
        (&true.into(), film.len() as u64)
    );
    let price = cost(film.len() as u64);
    assert_eq!((units(&his["charged"]), units(&his["paid"])), (price, price));
    assert_eq!(settlement.paid.units(), price);
    assert_eq!(before.0 - world.holds(eve.account()), price);
    assert_eq!(world.holds(shop.node.account()) - before.1, price);
    assert_eq!(world.holds(world.sessions), 0, "nothing is burnt");
}

/// Bytes that a provider has served and cannot prove.
fn at_stake(provider: &Value) -> u64 {
    bytes(&provider["counted"]) - bytes(&provider["proven"]["provider"])
}

#[test]
fn a_connection_that_breaks_off_goes_on_where_it_was_and_leaves_no_difference() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    let film = shop.put("film", 6 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    // Early in a session already, where a unit is far more than the tolerance.
    for breaks in [100_000, 1_300_000, 3_700_000] {
        eve.get(&mut page, "film");
        eve.take_until(&mut page, breaks);
        drop(page);
        until("the stream's end", || {
            (eve.seen_by(&shop)["streams"] == 0).then_some(())
        });
        page = eve.connect(&shop);
        eve.resume(&mut page);
    }
    // And a pause in good manners.
    eve.get(&mut page, "film");
    eve.take_until(&mut page, 5_000_000);
    page.say(&Asked::Stop);
    assert_eq!(eve.next(&mut page), Said::Sent);
    drop(page);
    let mut page = eve.connect(&shop);
    eve.resume(&mut page);
    eve.download(&mut page, "film");
    assert!(eve.file == film, "the bytes are the file's");
    eve.end(&mut page);
    let his = eve.wait_for(&shop, "ended");
    assert_eq!(bytes(&his["counted"]), film.len() as u64);
    assert_eq!(units(&his["paid"]), cost(film.len() as u64));
    assert_eq!(world.holds(world.sessions), 0, "nothing is burnt");
}

#[test]
fn the_provider_has_said_what_it_counted_before_a_stop_is_answered() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 12 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    for pause in 1..10_usize {
        eve.get(&mut page, "film");
        // In the middle of a unit, where nothing else makes a statement due.
        eve.take_until(&mut page, pause * 1_000_000 + 300_000);
        page.say(&Asked::Stop);
        assert_eq!(eve.next(&mut page), Said::Sent);
        let said = eve.meter.as_ref().and_then(Meter::their_count);
        assert_eq!(said, Some(eve.file.len() as u64), "at pause {pause}");
    }
}

#[test]
fn a_used_up_deposit_stops_the_download_until_there_is_more() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    let film = shop.put("film", 5 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 5 * MEGABYTE, 2 * MEGABYTE);
    eve.get(&mut page, "film");
    eve.take_until(&mut page, 2_000_000);
    while let Some(frame) = page.hear_within(Duration::from_millis(500)) {
        assert_eq!(eve.take(&mut page, frame), None, "only statements");
    }
    assert_eq!(eve.file.len(), 2_000_000);
    let stopped = eve.seen_by(&shop);
    assert_eq!(
        (&stopped["room"], at_stake(&stopped)),
        (&0.into(), 0),
        "{stopped}"
    );
    eve.top_up(&world, 3 * MEGABYTE);
    // Over the same connection, in the middle of the file.
    eve.resume(&mut page);
    assert_eq!(eve.next(&mut page), Said::Sent);
    assert!(eve.file == film, "the bytes are the file's");
    eve.end(&mut page);
    assert_eq!(units(&eve.wait_for(&shop, "ended")["paid"]), cost(5 * MEGABYTE));
}

#[test]
fn who_never_acknowledges_gets_a_unit_and_no_more() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 20 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    let mut got = 0;
    // Without a word, and hanging up, again and again.
    for _ in 0..12 {
        page.say(&Asked::Get {
            session: eve.id(),
            file: "film".to_owned(),
            from: got,
        });
        got += pieces(&mut page, 300_000);
        drop(page);
        until("the stream's end", || {
            (eve.seen_by(&shop)["streams"] == 0).then_some(())
        });
        page = eve.connect(&shop);
        page.say(&Asked::Resume { session: eve.id() });
    }
    page.say(&Asked::Get {
        session: eve.id(),
        file: "film".to_owned(),
        from: got,
    });
    let his = until("the end of the unit", || {
        got += pieces(&mut page, u64::MAX);
        let his = eve.seen_by(&shop);
        (his["room"] == 0).then_some(his)
    });
    got += pieces(&mut page, u64::MAX);
    assert!(got <= UNIT, "{got}");
    assert_eq!(bytes(&his["proven"]["provider"]), 0, "{his}");
}

/// Takes bytes of files without counting any, up to so many or until nothing comes.
fn pieces(page: &mut Page, most: u64) -> u64 {
    let mut got = 0;
    while got < most {
        match page.hear_within(Duration::from_millis(700)) {
            Some(crate::support::download::Frame::Piece(piece)) => got += piece.len() as u64,
            Some(_) => (),
            None => break,
        }
    }
    got
}

#[test]
fn nonsense_is_told_so_and_hung_up_on_and_harms_nobody_else() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    let film = shop.put("film", MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut hers = eve.open(&world, &shop, 5 * MEGABYTE, 5 * MEGABYTE);
    let long = Message::text(format!("{{\"type\":\"{}\"}}", "x".repeat(8 * 1_024)));
    for (message, says) in [
        (long, "too long"),
        (Message::text("nonsense"), "not understood"),
        (Message::text("[]"), "not understood"),
        (Message::text(r#"{"type":"sing"}"#), "does not know"),
        (Message::text(r#"{"type":"stop"}"#), "sign in first"),
        (Message::binary(vec![1; 100]), "no bytes"),
    ] {
        let mut page = Page::dial(&shop);
        page.send(message);
        let Said::Refused { words } = page.said() else {
            panic!("{says}")
        };
        assert!(words.contains(says), "{words}");
    }
    let mut page = Page::dial(&shop);
    for _ in 0..9 {
        let words = page.refused(&Asked::Stop);
        assert!(words.contains("sign in first"), "{words}");
    }
    assert!(page.refused(&Asked::Stop).contains("made no sense"));
    assert!(page.is_over());
    eve.download(&mut hers, "film");
    assert!(eve.file == film);
}
