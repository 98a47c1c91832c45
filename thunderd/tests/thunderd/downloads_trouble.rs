//! Downloads in trouble: whoever is not to be let in, asks for what is not theirs, goes away, or lies.

use crate::support::{
    PATIENCE, World,
    download::{Frame, ORIGIN, Page, Person, Shop},
    node::{command, log},
    traffic::{UNIT, bytes, cost},
    units, until,
    world::free_port,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    io::Read,
    net::TcpStream,
    process::Stdio,
    time::{Duration, Instant},
};
use thunder_channel::{
    Amount, Bytes32, SignIn, TypedMessage,
    metering::{
        Count, SessionKey, SignedCount,
        download::{Asked, Said},
    },
};

const MEGABYTE: u64 = 1_000_000;

/// Bytes that a provider has served and cannot prove.
fn at_stake(provider: &Value) -> u64 {
    bytes(&provider["counted"]) - bytes(&provider["proven"]["provider"])
}

#[test]
fn only_pages_of_named_origins_are_let_in_and_nothing_else_is_there() {
    let world = World::new();
    let shop = Shop::start(&world, &["--provide-origin", "http://localhost:8080"]);
    for origin in [ORIGIN, "http://localhost:8080"] {
        assert!(Page::dial_from(&shop.url, Some(origin)).is_ok(), "{origin}");
    }
    for origin in [
        None,
        Some("https://evil.example"),
        Some("http://app.example"),
        Some("https://app.example.evil.example"),
        Some("null"),
        Some("*"),
    ] {
        let refused = Page::dial_from(&shop.url, origin)
            .err()
            .map(|status| status.as_u16());
        assert_eq!(refused, Some(403), "{origin:?}");
    }
    let http = reqwest::blocking::Client::builder().no_proxy().build().unwrap();
    let get = |path: &str, origin: &str| {
        let url = format!("{}{path}", shop.url.replacen("ws", "http", 1));
        let answer = http.get(url).header("origin", origin).send().unwrap();
        (answer.status(), answer.text().unwrap())
    };
    let (status, words) = get("/downloads", "https://evil.example");
    assert!(
        status == StatusCode::FORBIDDEN && words.contains("--provide-origin"),
        "{words}"
    );
    assert!(get("/downloads", ORIGIN).0.is_client_error(), "no socket");
    for path in ["/", "/film", "/downloads/film", "/v1/info"] {
        assert_eq!(get(path, ORIGIN).0, StatusCode::NOT_FOUND, "{path}");
    }
    // And the node's own port has no downloads.
    let own = format!("ws://127.0.0.1:{}", shop.node.port);
    assert!(Page::dial_from(&own, Some(ORIGIN)).is_err());
}

#[test]
fn strangers_take_up_their_places_for_a_moment_only() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    let address = shop.url.strip_prefix("ws://").unwrap();
    let is_hung_up_on = |mut stranger: &TcpStream| {
        stranger.set_read_timeout(Some(PATIENCE)).unwrap();
        matches!(stranger.read(&mut [0]), Ok(0) | Err(_))
    };
    let strangers: Vec<_> = (0..256).map(|_| TcpStream::connect(address).unwrap()).collect();
    let since = Instant::now();
    assert!(is_hung_up_on(&TcpStream::connect(address).unwrap()));
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "there is no place for one more"
    );
    assert!(strangers.iter().all(is_hung_up_on));
    assert!(since.elapsed() < PATIENCE, "and after a while there is");
    Page::dial(&shop);
}

