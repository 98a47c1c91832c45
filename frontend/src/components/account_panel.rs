//! Whose window this is.

use super::{
    copy_button::CopyButton, dialog::Dialog, outside_link::OutsideLink, person::Person, qr_code::QrCode,
};
use crate::state::explorer::Explorer;
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
    /// The hub.
    pub hub: Address,
    /// Where addresses can be looked up.
    #[prop_or_default]
    pub explorer: Option<Explorer>,
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
    let onclick = props.on_disconnect.reform(|_: MouseEvent| ());
    html! {
        <Dialog title="Account" on_close={props.on_close.clone()}>
            <Person address={props.account} name="You" size={48} />
            <p class="mono wrap">{ checksummed(props.account) }</p>
            <div class="actions">
                <CopyButton text={checksummed(props.account)} label="Copy address" />
                if let Some(explorer) = &props.explorer {
                    <OutsideLink href={explorer.address(props.account)}>{ "In the block explorer" }</OutsideLink>
                }
            </div>
            <details class="qr-details">
                <summary>{ "QR code of your address" }</summary>
                <QrCode text={format!("ethereum:{}", checksummed(props.account))} label="QR code of your address" />
            </details>
            <dl class="facts">
                <div><dt>{ "Wallet" }</dt><dd>{ &props.wallet }</dd></div>
                if let Some(key) = props.payment_key {
                    <div><dt>{ "Payment key" }</dt><dd class="mono wrap">{ checksummed(key) }</dd></div>
                }
                <div><dt>{ "Hub" }</dt><dd class="mono wrap">
                    { match &props.explorer {
                        Some(explorer) => html! { <OutsideLink href={explorer.address(props.hub)}>{ checksummed(props.hub) }</OutsideLink> },
                        None => html! { checksummed(props.hub) },
                    } }
                </dd></div>
            </dl>
            <p class="hint">
                { "The payment key lives in this browser and can pay with all the money in your open channels, so keep there only what you would carry \
                   in your pocket. It is made from a signature of your wallet; losing it loses no money." }
            </p>
            { props.children.clone() }
            <button type="button" class="button danger" {onclick}>{ "Disconnect" }</button>
        </Dialog>
    }
}
