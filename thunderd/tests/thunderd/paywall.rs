//! A real service behind a real paywall, paid by the real `thunder-cli`.

use crate::support::{
    Node, World,
    cli::{Said, cli},
    paywall::{Paywall, Service, byte_at},
    units, until,
};
use reqwest::{StatusCode, blocking::Client};
use serde_json::{Value, json};
use thunder_api::{
    PAYMENT_REQUIRED, PAYMENT_RESPONSE, PAYMENT_SIGNATURE, PaymentPayload, PaymentRequired, PaymentResponse,
    Per, cost, from_header, to_header,
};
use thunder_channel::Amount;

const WHOLE: u128 = 10_u128.pow(18);
/// Of a request, in the tests that pay by request.
const PRICE: u128 = WHOLE / 100;

struct Stage {
    world: World,
    alice: Node,
    bob: Node,
    channel: String,
    service: Service,
    paywall: Paywall,
}

impl Stage {
    /// Alice has a channel with bob, whose service is behind a paywall.
    fn new(terms: &[&str]) -> Self {
        let world = World::new();
        let (alice, bob, channel) = world.with_channel("refute");
        let service = Service::start();
        let paywall = Paywall::start(&bob, &service, terms);
        Self {
            world,
            alice,
            bob,
            channel,
            service,
            paywall,
        }
    }

    fn fetch(&self, path: &str, limit: &str) -> Said {
        cli(&self.alice, &["fetch", &self.paywall.url(path), "--limit", limit])
    }

    /// What alice has paid, as she and bob have it, and what was charged.
    fn books(&self) -> (u128, u128, u128) {
        let paid = units(&self.alice.channel(&self.channel)["paid"]["mine"]);
        let stands = self
            .bob
            .post("charges", &json!({ "channel": self.channel, "amount": "0" }));
        (paid, units(&stands["credited"]), units(&stands["charged"]))
    }

    /// What a program that has alice's best claim would send.
    fn claim(&self) -> PaymentPayload {
        let answer = get(&self.paywall.url("/page"), None);
        let required: PaymentRequired = header(&answer, PAYMENT_REQUIRED);
        let evidence = self.alice.get(&format!("channels/{}/evidence", self.channel));
        let payload = json!({ "channel": self.channel, "claim": evidence["claims"]["alice"] });
        serde_json::from_value(
            json!({ "x402Version": 2, "accepted": required.accepts[0], "payload": payload }),
        )
        .unwrap()
    }
}

fn get(url: &str, payload: Option<&PaymentPayload>) -> reqwest::blocking::Response {
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.get(url);
    match payload {
        Some(payload) => request.header(PAYMENT_SIGNATURE, to_header(payload)),
        None => request,
    }
    .send()
    .unwrap()
}

fn header<T: serde::de::DeserializeOwned>(answer: &reqwest::blocking::Response, name: &str) -> T {
    from_header(answer.headers()[name].to_str().unwrap()).unwrap()
}

