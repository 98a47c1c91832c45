//! Sessions of an account that another window of this browser runs: they are shown as that window shows them, and nothing is done here.

use crate::{
    adapters::windows::Windows,
    components::session_card::SessionCard,
    hooks::{ErrandState, use_names},
    state::{
        config::AppConfig,
        mirror::{self, LOOKING, LOOKS_EVERY_MS},
        seat::Seat,
        sessions::SessionView,
    },
    words::say,
};
use gloo::timers::callback::Interval;
use std::rc::Rc;
use thunder_channel::Domain;
use yew::prelude::*;

/// Properties of [`Elsewhere`].
#[derive(Properties, PartialEq)]
pub struct ElsewhereProps {
    /// Whose sessions.
    pub seat: Seat,
    /// The world.
    pub config: Rc<AppConfig>,
}

/// What the other window shows, as it changes.
#[component]
pub fn Elsewhere(props: &ElsewhereProps) -> Html {
    let hub = props.config.sessions;
    let domain = hub.map(|hub| Domain {
        chain_id: props.config.domain.chain_id,
        hub,
    });
    let read = Callback::from(move |text: String| {
        let (told, domain) = (mirror::parse(&text)?, domain?);
        Some(told.into_iter().map(|session| session.view(domain)).collect())
    });
    let views: Option<Vec<SessionView>> =
        use_told(mirror::name(&props.seat.name()), LOOKING.to_owned(), read);
    html! { <ElsewhereList {views} config={props.config.clone()} /> }
}

/// Properties of [`ElsewhereList`].
#[derive(Properties, PartialEq)]
pub struct ElsewhereListProps {
    /// What the other window said last, if it has said anything.
    pub views: Option<Vec<SessionView>>,
    /// The world.
    pub config: Rc<AppConfig>,
}

/// What the other window said last.
#[component]
pub fn ElsewhereList(props: &ElsewhereListProps) -> Html {
    let names = use_names();
    let config = &props.config;
    html! {
        <section class="elsewhere" aria-label={say::sessions_elsewhere()}>
            <h2>{ say::sessions_elsewhere() }</h2>
            if let Some(views) = &props.views {
                if views.is_empty() {
                    <p class="card note" role="status">{ say::sessions_none() }</p>
                }
                { for views.iter().map(|view| html! {
                    <SessionCard key={view.id.to_string()} view={view.clone()} name={names.call(view.provider)} token={config.token(view.terms.token)}
                        clock={config.clock} listed={false} errand={ErrandState::default()} />
                }) }
            } else {
                <p class="card note" role="status">{ say::sessions_opening() }</p>
            }
        </section>
    }
}

/// What the other window says under a name, as it was read last. It is asked with `look` again and again, for as long as this is drawn.
/// The name says how to read it: `read` means the same for as long as the name does.
#[hook]
pub(super) fn use_told<T: Clone + PartialEq + 'static>(
    name: String,
    look: String,
    read: Callback<String, Option<T>>,
) -> Option<T> {
    let told = use_state_eq(|| None::<T>);
    {
        let told = told.clone();
        use_effect_with((name, look), move |(name, look)| {
            let look = look.clone();
            let heard = Callback::from(move |text: String| {
                if let Some(heard) = read.emit(text) {
                    told.set(Some(heard));
                }
            });
            let looking = Windows::join(name, heard).map(|windows| {
                let look = move || windows.say(&look);
                look();
                Interval::new(LOOKS_EVERY_MS, look)
            });
            move || drop(looking)
        });
    }
    (*told).clone()
}
