//! Whom the node deals with no more, in words.

use thunder_api::Distrusted;
use thunder_channel::checksummed;

use super::{Style, plain, short_address, table};

/// A row for each word against somebody.
#[must_use]
pub fn list(list: &[Distrusted], style: Style) -> String {
    if list.is_empty() {
        return "nobody is distrusted".to_owned();
    }
    let mut rows = vec![["account", "by", "", "why"].map(str::to_owned)];
    rows.extend(list.iter().map(|entry| {
        [
            checksummed(entry.account),
            short_address(entry.by),
            weight(entry).to_owned(),
            plain(&entry.words),
        ]
    }));
    let text = table(&rows);
    if list.iter().any(|entry| entry.refused) {
        return text;
    }
    format!("{text}\n{}", style.good("none of them is refused"))
}

const fn weight(entry: &Distrusted) -> &'static str {
    match (entry.refused, entry.proved) {
        (true, true) => "refused, by its own signatures",
        (true, false) => "refused, as this node says so",
        (false, true) => "proved, and forgiven",
        (false, false) => "an opinion",
    }
}

/// Somebody was put on the list, and what to do next.
#[must_use]
pub fn distrusted(entry: &Distrusted, caller: &str, style: Style) -> String {
    let account = checksummed(entry.account);
    let line = style.alarming(&format!("no more sessions with {account}"));
    format!("{line}\nnext: {caller} trust {account} takes it back")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::BOB;

    fn entry(refused: bool, proved: bool) -> Distrusted {
        Distrusted {
            account: BOB.parse().unwrap(),
            by: BOB.parse().unwrap(),
            proved,
            words: "counts\nlow".to_owned(),
            since: 0,
            refused,
        }
    }

    #[test]
    fn it_is_said_what_a_word_is_worth() {
        let style = Style::PLAIN;
        assert_eq!(list(&[], style), "nobody is distrusted");
        let text = list(&[entry(true, true)], style);
        assert!(text.contains("by its own signatures"), "{text}");
        assert!(text.contains("counts low"), "one line each: {text}");
        let text = list(&[entry(false, false)], style);
        assert!(
            text.contains("an opinion") && text.contains("none of them is refused"),
            "{text}"
        );
        assert!(distrusted(&entry(true, false), "thunder-cli", style).contains("thunder-cli trust 0x3C44"));
    }
}
