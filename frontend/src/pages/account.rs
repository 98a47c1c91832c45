//! What belongs to the account in its dialog: what the payment key risks, its limits, and backups.

use crate::{
    adapters::exported,
    components::{
        backup_forms::{ExportForm, ImportForm},
        key_risk::KeyRisk,
        limits_form::LimitsForm,
    },
    desk::Desk,
    hooks::use_errand,
    state::{backup::Due, exposure::exposures, snapshot::Latest},
    words::say,
};
use thunder_client::Command;
use yew::prelude::*;

/// The sections.
#[component]
pub fn AccountSections() -> Html {
    let latest = use_context::<Latest>().unwrap_or_default();
    let (limits, export, import) = (use_errand(), use_errand(), use_errand());
    let Some(desk) = use_context::<Desk>() else {
        return html! {};
    };
    let on_set = {
        let (desk, errand) = (desk.clone(), limits.clone());
        Callback::from(move |(token, limit)| {
            let desk = desk.clone();
            errand.run(async move {
                desk.command(Command::LimitSpending { token, limit })
                    .await
                    .map(drop)
            });
        })
    };
    let on_export = {
        let (desk, errand) = (desk.clone(), export.clone());
        Callback::from(move |password: String| {
            let desk = desk.clone();
            errand.run(async move { desk.export(&password).await });
        })
    };
    let on_import = {
        let (desk, errand) = (desk.clone(), import.clone());
        Callback::from(move |(file, password): (web_sys::File, String)| {
            let desk = desk.clone();
            errand.run(async move { desk.import(&file, &password).await });
        })
    };
    let due = Due::of(&latest.0.views, exported::load(&desk.seat));
    html! {
        <>
            <KeyRisk exposures={exposures(&desk.config.tokens, &latest.0.views, &latest.0.spending)} />
            <LimitsForm tokens={desk.config.tokens.clone()} spending={latest.0.spending.clone()} errand={limits.state()} {on_set} />
            <section class="backup" aria-labelledby="backup-heading">
                <h3 id="backup-heading">{ say::backup() }</h3>
                <ExportForm errand={export.state()} {due} {on_export} />
                <ImportForm errand={import.state()} {on_import} />
            </section>
        </>
    }
}
