//! Messages between the presenter's page and its two frames. Each end hears the other only: the page's own origin, and the very
//! window that it framed or is framed by.

use crate::{
    state::demo::{Arrow, Call, Cue, Said, cue},
    words::say,
};
use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo::{events::EventListener, timers::future::TimeoutFuture, utils::window};
use js_sys::Object;
use serde::Deserialize;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use thunder_channel::{PerSide, Side};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlElement, HtmlIFrameElement, KeyboardEvent, MessageEvent, Window};
use yew::{Callback, NodeRef};

/// How long a window may take over a cue: a transaction, or twenty payments on a slow machine.
const CUE_MS: u32 = 60_000;

/// The presenter's page, seen from a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Presenter(Window);

impl Presenter {
    /// Whoever frames this window. Only a page of the same origin may: the Content-Security-Policy says so.
    #[must_use]
    pub fn find() -> Option<Self> {
        let parent = window().parent().ok().flatten()?;
        (!Object::is(&parent, &window())).then_some(Self(parent))
    }

    /// Tells it something.
    pub fn say(&self, said: &Said) {
        post(&self.0, &cue::to_text(said));
    }

    /// Hears its cues.
    pub fn listen(&self, on_call: Callback<Call>) -> EventListener {
        let presenter = self.0.clone();
        EventListener::new(&window(), "message", move |event| {
            if let Some(call) = heard(event, &presenter) {
                on_call.emit(call);
            }
        })
    }
}

/// The two frames, seen from the presenter's page.
#[derive(Debug, Default)]
pub struct Troupe {
    /// The frames' elements.
    pub frames: PerSide<NodeRef>,
    next: Cell<u32>,
    waiting: RefCell<BTreeMap<u32, oneshot::Sender<Result<(), String>>>>,
}

impl Troupe {
    /// Has a window do something; resolves when it has.
    ///
    /// # Errors
    /// Its words, or that it does not answer.
    pub async fn tell(&self, side: Side, cue: Cue) -> Result<(), String> {
        let gone = || say::window_silent().to_owned();
        let frame = self.window(side).ok_or_else(gone)?;
        let id = self.next.replace(self.next.get().wrapping_add(1));
        let (answer, answered) = oneshot::channel();
        self.waiting.borrow_mut().insert(id, answer);
        post(&frame, &cue::to_text(&Call { id, cue }));
        let result = match select(answered, TimeoutFuture::new(CUE_MS)).await {
            Either::Left((Ok(result), _)) => result,
            Either::Left((Err(_), _)) | Either::Right(_) => Err(gone()),
        };
        self.waiting.borrow_mut().remove(&id);
        result
    }

    /// What one of the frames says; answers to cues are handed to whoever waits for them.
    #[must_use]
    pub fn hear(&self, event: &Event) -> Option<(Side, Said)> {
        let (side, said) = Side::BOTH
            .into_iter()
            .find_map(|side| Some((side, heard::<Said>(event, &self.window(side)?)?)))?;
        if let Said::Done { id, problem } = said {
            if let Some(answer) = self.waiting.borrow_mut().remove(&id) {
                // Nobody listens any more once it has taken too long.
                let _: Result<(), _> = answer.send(problem.map_or(Ok(()), Err));
            }
            return None;
        }
        Some((side, said))
    }

    fn window(&self, side: Side) -> Option<Window> {
        self.frames[side].cast::<HtmlIFrameElement>()?.content_window()
    }
}

/// The arrow that was pressed, if it is for the tour and not for what has the focus.
#[must_use]
pub fn arrow(event: &Event) -> Option<Arrow> {
    let event = event.dyn_ref::<KeyboardEvent>()?;
    if event.ctrl_key()
        || event.alt_key()
        || event.shift_key()
        || event.meta_key()
        || event.default_prevented()
    {
        return None;
    }
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA"));
    let asking = gloo::utils::document()
        .query_selector("dialog[open]")
        .ok()
        .flatten();
    if typing || asking.is_some() {
        return None;
    }
    Arrow::parse(&event.key())
}

fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

fn post(to: &Window, text: &str) {
    // Refused only if the origin were none.
    drop(to.post_message(&JsValue::from_str(text), &origin()));
}

fn heard<T: for<'a> Deserialize<'a>>(event: &Event, from: &Window) -> Option<T> {
    let event = event.dyn_ref::<MessageEvent>()?;
    let source = event.source()?;
    if event.origin() != origin() || !Object::is(&source, from) {
        return None;
    }
    cue::parse(&event.data().as_string()?)
}
