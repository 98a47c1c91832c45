//! One session with a provider: how it stands, the meter, its files, and what can be done.

use super::{field::Field, meter_plot::MeterPlot, session_files::SessionFiles};
use crate::{
    hooks::{ErrandState, typing},
    state::{
        config::{ClockMode, Token},
        draft::amount_up_to,
        sessions::{SessionView, Standing},
    },
    words::{money, say, sentence, size, ticks_about},
};
use thunder_channel::Amount;
use thunder_client::downloads::Phase;
use yew::prelude::*;

/// What a person wants of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionAct {
    /// This file, from where it is here already.
    Get(String),
    /// No more of it for now.
    Pause,
    /// To reach the provider again.
    TryAgain,
    /// To deposit what was agreed on.
    Deposit,
    /// To add to the deposit.
    TopUp(Amount),
    /// To end together.
    Finish,
    /// To close one-sidedly.
    Close,
    /// To settle.
    Settle,
    /// To hand in what both have signed.
    HandIn,
    /// To save the file.
    SaveFile,
    /// To save what proves it.
    SaveEvidence,
    /// To forget it.
    Forget,
    /// No more with this provider.
    Distrust,
}

/// Properties of [`SessionCard`].
#[derive(Properties, PartialEq)]
pub struct SessionCardProps {
    /// The session.
    pub view: SessionView,
    /// What the provider is called.
    pub name: String,
    /// What it is paid in.
    pub token: Token,
    /// What the contract's clock counts.
    pub clock: ClockMode,
    /// Whether the provider is on the list already.
    pub listed: bool,
    /// What was asked for last.
    pub errand: ErrandState,
    /// Told what the person wants; `None` where another window is the one to ask.
    #[prop_or_default]
    pub on_act: Option<Callback<SessionAct>>,
}

/// The card.
#[component]
pub fn SessionCard(props: &SessionCardProps) -> Html {
    let view = &props.view;
    let standing = view.standing();
    let heading = say::session_with(&props.name);
    let counts = view.counted > 0 || matches!(view.phase, Phase::Active);
    let tops_up = matches!(view.phase, Phase::Active) && !view.copy && !view.accused && !view.ending;
    // That it is dishonest says why it stopped.
    let trouble = view.trouble.as_ref().filter(|_| standing != Standing::Guilty);
    let class = classes!(
        "card",
        "session",
        matches!(standing, Standing::Running | Standing::Pausing).then_some("feature")
    );
    html! {
        <section {class} aria-label={heading.clone()}>
            <div class="page-head">
                <h2>{ heading }</h2>
                <span class={classes!("chip", tone(standing))} data-testid="session-stands" role="status">{ stands(standing) }</span>
            </div>
            <p class="faint session-origin"><span class="mono">{ &view.origin }</span></p>
            if let Some(problem) = props.errand.problem.as_ref().or(trouble) {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
            { words(props, standing) }
            if let Some(refused) = &view.refused {
                <p class="error" role="alert">{ say::provider_said(refused) }</p>
            }
            // What comes and goes keeps its place by a tag of its own.
            <div class="session-part">
                if counts && !view.is_over() {
                    <MeterPlot view={view.clone()} token={props.token.clone()} />
                }
            </div>
            <div class="session-part"><SessionFiles view={view.clone()} token={props.token.clone()} busy={props.errand.busy} on_act={props.on_act.clone()} /></div>
            <div class="session-part">if let Some(on_act) = props.on_act.clone().filter(|_| tops_up) {
                <TopUp token={props.token.clone()} open={view.is_low() || standing == Standing::UsedUp} wanted={standing == Standing::UsedUp} busy={view.busy || props.errand.busy}
                    done={props.errand.done} {on_act} />
            }</div>
            if let Some(on_act) = &props.on_act {
                { actions(props, standing, on_act) }
            }
        </section>
    }
}

fn stands(standing: Standing) -> &'static str {
    match standing {
        Standing::Asking => say::stands_asking(),
        Standing::Unpaid => say::stands_unpaid(),
        Standing::Paying => say::stands_paying(),
        Standing::Ready => say::stands_ready(),
        Standing::Running => say::stands_running(),
        Standing::Pausing => say::stands_pausing(),
        Standing::Paused => say::stands_paused(),
        Standing::UsedUp => say::stands_used_up(),
        Standing::Away => say::stands_away(),
        Standing::Stopped => say::stands_stopped(),
        Standing::Connecting => say::stands_connecting(),
        Standing::Guilty => say::stands_guilty(),
        Standing::Copy => say::stands_copy(),
        Standing::Ending => say::stands_ending(),
        Standing::Unanswered => say::stands_unanswered(),
        Standing::Agreed => say::stands_agreed(),
        Standing::Closing => say::stands_closing(),
        Standing::Settleable => say::stands_settleable(),
        Standing::Ended => say::stands_ended(),
        Standing::Void => say::stands_void(),
    }
}

