//! A text as a QR code, drawn by the page itself: for another device's camera.

use qrcodegen::{QrCode as Code, QrCodeEcc};
use std::fmt::Write;
use yew::prelude::*;

/// Properties of [`QrCode`].
#[derive(Properties, PartialEq)]
pub struct QrCodeProps {
    /// What it says.
    pub text: String,
    /// Its accessible name, such as `QR code of the channel link`.
    pub label: &'static str,
}

/// Light modules around the code, which readers need to find it.
const QUIET: i32 = 4;

/// Modules on a side up to which a code also corrects what a camera sees wrong, and up to which one can read it from a screen at all.
const FINE: i32 = 77;
const FINEST: i32 = 97;

/// The code; nothing for a text that is too long for one.
#[component]
pub fn QrCode(props: &QrCodeProps) -> Html {
    let drawn = use_memo(props.text.clone(), |text| draw(text));
    let Some((size, path)) = &*drawn else {
        return html! {};
    };
    // Dark on light in both themes: many readers know no other way round.
    html! {
        <svg class="qr" viewBox={format!("0 0 {size} {size}")} role="img" aria-label={props.label} shape-rendering="crispEdges">
            <rect class="qr-light" width={size.to_string()} height={size.to_string()} />
            <path class="qr-dark" d={path.clone()} />
        </svg>
    }
}

/// The side with its quiet border, and a path of the dark modules, run by run.
fn draw(text: &str) -> Option<(i32, String)> {
    let code = [(QrCodeEcc::Medium, FINE), (QrCodeEcc::Low, FINEST)]
        .into_iter()
        .filter_map(|(correction, most)| {
            let code = Code::encode_text(text, correction).ok()?;
            (code.size() <= most).then_some(code)
        })
        .next()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            // A code has at most 177 modules on a side.
            let run = i32::try_from(run).unwrap_or(code.size());
            if run > 0 {
                // Writing into a string does not fail.
                let _: std::fmt::Result = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run + 1;
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that a path covers.
    fn covered(path: &str) -> std::collections::BTreeSet<(i32, i32)> {
        let number = |text: &str| text.parse::<i32>().unwrap();
        let mut covered = std::collections::BTreeSet::new();
        for run in path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            covered.extend((0..number(length)).map(|step| (number(x) + step, number(y))));
        }
        covered
    }

    #[test]
    fn what_is_drawn_is_the_code() {
        let text =
            "http://localhost:8080/#join=0xabababababababababababababababababababababababababababababababab";
        let code = Code::encode_text(text, QrCodeEcc::Medium).unwrap();
        let (size, path) = draw(text).unwrap();
        let covered = covered(&path);
        for y in -QUIET..code.size() + QUIET {
            for x in -QUIET..code.size() + QUIET {
                let dark = code.get_module(x, y);
                assert_eq!(covered.contains(&(x + QUIET, y + QUIET)), dark, "{x} {y}");
            }
        }
        assert_eq!(size, code.size() + 8);
        assert_eq!(draw(&"x".repeat(5_000)), None);
        // 412 and 858 bytes are the most that fit (ISO/IEC 18004, table 7).
        let size = |length: usize| draw(&"x".repeat(length)).map(|(size, _)| size - 2 * QUIET);
        assert_eq!(size(412), Some(FINE));
        assert_eq!(size(858), Some(FINEST));
        assert_eq!(size(859), None);
    }
}
