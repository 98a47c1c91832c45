//! The channels that others have opened with the holder.

use crate::words::say;
use yew::prelude::*;

/// Properties of [`OfferedList`].
#[derive(Properties, PartialEq)]
pub struct OfferedListProps {
    /// Its items.
    pub children: Html,
}

/// The list.
#[component]
pub fn OfferedList(props: &OfferedListProps) -> Html {
    html! {
        <section class="card feature" aria-labelledby="offered-heading">
            <h2 id="offered-heading">{ say::offered_to_you() }</h2>
            <ul class="channel-list">{ props.children.clone() }</ul>
        </section>
    }
}