#[test]
fn a_page_is_served_to_who_pays() {
    let stage = Stage::new(&["--price", "0.01"]);
    let url = stage.paywall.url("/page");
    let answer = get(&url, None);
    assert_eq!(answer.status(), StatusCode::PAYMENT_REQUIRED);
    let required: PaymentRequired = header(&answer, PAYMENT_REQUIRED);
    let terms = &required.accepts[0];
    assert_eq!(
        (terms.network.as_str(), terms.pay_to),
        ("eip155:31337", stage.bob.account())
    );
    assert_eq!((terms.asset, terms.amount.units()), (stage.world.token, PRICE));
    assert_eq!(
        (terms.extra.hub, terms.extra.per),
        (stage.world.hub, Per::Request)
    );
    let body: PaymentRequired = answer.json().unwrap();
    assert_eq!(body, required, "for who reads no headers");
    assert_eq!(stage.service.served(), 0);

    // The price is said before anything is paid, and a limit is one.
    let said = cli(&stage.alice, &["fetch", &url]);
    assert!(
        said.code == 1 && said.err.contains("0.01 THD") && said.err.contains("--limit"),
        "{}",
        said.err
    );
    let said = stage.fetch("/page", "0.009");
    assert_eq!((said.code, stage.books()), (1, (0, 0, 0)), "{}", said.err);

    let said = stage.fetch("/page", "0.02");
    assert!(said.err.contains("0.01 THD"), "{}", said.err);
    assert_eq!(said.good(), format!("the page of {:#x}\n", stage.alice.account()));
    assert_eq!(
        (stage.books(), stage.service.served()),
        ((PRICE, PRICE, PRICE), 1)
    );

    // What fails is free, and what was paid for it buys the next page.
    let said = stage.fetch("/broken", "0.02");
    assert_eq!(
        (said.code, said.out.as_str()),
        (5, "out of order\n"),
        "{}",
        said.err
    );
    assert_eq!(stage.books(), (2 * PRICE, 2 * PRICE, PRICE));
    stage.fetch("/page", "0.02").good();
    assert_eq!(stage.books(), (2 * PRICE, 2 * PRICE, 2 * PRICE));

    // Bodies of requests arrive, and the answer says what became of the payment.
    stage.alice.post_payment(&stage.channel, PRICE);
    let payload = stage.claim();
    let client = Client::builder().no_proxy().build().unwrap();
    let sent = client
        .post(stage.paywall.url("/echo?x=1"))
        .header(PAYMENT_SIGNATURE, to_header(&payload));
    let answer = sent.body("hello").send().unwrap();
    let response: PaymentResponse = header(&answer, PAYMENT_RESPONSE);
    assert!(
        response.success && response.charged.units() == 3 * PRICE,
        "{response:?}"
    );
    assert_eq!(answer.text().unwrap(), "x=1 hello");
}

#[test]
fn a_claim_serves_what_it_pays_for_and_no_more() {
    let stage = Stage::new(&["--price", "0.01"]);
    let url = stage.paywall.url("/page");
    stage.fetch("/page", "1").good();
    let payload = stage.claim();
    let again = get(&url, Some(&payload));
    assert_eq!(again.status(), StatusCode::PAYMENT_REQUIRED, "paid and served");
    let response: PaymentResponse = header(&again, PAYMENT_RESPONSE);
    assert!(!response.success);

    // Nobody's claims, and claims about something else.
    let mut forged = payload.clone();
    forged.payload.claim.as_mut().unwrap().claim.total = Amount::new(50 * WHOLE).unwrap();
    assert_eq!(get(&url, Some(&forged)).status(), StatusCode::BAD_REQUEST);
    let mut other = payload.clone();
    other.payload.channel.0.0[0] ^= 1;
    assert_eq!(get(&url, Some(&other)).status(), StatusCode::BAD_REQUEST);
    let mut elsewhere = payload.clone();
    elsewhere.accepted.scheme = "exact".to_owned();
    assert_eq!(get(&url, Some(&elsewhere)).status(), StatusCode::PAYMENT_REQUIRED);
    let client = Client::builder().no_proxy().build().unwrap();
    for garbage in ["", "%%%", "e30=", &"A".repeat(9_000)] {
        let answer = client
            .get(&url)
            .header(PAYMENT_SIGNATURE, garbage)
            .send()
            .unwrap();
        assert_eq!(answer.status(), StatusCode::PAYMENT_REQUIRED, "{garbage:.10}");
    }
    assert_eq!(
        (stage.service.served(), stage.books()),
        (1, (PRICE, PRICE, PRICE))
    );
}

