//! Something about the whole page: calm or urgent, with at most one thing to do about it.

use super::twice::Twice;
use yew::prelude::*;

/// How urgent a banner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Said politely.
    Calm,
    /// Needs a decision or explains why nothing works.
    Urgent,
}

/// Properties of [`Banner`].
#[derive(Properties, PartialEq)]
pub struct BannerProps {
    /// How urgent.
    pub urgency: Urgency,
    /// The sentence.
    pub children: Html,
    /// What can be done: the button's name.
    #[prop_or_default]
    pub action: Option<&'static str>,
    /// What a second button says, where one press is too little.
    #[prop_or_default]
    pub sure: Option<&'static str>,
    /// Told when it is to be done.
    #[prop_or_default]
    pub on_action: Callback<()>,
    /// While it is being done.
    #[prop_or_default]
    pub busy: bool,
}

/// The banner.
#[component]
pub fn Banner(props: &BannerProps) -> Html {
    let (role, class) = match props.urgency {
        Urgency::Calm => ("status", "banner-calm"),
        Urgency::Urgent => ("alert", "banner-urgent"),
    };
    let onclick = props.on_action.reform(|_: MouseEvent| ());
    html! {
        <div class={classes!("banner", class)}>
            <p {role}>{ props.children.clone() }</p>
            if let Some((label, sure)) = props.action.zip(props.sure) {
                <Twice {label} {sure} class="small" disabled={props.busy} on_sure={props.on_action.clone()} />
            } else if let Some(action) = props.action {
                <button type="button" class="button small" disabled={props.busy} {onclick}>{ action }</button>
            }
        </div>
    }
}
