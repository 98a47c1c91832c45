//! A link to somewhere else: in a window of its own, which learns nothing of this page.

use yew::prelude::*;

/// Properties of [`OutsideLink`].
#[derive(Properties, PartialEq)]
pub struct OutsideLinkProps {
    /// Where to.
    pub href: String,
    /// What is read, such as a shortened hash or `In the block explorer`.
    pub children: Html,
    /// What is said of it, where that is not what is read.
    #[prop_or_default]
    pub title: Option<String>,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
}

/// The link.
#[component]
pub fn OutsideLink(props: &OutsideLinkProps) -> Html {
    html! {
        <a class={classes!("outside", props.class.clone())} href={props.href.clone()} target="_blank" rel="noopener noreferrer"
            title={props.title.clone()}>{ props.children.clone() }</a>
    }
}
