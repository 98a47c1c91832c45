//! Blocks on request, on a development chain: nobody waits for a period in a demo.

use super::field::Field;
use crate::{
    hooks::ErrandState,
    words::{count, say, sentence},
};
use yew::prelude::*;

/// Properties of [`MineForm`].
#[derive(Properties, PartialEq)]
pub struct MineFormProps {
    /// How many are offered.
    pub usual: u32,
    /// The mining under way.
    pub errand: ErrandState,
    /// Told how many to mine.
    pub on_mine: Callback<u64>,
}

/// More than this takes a local chain noticeably long.
const MOST: u64 = 100_000;

/// The form.
#[component]
pub fn MineForm(props: &MineFormProps) -> Html {
    let usual = props.usual.to_string();
    let text = use_state(move || usual);
    let fault = use_state(|| None::<String>);
    let on_input = {
        let text = text.clone();
        Callback::from(move |typed: String| text.set(typed))
    };
    let onsubmit = {
        let (text, fault, on_mine) = (text.clone(), fault.clone(), props.on_mine.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match text.trim().parse::<u64>() {
                Ok(blocks @ 1..=MOST) => {
                    fault.set(None);
                    on_mine.emit(blocks);
                }
                _ => fault.set(Some(say::mine_range(&count(MOST)))),
            }
        })
    };
    html! {
        <section class="card dev" aria-label={say::development_chain()}>
            <form {onsubmit} novalidate={true}>
                <h2>{ say::development_chain() }</h2>
                <Field id="mine-blocks" label={say::blocks()} keyboard="numeric" value={(*text).clone()} {on_input}
                    error={(*fault).clone()} hint={say::mine_hint().to_owned()}>
                    <button type="submit" class="button" disabled={props.errand.busy}>{ say::mine_blocks() }</button>
                </Field>
                if let Some(problem) = &props.errand.problem {
                    <p class="error" role="alert">{ sentence(problem) }</p>
                }
            </form>
        </section>
    }
}