#[test]
fn requests_side_by_side_are_paid_once_each() {
    const REQUESTS: u128 = 12;
    let stage = Stage::new(&["--price", "0.01"]);
    std::thread::scope(|scope| {
        let fetches: Vec<_> = (0..REQUESTS)
            .map(|_| scope.spawn(|| stage.fetch("/page", "1")))
            .collect();
        for fetch in fetches {
            fetch.join().unwrap().good();
        }
    });
    let all = REQUESTS * PRICE;
    assert_eq!((stage.books(), stage.service.served()), ((all, all, all), 12));
}

#[test]
fn bytes_are_paid_as_they_flow() {
    const BYTES: u64 = 5_000_000;
    const UNIT: u64 = 64 * 1_024;
    let stage = Stage::new(&["--price", "2", "--per", "mb", "--unit", "65536"]);
    let file = stage.world.directory.path().join("fetched");
    let url = stage.paywall.url(&format!("/file/{BYTES}"));
    let said = cli(
        &stage.alice,
        &[
            "--json",
            "fetch",
            &url,
            "--limit",
            "20",
            "--output",
            file.to_str().unwrap(),
        ],
    );
    let summary: Value = serde_json::from_str(&said.good()).unwrap();
    assert_eq!(summary["bytes"], BYTES);
    let fetched = std::fs::read(&file).unwrap();
    assert!((0..).zip(&fetched).all(|(place, byte)| *byte == byte_at(place)));
    let price = Amount::new(2 * WHOLE).unwrap();
    let exactly = cost(price, BYTES).unwrap().units();
    let (paid, credited, charged) = stage.books();
    assert_eq!(
        (paid, charged),
        (credited, exactly),
        "the money that moved is that of the bytes"
    );
    assert!(
        paid >= exactly && paid <= exactly + cost(price, UNIT).unwrap().units(),
        "{paid}"
    );

    // Where the length is not known, and small pages: what was paid ahead is not lost.
    for _ in 0..20 {
        stage.fetch("/page", "20").good();
    }
    let said = cli(
        &stage.alice,
        &["fetch", &stage.paywall.url("/stream/1000000"), "--limit", "20"],
    );
    assert_eq!(said.good().len(), 1_000_000);
    let (paid, _, charged) = stage.books();
    let ahead = cost(price, 2 * UNIT).unwrap().units();
    assert!(paid <= charged + ahead, "{paid} {charged}");
    assert!(charged <= exactly + cost(price, 1_000_000 + 20 * 100).unwrap().units() + ahead);

    // Who pays for one unit and then no more gets no more than that.
    stage
        .alice
        .post_payment(&stage.channel, cost(price, UNIT).unwrap().units());
    let (paid, _, charged) = stage.books();
    let left = paid - charged;
    let mut answer = get(&url, Some(&stage.claim()));
    assert_eq!(answer.status(), StatusCode::OK);
    let mut got = Vec::new();
    let broke_off = std::io::copy(&mut answer, &mut got).is_err();
    let bought = u64::try_from(left * 1_000_000 / price.units()).unwrap();
    assert!(
        broke_off && got.len() as u64 <= bought,
        "{} of {bought}",
        got.len()
    );
}

#[test]
fn what_was_paid_for_something_else_buys_no_page() {
    let stage = Stage::new(&["--price", "0.01"]);
    stage.alice.pay("dinner", 10);
    assert_eq!(
        get(&stage.paywall.url("/page"), Some(&stage.claim())).status(),
        StatusCode::PAYMENT_REQUIRED
    );
    stage.fetch("/page", "1").good();
    let dinner = 10 * WHOLE;
    assert_eq!(stage.books(), (dinner + PRICE, dinner + PRICE, dinner + PRICE));
}

