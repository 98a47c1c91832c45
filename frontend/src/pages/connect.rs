//! Choosing a wallet.

use crate::{
    app::EngineHandle,
    components::{
        bolt::Bolt,
        field::Field,
        wallet_list::{WalletItem, WalletList},
    },
    state::wallet::Wallet,
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
        <section class="connect">
            <div class="hero">
                <Bolt size={88} />
                <p class="hero-line">{ "Pay each other instantly." }</p>
                <p class="hero-more">{ "Lock money once, pay as often as you like without fees or waiting, and take it out when you are done." }</p>
            </div>
            <div class="card connect-card">
                <h1>{ "Connect a wallet" }</h1>
                if let Some(problem) = &props.problem {
                    <p class="error" role="alert">{ problem }</p>
                }
                if let Some(asking) = &props.asking {
                    <div class="asking">
                        <p class="working" role="status">{ format!("Asking {asking} for your account… Look at its window.") }</p>
                        <button type="button" class="button" onclick={cancel}>{ "Cancel" }</button>
                    </div>
                }
                if items.is_empty() {
                    <div class="empty">
                        <p>{ "No wallet was found in this browser." }</p>
                        <p class="hint">{ "Install a wallet extension such as MetaMask, then open this page on localhost or over https. Wallets appear here by themselves." }</p>
                    </div>
                } else {
                    <WalletList wallets={items} {on_choose} busy={props.asking.is_some()} />
                }
                if props.development {
                    <Import engine={props.engine.clone()} />
                }
            </div>
        </section>
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
            <button type="button" class="button quiet" onclick={show}>{ "Import a key or seed phrase" }</button>
        };
    }
    html! {
        <form class="import" {onsubmit} novalidate={true}>
            <Field id="import-secret" label="Private key or seed phrase" value={(*text).clone()} {on_input} secret={true}
                error={(*fault).clone()} hint={"For this local chain only. Never type the key of an account that owns real money.".to_owned()}>
                <button type="submit" class="button">{ "Import" }</button>
            </Field>
        </form>
    }
}
