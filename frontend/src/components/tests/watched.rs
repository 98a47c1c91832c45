//! A window that waits for another one.

use super::{draw, text};
use crate::{
    components::watched::{Watched, WatchedProps},
    state::{
        config::{AppConfig, tests::EXAMPLE},
        mirror::channels::{Lookers, Shown, looking, tests::channel},
        route::Route,
        standing::tests::view,
    },
};
use std::rc::Rc;
use thunder_client::ChannelView;
use yew::Callback;

#[test]
fn a_window_that_waits_shows_the_channels_and_only_takes_over() {
    let (alarmed, calm) = (channel(1), channel(2));
    let calm = ChannelView { alarm: None, ..calm };
    let watched = |route: Route| {
        let mut lookers = Lookers::default();
        assert!(lookers.hear(&looking(Some(calm.id)), 0));
        let told = Shown {
            clock: Some(10),
            views: vec![alarmed.clone(), calm.clone()],
        };
        let html = draw::<Watched>(WatchedProps {
            shown: Shown::parse(&told.to_text(&lookers), calm.key.alice).unwrap(),
            config: Rc::new(AppConfig::parse(EXAMPLE).unwrap()),
            route,
            time: Callback::from(|at: u64| at.to_string()),
            on_take_over: Callback::noop(),
        });
        // On every page, and nothing else can be pressed or typed.
        let words = text(&html);
        assert!(words.contains("Claim now or lose 3 ETH"), "{words}");
        assert!(words.contains("within 100 blocks (about 20 minutes)"), "{words}");
        assert_eq!(html.matches("<button").count(), 1, "{html}");
        assert!(words.contains("Take over"), "{words}");
        for control in ["<input", "<select", "<form"] {
            assert!(!html.contains(control), "{html}");
        }
        html
    };
    let bars = |html: &str| html.matches("You own 80 ETH, 0xB1B1…B1B1 owns 20 ETH").count();
    let list = watched(Route::Channels);
    assert!(list.contains(r#"aria-label="Your channels""#), "{list}");
    assert_eq!(bars(&list), 2, "{list}");
    let page = watched(Route::Channel(calm.id));
    assert_eq!(bars(&page), 1, "{page}");
    assert!(page.contains(r#"data-testid="your-balance""#), "{page}");
    assert_eq!(page.matches(r#"role="listitem""#).count(), 12, "{page}");
    assert!(text(&page).contains("block 19"), "the newest: {page}");
    assert_eq!(
        bars(&watched(Route::Sessions)),
        0,
        "that page is about something else"
    );
    let unknown = watched(Route::Channel(view().id));
    assert_eq!(bars(&unknown), 2, "{unknown}");
}
