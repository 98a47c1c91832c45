//! Channels of an account that another window of this browser runs, as that window has them.

use super::elsewhere::use_told;
use crate::{
    adapters::intl::moment,
    components::watched::Watched,
    state::{
        config::AppConfig,
        mirror::channels::{Shown, looking, name},
        route::Route,
        seat::Seat,
        standing::document_title,
    },
};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`Watching`].
#[derive(Properties, PartialEq)]
pub struct WatchingProps {
    /// Whose channels.
    pub seat: Seat,
    /// The world.
    pub config: Rc<AppConfig>,
    /// Which page would be here.
    pub route: Route,
    /// Told to take the account over.
    pub on_take_over: Callback<()>,
}

/// What the other window has, as it changes.
#[component]
pub fn Watching(props: &WatchingProps) -> Html {
    let account = props.seat.account;
    let at = props.route.channel();
    let read = Callback::from(move |text: String| Shown::parse(&text, account));
    let shown = use_told(name(&props.seat.name()), looking(at), read);
    // An alarm is seen in another tab here too.
    let clock = props.config.clock;
    let title = shown.as_ref().map(|shown| document_title(&shown.views, clock));
    use_effect_with(title, move |title| {
        if let Some(title) = title {
            gloo::utils::document().set_title(title);
        }
        move || gloo::utils::document().set_title(&document_title(&[], clock))
    });
    match shown {
        Some(shown) => html! {
            <Watched {shown} config={props.config.clone()} route={props.route.clone()} time={Callback::from(moment)}
                on_take_over={props.on_take_over.clone()} />
        },
        // The other window may not have come so far.
        None => html! {},
    }
}
