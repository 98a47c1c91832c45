//! The top of every page: logo, where one can go, which network, whose window.

use super::{bolt::Bolt, identicon::Identicon, language_button::LanguageButton, theme_button::ThemeButton};
use crate::{
    state::{route::Route, theme::Theme},
    words::{Language, say, short},
};
use thunder_channel::Address;
use yew::prelude::*;

/// Properties of [`Header`].
#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// Where we are.
    pub route: Route,
    /// Shown always, so that nobody takes test money for real.
    pub network: String,
    /// Whether it is a development chain.
    pub development: bool,
    /// Whether there is anywhere to go yet.
    pub ready: bool,
    /// Whether there are paywalls to fetch from.
    pub fetches: bool,
    /// Whether there are providers to download from.
    pub downloads: bool,
    /// The pinned account and the link's role, once there is one.
    pub account: Option<(Address, Option<&'static str>)>,
    /// The theme that is drawn.
    pub theme: Theme,
    /// Told to take the next theme.
    pub on_theme: Callback<()>,
    /// The language of the window.
    pub language: Language,
    /// Told to take another language. Once there is an account, its panel offers them: the header has no room for both on a phone.
    pub on_language: Callback<Language>,
    /// Told to open the account's panel.
    pub on_account: Callback<()>,
    /// Told to open the list of what was told.
    pub on_activity: Callback<()>,
}

/// The header.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let current = |route: Route| (props.route == route).then_some("page");
    html! {
        <header class="header">
            <a class="brand" href={Route::Channels.href()} aria-label="Thunder">
                <Bolt size={34} /><span class="brand-name" aria-hidden="true">{ "Thunder" }</span>
            </a>
            if props.ready {
                <nav class="nav" aria-label={say::main_navigation()}>
                    <a href={Route::Channels.href()} aria-current={current(Route::Channels)}>{ say::channels() }</a>
                    <a href={Route::New(None).href()} aria-current={current(Route::New(None))}>{ say::new_channel() }</a>
                    if props.fetches {
                        <a href={Route::Fetch.href()} aria-current={current(Route::Fetch)}>{ say::fetch() }</a>
                    }
                    if props.downloads {
                        <a href={Route::Sessions.href()} aria-current={current(Route::Sessions)}>{ say::sessions() }</a>
                    }
                </nav>
            }
            <div class="header-end">
                <span class={classes!("network", props.development.then_some("network-test"))}
                    title={if props.development { say::play_money() } else { "" }}>{ &props.network }</span>
                <button type="button" class="button quiet icon" aria-label={say::activity()} title={say::activity()}
                    onclick={props.on_activity.reform(|_: MouseEvent| ())}>
                    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                        <path d="M3 5h14M3 10h14M3 15h9" class="stroke" />
                    </svg>
                </button>
                <ThemeButton theme={props.theme} on_theme={props.on_theme.clone()} />
                if props.account.is_none() {
                    <LanguageButton language={props.language} on_language={props.on_language.clone()} />
                }
                if let Some((address, role)) = props.account {
                    <button type="button" class="button account" aria-label={say::account_of(&short(address))}
                        onclick={props.on_account.reform(|_: MouseEvent| ())}>
                        <Identicon {address} size={24} />
                        <span class="account-words">
                            if let Some(role) = role {
                                <span class="account-role">{ role }</span>
                            }
                            <span class="mono">{ short(address) }</span>
                        </span>
                    </button>
                }
            </div>
        </header>
    }
}
