//! The form that opens a channel, and what will happen, before the wallet is asked.

use super::{fee::Fee, field::Field, join_panel::policy_words};
use crate::{
    hooks::{ErrandState, use_first_wrong, use_names},
    state::{
        act::Act,
        config::AppConfig,
        draft::{OpenDraft, OpenFaults, OpenPlan, wallet_asks},
        names::Names,
    },
    words::{about, cut, money, say, sentence, tick_unit, ticks},
};
use std::rc::Rc;
use thunder_channel::{Amount, Invite, Policy};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Properties of [`OpenForm`].
#[derive(Properties, PartialEq)]
pub struct OpenFormProps {
    /// The world.
    pub config: Rc<AppConfig>,
    /// What is typed.
    pub draft: OpenDraft,
    /// What was wrong with it when it was sent.
    pub faults: OpenFaults,
    /// What it comes to, if nothing is wrong with it.
    pub plan: Option<OpenPlan>,
    /// What the wallet has of the chosen token, if that was read.
    pub balance: Option<Amount>,
    /// How often it was refused: each time leads to the first wrong field.
    pub refusals: u32,
    /// The opening under way.
    pub errand: ErrandState,
    /// Told what is typed now.
    pub on_change: Callback<OpenDraft>,
    /// Told to open.
    pub on_open: Callback<()>,
    /// What can be done first.
    #[prop_or_default]
    pub children: Html,
}

/// The form.
#[component]
pub fn OpenForm(props: &OpenFormProps) -> Html {
    let names = use_names();
    let form = use_first_wrong(props.refusals);
    let (config, current, faults) = (&props.config, &props.draft, &props.faults);
    let token = config.token(current.token);
    let change = |apply: fn(&mut OpenDraft, String)| {
        let (on_change, current) = (props.on_change.clone(), current.clone());
        Callback::from(move |typed: String| {
            let mut next = current.clone();
            apply(&mut next, typed);
            on_change.emit(next);
        })
    };
    let choose_token = change(|draft, typed| {
        if let Ok(token) = typed.parse() {
            draft.token = token;
        }
    });
    let choose_policy = {
        let change = change(|draft, typed| {
            draft.policy = if typed == "forfeit" {
                Policy::Forfeit
            } else {
                Policy::Refute
            };
        });
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                change.emit(input.value());
            }
        })
    };
    let choose_signing = {
        let change = change(|draft, _| draft.by_wallet = !draft.by_wallet);
        change.reform(|_: Event| String::new())
    };
    let busy = props.errand.busy;
    let onsubmit = props.on_open.reform(|event: SubmitEvent| event.prevent_default());
    html! {
            <form ref={form} class="columns" {onsubmit} novalidate={true} aria-label={say::new_channel()}>
                <div class="column-main card form">
                    <Field id="counterparty" label={say::counterparty()} placeholder={say::or_their_link()} value={current.counterparty.clone()}
                        on_input={change(|draft, typed| draft.counterparty = typed)} error={faults.counterparty.clone()}
                        hint={with_hint(&current.counterparty, &names)} />
                    <div class="pair">
                        <Field id="deposit" label={say::deposit_label()} keyboard="decimal" placeholder="0" value={current.deposit.clone()}
                            on_input={change(|draft, typed| draft.deposit = typed)} error={faults.deposit.clone()}
                            hint={props.balance.map(|balance| say::wallet_has(&format!("{} {}", cut(balance, &token), token.symbol)))} />
                        <div class="field">
                            <label for="currency">{ say::currency() }</label>
                            <div class="control">
                                <select id="currency" onchange={select(&choose_token)}>
                                    { for config.tokens.iter().map(|token| html! {
                                        <option value={format!("{:#x}", token.address)} selected={token.address == current.token}>{ &token.symbol }</option>
                                    }) }
                                </select>
                            </div>
                        </div>
                    </div>
                    <details class="disclosure rules">
                        <summary>{ if current.has_usual_rules(config) { say::usual_rules() } else { say::own_rules() } }</summary>
                        <Field id="period" label={say::finalization_period()} keyboard="numeric" value={current.period.clone()}
                            on_input={change(|draft, typed| draft.period = typed)} error={faults.period.clone()}
                            unit={tick_unit(config.clock)} hint={period_hint(&current.period, config)} />
                        <fieldset class="policy">
                            <legend>{ say::policy() }</legend>
                            { for [(Policy::Refute, "refute", say::refute()), (Policy::Forfeit, "forfeit", say::forfeit())].map(|(policy, value, label)| {
                                let hint_id = format!("policy-{value}-hint");
                                html! {
                                    <div class="radio">
                                        <input type="radio" name="policy" id={format!("policy-{value}")} {value} checked={current.policy == policy}
                                            onchange={choose_policy.clone()} aria-describedby={hint_id.clone()} />
                                        <label for={format!("policy-{value}")}>{ label }</label>
                                        <p id={hint_id} class="hint">{ policy_words(policy) }</p>
                                    </div>
                                }
                            }) }
                        </fieldset>
                        <div class="radio">
                            <input type="checkbox" id="by-wallet" checked={current.by_wallet} onchange={choose_signing} aria-describedby="by-wallet-hint" />
                            <label for="by-wallet">{ say::sign_by_wallet() }</label>
                            <p id="by-wallet-hint" class="hint">{ say::sign_by_wallet_hint() }</p>
                        </div>
                    </details>
                </div>
                <aside class="column-side">
                    { props.children.clone() }
                    <section class="card feature" aria-labelledby="plan-heading">
                        <h2 id="plan-heading">{ say::what_will_happen() }</h2>
                        <p>{ plan_words(props.plan.as_ref(), config, &names) }</p>
                        <Fee act={Act::Open} token={current.token} amount={props.plan.as_ref().map_or(Amount::ZERO, |plan| plan.amount)} />
                        <button type="submit" class="button primary wide" disabled={busy}>{ if busy { say::opening_it() } else { say::open_channel() } }</button>
                        if let Some(problem) = &props.errand.problem {
                            <p class="error" role="alert">{ sentence(problem) }</p>
                        }
                    </section>
                </aside>
            </form>
    }
}