#[test]
fn a_sign_in_is_good_for_its_own_connection_and_origin_and_opens_ones_own_sessions_only() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mallory = Person::new(&world, 6);
    let mut hers = eve.open(&world, &shop, 5 * MEGABYTE, 5 * MEGABYTE);
    let get = |file: &str| Asked::Get {
        session: eve.id(),
        file: file.to_owned(),
        from: 0,
    };

    // Nobody has signed in.
    let mut page = Page::dial(&shop);
    assert!(page.refused(&get("film")).contains("sign in first"));

    // Somebody else has.
    let mut page = mallory.connect(&shop);
    let (_, settle) = eve.settlement();
    let session = eve.id();
    for asked in [
        get("film"),
        Asked::Resume { session },
        Asked::Finish { session },
        settle,
        Asked::Count(SignedCount::sign(
            Count {
                session,
                count: 5,
                acknowledged: Bytes32::zero(),
            },
            &mallory.key,
            &page.domain(),
        )),
    ] {
        assert!(page.refused(&asked).contains("no such session"), "{asked:?}");
    }

    // Her signature of another connection, and of another origin that somebody had her sign.
    let seen = Page::dial(&shop);
    let mut page = Page::dial(&shop);
    let phished = SignIn {
        origin: "wss://evil.example".to_owned(),
        ..page.challenge.clone()
    };
    for statement in [&seen.challenge, &phished] {
        let signature = eve.key.sign(&statement.digest(&page.domain()));
        page.say(&Asked::SignIn { signature });
        let Said::SignedIn { address } = page.said() else {
            panic!("somebody signed")
        };
        assert_ne!(address, eve.key.address());
        assert!(page.refused(&get("film")).contains("no such session"));
        page = Page::dial(&shop);
    }
    // One answer is all.
    page.sign_in(&mallory.key);
    let signature = eve.key.sign(&page.challenge.digest(&page.domain()));
    let words = page.refused(&Asked::SignIn { signature });
    assert!(words.contains("signed in already"), "{words}");

    eve.download(&mut hers, "film");
    assert_eq!(eve.file.len(), 1_000_000, "and nobody has held her up");
}

#[test]
fn only_files_of_the_directory_are_sent_one_at_a_time_and_from_within() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 5 * MEGABYTE);
    shop.put(".hidden", 10);
    std::fs::create_dir(shop.files.join("inner")).unwrap();
    shop.put("inner/file", 10);
    let secret = world.directory.path().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&secret, shop.files.join("link")).unwrap();
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    let offered: Vec<_> = page.offer.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(offered, ["film"]);
    let session = eve.id();
    let get = |file: &str, from| Asked::Get {
        session,
        file: file.to_owned(),
        from,
    };
    for bad in [
        "",
        "none",
        "..",
        "../secret",
        "inner",
        "inner/file",
        "./film",
        ".hidden",
        "link",
        "film\0",
        "film\n",
        secret.to_str().unwrap(),
        "/etc/passwd",
        "..\\secret",
        "%2e%2e%2fsecret",
    ] {
        assert!(page.refused(&get(bad, 0)).contains("no such file"), "{bad:?}");
    }
    for beyond in [5 * MEGABYTE + 1, u64::MAX] {
        assert!(page.refused(&get("film", beyond)).contains("5000000 bytes"));
    }
    // A wish to stop crosses the end of a file on the way: then it asks for nothing, and stops nothing that is asked for after it.
    page.say(&Asked::Stop);
    assert_eq!(eve.seen_by(&shop)["counted"], 0, "and cost nothing");

    eve.get(&mut page, "film");
    page.say(&get("film", 0));
    let mut refused = None;
    let sent = loop {
        match eve.next(&mut page) {
            Said::Refused { words } => refused = Some(words),
            said => break said,
        }
    };
    assert_eq!(sent, Said::Sent);
    assert!(refused.unwrap().contains("one at a time"));
    assert_eq!(eve.file.len(), 5_000_000, "the first one goes on");
    // There is nothing behind the end, and that is no fault.
    eve.download(&mut page, "film");
    assert_eq!(eve.file.len(), 5_000_000);
}

