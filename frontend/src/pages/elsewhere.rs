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
    let views = use_views(props);
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

/// Asks the other window again and again, for as long as this is drawn.
#[hook]
fn use_views(props: &ElsewhereProps) -> Option<Vec<SessionView>> {
    let views = use_state_eq(|| None::<Vec<SessionView>>);
    let domain = props.config.sessions.map(|hub| Domain {
        chain_id: props.config.domain.chain_id,
        hub,
    });
    {
        let views = views.clone();
        use_effect_with(
            (mirror::name(&props.seat.name()), domain),
            move |(name, domain)| {
                let domain = *domain;
                let heard = Callback::from(move |text: String| {
                    if let (Some(told), Some(domain)) = (mirror::parse(&text), domain) {
                        views.set(Some(
                            told.into_iter().map(|session| session.view(domain)).collect(),
                        ));
                    }
                });
                let looking = Windows::join(name, heard).map(|windows| {
                    let look = move || windows.say(LOOKING);
                    look();
                    Interval::new(LOOKS_EVERY_MS, look)
                });
                move || drop(looking)
            },
        );
    }
    (*views).clone()
}
