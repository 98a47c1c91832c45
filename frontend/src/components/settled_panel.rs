//! The end: what was paid to whom.

use super::{balance_bar::BalanceBar, money_text::MoneyText};
use crate::state::config::Token;
use thunder_channel::{Amount, PerSide, Side};
use yew::prelude::*;

/// Properties of [`SettledPanel`].
#[derive(Properties, PartialEq)]
pub struct SettledPanelProps {
    /// Who looks.
    pub holder: Side,
    /// To whom how much, if the event has been read.
    pub paid_out: Option<PerSide<Amount>>,
    /// Of what.
    pub token: Token,
}

/// The panel.
#[component]
pub fn SettledPanel(props: &SettledPanelProps) -> Html {
    html! {
        <section class="card feature settled" aria-label="Settled">
            <h2>{ "Settled" }</h2>
            if let Some(paid) = props.paid_out {
                <p>{ "The hub has paid both sides on the chain, exactly:" }</p>
                <BalanceBar yours={paid[props.holder]} theirs={paid[props.holder.other()]} token={props.token.clone()} them="the other side" />
                <dl class="facts large-facts">
                    <div><dt>{ "Paid to you" }</dt>
                        <dd><MoneyText amount={paid[props.holder]} token={props.token.clone()} testid="paid-yours" /></dd></div>
                    <div><dt>{ "Paid to them" }</dt>
                        <dd><MoneyText amount={paid[props.holder.other()]} token={props.token.clone()} testid="paid-theirs" /></dd></div>
                </dl>
            } else {
                <p>{ "The hub has paid both sides on the chain. Reading how much…" }</p>
            }
        </section>
    }
}
