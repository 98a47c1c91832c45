//! An address as people see it: picture, short form, the whole of it on demand.

use super::identicon::Identicon;
use crate::{hooks::use_names, words::short};
use thunder_channel::{Address, checksummed};
use yew::prelude::*;

/// Properties of [`Person`].
#[derive(Properties, PartialEq)]
pub struct PersonProps {
    /// Who.
    pub address: Address,
    /// A word before the address, such as `You`, unless the person has given it a name.
    #[prop_or_default]
    pub name: Option<&'static str>,
    /// The picture's size in pixels.
    #[prop_or(36)]
    pub size: u32,
}

/// Picture and address.
#[component]
pub fn Person(props: &PersonProps) -> Html {
    let names = use_names();
    let name = names.of(props.address).or(props.name);
    html! {
        <span class="person" title={checksummed(props.address)}>
            <Identicon address={props.address} size={props.size} />
            <span class="person-words">
                if let Some(name) = name {
                    <span class="person-name">{ name.to_owned() }</span>
                }
                <span class="mono">{ short(props.address) }</span>
            </span>
        </span>
    }
}
