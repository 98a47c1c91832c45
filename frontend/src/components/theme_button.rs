//! Light, dark, or what the system says: takes the next one.

use yew::prelude::*;

/// Properties of [`ThemeButton`].
#[derive(Properties, PartialEq)]
pub struct ThemeButtonProps {
    /// `system`, `light` or `dark`.
    pub theme: &'static str,
    /// Told to take the next theme.
    pub on_theme: Callback<()>,
}

/// The button.
#[component]
pub fn ThemeButton(props: &ThemeButtonProps) -> Html {
    html! {
        <button type="button" class="button quiet icon" aria-label="Colour theme" aria-description={props.theme}
            title={format!("Colour theme: {}", props.theme)} onclick={props.on_theme.reform(|_: MouseEvent| ())}>
            <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                <circle cx="10" cy="10" r="7" class="stroke" />
                { match props.theme {
                    "light" => html! { <circle cx="10" cy="10" r="3" class="fill" /> },
                    "dark" => html! { <circle cx="10" cy="10" r="7" class="fill" /> },
                    _ => html! { <path d="M10 3a7 7 0 0 1 0 14z" class="fill" /> },
                } }
            </svg>
        </button>
    }
}