const fn tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Ready | Standing::Running | Standing::Agreed => "chip-open",
        Standing::Guilty | Standing::Stopped => "chip-bad",
        Standing::UsedUp
        | Standing::Away
        | Standing::Unanswered
        | Standing::Unpaid
        | Standing::Closing
        | Standing::Settleable => "chip-closing",
        _ => "",
    }
}

/// What there is to say about how it stands.
fn words(props: &SessionCardProps, standing: Standing) -> Html {
    let (view, token) = (&props.view, &props.token);
    let (charged, back) = (money(view.charged_now(), token), money(view.uncharged(), token));
    let (unit, risk) = view.at_risk();
    let said = match standing {
        Standing::Asking => say::asking_words().to_owned(),
        Standing::Unpaid => say::unpaid_words(&money(view.deposit, token)),
        Standing::Paying => say::paying_words().to_owned(),
        Standing::Connecting => say::connecting_words().to_owned(),
        Standing::Running | Standing::Pausing => say::stays_while_open().to_owned(),
        Standing::UsedUp => say::used_up_words().to_owned(),
        Standing::Away => say::away_words(&size(unit), &money(risk, token)),
        Standing::Guilty => say::guilty_words().to_owned(),
        Standing::Copy => say::copy_words().to_owned(),
        Standing::Ending => say::ending_words().to_owned(),
        Standing::Unanswered => say::unanswered_words().to_owned(),
        Standing::Void => say::void_words().to_owned(),
        Standing::Agreed | Standing::Closing | Standing::Settleable | Standing::Ended => match view.phase {
            Phase::Settling { .. } => say::agreed_words(&charged, &back),
            Phase::Closing { closes_at, .. } => {
                if standing == Standing::Settleable {
                    say::settleable_words(&charged, &back)
                } else {
                    say::closing_words(
                        &charged,
                        &ticks_about(closes_at.saturating_sub(view.clock), props.clock),
                    )
                }
            }
            Phase::Ended { outcome: Some(_) } => say::ended_words(&charged, &back),
            _ => say::ended_unread().to_owned(),
        },
        Standing::Stopped => say::stopped_words(&charged),
        Standing::Ready | Standing::Paused if view.is_low() => {
            say::low_words(&money(view.uncharged(), token))
        }
        Standing::Ready | Standing::Paused => return html! {},
    };
    let urgent = matches!(standing, Standing::Guilty);
    html! { <p class={classes!(urgent.then_some("error"))} data-testid="session-words">{ said }</p> }
}

