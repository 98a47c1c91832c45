//! What happened in a channel, newest first.

use crate::state::{
    config::Token,
    standing::{entry_block, entry_words},
};
use thunder_channel::Side;
use thunder_client::{Entry, EntryKind};
use yew::prelude::*;

/// Properties of [`History`].
#[derive(Properties, PartialEq)]
pub struct HistoryProps {
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// Who looks.
    pub holder: Side,
    /// Of what.
    pub token: Token,
    /// Says a time of day; milliseconds since 1970 in.
    pub time: Callback<u64, String>,
}

/// Entries drawn at first; the rest on request.
const FIRST: usize = 12;

/// The list.
#[component]
pub fn History(props: &HistoryProps) -> Html {
    let all = use_state(|| false);
    let shown = if *all { props.entries.len() } else { FIRST };
    let more = props.entries.len().saturating_sub(shown);
    let show_all = {
        let all = all.clone();
        Callback::from(move |_: MouseEvent| all.set(true))
    };
    html! {
        <section class="card" aria-labelledby="history-heading">
            <h2 id="history-heading">{ "History" }</h2>
            if props.entries.is_empty() {
                <p class="empty">{ "Payments and what happens on the chain will be listed here." }</p>
            } else {
                <ol class="timeline" aria-label="History">
                    { for props.entries.iter().rev().take(shown).map(|entry| item(entry, props)) }
                </ol>
                if more > 0 {
                    <button type="button" class="button quiet" onclick={show_all}>{ format!("Show {more} earlier") }</button>
                }
            }
        </section>
    }
}

fn item(entry: &Entry, props: &HistoryProps) -> Html {
    let (class, mark) = match &entry.kind {
        EntryKind::Paid { by, .. } if *by == props.holder => ("entry-out", "↗"),
        EntryKind::Paid { .. } => ("entry-in", "↙"),
        EntryKind::Closing { .. } | EntryKind::Forfeited { .. } => ("entry-warn", "◔"),
        EntryKind::Settled { .. } => ("entry-chain", "✓"),
        _ => ("entry-chain", "◆"),
    };
    html! {
        <li class={classes!("timeline-item", class)}>
            <span class="timeline-mark" aria-hidden="true">{ mark }</span>
            <span class="timeline-words">{ entry_words(&entry.kind, props.holder, &props.token) }</span>
            if let Some(block) = entry_block(&entry.kind) {
                <span class="faint">{ format!("block {block}") }</span>
            }
            <span class="faint timeline-when">{ props.time.emit(entry.at) }</span>
        </li>
    }
}
