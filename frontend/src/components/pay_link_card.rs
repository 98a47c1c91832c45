//! A link that asks to be paid: to copy, and for another device's camera.

use super::{copy_button::CopyButton, field::Field, qr_code::QrCode};
use crate::words::say;
use yew::prelude::*;

/// Properties of [`PayLinkCard`].
#[derive(Properties, PartialEq)]
pub struct PayLinkCardProps {
    /// The whole link.
    pub link: String,
}

/// The link and its code. There is one of them on a page.
#[component]
pub fn PayLinkCard(props: &PayLinkCardProps) -> Html {
    html! {
        <div class="pay-link">
            <Field id="pay-link" label={say::pay_link()} value={props.link.clone()} readonly={true} hint={say::pay_link_hint().to_owned()}>
                <CopyButton text={props.link.clone()} label={say::copy_pay_link()} />
            </Field>
            <QrCode text={props.link.clone()} label={say::qr_of_pay_link()} />
        </div>
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
