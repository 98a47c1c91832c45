//! What joining a channel means, and the button.

use super::money_text::MoneyText;
use crate::{
    hooks::ErrandState,
    state::config::{AppConfig, Token},
    words::{about, sentence, ticks},
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
    /// Told to join.
    pub on_join: Callback<()>,
}

/// The panel.
#[component]
pub fn JoinPanel(props: &JoinPanelProps) -> Html {
    let view = &props.view;
    let they = view.holder.other();
    let period = u64::from(view.key.finalization_period);
    let onclick = props.on_join.reform(|_: MouseEvent| ());
    html! {
        <section class="card feature" aria-labelledby="join-heading">
            <h2 id="join-heading">{ "This channel was opened with you" }</h2>
            <p>
                { "They put in " }<MoneyText amount={view.deposits[they]} token={props.token.clone()} />
                { ". After a one-sided close there are " }
                { format!("{} ({})", ticks(period, props.config.clock), about(period, props.config.clock)) }
                { " to show a higher claim. " }
                { policy_words(view.key.policy) }
            </p>
            <p class="hint">
                { match view.signing {
                    Signing::PaymentKey => "Joining costs nothing and sends no transaction.",
                    Signing::WalletOrDelegate =>
                        "Joining costs nothing and sends no transaction. Your wallet asks for one signature, so that later payments need none.",
                    Signing::WalletOnly =>
                        "Joining costs nothing and sends no transaction. Your wallet asks for one signature, which lets this browser follow the channel; your payments here are signed with the wallet.",
                } }
            </p>
            <button type="button" class="button primary" disabled={props.errand.busy} {onclick}>{ "Join this channel" }</button>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </section>
    }
}

/// What happens to a closer that understates, in one sentence.
#[must_use]
pub const fn policy_words(policy: Policy) -> &'static str {
    match policy {
        Policy::Refute => "Whoever closes and understates what it paid is corrected by a higher claim.",
        Policy::Forfeit => {
            "Whoever closes and understates what it paid loses the whole channel to the other side."
        }
    }
}
