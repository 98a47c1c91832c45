//! Every state that a page can show, drawn from made-up channels through the real components, so that all of them can be
//! looked at. Only on a development chain, and linked from nowhere.

mod channel;
mod channels;
mod demo;
mod ending;
mod entering;
mod fetching;
mod frame;
mod opening;
mod sessions;

use crate::{
    hooks::ErrandState,
    state::{
        burst::Progress,
        config::{AppConfig, Token},
        exhibits,
        route::Route,
        snapshot::Latest,
        stream::Stream,
    },
    words::{Said, sentence},
};
use std::rc::Rc;
use thunder_channel::Address;
use thunder_ethereum::{RpcError, RpcErrorKind};
use yew::prelude::*;

/// Properties of [`Gallery`].
#[derive(Properties, PartialEq)]
pub struct GalleryProps {
    /// The world.
    pub config: Rc<AppConfig>,
    /// Which state; the list of them all if there is none.
    pub exhibit: Option<String>,
}

/// A name that is in its address too, and what draws it.
type Exhibit = (&'static str, fn(&Room) -> Html);

/// Page by page.
const ROOMS: [&[Exhibit]; 8] = [
    entering::EXHIBITS,
    frame::EXHIBITS,
    channels::EXHIBITS,
    opening::EXHIBITS,
    channel::EXHIBITS,
    fetching::EXHIBITS,
    sessions::EXHIBITS,
    demo::EXHIBITS,
];

fn all() -> impl Iterator<Item = &'static Exhibit> {
    ROOMS.into_iter().flatten()
}

/// What exhibits share.
#[derive(Clone)]
struct Room {
    config: Rc<AppConfig>,
    token: Token,
    errand: ErrandState,
    /// A stream in the channel that is drawn.
    stream: Option<Stream>,
    /// Whether its form is unfolded.
    unfolded: bool,
    /// Many payments in it.
    burst: Progress,
}

impl Room {
    fn with(&self, errand: ErrandState) -> Self {
        Self {
            errand,
            ..self.clone()
        }
    }

    /// Nothing in a gallery does anything.
    fn nothing<T>(&self) -> Callback<T> {
        Callback::noop()
    }
}

/// The page.
#[component]
pub fn Gallery(props: &GalleryProps) -> Html {
    let token = props.config.tokens.first().cloned().unwrap_or_else(Token::ether);
    let room = Room {
        config: props.config.clone(),
        token,
        errand: ErrandState::default(),
        stream: None,
        unfolded: false,
        burst: Progress::default(),
    };
    let found = all().find(|(name, _)| props.exhibit.as_deref() == Some(*name));
    match found {
        Some((name, draw)) => html! {
            <ContextProvider<Latest> context={exhibits::latest(props.config.token(Address::zero()))}>
                <div key={*name} data-testid="exhibit">{ draw(&room) }</div>
            </ContextProvider<Latest>>
        },
        None => html! {
            <section class="card" aria-labelledby="gallery-heading">
                <h1 id="gallery-heading">{ "Gallery" }</h1>
                <ul aria-label="Exhibits" class="exhibits">
                    { for all().map(|(name, _)| {
                        let href = Route::Gallery(Some((*name).to_owned())).href();
                        html! { <li><a {href}>{ *name }</a></li> }
                    }) }
                </ul>
            </section>
        },
    }
}

fn working() -> ErrandState {
    ErrandState {
        busy: true,
        ..ErrandState::default()
    }
}

fn refused() -> ErrandState {
    ErrandState {
        problem: Some(RpcError::local(RpcErrorKind::RequestPending, "").said()),
        ..ErrandState::default()
    }
}

fn rejected() -> String {
    sentence(&RpcError::local(RpcErrorKind::Rejected, "").said())
}
