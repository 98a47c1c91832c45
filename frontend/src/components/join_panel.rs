//! What joining a channel means, and the button.

use crate::{
    hooks::ErrandState,
    state::{
        config::{AppConfig, Token},
        hidden::Hiding,
    },
    words::{about, money, say, sentence, ticks},
};
use std::rc::Rc;
use thunder_channel::Policy;
use thunder_client::{ChannelView, Signing};
use yew::prelude::*;

/// Properties of [`JoinPanel`].
#[derive(Properties, PartialEq)]
pub struct JoinPanelProps {
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
    /// The world.
    pub config: Rc<AppConfig>,
    /// The joining under way.
    pub errand: ErrandState,
    /// Whether it is off the list; nothing where it has to stay on it.
    #[prop_or_default]
    pub hidden: Option<bool>,
    /// Told to join.
    pub on_join: Callback<()>,
    /// Told to take it off the list, or back.
    #[prop_or_default]
    pub on_hiding: Callback<Hiding>,
}

/// The panel.
#[component]
pub fn JoinPanel(props: &JoinPanelProps) -> Html {
    let view = &props.view;
    let they = view.holder.other();
    let period = u64::from(view.key.finalization_period);
    let id = view.id;
    let on_hiding = |hidden: bool| {
        let hiding = if hidden {
            Hiding::Show(id)
        } else {
            Hiding::Hide(id)
        };
        props.on_hiding.reform(move |_: MouseEvent| hiding)
    };
    let onclick = props.on_join.reform(|_: MouseEvent| ());
    html! {
        <section class="card feature" aria-labelledby="join-heading">
            <h2 id="join-heading">{ say::opened_with_you() }</h2>
            <p>
                { say::join_terms(
                    &money(view.deposits[they], &props.token),
                    &ticks(period, props.config.clock),
                    &about(period, props.config.clock),
                ) }{ " " }
                { policy_words(view.key.policy) }
            </p>
            <p class="hint">
                { match view.signing {
                    Signing::PaymentKey => say::joining_free(),
                    Signing::WalletOrDelegate =>
                        say::joining_delegates(),
                    Signing::WalletOnly =>
                        say::joining_follows(),
                } }
            </p>
            <div class="actions">
                <button type="button" class="button primary" disabled={props.errand.busy} {onclick}>{ say::join_this() }</button>
                if let Some(hidden) = props.hidden {
                    <button type="button" class="button quiet" disabled={props.errand.busy} onclick={on_hiding(hidden)}>
                        { if hidden { say::show_this() } else { say::hide_this() } }
                    </button>
                }
            </div>
            if props.hidden.is_some() {
                <p class="hint">{ say::hide_hint() }</p>
            }
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}

/// What happens to a closer that understates, in one sentence.
#[must_use]
pub fn policy_words(policy: Policy) -> &'static str {
    match policy {
        Policy::Refute => say::policy_refute(),
        Policy::Forfeit => say::policy_forfeit(),
    }
}
