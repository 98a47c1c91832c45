//! Pays as streams run: once a second, each stream for itself.

use super::EngineHandle;
use crate::{
    adapters::clock::now_ms,
    desk::Desk,
    state::{
        snapshot::Latest,
        stream::{Change, Due, Pause, Streams, What},
    },
};
use gloo::timers::callback::Interval;
use std::{cell::RefCell, collections::BTreeSet, rc::Rc};
use thunder_channel::ChannelId;
use thunder_client::Command;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StreamingProps {
    pub engine: EngineHandle,
    pub desk: Desk,
    pub children: Html,
}

/// Holds the streams of this window and pays for them.
#[component]
pub fn Streaming(props: &StreamingProps) -> Html {
    let streams = {
        let engine = &props.engine.0;
        use_reducer_eq(|| Streams::parse(&engine.memory().streams().unwrap_or_default()))
    };
    let latest = use_context::<Latest>().unwrap_or_default();
    {
        let engine = props.engine.clone();
        use_effect_with((*streams).clone(), move |streams| {
            engine.0.memory().keep_streams(&streams.to_text());
        });
    }
    // What the timer looks at: it outlives the drawing that it was started by.
    let seen = use_mut_ref(Seen::default);
    *seen.borrow_mut() = Seen {
        streams: (*streams).clone(),
        latest,
    };
    let under_way = use_mut_ref(BTreeSet::new);
    {
        let (desk, dispatch) = (props.desk.clone(), streams.dispatcher());
        use_effect_with(props.desk.clone(), move |_| {
            let timer = Interval::new(1_000, move || look(&desk, &seen.borrow(), &under_way, &dispatch));
            move || drop(timer)
        });
    }
    html! {
        <ContextProvider<UseReducerHandle<Streams>> context={streams}>{ props.children.clone() }</ContextProvider<UseReducerHandle<Streams>>>
    }
}

#[derive(Default)]
struct Seen {
    streams: Streams,
    latest: Latest,
}

/// Does what is due, for each stream whose last payment is not under way any more.
fn look(
    desk: &Desk,
    seen: &Seen,
    under_way: &Rc<RefCell<BTreeSet<ChannelId>>>,
    dispatch: &UseReducerDispatcher<Streams>,
) {
    for (channel, stream) in seen.streams.iter() {
        let tell = {
            let dispatch = dispatch.clone();
            move |what| dispatch.dispatch(Change { channel, what })
        };
        match stream.due(seen.latest.0.view(channel), now_ms()) {
            None => (),
            Some(Due::Pause(why)) => tell(What::Pause(why)),
            Some(Due::Pay(amount, until)) => {
                if !under_way.borrow_mut().insert(channel) {
                    continue;
                }
                let (desk, under_way) = (desk.clone(), under_way.clone());
                spawn_local(async move {
                    let payment = Command::Pay {
                        channel,
                        amount,
                        memo: None,
                        request: None,
                    };
                    tell(match desk.command(payment).await {
                        Ok(_) => What::Paid(amount, until),
                        Err(words) => What::Pause(Pause::Refused(words)),
                    });
                    under_way.borrow_mut().remove(&channel);
                });
            }
        }
    }
}
