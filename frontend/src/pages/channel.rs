//! One channel: who owns what, paying, and its end.

use crate::{
    adapters::clock::time_of_day,
    app::go,
    components::{
        balance_plot::BalancePlot,
        balances::Balances,
        chip::Chip,
        closing_panel::ClosingPanel,
        delegate_card::DelegateCard,
        deposit_form::DepositForm,
        end_dialog::{EndDialog, Ending},
        follow_card::FollowCard,
        history::History,
        join_panel::JoinPanel,
        mine_form::MineForm,
        pay_form::PayForm,
        proposal_panel::ProposalPanel,
        settled_panel::SettledPanel,
        share_card::ShareCard,
    },
    desk::Desk,
    hooks::{Errand, use_errand},
    pages::message::Message,
    state::{
        route::{Route, channel_link},
        snapshot::Latest,
        standing::{Standing, foreign_settlement, own_settlement, title, understated, until},
    },
    words::sentence,
};
use thunder_channel::{ChannelId, Policy};
use thunder_client::{ChannelView, Command, PhaseView, Signing};
use yew::prelude::*;

/// Properties of [`ChannelPage`].
#[derive(Properties, PartialEq)]
pub struct ChannelPageProps {
    /// Which channel.
    pub id: ChannelId,
}

/// The page.
#[component]
pub fn ChannelPage(props: &ChannelPageProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let Some(view) = latest.0.view(props.id) else {
        return unknown(latest.0.head.is_none());
    };
    let now = latest.0.clock().unwrap_or_default();
    let balance = latest.0.balance(view.key.token);
    html! { <Known {desk} view={view.clone()} {now} {balance} /> }
}

fn unknown(reading: bool) -> Html {
    if reading {
        return html! { <Message title="Reading the chain…" busy={true} /> };
    }
    html! {
        <Message title="This channel is not yours, or not on the chain yet"
            words={"If it was opened just now, it appears here with its block. If you were given this link, check that this window has the right account.".to_owned()}
            action="Channels" on_action={Callback::from(|()| go(&Route::Channels))} />
    }
}

#[derive(Properties, PartialEq)]
struct KnownProps {
    desk: Desk,
    view: ChannelView,
    now: u64,
    balance: Option<thunder_channel::Amount>,
}

/// Runs one command behind a button.
fn command(desk: &Desk, errand: &Errand, command: Command) {
    let desk = desk.clone();
    errand.run(async move { desk.command(command).await.map(drop) });
}

#[component]
fn Known(props: &KnownProps) -> Html {
    let (desk, view) = (&props.desk, &props.view);
    let channel = view.id;
    let token = desk.config.token(view.key.token);
    let ending = use_state(|| false);
    let (pay, deposit, end, chain, joining, delegate, follow, mine) = (
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
    );
    let standing = Standing::of(view);
    // The dialog has done its work once a proposal or a close is under way.
    {
        let ending = ending.clone();
        use_effect_with(end.state().done, move |_| ending.set(false));
    }
    let on_pay = {
        let (desk, errand) = (desk.clone(), pay.clone());
        Callback::from(move |amount| {
            command(
                &desk,
                &errand,
                Command::Pay {
                    channel,
                    amount,
                    memo: None,
                    request: None,
                },
            );
        })
    };
    let on_deposit = {
        let (desk, errand) = (desk.clone(), deposit.clone());
        Callback::from(move |amount| command(&desk, &errand, Command::Deposit { channel, amount }))
    };
    let on_end = {
        let (desk, errand) = (desk.clone(), end.clone());
        Callback::from(move |ending| {
            let what = match ending {
                Ending::Together => Command::ProposeSettlement { channel },
                Ending::Alone => Command::Close { channel },
                Ending::Understating(paid) => Command::CloseUnderstating { channel, paid },
            };
            command(&desk, &errand, what);
        })
    };
    let on_join = {
        let (desk, errand) = (desk.clone(), joining.clone());
        Callback::from(move |()| {
            let desk = desk.clone();
            errand.run(async move { desk.join(channel).await });
        })
    };
    let on_follow = {
        let (desk, errand) = (desk.clone(), follow.clone());
        Callback::from(move |()| {
            let desk = desk.clone();
            errand.run(async move { desk.follow(channel).await });
        })
    };
    let on_mine = {
        let (desk, errand) = (desk.clone(), mine.clone());
        Callback::from(move |blocks| {
            let desk = desk.clone();
            errand.run(async move { desk.mine(blocks).await });
        })
    };
    let open_dialog = {
        let ending = ending.clone();
        Callback::from(move |_: MouseEvent| ending.set(true))
    };
    let close_dialog = {
        let ending = ending.clone();
        Callback::from(move |()| ending.set(false))
    };
    let is_open = standing == Standing::Open;
    let origin = gloo::utils::window().location().origin().unwrap_or_default();
    html! {
        <div class="page">
            <div class="page-head">
                <a class="back" href={Route::Channels.href()} aria-label="All channels">{ "‹" }</a>
                <h1>{ title(view) }</h1>
                <Chip {standing} />
                if view.joined && !matches!(view.phase, PhaseView::Settled { .. }) {
                    <span class={classes!("presence", view.peer_online.then_some("presence-on"))} data-testid="presence">
                        { if view.peer_online { "Online" } else { "Away" } }
                    </span>
                }
            </div>
            if let Some(fault) = &view.fault {
                <p class="error card" role="alert">{ format!("This channel cannot be used: {}", sentence(&fault.to_string())) }</p>
            }
            <div class="columns">
                <div class="column-main">
                    { phase_panel(props, &token, &chain, &end) }
                    if standing == Standing::Offered && view.fault.is_none() {
                        <JoinPanel view={view.clone()} token={token.clone()} config={desk.config.clone()} errand={joining.state()} {on_join} />
                    }
                    if !matches!(view.phase, PhaseView::Settled { .. }) {
                        <Balances view={view.clone()} token={token.clone()} />
                    }
                    if is_open && !view.followed {
                        <FollowCard errand={follow.state()} {on_follow} />
                    }
                    if is_open {
                        <PayForm token={token.clone()} spendable={view.spendable} owned={view.balances[view.holder]} signing={view.signing} delivery={view.delivery}
                            errand={pay.state()} {on_pay} />
                    }
                    <BalancePlot view={view.clone()} token={token.clone()} time={Callback::from(time_of_day)} />
                    <History entries={view.entries.clone()} holder={view.holder} token={token.clone()} time={Callback::from(time_of_day)} />
                </div>
                <aside class="column-side">
                    if is_open || standing == Standing::Opening {
                        <ShareCard link={channel_link(&origin, view.id)} code={view.id.short_code()} />
                    }
                    if is_open && view.signing == Signing::WalletOrDelegate {
                        <DelegateCard errand={delegate.state()} on_allow={allow(desk, &delegate, channel)} />
                    }
                    if is_open {
                        <DepositForm token={token.clone()} balance={props.balance} errand={deposit.state()} {on_deposit} />
                        <section class="card" aria-labelledby="end-heading">
                            <h2 id="end-heading">{ "End" }</h2>
                            <p class="hint">{ terms(view, desk) }</p>
                            <button type="button" class="button" onclick={open_dialog}>{ "Close…" }</button>
                        </section>
                    }
                    if desk.config.is_development() && !matches!(view.phase, PhaseView::Settled { .. }) {
                        <MineForm usual={view.key.finalization_period} errand={mine.state()} {on_mine} />
                    }
                </aside>
            </div>
            if *ending && is_open {
                <EndDialog view={view.clone()} token={token.clone()} clock={desk.config.clock} development={desk.config.is_development()}
                    errand={end.state()} {on_end} on_close={close_dialog} />
            }
        </div>
    }
}

