//! What happened in a channel, newest first, to be searched and taken along.

use super::{choice::Choice, field::Field, outside_link::OutsideLink};
use crate::{
    state::{
        config::Token,
        explorer::Explorer,
        history::{Mark, Reach, Show, csv, found, json, memo_words},
        standing::{entry_block, entry_words},
    },
    words::say,
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
    /// How far the holder's payments have come.
    pub reach: Reach,
    /// Of what.
    pub token: Token,
    /// Says a time of day; milliseconds since 1970 in.
    pub time: Callback<u64, String>,
    /// Where blocks can be looked up.
    #[prop_or_default]
    pub explorer: Option<Explorer>,
    /// Told what to save as a file.
    pub on_save: Callback<Saving>,
}

/// A history to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// How the file's name ends.
    pub ending: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// What is in it.
    pub text: String,
}

/// Entries drawn at first; the rest on request.
const FIRST: usize = 12;

/// The list.
#[component]
pub fn History(props: &HistoryProps) -> Html {
    let all = use_state(|| false);
    let show = use_state(Show::default);
    let typed = use_state(String::new);
    let (holder, token) = (props.holder, &props.token);
    let found = found(&props.entries, *show, &typed, holder, token);
    let shown = if *all { found.len() } else { FIRST };
    let more = found.len().saturating_sub(shown);
    let show_all = {
        let all = all.clone();
        Callback::from(move |_: MouseEvent| all.set(true))
    };
    let on_input = {
        let typed = typed.clone();
        Callback::from(move |text: String| typed.set(text))
    };
    let on_choose = {
        let show = show.clone();
        Callback::from(move |place: usize| show.set(Show::ALL.get(place).copied().unwrap_or_default()))
    };
    let save = |ending, kind, write: fn(&[&Entry], Side, &Token) -> String| {
        // Written when it is asked for: a long history is not written for every payment.
        let (entries, show, typed) = (props.entries.clone(), *show, (*typed).clone());
        let (token, on_save) = (token.clone(), props.on_save.clone());
        Callback::from(move |_: MouseEvent| {
            let found = crate::state::history::found(&entries, show, &typed, holder, &token);
            let text = write(&found, holder, &token);
            on_save.emit(Saving { ending, kind, text });
        })
    };
    html! {
        <section class="card" aria-labelledby="history-heading">
            <h2 id="history-heading">{ say::history() }</h2>
            if props.entries.is_empty() {
                <p class="empty">{ say::history_empty() }</p>
            } else {
                <div class="history-tools">
                    <Field id="history-search" label={say::search_history()} value={(*typed).clone()} {on_input} placeholder={say::search_example()} />
                    <Choice id="history-show" label={say::show()} options={Show::ALL.map(|which| which.words().to_owned()).to_vec()}
                        chosen={Show::ALL.iter().position(|which| *which == *show).unwrap_or_default()} {on_choose} />
                </div>
                if found.is_empty() {
                    <p class="empty" role="status">{ say::nothing_found() }</p>
                } else {
                    <ol class="timeline" aria-label={say::history()}>
                        { for found.iter().take(shown).map(|entry| item(entry, props)) }
                    </ol>
                }
                if more > 0 {
                    <button type="button" class="button quiet" onclick={show_all}>{ say::show_earlier(&more.to_string()) }</button>
                }
                <div class="actions">
                    <button type="button" class="button quiet" onclick={save("csv", "text/csv", csv)}>{ say::save_csv() }</button>
                    <button type="button" class="button quiet" onclick={save("json", "application/json", json)}>{ say::save_json() }</button>
                </div>
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
                { match &props.explorer {
                    Some(explorer) => html! { <OutsideLink href={explorer.block(block)}>{ say::block_number(&block.to_string()) }</OutsideLink> },
                    None => html! { <span class="faint">{ say::block_number(&block.to_string()) }</span> },
                } }
            }
            if let Some(mark) = props.reach.mark(&entry.kind, props.holder) {
                <span class={classes!("faint", "reach", (mark == Mark::Seen).then_some("reach-seen"))}>{ mark.words() }</span>
            }
            <span class="faint timeline-when">{ props.time.emit(entry.at) }</span>
            { for entry.memos.iter().map(|memo| html! {
                // Whichever way its words are written, it stays where it is.
                <span class="timeline-memo" dir="auto">{ memo_words(memo, &entry.kind, props.holder) }</span>
            }) }
        </li>
    }
}
