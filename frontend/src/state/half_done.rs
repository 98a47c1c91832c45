//! Whether leaving the page now would leave something half done.

use super::{health::Health, snapshot::Snapshot};
use thunder_client::Delivery;

/// Something is half done while the wallet is asked, and while a payment is stored here that the relay does not have: it is
/// safe, but the other side sees it only once this page is open again.
#[must_use]
pub fn is_half_done(snapshot: &Snapshot, health: &Health) -> bool {
    let underway = |delivery| matches!(delivery, Delivery::Signing | Delivery::Stored);
    health.asking.is_some()
        || snapshot
            .views
            .iter()
            .any(|view| view.phase == thunder_client::PhaseView::Open && underway(view.delivery))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{health::Asking, standing::tests::view};
    use thunder_client::{ChannelView, PhaseView};
    use yew::Callback;

    #[test]
    fn only_what_is_under_way_holds_the_page() {
        let shown = |delivery, phase| Snapshot {
            views: vec![
                view(),
                ChannelView {
                    delivery,
                    phase,
                    ..view()
                },
            ],
            ..Snapshot::default()
        };
        let quiet = Health::default();
        for (delivery, phase, half) in [
            (Delivery::Nothing, PhaseView::Open, false),
            (Delivery::Relayed, PhaseView::Open, false),
            (Delivery::Signing, PhaseView::Open, true),
            (Delivery::Stored, PhaseView::Open, true),
            // Nothing is delivered any more.
            (Delivery::Stored, PhaseView::Settled { paid_out: None }, false),
        ] {
            assert_eq!(
                is_half_done(&shown(delivery, phase), &quiet),
                half,
                "{delivery:?}"
            );
        }
        let asked = Health {
            asking: Some(Asking {
                id: 1,
                words: "sign",
                cancel: Callback::noop(),
            }),
            ..Health::default()
        };
        assert!(is_half_done(&Snapshot::default(), &asked));
    }
}
