//! The logo: a bolt between two sides.

use yew::prelude::*;

/// Properties of [`Bolt`].
#[derive(Properties, PartialEq)]
pub struct BoltProps {
    /// Pixels, both ways.
    #[prop_or(28)]
    pub size: u32,
}

/// The bolt, as decoration.
#[component]
pub fn Bolt(props: &BoltProps) -> Html {
    let size = props.size.to_string();
    html! {
        <svg class="bolt" width={size.clone()} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="bolt-tile" d="M9 1h14a8 8 0 0 1 8 8v14a8 8 0 0 1-8 8H9a8 8 0 0 1-8-8V9a8 8 0 0 1 8-8z" />
            <path class="bolt-flash" d="M18.6 4.5 7.8 18.1h6.7l-1.9 9.4 11-13.9h-6.9z" />
        </svg>
    }
}
