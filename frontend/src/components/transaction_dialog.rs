//! What a node says of one transaction: in place of a block explorer, where there is none.

use super::{copy_button::CopyButton, dialog::Dialog, money_text::MoneyText};
use crate::{
    hooks::use_names,
    state::{
        config::Token,
        transaction::{Answer, Detail, Party, Status, Who},
    },
    words::{count, say},
};
use thunder_channel::{Bytes32, checksummed};
use yew::prelude::*;

/// Properties of [`TransactionDialog`].
#[derive(Properties, PartialEq)]
pub struct TransactionDialogProps {
    /// Which transaction.
    pub hash: Bytes32,
    /// What is known of it.
    pub answer: Answer,
    /// The chain's own coin, which fees are paid in.
    pub coin: Token,
    /// Told when it was closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn TransactionDialog(props: &TransactionDialogProps) -> Html {
    let hash = format!("{:#x}", props.hash);
    html! {
        <Dialog title={say::transaction()} on_close={props.on_close.clone()}>
            <p class="mono wrap" data-testid="transaction-hash">{ &hash }</p>
            <div class="actions"><CopyButton text={hash} label={say::copy_hash()} /></div>
            { match &props.answer {
                Answer::Asking => html! { <p class="working" role="status">{ say::asking_the_node() }</p> },
                Answer::Unknown => html! { <p class="note" role="status">{ say::transaction_unknown() }</p> },
                Answer::Failed(words) => html! { <p class="error" role="alert">{ words }</p> },
                Answer::Known(detail) => html! { <Facts detail={(**detail).clone()} coin={props.coin.clone()} /> },
            } }
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct FactsProps {
    detail: Detail,
    coin: Token,
}

#[component]
fn Facts(props: &FactsProps) -> Html {
    let (detail, coin) = (&props.detail, &props.coin);
    html! {
        <dl class="facts rows">
            { fact(say::transaction_status(), "transaction-status", html! { status(detail.status) }) }
            if let Some(block) = detail.block {
                { fact(say::transaction_block(), "transaction-block", html! { block }) }
            }
            if let Some(on_top) = detail.on_top {
                { fact(say::transaction_on_top(), "transaction-depth", html! { count(on_top) }) }
            }
            { fact(say::transaction_from(), "transaction-from", html! { <Named party={detail.from.clone()} /> }) }
            { fact(say::transaction_to(), "transaction-to", match &detail.to {
                Some(party) => html! { <Named party={party.clone()} /> },
                None => html! { say::new_contract() },
            }) }
            if let Some(call) = &detail.call {
                { fact(say::transaction_calls(), "transaction-call", html! { <span class="mono">{ call }</span> }) }
            }
            { fact(say::transaction_value(), "transaction-value", html! { <MoneyText amount={detail.value} token={coin.clone()} /> }) }
            if let Some(gas) = detail.gas_used {
                { fact(say::transaction_gas(), "transaction-gas", html! { count(gas) }) }
                { fact(say::transaction_fee(), "transaction-fee", match detail.fee {
                    Some(fee) => html! { <MoneyText amount={fee} token={coin.clone()} /> },
                    None => html! { say::fee_not_said() },
                }) }
            }
        </dl>
    }
}

fn fact(name: &'static str, testid: &'static str, value: Html) -> Html {
    html! { <div><dt>{ name }</dt><dd data-testid={testid}>{ value }</dd></div> }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Waiting => say::status_waiting(),
        Status::Done => say::status_done(),
        Status::Reverted => say::status_reverted(),
    }
}

#[derive(Properties, PartialEq)]
struct NamedProps {
    party: Party,
}

/// Who it is, if that is known, and the whole address.
#[component]
fn Named(props: &NamedProps) -> Html {
    let names = use_names();
    let Party { address, who } = &props.party;
    let name = match who {
        Some(Who::You) => Some(say::you().to_owned()),
        Some(Who::Hub) => Some(say::the_hub().to_owned()),
        Some(Who::Sessions) => Some(say::the_sessions_contract().to_owned()),
        Some(Who::Token(symbol)) => Some(say::the_token(symbol)),
        None => names.of(*address).map(str::to_owned),
    };
    html! {
        <>
            if let Some(name) = name {
                { name }<br />
            }
            <span class="mono wrap">{ checksummed(*address) }</span>
        </>
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::state::transaction::tests::{HASH, account, config, opening, receipt};
    use thunder_ethereum::Receipt;
    use yew::LocalServerRenderer;

    fn draw(answer: Answer) -> String {
        let props = TransactionDialogProps {
            hash: HASH,
            answer,
            coin: Token::ether(),
            on_close: Callback::noop(),
        };
        futures::executor::block_on(
            LocalServerRenderer::<TransactionDialog>::with_props(props)
                .hydratable(false)
                .render(),
        )
    }

    #[test]
    fn what_is_known_is_shown_and_named() {
        let detail = Detail::of(&opening(), Some(&receipt()), 20, &config(), account());
        let html = draw(Answer::Known(Box::new(detail)));
        let hash = format!("0x{}", "07".repeat(32));
        assert!(html.contains(&hash), "{html}");
        for (testid, value) in [
            ("transaction-status", "Done"),
            ("transaction-block", "12"),
            ("transaction-depth", "8"),
            ("transaction-from", "You<br>"),
            ("transaction-to", "The hub<br>"),
            ("transaction-gas", "52,010"),
        ] {
            let begins = format!(r#"data-testid="{testid}">{value}"#);
            assert!(html.contains(&begins), "{begins}: {html}");
        }
        assert!(html.contains(">open<"), "{html}");
        assert!(html.contains("0.00010402"), "{html}");
        assert!(
            html.contains(&checksummed(account())),
            "the whole address: {html}"
        );
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert!(draw(Answer::Asking).contains("Asking the node"));
        assert!(draw(Answer::Unknown).contains("does not know this transaction"));
        let failed = draw(Answer::Failed("<b>no</b>.".to_owned()));
        assert!(
            failed.contains(r#"role="alert""#) && !failed.contains("<b>"),
            "{failed}"
        );
        let waiting = draw(Answer::Known(Box::new(Detail::of(
            &opening(),
            None,
            20,
            &config(),
            account(),
        ))));
        assert!(
            waiting.contains("Waiting") && !waiting.contains("transaction-gas"),
            "{waiting}"
        );
        let silent = Receipt {
            gas_price: None,
            ..receipt()
        };
        let silent = Detail::of(&opening(), Some(&silent), 20, &config(), account());
        assert!(draw(Answer::Known(Box::new(silent))).contains("The node does not say"));
    }
}