#[test]
fn what_is_proposed_has_to_be_what_is_offered_and_takes_up_nobody_elses_place() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    let mut eve = Person::new(&world, 5);
    let mallory = Person::new(&world, 6);
    let mut page = mallory.connect(&shop);
    let good = mallory.session_key(&page.offer, 5 * MEGABYTE, 1);
    let deposit = good.terms.cost(MEGABYTE).unwrap();
    let with = |change: fn(&mut SessionKey)| {
        let mut key = good;
        change(&mut key);
        Asked::Propose {
            key: Box::new(key),
            deposit,
        }
    };
    for (asked, says) in [
        (
            with(|key| key.client_signer = key.client),
            "between the two of us",
        ),
        (
            with(|key| key.provider_signer = key.client),
            "between the two of us",
        ),
        (with(|key| key.provider = key.client), "between the two of us"),
        (with(|key| key.client = key.provider), "same address"),
        (
            with(|key| key.terms.price = Amount::new(1).unwrap()),
            "not the terms",
        ),
        (with(|key| key.terms.unit += 1), "not the terms"),
        (
            Asked::Propose {
                key: Box::new(good),
                deposit: Amount::ZERO,
            },
            "the deposit",
        ),
        (
            Asked::Propose {
                key: Box::new(good),
                deposit: good.terms.cost(6 * MEGABYTE).unwrap(),
            },
            "the deposit",
        ),
    ] {
        let words = page.refused(&asked);
        assert!(words.contains(says), "{words}");
    }

    // In her name, by a key that is not hers: accepted, as nobody is bound before she deposits. It does not keep her waiting.
    let mut key = good;
    key.client = eve.account();
    page.say(&Asked::Propose {
        key: Box::new(key),
        deposit,
    });
    assert!(matches!(page.said(), Said::Accepted(_)));
    let words = page.refused(&with(|key| key.salt = 2));
    assert!(words.contains("waits for its deposit"), "{words}");
    let words = page.refused(&Asked::Resume { session: key.id(0) });
    assert!(words.contains("not on the chain yet"), "{words}");
    let words = page.refused(&Asked::Get {
        session: key.id(0),
        file: "film".to_owned(),
        from: 0,
    });
    assert!(words.contains("no such file"), "{words}");
    shop.put("film", MEGABYTE);
    let words = page.refused(&Asked::Get {
        session: key.id(0),
        file: "film".to_owned(),
        from: 0,
    });
    assert!(words.contains("does not run"), "{words}");
    let mut hers = eve.open(&world, &shop, 5 * MEGABYTE, 5 * MEGABYTE);
    eve.download(&mut hers, "film");

    // Whom the node distrusts gets nothing.
    let frank = Person::new(&world, 7);
    let distrust = json!({ "account": frank.account(), "words": "never pays" });
    shop.node.post("blacklist", &distrust);
    let mut page = frank.connect(&shop);
    let key = frank.session_key(&page.offer, 5 * MEGABYTE, 1);
    let words = page.refused(&Asked::Propose {
        key: Box::new(key),
        deposit,
    });
    assert!(words.contains("blacklist"), "{words}");
}

#[test]
fn a_flood_of_frames_holds_up_who_sends_it_and_nobody_else() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 3 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mallory = Person::new(&world, 6);
    let mut hers = eve.open(&world, &shop, 5 * MEGABYTE, 5 * MEGABYTE);
    let mut page = mallory.connect(&shop);
    let since = Instant::now();
    for _ in 0..1_000 {
        page.say(&Asked::Finish { session: eve.id() });
    }
    eve.download(&mut hers, "film");
    assert_eq!(eve.file.len(), 3_000_000);
    for _ in 0..1_000 {
        assert!(matches!(page.said(), Said::Refused { .. }));
    }
    // Four hundred at once, then two hundred a second.
    assert!(
        since.elapsed() >= Duration::from_millis(2_900),
        "{:?}",
        since.elapsed()
    );
}

