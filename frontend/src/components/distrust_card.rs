//! Whom the person, or the evidence, distrusts: no new session with them.

use super::field::Field;
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::{names::Names, sessions::Listed},
    words::{Said, say, sentence},
};
use thunder_channel::{Address, metering::MAX_NOTICE_WORDS, parse_address};
use yew::prelude::*;

/// Properties of [`DistrustCard`].
#[derive(Properties, PartialEq)]
pub struct DistrustCardProps {
    /// Who is on the list.
    pub listed: Vec<Listed>,
    /// What people are called.
    pub names: Names,
    /// A moment as people write it.
    pub time: Callback<u64, String>,
    /// What was asked for last.
    pub errand: ErrandState,
    /// Told whom to put onto the list, and why.
    pub on_add: Callback<(Address, Option<String>)>,
    /// Told whom to take off it.
    pub on_remove: Callback<Address>,
}

/// The card.
#[component]
pub fn DistrustCard(props: &DistrustCardProps) -> Html {
    let who = use_typed(props.errand.done);
    let why = use_typed(props.errand.done);
    let fault = use_state(|| None::<String>);
    let onsubmit = {
        let (who, why, fault, on_add) = (who.clone(), why.clone(), fault.clone(), props.on_add.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let words = Some(why.trim().to_owned()).filter(|words| !words.is_empty());
            if words.as_ref().is_some_and(|words| words.len() > MAX_NOTICE_WORDS) {
                return fault.set(Some(say::words_too_long(&MAX_NOTICE_WORDS.to_string())));
            }
            match parse_address(who.trim()) {
                Ok(provider) => on_add.emit((provider, words)),
                Err(error) => fault.set(Some(error.said())),
            }
        })
    };
    html! {
        <section class="card" aria-label={say::the_distrusted()}>
            <h2>{ say::the_distrusted() }</h2>
            if props.listed.is_empty() {
                <p class="hint">{ say::distrusted_none() }</p>
            } else {
                <ul class="files" aria-label={say::the_distrusted()}>
                    { for props.listed.iter().map(|listed| {
                        let name = props.names.call(listed.provider);
                        let onclick = {
                            let (on_remove, provider) = (props.on_remove.clone(), listed.provider);
                            Callback::from(move |_: MouseEvent| on_remove.emit(provider))
                        };
                        html! {
                            <li class="file">
                                <span class="file-words">
                                    <span class="file-name"><bdi>{ &name }</bdi></span>
                                    <span class="faint">{ props.time.emit(listed.since) }</span>
                                    if listed.grounds.is_some() {
                                        <span>{ if listed.told { say::proved_elsewhere() } else { say::proved_here() } }</span>
                                    }
                                    if let Some(words) = &listed.words {
                                        <span><bdi>{ words }</bdi></span>
                                    }
                                </span>
                                <button type="button" class="button small" {onclick} disabled={props.errand.busy} aria-label={say::trust_again(&name)}>{ say::trust_again_word() }</button>
                            </li>
                        }
                    }) }
                </ul>
            }
            <details class="stream">
                <summary>{ say::distrust_word() }</summary>
                <form class="stream-form" {onsubmit} novalidate={true} aria-label={say::distrust_word()}>
                    <Field id="distrust-who" label={say::distrust_address()} value={(*who).clone()} on_input={typing(&who, &fault)} error={(*fault).clone()} />
                    <Field id="distrust-why" label={say::distrust_because()} value={(*why).clone()} on_input={typing(&why, &fault)} />
                    <div class="actions"><button type="submit" class="button" disabled={props.errand.busy}>{ say::distrust_word() }</button></div>
                </form>
            </details>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
