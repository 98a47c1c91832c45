//! What changes with every payment around the page. Apart from the shell, which would otherwise be drawn anew, and all that is in it.

use super::EngineHandle;
use crate::{
    adapters::{intl::moment, keeping},
    components::{activity_panel::ActivityPanel, toasts::Toasts},
    desk::Desk,
    pages::looking::Looking,
    state::{
        activity::{Activity, Tell},
        config::AppConfig,
        explorer::Explorer,
        half_done::is_half_done,
        health::Health,
        snapshot::Latest,
        standing::document_title,
    },
    words::Language,
};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AroundProps {
    pub engine: EngineHandle,
    pub config: Rc<AppConfig>,
    pub health: Health,
    /// The language changes what the title says, and nothing else that it is made of.
    pub language: Language,
}

/// The window's title, and what the browser is asked for.
#[component]
pub fn Around(props: &AroundProps) -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    use_effect_with(document_title(&latest.0.views, props.config.clock), |title| {
        gloo::utils::document().set_title(title);
    });
    use_effect_with(is_half_done(&latest.0, &props.health), |half_done| {
        let asking = half_done.then(keeping::ask_before_leaving);
        move || drop(asking)
    });
    let engine = props.engine.clone();
    use_effect_with(latest.0.views.is_empty(), move |empty| {
        if !empty {
            engine.0.keep_storage();
        }
    });
    html! {}
}

#[derive(Properties, PartialEq)]
pub struct ToldProps {
    pub explorer: Option<Explorer>,
}

/// What was told just now.
#[component]
pub fn Told(props: &ToldProps) -> Html {
    let Some(activity) = use_context::<UseReducerHandle<Activity>>() else {
        return html! {};
    };
    let dispatch = activity.dispatcher();
    // One for as long as the page is there: a toast is not drawn anew because another comes.
    let on_dismiss = use_callback((), move |told, ()| dispatch.dispatch(Tell::Dismiss(told)));
    html! { <Toasts shown={activity.shown().cloned().collect::<Vec<_>>()} explorer={props.explorer.clone()} {on_dismiss} /> }
}

#[derive(Properties, PartialEq)]
pub struct KeptProps {
    pub explorer: Option<Explorer>,
    /// Where the node is that can be asked about a transaction, once the client runs.
    pub desk: Option<Desk>,
    pub on_close: Callback<()>,
}

/// All that was told, in a panel, or one of its transactions in its place.
#[component]
pub fn Kept(props: &KeptProps) -> Html {
    let activity = use_context::<UseReducerHandle<Activity>>();
    let looking = use_state(|| None);
    if let (Some(hash), Some(desk)) = (*looking, &props.desk) {
        return html! { <Looking desk={desk.clone()} {hash} on_close={props.on_close.clone()} /> };
    }
    let look = || {
        let looking = looking.setter();
        Callback::from(move |hash| looking.set(Some(hash)))
    };
    let on_look = props.desk.as_ref().map(|_| look());
    let kept: Vec<_> = activity
        .iter()
        .flat_map(|activity| activity.kept.iter().cloned())
        .collect();
    html! {
        <ActivityPanel {kept} {on_look} explorer={props.explorer.clone()} time={Callback::from(moment)} on_close={props.on_close.clone()} />
    }
}
