//! The presenter's page.

use super::{draw, text};
use crate::{
    components::{
        control_strip::{ControlStrip, ControlStripProps},
        tour_card::{TourCard, TourCardProps},
    },
    hooks::ErrandState,
    state::demo::{STEPS, Tour},
};
use yew::Callback;

#[test]
fn the_tour_offers_what_its_step_does_then_the_next_and_at_the_end_to_play_again() {
    let card = |at, done, errand| {
        let html = draw::<TourCard>(TourCardProps {
            tour: Tour { at, done },
            errand,
            on_press: Callback::noop(),
            on_again: Callback::noop(),
        });
        text(&html)
    };
    let idle = ErrandState::default;
    for (at, step) in STEPS.iter().enumerate() {
        let shown = card(at, at, idle());
        assert!(shown.contains(&format!("Step {} of 12", at + 1)), "{shown}");
        assert!(
            shown.contains((step.sentence)()) && shown.contains((step.action)()),
            "{shown}"
        );
        assert!(!shown.contains("Done"), "{shown}");
    }
    assert!(card(3, 4, idle()).contains("Next"));
    assert!(card(11, 12, idle()).contains("Play again"));
    let busy = ErrandState { busy: true, ..idle() };
    assert!(card(3, 3, busy).contains("Working…"));
    let refused = ErrandState {
        problem: Some("there is no channel yet".to_owned()),
        ..idle()
    };
    assert!(card(3, 3, refused).contains("There is no channel yet."));
}

#[test]
fn who_sleeps_can_be_woken() {
    let strip = |bob_sleeps| {
        text(&draw::<ControlStrip>(ControlStripProps {
            bob_sleeps,
            busy: false,
            on_act: Callback::noop(),
            on_reset: Callback::noop(),
            on_invite: Callback::noop(),
        }))
    };
    assert!(strip(false).contains("Put Bob to sleep") && !strip(false).contains("Wake Bob"));
    assert!(strip(true).contains("Wake Bob"));
    assert!(strip(true).contains("Reset") && !strip(true).contains("Really reset"));
}
