//! What was fetched, and how it ended.

use super::fetching_card::meters;
use crate::{
    state::{
        config::Token,
        fetching::{End, Meter, Preview},
    },
    words::{say, sentence},
};
use yew::prelude::*;

/// Properties of [`FetchedCard`].
#[derive(Properties, PartialEq)]
pub struct FetchedCardProps {
    /// What it was paid in, if it cost anything.
    pub token: Option<Token>,
    /// How far it came.
    pub meter: Meter,
    /// How it ended.
    pub end: End,
    /// What can be seen of it.
    pub preview: Option<Preview>,
    /// Told to save it, if anything came.
    pub on_save: Option<Callback<()>>,
}

/// The card.
#[component]
pub fn FetchedCard(props: &FetchedCardProps) -> Html {
    let words = match &props.end {
        End::Whole => say::fetched_whole().to_owned(),
        End::Stopped => say::fetch_stopped().to_owned(),
        End::Status(status) if *status >= 500 && props.token.is_some() => {
            say::fetch_failed(&status.to_string())
        }
        End::Status(status) => say::fetch_refused(&status.to_string()),
        End::Broken(words) => sentence(words),
    };
    let on_save = props.on_save.as_ref();
    let on_save = on_save.map(|on_save| on_save.reform(|_: MouseEvent| ()));
    html! {
        <section class="card" aria-label={say::what_came()}>
            <h2>{ say::what_came() }</h2>
            <p role="status" class={classes!((props.end != End::Whole).then_some("error"))}>{ words }</p>
            { meters(&props.meter, props.token.as_ref()) }
            { match &props.preview {
                Some(Preview::Text(text)) => html! { <pre class="fetched" tabindex="0" aria-label={say::beginning_of_it()}>{ text }</pre> },
                Some(Preview::Picture(source)) => html! { <img class="fetched" src={source.clone()} alt={say::picture_that_came()} /> },
                None => html! {},
            } }
            if let Some(onclick) = on_save {
                <div class="actions"><button type="button" class="button primary" {onclick}>{ say::save_file() }</button></div>
            }
        </section>
    }
}
