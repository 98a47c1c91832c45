//! What the payment key may pay by itself.

use super::{choice::Choice, field::Field};
use crate::{
    hooks::{ErrandState, typing},
    state::config::Token,
    words::{as_typed, money, say, sentence, typed_amount},
};
use thunder_channel::{Address, Amount};
use thunder_client::{SpendingLimit, SpendingView};
use yew::prelude::*;

/// Properties of [`LimitsForm`].
#[derive(Properties, PartialEq)]
pub struct LimitsFormProps {
    /// The tokens that channels are offered in.
    pub tokens: Vec<Token>,
    /// The limits that hold.
    pub spending: Vec<SpendingView>,
    /// The change under way.
    pub errand: ErrandState,
    /// Told the limit of a token.
    pub on_set: Callback<(Address, SpendingLimit)>,
}

/// Chooses a token; the form is drawn anew for each.
#[component]
pub fn LimitsForm(props: &LimitsFormProps) -> Html {
    let chosen = use_state(|| 0usize);
    let Some(token) = props.tokens.get(*chosen) else {
        return html! {};
    };
    let on_choose = {
        let chosen = chosen.clone();
        Callback::from(move |place| chosen.set(place))
    };
    let of = props.spending.iter().find(|of| of.token == token.address);
    let limit = of.map(|of| of.limit).unwrap_or_default();
    html! {
        <section class="limits" aria-labelledby="limits-heading">
            <h3 id="limits-heading">{ say::key_limits() }</h3>
            <Choice id="limits-token" label={say::limits_for()} options={props.tokens.iter().map(|token| token.symbol.clone()).collect::<Vec<_>>()}
                chosen={*chosen} {on_choose} />
            <OneToken key={format!("{:#x} {limit:?}", token.address)} token={token.clone()} {limit}
                spent={of.map(|of| of.spent_today)} errand={props.errand.clone()} on_set={props.on_set.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct OneTokenProps {
    token: Token,
    limit: SpendingLimit,
    spent: Option<Amount>,
    errand: ErrandState,
    on_set: Callback<(Address, SpendingLimit)>,
}

#[component]
fn OneToken(props: &OneTokenProps) -> Html {
    let display =
        |limit: Option<Amount>| limit.map_or_else(String::new, |limit| as_typed(limit, &props.token));
    let payment = use_state(|| display(props.limit.per_payment));
    let day = use_state(|| display(props.limit.per_day));
    let faults = use_state(|| (None::<String>, None::<String>));
    let onsubmit = {
        let (payment, day, faults) = (payment.clone(), day.clone(), faults.clone());
        let (token, on_set) = (props.token.clone(), props.on_set.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match (read(&payment, &token), read(&day, &token)) {
                (Ok(per_payment), Ok(per_day)) => {
                    on_set.emit((token.address, SpendingLimit { per_payment, per_day }));
                }
                (payment, day) => faults.set((payment.err(), day.err())),
            }
        })
    };
    let unit = || props.token.symbol.clone();
    let spent = props
        .spent
        .map(|spent| say::paid_today(&money(spent, &props.token)));
    html! {
        <form aria-label={say::key_limits()} {onsubmit} novalidate={true}>
            <Field id="limit-payment" label={say::limit_per_payment()} keyboard="decimal" placeholder={say::none()} value={(*payment).clone()}
                on_input={typing(&payment, &faults)} unit={unit()} error={faults.0.clone()} />
            <Field id="limit-day" label={say::limit_per_day()} keyboard="decimal" placeholder={say::none()} value={(*day).clone()}
                on_input={typing(&day, &faults)} unit={unit()} error={faults.1.clone()} hint={spent} />
            <div class="actions">
                <button type="submit" class="button" disabled={props.errand.busy}>{ say::set_limits() }</button>
                <span class="hint" role="status">
                    { match (props.limit.per_payment, props.limit.per_day) {
                        (None, None) => say::no_limits(),
                        _ => say::limits_hold(),
                    } }
                </span>
            </div>
            if let Some(problem) = &props.errand.problem {
                <p class="error" role="alert">{ sentence(problem) }</p>
            }
        </form>
    }
}

/// Nothing typed is no limit.
fn read(text: &str, token: &Token) -> Result<Option<Amount>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    typed_amount(text, token).map(Some)
}
