//! What a provider offers: what it costs, what is at risk, its files, and the deposit that begins a session.

use super::{field::Field, session_files::FileList};
use crate::{
    hooks::{ErrandState, typing},
    state::{
        config::{ClockMode, Token},
        draft::wallet_asks,
    },
    words::{money, percent, say, sentence, size, ticks_about, typed_amount},
};
use thunder_channel::{Amount, metering::download::Offer};
use yew::prelude::*;

/// Why no session begins under an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// A megabyte costs more than this.
    TooDear(Amount),
    /// The provider is distrusted.
    Listed,
    /// There is one already.
    Known,
}

/// Properties of [`OfferCard`].
#[derive(Properties, PartialEq)]
pub struct OfferCardProps {
    /// The offer.
    pub offer: Offer,
    /// What the provider is called.
    pub name: String,
    /// What it is paid in.
    pub token: Token,
    /// What the contract's clock counts.
    pub clock: ClockMode,
    /// Why nothing begins, if so.
    #[prop_or_default]
    pub hindrance: Option<Hindrance>,
    /// The beginning under way.
    pub errand: ErrandState,
    /// Told what to deposit.
    pub on_begin: Callback<Amount>,
}

/// The card.
#[component]
pub fn OfferCard(props: &OfferCardProps) -> Html {
    let terms = props.offer.terms;
    let unit = terms.least_deposit();
    let in_money = |amount| money(amount, &props.token);
    html! {
        <section class="card feature" aria-label={say::the_offer()}>
            <h2>{ say::the_offer() }</h2>
            <p>{ say::served_by(&props.name) }</p>
            <dl class="facts pairs">
                <div><dt>{ say::term_price() }</dt><dd data-testid="offer-price"><bdi>{ say::for_each_megabyte(&in_money(terms.price)) }</bdi></dd></div>
                <div><dt>{ say::term_unit() }</dt><dd><bdi>{ say::term_unit_is(&size(terms.unit), &in_money(unit)) }</bdi></dd></div>
                <div><dt>{ say::term_tolerance() }</dt><dd><bdi>{ say::term_tolerance_is(&percent(terms.tolerance)) }</bdi></dd></div>
                <div><dt>{ say::term_period() }</dt><dd><bdi>{ ticks_about(terms.finalization_period.into(), props.clock) }</bdi></dd></div>
            </dl>
            <p data-testid="offer-risk">{ say::offer_risk(&size(terms.unit), &in_money(unit)) }</p>
            <FileList files={props.offer.files.clone()} {terms} token={props.token.clone()} />
            { match &props.hindrance {
                Some(Hindrance::TooDear(most)) => html! {
                    <p class="error" role="alert">{ say::offer_too_dear(&in_money(terms.price), &in_money(*most)) }</p>
                },
                Some(Hindrance::Listed) => html! { <p class="error" role="alert">{ say::offer_listed() }</p> },
                // It can be known because it has just begun, without its deposit.
                Some(Hindrance::Known) => html! {
                    <>
                        { problem(&props.errand) }
                        <p role="status">{ say::offer_known() }</p>
                    </>
                },
                None => html! {
                    <Begin offer={props.offer.clone()} token={props.token.clone()} errand={props.errand.clone()} on_begin={props.on_begin.clone()} />
                },
            } }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct BeginProps {
    offer: Offer,
    token: Token,
    errand: ErrandState,
    on_begin: Callback<Amount>,
}

/// How much is deposited, what will happen, and the press that does it.
#[component]
fn Begin(props: &BeginProps) -> Html {
    let terms = props.offer.terms;
    let typed = use_state(String::new);
    let fault = use_state(|| None::<String>);
    let read = {
        let (token, least) = (props.token.clone(), terms.least_deposit());
        move |text: &str| {
            let amount = typed_amount(text, &token)?;
            if amount < least {
                return Err(say::session_deposit_least(&money(least, &token)));
            }
            Ok(amount)
        }
    };
    let deposit = read(&typed);
    let hint = match &deposit {
        Ok(deposit) => {
            let mut all = terms;
            all.quantity = u64::MAX;
            say::session_deposit_hint(&size(all.covered(*deposit)))
        }
        Err(_) => say::session_deposit_least(&money(terms.least_deposit(), &props.token)),
    };
    let onsubmit = {
        let (typed, fault, on_begin) = (typed.clone(), fault.clone(), props.on_begin.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match read(&typed) {
                Ok(deposit) => on_begin.emit(deposit),
                Err(words) => fault.set(Some(words)),
            }
        })
    };
    let busy = props.errand.busy;
    html! {
        <form class="stream-form" {onsubmit} novalidate={true} aria-label={say::begin_session()}>
            <Field id="session-deposit" label={say::session_deposit()} keyboard="decimal" placeholder="0" value={(*typed).clone()} on_input={typing(&typed, &fault)}
                unit={props.token.symbol.clone()} error={(*fault).clone()} {hint} />
            if let Ok(deposit) = deposit {
                <section class="statement" aria-label={say::what_will_happen()}>
                    <h3>{ say::what_will_happen() }</h3>
                    <p>{ say::session_plan(&money(deposit, &props.token), wallet_asks(&props.token)) }</p>
                </section>
            }
            <div class="actions"><button type="submit" class="button primary" disabled={busy}>{ if busy { say::beginning_session() } else { say::begin_session() } }</button></div>
            { problem(&props.errand) }
        </form>
    }
}

/// Why no session began, or none with a deposit.
fn problem(errand: &ErrandState) -> Html {
    html! {
        if let Some(problem) = &errand.problem {
            <p class="error" role="alert">{ sentence(problem) }</p>
        }
    }
}
