//! The app's other language: its name, in itself, so that whoever reads it finds it.

use crate::words::Language;
use yew::prelude::*;

/// Properties of [`LanguageButton`].
#[derive(Properties, PartialEq)]
pub struct LanguageButtonProps {
    /// The language of the window.
    pub language: Language,
    /// Told which one to take.
    pub on_language: Callback<Language>,
}

/// The button.
#[component]
pub fn LanguageButton(props: &LanguageButtonProps) -> Html {
    let next = props.language.next();
    html! {
        <button type="button" class="button quiet language" lang={next.tag()} onclick={props.on_language.reform(move |_: MouseEvent| next)}>
            { next.name() }
        </button>
    }
}
