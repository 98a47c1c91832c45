//! The page of channels, around what is on it.

use crate::{state::route::Route, words::say};
use yew::prelude::*;

/// Properties of [`ChannelsFrame`].
#[derive(Properties, PartialEq)]
pub struct ChannelsFrameProps {
    /// The lists.
    pub children: Html,
    /// What is beside them, or below where there is no room.
    pub side: Html,
}

/// The frame.
#[component]
pub fn ChannelsFrame(props: &ChannelsFrameProps) -> Html {
    html! {
        <div class="page">
            <div class="page-head">
                <h1>{ say::channels() }</h1>
                <a class="button primary" href={Route::New(None).href()}>{ say::new_channel() }</a>
            </div>
            <div class="columns">
                <div class="column-main">{ props.children.clone() }</div>
                <aside class="column-side">{ props.side.clone() }</aside>
            </div>
        </div>
    }
}