/// What the phase asks for, above the balances.
fn phase_panel(
    props: &KnownProps,
    token: &crate::state::config::Token,
    chain: &Errand,
    end: &Errand,
) -> Html {
    let (desk, view) = (&props.desk, &props.view);
    let channel = view.id;
    let clock = desk.config.clock;
    let send = |errand: &Errand, what: Command| {
        let (desk, errand) = (desk.clone(), errand.clone());
        Callback::from(move |()| command(&desk, &errand, what.clone()))
    };
    match view.phase {
        PhaseView::Opening => html! {
            <p class="card note" role="status">{ "The channel is being opened. It appears once its block has been read." }</p>
        },
        PhaseView::CloseSent { deadline } => html! {
            <p class="card note" role="status">
                { format!("A close was handed to your wallet. Nothing is signed here until it is mined or {} have passed.", until(deadline, props.now, clock)) }
            </p>
        },
        PhaseView::Closing {
            closer,
            closes_at,
            payout,
            ..
        } => html! {
            <ClosingPanel holder={view.holder} {closer} {closes_at} now={props.now} {clock} {payout} token={token.clone()}
                understated={understated(view).is_some()} errand={chain.state()}
                on_settle={send(chain, Command::Settle { channel })} on_accept={send(chain, Command::Accept { channel })} />
        },
        PhaseView::Settled { paid_out } => {
            html! { <SettledPanel holder={view.holder} {paid_out} token={token.clone()} /> }
        }
        PhaseView::Open => {
            if let Some((payout, expiry)) = foreign_settlement(view) {
                html! {
                    <ProposalPanel holder={view.holder} {payout} token={token.clone()} left={until(expiry, props.now, clock)} errand={chain.state()}
                        on_agree={send(chain, Command::AgreeSettlement { channel })} />
                }
            } else if let Some(expiry) = own_settlement(view) {
                html! {
                    <p class="card note" role="status">
                        { format!("You proposed to end together. Waiting for the other side; the offer is good for {}. Until then nothing is paid here.",
                            until(expiry, props.now, clock)) }
                    </p>
                }
            } else if let Some(problem) = end.state().problem {
                html! { <p class="card error" role="alert">{ sentence(&problem) }</p> }
            } else {
                html! {}
            }
        }
    }
}

/// One wallet signature that lets the payment key sign here.
fn allow(desk: &Desk, errand: &Errand, channel: ChannelId) -> Callback<()> {
    let (desk, errand) = (desk.clone(), errand.clone());
    Callback::from(move |()| {
        let desk = desk.clone();
        errand.run(async move { desk.allow_payment_key(channel).await });
    })
}

fn terms(view: &ChannelView, desk: &Desk) -> String {
    let period = crate::words::ticks(view.key.finalization_period.into(), desk.config.clock);
    let policy = match view.key.policy {
        Policy::Refute => "refute",
        Policy::Forfeit => "forfeit",
    };
    format!(
        "Finalization period {period}, policy {policy}. Ending together takes one transaction and no waiting."
    )
}
