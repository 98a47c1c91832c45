//! One channel: who owns what, paying, and its end.

mod incoming;
mod many;
mod notes;
mod phase;

use crate::{
    adapters::{
        self,
        clock::now_ms,
        files,
        intl::{day_and_time, moment},
    },
    app::{go, go_instead},
    components::{
        balance_plot::BalancePlot,
        balances::Balances,
        chip::Chip,
        delegate_card::DelegateCard,
        deposit_form::DepositForm,
        end_dialog::{EndDialog, Ending},
        evidence_card::EvidenceCard,
        follow_card::FollowCard,
        history::{Drawing, History, Saving},
        join_panel::JoinPanel,
        mine_form::MineForm,
        name_card::NameCard,
        pay_form::PayForm,
        share_card::ShareCard,
        stream_card::StreamCard,
        take_out_form::TakeOutForm,
    },
    desk::Desk,
    hooks::{Errand, use_errand, use_names, use_top_on_change},
    pages::{hidden::use_hidden, looking::Looking, message::Message},
    state::{
        act::{Act, Subject},
        depth::depth,
        hidden::can_be_hidden,
        history::Reach,
        names::{Names, Naming},
        pay_link::Led,
        requests::Payment,
        route::{Route, channel_link},
        snapshot::Latest,
        standing::{Standing, counterparty, own_withdrawal, title},
        stream::{Change, Streams, takes_streams},
    },
    words::{Said, say, sentence},
};
use thunder_channel::{ChannelId, PerSide, Policy};
use thunder_client::{ChannelView, Command, PhaseView, Signing};
use yew::prelude::*;

/// Properties of [`ChannelPage`].
#[derive(Properties, PartialEq)]
pub struct ChannelPageProps {
    /// Which channel.
    pub id: ChannelId,
    /// What the link asks for that led here.
    #[prop_or_default]
    pub asked: Option<String>,
}

/// The page.
#[component]
pub fn ChannelPage(props: &ChannelPageProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let Some(view) = latest.0.view(props.id) else {
        return unknown(latest.0.head.is_none(), props.asked.is_some());
    };
    let now = latest.0.clock().unwrap_or_default();
    let balance = latest.0.balance(view.key.token);
    let under_way = latest.0.under_way(Subject::Channel(props.id));
    let head = latest.0.head.map(|(head, _)| head.number);
    html! { <Known {desk} view={view.clone()} {now} {head} {balance} {under_way} asked={props.asked.clone()} /> }
}

fn unknown(reading: bool, asked: bool) -> Html {
    if reading {
        return html! { <Message title={say::reading_the_chain()} busy={true} /> };
    }
    html! {
        <Message title={say::not_your_channel()}
            words={if asked { say::not_your_pay_link() } else { say::not_your_channel_more() }.to_owned()}
            action={say::channels()} on_action={Callback::from(|()| go(&Route::Channels))} />
    }
}

