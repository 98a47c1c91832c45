//! Light, dark, what the system says, or for a projector: takes the next one.

use crate::{state::theme::Theme, words::say};
use yew::prelude::*;

/// Properties of [`ThemeButton`].
#[derive(Properties, PartialEq)]
pub struct ThemeButtonProps {
    /// The theme that is drawn.
    pub theme: Theme,
    /// Told to take the next theme.
    pub on_theme: Callback<()>,
}

/// The button.
#[component]
pub fn ThemeButton(props: &ThemeButtonProps) -> Html {
    html! {
        <button type="button" class="button quiet icon" aria-label={say::colour_theme()} aria-description={theme_words(props.theme)}
            title={say::colour_theme_is(theme_words(props.theme))} onclick={props.on_theme.reform(|_: MouseEvent| ())}>
            <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                { match props.theme {
                    Theme::System => html! { <>{ ring() }<path d="M10 3a7 7 0 0 1 0 14z" class="fill" /></> },
                    Theme::Light => html! { <>{ ring() }<circle cx="10" cy="10" r="3" class="fill" /></> },
                    Theme::Dark => html! { <circle cx="10" cy="10" r="8" class="fill" /> },
                    Theme::Projector => html! { <path d="M2 4h16v9H2zM10 13v4M6 17h8" class="stroke" /> },
                } }
            </svg>
        </button>
    }
}

fn ring() -> Html {
    html! { <circle cx="10" cy="10" r="7" class="stroke" /> }
}

fn theme_words(theme: Theme) -> &'static str {
    match theme {
        Theme::System => say::theme_system(),
        Theme::Light => say::theme_light(),
        Theme::Dark => say::theme_dark(),
        Theme::Projector => say::theme_projector(),
    }
}
