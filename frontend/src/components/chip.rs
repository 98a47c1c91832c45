//! Where a channel stands, as a chip: a mark and a word, never colour alone.

use crate::state::standing::Standing;
use yew::prelude::*;

/// Properties of [`Chip`].
#[derive(Properties, PartialEq)]
pub struct ChipProps {
    /// Where it stands.
    pub standing: Standing,
}

/// The chip.
#[component]
pub fn Chip(props: &ChipProps) -> Html {
    let mark = match props.standing {
        Standing::Opening | Standing::ClosingSoon => "◌",
        Standing::Offered => "◇",
        Standing::Open => "●",
        Standing::Closing => "◔",
        Standing::Ready => "◆",
        Standing::Settled => "✓",
    };
    html! {
        <span class={classes!("chip", format!("chip-{}", props.standing.class()))}>
            <span class="chip-mark" aria-hidden="true">{ mark }</span>
            <span data-testid="phase">{ props.standing.words() }</span>
        </span>
    }
}
