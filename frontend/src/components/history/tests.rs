//! The list drawn natively.

use super::*;
use crate::state::{exhibits, standing::tests::view};
use thunder_channel::Address;
use yew::LocalServerRenderer;

fn draw(
    explorer: Option<&str>,
    on_save: Option<Callback<Saving>>,
    on_look: Option<Callback<Bytes32>>,
) -> String {
    let props = yew::props!(HistoryProps {
        entries: exhibits::open(Address::zero()).entries,
        drawing: Drawing {
            holder: Side::Alice,
            reach: Reach::of(&view()),
            token: Token::ether(),
            time: Callback::from(|at: u64| at.to_string()),
            when: Callback::from(|at: u64| at.to_string()),
            explorer: explorer.and_then(Explorer::parse),
        },
        on_save,
        on_look,
    });
    futures::executor::block_on(
        LocalServerRenderer::<History>::with_props(props)
            .hydratable(false)
            .render(),
    )
}

#[test]
fn what_happened_on_the_chain_has_its_transaction() {
    let save = || Some(Callback::noop());
    let look = || Some(Callback::noop());
    let hash = format!("0x{}", "0c".repeat(32));
    let html = draw(None, save(), None);
    assert!(
        html.contains(&format!(
            r#"<span title="{hash}" class="mono faint">0x0c0c…0c0c</span>"#
        )),
        "{html}"
    );
    // Of the two entries of the chain, and of no payment.
    assert_eq!(html.matches(r#"aria-label="Copy hash""#).count(), 2, "{html}");
    let linked = draw(Some("https://explorer.example"), save(), look());
    assert!(
        linked.contains(&format!(r#"href="https://explorer.example/tx/{hash}""#)),
        "{linked}"
    );
    assert!(
        !linked.contains("Transaction 0x"),
        "the explorer tells more: {linked}"
    );
    let looked = draw(None, save(), look());
    assert_eq!(
        looked.matches(r#"aria-label="Transaction 0x0"#).count(),
        2,
        "{looked}"
    );
    // In a window that waits there is nothing to press.
    let waiting = draw(None, None, None);
    assert!(
        waiting.contains("0x0c0c…0c0c") && !waiting.contains("<button"),
        "{waiting}"
    );
}
