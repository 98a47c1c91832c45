//! The other side: its whole address, and the name that the person gives it.

use super::{copy_button::CopyButton, field::Field, outside_link::OutsideLink, person::Person};
use crate::{hooks::use_names, state::explorer::Explorer, words::say};
use thunder_channel::{Address, checksummed};
use yew::prelude::*;

/// Properties of [`NameCard`].
#[derive(Properties, PartialEq)]
pub struct NameCardProps {
    /// Who.
    pub address: Address,
    /// Where the address can be looked up.
    #[prop_or_default]
    pub explorer: Option<Explorer>,
    /// Told the name; an empty one takes it away.
    pub on_name: Callback<String>,
}

/// The card.
#[component]
pub fn NameCard(props: &NameCardProps) -> Html {
    let names = use_names();
    let known = names.of(props.address).unwrap_or_default().to_owned();
    let typed = use_state(|| None::<String>);
    let on_input = {
        let typed = typed.clone();
        Callback::from(move |text: String| typed.set(Some(text)))
    };
    let onsubmit = {
        let (typed, on_name) = (typed.clone(), props.on_name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(name) = &*typed {
                on_name.emit(name.clone());
            }
            typed.set(None);
        })
    };
    html! {
        <form class="card" aria-label={say::other_side()} {onsubmit} novalidate={true}>
            <h2>{ say::other_side() }</h2>
            <Person address={props.address} />
            <p class="mono wrap">{ checksummed(props.address) }</p>
            <div class="actions">
                <CopyButton text={checksummed(props.address)} label={say::copy_their_address()} />
                if let Some(explorer) = &props.explorer {
                    <OutsideLink href={explorer.address(props.address)}>{ say::in_explorer() }</OutsideLink>
                }
            </div>
            <Field id="their-name" label={say::their_name()} value={(*typed).clone().unwrap_or(known)} {on_input}
                hint={say::name_hint().to_owned()}>
                <button type="submit" class="button">{ say::keep_name() }</button>
            </Field>
        </form>
    }
}
