//! The list of channels, and the form that opens one.

use super::{Read, ReadProps, draw, text};
use crate::{
    components::{
        channel_list::{ChannelList, ChannelListProps},
        faucet_form::{FaucetForm, FaucetFormProps},
        offered_item::{OfferedItem, OfferedItemProps},
        open_form::OpenForm,
        purse::{Purse, PurseProps},
    },
    hooks::ErrandState,
    state::{
        config::{AppConfig, Token, tests::example},
        draft::OpenDraft,
        exhibits::{self, lists, tokens},
        snapshot::Latest,
    },
};
use std::rc::Rc;
use thunder_client::ChannelView;
use yew::Callback;

fn config() -> Rc<AppConfig> {
    Rc::new(example())
}

#[test]
fn who_has_no_channels_reads_why() {
    let beside = |offered, views: Vec<ChannelView>, reading| {
        let config = config();
        draw::<ChannelList>(ChannelListProps {
            views,
            reading,
            offered,
            config,
        })
    };
    let list = |views, reading| beside(false, views, reading);
    assert!(text(&list(Vec::new(), true)).contains("Reading the chain"));
    let none = list(Vec::new(), false);
    assert!(text(&none).contains("No channels yet"), "{none}");
    // Where some are offered, those are what to go on with.
    assert_eq!(text(&beside(true, Vec::new(), false)).trim(), "");
    let token = config().tokens[0].address;
    let many = lists::many(token);
    // What is there is shown whether or not the chain is read again.
    let html = list(many.clone(), true);
    assert_eq!(html.matches("<li").count(), many.len(), "{html}");
    assert!(!text(&html).contains("Reading the chain"), "{html}");
}

#[test]
fn an_unread_wallet_is_not_an_empty_one() {
    let purse = |latest| {
        let config = config();
        text(&draw::<Purse>(PurseProps {
            config,
            latest,
            children: yew::Html::default(),
        }))
    };
    assert!(purse(Latest::default()).contains('…'));
    assert!(purse(lists::purse(&config(), false)).contains("0 ETH"));
    assert!(purse(lists::purse(&config(), true)).contains("8,750 "));
}

#[test]
fn what_cannot_be_used_is_not_offered_to_join() {
    let item = |fault, problem: Option<&str>| {
        draw::<OfferedItem>(OfferedItemProps {
            view: exhibits::offered(Token::ether().address, fault),
            token: Token::ether(),
            errand: ErrandState {
                problem: problem.map(str::to_owned),
                ..ErrandState::default()
            },
            on_join: Callback::noop(),
            on_hide: None,
        })
    };
    assert_eq!(item(false, None).matches("<button").count(), 1);
    assert_eq!(item(true, None).matches("<button").count(), 0);
    let failed = item(false, Some("it is closing"));
    assert!(failed.contains(r#"role="alert""#) && text(&failed).contains("It is closing."));
}

#[test]
fn a_wrong_form_names_each_field_and_a_right_one_what_will_happen() {
    let form = |draft: OpenDraft, busy| {
        let config = config();
        let checked = draft.check(&config, lists::OWN, Some(tokens("8750")));
        let plan = checked.as_ref().ok().copied();
        let faults = checked.err().unwrap_or_default();
        let errand = ErrandState {
            busy,
            ..ErrandState::default()
        };
        let children = yew::html! {
            <OpenForm {config} {draft} {faults} {plan} balance={tokens("8750")} refusals={0} {errand}
                on_change={Callback::noop()} on_open={Callback::noop()} />
        };
        draw::<Read>(ReadProps {
            latest: Latest::default(),
            children,
        })
    };
    let wrong = form(lists::wrong(&config()), false);
    assert_eq!(wrong.matches(r#"aria-invalid="true""#).count(), 2, "{wrong}");
    let period = form(lists::wrong_period(&config()), false);
    assert_eq!(period.matches(r#"aria-invalid="true""#).count(), 1, "{period}");
    assert!(text(&period).contains("not the usual ones"), "{period}");
    let right = form(lists::filled(&config()), false);
    assert!(text(&right).contains("the usual ones are set"), "{right}");
    assert!(
        !right.contains("aria-invalid") && !right.contains("disabled"),
        "{right}"
    );
    assert!(text(&right).contains("0xb3B3…B3B3"), "{right}");
    let opening = form(lists::filled(&config()), true);
    assert_eq!(opening.matches(r#"disabled="disabled""#).count(), 1, "{opening}");
}

#[test]
fn play_money_is_asked_for_once_and_never_sends_a_form() {
    let faucet = |busy, problem: Option<&str>| {
        draw::<FaucetForm>(FaucetFormProps {
            errand: ErrandState {
                busy,
                problem: problem.map(str::to_owned),
                ..ErrandState::default()
            },
            on_give: Callback::noop(),
            alone: true,
        })
    };
    let idle = faucet(false, None);
    assert!(
        idle.contains(r#"type="button""#) && text(&idle).contains("Get play money"),
        "{idle}"
    );
    let busy = faucet(true, None);
    assert!(
        busy.contains("disabled") && !text(&busy).contains("Get play money"),
        "{busy}"
    );
    let failed = text(&faucet(false, Some("the node does not answer")));
    assert!(
        failed.contains("Get play money") && failed.contains("The node does not answer."),
        "{failed}"
    );
}
