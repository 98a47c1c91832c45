//! The app as it is served: types, compression, caching, and what the page may do.

use crate::support::{Answer, World, get, request};
use relay::beside::Price;
use std::fs;
use tempfile::TempDir;

const HASHED: &str = "frontend-0123456789abcdef";

fn dist() -> TempDir {
    let dist = TempDir::new().unwrap();
    let put = |name: &str, text: &str| fs::write(dist.path().join(name), text).unwrap();
    put("index.html", "<!doctype html><title>Thunder</title>");
    put("boot.js", "boot()");
    put(&format!("{HASHED}.js"), "script");
    put(&format!("{HASHED}.js.br"), "script in brotli");
    put(&format!("{HASHED}.js.gz"), "script in gzip");
    put(&format!("{HASHED}_bg.wasm"), "\0asm");
    put(&format!("{HASHED}_bg.wasm.gz"), "wasm in gzip");
    fs::create_dir(dist.path().join("style")).unwrap();
    put("style/main-0123456789abcdef.css", "body{}");
    fs::create_dir(dist.path().join(".stage")).unwrap();
    put(".stage/secret.txt", "unfinished");
    dist
}

async fn world() -> (World, TempDir) {
    let dist = dist();
    let path = dist.path().to_owned();
    (World::with(|config| config.app = Some(path)).await, dist)
}

async fn get_in(world: &World, path: &str, encodings: &str) -> Answer {
    request(world.relay.addr, "GET", path, &[("accept-encoding", encodings)]).await
}

#[tokio::test]
async fn files_have_their_types_encodings_and_caching() {
    let (world, _dist) = world().await;
    let script = format!("/{HASHED}.js");
    let forever = "public, max-age=31536000, immutable";

    let brotli = get_in(&world, &script, "gzip, deflate, br").await;
    assert_eq!(
        (brotli.header("content-encoding"), brotli.text()),
        ("br", "script in brotli")
    );
    assert_eq!(brotli.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(brotli.header("cache-control"), forever);
    assert_eq!(brotli.header("vary"), "accept-encoding");
    let gzip = get_in(&world, &script, "gzip, br;q=0").await;
    assert_eq!(
        (gzip.header("content-encoding"), gzip.text()),
        ("gzip", "script in gzip")
    );
    let plain = get(world.relay.addr, &script).await;
    assert_eq!((plain.header("content-encoding"), plain.text()), ("", "script"));

    let wasm = get_in(&world, &format!("/{HASHED}_bg.wasm"), "br, gzip").await;
    assert_eq!(
        (wasm.header("content-type"), wasm.header("content-encoding")),
        ("application/wasm", "gzip")
    );
    assert_eq!(wasm.header("cache-control"), forever);
    let css = get(world.relay.addr, "/style/main-0123456789abcdef.css").await;
    assert_eq!(
        (css.header("content-type"), css.text()),
        ("text/css; charset=utf-8", "body{}")
    );

    let index = get(world.relay.addr, "/?role=alice").await;
    assert_eq!(
        (index.status, index.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    assert_eq!(index.header("cache-control"), "no-cache");
    let boot = get(world.relay.addr, "/boot.js").await;
    assert_eq!(boot.header("cache-control"), "no-cache");
    let known = request(
        world.relay.addr,
        "GET",
        "/boot.js",
        &[("if-none-match", boot.header("etag"))],
    )
    .await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = request(world.relay.addr, "HEAD", "/boot.js", &[]).await;
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (200, "6", 0)
    );
}

#[tokio::test]
async fn pages_of_the_app_are_its_index_and_missing_files_are_missing() {
    let (world, _dist) = world().await;
    for page in ["/channels", "/channel/0x12", "/a/b/c/"] {
        let answer = get(world.relay.addr, page).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.text().contains("<title>Thunder"), "{page}");
    }
    for missing in [
        "/old-0123456789abcdef.js",
        "/favicon.ico",
        "/.stage/secret.txt",
        "/.env",
    ] {
        assert_eq!(get(world.relay.addr, missing).await.status, 404, "{missing}");
    }
    let posted = request(world.relay.addr, "POST", "/", &[("content-length", "0")]).await;
    assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD"));
}

#[tokio::test]
async fn no_path_leads_out_of_the_app() {
    let (world, dist) = world().await;
    let beside = dist.path().parent().unwrap().join("thunder-outside.txt");
    fs::write(&beside, "outside").unwrap();
    for path in [
        "/../thunder-outside.txt",
        "/..",
        "/style/../../thunder-outside.txt",
        "/%2e%2e/thunder-outside.txt",
        "/%2e%2e%2fthunder-outside.txt",
        "/..%5cthunder-outside.txt",
        "/%252e%252e/thunder-outside.txt",
        "/%00",
        "/boot.js%00.html",
    ] {
        let answer = get(world.relay.addr, path).await;
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
    }
    let absolute = get(world.relay.addr, &format!("/{}", beside.display())).await;
    assert_eq!(absolute.status, 404);
    fs::remove_file(beside).unwrap();
}

#[tokio::test]
async fn every_answer_has_the_strict_headers() {
    let (world, _dist) = world().await;
    let addr = world.relay.addr;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'self'; frame-ancestors 'self'; connect-src 'self' ws://{addr} \
         http://localhost:8545"
    );
    for path in ["/", "/config.json", "/health", "/missing.js", "/..", "/ws"] {
        let answer = get(addr, path).await;
        assert_eq!(answer.header("content-security-policy"), policy, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    // A name that the relay does not go by is not written into the policy.
    let other = request(addr, "GET", "/", &[("host", "evil.example")]).await;
    assert!(!other.header("content-security-policy").contains("evil"));
}

#[tokio::test]
async fn config_and_health() {
    let (world, _dist) = world().await;
    let config = get(world.relay.addr, "/config.json").await;
    assert_eq!(config.header("content-type"), "application/json");
    assert_eq!(config.header("cache-control"), "no-cache");
    let genesis = world.chain.chain.genesis_hash().await.unwrap();
    assert_eq!(
        config.json(),
        serde_json::json!({
            "chainId": 31337,
            "hub": world.chain.hub.address,
            "deploymentBlock": 1,
            "clockMode": "mode=blocknumber&from=default",
            "tokens": [{
                "address": "0x00000000000000000000000000000000000000aa",
                "symbol": "THD",
                "name": "Thunder Dollar",
                "decimals": 18,
                "permitVersion": "1",
            }],
            "genesisHash": genesis,
            "rpcUrl": "http://localhost:8545",
            "confirmations": 0,
            "watchtower": false,
            "development": true,
        })
    );
    let told = World::with(|config| {
        config.explorer = Some("https://explorer.example/".parse().unwrap());
        config.prices = vec![Price::parse("THD=0.50EUR", &config.addresses).unwrap()];
    });
    let told = get(told.await.relay.addr, "/config.json").await.json();
    assert_eq!(told["explorer"], "https://explorer.example");
    let price = serde_json::json!({
        "token": "0x00000000000000000000000000000000000000aa", "currency": "EUR", "perToken": "0.50",
    });
    assert_eq!(told["prices"], serde_json::json!([price]));
    let health = get(world.relay.addr, "/health").await;
    assert_eq!(health.status, 200);
    assert_eq!(
        (&health.json()["store"], &health.json()["chain"]),
        (&"ok".into(), &"ok".into())
    );
}
