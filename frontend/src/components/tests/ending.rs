//! Alarms, closing, and taking money out.

use super::{draw, text};
use crate::{
    components::{
        alarm::{Alarm, AlarmProps, Answer},
        closing_panel::{ClosingPanel, ClosingPanelProps, Watchtower},
        take_out_form::{TakeOutForm, TakeOutFormProps},
        withdrawal_panel::{WithdrawalPanel, WithdrawalPanelProps},
    },
    hooks::ErrandState,
    state::{
        config::{ClockMode, Token},
        standing::{Promise, tests::units},
    },
};
use thunder_channel::{PerSide, Policy, Side};
use yew::Callback;

#[test]
fn an_alarm_names_loss_time_and_remedy() {
    let html = draw::<Alarm>(AlarmProps {
        loss: units(300),
        token: Token::ether(),
        closes_at: 110,
        now: 10,
        clock: ClockMode::Blocks,
        policy: Policy::Refute,
        claiming: true,
        errand: ErrandState::default(),
        answer: Answer::Claim(Callback::noop()),
    });
    // It can be sent again: the first may be too cheap to arrive in time.
    assert!(text(&html).contains("Waiting for the transaction…"), "{html}");
    assert!(!html.contains("disabled"), "{html}");
    assert!(html.contains(r#"role="alert""#), "{html}");
    let words = text(&html);
    assert!(words.contains("Claim now or lose 300 ETH"), "{words}");
    assert!(words.contains("within 100 blocks (about 20 minutes)"), "{words}");
    assert!(words.ends_with("Claim now"), "{words}");
}

#[test]
fn only_what_helps_is_offered_while_closing() {
    let tower = |holder, now, understated, watchtower| {
        text(&draw::<ClosingPanel>(ClosingPanelProps {
            holder,
            closer: Side::Bob,
            closes_at: 110,
            now,
            clock: ClockMode::Blocks,
            payout: PerSide {
                alice: units(80),
                bob: units(20),
            },
            token: Token::ether(),
            understated,
            missed: (now > 110).then(|| units(7)),
            development: true,
            watchtower,
            errand: ErrandState::default(),
            on_settle: Callback::noop(),
            on_accept: Callback::noop(),
            on_ask: Callback::noop(),
        }))
    };
    let panel = |holder, now, understated| tower(holder, now, understated, Watchtower::None);
    let offers = |words: &str| (words.contains("Accept now"), words.contains("Settle"));
    assert_eq!(offers(&panel(Side::Alice, 10, false)), (true, false));
    assert_eq!(offers(&panel(Side::Bob, 10, false)), (false, false));
    assert_eq!(
        offers(&panel(Side::Alice, 10, true)),
        (false, false),
        "accepting a lie loses money"
    );
    assert_eq!(
        offers(&panel(Side::Alice, 109, false)),
        (false, false),
        "it would come too late"
    );
    assert_eq!(offers(&panel(Side::Bob, 110, false)), (false, true));
    assert!(panel(Side::Bob, 111, false).contains("7 ETH of yours goes to the other side"));
    assert!(panel(Side::Alice, 10, false).contains("100 blocks"));
    assert!(panel(Side::Alice, 110, false).contains("Ready to settle"));

    // What to do while it lasts: nothing but coming back, unless the alarm above says otherwise.
    for (now, understated, said) in [(10, false, true), (10, true, false), (110, false, false)] {
        let words = panel(Side::Bob, now, understated);
        assert_eq!(words.contains("come back and settle"), said, "{words}");
        assert_eq!(words.contains("“Mine blocks”"), now == 10, "{words}");
    }

    // The watchtower is offered where one runs, until it was asked, and no longer than it is of use.
    let asks = |now, watchtower| {
        let words = tower(Side::Alice, now, false, watchtower);
        (
            words.contains("Ask the watchtower"),
            words.contains("was asked to settle"),
        )
    };
    assert_eq!(asks(10, Watchtower::None), (false, false));
    assert_eq!(asks(10, Watchtower::Ready), (true, false));
    assert_eq!(asks(110, Watchtower::Ready), (false, false));
    assert_eq!(asks(10, Watchtower::Asked), (false, true));
}

#[test]
fn taking_out_is_asked_for_and_answered() {
    let form = |asked| {
        text(&draw::<TakeOutForm>(TakeOutFormProps {
            token: Token::ether(),
            spendable: units(80),
            asked,
            errand: ErrandState::default(),
            on_ask: Callback::noop(),
        }))
    };
    assert!(form(None).contains("At most 80 ETH"));
    let good = || Promise::Good("50 blocks".to_owned());
    let waits = form(Some((units(30), good())));
    assert!(
        waits.contains("take out 30 ETH") && waits.contains("good for 50 blocks"),
        "{waits}"
    );
    assert!(!waits.contains("Ask to take out"), "one at a time: {waits}");
    let declined = form(Some((units(30), Promise::Declined("50 blocks".to_owned()))));
    assert!(
        declined.contains("declined your taking out 30 ETH") && declined.contains("on hold for 50 blocks"),
        "{declined}"
    );
    let late = form(Some((units(30), Promise::Expired)));
    assert!(
        late.contains("did not agree") && late.contains("30 ETH"),
        "{late}"
    );

    let panel = |promise| {
        draw::<WithdrawalPanel>(WithdrawalPanelProps {
            amount: units(30),
            theirs: units(40),
            token: Token::ether(),
            promise,
            errand: ErrandState::default(),
            on_agree: Callback::noop(),
            on_decline: Callback::noop(),
        })
    };
    let asked = panel(good());
    assert!(
        text(&asked).contains("30 ETH") && text(&asked).contains("pay its fee"),
        "{asked}"
    );
    assert!(!asked.contains("disabled"), "{asked}");
    let late = panel(Promise::Expired);
    assert_eq!(
        late.matches("disabled=\"disabled\"").count(),
        1,
        "only declining is left: {late}"
    );
}
