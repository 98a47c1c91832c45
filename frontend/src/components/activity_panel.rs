//! Everything that was told in this window.

use super::{
    dialog::Dialog,
    toasts::{class_of, mark_of},
};
use crate::{state::activity::Told, words::shortened};
use yew::prelude::*;

/// Properties of [`ActivityPanel`].
#[derive(Properties, PartialEq)]
pub struct ActivityPanelProps {
    /// Newest first.
    pub kept: Vec<Told>,
    /// Says a time of day; milliseconds since 1970 in.
    pub time: Callback<u64, String>,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn ActivityPanel(props: &ActivityPanelProps) -> Html {
    html! {
        <Dialog title="Activity" on_close={props.on_close.clone()}>
            if props.kept.is_empty() {
                <p class="empty">{ "Nothing has happened in this window yet." }</p>
            } else {
                <ol class="timeline" aria-label="Activity">
                    { for props.kept.iter().map(|told| html! {
                        <li key={told.id} class={classes!("timeline-item", class_of(told.tone))}>
                            <span class="timeline-mark" aria-hidden="true">{ mark_of(told.tone) }</span>
                            <span class="timeline-words">{ &told.words }</span>
                            if let Some(detail) = &told.detail {
                                <span class="mono faint" title={detail.clone()}>{ shortened(detail) }</span>
                            }
                            <span class="faint timeline-when">{ props.time.emit(told.at) }</span>
                        </li>
                    }) }
                </ol>
            }
        </Dialog>
    }
}
