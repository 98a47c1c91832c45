//! The end: what was paid to whom.

use super::{balance_bar::BalanceBar, money_text::MoneyText, worth::Worth};
use crate::{
    state::{config::Token, snapshot::Latest},
    words::say,
};
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
    let latest = use_context::<Latest>().unwrap_or_default();
    // What could not be pushed waits at the hub instead, and the list of channels says so.
    let kept = latest
        .0
        .owed
        .iter()
        .any(|(token, _)| *token == props.token.address);
    let has_arrived = |paid: PerSide<Amount>| !kept && !paid[props.holder].is_zero();
    html! {
        <section class="card feature settled" aria-label={say::settled()}>
            <h2>{ say::settled() }</h2>
            if let Some(paid) = props.paid_out {
                <p>{ say::hub_has_paid() }</p>
                <BalanceBar yours={paid[props.holder]} theirs={paid[props.holder.other()]} token={props.token.clone()} them={say::the_other_side()} />
                <dl class="facts large-facts">
                    <div><dt>{ say::paid_to_you_label() }</dt>
                        <dd><MoneyText amount={paid[props.holder]} token={props.token.clone()} testid="paid-yours" />
                            <Worth amount={paid[props.holder]} token={props.token.clone()} /></dd></div>
                    <div><dt>{ say::paid_to_them() }</dt>
                        <dd><MoneyText amount={paid[props.holder.other()]} token={props.token.clone()} testid="paid-theirs" />
                            <Worth amount={paid[props.holder.other()]} token={props.token.clone()} /></dd></div>
                </dl>
                if has_arrived(paid) {
                    <p class="hint">{ say::yours_again() }</p>
                }
            } else {
                <p>{ say::hub_has_paid_reading() }</p>
            }
        </section>
    }
}
