//! A third channel for somebody in the room: a link to type, a code to photograph.

use super::{copy_button::CopyButton, dialog::Dialog, qr_code::QrCode};
use crate::state::demo::handout::{Reach, TLS};
use yew::prelude::*;

/// Properties of [`HandoutDialog`].
#[derive(Properties, PartialEq)]
pub struct HandoutDialogProps {
    /// The short link.
    pub link: String,
    /// Alice's invitation, for who has a wallet of their own; none until she plays.
    pub invite: Option<String>,
    /// Who can open it.
    pub reach: Reach,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn HandoutDialog(props: &HandoutDialogProps) -> Html {
    // The scheme is what everybody types wrongly and no browser needs, unless it is https.
    let typed = props.link.strip_prefix("http://").unwrap_or(&props.link);
    html! {
        <Dialog title="A channel with Alice" on_close={props.on_close.clone()}>
            <div class="handout">
                <QrCode text={props.link.clone()} label="QR code of the room's link" />
                <div class="handout-words">
                    <p class="actions">
                        <span class="handout-link" data-testid="handout-link">{ typed }</span>
                        <CopyButton text={props.link.clone()} label="Copy the room's link" />
                    </p>
                    <p>{ "Whoever opens this gets a wallet with 1,000 THD, and a form that opens a channel with Alice." }</p>
                    if let Some(invite) = &props.invite {
                        <p class="actions">
                            <span class="hint">{ "Alice's invitation, for who has a wallet of their own:" }</span>
                            <CopyButton text={invite.clone()} label="Copy Alice's invitation" />
                        </p>
                    }
                </div>
            </div>
            if let Some((before, after)) = props.reach.words().and_then(|words| words.split_once(TLS)) {
                <p class="handout-caution" role="note">{ before }<code>{ TLS }</code>{ after }</p>
            }
        </Dialog>
    }
}
