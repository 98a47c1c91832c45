//! The list of channels, what the wallet has, one's own link, and joining by a link or code.

use crate::{
    app::go,
    components::{
        channel_item::ChannelItem, chip::Chip, copy_button::CopyButton, fee::Fee, field::Field,
        hidden_list::HiddenList, money_text::MoneyText, person::Person, qr_code::QrCode, worth::Worth,
    },
    desk::Desk,
    hooks::{Errand, Here, use_errand, use_here, use_names},
    pages::hidden::use_hidden,
    state::{
        act::{Act, Subject},
        hidden::{Hiding, can_be_hidden},
        route::{Route, invite_link},
        snapshot::{Latest, Snapshot},
        standing::{Standing, counterparty, title},
    },
    words::{Said, cut, money, number, say, sentence},
};
use thunder_channel::{Address, Amount, Invite, Joining};
use thunder_client::{ChannelView, Command, Signing};
use yew::prelude::*;

/// Properties of [`ChannelsPage`].
#[derive(Properties, PartialEq)]
pub struct ChannelsPageProps {
    /// A code from an incoming link.
    pub joining: Option<String>,
}

/// The page.
#[component]
pub fn ChannelsPage(props: &ChannelsPageProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let here = use_here();
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let snapshot = &*latest.0;
    html! {
        <div class="page">
            <div class="page-head">
                <h1>{ say::channels() }</h1>
                <a class="button primary" href={Route::New(None).href()}>{ say::new_channel() }</a>
            </div>
            <div class="columns">
                <div class="column-main">
                    <Lists desk={desk.clone()} here={here.clone()} />
                </div>
                <aside class="column-side">
                    { purse(&desk, snapshot) }
                    <Owed />
                    <JoinForm joining={props.joining.clone()} {here} />
                    { own_link(&desk) }
                </aside>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ListsProps {
    desk: Desk,
    here: Here,
}

/// What is offered, the account's own channels, and what it has hidden.
#[component]
fn Lists(props: &ListsProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let (hidden, on_hiding) = use_hidden(props.desk.seat.account);
    let (off, listed): (Vec<_>, Vec<_>) = latest.0.views.iter().partition(|view| hidden.hides(view));
    let (offered, own): (Vec<_>, Vec<_>) = listed
        .into_iter()
        .partition(|view| Standing::of(view) == Standing::Offered);
    html! {
        <>
            if !offered.is_empty() {
                <section class="card feature" aria-labelledby="offered-heading">
                    <h2 id="offered-heading">{ say::offered_to_you() }</h2>
                    <ul class="channel-list">
                        { for offered.iter().map(|view| html! {
                            <Offered key={view.id.to_string()} view={(*view).clone()} here={props.here.clone()} on_hiding={on_hiding.clone()} />
                        }) }
                    </ul>
                </section>
            }
            { list(&props.desk, &latest.0, &own) }
            <HiddenList views={off.into_iter().cloned().collect::<Vec<_>>()} config={props.desk.config.clone()} {on_hiding} />
        </>
    }
}

fn list(desk: &Desk, snapshot: &Snapshot, own: &[&ChannelView]) -> Html {
    if own.is_empty() {
        let reading = snapshot.head.is_none();
        return html! {
            <section class="card empty-list">
                if reading {
                    <p class="working" role="status">{ say::reading_the_chain() }</p>
                } else {
                    <h2>{ say::no_channels() }</h2>
                    <p>{ say::no_channels_more() }</p>
                }
            </section>
        };
    }
    html! {
        <ul class="channel-list" aria-label={say::your_channels()}>
            { for own.iter().map(|view| html! {
                <ChannelItem key={view.id.to_string()} view={(*view).clone()} token={desk.config.token(view.key.token)} />
            }) }
        </ul>
    }
}

#[derive(Properties, PartialEq)]
struct OfferedProps {
    view: ChannelView,
    here: Here,
    on_hiding: Callback<Hiding>,
}

#[component]
fn Offered(props: &OfferedProps) -> Html {
    let errand = use_errand();
    let names = use_names();
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let view = &props.view;
    let token = desk.config.token(view.key.token);
    let onclick = {
        let (desk, errand, here, id) = (desk.clone(), errand.clone(), props.here.clone(), view.id);
        Callback::from(move |_: MouseEvent| join(&desk, &errand, &here, id))
    };
    let id = view.id;
    let on_hide = props.on_hiding.reform(move |_: MouseEvent| Hiding::Hide(id));
    html! {
        <li class="offered">
            <a class="channel-link" href={Route::Channel(view.id).href()} aria-label={title(view, &names)}><Person address={counterparty(view)} /></a>
            <span class="offered-words">{ say::put_in() }{ " " }<MoneyText amount={view.deposits[view.holder.other()]} {token} /></span>
            <span class="hidden-phase"><Chip standing={Standing::Offered} /></span>
            if let Some(fault) = &view.fault {
                <span class="error">{ sentence(&fault.said()) }</span>
            } else {
                if view.signing == Signing::PaymentKey {
                    <span class="hint offered-price">{ say::joining_free() }</span>
                }
                <button type="button" class="button primary" disabled={errand.state().busy} {onclick}>
                    { say::join_code(&view.id.short_code()) }
                </button>
            }
            if can_be_hidden(view) {
                <button type="button" class="button quiet" disabled={errand.state().busy} onclick={on_hide}>
                    { say::hide_code(&view.id.short_code()) }
                </button>
            }
            if let Some(problem) = errand.state().problem {
                <p class="error" role="alert">{ sentence(&problem) }</p>
            }
        </li>
    }
}

fn join(desk: &Desk, errand: &Errand, here: &Here, id: thunder_channel::ChannelId) {
    let (desk, here) = (desk.clone(), here.clone());
    errand.run(async move {
        desk.join(id).await?;
        if here.still() {
            go(&Route::Channel(id));
        }
        Ok(())
    });
}

fn purse(desk: &Desk, snapshot: &Snapshot) -> Html {
    html! {
        <section class="card purse" role="group" aria-label={say::wallet()}>
            <h2>{ say::in_your_wallet() }</h2>
            <dl class="facts">
                { for desk.config.tokens.iter().map(|token| {
                    let balance = snapshot.balance(token.address);
                    let testid = format!("wallet-{}", token.symbol);
                    html! {
                        <div><dt>{ &token.name }</dt>
                            <dd class="money" data-testid={testid} title={balance.map(|amount| number(amount, token))}>
                                { match balance {
                                    Some(amount) => html! { <><span class="number">{ cut(amount, token) }</span><span class="unit">{ " " }{ &token.symbol }</span></> },
                                    None => html! { <span class="faint">{ "…" }</span> },
                                } }
                                if let Some(amount) = balance {
                                    <Worth {amount} token={token.clone()} />
                                }
                            </dd></div>
                    }
                }) }
            </dl>
        </section>
    }
}

fn own_link(desk: &Desk) -> Html {
    let origin = gloo::utils::window().location().origin().unwrap_or_default();
    let link = invite_link(&origin, &desk.invite());
    html! {
        <section class="card" aria-labelledby="own-link-heading">
            <h2 id="own-link-heading">{ say::get_paid() }</h2>
            <Field id="own-link" label={say::your_link()} value={link.clone()} readonly={true}
                hint={say::your_link_hint().to_owned()}>
                <CopyButton text={link.clone()} label={say::copy_your_link()} />
            </Field>
            <details class="qr-details">
                <summary>{ say::qr_of_your_link() }</summary>
                <QrCode text={link} label={say::qr_of_your_link()} />
            </details>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct JoinFormProps {
    joining: Option<String>,
    here: Here,
}

#[component]
fn JoinForm(props: &JoinFormProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let desk = use_context::<Desk>();
    let errand = use_errand();
    let given = props.joining.clone();
    let text = use_state(move || given.unwrap_or_default());
    let fault = use_state(|| None::<String>);
    {
        let text = text.clone();
        use_effect_with(props.joining.clone(), move |joining| {
            if let Some(joining) = joining {
                text.set(joining.clone());
            }
        });
    }
    let Some(desk) = desk else {
        return html! {};
    };
    let on_input = {
        let (text, fault) = (text.clone(), fault.clone());
        Callback::from(move |typed: String| {
            text.set(typed);
            fault.set(None);
        })
    };
    let onsubmit = {
        let (text, fault, errand, latest) = (text.clone(), fault.clone(), errand.clone(), latest.clone());
        let here = props.here.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // The other kind of link: it belongs into the form that opens a channel.
            if text.contains("with=")
                && let Ok(invite) = Invite::parse(&text)
            {
                go(&Route::New(Some(invite.fragment())));
                return;
            }
            if let Some(asks) = Route::pasted(&text) {
                go(&asks);
                return;
            }
            match Joining::parse(&text).map(|joining| latest.0.find(&joining).cloned()) {
                Err(error) => fault.set(Some(error.said())),
                Ok(None) => fault.set(Some(say::no_such_channel().to_owned())),
                Ok(Some(view)) if Standing::of(&view) == Standing::Offered => {
                    join(&desk, &errand, &here, view.id);
                }
                Ok(Some(view)) => go(&Route::Channel(view.id)),
            }
        })
    };
    let error = (*fault).clone().or_else(|| errand.state().problem);
    html! {
        <form class="card" aria-label={say::join()} {onsubmit} novalidate={true}>
            <h2>{ say::join() }</h2>
            <Field id="join-code" label={say::link_or_code()} placeholder="7K3D-9QXM" value={(*text).clone()} {on_input} {error}
                hint={say::link_or_code_hint().to_owned()}>
                <button type="submit" class="button" disabled={errand.state().busy}>{ say::join_channel() }</button>
            </Field>
        </form>
    }
}

/// What the hub could not push to this account, if anything.
#[component]
fn Owed() -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    html! {
        <>{ for latest.0.owed.iter().map(|(token, amount)| html! { <OneOwed key={format!("{token:#x}")} token={*token} amount={*amount} /> }) }</>
    }
}

#[derive(Properties, PartialEq)]
struct OneOwedProps {
    token: Address,
    amount: Amount,
}

#[component]
fn OneOwed(props: &OneOwedProps) -> Html {
    let errand = use_errand();
    let latest = use_context::<Latest>().unwrap_or_default();
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let token = desk.config.token(props.token);
    let under_way = !latest.0.under_way(Subject::Token(props.token)).is_empty();
    let onclick = {
        let (desk, errand, token) = (desk.clone(), errand.clone(), props.token);
        Callback::from(move |_: MouseEvent| {
            let desk = desk.clone();
            errand.run(async move { desk.command(Command::Collect { token }).await.map(drop) });
        })
    };
    html! {
        <section class="card feature" aria-label={say::waiting_for_you()}>
            <p>{ say::payout_kept() }</p>
            <Fee act={Act::Collect} token={props.token} />
            <button type="button" class="button primary" disabled={errand.state_with(under_way).busy} {onclick}>
                { say::collect(&money(props.amount, &token)) }
            </button>
            if let Some(problem) = errand.state().problem {
                <p class="error" role="alert">{ sentence(&problem) }</p>
            }
        </section>
    }
}
