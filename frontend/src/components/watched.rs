//! Channels that another window of this browser runs: they are shown as that window has them, and nothing is done here.

use super::{
    alarm::{Alarm, Answer},
    balances::Balances,
    channel_item::ChannelItem,
    chip::Chip,
    history::{Drawing, History},
};
use crate::{
    hooks::{ErrandState, use_names},
    state::{
        config::AppConfig,
        history::Reach,
        mirror::channels::Shown,
        route::Route,
        standing::{Standing, title, understated},
    },
    words::say,
};
use std::rc::Rc;
use thunder_client::ChannelView;
use yew::prelude::*;

/// Properties of [`Watched`].
#[derive(Properties, PartialEq)]
pub struct WatchedProps {
    /// What the other window said last.
    pub shown: Shown,
    /// The world.
    pub config: Rc<AppConfig>,
    /// Which page would be here.
    pub route: Route,
    /// Says a time of day; milliseconds since 1970 in.
    pub time: Callback<u64, String>,
    /// Told to take the account over.
    pub on_take_over: Callback<()>,
}

/// What the other window said last: alarms first, then what the page is about.
#[component]
pub fn Watched(props: &WatchedProps) -> Html {
    let shown = &props.shown;
    let config = &props.config;
    let channel = props.route.channel().and_then(|id| shown.view(id));
    html! {
        <div class="elsewhere">
            { for shown.views.iter().filter_map(|view| understated(view).map(|(loss, closes_at)| html! {
                <Alarm key={view.id.to_string()} {loss} token={config.token(view.key.token)} {closes_at} now={shown.clock.unwrap_or_default()}
                    clock={config.clock} policy={view.key.policy} errand={ErrandState::default()}
                    answer={Answer::TakeOver(props.on_take_over.clone())} />
            })) }
            { match (channel, &props.route) {
                (Some(view), _) => html! { <WatchedChannel view={view.clone()} config={config.clone()} time={props.time.clone()} /> },
                // Its page is about something else.
                (None, Route::Sessions) => html! {},
                (None, _) => list(&shown.views, config),
            } }
        </div>
    }
}

fn list(views: &[ChannelView], config: &AppConfig) -> Html {
    if views.is_empty() {
        return html! { <p class="card note" role="status">{ say::no_channels() }</p> };
    }
    html! {
        <>
            <h2>{ say::your_channels() }</h2>
            <ul class="channel-list" aria-label={say::your_channels()}>
                { for views.iter().map(|view| html! {
                    <ChannelItem key={view.id.to_string()} view={view.clone()} token={config.token(view.key.token)} />
                }) }
            </ul>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct WatchedChannelProps {
    view: ChannelView,
    config: Rc<AppConfig>,
    time: Callback<u64, String>,
}

#[component]
fn WatchedChannel(props: &WatchedChannelProps) -> Html {
    let names = use_names();
    let (view, config) = (&props.view, &props.config);
    let token = config.token(view.key.token);
    let drawing = Drawing {
        holder: view.holder,
        reach: Reach::of(view),
        token: token.clone(),
        time: props.time.clone(),
        // There is nothing to search.
        when: props.time.clone(),
        explorer: config.explorer.clone(),
    };
    html! {
        <>
            <div class="page-head">
                <a class="back" href={Route::Channels.href()} aria-label={say::all_channels()}>{ "‹" }</a>
                <h2>{ title(view, &names) }</h2>
                <span class="page-marks"><Chip standing={Standing::of(view)} /></span>
            </div>
            <Balances view={view.clone()} {token} />
            // They come once the other window knows that this channel is looked at.
            if !view.entries.is_empty() {
                <History entries={view.entries.clone()} {drawing} />
            }
        </>
    }
}
