//! Money that flows by itself: streams, and what is fetched.

use super::{draw, text};
use crate::{
    components::{
        burst_card::{BurstCard, BurstCardProps},
        fetch_form::{FetchForm, FetchFormProps},
        fetched_card::{FetchedCard, FetchedCardProps},
        price_card::{PriceCard, PriceCardProps},
        stream_card::{StreamCard, StreamCardProps},
    },
    state::{
        burst::{BurstEnd, Progress},
        config::Token,
        exhibits::{self, flows},
        fetching::{End, Step},
        stream::{Flow, Pause, Stream},
    },
};
use thunder_channel::Amount;
use yew::Callback;

#[test]
fn a_stream_offers_what_its_state_allows() {
    let card = |stream: Option<Stream>| {
        draw::<StreamCard>(StreamCardProps {
            token: Token::ether(),
            spendable: exhibits::tokens("1004.5"),
            stream,
            total: Amount::ZERO,
            now: Callback::from(|()| exhibits::NOW_MS),
            on_change: Callback::noop(),
            unfolded: false,
        })
    };
    let offers = |html: &str| {
        ["Start", "Pause", "Go on", "End stream"].map(|button| html.contains(&format!(">{button}</button>")))
    };
    assert_eq!(offers(&card(None)), [true, false, false, false]);
    let running = flows::stream(Flow::Running { until: 0 });
    assert_eq!(offers(&card(Some(running))), [false, true, false, true]);
    let reloaded = card(Some(flows::stream(Flow::Reloaded)));
    assert_eq!(offers(&reloaded), [false, false, true, true]);
    assert!(reloaded.contains("loaded anew"), "{reloaded}");
    let all = card(Some(flows::all_paid(Flow::Paused(Pause::AllPaid))));
    assert_eq!(offers(&all), [false, false, false, true], "{all}");
}

#[test]
fn one_asks_first_and_then_pays() {
    let form = |step| {
        draw::<FetchForm>(FetchFormProps {
            paywalls: vec![flows::PAYWALL.to_owned()],
            text: String::new(),
            fault: None,
            step,
            on_input: Callback::noop(),
            on_look: Callback::noop(),
        })
    };
    let offer = flows::offer(Token::ether().address);
    assert!(form(Step::Address).contains("primary"));
    assert!(!form(Step::Priced(offer.clone())).contains("primary"));
    assert!(form(Step::Looking).contains("disabled"));
    assert!(form(Step::Unknown("no answer".to_owned())).contains(r#"role="alert""#));
    let price = |channel| {
        text(&draw::<PriceCard>(PriceCardProps {
            offer: offer.clone(),
            token: Token::ether(),
            channel,
            on_pay: Callback::noop(),
        }))
    };
    let known = price(Some(exhibits::open(Token::ether().address)));
    assert!(
        known.contains("0.01 ETH for each MB") && known.contains("Pay and fetch"),
        "{known}"
    );
    let unknown = price(None);
    assert!(
        unknown.contains("Open a channel with") && !unknown.contains("At most"),
        "{unknown}"
    );
}

#[test]
fn what_came_says_how_it_ended() {
    let card = |end, saved: bool| {
        text(&draw::<FetchedCard>(FetchedCardProps {
            token: Some(Token::ether()),
            meter: flows::meter(),
            end,
            preview: None,
            on_save: saved.then(Callback::noop),
        }))
    };
    assert!(
        card(End::Whole, true).contains("All of it is here.") && card(End::Whole, true).contains("Save file")
    );
    let failed = card(End::Status(503), false);
    assert!(
        failed.contains("charges nothing") && !failed.contains("Save file"),
        "{failed}"
    );
    assert!(card(End::Status(404), false).contains("The service answers 404."));
    assert!(card(End::Broken("that was too dear".to_owned()), false).contains("That was too dear."));
}

#[test]
fn many_payments_can_be_stopped_and_say_how_fast_they_were() {
    let card = |progress| {
        draw::<BurstCard>(BurstCardProps {
            token: Token::ether(),
            spendable: exhibits::tokens("100"),
            progress,
            on_send: Callback::noop(),
            on_stop: Callback::noop(),
        })
    };
    let offers = |html: &str| {
        ["Send them", "Stop sending"].map(|button| html.contains(&format!(">{button}</button>")))
    };
    assert_eq!(offers(&card(Progress::Idle)), [true, false]);
    let running = card(Progress::Running(326, 1_000));
    assert_eq!(offers(&running), [false, true]);
    assert!(text(&running).contains("326 of 1,000 are paid."), "{running}");
    let sent = card(Progress::Ended(1_000, 2_100, BurstEnd::All));
    assert_eq!(offers(&sent), [true, false]);
    assert!(
        text(&sent).contains("1,000 payments in 2.1 s: 476 a second."),
        "{sent}"
    );
    let refused = card(Progress::Ended(
        3,
        100,
        BurstEnd::Refused("that is too much".to_owned()),
    ));
    assert!(
        refused.contains(r#"class="error""#) && text(&refused).contains("That is too much."),
        "{refused}"
    );
}
