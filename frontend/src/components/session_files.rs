//! A provider's files: what each costs, how far one has come, and the press that downloads it.

use super::session_card::SessionAct;
use crate::{
    state::{
        config::Token,
        sessions::{SessionView, Standing},
    },
    words::{count, money, say, size},
};
use thunder_channel::{
    Amount,
    metering::{Terms, download::File},
};
use thunder_client::downloads::{Link, Phase, Transfer};
use yew::prelude::*;

/// Properties of [`SessionFiles`].
#[derive(Properties, PartialEq)]
pub struct SessionFilesProps {
    /// The session.
    pub view: SessionView,
    /// What it is paid in.
    pub token: Token,
    /// Something else is under way.
    pub busy: bool,
    /// Told what the person wants; `None` where another window is the one to ask.
    #[prop_or_default]
    pub on_act: Option<Callback<SessionAct>>,
}

/// The file that is here, and all others.
#[component]
pub fn SessionFiles(props: &SessionFilesProps) -> Html {
    let view = &props.view;
    let on_act = props.on_act.as_ref();
    let act = |act: SessionAct| on_act.map(|on_act| on_act.reform(move |_: MouseEvent| act.clone()));
    let idle = view.phase == Phase::Active
        && view.transfer == Transfer::Idle
        && !matches!(
            view.standing(),
            Standing::UsedUp | Standing::Guilty | Standing::Copy | Standing::Ending
        );
    let here = view.file.as_ref();
    // Where nothing more comes, what there would be is in the way of what there is to do.
    let offers = view.phase == Phase::Active && !matches!(view.standing(), Standing::Guilty | Standing::Copy);
    html! {
        <>
            if let Some(file) = here {
                <div class="session-file">
                    <p><bdi>{ &file.name }</bdi></p>
                    <progress class="stream-share" max="1000" value={view.share().map(|share| share.to_string())} aria-label={say::share_of_file(&file.name)} />
                    <p data-testid="session-file"><bdi>{ say::file_here(&say::bytes_came(&count(file.here)), &count(file.length)) }</bdi></p>
                    if file.is_whole() {
                        <p class="hint">{ say::file_whole() }</p>
                        <div class="actions">if let Some(onclick) = act(SessionAct::SaveFile) {
                            <button type="button" class="button primary" {onclick} disabled={props.busy} aria-label={say::save_this_file(&file.name)}>{ say::save_file() }</button>
                        }</div>
                    } else if let Some(onclick) = act(SessionAct::Get(file.name.clone())).filter(|_| idle && view.waits_for.is_none()) {
                        <div class="actions">
                            <button type="button" class={classes!("button", (!matches!(view.standing(), Standing::Stopped | Standing::Away)).then_some("primary"))} {onclick} disabled={props.busy} aria-label={say::go_on_file(&file.name)}>{ say::go_on_word() }</button>
                        </div>
                    }
                </div>
            }
            if offers && !view.files.is_empty() {
                <FileList files={view.files.clone()} terms={view.terms} token={props.token.clone()} left={view.left}
                    here={here.filter(|file| file.here > 0).map(|file| file.name.clone())}
                    on_get={on_act.filter(|_| idle && view.link == Link::Running && !props.busy).map(|on_act| on_act.reform(SessionAct::Get))} />
            }
        </>
    }
}

/// Properties of [`FileList`].
#[derive(Properties, PartialEq)]
pub struct FileListProps {
    /// The files.
    pub files: Vec<File>,
    /// What they are sold under.
    pub terms: Terms,
    /// What they are paid in.
    pub token: Token,
    /// What there is of the deposit, where there is one.
    #[prop_or_default]
    pub left: Option<Amount>,
    /// The one that is shown above the list.
    #[prop_or_default]
    pub here: Option<String>,
    /// Told which one is wanted, where one can be.
    #[prop_or_default]
    pub on_get: Option<Callback<String>>,
}

/// A list of files with what each costs.
#[component]
pub fn FileList(props: &FileListProps) -> Html {
    if props.files.is_empty() {
        return html! { <p class="hint">{ say::no_files() }</p> };
    }
    html! {
        <ul class="files" aria-label={say::the_files()}>
            { for props.files.iter().map(|file| {
                let costs = props.terms.cost_at_most(file.length);
                let (bytes, amount) = (size(file.length), money(costs, &props.token));
                let is_here = props.here.as_ref() == Some(&file.name);
                let words = if !is_here && props.left.is_some_and(|left| left < costs) {
                    say::file_above(&bytes, &amount)
                } else {
                    say::file_costs(&bytes, &amount)
                };
                let onclick = props.on_get.as_ref().filter(|_| !is_here).map(|on_get| {
                    let (on_get, name) = (on_get.clone(), file.name.clone());
                    Callback::from(move |_: MouseEvent| on_get.emit(name.clone()))
                });
                html! {
                    <li class="file">
                        <span class="file-words"><span class="file-name"><bdi>{ &file.name }</bdi></span><span class="faint"><bdi>{ words }</bdi></span></span>
                        if let Some(onclick) = onclick {
                            <button type="button" class="button small" {onclick} aria-label={say::download_file(&file.name)}>{ say::download_word() }</button>
                        }
                    </li>
                }
            }) }
        </ul>
    }
}
