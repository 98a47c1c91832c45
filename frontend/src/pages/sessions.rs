//! Downloads that are paid by the byte: a provider, what it offers, and the sessions with it.

use crate::{
    adapters::intl::moment,
    app::go,
    components::{
        choice::Choice,
        distrust_card::DistrustCard,
        field::Field,
        mine_form::MineForm,
        offer_card::{Hindrance, OfferCard},
        session_card::{SessionAct, SessionCard},
    },
    desk::{Desk, downloads::Downloads},
    hooks::{ErrandState, typing, use_errand, use_names},
    pages::message::Message,
    state::{
        route::Route,
        sessions::{SessionView, Shelf, Standing},
    },
    words::{say, sentence, typed_amount},
};
use std::rc::Rc;
use thunder_channel::{Address, Amount, metering::download::Offer};
use yew::prelude::*;

/// The page.
#[component]
pub fn SessionsPage() -> Html {
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    match &desk.downloads {
        Some(downloads) if !desk.config.providers.is_empty() => {
            let downloads = Handle(downloads.clone());
            html! { <Sessions {desk} {downloads} /> }
        }
        _ => {
            html! { <Message title={say::sessions_nowhere()} words={say::sessions_nowhere_more().to_owned()}
            action={say::channels()} on_action={Callback::from(|()| go(&Route::Channels))} /> }
        }
    }
}

/// The sessions as a property: there is one of them for each desk.
#[derive(Clone)]
struct Handle(Rc<Downloads>);

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
struct SessionsProps {
    desk: Desk,
    downloads: Handle,
}

/// What is newest of the sessions, for as long as this is drawn.
#[hook]
fn use_shelf(downloads: &Handle) -> Shelf {
    let shelf = use_state_eq(Shelf::default);
    {
        let (shelf, downloads) = (shelf.clone(), downloads.clone());
        use_effect_with((), move |()| {
            let look = {
                let (shelf, downloads) = (shelf.clone(), Rc::downgrade(&downloads.0));
                Callback::from(move |()| {
                    if let Some(downloads) = downloads.upgrade() {
                        shelf.set(downloads.shelf());
                    }
                })
            };
            look.emit(());
            downloads.0.watch(Some(look));
            move || downloads.0.watch(None)
        });
    }
    (*shelf).clone()
}

#[component]
fn Sessions(props: &SessionsProps) -> Html {
    let shelf = use_shelf(&props.downloads);
    let names = use_names();
    let distrusting = use_errand();
    let mining = use_errand();
    let (desk, downloads) = (&props.desk, &props.downloads);
    let on_add = {
        let (downloads, errand) = (downloads.clone(), distrusting.clone());
        Callback::from(move |(provider, words): (Address, Option<String>)| {
            let downloads = downloads.0.clone();
            errand.run(async move { downloads.distrust(provider, words, None).await });
        })
    };
    let on_remove = {
        let (downloads, errand) = (downloads.clone(), distrusting.clone());
        Callback::from(move |provider: Address| {
            let downloads = downloads.0.clone();
            errand.run(async move { downloads.trust(provider).await });
        })
    };
    let on_mine = {
        let (desk, errand) = (desk.clone(), mining.clone());
        Callback::from(move |blocks: u64| {
            let desk = desk.clone();
            errand.run(async move { desk.mine(blocks).await });
        })
    };
    let period = shelf
        .sessions
        .first()
        .map_or(24, |view| view.terms.finalization_period);
    html! {
        <div class="page">
            <div class="page-head"><h1>{ say::sessions() }</h1></div>
            <div class="columns">
                <div class="column-main">
                    <Look desk={desk.clone()} downloads={downloads.clone()} shelf={shelf.clone()} />
                    if let Some(words) = &shelf.unreadable {
                        <p class="card error" role="alert">{ sentence(words) }</p>
                    }
                    if !shelf.loaded {
                        <p class="card note" role="status">{ say::sessions_opening() }</p>
                    } else if shelf.sessions.is_empty() {
                        <p class="card note" role="status">{ say::sessions_none() }</p>
                    }
                    // A list of their own: in one with what stands above, each new session would have that made anew.
                    <>
                        { for shelf.sessions.iter().map(|view| html! {
                            <Item key={view.id.to_string()} desk={desk.clone()} downloads={downloads.clone()} view={view.clone()}
                                listed={shelf.listed.iter().any(|listed| listed.provider == view.provider)} />
                        }) }
                    </>
                </div>
                <aside class="column-side">
                    <DistrustCard listed={shelf.listed.clone()} {names} time={Callback::from(moment)} errand={distrusting.state()} {on_add} {on_remove} />
                    if desk.config.is_development() {
                        <MineForm usual={period} errand={mining.state()} {on_mine} />
                    }
                </aside>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct LookProps {
    desk: Desk,
    downloads: Handle,
    shelf: Shelf,
}

/// What a provider offers, as it was asked last.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    origin: String,
    offer: Offer,
    most: Option<Amount>,
}

/// Asking a provider, and beginning a session with it.
#[component]
fn Look(props: &LookProps) -> Html {
    let names = use_names();
    let chosen = use_state(|| 0_usize);
    let typed = use_state(String::new);
    let fault = use_state(|| None::<String>);
    let seen = use_state(|| None::<Seen>);
    let (looking, beginning) = (use_errand(), use_errand());
    let config = &props.desk.config;
    let onsubmit = {
        let (typed, fault, seen, errand) = (typed.clone(), fault.clone(), seen.clone(), looking.clone());
        let (config, downloads, chosen, beginning) = (
            config.clone(),
            props.downloads.clone(),
            chosen.clone(),
            beginning.clone(),
        );
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(origin) = config.providers.get(*chosen).cloned() else {
                return;
            };
            let limit = typed.trim().to_owned();
            // The digits behind the point are the token's, which the offer names; what is no number is none in any.
            let usual = config
                .tokens
                .first()
                .cloned()
                .unwrap_or_else(|| config.token(Address::zero()));
            if !limit.is_empty()
                && let Err(words) = typed_amount(&limit, &usual)
            {
                return fault.set(Some(words));
            }
            beginning.forget();
            seen.set(None);
            let (seen, downloads, config) = (seen.clone(), downloads.0.clone(), config.clone());
            errand.run(async move {
                let offer = downloads.look(&origin).await?;
                let token = config.token(offer.terms.token);
                let most = Some(limit).filter(|limit| !limit.is_empty());
                let most = most.map(|limit| typed_amount(&limit, &token)).transpose()?;
                seen.set(Some(Seen { origin, offer, most }));
                Ok(())
            });
        })
    };
    let on_begin = {
        let (seen, downloads, errand) = (seen.clone(), props.downloads.clone(), beginning.clone());
        Callback::from(move |deposit: Amount| {
            let Some(Seen { origin, offer, most }) = (*seen).clone() else {
                return;
            };
            let (downloads, seen) = (downloads.0.clone(), seen.clone());
            errand.run(async move {
                let begun = downloads.begin(&origin, &offer, most, deposit).await;
                if begun.is_ok() {
                    seen.set(None);
                }
                begun
            });
        })
    };
    let busy = looking.state().busy;
    html! {
        <>
            <form class="card form" {onsubmit} novalidate={true} aria-label={say::choose_provider()}>
                <Choice id="session-provider" label={say::provider()} options={config.providers.clone()} chosen={*chosen}
                    on_choose={let chosen = chosen.clone(); Callback::from(move |place| chosen.set(place))} />
                <Field id="session-most" label={say::price_limit()} keyboard="decimal" value={(*typed).clone()} on_input={typing(&typed, &fault)}
                    unit={config.tokens.first().map(|token| token.symbol.clone())} error={(*fault).clone()} hint={say::price_limit_hint().to_owned()} />
                <div class="actions">
                    <button type="submit" class={classes!("button", seen.is_none().then_some("primary"))} disabled={busy}>
                        { if busy { say::asking_provider() } else { say::see_offer() } }
                    </button>
                </div>
                if let Some(problem) = looking.state().problem {
                    <p class="error" role="alert">{ sentence(&problem) }</p>
                }
            </form>
            if let Some(seen) = &*seen {
                <OfferCard offer={seen.offer.clone()} name={names.call(seen.offer.provider)} token={config.token(seen.offer.terms.token)}
                    clock={config.clock} hindrance={hindrance(seen, &props.shelf, beginning.state().busy)} errand={still(beginning.state(), seen.offer.provider, &props.shelf)} {on_begin} />
            }
        </>
    }
}

