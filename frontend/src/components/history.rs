//! What happened in a channel, newest first, to be searched and taken along. However long it is, only what is near is drawn.

use super::{
    activity_panel::transaction_to_press, choice::Choice, copy_button::CopyButton, field::Field,
    nearness::use_nearness, outside_link::OutsideLink,
};
use crate::{
    state::{
        config::Token,
        explorer::Explorer,
        history::{
            Found, Mark, Reach, Reading, Show, Stretch, Texts, csv, found, json, memo_words, transaction_hash,
        },
        standing::{entry_block, entry_claim, entry_words},
    },
    words::{count, say, sentence},
};
use thunder_channel::{Bytes32, Side};
use thunder_client::{Entry, EntryKind};
use web_sys::HtmlElement;
use yew::prelude::*;

/// Properties of [`History`].
#[derive(Properties, PartialEq)]
pub struct HistoryProps {
    /// What happened.
    pub entries: thunder_client::History,
    /// How an entry is drawn.
    pub drawing: Drawing,
    /// Why the last file could not be saved.
    #[prop_or_default]
    pub problem: Option<String>,
    /// Told what to save as a file. Where nobody is told, the newest are all there is, and there is nothing to search or to press.
    #[prop_or_default]
    pub on_save: Option<Callback<Saving>>,
    /// Told of which transaction somebody wants to know more, where there is no block explorer to tell.
    #[prop_or_default]
    pub on_look: Option<Callback<Bytes32>>,
}

/// How entries are drawn.
#[derive(Clone, PartialEq)]
pub struct Drawing {
    /// Who looks.
    pub holder: Side,
    /// How far the holder's payments have come.
    pub reach: Reach,
    /// Of what.
    pub token: Token,
    /// Says a time of day; milliseconds since 1970 in.
    pub time: Callback<u64, String>,
    /// Says a time with its day always, to be searched; milliseconds since 1970 in.
    pub when: Callback<u64, String>,
    /// Where blocks can be looked up.
    pub explorer: Option<Explorer>,
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
/// How high an entry is, in pixels, where none was measured.
const ENTRY_HEIGHT: i32 = 46;

/// The list.
#[component]
pub fn History(props: &HistoryProps) -> Html {
    // How high an entry is, once all are asked for.
    let all = use_state(|| None);
    let show = use_state(Show::default);
    let typed = use_state(String::new);
    let list = use_node_ref();
    let holder = props.drawing.holder;
    let texts = use_mut_ref(Texts::default);
    let reading = Reading {
        holder,
        token: props.drawing.token.clone(),
        when: props.drawing.when.clone(),
    };
    let wanted = (props.entries.clone(), *show, (*typed).clone(), reading);
    // A search through a long history is not made anew for everything else that is drawn.
    let found = use_memo(wanted, |(entries, show, typed, reading)| {
        found(entries, *show, typed, reading, &mut texts.borrow_mut())
    });
    let more = found.count.saturating_sub(FIRST);
    let presses = Presses {
        copies: props.on_save.is_some(),
        on_look: props.on_look.clone(),
    };
    let show_all = {
        let (all, list, drawn) = (all.clone(), list.clone(), found.count.min(FIRST));
        Callback::from(move |_: MouseEvent| {
            let height = list.cast::<HtmlElement>().map_or(0, |list| list.offset_height());
            let each = height / i32::try_from(drawn).unwrap_or(1).max(1);
            all.set(Some(if each > 0 { each } else { ENTRY_HEIGHT }));
        })
    };
    let show_newest = {
        let all = all.clone();
        Callback::from(move |_: MouseEvent| all.set(None))
    };
    let on_input = {
        let typed = typed.clone();
        Callback::from(move |text: String| typed.set(text))
    };
    let on_choose = {
        let show = show.clone();
        Callback::from(move |place: usize| show.set(Show::ALL.get(place).copied().unwrap_or_default()))
    };
    let save = |on_save: &Callback<Saving>, ending, kind, write: fn(&[&Entry], Side, &Token) -> String| {
        // Written when it is asked for: a long history is not written for every payment.
        let (found, token, on_save) = (found.clone(), props.drawing.token.clone(), on_save.clone());
        Callback::from(move |_: MouseEvent| {
            let entries: Vec<_> = found.entries().collect();
            let text = write(&entries, holder, &token);
            on_save.emit(Saving { ending, kind, text });
        })
    };
    html! {
        <section class="card" aria-labelledby="history-heading">
            <h2 id="history-heading">{ say::history() }</h2>
            if props.entries.is_empty() {
                <p class="empty">{ say::history_empty() }</p>
            } else {
                if let Some(on_save) = &props.on_save {
                    <div class="history-tools">
                        <Field id="history-search" label={say::search_history()} value={(*typed).clone()} {on_input} placeholder={say::search_example()} />
                        <Choice id="history-show" label={say::show()} options={Show::ALL.map(|which| which.words().to_owned()).to_vec()}
                            chosen={Show::ALL.iter().position(|which| *which == *show).unwrap_or_default()} {on_choose} />
                    </div>
                    // Above the list: nobody should have to go past all of it.
                    <div class="actions history-actions">
                        <button type="button" class="button quiet" onclick={save(on_save, "csv", "text/csv", csv)}>{ say::save_csv() }</button>
                        <button type="button" class="button quiet" onclick={save(on_save, "json", "application/json", json)}>{ say::save_json() }</button>
                        if all.is_some() && more > 0 {
                            <button type="button" class="button quiet" onclick={show_newest}>{ say::show_newest() }</button>
                            <span class="faint" role="status">{ say::entries_found(&counted(found.count)) }</span>
                        }
                    </div>
                }
                if let Some(problem) = &props.problem {
                    <p class="error" role="alert">{ sentence(problem) }</p>
                }
                if found.count == 0 {
                    <p class="empty" role="status">{ say::nothing_found() }</p>
                } else {
                    // Not an `ol`: where nothing is drawn it has something else than items. All of it scrolls in a place of its own, so that
                    // the rest of the page stays within reach.
                    <div class={classes!("timeline", all.is_some().then_some("timeline-all"))} role="list" aria-label={say::history()} ref={list}
                        tabindex={all.map(|_| "0")}>
                        if let Some(each) = *all {
                            { for stretches(&found, each, &props.drawing, &presses) }
                        } else {
                            { for found.entries().take(FIRST).map(|entry| item(entry, None, &props.drawing, &presses)) }
                        }
                    </div>
                }
                if all.is_none() && more > 0 {
                    <button type="button" class="button quiet" onclick={show_all}>{ say::show_earlier(&counted(more)) }</button>
                }
            }
        </section>
    }
}

fn counted(entries: usize) -> String {
    count(u64::try_from(entries).unwrap_or(u64::MAX))
}

fn stretches(found: &Found, each: i32, drawing: &Drawing, presses: &Presses) -> impl Iterator<Item = Html> {
    found.stretches.iter().map(move |stretch| {
        html! { <Drawn key={stretch.number()} stretch={stretch.clone()} of={found.count} {each} drawing={drawing.clone()} presses={presses.clone()} /> }
    })
}

/// What can be pressed at a transaction's hash.
#[derive(Clone, PartialEq)]
struct Presses {
    /// It can be copied.
    copies: bool,
    /// It can be looked at here.
    on_look: Option<Callback<Bytes32>>,
}

#[derive(Properties, PartialEq)]
struct DrawnProps {
    stretch: Stretch,
    /// How many entries the list has.
    of: usize,
    /// How high one of them is about, in pixels.
    each: i32,
    drawing: Drawing,
    presses: Presses,
}

/// A stretch of the list: its entries where they are near, and their place where they are not.
#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let node = use_node_ref();
    let entries = i32::try_from(props.stretch.len()).unwrap_or(i32::MAX);
    // What was there when all were asked for stays there.
    let at_first = props.stretch.before < FIRST;
    let near = use_nearness(&node, at_first, entries.saturating_mul(props.each));
    let place = |index: usize| Some((props.stretch.before + index + 1, props.of));
    html! {
        <div class="timeline-stretch" ref={node}>
            if near {
                { for props.stretch.entries().enumerate().map(|(index, entry)| item(entry, place(index), &props.drawing, &props.presses)) }
            }
        </div>
    }
}

