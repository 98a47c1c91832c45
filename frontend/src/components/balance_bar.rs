//! Who owns what, as a bar split by a bolt. SVG attributes only: the Content-Security-Policy drops style attributes.

use crate::{
    state::{
        bar::{Bar, Part, Segment, WIDTH},
        config::Token,
    },
    words::{money, say},
};
use thunder_channel::Amount;
use yew::prelude::*;

/// Properties of [`BalanceBar`].
#[derive(Properties, PartialEq)]
pub struct BalanceBarProps {
    /// The holder's balance.
    pub yours: Amount,
    /// The counterparty's.
    pub theirs: Amount,
    /// Of what.
    pub token: Token,
    /// The counterparty, in short.
    pub them: String,
    /// Its parts, where something may be under way. At most one such bar is on a page: its textures have names there.
    #[prop_or_default]
    pub bar: Option<Bar>,
    /// Whether payments wait for the counterparty to come: then it is grey.
    #[prop_or_default]
    pub away: bool,
    /// The id of what says more about it.
    #[prop_or_default]
    pub described_by: Option<&'static str>,
    /// A thinner bar without its own words, for lists.
    #[prop_or_default]
    pub small: bool,
}

/// `0.8` of 800.
fn thousandth(at: u128) -> String {
    format!("{}.{:03}", at / WIDTH, at % WIDTH)
}

/// The bar.
#[component]
pub fn BalanceBar(props: &BalanceBarProps) -> Html {
    let two = || Bar::of_two(props.yours, props.theirs);
    let bar = props.bar.clone().unwrap_or_else(two);
    let (at, empty) = (bar.split(), bar.is_empty());
    let label = say::bar(
        &money(props.yours, &props.token),
        &props.them,
        &money(props.theirs, &props.token),
    );
    let class = classes!(
        "bar",
        props.small.then_some("bar-small"),
        props.away.then_some("bar-away"),
        empty.then_some("bar-empty")
    );
    html! {
        <svg {class} viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label={label} aria-describedby={props.described_by}>
            <rect class="bar-theirs" x="0" y="0" width="1000" height="100" />
            // Scaled and not made wider: what is only transformed is moved without laying the page out for each frame.
            <rect class="bar-yours" x="0" y="0" width="1000" height="100" transform={format!("scale({} 1)", thousandth(at))} />
            { for bar.between().map(between) }
            if !empty && at > 0 && at < WIDTH {
                <g class="bar-split" transform={format!("translate({at} 0)")}>
                    <path d="M5 -2 L-9 56 L1 56 L-5 102 L9 44 L-1 44 Z" />
                </g>
            }
        </svg>
    }
}

/// A part over its side's colour, told from it by a texture: lines that stand out from their ground as the two sides do from each other.
fn between(segment: &Segment) -> Html {
    let Some(name) = name(segment.part) else {
        return html! {};
    };
    let (side, slant) = match segment.part {
        Part::Unseen => ("texture-between", "skewX(-35)"),
        Part::YoursArriving => ("texture-yours", "rotate(90)"),
        Part::TheirsArriving => ("texture-theirs", "rotate(90)"),
        Part::YoursLeaving => ("texture-yours", "skewX(35)"),
        _ => ("texture-theirs", "skewX(35)"),
    };
    let (x, width) = (segment.from.to_string(), segment.width.to_string());
    html! {
        <>
            <defs>
                <pattern id={name} class={side} width="28" height="28" patternUnits="userSpaceOnUse" patternTransform={slant}>
                    <rect class="texture-ground" width="28" height="28" />
                    <rect class="texture-line" width="12" height="28" />
                </pattern>
            </defs>
            <rect {x} y="0" {width} height="100" fill={format!("url(#{name})")} />
        </>
    }
}

/// What the texture of a part is called in the page, where it has one.
#[must_use]
pub const fn name(part: Part) -> Option<&'static str> {
    match part {
        Part::Yours | Part::Theirs => None,
        Part::YoursLeaving => Some("bar-leaving"),
        Part::YoursArriving => Some("bar-arriving"),
        Part::Unseen => Some("bar-unseen"),
        Part::TheirsArriving => Some("bar-their-arriving"),
        Part::TheirsLeaving => Some("bar-their-leaving"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn places_are_written_as_shares() {
        assert_eq!(
            (thousandth(1000), thousandth(7)),
            ("1.000".into(), "0.007".into())
        );
    }

    /// The colours of a theme by their names: the first or second of a pair, or the projector's own.
    fn theme(which: &str) -> BTreeMap<&'static str, &'static str> {
        let css = include_str!("../../style/tokens.css");
        let (usual, projector) = css.split_once("[data-theme=\"projector\"]").unwrap();
        let read = |text: &'static str| {
            let named = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "));
            named.filter_map(|(name, value)| {
                let value = value.trim_end_matches(';');
                let pair = value
                    .strip_prefix("light-dark(")
                    .and_then(|pair| pair.strip_suffix(')'));
                let colour = match (pair.and_then(|pair| pair.split_once(", ")), which) {
                    (Some((_, dark)), "dark") => dark,
                    (Some((light, _)), _) => light,
                    (None, _) => value,
                };
                colour.starts_with('#').then_some((name, colour))
            })
        };
        let mut colours: BTreeMap<_, _> = read(usual).collect();
        if which == "projector" {
            colours.extend(read(projector));
        }
        colours
    }

    /// The contrast of two colours, by WCAG 2.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let part = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126f64.mul_add(part(1), 0.7152f64.mul_add(part(3), 0.0722 * part(5)))
        };
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_part_stands_out_from_its_neighbours() {
        for which in ["light", "dark", "projector"] {
            let colours = theme(which);
            for (you, them) in [("you", "them"), ("you-away", "them-away")] {
                // The two sides beside each other, and the texture between them.
                for (ground, line) in [(you, them), (you, "on-you"), (them, "soft")] {
                    let contrast = contrast(colours[ground], colours[line]);
                    assert!(contrast >= 3.0, "{which}: {line} on {ground} is {contrast}");
                }
            }
        }
    }
}
