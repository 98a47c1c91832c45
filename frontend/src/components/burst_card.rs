//! Many payments at once, on a development chain.

use super::field::Field;
use crate::{
    hooks::typing,
    state::{
        burst::{Burst, BurstEnd, BurstFaults, MOST, Progress},
        config::Token,
    },
    words::{count, say, written},
};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`BurstCard`].
#[derive(Properties, PartialEq)]
pub struct BurstCardProps {
    /// Of what.
    pub token: Token,
    /// What can be paid.
    pub spendable: Amount,
    /// How far the last has come.
    pub progress: Progress,
    /// Told what to pay.
    pub on_send: Callback<Burst>,
    /// Told to stop.
    pub on_stop: Callback<()>,
}

/// The form, and what came of it.
#[component]
pub fn BurstCard(props: &BurstCardProps) -> Html {
    let payments = use_state(|| MOST.to_string());
    let each = use_state(|| written("0.001"));
    let faults = use_state(BurstFaults::default);
    let running = matches!(props.progress, Progress::Running(..));
    let onsubmit = {
        let (payments, each, faults) = (payments.clone(), each.clone(), faults.clone());
        let (token, spendable, on_send) = (props.token.clone(), props.spendable, props.on_send.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match Burst::read(&payments, &each, &token, spendable) {
                Ok(burst) => on_send.emit(burst),
                Err(found) => faults.set(found),
            }
        })
    };
    let onclick = props.on_stop.reform(|_: MouseEvent| ());
    let refused = matches!(props.progress, Progress::Ended(_, _, BurstEnd::Refused(_)));
    html! {
        <section class="card dev" aria-label={say::send_many()}>
            <form {onsubmit} novalidate={true} aria-label={say::send_many()}>
                <h2>{ say::send_many() }</h2>
                <Field id="many-payments" label={say::many_payments()} keyboard="numeric" value={(*payments).clone()} on_input={typing(&payments, &faults)}
                    error={faults.payments.clone()} hint={say::many_hint(&count(MOST.into()))} />
                <Field id="many-each" label={say::many_each()} keyboard="decimal" value={(*each).clone()} on_input={typing(&each, &faults)}
                    unit={props.token.symbol.clone()} error={faults.each.clone()} />
                <div class="actions">
                    if running {
                        <button key="stop" type="button" class="button" {onclick}>{ say::many_stop() }</button>
                    } else {
                        <button key="send" type="submit" class="button">{ say::many_send() }</button>
                    }
                </div>
                <p class={if refused { "error" } else { "hint" }} role="status" data-testid="many">{ props.progress.words() }</p>
            </form>
        </section>
    }
}