fn select(change: &Callback<String>) -> Callback<Event> {
    let change = change.clone();
    Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            change.emit(select.value());
        }
    })
}

fn period_hint(typed: &str, config: &AppConfig) -> String {
    let time = typed
        .trim()
        .parse::<u32>()
        .ok()
        .map(|period| about(period.into(), config.clock));
    let time = time.map_or_else(String::new, |time| {
        format!("{}. ", sentence(&time).trim_end_matches('.'))
    });
    format!("{time}{}", say::period_hint())
}

fn with_hint(typed: &str, names: &Names) -> String {
    match Invite::parse(typed) {
        Ok(invite) if invite.signer == invite.address => say::address_alone().to_owned(),
        Ok(invite) => say::link_of(&names.call(invite.address)),
        Err(_) => say::best_is_link().to_owned(),
    }
}

fn plan_words(plan: Option<&OpenPlan>, config: &AppConfig, names: &Names) -> String {
    let Some(plan) = plan else {
        return say::fill_in().to_owned();
    };
    let token = config.token(plan.token);
    let period = u64::from(plan.period);
    let signing = if plan.by_wallet {
        say::each_by_wallet()
    } else {
        say::no_wallet_window()
    };
    // With ether it is the one transaction that the sentence begins with.
    let signing = if token.address.is_zero() {
        signing.to_owned()
    } else {
        format!("{} {signing}", wallet_asks(&token))
    };
    say::plan(
        &money(plan.amount, &token),
        &names.call(plan.with.address),
        &signing,
        &ticks(period, config.clock),
        &about(period, config.clock),
    )
}
