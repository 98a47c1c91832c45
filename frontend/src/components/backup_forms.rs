//! Saving a backup to a file, and taking one in.

use super::field::Field;
use crate::{
    hooks::{ErrandState, typing, use_typed},
    state::backup::{BackupError, Due, check_password},
    words::{Said, say, sentence},
};
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

/// Properties of [`ExportForm`].
#[derive(Properties, PartialEq)]
pub struct ExportFormProps {
    /// The export under way.
    pub errand: ErrandState,
    /// Whether one should be made.
    #[prop_or_default]
    pub due: Option<Due>,
    /// Told the password.
    pub on_export: Callback<String>,
}

/// Asks for a password, and has the file saved.
#[component]
pub fn ExportForm(props: &ExportFormProps) -> Html {
    let password = use_typed(props.errand.done);
    let fault = use_state(|| None::<BackupError>);
    let on_input = typing(&password, &fault);
    let onsubmit = {
        let (password, fault) = (password.clone(), fault.clone());
        let on_export = props.on_export.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match check_password(&password) {
                Ok(()) => on_export.emit((*password).clone()),
                Err(short) => fault.set(Some(short)),
            }
        })
    };
    let error = (*fault).as_ref().map(Said::said);
    html! {
        <form aria-label={say::export_a_backup()} {onsubmit} novalidate={true}>
            <Field id="export-password" label={say::new_password()} secret={true} value={(*password).clone()} {on_input}
                error={error.or_else(|| props.errand.problem.clone())}
                hint={say::export_hint().to_owned()}>
                <button type="submit" class="button" disabled={props.errand.busy}>{ say::export_backup() }</button>
            </Field>
            if let Some(due) = props.due {
                <p class="note" data-testid="backup-due">{ match due {
                    Due::First => say::no_backup_yet(),
                    Due::Again => say::backup_is_old(),
                } }</p>
            }
            if props.errand.busy {
                <p class="working" role="status">{ say::encrypting() }</p>
            } else if props.errand.done > 0 {
                <p class="hint" role="status">{ say::backup_downloaded() }</p>
            }
        </form>
    }
}

/// Properties of [`ImportForm`].
#[derive(Properties, PartialEq)]
pub struct ImportFormProps {
    /// The import under way.
    pub errand: ErrandState,
    /// Told the file and its password.
    pub on_import: Callback<(File, String)>,
}

/// Asks for a file and its password.
#[component]
pub fn ImportForm(props: &ImportFormProps) -> Html {
    let node = use_node_ref();
    let password = use_state(String::new);
    let fault = use_state(|| None::<&'static str>);
    let on_input = typing(&password, &fault);
    let onsubmit = {
        let (node, password, fault) = (node.clone(), password.clone(), fault.clone());
        let on_import = props.on_import.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let chosen = node
                .cast::<HtmlInputElement>()
                .and_then(|input| input.files()?.get(0));
            match chosen {
                Some(file) => {
                    fault.set(None);
                    on_import.emit((file, (*password).clone()));
                }
                None => fault.set(Some(say::choose_file())),
            }
        })
    };
    let error = (*fault)
        .map(str::to_owned)
        .or_else(|| props.errand.problem.clone());
    html! {
        <form aria-label={say::import_a_backup()} {onsubmit} novalidate={true}>
            <div class="field">
                <label for="backup-file">{ say::backup_file() }</label>
                <div class="control"><input ref={node} id="backup-file" type="file" accept=".json,application/json" /></div>
            </div>
            <Field id="import-password" label={say::backup_password()} secret={true} value={(*password).clone()} {on_input}
                hint={say::import_hint().to_owned()}>
                <button type="submit" class="button" disabled={props.errand.busy}>{ say::import_backup() }</button>
            </Field>
            if props.errand.busy {
                <p class="working" role="status">{ say::opening_backup() }</p>
            }
            if let Some(error) = error {
                <p class="error" role="alert">{ sentence(&error) }</p>
            }
        </form>
    }
}
