//! What was told just now. Each toast passes by itself; the Activity panel keeps it.

use super::activity_panel::transaction;
use crate::{
    state::{
        activity::{Told, Tone},
        explorer::Explorer,
    },
    words::say,
};
use yew::prelude::*;

/// Properties of [`Toasts`].
#[derive(Properties, PartialEq)]
pub struct ToastsProps {
    /// Newest first.
    pub shown: Vec<Told>,
    /// Told which one was seen.
    pub on_dismiss: Callback<u64>,
    /// Where transactions can be looked up. Without it a toast names none: the Activity panel does.
    #[prop_or_default]
    pub explorer: Option<Explorer>,
}

/// The live region with all toasts.
#[component]
pub fn Toasts(props: &ToastsProps) -> Html {
    html! {
        <div class="toasts" role="status" aria-live="polite" aria-label={say::notifications()}>
            { for props.shown.iter().map(|told| html! {
                <Toast key={told.id} told={told.clone()} on_dismiss={props.on_dismiss.clone()} explorer={props.explorer.clone()} />
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ToastProps {
    told: Told,
    on_dismiss: Callback<u64>,
    explorer: Option<Explorer>,
}

/// How long a toast stays, in milliseconds: failures longer, because they are read twice.
const fn stays_ms(tone: Tone) -> u32 {
    match tone {
        Tone::Info | Tone::Good => 6_000,
        Tone::Bad => 14_000,
    }
}

#[component]
fn Toast(props: &ToastProps) -> Html {
    let id = props.told.id;
    {
        let on_dismiss = props.on_dismiss.clone();
        // What is told again stays for as long again.
        use_effect_with((id, props.told.at, props.told.tone), move |(id, _, tone)| {
            let id = *id;
            let timer = gloo::timers::callback::Timeout::new(stays_ms(*tone), move || on_dismiss.emit(id));
            move || drop(timer)
        });
    }
    let onclick = props.on_dismiss.reform(move |_: MouseEvent| id);
    html! {
        <div class={classes!("toast", class_of(props.told.tone))}>
            <span class="toast-mark" aria-hidden="true">{ mark_of(props.told.tone) }</span>
            <span class="toast-words">
                { &props.told.words }
                if let (Some(detail), Some(explorer)) = (&props.told.detail, &props.explorer) {
                    { " " }{ transaction(detail, Some(explorer)) }
                }
            </span>
            <button type="button" class="button quiet icon" aria-label={say::dismiss()} {onclick}>{ "×" }</button>
        </div>
    }
}

/// The stylesheet's class of a tone.
#[must_use]
pub const fn class_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Info => "tone-info",
        Tone::Good => "tone-good",
        Tone::Bad => "tone-bad",
    }
}

/// A tone's mark, so that colour is not alone.
#[must_use]
pub const fn mark_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Info => "…",
        Tone::Good => "✓",
        Tone::Bad => "!",
    }
}
