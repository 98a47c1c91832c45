//! A relay that cannot do its work says why and does not start.

use crate::support::{Anvil, TestChain, World, config};
use relay::{Config, Server, clock::SystemClock};
use std::{fs, sync::Arc};
use tempfile::TempDir;

async fn refusal(config: Config) -> String {
    match Server::spawn(config).await {
        Ok(_) => panic!("it started"),
        Err(error) => format!("{error:#}"),
    }
}

#[tokio::test]
async fn the_chain_has_to_be_there_and_the_right_one() {
    let mut chain = TestChain::new().await;
    let data = TempDir::new().unwrap();
    let good = config(&chain, &data, Arc::new(SystemClock));

    let mut wrong_hub = good.clone();
    wrong_hub.addresses.hub = chain.carol.address();
    let words = refusal(wrong_hub).await;
    assert!(words.contains("no contract at the hub's address"), "{words}");

    let other = Anvil::start(1);
    let mut wrong_chain = good.clone();
    wrong_chain.rpc = vec![other.url.clone()];
    let words = refusal(wrong_chain).await;
    assert!(
        words.contains("has id 1") && words.contains("for chain 31337"),
        "{words}"
    );
    let mut not_for_development = good.clone();
    not_for_development.addresses.chain_id = 1;
    let words = refusal(not_for_development).await;
    assert!(words.contains("--development is only for chain 31337"), "{words}");

    chain.anvil.stop();
    let words = refusal(good).await;
    assert!(
        words.contains("cannot be reached") && words.contains("is it running"),
        "{words}"
    );
}

#[tokio::test]
async fn a_taken_port_a_missing_app_and_a_bad_origin_are_said() {
    let world = World::new().await;
    let mut taken = world.config.clone();
    taken.listen = world.relay.addr;
    let words = refusal(taken).await;
    assert!(
        words.contains(&world.relay.addr.to_string()) && words.contains("--listen"),
        "{words}"
    );
    let mut no_app = world.config.clone();
    no_app.app = Some(world.data.path().to_owned());
    let words = refusal(no_app).await;
    assert!(
        words.contains("no index.html") && words.contains("build"),
        "{words}"
    );
    let mut bad_origin = world.config.clone();
    bad_origin.allow_origins = vec!["relay.example".into()];
    let words = refusal(bad_origin).await;
    assert!(words.contains("is not an origin"), "{words}");
}

#[tokio::test]
async fn one_directory_serves_one_relay() {
    let world = World::new().await;
    let words = refusal(world.config.clone()).await;
    assert!(words.contains("another relay is using"), "{words}");
    world.restarted().await;
}

#[tokio::test]
async fn a_damaged_store_is_not_overwritten() {
    let world = World::new().await;
    let config = world.config.clone();
    world.relay.shutdown().await;
    let file = fs::read_dir(config.data.as_path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
        .unwrap();
    fs::write(
        &file,
        "this is no database, but it is long enough to be read as one, at least for its header",
    )
    .unwrap();
    let words = refusal(config).await;
    assert!(
        words.contains(&file.display().to_string()) && words.contains("cannot be used"),
        "{words}"
    );
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .starts_with("this is no database")
    );
}