#[test]
fn a_key_has_so_many_connections_and_a_session_one() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 9 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut former = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    eve.get(&mut former, "film");
    eve.take_until(&mut former, 1_000_000);
    // Another window goes on; the first is told so.
    let mut page = eve.connect(&shop);
    page.say(&Asked::Resume { session: eve.id() });
    assert!(matches!(page.said(), Said::Running { .. }));
    let words = loop {
        let frame = former.hear();
        if let Some(Said::Refused { words }) = eve.take(&mut former, frame) {
            break words;
        }
    };
    assert!(words.contains("another connection"), "{words}");
    assert!(former.is_over());
    eve.resume(&mut page);
    eve.download(&mut page, "film");
    assert_eq!(eve.file.len(), 9_000_000);

    let others: Vec<_> = (1..8).map(|_| eve.connect(&shop)).collect();
    let mut ninth = Page::dial(&shop);
    let signature = eve.key.sign(&ninth.challenge.digest(&ninth.domain()));
    assert!(
        ninth
            .refused(&Asked::SignIn { signature })
            .contains("too many connections")
    );
    assert!(ninth.is_over());
    drop(others);
    until("a free place", || {
        let mut page = Page::dial(&shop);
        let signature = eve.key.sign(&page.challenge.digest(&page.domain()));
        page.say(&Asked::SignIn { signature });
        matches!(page.said(), Said::SignedIn { .. }).then_some(())
    });
}

#[test]
fn a_node_that_is_killed_in_the_middle_goes_on_under_the_same_session() {
    let world = World::new();
    let mut shop = Shop::start(&world, &[]);
    let film = shop.put("film", 8 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    eve.get(&mut page, "film");
    eve.take_until(&mut page, 4_300_000);
    shop.node.kill_and_restart();
    let mut page = eve.connect(&shop);
    eve.resume(&mut page);
    eve.download(&mut page, "film");
    assert!(eve.file == film, "the bytes are the file's");
    eve.end(&mut page);
    let his = eve.wait_for(&shop, "ended");
    let lost = film.len() as u64 - bytes(&his["counted"]);
    assert!(lost <= UNIT, "what a kill makes a provider forget: {lost}");
    assert_eq!(units(&his["paid"]), cost(bytes(&his["counted"])));
}

#[test]
fn a_provider_whose_page_is_gone_is_paid_what_it_can_prove() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 20 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let before = (world.holds(eve.account()), world.holds(shop.node.account()));
    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    eve.get(&mut page, "film");
    eve.take_until(&mut page, 3_300_000);
    drop(page);
    let his = until("the stream's end", || {
        let his = eve.seen_by(&shop);
        (his["streams"] == 0).then_some(his)
    });
    assert!(at_stake(&his) <= UNIT, "{his}");
    let end = shop.node.post(&format!("sessions/{}/end", eve.id()), &json!({}));
    assert_eq!(
        (&end["together"], &end["session"]["state"]),
        (&json!(false), &json!("closing"))
    );
    world.mine(24);
    let his = eve.wait_for(&shop, "ended");
    let paid = units(&his["paid"]);
    assert_eq!(paid, cost(bytes(&his["proven"]["provider"])), "{his}");
    assert!(paid >= cost(2 * MEGABYTE), "{his}");
    assert_eq!(world.holds(shop.node.account()) - before.1, paid);
    assert_eq!(before.0 - world.holds(eve.account()), units(&his["charged"]));
    // Who comes back is told.
    let mut page = eve.connect(&shop);
    let words = page.refused(&Asked::Resume { session: eve.id() });
    assert!(words.contains("over"), "{words}");
}

