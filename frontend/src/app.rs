//! The shell: configuration first, then header, banners, the page, and what is told.

mod banners;

pub mod language;
mod shell;
mod stage_door;
mod streaming;
pub mod theme;

use crate::{
    adapters::{self, frames::Presenter},
    desk::{Engine, Stores},
    pages::{demo::DemoPage, message::Message},
    state::{
        activity::Activity,
        config::AppConfig,
        demo::Part,
        health::Health,
        names::Names,
        route::Place,
        session::{Session, Stage},
        snapshot::Latest,
    },
    words::say,
};
use shell::Shell;
pub use shell::{go, go_instead};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Puts the app into the page, in place of what `index.html` shows until it is known where the app is.
pub fn mount() {
    adapters::rest::offer();
    adapters::intl::adopt();
    theme::apply(theme::remembered());
    theme::follow();
    if Presenter::find().is_some()
        && let Some(root) = gloo::utils::document().document_element()
    {
        // A frame is narrow, and what is around it says the rest.
        drop(root.set_attribute("data-framed", ""));
    }
    spawn_local(async {
        let config = adapters::config::fetch().await.map(Rc::new);
        yew::Renderer::<App>::with_props(AppProps { config }).render();
    });
}

/// Properties of [`App`].
#[derive(Properties, PartialEq)]
pub struct AppProps {
    /// The deployment, or why it is not known.
    pub config: Result<Rc<AppConfig>, String>,
}

/// The app.
#[component]
pub fn App(props: &AppProps) -> Html {
    let config = use_state(|| Some(props.config.clone()));
    let again = {
        let config = config.clone();
        Callback::from(move |()| {
            config.set(None);
            let config = config.clone();
            spawn_local(async move { config.set(Some(adapters::config::fetch().await.map(Rc::new))) });
        })
    };
    match &*config {
        None => html! { <Message title={say::starting()} busy={true} /> },
        Some(Err(words)) => html! {
            <Message title={say::cannot_start()} words={words.clone()} action={say::try_again()} on_action={again} />
        },
        Some(Ok(config)) => place(config),
    }
}

/// What the path names, in this world.
fn place(config: &Rc<AppConfig>) -> Html {
    let location = gloo::utils::window().location();
    let place = Place::parse(&location.pathname().unwrap_or_default());
    let config = config.clone();
    match (place, config.is_development()) {
        (Place::Stage, true) => html! { <DemoPage {config} /> },
        (Place::App, _) | (Place::Guest(_), true) => {
            let part = Part::cast(&config, place, &location.search().unwrap_or_default());
            html! { <Workspace {config} {part} /> }
        }
        _ => html! {
            <Message title={say::no_such_page()} words={say::demo_elsewhere().to_owned()}
                action={say::open_thunder()} on_action={Callback::from(|()| drop(gloo::utils::window().location().set_href("/")))} />
        },
    }
}

#[derive(Properties, PartialEq)]
struct WorkspaceProps {
    config: Rc<AppConfig>,
    /// The window's part in a demo.
    part: Option<Part>,
}

/// Holds the stores and the engine that writes into them.
#[component]
fn Workspace(props: &WorkspaceProps) -> Html {
    let session = use_reducer_eq(Session::default);
    let latest = use_reducer_eq(Latest::default);
    let activity = use_reducer_eq(Activity::default);
    let health = use_reducer_eq(Health::default);
    let part = props.part;
    let names = use_state_eq(move || match part {
        Some(part) => adapters::names::change(&Names::default(), |kept| part.introduce(kept)),
        None => adapters::names::load(),
    });
    {
        let names = names.setter();
        use_effect_with((), move |()| {
            let listener = adapters::names::follow(Callback::from(move |kept| names.set(kept)));
            move || drop(listener)
        });
    }
    let wallets_changed = use_force_update();
    let engine = {
        let stores = Stores {
            session: session.dispatcher(),
            latest: latest.dispatcher(),
            activity: activity.dispatcher(),
            health: health.dispatcher(),
        };
        let config = props.config.clone();
        use_memo((), move |()| Engine::new(config, part, stores))
    };
    {
        let engine = engine.clone();
        use_effect_with((), move |()| {
            if let Ok(engine) = &*engine {
                engine.start(Callback::from(move |()| wallets_changed.force_update()));
            }
        });
    }
    match &*engine {
        Err(words) => html! { <Message title={say::cannot_start()} words={words.clone()} /> },
        Ok(engine) => {
            // Nobody chooses a wallet meanwhile, and looking for those that announce nothing takes its time.
            let wallets = match session.stage {
                Stage::Running(_) => Vec::new(),
                _ => engine.wallets(),
            };
            html! {
                <ContextProvider<UseStateHandle<Names>> context={names}>
                <ContextProvider<UseReducerHandle<Activity>> context={activity}>
                <ContextProvider<Latest> context={(*latest).clone()}>
                    <Shell engine={EngineHandle(engine.clone())} {wallets} config={props.config.clone()}
                        session={(*session).clone()} health={(*health).clone()} />
                </ContextProvider<Latest>>
                </ContextProvider<UseReducerHandle<Activity>>>
                </ContextProvider<UseStateHandle<Names>>>
            }
        }
    }
}

/// The engine as a property: there is one per page.
#[derive(Clone)]
pub struct EngineHandle(pub Rc<Engine>);

impl PartialEq for EngineHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
