//! Choosing a wallet.

use crate::{
    app::EngineHandle,
    components::{
        bolt::Bolt,
        field::Field,
        wallet_list::{WalletItem, WalletList},
    },
    state::wallet::Wallet,
    words::{say, sentence},
};
use yew::prelude::*;

/// Properties of [`Connect`].
#[derive(Properties, PartialEq)]
pub struct ConnectProps {
    /// Who connects.
    pub engine: EngineHandle,
    /// The wallets found.
    pub wallets: Vec<Wallet>,
    /// Why the last attempt failed.
    pub problem: Option<String>,
    /// The wallet that is being asked.
    pub asking: Option<String>,
    /// Whether a link led here that opens afterwards.
    pub linked: bool,
    /// Whether keys may be imported.
    pub development: bool,
}

/// The page.
#[component]
pub fn Connect(props: &ConnectProps) -> Html {
    {
        let engine = props.engine.clone();
        use_effect_with((), move |()| engine.0.look_for_wallets());
    }
    html! {
        <section class="connect">
            <div class="hero">
                <Bolt size={88} />
                <p class="hero-line">{ say::hero_line() }</p>
                <p class="hero-more">{ say::hero_more() }</p>
            </div>
            <div class="card connect-card">
                <h1>{ say::connect_a_wallet() }</h1>
                if props.engine.0.is_secure() {
                    { choices(props) }
                } else {
                    <p class="error" role="alert">{ sentence(say::not_secure()) }</p>
                }
            </div>
        </section>
    }
}

/// The wallets, and what became of asking one.
fn choices(props: &ConnectProps) -> Html {
    let items: Vec<_> = props
        .wallets
        .iter()
        .map(|wallet| WalletItem {
            name: wallet.name.clone(),
            icon: wallet.icon.clone(),
            note: wallet.note,
        })
        .collect();
    let on_choose = {
        let (engine, wallets) = (props.engine.clone(), props.wallets.clone());
        Callback::from(move |place: usize| {
            if let Some(wallet) = wallets.get(place) {
                engine.0.choose(wallet.clone());
            }
        })
    };
    let cancel = {
        let engine = props.engine.clone();
        Callback::from(move |_: MouseEvent| engine.0.give_up())
    };
    html! {
        <>
            if props.linked {
                <p class="hint">{ say::link_opens_then() }</p>
            }
            if let Some(problem) = &props.problem {
                <p class="error" role="alert">{ problem }</p>
            }
            if let Some(asking) = &props.asking {
                <div class="asking">
                    <p class="working" role="status">{ say::asking_wallet(asking) }</p>
                    <button type="button" class="button" onclick={cancel}>{ say::cancel() }</button>
                </div>
            }
            if items.is_empty() {
                { no_wallet() }
            } else {
                <WalletList wallets={items} {on_choose} busy={props.asking.is_some()} />
            }
            <p class="hint">{ sentence(if props.development { say::play_money() } else { say::not_audited() }) }</p>
            if props.development {
                <Import engine={props.engine.clone()} />
            }
        </>
    }
}

/// What a browser without any wallet reads.
pub fn no_wallet() -> Html {
    html! {
        <div class="empty">
            <p>{ say::no_wallet() }</p>
            <p class="hint">{ say::install_wallet() }</p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ImportProps {
    engine: EngineHandle,
}

/// The development wallet's door: a key or a phrase, on a development chain only.
#[component]
fn Import(props: &ImportProps) -> Html {
    let open = use_state(|| false);
    let text = use_state(String::new);
    let fault = use_state(|| None::<String>);
    let on_input = {
        let (text, fault) = (text.clone(), fault.clone());
        Callback::from(move |typed: String| {
            text.set(typed);
            fault.set(None);
        })
    };
    let onsubmit = {
        let (engine, text, fault) = (props.engine.clone(), text.clone(), fault.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Err(words) = engine.0.import(&text) {
                fault.set(Some(words));
            }
        })
    };
    let show = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    if !*open {
        return html! {
            <button type="button" class="button quiet" onclick={show}>{ say::import_key() }</button>
        };
    }
    key_form(&text, &fault, on_input, onsubmit)
}

/// The form that takes a key or a phrase.
pub fn key_form(
    text: &str,
    fault: &Option<String>,
    on_input: Callback<String>,
    onsubmit: Callback<SubmitEvent>,
) -> Html {
    html! {
        <form class="import" {onsubmit} novalidate={true}>
            <Field id="import-secret" label={say::key_or_phrase()} value={text.to_owned()} {on_input} secret={true}
                error={fault.clone()} hint={say::import_warning().to_owned()}>
                <button type="submit" class="button">{ say::import() }</button>
            </Field>
        </form>
    }
}
