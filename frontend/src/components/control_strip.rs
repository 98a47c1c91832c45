//! What a presenter can do beside the tour.

use super::twice::Twice;
use crate::{state::demo::Act, words::say};
use yew::prelude::*;

/// Properties of [`ControlStrip`].
#[derive(Properties, PartialEq)]
pub struct ControlStripProps {
    /// Whether Bob's connections are cut.
    pub bob_sleeps: bool,
    /// Whether something is under way.
    pub busy: bool,
    /// Told what to do.
    pub on_act: Callback<Act>,
    /// Told to begin anew.
    pub on_reset: Callback<()>,
    /// Told to show the link for the room.
    pub on_invite: Callback<()>,
}

/// The strip.
#[component]
pub fn ControlStrip(props: &ControlStripProps) -> Html {
    let (lid, lid_name) = if props.bob_sleeps {
        (Act::Wake, say::act_wake())
    } else {
        (Act::Sleep, say::act_sleep())
    };
    let acts = [
        (Act::Fund, say::fund()),
        (Act::Mine(1), say::mine_1()),
        (Act::Mine(100), say::mine_100()),
        (lid, lid_name),
        (Act::Cheat, say::act_cheat()),
    ];
    html! {
        <section class="strip" aria-label={say::controls()}>
            { for acts.into_iter().map(|(act, name)| html! {
                <button type="button" class={classes!("button", (act == Act::Cheat).then_some("danger"))} disabled={props.busy}
                    onclick={props.on_act.reform(move |_: MouseEvent| act)}>{ name }</button>
            }) }
            <Twice label={say::reset()} sure={say::reset_sure()} disabled={props.busy} on_sure={props.on_reset.clone()} />
            <button type="button" class="button strip-end" onclick={props.on_invite.reform(|_: MouseEvent| ())}>{ say::invite_the_room() }</button>
        </section>
    }
}
