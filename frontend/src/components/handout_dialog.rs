//! A third channel for somebody in the room: a link to type, a code to photograph.

use super::{copy_button::CopyButton, dialog::Dialog, qr_code::QrCode};
use crate::{
    state::demo::handout::{Reach, TLS},
    words::say,
};
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
        <Dialog title={say::channel_with_alice()} on_close={props.on_close.clone()}>
            <div class="handout">
                <QrCode text={props.link.clone()} label={say::qr_of_room()} />
                <div class="handout-words">
                    <p class="actions">
                        <span class="handout-link" data-testid="handout-link">{ typed }</span>
                        <CopyButton text={props.link.clone()} label={say::copy_room_link()} />
                    </p>
                    <p>{ say::whoever_opens() }</p>
                    if let Some(invite) = &props.invite {
                        <p class="actions">
                            <span class="hint">{ say::alices_invitation() }</span>
                            <CopyButton text={invite.clone()} label={say::copy_alices_invitation()} />
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
