//! The list of channels, what the wallet has, one's own link, and joining by a link or code.

use crate::{
    app::go,
    components::{
        channel_list::ChannelList, channels_frame::ChannelsFrame, hidden_list::HiddenList,
        join_form::JoinForm, offered_item::OfferedItem, offered_list::OfferedList, owed_card::OwedCard,
        own_link::OwnLink, purse::Purse,
    },
    desk::Desk,
    hooks::{Errand, Here, use_errand, use_here},
    pages::{faucet::Faucet, hidden::use_hidden},
    state::{
        act::Subject,
        hidden::{Hiding, can_be_hidden},
        route::{Route, invite_link},
        snapshot::Latest,
        standing::Standing,
    },
    words::{Said, say},
};
use thunder_channel::{Address, Amount, Invite, Joining};
use thunder_client::{ChannelView, Command};
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
    let origin = gloo::utils::window().location().origin().unwrap_or_default();
    let link = invite_link(&origin, &desk.invite());
    let side = html! {
        <>
            <Purse config={desk.config.clone()} latest={latest.clone()}><Faucet /></Purse>
            <Owed />
            <Join joining={props.joining.clone()} here={here.clone()} />
            <OwnLink {link} />
        </>
    };
    html! { <ChannelsFrame {side}><Lists {desk} {here} /></ChannelsFrame> }
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
    let config = || props.desk.config.clone();
    let (off, listed): (Vec<_>, Vec<_>) = latest
        .0
        .views
        .iter()
        .cloned()
        .partition(|view| hidden.hides(view));
    let (offered, own): (Vec<_>, Vec<_>) = listed
        .into_iter()
        .partition(|view| Standing::of(view) == Standing::Offered);
    html! {
        <>
            if !offered.is_empty() {
                <OfferedList>
                    { for offered.iter().map(|view| html! {
                        <Offered key={view.id.to_string()} view={view.clone()} here={props.here.clone()} on_hiding={on_hiding.clone()} />
                    }) }
                </OfferedList>
            }
            <ChannelList views={own} reading={latest.0.head.is_none()} offered={!offered.is_empty()} config={config()} />
            <HiddenList views={off} config={config()} {on_hiding} />
        </>
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
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let view = &props.view;
    let token = desk.config.token(view.key.token);
    let on_join = {
        let (errand, here, id) = (errand.clone(), props.here.clone(), view.id);
        Callback::from(move |()| join(&desk, &errand, &here, id))
    };
    let id = view.id;
    let on_hide = can_be_hidden(view).then(|| props.on_hiding.reform(move |()| Hiding::Hide(id)));
    html! { <OfferedItem view={view.clone()} {token} errand={errand.state()} {on_join} {on_hide} /> }
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

#[derive(Properties, PartialEq)]
struct JoinProps {
    joining: Option<String>,
    here: Here,
}

#[component]
fn Join(props: &JoinProps) -> Html {
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
    let on_join = {
        let (text, fault, errand, latest) = (text.clone(), fault.clone(), errand.clone(), latest.clone());
        let here = props.here.clone();
        Callback::from(move |()| {
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
    html! { <JoinForm text={(*text).clone()} {error} busy={errand.state().busy} {on_input} {on_join} /> }
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
    let on_collect = {
        let (errand, token) = (errand.clone(), props.token);
        Callback::from(move |()| {
            let desk = desk.clone();
            errand.run(async move { desk.command(Command::Collect { token }).await.map(drop) });
        })
    };
    html! { <OwedCard {token} amount={props.amount} errand={errand.state_with(under_way)} {on_collect} /> }
}
