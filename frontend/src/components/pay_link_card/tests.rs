//! What somebody sees who makes a link that asks to be paid, and what its follower does.

use super::*;
use crate::{
    components::{
        asked_panel::{AskedPanel, AskedPanelProps},
        pay_form::{PayForm, PayFormProps},
    },
    hooks::ErrandState,
    state::{config::Token, pay_link::Given, requests::tests::request, standing::tests::units},
};
use thunder_channel::{Amount, RequestNumber};
use thunder_client::{Delivery, RequestState, Signing};
use yew::{BaseComponent, LocalServerRenderer};

fn draw<C: BaseComponent>(props: C::Properties) -> String {
    futures::executor::block_on(
        LocalServerRenderer::<C>::with_props(props)
            .hydratable(false)
            .render(),
    )
}

#[test]
fn a_link_is_there_to_copy_and_for_a_camera() {
    let link = "http://localhost:8080/#/channel/0x12/pay?to=bob&request=7".to_owned();
    let html = draw::<PayLinkCard>(PayLinkCardProps { link });
    for part in [
        r#"value="http://localhost:8080/#/channel/0x12/pay?to=bob&amp;request=7""#,
        r#"aria-label="Copy pay link""#,
        r#"aria-label="QR code of the pay link""#,
        "for=\"pay-link\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn the_request_that_a_link_led_to_stands_first() {
    let html = draw::<AskedPanel>(AskedPanelProps {
        requests: vec![
            request(1, RequestState::Open),
            thunder_client::RequestView {
                amount: units(9),
                ..request(2, RequestState::Open)
            },
        ],
        linked: RequestNumber::new(2),
        token: Token::ether(),
        now_ms: 9_940_000,
        errand: ErrandState::default(),
        on_pay: Callback::noop(),
        on_decline: Callback::noop(),
    });
    assert_eq!(html.matches(r#"aria-current="true""#).count(), 1, "{html}");
    let (current, nine, three) = (
        html.find("aria-current").unwrap(),
        html.find("Pay 9 ETH").unwrap(),
        html.find("Pay 3 ETH").unwrap(),
    );
    assert!(current < nine && nine < three, "{html}");
}

#[test]
fn the_form_that_pays_begins_with_what_a_link_has_filled_in() {
    let form = |given| {
        draw::<PayForm>(PayFormProps {
            token: Token::ether(),
            spendable: units(80),
            owned: units(80),
            paid: Amount::ZERO,
            online: true,
            signing: Signing::PaymentKey,
            delivery: Delivery::Nothing,
            seen: true,
            can_note: true,
            given,
            errand: ErrandState::default(),
            on_pay: Callback::from(|payment| panic!("paid by itself: {payment:?}")),
        })
    };
    let html = form(Given {
        amount: "12.5".to_owned(),
        memo: "<b>Tea</b>".to_owned(),
    });
    assert!(html.contains(r#"value="12.5""#), "{html}");
    assert!(
        html.contains(r#"value="&lt;b&gt;Tea"#) || html.contains(r#"value="&lt;b>Tea"#),
        "{html}"
    );
    assert!(
        html.contains(r#"<details open="open" class="disclosure""#),
        "{html}"
    );
    let empty = form(Given::default());
    assert!(
        !empty.contains("value=\"12.5\"") && !empty.contains("<details open"),
        "{empty}"
    );
}
