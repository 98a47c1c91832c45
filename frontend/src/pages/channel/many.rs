//! Paying many times in a row, as fast as each payment is signed and stored.

use crate::{
    adapters::clock::now_ms,
    components::burst_card::BurstCard,
    desk::Desk,
    state::{
        burst::{Burst, BurstEnd, Progress},
        config::Token,
    },
};
use std::{cell::Cell, rc::Rc};
use thunder_channel::ChannelId;
use thunder_client::{ChannelView, Command};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Every so many payments the page says how far it is: drawing takes time that would be counted.
const SAID_EVERY: u32 = 25;

#[derive(Properties, PartialEq)]
pub struct ManyProps {
    pub desk: Desk,
    pub view: ChannelView,
    pub token: Token,
}

/// The card, at work. Drawn with a key for each channel: who leaves one stops what is paid in it.
#[component]
pub fn Many(props: &ManyProps) -> Html {
    let progress = use_state(Progress::default);
    let stopped = use_memo((), |()| Cell::new(false));
    {
        let stopped = stopped.clone();
        use_effect_with((), move |()| move || stopped.set(true));
    }
    let on_send = {
        let (desk, channel) = (props.desk.clone(), props.view.id);
        let (progress, stopped) = (progress.clone(), stopped.clone());
        Callback::from(move |burst: Burst| {
            stopped.set(false);
            progress.set(Progress::Running(0, burst.payments));
            let (desk, progress, stopped) = (desk.clone(), progress.clone(), stopped.clone());
            spawn_local(async move {
                let tell = |paid| progress.set(Progress::Running(paid, burst.payments));
                let begun = now_ms();
                let (paid, end) = pay(&desk, channel, burst, &stopped, tell).await;
                progress.set(Progress::Ended(paid, now_ms().saturating_sub(begun), end));
            });
        })
    };
    let on_stop = Callback::from(move |()| stopped.set(true));
    html! {
        <BurstCard token={props.token.clone()} spendable={props.view.spendable} progress={(*progress).clone()} {on_send} {on_stop} />
    }
}

async fn pay(
    desk: &Desk,
    channel: ChannelId,
    burst: Burst,
    stopped: &Rc<Cell<bool>>,
    tell: impl Fn(u32),
) -> (u32, BurstEnd) {
    for paid in 0..burst.payments {
        if stopped.get() {
            return (paid, BurstEnd::Stopped);
        }
        let pay = Command::Pay {
            channel,
            amount: burst.each,
            memo: None,
            request: None,
        };
        if let Err(words) = desk.command(pay).await {
            return (paid, BurstEnd::Refused(words));
        }
        if paid % SAID_EVERY == 0 {
            tell(paid + 1);
        }
    }
    (burst.payments, BurstEnd::All)
}
