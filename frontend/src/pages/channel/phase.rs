//! What a channel's phase asks for, above its balances.

use super::{KnownProps, command};
use crate::{
    components::{
        closing_panel::{ClosingPanel, Watchtower},
        proposal_panel::ProposalPanel,
        settled_panel::SettledPanel,
        withdrawal_panel::WithdrawalPanel,
    },
    hooks::Errand,
    state::{
        act::Act,
        config::Token,
        standing::{
            Promise, foreign_settlement, foreign_withdrawal, missed, own_settlement, own_settlement_words,
            understated, until,
        },
    },
    words::{say, sentence},
};
use thunder_client::{Command, PhaseView};
use yew::prelude::*;

/// The panel; nothing where the phase asks for nothing.
pub fn panel(props: &KnownProps, token: &Token, chain: &Errand, end: &Errand) -> Html {
    let (desk, view) = (&props.desk, &props.view);
    let channel = view.id;
    let clock = desk.config.clock;
    let send = |errand: &Errand, what: Command| {
        let (desk, errand) = (desk.clone(), errand.clone());
        Callback::from(move |()| command(&desk, &errand, what.clone()))
    };
    // What was sent before the page was loaded is not asked for again.
    let state = |acts: &[Act]| chain.state_with(acts.iter().any(|act| props.under_way.contains(act)));
    let watchtower = match (desk.config.watchtower, view.settle_for_me) {
        (false, _) => Watchtower::None,
        (true, false) => Watchtower::Ready,
        (true, true) => Watchtower::Asked,
    };
    match view.phase {
        PhaseView::Opening => html! {
            <p class="card note" role="status">{ say::being_opened() }</p>
        },
        PhaseView::CloseSent { deadline } => html! {
            <>
                <p class="card note" role="status">
                    { say::close_sent(&until(deadline, props.now, clock)) }
                </p>
                { problem_of(end) }
            </>
        },
        PhaseView::Closing {
            closer,
            closes_at,
            payout,
            ..
        } => html! {
            <ClosingPanel holder={view.holder} {closer} {closes_at} now={props.now} {clock} {payout} token={token.clone()}
                understated={understated(view).is_some()} missed={missed(view)} development={desk.config.is_development()} {watchtower} errand={state(&[Act::Settle, Act::Accept])} on_settle={send(chain, Command::Settle { channel })}
                on_accept={send(chain, Command::Accept { channel })} on_ask={send(chain, Command::SettleForMe { channel })} />
        },
        PhaseView::Settled { paid_out } => {
            html! { <SettledPanel holder={view.holder} {paid_out} token={token.clone()} /> }
        }
        PhaseView::Open => {
            if let Some((payout, expiry)) = foreign_settlement(view) {
                html! {
                    <ProposalPanel holder={view.holder} {payout} token={token.clone()} left={until(expiry, props.now, clock)} errand={state(&[Act::End])}
                        on_agree={send(chain, Command::AgreeSettlement { channel })}
                        on_decline={send(chain, Command::DeclineSettlement { channel })} />
                }
            } else if let Some((amount, expiry)) = foreign_withdrawal(view) {
                html! {
                    <WithdrawalPanel {amount} theirs={view.balances[view.holder.other()]} token={token.clone()}
                        promise={Promise::until(expiry, props.now, clock)} errand={state(&[Act::Withdraw])}
                        on_agree={send(chain, Command::AgreeWithdrawal { channel })}
                        on_decline={send(chain, Command::DeclineWithdrawal { channel })} />
                }
            } else if let Some(promise) = own_settlement(view, props.now, clock) {
                html! { <p class="card note" role="status">{ own_settlement_words(&promise) }</p> }
            } else {
                problem_of(end)
            }
        }
    }
}

/// Why ending the channel did not work: the dialog it was chosen in is gone by then.
fn problem_of(end: &Errand) -> Html {
    html! {
        if let Some(problem) = end.state().problem {
            <p class="card error" role="alert">{ sentence(&problem) }</p>
        }
    }
}
