//! Components drawn natively: what a person, a screen reader and a test find in them.

mod account;
mod balances;
mod demo;
mod ending;
mod fees;
mod flows;
mod frame;
mod history;
mod lists;
mod paying;
mod watched;

use crate::state::snapshot::Latest;
use yew::{BaseComponent, LocalServerRenderer};

fn draw<C: BaseComponent>(props: C::Properties) -> String {
    futures::executor::block_on(
        LocalServerRenderer::<C>::with_props(props)
            .hydratable(false)
            .render(),
    )
}

/// The text without its elements.
fn text(html: &str) -> String {
    let mut inside = false;
    html.chars()
        .filter(|c| {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    return false;
                }
                _ => (),
            }
            !inside
        })
        .collect()
}

#[derive(yew::Properties, PartialEq)]
struct ReadProps {
    latest: Latest,
    children: yew::Html,
}

/// What is drawn where the chain and the wallet were read.
#[yew::component]
fn Read(props: &ReadProps) -> yew::Html {
    yew::html! { <yew::ContextProvider<Latest> context={props.latest.clone()}>{ props.children.clone() }</yew::ContextProvider<Latest>> }
}
