//! Everything that was told in this window.

use super::{
    copy_button::CopyButton,
    dialog::Dialog,
    outside_link::OutsideLink,
    toasts::{class_of, mark_of},
};
use crate::{
    state::{activity::Told, explorer::Explorer, transaction::hash_of},
    words::{say, shortened},
};
use thunder_channel::Bytes32;
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
    /// Told of which transaction somebody wants to know more, where there is no block explorer to tell.
    #[prop_or_default]
    pub on_look: Option<Callback<Bytes32>>,
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
                                { transaction_to_press(detail, props.explorer.as_ref(), props.on_look.as_ref()) }
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

/// A transaction's hash that leads to the explorer, or where there is none to what the node says.
pub(super) fn transaction_to_press(
    detail: &str,
    explorer: Option<&Explorer>,
    on_look: Option<&Callback<Bytes32>>,
) -> Html {
    let (Some(on_look), Some(hash), None) = (on_look, hash_of(detail), explorer) else {
        return transaction(detail, explorer);
    };
    let short = shortened(detail);
    let onclick = on_look.reform(move |_: MouseEvent| hash);
    html! {
        <button type="button" class="button quiet mono" title={detail.to_owned()} aria-label={say::transaction_named(&short)} {onclick}>
            { short }
        </button>
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
