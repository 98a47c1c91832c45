//! What a stolen payment key could cost, and what to do then.

use crate::{
    state::exposure::Exposure,
    words::{money, say},
};
use yew::prelude::*;

/// Properties of [`KeyRisk`].
#[derive(Properties, PartialEq)]
pub struct KeyRiskProps {
    /// What is at risk, token by token.
    pub exposures: Vec<Exposure>,
}

/// The sentences.
#[component]
pub fn KeyRisk(props: &KeyRiskProps) -> Html {
    let of = &props.exposures;
    let risk: Vec<_> = of.iter().map(|one| money(one.at_risk, &one.token)).collect();
    let limited = of
        .iter()
        .filter_map(|one| Some(money(one.today?, &one.token)))
        .collect::<Vec<_>>();
    html! {
        <section class="limits" aria-labelledby="risk-heading">
            <h3 id="risk-heading">{ say::key_risk() }</h3>
            <p data-testid="at-risk">
                { if risk.is_empty() { say::key_risks_nothing().to_owned() } else { say::key_risks(&risk.join(", ")) } }
            </p>
            if !limited.is_empty() {
                <p class="hint" data-testid="limited-to">{ say::key_limited(&limited.join(", ")) }</p>
            }
            <p class="hint">{ say::key_for_good() }</p>
        </section>
    }
}
