//! Alarms of all channels, first on every page.

use crate::{
    components::alarm::{Alarm, Answer},
    desk::Desk,
    hooks::use_errand,
    state::{
        act::{Act, Subject},
        snapshot::Latest,
        standing::understated,
    },
};
use thunder_client::{ChannelView, Command};
use yew::prelude::*;

/// All alarms.
#[component]
pub fn Alarms() -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let alarmed = latest.0.views.iter().filter(|view| understated(view).is_some());
    html! {
        <div class="alarms">
            { for alarmed.map(|view| html! {
                <OneAlarm key={view.id.to_string()} view={view.clone()} now={latest.0.clock().unwrap_or_default()} claiming={latest.0.under_way(Subject::Channel(view.id)).contains(&Act::Claim)} />
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct OneAlarmProps {
    view: ChannelView,
    now: u64,
    /// A claim is on its way, maybe from before the page was loaded. It may be too cheap to arrive in time, so another can be sent.
    claiming: bool,
}

#[component]
fn OneAlarm(props: &OneAlarmProps) -> Html {
    let desk = use_context::<Desk>();
    let errand = use_errand();
    let (Some(desk), Some((loss, closes_at))) = (desk, understated(&props.view)) else {
        return html! {};
    };
    let channel = props.view.id;
    let on_claim = {
        let (desk, errand) = (desk.clone(), errand.clone());
        Callback::from(move |()| {
            let desk = desk.clone();
            errand.run(async move { desk.command(Command::Claim { channel }).await.map(drop) });
        })
    };
    html! {
        <Alarm {loss} token={desk.config.token(props.view.key.token)} {closes_at} now={props.now} clock={desk.config.clock}
            policy={props.view.key.policy} errand={errand.state()} claiming={props.claiming} answer={Answer::Claim(on_claim)} />
    }
}