#[test]
fn a_session_that_no_page_uses_is_ended_by_its_provider() {
    let world = World::new();
    let shop = Shop::start(&world, &["--provide-idle", "2"]);
    shop.put("film", 2 * MEGABYTE);
    let before = world.holds(shop.node.account());
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 5 * MEGABYTE, 5 * MEGABYTE);
    eve.download(&mut page, "film");
    eve.count(&mut page);
    // The last words are heard, and nothing more is asked for.
    until("the last word", || {
        while let Some(frame) = page.hear_within(Duration::from_millis(50)) {
            eve.take(&mut page, frame);
        }
        (at_stake(&eve.seen_by(&shop)) == 0).then_some(())
    });
    drop(page);
    until("the end", || {
        world.mine(2);
        (eve.seen_by(&shop)["state"] == "ended").then_some(())
    });
    assert_eq!(world.holds(shop.node.account()) - before, cost(2 * MEGABYTE));
}

#[test]
fn a_session_whose_end_is_asked_for_and_not_signed_is_closed_by_its_provider() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 2 * MEGABYTE);
    let (mut frank, eve) = (Person::new(&world, 6), Person::new(&world, 5));
    let mut page = frank.open(&world, &shop, 5 * MEGABYTE, 5 * MEGABYTE);
    frank.download(&mut page, "film");
    frank.count(&mut page);
    page.say(&Asked::Finish { session: frank.id() });
    assert!(matches!(frank.next(&mut page), Said::Finished { .. }));
    let words = page.refused(&Asked::Resume { session: frank.id() });
    assert!(words.contains("ending"), "{words}");
    // Less than was used is not signed, nor what somebody else signed, nor what is good for too long.
    let less = frank.settled_for(|settlement| settlement.paid = Amount::ZERO);
    assert!(page.refused(&less).contains("more was used"));
    let long = frank.settled_for(|settlement| settlement.expiry = 1_000_000);
    assert!(page.refused(&long).contains("too long"));
    let Asked::Settle { settlement, .. } = frank.settlement().1 else {
        panic!("a settlement")
    };
    let signature = eve.key.sign(&settlement.digest(&page.domain()));
    let forged = Asked::Settle {
        settlement,
        signature,
    };
    assert!(page.refused(&forged).contains("not signed by you"));
    // It is closed once the settlement would have expired, and settled a period after that.
    let his = until("the end", || {
        world.mine(50);
        let his = frank.seen_by(&shop);
        (his["state"] == "ended").then_some(his)
    });
    assert_eq!(units(&his["paid"]), cost(2 * MEGABYTE));
}

