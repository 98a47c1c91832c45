//! The way to the relay: a WebSocket that is opened again whenever it is lost.

use super::{Account, Core, links::MAX_WAITING};
use crate::traffic::distrust;
use futures::{SinkExt, StreamExt};
use std::{rc::Rc, time::Duration};
use thunder_channel::wire::MAX_RELAY_FRAME;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{
    connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

/// How long a connection may take to open.
const OPENING: Duration = Duration::from_secs(10);
/// A relay that says nothing for so long is gone: it pings more often.
const SILENCE: Duration = Duration::from_secs(60);
/// The pause before the next try, doubled from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// Stays connected for as long as it is polled.
pub async fn stay_connected(core: Rc<Core>, account: Rc<Account>, url: String) {
    let mut pause = PAUSES.0;
    loop {
        let since = Instant::now();
        if let Err(error) = connection(&core, &account, &url).await {
            tracing::debug!(%error, "the relay");
        }
        account.links.set_relay(None);
        account.driver.relay_down().await;
        account.links.moved.notify_waiters();
        if since.elapsed() > PAUSES.1 {
            pause = PAUSES.0;
        }
        // Nodes that lost the same relay do not come back in step.
        let [jitter] = crate::data_dir::random::<1>().unwrap_or_default();
        sleep(pause + pause * u32::from(jitter) / 512).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

async fn connection(core: &Core, account: &Rc<Account>, url: &str) -> anyhow::Result<()> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_RELAY_FRAME))
        .max_frame_size(Some(MAX_RELAY_FRAME));
    let (socket, _) = timeout(OPENING, connect_async_with_config(url, Some(config), true)).await??;
    let (mut out, mut heard) = socket.split();
    let (say, mut said) = mpsc::channel::<String>(MAX_WAITING);
    account.links.set_relay(Some(say));
    loop {
        tokio::select! {
            frame = said.recv() => match frame {
                Some(text) => timeout(SILENCE, out.send(Message::text(text))).await??,
                // Cut on purpose.
                None => return Ok(()),
            },
            message = timeout(SILENCE, heard.next()) => match message? {
                Some(Ok(Message::Text(text))) => {
                    let was_known = account.driver.relay_online();
                    let notice = account.driver.relay_text(&text).await;
                    if !was_known && account.driver.relay_online() {
                        distrust::greet_relay(account);
                    }
                    if let Some(notice) = notice {
                        distrust::hear(core, account, distrust::RELAY, &notice);
                    }
                    account.links.moved.notify_waiters();
                    account.duty.notify_one();
                }
                Some(Ok(Message::Close(_))) | None => return Ok(()),
                // Pings are answered by the library.
                Some(Ok(_)) => (),
                Some(Err(error)) => return Err(error.into()),
            },
        }
    }
}
