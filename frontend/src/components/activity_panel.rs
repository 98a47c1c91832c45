//! Everything that was told in this window.

use super::{
    copy_button::CopyButton,
    dialog::Dialog,
    outside_link::OutsideLink,
    toasts::{class_of, mark_of},
};
use crate::{
    state::{activity::Told, explorer::Explorer},
    words::{say, shortened},
};
use yew::prelude::*;

/// Properties of [`ActivityPanel`].
#[derive(Properties, PartialEq)]
pub struct ActivityPanelProps {
    /// Newest first.
    pub kept: Vec<Told>,
    /// Says a time of day; milliseconds since 1970 in.
    pub time: Callback<u64, String>,
    /// Where transactions can be looked up.
    #[prop_or_default]
    pub explorer: Option<Explorer>,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn ActivityPanel(props: &ActivityPanelProps) -> Html {
    html! {
        <Dialog title={say::activity()} on_close={props.on_close.clone()}>
            if props.kept.is_empty() {
                <p class="empty">{ say::nothing_happened() }</p>
            } else {
                <ol class="timeline" aria-label={say::activity()}>
                    { for props.kept.iter().map(|told| html! {
                        <li key={told.id} class={classes!("timeline-item", class_of(told.tone))}>
                            <span class="timeline-mark" aria-hidden="true">{ mark_of(told.tone) }</span>
                            <span class="timeline-words">{ &told.words }</span>
                            if let Some(detail) = &told.detail {
                                { transaction(detail, props.explorer.as_ref()) }
                                <CopyButton text={detail.clone()} label={say::copy_hash()} />
                            }
                            <span class="faint timeline-when">{ props.time.emit(told.at) }</span>
                        </li>
                    }) }
                </ol>
            }
        </Dialog>
    }
}

/// A transaction's hash, with the way to it where there is an explorer.
pub(super) fn transaction(detail: &str, explorer: Option<&Explorer>) -> Html {
    match explorer.and_then(|explorer| explorer.transaction(detail)) {
        Some(href) => html! {
            <OutsideLink {href} class="mono" title={detail.to_owned()}>{ shortened(detail) }</OutsideLink>
        },
        None => html! { <span class="mono faint" title={detail.to_owned()}>{ shortened(detail) }</span> },
    }
}
