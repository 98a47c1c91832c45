//! What both sides own, now and over time.

use super::{draw, text};
use crate::{
    components::{
        balance_plot::{BalancePlot, BalancePlotProps},
        balances::{Balances, BalancesProps},
    },
    state::{
        config::Token,
        exhibits,
        standing::tests::{units, view},
    },
};
use thunder_channel::{Address, Amount, PerSide, Side};
use thunder_client::{ChannelView, Entry, EntryKind, Waiting};
use yew::Callback;

#[test]
fn balances_are_exact_and_named() {
    let html = draw::<Balances>(BalancesProps {
        view: ChannelView {
            waiting: Some((units(7), Waiting::Uncovered)),
            unconfirmed: PerSide {
                alice: Amount::ZERO,
                bob: units(9),
            },
            ..view()
        },
        token: Token::ether(),
        held: Some(units(3)),
        depth: PerSide {
            alice: None,
            bob: Some((1, 3)),
        },
    });
    assert!(
        text(&html).contains("not deep enough to count yet. Blocks on top of it: 1 of 3."),
        "{html}"
    );
    for (name, value) in [("Your balance", "80 ETH"), ("Their balance", "20 ETH")] {
        let (_, group) = html.split_once(&format!("aria-label=\"{name}\"")).unwrap();
        assert!(text(group).contains(value), "{group}");
    }
    assert!(html.contains("You own 80 ETH, 0xB1B1…B1B1 owns 20 ETH"), "{html}");
    assert!(text(&html).contains("7 ETH waits until the payer"), "{html}");
    assert!(text(&html).contains("3 ETH of yours is on hold"), "{html}");
    assert!(
        !html.contains("style="),
        "the Content-Security-Policy drops style attributes: {html}"
    );
}

#[test]
fn what_is_certain_is_said_in_every_phase_that_has_it() {
    let draw = |view| {
        let html = draw::<Balances>(BalancesProps {
            view,
            token: Token::ether(),
            held: None,
            depth: PerSide::default(),
        });
        ["spendable", "guaranteed"].map(|name| html.contains(&format!(r#"data-testid="{name}""#)))
    };
    let token = Address::zero();
    assert_eq!(draw(exhibits::open(token)), [true, true]);
    assert_eq!(draw(exhibits::offered(token, false)), [false, true]);
    assert_eq!(draw(exhibits::offered(token, true)), [false, false], "a fault");
    assert_eq!(draw(exhibits::close_sent(token)), [false, true]);
    assert_eq!(draw(exhibits::opening(token)), [false, true]);
    let unread = ChannelView {
        guaranteed: Amount::ZERO,
        ..exhibits::opening(token)
    };
    assert_eq!(draw(unread), [false, false], "not on the chain");
    let closing = exhibits::closing(token, Side::Bob, exhibits::NOW);
    assert_eq!(draw(closing), [false, false], "the panel says it");
}

#[test]
fn the_plot_says_in_words_what_it_draws() {
    let paid = |at, by, amount: u128| {
        Entry::new(
            at,
            EntryKind::Paid {
                by,
                amount: units(amount),
                total: units(amount),
                nonce: "1".to_owned(),
                payments: 1,
            },
        )
    };
    let plot = |entries: Vec<Entry>| {
        draw::<BalancePlot>(BalancePlotProps {
            view: ChannelView {
                entries: entries.into_iter().collect(),
                ..view()
            },
            token: Token::ether(),
            time: Callback::from(|at: u64| format!("{at} o'clock")),
        })
    };
    assert_eq!(plot(vec![paid(1, Side::Alice, 20)]), "", "one moment is no line");
    let html = plot(vec![paid(1, Side::Alice, 30), paid(2, Side::Bob, 10)]);
    let words = "From 1 o'clock to 2 o'clock you owned between 70 ETH and 80 ETH";
    assert!(html.contains(words), "{html}");
    assert!(
        html.contains(r#"d="M0 240H0V72H500V48H1000V240Z" class="plot-yours""#),
        "{html}"
    );
}