#[derive(Properties, PartialEq)]
struct KnownProps {
    desk: Desk,
    view: ChannelView,
    now: u64,
    /// The newest block that was read.
    head: Option<u64>,
    balance: Option<thunder_channel::Amount>,
    /// What transactions on their way do here.
    under_way: Vec<Act>,
    /// What the link asks for that led here.
    asked: Option<String>,
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
    let looking = use_state(|| None);
    let on_look = {
        let looking = looking.setter();
        use_callback((), move |hash, ()| looking.set(Some(hash)))
    };
    let look_away = {
        let looking = looking.setter();
        Callback::from(move |()| looking.set(None))
    };
    let time = use_callback((), |at: u64, ()| moment(at));
    let when = use_callback((), |at: u64, ()| day_and_time(at));
    let names = use_names();
    let (hidden, on_hiding) = use_hidden(desk.seat.account);
    let naming = use_context::<UseStateHandle<Names>>();
    let (evidence, file) = (use_errand(), use_errand());
    let (pay, deposit, take_out, end, chain, joining, delegate, follow, mine) = (
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
        use_errand(),
    );
    let streams = use_context::<UseReducerHandle<Streams>>();
    let on_stream = {
        let streams = streams.clone();
        Callback::from(move |what| {
            if let Some(streams) = &streams {
                streams.dispatch(Change { channel, what });
            }
        })
    };
    let deep = PerSide::from_fn(|side| depth(view, side, props.head, desk.config.confirmations));
    notes::use_read_marks(desk, view);
    let standing = Standing::of(view);
    // What can be done next stands at the top of the page; the button that led here may be far below.
    use_top_on_change((channel, standing));
    // The dialog has done its work once a proposal or a close is under way.
    {
        let ending = ending.clone();
        use_effect_with(end.state().done, move |_| ending.set(false));
    }
    let is_open = standing == Standing::Open;
    // Nor does it come back by itself once a close has passed that the wallet refused, or that the chain took back.
    {
        let ending = ending.clone();
        use_effect_with(is_open, move |is_open| {
            if !is_open {
                ending.set(false);
            }
        });
    }
    let led = props.asked.as_deref().map(|asked| Led::by(asked, view, &token));
    // What a link has filled in is paid once: loaded anew, or come back to, the page does not offer it again.
    let paid = matches!(led, Some(Led::Filled(..))) && pay.state().done > 0 && !pay.state().busy;
    use_effect_with((channel, paid), |(channel, paid)| {
        if *paid {
            go_instead(&Route::Channel(*channel));
        }
    });
    let (linked, given, said) = match &led {
        Some(Led::Asked(number)) => (Some(*number), None, None),
        Some(Led::Filled(given, said)) => (None, Some(given.clone()), Some(said.clone())),
        Some(Led::Nothing(why)) => (None, None, Some(why.clone())),
        None => (None, None, None),
    };
    let on_pay = {
        let (desk, errand) = (desk.clone(), pay.clone());
        Callback::from(move |Payment { amount, memo }| {
            let pay = Command::Pay {
                channel,
                amount,
                memo,
                request: None,
            };
            command(&desk, &errand, pay);
        })
    };
    let on_deposit = {
        let (desk, errand) = (desk.clone(), deposit.clone());
        Callback::from(move |amount| command(&desk, &errand, Command::Deposit { channel, amount }))
    };
    let on_ask = {
        let (desk, errand) = (desk.clone(), take_out.clone());
        Callback::from(move |amount| command(&desk, &errand, Command::ProposeWithdrawal { channel, amount }))
    };
    let on_save = {
        let (desk, errand) = (desk.clone(), evidence.clone());
        Callback::from(move |()| {
            let desk = desk.clone();
            errand.run(async move { desk.save_evidence(channel) });
        })
    };
    let on_save_history = {
        let (errand, code) = (file.clone(), view.id.short_code());
        Callback::from(move |saving: Saving| {
            let name = format!("thunder-history-{code}.{}", saving.ending);
            errand.run(async move { files::save(&name, saving.kind, &saving.text) });
        })
    };
    let on_name = {
        let address = counterparty(view);
        Callback::from(move |name| {
            if let Some(names) = &naming {
                names.set(adapters::names::change(names, |kept| {
                    kept.with(&Naming { address, name })
                }));
            }
        })
    };
    let asked = own_withdrawal(view, props.now, desk.config.clock);
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
    let origin = gloo::utils::window().location().origin().unwrap_or_default();
    let drawing = Drawing {
        holder: view.holder,
        reach: Reach::of(view),
        token: token.clone(),
        time: time.clone(),
        when,
        explorer: desk.config.explorer.clone(),
    };
    let asks = html! {
        if is_open {
            <notes::Asked desk={desk.clone()} view={view.clone()} token={token.clone()} {linked} />
        }
    };
    let filled_in = given.is_some();
    let pay_form = html! {
        if is_open {
            <PayForm token={token.clone()} spendable={view.spendable} owned={view.balances[view.holder]} paid={view.totals[view.holder]} online={view.peer_online} signing={view.signing} delivery={view.delivery} seen={view.seen >= view.totals[view.holder]}
                can_note={view.can_note} given={given.unwrap_or_default()} errand={pay.state()} {on_pay} />
        }
    };
    html! {
        <div class="page">
            <div class="page-head">
                <a class="back" href={Route::Channels.href()} aria-label={say::all_channels()}>{ "‹" }</a>
                <h1>{ title(view, &names) }</h1>
                <span class="page-marks">
                    <Chip {standing} />
                    if view.joined && !matches!(view.phase, PhaseView::Settled { .. }) {
                        <span class={classes!("presence", view.peer_online.then_some("presence-on"))} data-testid="presence">
                            { if view.peer_online { say::online() } else { say::away() } }
                        </span>
                    }
                </span>
            </div>
            if let Some(fault) = &view.fault {
                <p class="error card" role="alert">{ say::cannot_be_used(&sentence(&fault.said())) }</p>
            }
            <div class="columns">
                <div class="column-main">
                    { phase::panel(props, &token, &chain, &end) }
                    // What a link asks for is what its follower came to see.
                    if let Some(said) = said {
                        <p class="card note" role="status">{ said }</p>
                    }
                    if linked.is_some() {
                        { asks.clone() }
                    }
                    if filled_in {
                        { pay_form.clone() }
                    }
                    if standing == Standing::Offered && view.fault.is_none() {
                        <JoinPanel view={view.clone()} token={token.clone()} config={desk.config.clone()} errand={joining.state()}
                            hidden={can_be_hidden(view).then(|| hidden.hides(view))} {on_join} {on_hiding} />
                    }
                    if !matches!(view.phase, PhaseView::Settled { .. }) {
                        <Balances view={view.clone()} token={token.clone()} held={asked.as_ref().map(|(amount, _)| *amount)} depth={deep} />
                    }
                    if is_open && !view.followed {
                        <FollowCard errand={follow.state()} {on_follow} />
                    }
                    if linked.is_none() {
                        { asks }
                    }
                    if !filled_in {
                        { pay_form }
                    }
                    if is_open && view.can_note {
                        <incoming::Incoming desk={desk.clone()} view={view.clone()} token={token.clone()} />
                    }
                    if let Some(streams) = &streams && (takes_streams(view) || streams.of(channel).is_some()) {
                        <StreamCard token={token.clone()} spendable={view.spendable} total={view.totals[view.holder]} stream={streams.of(channel).cloned()}
                            now={Callback::from(|()| now_ms())} on_change={on_stream} />
                    }
                    <BalancePlot view={view.clone()} token={token.clone()} {time} />
                    <History entries={view.entries.clone()} {drawing} problem={file.state().problem} on_save={on_save_history} {on_look} />
                </div>
                <aside class="column-side">
                    if is_open || standing == Standing::Opening {
                        <ShareCard link={channel_link(&origin, view.id)} code={view.id.short_code()} />
                    }
                    if is_open && view.signing == Signing::WalletOrDelegate {
                        <DelegateCard errand={delegate.state()} on_allow={allow(desk, &delegate, channel)} />
                    }
                    if is_open {
                        <notes::Requests desk={desk.clone()} view={view.clone()} token={token.clone()} />
                        <DepositForm token={token.clone()} balance={props.balance} errand={deposit.state_with(props.under_way.contains(&Act::Deposit))} {on_deposit} />
                        <TakeOutForm token={token.clone()} spendable={view.spendable} {asked} errand={take_out.state()} {on_ask} />
                        <section class="card" aria-labelledby="end-heading">
                            <h2 id="end-heading">{ say::end() }</h2>
                            <p class="hint">{ terms(view, desk) }</p>
                            <button type="button" class="button" onclick={open_dialog}>{ say::close_it() }</button>
                        </section>
                    }
                    <NameCard address={counterparty(view)} explorer={desk.config.explorer.clone()} {on_name} />
                    if view.joined && view.fault.is_none() && !matches!(view.phase, PhaseView::Settled { .. }) {
                        <EvidenceCard problem={evidence.state().problem} {on_save} />
                    }
                    if desk.config.is_development() && !matches!(view.phase, PhaseView::Settled { .. }) {
                        <MineForm usual={view.key.finalization_period} errand={mine.state()} {on_mine} />
                    }
                    if desk.config.is_development() && takes_streams(view) {
                        <many::Many key={channel.to_string()} desk={desk.clone()} view={view.clone()} token={token.clone()} />
                    }
                </aside>
            </div>
            if let Some(hash) = *looking {
                <Looking desk={desk.clone()} {hash} on_close={look_away} />
            }
            if *ending && is_open {
                <EndDialog view={view.clone()} token={token.clone()} clock={desk.config.clock} development={desk.config.is_development()}
                    errand={end.state()} {on_end} on_close={close_dialog} />
            }
        </div>
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
        Policy::Refute => say::term_refute(),
        Policy::Forfeit => say::term_forfeit(),
    };
    say::terms(&period, policy)
}
