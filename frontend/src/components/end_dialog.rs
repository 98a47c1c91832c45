//! Ending a channel: together first, alone behind a second step that names the wait and the amounts.

use super::{dialog::Dialog, fee::Fee, field::Field, join_panel::policy_words, money_text::MoneyText};
use crate::{
    hooks::ErrandState,
    state::{
        act::Act,
        config::{ClockMode, Token},
    },
    words::{about, money, say, sentence, ticks, typed_amount},
};
use thunder_channel::{Amount, Side};
use thunder_client::ChannelView;
use yew::prelude::*;

/// What the person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Offer to end at once.
    Together,
    /// Close one-sidedly.
    Alone,
    /// Close as a cheat would, saying that so much was paid in total.
    Understating(Amount),
}

/// Properties of [`EndDialog`].
#[derive(Properties, PartialEq)]
pub struct EndDialogProps {
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
    /// What the hub's clock counts.
    pub clock: ClockMode,
    /// Whether the demonstration of a cheat is offered.
    pub development: bool,
    /// What is under way.
    pub errand: ErrandState,
    /// Told what was chosen.
    pub on_end: Callback<Ending>,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn EndDialog(props: &EndDialogProps) -> Html {
    let alone = use_state(|| false);
    let cheat = use_state(|| false);
    let view = &props.view;
    let (you, they) = (view.holder, view.holder.other());
    let period = u64::from(view.key.finalization_period);
    let choose = |ending| props.on_end.reform(move |_: MouseEvent| ending);
    let show = |what: &UseStateHandle<bool>| {
        let what = what.clone();
        Callback::from(move |_: MouseEvent| what.set(true))
    };
    html! {
        <Dialog title={say::end_this_channel()} close_label={say::back()} on_close={props.on_close.clone()}>
            <dl class="facts">
                <div><dt>{ say::you_get() }</dt><dd><MoneyText amount={view.balances[you]} token={props.token.clone()} /></dd></div>
                <div><dt>{ say::they_get() }</dt><dd><MoneyText amount={view.balances[they]} token={props.token.clone()} /></dd></div>
            </dl>
            <div class="choice">
                <h3>{ say::together() }</h3>
                <p>{ say::together_why() }</p>
                if !view.peer_online {
                    <p class="hint">{ say::away_to_agree() }</p>
                }
                <button type="button" class="button primary" disabled={props.errand.busy}
                    onclick={choose(Ending::Together)}>{ say::propose_end() }</button>
            </div>
            <div class="choice">
                if *alone {
                    <h3>{ say::without_them() }</h3>
                    <p>
                        { say::alone_why(&ticks(period, props.clock), &about(period, props.clock)) }{ " " }
                        { policy_words(view.key.policy) }
                    </p>
                    <Fee act={Act::Close} token={props.token.address} />
                    <button type="button" class="button danger" disabled={props.errand.busy}
                        onclick={choose(Ending::Alone)}>{ say::close_alone() }</button>
                    if props.development {
                        if *cheat {
                            <CheatForm paid={view.totals[you]} token={props.token.clone()} side={you} busy={props.errand.busy}
                                on_cheat={props.on_end.reform(Ending::Understating)} />
                        } else {
                            <button type="button" class="button quiet" onclick={show(&cheat)}>{ say::demo_understate() }</button>
                        }
                    }
                } else {
                    <button type="button" class="button quiet" onclick={show(&alone)}>{ say::end_without_them() }</button>
                }
            </div>
            if props.errand.busy {
                <p class="working" role="status">{ say::working() }</p>
            }
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct CheatFormProps {
    paid: Amount,
    token: Token,
    side: Side,
    busy: bool,
    on_cheat: Callback<Amount>,
}

/// Only on development chains: shows what the hub does about a lie.
#[component]
fn CheatForm(props: &CheatFormProps) -> Html {
    let text = use_state(String::new);
    let fault = use_state(|| None::<String>);
    let on_input = {
        let text = text.clone();
        Callback::from(move |typed: String| text.set(typed))
    };
    let onsubmit = {
        let (text, fault) = (text.clone(), fault.clone());
        let (token, on_cheat) = (props.token.clone(), props.on_cheat.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match typed_amount(&text, &token) {
                Ok(amount) => {
                    fault.set(None);
                    on_cheat.emit(amount);
                }
                Err(words) => fault.set(Some(words)),
            }
        })
    };
    html! {
        <form class="dev" {onsubmit} novalidate={true}>
            <Field id="cheat-amount" label={say::say_you_paid()} keyboard="decimal" value={(*text).clone()} {on_input}
                unit={props.token.symbol.clone()} error={(*fault).clone()}
                hint={say::really_paid(&money(props.paid, &props.token))} />
            <button type="submit" class="button danger" disabled={props.busy}>{ say::close_understating() }</button>
        </form>
    }
}
