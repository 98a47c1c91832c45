//! The language of this window, and taking another one.

use crate::{adapters::intl, words::Language};
use gloo::{events::EventListener, utils::window};
use yew::prelude::*;

/// The language, and what to tell when another is chosen. Whatever has words in it is drawn anew then: give it the language's tag as
/// its key.
#[hook]
pub fn use_language() -> (Language, Callback<Language>) {
    let language = use_state_eq(Language::current);
    {
        // What another window of this browser chooses holds here too: a presenter's frames are such.
        let language = language.clone();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&window(), "storage", move |_| {
                intl::adopt();
                language.set(Language::current());
            });
            move || drop(listener)
        });
    }
    let on_language = {
        let language = language.clone();
        Callback::from(move |chosen: Language| {
            intl::adopt_chosen(chosen);
            language.set(chosen);
        })
    };
    (*language, on_language)
}
