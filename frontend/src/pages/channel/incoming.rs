//! A stream of the other side's, seen by who is paid, who can ask for an end of it.

use super::{command, notes::NotesProps};
use crate::{
    adapters::clock::now_ms,
    hooks::use_errand,
    state::incoming::Incoming as Payments,
    words::{money, say},
};
use gloo::timers::callback::Timeout;
use thunder_client::Command;
use yew::prelude::*;

/// Nothing, until payments have come by themselves for a while.
#[component]
pub fn Incoming(props: &NotesProps) -> Html {
    let view = &props.view;
    let total = view.totals[view.holder.other()];
    let payments = use_state_eq(|| Payments::after(total));
    let asked = use_state_eq(|| false);
    let looked = use_force_update();
    let errand = use_errand();
    {
        let payments = payments.clone();
        use_effect_with(total, move |total| {
            let heard = payments.heard(*total, now_ms());
            payments.set(heard);
            // Once nothing more comes, it is gone from the screen too.
            let patience = u32::try_from(heard.patience()).unwrap_or(u32::MAX);
            let gone = Timeout::new(patience.saturating_add(100), move || looked.force_update());
            move || drop(gone)
        });
    }
    let flowing = payments.flowing(now_ms());
    {
        let asked = asked.clone();
        use_effect_with(flowing.is_some(), move |_| asked.set(false));
    }
    let Some(received) = flowing else {
        return html! {};
    };
    let on_stop = {
        let (desk, errand, asked, channel) = (props.desk.clone(), errand.clone(), asked.clone(), view.id);
        Callback::from(move |_: MouseEvent| {
            asked.set(true);
            command(&desk, &errand, Command::DeclinePayments { channel });
        })
    };
    let state = errand.state();
    html! {
        <section class="card stream" aria-label={say::paid_by_the_second()}>
            <h2>{ say::paid_by_the_second() }</h2>
            <p class="stream-rate" data-testid="stream-received">{ say::received_since(&money(received, &props.token)) }</p>
            <p class="hint" role="status">
                { if *asked && state.problem.is_none() { say::asked_to_stop() } else { say::ask_to_stop_hint() } }
            </p>
            if let Some(problem) = &state.problem {
                <p class="error" role="alert">{ problem }</p>
            }
            <div class="actions">
                <button type="button" class="button" disabled={state.busy} onclick={on_stop}>{ say::ask_to_stop() }</button>
            </div>
        </section>
    }
}
