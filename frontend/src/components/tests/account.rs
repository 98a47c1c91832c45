//! What the payment key risks, its limits, and backups.

use super::{draw, text};
use crate::{
    components::{
        backup_forms::{ExportForm, ExportFormProps, ImportForm, ImportFormProps},
        key_risk::{KeyRisk, KeyRiskProps},
        limits_form::{LimitsForm, LimitsFormProps},
    },
    hooks::ErrandState,
    state::{
        backup::Due,
        config::Token,
        exposure::exposures,
        standing::tests::{units, view},
    },
};
use thunder_channel::Address;
use thunder_client::{ChannelView, SpendingLimit, SpendingView};
use yew::Callback;

#[test]
fn limits_are_said_with_what_was_paid_today() {
    let form = |spending| {
        draw::<LimitsForm>(LimitsFormProps {
            tokens: vec![Token::ether()],
            spending,
            errand: ErrandState::default(),
            on_set: Callback::noop(),
        })
    };
    let none = form(Vec::new());
    assert!(text(&none).contains("No limits"), "{none}");
    let set = form(vec![SpendingView {
        token: Token::ether().address,
        limit: SpendingLimit {
            per_payment: Some(units(5)),
            per_day: None,
        },
        spent_today: units(3),
    }]);
    assert!(
        text(&set).contains("Limits hold") && text(&set).contains("3 ETH paid today"),
        "{set}"
    );
    assert!(set.contains(r#"value="5""#), "{set}");
    // Another token's limit says nothing of this one.
    let other = form(vec![SpendingView {
        token: Address::repeat_byte(9),
        limit: SpendingLimit::default(),
        spent_today: units(3),
    }]);
    assert!(!text(&other).contains("paid today"), "{other}");
}

#[test]
fn what_a_stolen_key_costs_is_said_with_what_to_do() {
    let risk = |views: &[ChannelView], spending: &[SpendingView]| {
        let exposures = exposures(&[Token::ether()], views, spending);
        text(&draw::<KeyRisk>(KeyRiskProps { exposures }))
    };
    let none = risk(&[], &[]);
    assert!(
        none.contains("can spend nothing") && !none.contains("today"),
        "{none}"
    );
    let some = risk(&[view()], &[]);
    assert!(
        some.contains("at most 80 ETH of yours") && !some.contains("today"),
        "{some}"
    );
    assert!(
        some.contains("cannot be revoked: if somebody else may have it, end the channels"),
        "{some}"
    );
    let spending = SpendingView {
        token: Token::ether().address,
        limit: SpendingLimit {
            per_payment: None,
            per_day: Some(units(5)),
        },
        spent_today: units(3),
    };
    let held = risk(&[view()], &[spending]);
    // A limit is no comfort where it does not hold.
    assert!(
        held.contains("at most 80 ETH of yours") && held.contains("at most 2 ETH more today"),
        "{held}"
    );
    assert!(held.contains("the hub does not know them"), "{held}");
}

#[test]
fn backups_say_what_they_do_and_what_went_wrong() {
    let failed = || ErrandState {
        problem: Some("this password does not open the backup".to_owned()),
        ..ErrandState::default()
    };
    let export = draw::<ExportForm>(ExportFormProps {
        errand: failed(),
        due: Some(Due::First),
        on_export: Callback::noop(),
    });
    assert!(
        text(&export).contains("No backup was made in this browser yet."),
        "{export}"
    );
    assert!(export.contains(r#"aria-invalid="true""#), "{export}");
    let import = draw::<ImportForm>(ImportFormProps {
        errand: failed(),
        on_import: Callback::noop(),
    });
    assert!(import.contains(r#"role="alert""#), "{import}");
    assert!(
        text(&import).contains("This password does not open the backup."),
        "{import}"
    );
    assert!(
        import.contains(r#"for="backup-file""#) && import.contains(r#"type="file""#),
        "{import}"
    );
    // A password is hidden on the screen.
    assert_eq!(import.matches("secret").count(), 1, "{import}");
}
