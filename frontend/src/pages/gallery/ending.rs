//! What stands at the top of a channel's page in each of its phases.

use super::Room;
use crate::{
    components::{
        closing_panel::{ClosingPanel, Watchtower},
        proposal_panel::ProposalPanel,
        settled_panel::SettledPanel,
        withdrawal_panel::WithdrawalPanel,
    },
    state::{
        exhibits::{EXPIRY, NOW},
        standing::{
            Promise, foreign_settlement, foreign_withdrawal, missed, own_settlement, own_settlement_words,
            understated, until,
        },
    },
    words::say,
};
use thunder_client::{ChannelView, PhaseView};
use yew::prelude::*;

/// The panel.
pub fn phase(room: &Room, view: &ChannelView) -> Html {
    let clock = room.config.clock;
    let watchtower = if view.settle_for_me {
        Watchtower::Asked
    } else {
        Watchtower::Ready
    };
    match view.phase {
        PhaseView::Closing {
            closer,
            closes_at,
            payout,
            clock: now,
            ..
        } => html! {
            <ClosingPanel holder={view.holder} {closer} {closes_at} {now} {clock} {payout} token={room.token.clone()}
                understated={understated(view).is_some()} missed={missed(view)} development={room.config.is_development()} {watchtower} errand={room.errand.clone()} on_settle={room.nothing()}
                on_accept={room.nothing()} on_ask={room.nothing()} />
        },
        PhaseView::Settled { paid_out } => {
            html! { <SettledPanel holder={view.holder} {paid_out} token={room.token.clone()} /> }
        }
        PhaseView::Opening => note(say::being_opened().to_owned()),
        PhaseView::CloseSent { deadline } => note(say::close_sent(&until(deadline, NOW, clock))),
        PhaseView::Open => {
            if let Some((payout, _)) = foreign_settlement(view) {
                html! {
                    <ProposalPanel holder={view.holder} {payout} token={room.token.clone() } left={until(EXPIRY, NOW, clock)} errand={room.errand.clone()}
                        on_agree={room.nothing()} on_decline={room.nothing()} />
                }
            } else if let Some((amount, expiry)) = foreign_withdrawal(view) {
                html! {
                    <WithdrawalPanel {amount} theirs={view.balances[view.holder.other()]} token={room.token.clone()}
                        promise={Promise::until(expiry, NOW, clock)} errand={room.errand.clone()} on_agree={room.nothing()} on_decline={room.nothing()} />
                }
            } else if let Some(promise) = own_settlement(view, NOW, clock) {
                note(own_settlement_words(&promise))
            } else {
                html! {}
            }
        }
    }
}

fn note(words: String) -> Html {
    html! { <p class="card note" role="status">{ words }</p> }
}
