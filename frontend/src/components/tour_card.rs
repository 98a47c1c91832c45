//! The tour's step, in type that the last row can read.

use crate::{
    hooks::ErrandState,
    state::demo::{Arrow, STEPS, Tour},
    words::{say, sentence},
};
use yew::prelude::*;

/// Properties of [`TourCard`].
#[derive(Properties, PartialEq)]
pub struct TourCardProps {
    /// How far it is.
    pub tour: Tour,
    /// What is under way.
    pub errand: ErrandState,
    /// Told which arrow was pressed.
    pub on_press: Callback<Arrow>,
    /// Told to play it again.
    pub on_again: Callback<()>,
}

/// The card.
#[component]
pub fn TourCard(props: &TourCardProps) -> Html {
    let tour = props.tour;
    let step = tour.step();
    let is_last = tour.at + 1 == STEPS.len();
    let press = |arrow| props.on_press.reform(move |_: MouseEvent| arrow);
    let on = if is_last && tour.is_done() {
        props.on_again.reform(|_: MouseEvent| ())
    } else {
        press(Arrow::Right)
    };
    let name = match (tour.is_done(), is_last) {
        (true, true) => say::play_again(),
        (true, false) => say::next(),
        (false, _) => (step.action)(),
    };
    let status = if tour.is_done() {
        say::done()
    } else if props.errand.busy {
        say::working()
    } else {
        ""
    };
    html! {
        <section class="tour" aria-labelledby="tour-heading">
            <div class="tour-head">
                <h2 id="tour-heading">{ say::step_of(&(tour.at + 1).to_string(), &STEPS.len().to_string()) }</h2>
                <ol class="tour-dots" aria-hidden="true">
                    { for (0..STEPS.len()).map(|place| html! {
                        <li class={classes!((place < tour.done).then_some("tour-dot-done"), (place == tour.at).then_some("tour-dot-here"))} />
                    }) }
                </ol>
                <span role="status" class={classes!("tour-status", tour.is_done().then_some("tour-status-done"))} data-testid="tour-status">{ status }</span>
            </div>
            <p class="tour-sentence" aria-live="polite">{ (step.sentence)() }</p>
            <div class="tour-actions">
                <button type="button" class="button tour-button" disabled={tour.at == 0} onclick={press(Arrow::Left)}>
                    <span aria-hidden="true">{ "←" }</span>{ say::back() }
                </button>
                <button type="button" class="button primary tour-button" disabled={props.errand.busy} onclick={on}>
                    { name }<span aria-hidden="true">{ "→" }</span>
                </button>
            </div>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}
