//! Channels that were offered and hidden, folded up below the others.

use super::{chip::Chip, money_text::MoneyText, person::Person};
use crate::{
    hooks::use_names,
    state::{
        config::AppConfig,
        hidden::Hiding,
        route::Route,
        standing::{Standing, counterparty, title},
    },
    words::{count, say},
};
use std::rc::Rc;
use thunder_client::ChannelView;
use yew::prelude::*;

/// Properties of [`HiddenList`].
#[derive(Properties, PartialEq)]
pub struct HiddenListProps {
    /// The channels.
    pub views: Vec<ChannelView>,
    /// The world.
    pub config: Rc<AppConfig>,
    /// Told which to show again.
    pub on_hiding: Callback<Hiding>,
}

/// The list; nothing where nothing is hidden.
#[component]
pub fn HiddenList(props: &HiddenListProps) -> Html {
    let names = use_names();
    if props.views.is_empty() {
        return html! {};
    }
    let number = count(props.views.len() as u64);
    let item = |view: &ChannelView| {
        let id = view.id;
        let onclick = props.on_hiding.reform(move |_: MouseEvent| Hiding::Show(id));
        html! {
            <li key={id.to_string()} class="offered">
                <a class="channel-link" href={Route::Channel(id).href()} aria-label={title(view, &names)}><Person address={counterparty(view)} /></a>
                <Chip standing={Standing::of(view)} />
                <span class="offered-words">{ say::put_in() }{ " " }<MoneyText amount={view.deposits[view.holder.other()]} token={props.config.token(view.key.token)} /></span>
                <button type="button" class="button quiet" {onclick}>{ say::show_code(&id.short_code()) }</button>
            </li>
        }
    };
    html! {
        <section class="card">
            <details class="disclosure hidden-channels">
                <summary>{ say::hidden_channels(&number) }</summary>
                <p class="hint">{ say::hidden_hint() }</p>
                <ul class="channel-list" aria-label={say::hidden_list()}>
                    { for props.views.iter().map(item) }
                </ul>
            </details>
        </section>
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::{
        components::join_panel::{JoinPanel, JoinPanelProps},
        hooks::ErrandState,
        state::{
            config::{Token, tests::EXAMPLE},
            exhibits,
        },
    };
    use thunder_channel::Address;
    use yew::{BaseComponent, LocalServerRenderer};

    fn draw<C: BaseComponent>(props: C::Properties) -> String {
        futures::executor::block_on(
            LocalServerRenderer::<C>::with_props(props)
                .hydratable(false)
                .render(),
        )
    }

    #[test]
    fn what_is_hidden_can_be_found_and_shown_again() {
        let config = Rc::new(AppConfig::parse(EXAMPLE).unwrap());
        let list = |views| {
            draw::<HiddenList>(HiddenListProps {
                views,
                config: config.clone(),
                on_hiding: Callback::noop(),
            })
        };
        assert!(!list(Vec::new()).contains("<details"));
        let view = exhibits::offered(Address::zero(), true);
        let html = list(vec![view.clone()]);
        for part in [
            "Hidden channels (1)".to_owned(),
            format!("Show {}", view.id.short_code()),
            Route::Channel(view.id).href(),
        ] {
            assert!(html.contains(&part), "{part}: {html}");
        }
    }

    #[test]
    fn an_offer_says_what_hiding_it_does() {
        let config = Rc::new(AppConfig::parse(EXAMPLE).unwrap());
        let panel = |hidden| {
            draw::<JoinPanel>(JoinPanelProps {
                view: exhibits::offered(Address::zero(), false),
                token: Token::ether(),
                config: config.clone(),
                errand: ErrandState::default(),
                hidden,
                on_join: Callback::noop(),
                on_hiding: Callback::noop(),
            })
        };
        let offered = panel(Some(false));
        assert!(
            offered.contains("Hide this channel") && offered.contains("is not told"),
            "{offered}"
        );
        assert!(panel(Some(true)).contains("Show it on the list again"));
        // Where something of the holder's is in it, it stays on the list.
        let kept = panel(None);
        assert!(
            kept.contains("Join this channel") && !kept.contains("Hide"),
            "{kept}"
        );
    }
}
