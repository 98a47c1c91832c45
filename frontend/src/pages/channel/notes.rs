//! What the sides say to each other in a channel: requests to be paid, and that a payment was shown.

use super::command;
use crate::{
    adapters::{clock::now_ms, visibility},
    components::{asked_panel::AskedPanel, request_form::RequestForm},
    desk::Desk,
    hooks::use_errand,
    state::{
        config::Token,
        pay_link::PayLinks,
        requests::{Wish, answer, unanswered},
    },
};
use gloo::timers::callback::Timeout;
use thunder_channel::RequestNumber;
use thunder_client::{ChannelView, Command, RequestView};
use yew::prelude::*;

/// Properties of this module's components.
#[derive(Properties, PartialEq)]
pub struct NotesProps {
    /// What carries it out.
    pub desk: Desk,
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
}

/// Properties of [`Asked`].
#[derive(Properties, PartialEq)]
pub struct AskedProps {
    /// What carries it out.
    pub desk: Desk,
    /// The channel.
    pub view: ChannelView,
    /// Its token.
    pub token: Token,
    /// The request that a link led to.
    #[prop_or_default]
    pub linked: Option<RequestNumber>,
}

/// What the counterparty asks for, if anything waits.
#[component]
pub fn Asked(props: &AskedProps) -> Html {
    let errand = use_errand();
    let view = &props.view;
    let requests: Vec<_> = unanswered(view).cloned().collect();
    if requests.is_empty() {
        return html! {};
    }
    let on_pay = {
        let (desk, errand, view) = (props.desk.clone(), errand.clone(), view.clone());
        Callback::from(move |request: RequestView| command(&desk, &errand, answer(&view, &request)))
    };
    let on_decline = {
        let (desk, errand, channel) = (props.desk.clone(), errand.clone(), view.id);
        Callback::from(move |request: RequestView| {
            let number = request.number;
            command(&desk, &errand, Command::DeclineRequest { channel, number });
        })
    };
    html! {
        <AskedPanel {requests} linked={props.linked} token={props.token.clone()} now_ms={now_ms()} errand={errand.state()} {on_pay} {on_decline} />
    }
}

/// The holder's own requests.
#[component]
pub fn Requests(props: &NotesProps) -> Html {
    let (asking, cancelling) = (use_errand(), use_errand());
    let channel = props.view.id;
    let on_request = {
        let (desk, errand) = (props.desk.clone(), asking.clone());
        Callback::from(move |wish: Wish| {
            let request = Command::Request {
                channel,
                amount: wish.amount,
                expiry: wish.expiry(now_ms()),
                memo: wish.memo,
            };
            command(&desk, &errand, request);
        })
    };
    let on_cancel = {
        let (desk, errand) = (props.desk.clone(), cancelling.clone());
        Callback::from(move |number| command(&desk, &errand, Command::CancelRequest { channel, number }))
    };
    let links = PayLinks {
        origin: gloo::utils::window().location().origin().unwrap_or_default(),
        channel,
        payee: props.view.holder,
    };
    html! {
        <RequestForm token={props.token.clone()} requests={props.view.requests_by_me.clone()} {links} now_ms={now_ms()}
            errand={asking.state()} cancelling={cancelling.state()} {on_request} {on_cancel} />
    }
}

/// How long after a payment was shown it is said to have been, in milliseconds: what is paid meanwhile is said along with it. Nobody reads
/// faster, and each saying is stored here and at the relay, which the next payment would have to wait for.
const MARK_MS: u32 = 400;

/// Says that what was paid was shown, while the page is in front of somebody.
#[hook]
pub fn use_read_marks(desk: &Desk, view: &ChannelView) {
    let visible = use_state_eq(visibility::is_visible);
    {
        let visible = visible.clone();
        use_effect_with((), move |()| {
            let watch = visibility::watch(Callback::from(move |now| visible.set(now)));
            move || drop(watch)
        });
    }
    let total = view.totals[view.holder.other()];
    // What was refused is said again with the next payment.
    let said = use_state_eq(|| None);
    let newest = use_mut_ref(|| total);
    *newest.borrow_mut() = total;
    let unread = *visible && view.joined && total > view.read && *said != Some((view.id, total));
    let desk = desk.clone();
    use_effect_with((view.id, unread), move |(channel, unread)| {
        let channel = *channel;
        let timer = unread.then(|| {
            Timeout::new(MARK_MS, move || {
                let total = *newest.borrow();
                said.set(Some((channel, total)));
                wasm_bindgen_futures::spawn_local(async move { desk.mark_read(channel, total).await });
            })
        });
        move || drop(timer)
    });
}
