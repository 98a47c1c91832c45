//! The colour theme of this browser: remembered, and drawn in every window.

use crate::{adapters::shelf::Shelf, state::theme::Theme};
use gloo::events::EventListener;
use yew::prelude::*;

const NAME: &str = "thunder/theme";

/// The theme chosen in this browser.
pub fn remembered() -> Theme {
    Theme::parse(&Shelf::Browser.get::<String>(NAME).unwrap_or_default())
}

/// Takes the theme that another window of this browser chooses: a presenter's frames are such.
pub fn follow() {
    let listener = EventListener::new(&gloo::utils::window(), "storage", |_| draw(remembered()));
    // As long as the page.
    listener.forget();
}

/// The theme of this window, and what goes on to the next one.
#[hook]
pub fn use_theme() -> (Theme, Callback<()>) {
    let theme = use_state_eq(remembered);
    {
        let theme = theme.setter();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&gloo::utils::window(), "storage", move |_| {
                theme.set(remembered());
            });
            move || drop(listener)
        });
    }
    let on_theme = {
        let theme = theme.clone();
        Callback::from(move |()| {
            let next = theme.next();
            apply(next);
            theme.set(next);
        })
    };
    (*theme, on_theme)
}

/// Draws the page in a theme and remembers it.
pub fn apply(theme: Theme) {
    draw(theme);
    Shelf::Browser.keep(NAME, theme.word());
}

fn draw(theme: Theme) {
    if let Some(root) = gloo::utils::document().document_element() {
        drop(root.set_attribute("data-theme", theme.word()));
    }
}
