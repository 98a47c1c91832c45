//! The API's doors: who gets in, and what is said to nonsense.

use crate::support::{
    Node, World,
    node::{command, log},
};
use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};
use std::process::Stdio;

#[test]
fn only_programs_of_this_machine_with_the_token_get_in() {
    let world = World::new();
    let node = Node::start(&world, "node", &[]);
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("http://127.0.0.1:{}/v1/info", node.port);
    let status = |request: reqwest::blocking::RequestBuilder| request.send().unwrap().status().as_u16();
    assert_eq!(status(client.get(&url)), 401);
    assert_eq!(status(client.get(&url).bearer_auth("wrong")), 401);
    assert_eq!(status(client.get(&url).bearer_auth(node.token())), 200);
    let with = |name, value| client.get(&url).bearer_auth(node.token()).header(name, value);
    assert_eq!(status(with("host", "evil.example")), 403);
    assert_eq!(status(with("origin", "http://localhost:8080")), 403);
}

#[test]
fn before_there_is_a_wallet_everything_says_so() {
    let world = World::new();
    let node = Node::start(&world, "node", &[]);
    assert_eq!(node.get("info")["wallet"]["state"], "none");
    for path in ["balance", "channels", "peers", "requests", "history", "backup"] {
        let (status, answer) = node.ask(Method::GET, path, None);
        assert_eq!((status, &answer["code"]), (409, &json!("no_wallet")), "{path}");
    }
    assert_eq!(
        node.refused("wallet/unlock", &json!({ "password": "whatever" })),
        "no_wallet"
    );
    let short = json!({ "from": "generate", "password": "short" });
    assert_eq!(node.refused("wallet", &short), "malformed");
    let words = json!({ "from": "phrase", "phrase": "not a phrase", "password": "long enough" });
    assert_eq!(node.refused("wallet", &words), "malformed");
    let made = node.post(
        "wallet",
        &json!({ "from": "generate", "password": "long enough" }),
    );
    assert_eq!(made["state"], "open");
    assert_eq!(
        node.refused(
            "wallet",
            &json!({ "from": "generate", "password": "long enough" })
        ),
        "wallet_exists"
    );
}

/// Every call of the document with bodies and parameters that are none: an error of the document's form, never a 500, and the node
/// goes on.
#[test]
fn every_call_of_the_document_answers_nonsense_as_the_document_says() {
    let world = World::new();
    let (alice, _bob, _) = world.with_channel("refute");
    let document = alice.get("openapi.json");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 18, "{}", paths.len());
    let mut asked = 0;
    for (path, methods) in paths {
        for (method, call) in methods.as_object().unwrap() {
            if path.ends_with("/lock") || path.ends_with("/events") {
                continue;
            }
            for nonsense in nonsense() {
                let path = path.trim_start_matches("/v1/");
                let filled = path
                    .replace("{id}", &nonsense.1)
                    .replace("{channel}", &nonsense.1);
                let filled = filled
                    .replace("{key}", "%20")
                    .replace("{account}", &nonsense.1)
                    .replace("{port}", &nonsense.1)
                    .replace("{number}", "-1");
                let takes_nothing = filled == path && call.get("requestBody").is_none();
                let method: Method = method.to_uppercase().parse().unwrap();
                let request = alice
                    .request(method.clone(), &filled)
                    .header("content-type", "application/json");
                let answer = request.body(nonsense.0.clone()).send().unwrap();
                let status = answer.status().as_u16();
                asked += 1;
                let long = nonsense.0.len() > 64 * 1024 && filled != "restore";
                if long {
                    assert_eq!(status, 413, "{method} {filled}");
                }
                // This node offers nothing, which is no such thing.
                if takes_nothing && !long && filled != "offer" {
                    assert_eq!(status, 200, "{method} {filled}");
                    continue;
                }
                assert!((400..500).contains(&status), "{method} {filled}: {status}");
                assert_eq!(
                    answer.headers()["content-type"],
                    "application/problem+json",
                    "{method} {filled}"
                );
                let problem: Value = answer.json().unwrap();
                let documented = call["responses"].as_object().unwrap();
                assert!(
                    documented.contains_key("4XX"),
                    "{method} {filled} documents its refusals"
                );
                for field in ["type", "title", "status", "detail", "code"] {
                    assert!(problem.get(field).is_some(), "{method} {filled}: {problem}");
                }
            }
        }
    }
    assert!(asked > 60, "{asked}");
    assert_eq!(alice.pay("still", 1)["delivery"], "delivered");
}

