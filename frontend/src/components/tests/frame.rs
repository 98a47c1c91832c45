//! What every page is made of: fields, banners, wallets, what was told.

use super::{draw, text};
use crate::{
    components::{
        activity_panel::{ActivityPanel, ActivityPanelProps},
        banner::{Banner, BannerProps, Urgency},
        field::{Field, FieldProps},
        wallet_list::{WalletItem, WalletList, WalletListProps},
    },
    state::activity::{Told, Tone},
};
use yew::Callback;

#[test]
fn a_wrong_field_says_so_to_everybody() {
    let html = draw::<Field>(yew::props!(FieldProps {
        id: "amount",
        label: "Amount",
        value: "x".to_owned(),
        error: "enter an amount".to_owned(),
    }));
    assert!(html.contains(r#"aria-invalid="true""#), "{html}");
    assert!(html.contains(r#"aria-describedby="amount-error""#), "{html}");
    assert!(html.contains(r#"id="amount-error""#), "{html}");
    assert!(text(&html).contains("Enter an amount."), "{html}");
    let right = draw::<Field>(yew::props!(FieldProps {
        id: "amount",
        label: "Amount",
        value: String::new()
    }));
    assert!(!right.contains("aria-invalid"), "{right}");
}

#[test]
fn a_transactions_hash_can_be_taken_along() {
    let told = |id, detail: Option<&str>| Told {
        id,
        at: 0,
        tone: Tone::Good,
        words: "Mined".to_owned(),
        detail: detail.map(str::to_owned),
    };
    let hash = format!("0x{}", "5a".repeat(32));
    let html = draw::<ActivityPanel>(ActivityPanelProps {
        kept: vec![told(1, Some(&hash)), told(0, None)],
        time: Callback::from(|_| "14:05".to_owned()),
        explorer: None,
        on_look: None,
        on_close: Callback::noop(),
    });
    assert!(text(&html).contains("0x5a5a…5a5a"), "{html}");
    assert_eq!(html.matches(r#"aria-label="Copy hash""#).count(), 1, "{html}");
}

#[test]
fn wallets_are_listed_by_their_own_names() {
    let wallet = |name: &str, icon: Option<&str>| WalletItem {
        name: name.to_owned(),
        icon: icon.map(str::to_owned),
        note: None,
    };
    let html = draw::<WalletList>(WalletListProps {
        wallets: vec![
            wallet("MetaMask", Some("data:image/png;base64,AA==")),
            wallet("<b>Evil</b>", None),
        ],
        on_choose: Callback::noop(),
        busy: false,
    });
    assert!(html.contains(r#"aria-label="MetaMask""#), "{html}");
    assert_eq!(html.matches("<img").count(), 1, "{html}");
    assert!(!html.contains("<b>"), "names are text: {html}");
}

#[test]
fn what_cannot_be_taken_back_is_not_done_at_once() {
    let html = draw::<Banner>(yew::props!(BannerProps {
        urgency: Urgency::Calm,
        children: yew::html! { "Old data." },
        action: "Discard",
        sure: "Discard for good",
    }));
    assert!(html.contains(r#"aria-expanded="false""#), "{html}");
    assert_eq!(text(&html), "Old data.Discard", "{html}");
}
