//! First use: one signature makes the payment key, and its text is shown before the wallet shows it.

use crate::{
    components::{backup_forms::ImportForm, person::Person},
    hooks::{Errand, use_errand},
    state::seat::Seat,
    words::{Language, say},
};
use thunder_channel::{DOMAIN_NAME, PaymentKeyRequest, TypedMessage};
use web_sys::File;
use yew::prelude::*;

/// Properties of [`SetUp`].
#[derive(Properties, PartialEq)]
pub struct SetUpProps {
    /// Who sits here.
    pub seat: Seat,
    /// The wallet is being asked.
    pub busy: bool,
    /// Why the last attempt failed.
    pub problem: Option<String>,
    /// Whether the wallet will show a window.
    pub opens_window: bool,
    /// Told not to wait any longer.
    pub on_cancel: Callback<()>,
    /// Told to ask for the signature.
    pub on_set_up: Callback<()>,
    /// Told to take a backup instead.
    pub on_import: Callback<(Errand, File, String)>,
}

/// The page.
#[component]
pub fn SetUp(props: &SetUpProps) -> Html {
    let import = use_errand();
    let on_import = {
        let import = import.clone();
        props
            .on_import
            .reform(move |(file, password)| (import.clone(), file, password))
    };
    let request = PaymentKeyRequest {
        account: props.seat.account,
    };
    let typed = request.typed_data(&props.seat.domain);
    let fields = typed["message"].as_object().cloned().unwrap_or_default();
    html! {
        <section class="card narrow">
            <h1>{ say::set_up_payments() }</h1>
            <Person address={props.seat.account} name={say::you()} />
            <p>
                { say::set_up_why() }
            </p>
            <div class="statement" role="region" aria-label={say::what_you_sign()}>
                <h2>{ say::what_you_sign() }</h2>
                <dl>
                    <div><dt>{ say::sign_for() }</dt><dd>{ say::on_chain(DOMAIN_NAME, &props.seat.domain.chain_id.to_string()) }</dd></div>
                    <div><dt>{ say::sign_statement() }</dt><dd lang="en">{ PaymentKeyRequest::NAME }</dd></div>
                    { for fields.iter().map(|(name, value)| html! {
                        <div><dt lang="en">{ name }</dt><dd class={classes!("wrap", value.as_str().is_some_and(|text| text.starts_with("0x")).then_some("mono"))} lang="en">{ value.as_str().unwrap_or_default() }</dd></div>
                    }) }
                </dl>
                if Language::current() != Language::English {
                    // What is signed is the same for everybody; what it means is said to everybody.
                    <p class="hint">{ say::statement_meaning() }</p>
                }
            </div>
            <div class="actions">
                <button type="button" class="button primary" disabled={props.busy}
                    onclick={props.on_set_up.reform(|_: MouseEvent| ())}>{ say::set_up_payments() }</button>
                if props.busy && props.opens_window {
                    <span class="working" role="status">{ say::sign_in_wallet() }</span>
                    <button type="button" class="button" onclick={props.on_cancel.reform(|_: MouseEvent| ())}>{ say::cancel() }</button>
                }
            </div>
            if let Some(problem) = &props.problem {
                <p class="error" role="alert">{ problem }</p>
            }
            <details class="backup">
                <summary>{ say::import_instead() }</summary>
                <ImportForm errand={import.state()} {on_import} />
            </details>
        </section>
    }
}