/// What is to be said of beginning: why nothing was deposited only while nothing is, which the session itself can change.
fn still(beginning: ErrandState, provider: Address, shelf: &Shelf) -> ErrandState {
    let mut own = shelf
        .sessions
        .iter()
        .filter(|view| view.provider == provider && !view.is_over());
    let paid = own.next().is_some_and(|view| view.standing() != Standing::Unpaid);
    ErrandState {
        problem: beginning.problem.filter(|_| !paid),
        ..beginning
    }
}

/// Why no session begins, if so.
fn hindrance(seen: &Seen, shelf: &Shelf, beginning: bool) -> Option<Hindrance> {
    let provider = seen.offer.provider;
    if shelf.listed.iter().any(|listed| listed.provider == provider) {
        return Some(Hindrance::Listed);
    }
    if let Some(most) = seen.most.filter(|most| seen.offer.terms.price > *most) {
        return Some(Hindrance::TooDear(most));
    }
    let known = shelf
        .sessions
        .iter()
        .any(|view| view.provider == provider && !view.is_over());
    // The one that is beginning is this very one.
    (known && !beginning).then_some(Hindrance::Known)
}

#[derive(Properties, PartialEq)]
struct ItemProps {
    desk: Desk,
    downloads: Handle,
    view: SessionView,
    listed: bool,
}

/// One session, and what it does.
#[component]
fn Item(props: &ItemProps) -> Html {
    let names = use_names();
    let errand = use_errand();
    let view = &props.view;
    let on_act = {
        let (downloads, errand, id, provider) =
            (props.downloads.clone(), errand.clone(), view.id, view.provider);
        Callback::from(move |act: SessionAct| {
            let downloads = downloads.0.clone();
            errand.run(async move {
                match act {
                    SessionAct::Get(name) => downloads.get(id, &name),
                    SessionAct::Pause => downloads.pause(id),
                    SessionAct::TryAgain => downloads.try_again(id),
                    SessionAct::Deposit => downloads.deposit(id).await,
                    SessionAct::TopUp(amount) => downloads.top_up(id, amount).await,
                    SessionAct::Finish => downloads.finish(id).await,
                    SessionAct::Close => downloads.close(id).await,
                    SessionAct::Settle => downloads.settle(id).await,
                    SessionAct::HandIn => downloads.hand_in(id).await,
                    SessionAct::SaveFile => downloads.save_file(id).await,
                    SessionAct::SaveEvidence => downloads.save_evidence(id),
                    SessionAct::Forget => downloads.forget(id).await,
                    SessionAct::Distrust => downloads.distrust(provider, None, None).await,
                }
            });
        })
    };
    html! {
        <SessionCard view={view.clone()} name={names.call(view.provider)} token={props.desk.config.token(view.terms.token)}
            clock={props.desk.config.clock} listed={props.listed} errand={errand.state()} {on_act} />
    }
}
