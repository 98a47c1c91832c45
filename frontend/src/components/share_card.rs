//! How the other side finds a channel: its link and its short code. Neither holds a secret.

use super::{copy_button::CopyButton, field::Field, qr_code::QrCode};
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
            <h2 id="share-heading">{ "Share" }</h2>
            <div class="code-row">
                <span class="code" data-testid="short-code">{ &props.code }</span>
                <CopyButton text={props.code.clone()} label="Copy code" />
            </div>
            <Field id="channel-link" label="Channel link" value={props.link.clone()} readonly={true}
                hint={"The other side joins with the code or the link. Neither is secret.".to_owned()}>
                <CopyButton text={props.link.clone()} label="Copy channel link" />
            </Field>
            <details class="qr-details">
                <summary>{ "QR code of the channel link" }</summary>
                <QrCode text={props.link.clone()} label="QR code of the channel link" />
            </details>
        </section>
    }
}