#[test]
fn a_page_that_counts_low_is_found_out_and_its_wallet_gets_nothing_more() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", 5 * MEGABYTE);
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 20 * MEGABYTE, 20 * MEGABYTE);
    page.say(&Asked::Get {
        session: eve.id(),
        file: "film".to_owned(),
        from: 0,
    });
    let domain = page.domain();
    let statement = loop {
        if let Frame::Said(Said::Count(statement)) = page.hear() {
            break statement;
        }
    };
    let low = Count {
        session: eve.id(),
        count: statement.count() / 2,
        acknowledged: statement.name(&domain),
    };
    page.say(&Asked::Count(SignedCount::sign(low, &eve.key, &domain)));
    let his = eve.wait_for(&shop, "closing");
    assert_eq!(his["accused"], true);
    let mut page = eve.connect(&shop);
    let key = eve.session_key(&page.offer, 5 * MEGABYTE, 9);
    let words = page.refused(&Asked::Propose {
        key: Box::new(key),
        deposit: key.terms.cost(MEGABYTE).unwrap(),
    });
    assert!(words.contains("blacklist"), "{words}");
    // To others it proves nothing against the account: somebody else might have named it.
    let listed = &shop.node.get("blacklist")[0];
    assert_eq!(
        (&listed["proved"], &listed["refused"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn settings_that_make_no_sense_stop_the_node_at_its_start() {
    let world = World::new();
    let files = world.directory.path().join("files");
    std::fs::create_dir_all(&files).unwrap();
    let files = files.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let free = format!("127.0.0.1:{}", free_port());
    let provide: &[&str] = &["--provide", "--provide-price", "1"];
    let web: &[&str] = &["--provide-web", &free];
    let from: &[&str] = &["--provide-files", files];
    let app: &[&str] = &["--provide-origin", ORIGIN];
    for (arguments, says) in [
        (vec![web, from, app], "needs --provide,"),
        (vec![provide, web, app], "--provide-files"),
        (vec![provide, web, from], "needs --provide-origin"),
        (vec![provide, from], "needs --provide-web"),
        (vec![provide, app], "needs --provide-web"),
        (
            vec![provide, web, app, &["--provide-files", "/nowhere/at/all"]],
            "/nowhere/at/all cannot be used",
        ),
        (
            vec![
                provide,
                web,
                app,
                &["--provide-files", world.book().to_str().unwrap()],
            ],
            "no directory",
        ),
        (
            vec![
                provide,
                web,
                from,
                &["--provide-origin", "https://app.example/page"],
            ],
            "without a path",
        ),
        (
            vec![provide, web, from, &["--provide-origin", "*"]],
            "is no origin",
        ),
        (
            vec![provide, from, app, &["--provide-web", "0.0.0.0:2080"]],
            "--provide-web-url",
        ),
        (
            vec![
                provide,
                web,
                from,
                app,
                &["--provide-web-url", "https://node.example"],
            ],
            "wss://node.example",
        ),
        (
            vec![provide, from, app, &["--provide-web", &taken]],
            "choose another port with --provide-web",
        ),
        (
            vec![provide, from, app, &["--provide-web", "2080"]],
            "invalid socket address",
        ),
    ] {
        let data = world.directory.path().join("odd");
        let arguments = arguments.concat();
        let mut node = command(&data, &world.book(), &world.anvil.url, 0);
        let mut node = node.args(&arguments).stdout(Stdio::null()).spawn().unwrap();
        let since = Instant::now();
        let ended = loop {
            match node.try_wait().unwrap() {
                None if since.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
                ended => break ended,
            }
        };
        node.kill().ok();
        assert!(ended.is_some_and(|status| !status.success()), "{arguments:?}");
        let log = log(&data);
        assert!(log.contains(says), "{arguments:?}: {log}");
    }
}

#[test]
fn pages_and_nodes_are_served_side_by_side_and_told_apart() {
    let world = World::new();
    let shop = Shop::start(&world, &[]);
    shop.put("film", MEGABYTE);
    let alice = world.node("alice", 1);
    alice.connect(&shop.node);
    let way = crate::support::traffic::route(&alice, &[&shop.node], 1);
    let mut eve = Person::new(&world, 5);
    let mut page = eve.open(&world, &shop, 5 * MEGABYTE, 5 * MEGABYTE);
    let node_session = serde_json::from_value(way["sessions"][0].clone()).unwrap();
    let words = page.refused(&Asked::Resume {
        session: node_session,
    });
    assert!(words.contains("no such session"), "{words}");
    eve.download(&mut page, "film");
    let server = crate::support::traffic::Server::start();
    crate::support::traffic::download(&way, &server, MEGABYTE);
    let listed = crate::support::cli::cli(&shop.node, &["sessions"]).good();
    assert_eq!(listed.matches("page of 0x").count(), 1, "{listed}");
    let shown = crate::support::cli::cli(&shop.node, &["session", "show", &eve.id().to_string()]).good();
    assert!(
        shown.contains("page of 0x") && shown.contains("which this node serves"),
        "{shown}"
    );
    assert_eq!(crate::support::traffic::close(&alice, &way)[0]["together"], true);
    eve.end(&mut page);
    eve.wait_for(&shop, "ended");
    let locked = shop.node.post("wallet/lock", &json!({}));
    assert_eq!(locked["state"], "locked");
    assert!(page.is_over(), "nothing is served while the wallet is locked");
    let refused = Page::dial_from(&shop.url, Some(ORIGIN)).err();
    assert_eq!(refused.map(|status| status.as_u16()), Some(503));
}
