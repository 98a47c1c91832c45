//! Whose window this is.

use super::{
    choice::Choice, copy_button::CopyButton, dialog::Dialog, outside_link::OutsideLink, person::Person,
    qr_code::QrCode,
};
use crate::{
    state::{explorer::Explorer, pay_link::address_uri},
    words::{Language, say},
};
use thunder_channel::{Address, checksummed};
use yew::prelude::*;

/// Properties of [`AccountPanel`].
#[derive(Properties, PartialEq)]
pub struct AccountPanelProps {
    /// The pinned account.
    pub account: Address,
    /// The wallet's name.
    pub wallet: String,
    /// The payment key's address.
    pub payment_key: Option<Address>,
    /// The chain that the account is used on.
    pub chain_id: u64,
    /// The hub.
    pub hub: Address,
    /// Where addresses can be looked up.
    #[prop_or_default]
    pub explorer: Option<Explorer>,
    /// The language of the window.
    pub language: Language,
    /// Told to take another language.
    pub on_language: Callback<Language>,
    /// What else belongs to the account.
    #[prop_or_default]
    pub children: Html,
    /// Told to forget the wallet.
    pub on_disconnect: Callback<()>,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn AccountPanel(props: &AccountPanelProps) -> Html {
    let on_choose = {
        let on_language = props.on_language.clone();
        Callback::from(move |place: usize| {
            if let Some(language) = Language::ALL.get(place) {
                on_language.emit(*language);
            }
        })
    };
    let onclick = props.on_disconnect.reform(|_: MouseEvent| ());
    html! {
        <Dialog title={say::account()} on_close={props.on_close.clone()}>
            <Person address={props.account} name={say::you()} size={48} />
            <p class="mono wrap">{ checksummed(props.account) }</p>
            <div class="actions">
                <CopyButton text={checksummed(props.account)} label={say::copy_address()} />
                if let Some(explorer) = &props.explorer {
                    <OutsideLink href={explorer.address(props.account)}>{ say::in_explorer() }</OutsideLink>
                }
            </div>
            <details class="qr-details">
                <summary>{ say::qr_of_address() }</summary>
                <QrCode text={address_uri(props.account, props.chain_id)} label={say::qr_of_address()} />
            </details>
            <dl class="facts rows">
                <div><dt>{ say::wallet() }</dt><dd>{ &props.wallet }</dd></div>
                if let Some(key) = props.payment_key {
                    <div><dt>{ say::payment_key() }</dt><dd class="mono wrap">{ checksummed(key) }</dd></div>
                }
                <div><dt>{ say::hub() }</dt><dd class="mono wrap">
                    { match &props.explorer {
                        Some(explorer) => html! { <OutsideLink href={explorer.address(props.hub)}>{ checksummed(props.hub) }</OutsideLink> },
                        None => html! { checksummed(props.hub) },
                    } }
                </dd></div>
            </dl>
            <p class="hint">
                { say::payment_key_why() }
            </p>
            <Choice id="language" label={say::language()} options={Language::ALL.map(|one| one.name().to_owned()).to_vec()}
                chosen={Language::ALL.iter().position(|one| *one == props.language).unwrap_or_default()} {on_choose} />
            { props.children.clone() }
            <button type="button" class="button danger" {onclick}>{ say::disconnect() }</button>
        </Dialog>
    }
}
