//! One's own link: whoever has it can open a channel with the holder.

use super::{copy_button::CopyButton, field::Field, qr_code::QrCode};
use crate::words::say;
use yew::prelude::*;

/// Properties of [`OwnLink`].
#[derive(Properties, PartialEq)]
pub struct OwnLinkProps {
    /// The link.
    pub link: String,
}

/// The card.
#[component]
pub fn OwnLink(props: &OwnLinkProps) -> Html {
    html! {
        <section class="card" aria-labelledby="own-link-heading">
            <h2 id="own-link-heading">{ say::get_paid() }</h2>
            <Field id="own-link" label={say::your_link()} value={props.link.clone()} readonly={true}
                hint={say::your_link_hint().to_owned()}>
                <CopyButton text={props.link.clone()} label={say::copy_your_link()} />
            </Field>
            <details class="qr-details">
                <summary>{ say::qr_of_your_link() }</summary>
                <QrCode text={props.link.clone()} label={say::qr_of_your_link()} />
            </details>
        </section>
    }
}
