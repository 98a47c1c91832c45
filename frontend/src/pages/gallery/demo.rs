//! The presenter's page.

use super::{Exhibit, refused};
use crate::{
    components::{control_strip::ControlStrip, handout_dialog::HandoutDialog, tour_card::TourCard},
    hooks::ErrandState,
    state::demo::{Tour, handout},
};
use yew::prelude::*;

pub const EXHIBITS: &[Exhibit] = &[
    ("tour", |_| tour(Tour::default(), ErrandState::default())),
    ("tour-done", |_| {
        tour(Tour { at: 3, done: 4 }, ErrandState::default())
    }),
    ("tour-refused", |_| tour(Tour { at: 8, done: 8 }, refused())),
    ("room", |_| {
        let link = "http://localhost:8080/demo/3".to_owned();
        html! { <HandoutDialog {link} invite={None::<String>} reach={handout::Reach::Machine} on_close={Callback::noop()} /> }
    }),
];

fn tour(tour: Tour, errand: ErrandState) -> Html {
    html! {
        <>
            <TourCard {tour} {errand} on_press={Callback::noop()} on_again={Callback::noop()} />
            <ControlStrip bob_sleeps={tour.is_done()} busy={false} on_act={Callback::noop()} on_reset={Callback::noop()} on_invite={Callback::noop()} />
        </>
    }
}
