//! What components share: one thing at a time behind a button (busy while it runs, words if it failed), what is typed, and
//! people's names.

use crate::state::names::Names;
use std::{cell::Cell, future::Future, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// What a button shows of its errand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrandState {
    /// Under way.
    pub busy: bool,
    /// Why the last one failed.
    pub problem: Option<String>,
    /// How many have succeeded: a form empties itself when this rises.
    pub done: u32,
}

/// Runs errands one at a time.
#[derive(Clone, PartialEq)]
pub struct Errand {
    state: UseStateHandle<ErrandState>,
}

impl Errand {
    /// What to show.
    #[must_use]
    pub fn state(&self) -> ErrandState {
        (*self.state).clone()
    }

    /// The same, and under way too while what an earlier page has sent is.
    #[must_use]
    pub fn state_with(&self, under_way: bool) -> ErrandState {
        let state = self.state();
        ErrandState {
            busy: state.busy || under_way,
            ..state
        }
    }

    /// No longer says why the last one failed.
    pub fn forget(&self) {
        if self.state.problem.is_some() {
            self.state.set(ErrandState {
                problem: None,
                ..self.state()
            });
        }
    }

    /// Starts one, unless another is under way.
    pub fn run(&self, errand: impl Future<Output = Result<(), String>> + 'static) {
        let before = self.state();
        if before.busy {
            return;
        }
        self.state.set(ErrandState {
            busy: true,
            problem: None,
            ..before
        });
        let state = self.state.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let done = state.done;
            state.set(match errand.await {
                Ok(()) => ErrandState {
                    done: done.wrapping_add(1),
                    ..ErrandState::default()
                },
                Err(words) => ErrandState {
                    problem: Some(words),
                    done,
                    busy: false,
                },
            });
        });
    }
}

/// An [`Errand`] of this component.
#[hook]
pub fn use_errand() -> Errand {
    Errand {
        state: use_state(ErrandState::default),
    }
}

/// What is typed into a field; emptied once so many errands have succeeded.
#[hook]
pub fn use_typed(done: u32) -> UseStateHandle<String> {
    let text = use_state(String::new);
    {
        let text = text.clone();
        use_effect_with(done, move |done| {
            if *done > 0 {
                text.set(String::new());
            }
        });
    }
    text
}

/// Keeps what is typed, and takes back what was wrong with it.
pub fn typing<F: Default + 'static>(
    text: &UseStateHandle<String>,
    faults: &UseStateHandle<F>,
) -> Callback<String> {
    let (text, faults) = (text.clone(), faults.clone());
    Callback::from(move |typed: String| {
        text.set(typed);
        faults.set(F::default());
    })
}

/// Leads to the first wrong field of a form whenever `refusals` rises: on a phone it may be a screen away from the button, or
/// folded up. The reference stands on the form.
#[hook]
pub fn use_first_wrong(refusals: u32) -> NodeRef {
    let form = use_node_ref();
    {
        let form = form.clone();
        use_effect_with(refusals, move |_| {
            let wrong = form
                .cast::<Element>()
                .and_then(|form| form.query_selector("[aria-invalid]").ok().flatten());
            let Some(wrong) = wrong else {
                return;
            };
            if let Ok(Some(folded)) = wrong.closest("details:not([open])") {
                // What cannot be unfolded still says that it is wrong once a person opens it.
                drop(folded.set_attribute("open", ""));
            }
            if let Some(field) = wrong.dyn_ref::<HtmlElement>() {
                drop(field.focus());
            }
        });
    }
    form
}

/// Shows the top of the page whenever `what` changes, not when it is first drawn.
#[hook]
pub fn use_top_on_change<T: PartialEq + 'static>(what: T) {
    let drawn = use_mut_ref(|| false);
    use_effect_with(what, move |_| {
        if drawn.replace(true) {
            gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

/// Whether a page is still on the screen, for what it waits for: the person may have gone elsewhere by then, and stays there.
#[derive(Clone, Debug)]
pub struct Here(Rc<Cell<bool>>);

impl Here {
    /// Whether it is.
    #[must_use]
    pub fn still(&self) -> bool {
        self.0.get()
    }
}

impl PartialEq for Here {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// [`Here`], for the page whose component this is.
#[hook]
pub fn use_here() -> Here {
    let here = use_memo((), |()| Cell::new(true));
    {
        let here = here.clone();
        use_effect_with((), move |()| move || here.set(false));
    }
    Here(here)
}

/// The names that the person has given.
#[hook]
pub fn use_names() -> Names {
    use_context::<UseStateHandle<Names>>()
        .map(|names| (*names).clone())
        .unwrap_or_default()
}