#[test]
fn a_restored_provider_serves_nothing_twice() {
    let mut stage = Stage::new(&["--price", "0.01"]);
    stage.fetch("/page", "1").good();
    let backup = stage.bob.get("backup");
    stage.fetch("/page", "1").good();
    stage.fetch("/page", "1").good();
    let claim = stage.claim();
    stage.bob.kill();
    stage.bob = Node::start(&stage.world, "moved", &[]);
    stage.bob.post("restore", &backup);
    stage.bob.unlock();
    stage.paywall = Paywall::start(&stage.bob, &stage.service, &["--price", "0.01"]);
    until("the channel", || {
        let answer = get(&stage.paywall.url("/page"), Some(&claim));
        // Until the restored node has read the chain, it knows no such channel.
        assert_ne!(
            answer.status(),
            StatusCode::OK,
            "what the backup does not know was served again"
        );
        (answer.status() == StatusCode::PAYMENT_REQUIRED).then_some(())
    });
    stage.fetch("/page", "1").good();
    assert_eq!(stage.service.served(), 4);
    let (paid, credited, charged) = stage.books();
    assert_eq!((paid, credited, charged), (4 * PRICE, 4 * PRICE, 4 * PRICE));
}

#[test]
fn killing_node_and_paywall_costs_a_page_at_most() {
    let mut stage = Stage::new(&["--price", "0.01"]);
    let mut served = 0;
    for round in 0..30 {
        if round == 10 {
            stage.bob.kill();
            let said = stage.fetch("/page", "1");
            assert_eq!(said.code, 5, "{}", said.err);
            stage.bob.restart();
            until("the link", || stage.alice.is_linked().then_some(()));
        }
        if round == 20 {
            stage.paywall = Paywall::start(&stage.bob, &stage.service, &["--price", "0.01"]);
        }
        let said = stage.fetch("/page", "1");
        served += u128::from(said.code == 0);
    }
    let (paid, credited, charged) = stage.books();
    assert_eq!((served, paid), (30, credited), "each was served in the end");
    assert_eq!(
        (charged, stage.service.served()),
        (30 * PRICE, 30),
        "and charged once"
    );
    assert!(paid <= 31 * PRICE, "{paid}");
}

#[test]
fn bad_options_are_explained() {
    let world = World::new();
    let bob = world.node("bob", 2);
    for (options, words) in [
        (
            ["--price", "0", "--upstream", "http://127.0.0.1:1"],
            "costs nothing",
        ),
        (["--price", "much", "--upstream", "http://127.0.0.1:1"], "much"),
        (["--price", "1", "--upstream", "ftp://127.0.0.1:1"], "http"),
    ] {
        let said = Paywall::refused(&bob, &options);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn only_pages_that_the_operator_names_may_fetch() {
    let stage = Stage::new(&["--price", "0.01", "--allow-origin", "https://app.example"]);
    let client = Client::builder().no_proxy().build().unwrap();
    let ask = |path: &str, origin: &str| {
        let asked = client.request(reqwest::Method::OPTIONS, stage.paywall.url(path));
        let asked = asked.header("origin", origin);
        asked
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", PAYMENT_SIGNATURE)
            .send()
            .unwrap()
    };
    for path in ["/page", thunder_api::CLAIMS_PATH] {
        let answer = ask(path, "https://app.example");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        let headers = answer.headers();
        assert_eq!(headers["access-control-allow-origin"], "https://app.example");
        assert_eq!(headers["access-control-allow-headers"], PAYMENT_SIGNATURE);
        let stranger = ask(path, "https://other.example");
        assert_ne!(stranger.status(), StatusCode::NO_CONTENT);
        assert!(!stranger.headers().contains_key("access-control-allow-origin"));
    }
    let asked = client
        .get(stage.paywall.url("/page"))
        .header("origin", "https://app.example");
    let answer = asked.send().unwrap();
    assert_eq!(answer.status(), StatusCode::PAYMENT_REQUIRED);
    let readable = answer.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap();
    assert!(readable.contains(PAYMENT_REQUIRED) && readable.contains(PAYMENT_RESPONSE));
    assert_eq!(stage.service.served(), 0, "none of it came to the service");
    assert!(
        Paywall::refused(
            &stage.bob,
            &["--upstream", "http://x", "--price", "1", "--allow-origin", "*"]
        )
        .contains("--allow-origin")
    );
}
