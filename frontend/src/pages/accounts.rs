//! Choosing among the accounts that a wallet gave: two windows of one browser get the same list.

use crate::{
    components::identicon::Identicon,
    words::{say, short},
};
use thunder_channel::{Address, checksummed};
use yew::prelude::*;

/// Properties of [`Accounts`].
#[derive(Properties, PartialEq)]
pub struct AccountsProps {
    /// Whom to choose from.
    pub accounts: Vec<Address>,
    /// Told who was chosen.
    pub on_pick: Callback<Address>,
    /// Told to go back to the wallets.
    pub on_back: Callback<()>,
}

/// The page.
#[component]
pub fn Accounts(props: &AccountsProps) -> Html {
    html! {
        <section class="card narrow">
            <h1>{ say::choose_account() }</h1>
            <p>{ say::several_accounts() }</p>
            <ul class="wallets">
                { for props.accounts.iter().map(|account| {
                    let account = *account;
                    let onclick = props.on_pick.reform(move |_: MouseEvent| account);
                    html! {
                        <li><button type="button" class="wallet" {onclick} aria-label={say::use_account(&short(account))}>
                            <Identicon address={account} size={40} />
                            <span class="mono wrap">{ checksummed(account) }</span>
                        </button></li>
                    }
                }) }
            </ul>
            <button type="button" class="button" onclick={props.on_back.reform(|_: MouseEvent| ())}>{ say::back() }</button>
        </section>
    }
}
