//! The wallets of this browser, to choose from.

use super::bolt::Bolt;
use crate::words::say;
use yew::prelude::*;

/// One wallet in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletItem {
    /// Its own name.
    pub name: String,
    /// An image as a `data:` address; anything else is not drawn.
    pub icon: Option<String>,
    /// A word of explanation.
    pub note: Option<&'static str>,
}

/// Properties of [`WalletList`].
#[derive(Properties, PartialEq)]
pub struct WalletListProps {
    /// In the order of announcement.
    pub wallets: Vec<WalletItem>,
    /// Told which one, by its place in the list.
    pub on_choose: Callback<usize>,
    /// While one is asked.
    pub busy: bool,
}

/// The list.
#[component]
pub fn WalletList(props: &WalletListProps) -> Html {
    html! {
        <ul class="wallets" aria-label={say::wallets()}>
            { for props.wallets.iter().enumerate().map(|(place, wallet)| {
                let onclick = props.on_choose.reform(move |_: MouseEvent| place);
                html! {
                    <li>
                        <button type="button" class="wallet" disabled={props.busy} {onclick} aria-label={wallet.name.clone()}>
                            if let Some(icon) = &wallet.icon {
                                <img class="wallet-icon" src={icon.clone()} alt="" width="40" height="40" />
                            } else {
                                <Bolt size={40} />
                            }
                            <span class="wallet-words">
                                <span class="wallet-name">{ &wallet.name }</span>
                                if let Some(note) = wallet.note {
                                    <span class="hint">{ note }</span>
                                }
                            </span>
                        </button>
                    </li>
                }
            }) }
        </ul>
    }
}
