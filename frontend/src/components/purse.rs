//! What the wallet has outside channels.

use super::worth::Worth;
use crate::{
    state::{config::AppConfig, snapshot::Latest},
    words::{cut, number, say},
};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`Purse`].
#[derive(Properties, PartialEq)]
pub struct PurseProps {
    /// The world.
    pub config: Rc<AppConfig>,
    /// What was read last.
    pub latest: Latest,
    /// What can be done about it.
    #[prop_or_default]
    pub children: Html,
}

/// The card.
#[component]
pub fn Purse(props: &PurseProps) -> Html {
    html! {
        <section class="card purse" role="group" aria-label={say::wallet()}>
            <h2>{ say::in_your_wallet() }</h2>
            <dl class="facts">
                { for props.config.tokens.iter().map(|token| {
                    let balance = props.latest.0.balance(token.address);
                    let testid = format!("wallet-{}", token.symbol);
                    html! {
                        <div><dt>{ &token.name }</dt>
                            <dd class="money" data-testid={testid} title={balance.map(|amount| number(amount, token))}>
                                { match balance {
                                    Some(amount) => html! { <><span class="number">{ cut(amount, token) }</span><span class="unit">{ " " }{ &token.symbol }</span></> },
                                    None => html! { <span class="faint">{ "…" }</span> },
                                } }
                                if let Some(amount) = balance {
                                    <Worth {amount} token={token.clone()} />
                                }
                            </dd></div>
                    }
                }) }
            </dl>
            { props.children.clone() }
        </section>
    }
}
