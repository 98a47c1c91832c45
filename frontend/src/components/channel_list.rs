//! The holder's channels, or why there are none to see.

use super::channel_item::ChannelItem;
use crate::{state::config::AppConfig, words::say};
use std::rc::Rc;
use thunder_client::ChannelView;
use yew::prelude::*;

/// Properties of [`ChannelList`].
#[derive(Properties, PartialEq)]
pub struct ChannelListProps {
    /// The channels.
    pub views: Vec<ChannelView>,
    /// Whether the chain was not read yet: there may be some.
    pub reading: bool,
    /// Whether others offer some, on a list of their own: then what to do first is said there.
    pub offered: bool,
    /// The world.
    pub config: Rc<AppConfig>,
}

/// The list.
#[component]
pub fn ChannelList(props: &ChannelListProps) -> Html {
    if props.views.is_empty() {
        if props.offered {
            return html! {};
        }
        return html! {
            <section class="card empty-list">
                if props.reading {
                    <p class="working" role="status">{ say::reading_the_chain() }</p>
                } else {
                    <h2>{ say::no_channels() }</h2>
                    <p>{ say::no_channels_more() }</p>
                }
            </section>
        };
    }
    html! {
        <ul class="channel-list" aria-label={say::your_channels()}>
            { for props.views.iter().map(|view| html! {
                <ChannelItem key={view.id.to_string()} view={view.clone()} token={props.config.token(view.key.token)} />
            }) }
        </ul>
    }
}
