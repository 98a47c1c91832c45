//! What has happened in a channel.

use super::{draw, text};
use crate::{
    components::history::{Drawing, History, HistoryProps},
    state::{
        config::Token,
        history::Reach,
        standing::tests::{units, view},
    },
};
use thunder_channel::{MemoText, Side};
use thunder_client::{ChannelView, Entry, EntryKind, EntryMemo};
use yew::Callback;

#[test]
fn the_history_says_what_for_and_how_far() {
    let kind = EntryKind::Paid {
        by: Side::Alice,
        amount: units(20),
        total: units(20),
        nonce: "1".to_owned(),
        payments: 1,
    };
    let memo = EntryMemo {
        total: units(20),
        request: None,
        text: MemoText::parse("<i>Tea</i>").unwrap(),
    };
    let history = |seen, problem: Option<&str>| {
        draw::<History>(HistoryProps {
            entries: std::iter::once(Entry {
                memos: vec![memo.clone()],
                ..Entry::new(0, kind.clone())
            })
            .collect(),
            drawing: Drawing {
                holder: Side::Alice,
                reach: Reach::of(&ChannelView {
                    seen: units(seen),
                    ..view()
                }),
                token: Token::ether(),
                time: Callback::from(|_| "14:05".to_owned()),
                when: Callback::from(|_| "14:05".to_owned()),
                explorer: None,
            },
            problem: problem.map(str::to_owned),
            on_save: Some(Callback::noop()),
            on_look: None,
        })
    };
    let html = history(20, None);
    assert!(!html.contains(r#"role="alert""#), "{html}");
    assert!(
        text(&html).contains("You paid 20 ETH") && text(&html).contains("Seen"),
        "{html}"
    );
    assert!(
        html.contains("“&lt;i>Tea&lt;/i>”") || html.contains("“&lt;i&gt;Tea&lt;/i&gt;”"),
        "memos are text: {html}"
    );
    assert!(text(&history(19, None)).contains("Relayed"));
    assert!(text(&html).contains("No. 1 · 20 ETH in all"), "{html}");
    let html = history(20, Some("the file could not be saved"));
    assert!(html.contains(r#"role="alert""#), "{html}");
    assert!(text(&html).contains("The file could not be saved."), "{html}");
}

#[test]
fn of_a_long_history_the_newest_are_drawn() {
    let opened = |block| EntryKind::Opened {
        block,
        amount: units(1),
    };
    let html = draw::<History>(HistoryProps {
        entries: (0..10_000).map(|at| Entry::new(at, opened(at))).collect(),
        drawing: Drawing {
            holder: Side::Alice,
            reach: Reach::of(&view()),
            token: Token::ether(),
            time: Callback::from(|at: u64| at.to_string()),
            when: Callback::from(|at: u64| at.to_string()),
            explorer: None,
        },
        problem: None,
        on_save: Some(Callback::noop()),
        on_look: None,
    });
    assert_eq!(html.matches(r#"role="listitem""#).count(), 12);
    let words = text(&html);
    assert!(
        words.contains("block 9999") && words.contains("block 9988"),
        "{words}"
    );
    assert!(words.contains("Show 9,988 earlier"), "{words}");
}
