//! A picture of an address, so that two addresses are told apart at a glance.

use thunder_channel::{Address, keccak256};
use yew::prelude::*;

/// Properties of [`Identicon`].
#[derive(Properties, PartialEq)]
pub struct IdenticonProps {
    /// Whose.
    pub address: Address,
    /// Pixels, both ways.
    #[prop_or(36)]
    pub size: u32,
}

const ROWS: usize = 5;
/// Drawn columns; the other two mirror the first two.
const COLUMNS: usize = 3;

/// Decoration: the address is always written beside it.
#[component]
pub fn Identicon(props: &IdenticonProps) -> Html {
    let hash = keccak256(props.address.as_bytes());
    let hue = u32::from(u16::from_be_bytes([hash[30], hash[31]])) % 360;
    let fill = format!("hsl({hue} 62% 52%)");
    let back = format!("hsl({} 45% 88%)", (hue + 150) % 360);
    let size = props.size.to_string();
    let cells = (0..ROWS * COLUMNS)
        .filter(|cell| hash[*cell] & 1 == 1)
        .flat_map(|cell| {
            let (row, column) = (cell / COLUMNS, cell % COLUMNS);
            let mirrored = 2 * COLUMNS - 2 - column;
            let second = (mirrored != column).then_some((mirrored, row));
            std::iter::once((column, row)).chain(second)
        })
        .map(|(x, y)| html! { <rect x={x.to_string()} y={y.to_string()} width="1.02" height="1.02" /> });
    html! {
        <svg class="identicon" width={size.clone()} height={size} viewBox="-1 -1 7 7" aria-hidden="true" focusable="false">
            <rect x="-1" y="-1" width="7" height="7" fill={back} />
            <g {fill}>{ for cells }</g>
        </svg>
    }
}
