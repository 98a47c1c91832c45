//! What the textures and the grey of the bar mean, in words.

use super::{balance_bar::name, money_text::MoneyText};
use crate::{
    state::{
        bar::{Bar, Part},
        config::Token,
    },
    words::say,
};
use yew::prelude::*;

/// Properties of [`BarLegend`].
#[derive(Properties, PartialEq)]
pub struct BarLegendProps {
    /// What the bar tells it by.
    pub id: &'static str,
    /// What is in the bar.
    pub bar: Bar,
    /// Of what.
    pub token: Token,
    /// Whether the bar is grey.
    pub away: bool,
}

/// The list. It keeps its room while there is nothing to say: each payment is for a moment not seen yet, and what is below would jump.
#[component]
pub fn BarLegend(props: &BarLegendProps) -> Html {
    let is_plain = !props.away && props.bar.between().next().is_none();
    html! {
        <div class="bar-legend" id={props.id}>
            if !is_plain {
                // Without a name of its own, which would be read out as the bar's description instead of what it holds.
                <ul>
                    { for props.bar.between().filter_map(|segment| {
                        let name = name(segment.part)?;
                        Some(html! {
                            <li key={name}>
                                <svg class="bar-sample" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                                    <rect width="100" height="100" fill={format!("url(#{name})")} />
                                </svg>
                                { words(segment.part) }{ ": " }<MoneyText amount={segment.amount} token={props.token.clone()} testid={name} />
                            </li>
                        })
                    }) }
                    if props.away {
                        <li key="away">{ say::bar_away() }</li>
                    }
                </ul>
            }
        </div>
    }
}

fn words(part: Part) -> &'static str {
    match part {
        Part::Yours => say::you(),
        Part::YoursLeaving => say::bar_leaving(),
        Part::YoursArriving => say::bar_arriving(),
        Part::Unseen => say::bar_unseen(),
        Part::Theirs => say::them(),
        Part::TheirsArriving => say::bar_their_arriving(),
        Part::TheirsLeaving => say::bar_their_leaving(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::{
        components::balances::{Balances, BalancesProps},
        state::standing::tests::{units, view},
    };
    use thunder_channel::PerSide;
    use thunder_client::ChannelView;
    use yew::LocalServerRenderer;

    fn draw(view: ChannelView) -> String {
        let props = BalancesProps {
            view,
            token: Token::ether(),
            held: None,
            depth: PerSide::default(),
        };
        futures::executor::block_on(
            LocalServerRenderer::<Balances>::with_props(props)
                .hydratable(false)
                .render(),
        )
    }

    #[test]
    fn what_is_in_the_bar_is_said_in_words_too() {
        let html = draw(ChannelView {
            seen: units(15),
            unconfirmed: PerSide {
                alice: units(30),
                bob: units(0),
            },
            peer_online: false,
            ..view()
        });
        // The bar's own name stays what both own.
        assert!(
            html.contains(r#"aria-label="You own 80 ETH, 0xB1B1…B1B1 owns 20 ETH""#),
            "{html}"
        );
        assert!(html.contains(r#"aria-describedby="bar-legend""#), "{html}");
        let (_, legend) = html.split_once(r#"id="bar-legend""#).unwrap();
        for words in [
            "Your deposit on its way: ",
            "Not seen by them yet: ",
            "Grey, because",
        ] {
            assert!(legend.contains(words), "{words}: {legend}");
        }
        for (name, amount) in [("bar-unseen", "5"), ("bar-arriving", "30")] {
            let value = format!(r#"data-testid="{name}" class="money"><span class="number">{amount}<"#);
            assert!(legend.contains(&value), "{value}: {legend}");
            assert!(html.contains(&format!(r#"<pattern id="{name}""#)), "{html}");
        }
        assert!(html.contains("bar-away"), "{html}");
        assert!(!html.contains("style="), "{html}");
        // Between 80 and 30 of one side and 20 of the other, to the thousandth.
        assert!(html.contains(r#"<rect x="846" y="0" width="38""#), "{html}");
    }

    #[test]
    fn where_nothing_is_under_way_nothing_is_said() {
        let html = draw(view());
        assert!(
            !html.contains("<li") && !html.contains("<pattern") && !html.contains("bar-away"),
            "{html}"
        );
    }
}
