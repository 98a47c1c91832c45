//! Who owns what, as a bar split by a bolt. SVG attributes only: the Content-Security-Policy drops style attributes.

use crate::{
    state::config::Token,
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
    /// A thinner bar without its own words, for lists.
    #[prop_or_default]
    pub small: bool,
}

/// The bar's width in its own units; a split is exact to a thousandth.
const WIDTH: u128 = 1000;

/// The holder's part of the bar, in thousandths. Half where there is nothing to share.
#[must_use]
pub fn split(yours: Amount, theirs: Amount) -> u128 {
    // Amounts are below 2^96: neither the sum nor the product leaves u128.
    let all = yours.units() + theirs.units();
    (yours.units() * WIDTH).checked_div(all).unwrap_or(WIDTH / 2)
}

/// `0.8` of 800.
fn thousandth(at: u128) -> String {
    format!("{}.{:03}", at / WIDTH, at % WIDTH)
}

/// The bar.
#[component]
pub fn BalanceBar(props: &BalanceBarProps) -> Html {
    let at = split(props.yours, props.theirs);
    let empty = props.yours.is_zero() && props.theirs.is_zero();
    let label = say::bar(
        &money(props.yours, &props.token),
        &props.them,
        &money(props.theirs, &props.token),
    );
    let class = classes!(
        "bar",
        props.small.then_some("bar-small"),
        empty.then_some("bar-empty")
    );
    html! {
        <svg {class} viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label={label}>
            <rect class="bar-theirs" x="0" y="0" width="1000" height="100" />
            // Scaled and not made wider: what is only transformed is moved without laying the page out for each frame.
            <rect class="bar-yours" x="0" y="0" width="1000" height="100" transform={format!("scale({} 1)", thousandth(at))} />
            if !empty && at > 0 && at < WIDTH {
                <g class="bar-split" transform={format!("translate({at} 0)")}>
                    <path d="M5 -2 L-9 56 L1 56 L-5 102 L9 44 L-1 44 Z" />
                </g>
            }
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_is_exact_at_the_ends() {
        let amount = |units| Amount::new(units).unwrap();
        assert_eq!(split(amount(80), amount(20)), 800);
        assert_eq!(split(amount(0), amount(1)), 0);
        assert_eq!(split(amount(1), amount(0)), 1000);
        assert_eq!(split(amount(0), amount(0)), 500);
        assert_eq!(split(Amount::MAX, Amount::MAX), 500);
        assert_eq!(
            (thousandth(1000), thousandth(7)),
            ("1.000".into(), "0.007".into())
        );
    }
}