/// What good calls answer is what the document says, in every field.
#[test]
fn every_answer_is_of_the_documents_form() {
    let world = World::new();
    let (alice, bob, id) = world.with_channel("forfeit");
    let document = alice.get("openapi.json");
    let check = |method: &str, path: &str, status: &str, answer: &Value| {
        let call = &document["paths"][path][method]["responses"][status];
        let schema = &call["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{method} {path} documents {status}");
        // References within the document are resolved from its root.
        let mut whole = document.clone();
        let fields = whole.as_object_mut().unwrap();
        fields.retain(|name, _| name == "components");
        for (name, value) in schema.as_object().unwrap() {
            fields.insert(name.clone(), value.clone());
        }
        let validator = jsonschema::validator_for(&whole).unwrap();
        let faults: Vec<_> = validator
            .iter_errors(answer)
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{method} {path}: {faults:?} in {answer}");
    };
    check("post", "/v1/payments", "200", &alice.pay("a", 5));
    let request = bob.post("requests", &json!({ "amount": "7", "memo": "tea" }));
    check("post", "/v1/requests", "201", &request);
    let conditions = json!({
        "price": "1", "token": world.token, "unit": "MB", "model": "pay_per_use",
        "minDeposit": "5", "maxBooking": "3", "whenUsedUp": "close",
    });
    let offer = json!({ "conditions": conditions, "maxContracts": 1, "automatic": true });
    let (_, published) = bob.ask(Method::PUT, "offer", Some(&offer));
    check("put", "/v1/offer", "200", &published);
    let wanted = json!({ "provider": bob.account(), "conditions": conditions, "deposit": "9" });
    check("post", "/v1/contracts", "201", &alice.post("contracts", &wanted));
    let peer = format!("accounts/{:#x}", bob.account());
    let apart = alice.open_with(&bob, 10, "refute");
    let triggers = json!({ "paymentThreshold": "5", "disconnectThreshold": "9", "trust": { "percent": 1, "most": "10" } });
    let wanted = json!({ "channel": apart, "triggers": triggers });
    let (_, set) = alice.ask(Method::PUT, &peer, Some(&wanted));
    check("put", "/v1/accounts/{account}", "200", &set);
    let booked = alice.post(&format!("{peer}/bookings"), &json!({ "total": "3" }));
    check("post", "/v1/accounts/{account}/bookings", "200", &booked);
    check("get", "/v1/accounts/{account}", "200", &alice.get(&peer));
    for path in [
        "accounts",
        "swaps",
        "info",
        "balance",
        "peers",
        "channels",
        "history",
        "requests",
        "contracts",
        "backup",
    ] {
        for node in [&alice, &bob] {
            check("get", &format!("/v1/{path}"), "200", &node.get(path));
        }
    }
    check("get", "/v1/channels/{id}", "200", &alice.channel(&id));
    check("get", "/v1/payments/{key}", "200", &alice.get("payments/a"));
    check(
        "get",
        "/v1/channels/{id}/evidence",
        "200",
        &bob.get(&format!("channels/{id}/evidence")),
    );
    let closed = alice.post(&format!("channels/{id}/close"), &json!({ "alone": true }));
    check("post", "/v1/channels/{id}/close", "200", &closed);
    check("get", "/v1/channels/{id}", "200", &bob.wait_for(&id, "closing"));
    world.mine(30);
    let withdrawn = alice.post(&format!("channels/{id}/withdraw"), &json!({}));
    check("post", "/v1/channels/{id}/withdraw", "200", &withdrawn);
    check("get", "/v1/history", "200", &alice.get("history"));
}

/// Bodies, and what stands in paths.
fn nonsense() -> Vec<(String, String)> {
    let id = format!("0x{}", "f".repeat(64));
    [
        (String::new(), "x".to_owned()),
        ("{".to_owned(), "0x12".to_owned()),
        ("[1,2,3]".to_owned(), id.clone()),
        ("{\"amount\":-1,\"password\":7}".to_owned(), id.clone()),
        (
            "{\"amount\":\"99999999999999999999999999999999999999999\",\"address\":\"\\u0000\"}".to_owned(),
            id,
        ),
        (
            format!("{{\"amount\":\"{}\"}}", "9".repeat(70_000)),
            "%2f%00".to_owned(),
        ),
    ]
    .into()
}

#[test]
fn unknown_calls_and_methods_are_told_where_to_look() {
    let world = World::new();
    let node = Node::start(&world, "node", &[]);
    let (status, answer) = node.ask(Method::GET, "nothing", None);
    assert_eq!((status, &answer["code"]), (404, &json!("not_found")));
    let (status, answer) = node.ask(Method::PUT, "info", None);
    assert_eq!((status, &answer["code"]), (405, &json!("method_not_allowed")));
}

#[test]
fn a_directory_has_one_daemon_and_a_start_that_fails_says_why() {
    let world = World::new();
    let mut node = Node::start(&world, "node", &[]);
    let fails = |mut command: std::process::Command| {
        let output = command.stderr(Stdio::piped()).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let words = fails(command(&node.data, &world.book(), &world.anvil.url, 0));
    assert!(
        words.contains("another thunderd uses the data directory"),
        "{words}"
    );
    let other = world.directory.path().join("other");
    let words = fails(command(&other, &world.book(), &world.anvil.url, node.port));
    assert!(words.contains("Choose a port with --port"), "{words}");
    let missing = world.directory.path().join("missing.json");
    let words = fails(command(&other, &missing, &world.anvil.url, 0));
    assert!(words.contains("missing.json cannot be read"), "{words}");
    assert!(node.stop().success(), "{}", log(&node.data));
}