fn actions(props: &SessionCardProps, standing: Standing, on_act: &Callback<SessionAct>) -> Html {
    let view = &props.view;
    let busy = props.errand.busy || view.busy;
    let button = |act: SessionAct, words: String, class: &'static str| {
        let onclick = on_act.reform(move |_: MouseEvent| act.clone());
        html! { <button type="button" class={classes!("button", class)} {onclick} disabled={busy}>{ words }</button> }
    };
    let open = matches!(view.phase, Phase::Active | Phase::Settling { .. });
    let alone = open && !view.ending || standing == Standing::Ending;
    // Where it is the thing to do, it is not put away.
    let at_once = matches!(
        standing,
        Standing::Guilty | Standing::Copy | Standing::Away | Standing::Stopped | Standing::Unanswered
    );
    let close_hint =
        say::close_session_words(&ticks_about(view.terms.finalization_period.into(), props.clock));
    let close = html! {
        <>
            <p class="hint">{ close_hint }</p>
            <div class="actions">{ button(SessionAct::Close, say::close_session_alone().to_owned(), "danger") }</div>
        </>
    };
    html! {
        <>
            <div class="actions">
                if matches!(standing, Standing::Running) {
                    { button(SessionAct::Pause, say::pause_word().to_owned(), "primary") }
                }
                if matches!(standing, Standing::Unpaid | Standing::Paying) {
                    { button(SessionAct::Deposit, say::deposit_now(&money(view.deposit, &props.token)), "primary") }
                }
                if matches!(standing, Standing::Stopped | Standing::Away) {
                    { button(SessionAct::TryAgain, say::try_provider_again().to_owned(), "") }
                }
                if standing == Standing::Settleable {
                    { button(SessionAct::Settle, say::settle_session().to_owned(), "primary") }
                }
                if standing == Standing::Agreed {
                    { button(SessionAct::HandIn, say::hand_it_in().to_owned(), "") }
                }
                if matches!(view.phase, Phase::Active) && !view.ending && !view.copy && !view.accused {
                    { button(SessionAct::Finish, say::end_session().to_owned(), "") }
                }
                if standing == Standing::Unanswered {
                    { button(SessionAct::Finish, say::end_again().to_owned(), "primary") }
                }
                if view.is_over() {
                    { button(SessionAct::Forget, say::forget_session().to_owned(), "quiet small") }
                }
            </div>
            if alone && at_once {
                { close.clone() }
            }
            <details class="stream session-more">
                <summary>{ say::evidence_of_session(&view.pairs.to_string()) }</summary>
                <div class="stream-form">
                    <div class="actions">
                        { button(SessionAct::SaveEvidence, say::save_session_evidence().to_owned(), "") }
                        if !props.listed {
                            { button(SessionAct::Distrust, say::distrust_provider().to_owned(), "danger") }
                        }
                    </div>
                    if alone && !at_once {
                        { close.clone() }
                    }
                </div>
            </details>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct TopUpProps {
    token: Token,
    open: bool,
    /// It is what there is to do.
    wanted: bool,
    busy: bool,
    done: u32,
    on_act: Callback<SessionAct>,
}

/// More into the deposit.
#[component]
fn TopUp(props: &TopUpProps) -> Html {
    let typed = crate::hooks::use_typed(props.done);
    let fault = use_state(|| None::<String>);
    let onsubmit = {
        let (typed, fault, on_act, token) = (
            typed.clone(),
            fault.clone(),
            props.on_act.clone(),
            props.token.clone(),
        );
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match amount_up_to(&typed, &token, None, |_| String::new()) {
                Ok(amount) => on_act.emit(SessionAct::TopUp(amount)),
                Err(words) => fault.set(Some(words)),
            }
        })
    };
    html! {
        <details class="stream" open={props.open}>
            <summary>{ say::add_deposit() }</summary>
            <form class="stream-form" {onsubmit} novalidate={true} aria-label={say::add_deposit()}>
                <Field id="session-add" label={say::add_amount()} keyboard="decimal" placeholder="0" value={(*typed).clone()} on_input={typing(&typed, &fault)}
                    unit={props.token.symbol.clone()} error={(*fault).clone()}>
                    <button type="submit" class={classes!("button", props.wanted.then_some("primary"))} disabled={props.busy}>{ say::add_word() }</button>
                </Field>
            </form>
        </details>
    }
}
