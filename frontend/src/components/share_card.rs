//! How the other side finds a channel: its link and its short code. Neither holds a secret.

use super::{copy_button::CopyButton, field::Field, qr_code::QrCode};
use crate::words::say;
use yew::prelude::*;

/// Properties of [`ShareCard`].
#[derive(Properties, PartialEq)]
pub struct ShareCardProps {
    /// The whole link.
    pub link: String,
    /// Such as `7K3D-9QXM`.
    pub code: String,
}

/// The card.
#[component]
pub fn ShareCard(props: &ShareCardProps) -> Html {
    html! {
        <section class="card" aria-labelledby="share-heading">
            <h2 id="share-heading">{ say::share() }</h2>
            <div class="code-row">
                <span class="code" data-testid="short-code">{ &props.code }</span>
                <CopyButton text={props.code.clone()} label={say::copy_code()} />
            </div>
            <Field id="channel-link" label={say::channel_link()} value={props.link.clone()} readonly={true}
                hint={say::share_hint().to_owned()}>
                <CopyButton text={props.link.clone()} label={say::copy_channel_link()} />
            </Field>
            <details class="qr-details">
                <summary>{ say::qr_of_channel() }</summary>
                <QrCode text={props.link.clone()} label={say::qr_of_channel()} />
            </details>
        </section>
    }
}
