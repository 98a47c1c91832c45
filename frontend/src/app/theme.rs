//! Light, dark, or what the system says.

use gloo::{
    events::EventListener,
    storage::{LocalStorage, Storage},
};
use yew::prelude::*;

const NAME: &str = "thunder/theme";

/// A colour theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// For people and for the stylesheet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one after it.
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// The theme chosen in this browser.
pub fn remembered() -> Theme {
    let word = LocalStorage::get::<String>(NAME).unwrap_or_default();
    [Theme::Light, Theme::Dark]
        .into_iter()
        .find(|theme| theme.word() == word)
        .unwrap_or(Theme::System)
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
    let theme = use_state(remembered);
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
    drop(LocalStorage::set(NAME, theme.word()));
}

fn draw(theme: Theme) {
    if let Some(root) = gloo::utils::document().document_element() {
        drop(root.set_attribute("data-theme", theme.word()));
    }
}