/// An entry; with its place and of how many, where not all of them are drawn.
fn item(entry: &Entry, place: Option<(usize, usize)>, drawing: &Drawing, presses: &Presses) -> Html {
    let Drawing {
        holder,
        reach,
        token,
        time,
        explorer,
        ..
    } = drawing;
    let (class, mark) = match &entry.kind {
        EntryKind::Paid { by, .. } if by == holder => ("entry-out", "↗"),
        EntryKind::Paid { .. } => ("entry-in", "↙"),
        EntryKind::Closing { .. } | EntryKind::Forfeited { .. } => ("entry-warn", "◔"),
        EntryKind::Settled { .. } => ("entry-chain", "✓"),
        _ => ("entry-chain", "◆"),
    };
    let (at, of) = place.map(|(at, of)| (at.to_string(), of.to_string())).unzip();
    html! {
        <div role="listitem" aria-posinset={at} aria-setsize={of} class={classes!("timeline-item", class)}>
            <span class="timeline-mark" aria-hidden="true">{ mark }</span>
            <span class="timeline-words">{ entry_words(&entry.kind, *holder, token) }</span>
            if let Some(block) = entry_block(&entry.kind) {
                { match explorer {
                    Some(explorer) => html! { <OutsideLink href={explorer.block(block)}>{ say::block_number(&block.to_string()) }</OutsideLink> },
                    None => html! { <span class="faint">{ say::block_number(&block.to_string()) }</span> },
                } }
            }
            if let Some(hash) = transaction_hash(entry) {
                { transaction_to_press(&hash, explorer.as_ref(), presses.on_look.as_ref()) }
                if presses.copies {
                    <CopyButton text={hash} label={say::copy_hash()} />
                }
            }
            if let Some(mark) = reach.mark(&entry.kind, *holder) {
                <span class={classes!("faint", "reach", (mark == Mark::Seen).then_some("reach-seen"))}>{ mark.words() }</span>
            }
            <span class="faint timeline-when">{ time.emit(entry.at) }</span>
            if let Some(claim) = entry_claim(&entry.kind, token) {
                <span class="faint timeline-claim">{ claim }</span>
            }
            { for entry.memos.iter().map(|memo| html! {
                // Whichever way its words are written, it stays where it is.
                <span class="timeline-memo" dir="auto">{ memo_words(memo, &entry.kind, *holder) }</span>
            }) }
        </div>
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
