//! A channel's history to search and to take along: which entries are shown, and as CSV and JSON.

use super::{config::Token, dates::date_time, standing::entry_words};
use crate::words::say;
use serde::Serialize;
use thunder_channel::{Amount, Side};
use thunder_client::{ChannelView, Delivery, Entry, EntryKind, EntryMemo};

/// Which entries are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All of them.
    #[default]
    All,
    /// What the holder paid.
    Paid,
    /// What the holder received.
    Received,
    /// What happened on the chain.
    Chain,
}

impl Show {
    /// In the order of the list.
    pub const ALL: [Self; 4] = [Self::All, Self::Paid, Self::Received, Self::Chain];

    /// On the list.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::All => say::everything(),
            Self::Paid => say::show_paid(),
            Self::Received => say::show_received(),
            Self::Chain => say::on_the_chain(),
        }
    }

    fn takes(self, kind: &EntryKind, holder: Side) -> bool {
        match (self, kind) {
            (Self::All, _) => true,
            (Self::Paid, EntryKind::Paid { by, .. }) => *by == holder,
            (Self::Received, EntryKind::Paid { by, .. }) => *by != holder,
            (Self::Chain, kind) => !matches!(kind, EntryKind::Paid { .. }),
            (Self::Paid | Self::Received, _) => false,
        }
    }
}

/// How far the holder's payments have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    paid: Amount,
    seen: Amount,
    delivery: Delivery,
}

/// How far one payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is stored here; the relay does not have it.
    Stored,
    /// The relay has it.
    Relayed,
    /// The other side says that it was shown it.
    Seen,
}

impl Reach {
    /// In a channel.
    #[must_use]
    pub fn of(view: &ChannelView) -> Self {
        Self {
            paid: view.totals[view.holder],
            seen: view.seen,
            delivery: view.delivery,
        }
    }

    /// Of one entry, if it is a payment of the holder's. A total holds all payments below it, so what the relay has of the newest
    /// it has of all; of earlier ones it may have had the total already, which is not known here.
    #[must_use]
    pub fn mark(&self, kind: &EntryKind, holder: Side) -> Option<Mark> {
        match kind {
            EntryKind::Paid { by, total, .. } if *by == holder => match self.delivery {
                _ if *total <= self.seen => Some(Mark::Seen),
                Delivery::Relayed => Some(Mark::Relayed),
                Delivery::Stored if *total >= self.paid => Some(Mark::Stored),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Mark {
    /// On the screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Stored => say::mark_stored(),
            Self::Relayed => say::mark_relayed(),
            Self::Seen => say::mark_seen(),
        }
    }
}

/// What the payer wrote beside a payment of this entry.
#[must_use]
pub fn memo_words(memo: &EntryMemo, kind: &EntryKind, holder: Side) -> String {
    let asked = match kind {
        EntryKind::Paid { by, .. } if *by == holder => say::as_they_asked(),
        _ => say::as_you_asked(),
    };
    match (memo.request, memo.text.is_empty()) {
        (Some(_), true) => asked.to_owned(),
        (Some(_), false) => say::quoted_as(memo.text.as_str(), asked),
        (None, _) => say::quoted(memo.text.as_str()),
    }
}

fn all_memos(entry: &Entry, holder: Side) -> String {
    let words = |memo| memo_words(memo, &entry.kind, holder);
    let memos: Vec<_> = entry.memos.iter().map(words).collect();
    memos.join("; ")
}

/// The entries that are shown and whose words, memos or date hold every word that was typed, newest first.
pub fn found<'a>(
    entries: &'a [Entry],
    show: Show,
    typed: &str,
    holder: Side,
    token: &Token,
) -> Vec<&'a Entry> {
    let wanted: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let holds = |entry: &Entry| {
        if wanted.is_empty() {
            return true;
        }
        let text = format!(
            "{} {} {}",
            entry_words(&entry.kind, holder, token),
            all_memos(entry, holder),
            date_time(entry.at)
        )
        .to_lowercase();
        wanted.iter().all(|word| text.contains(word.as_str()))
    };
    entries
        .iter()
        .rev()
        .filter(|entry| show.takes(&entry.kind, holder) && holds(entry))
        .collect()
}

/// One entry as it is taken along. Amounts are exact decimals of the token.
#[derive(Serialize)]
struct Row {
    time: String,
    what: &'static str,
    who: &'static str,
    amount: String,
    currency: String,
    total: String,
    nonce: String,
    payments: String,
    block: String,
    words: String,
    memo: String,
}

impl Row {
    fn new(entry: &Entry, holder: Side, token: &Token) -> Self {
        let display = |amount: Amount| amount.display(token.decimals);
        let who = |side: Side| if side == holder { "you" } else { "they" };
        let mut row = Self {
            time: date_time(entry.at),
            what: "",
            who: "",
            amount: String::new(),
            currency: token.symbol.clone(),
            total: String::new(),
            nonce: String::new(),
            payments: String::new(),
            block: super::standing::entry_block(&entry.kind)
                .map_or_else(String::new, |block| block.to_string()),
            words: entry_words(&entry.kind, holder, token),
            memo: all_memos(entry, holder),
        };
        match &entry.kind {
            EntryKind::Paid {
                by,
                amount,
                total,
                nonce,
                payments,
            } => {
                (row.what, row.who) = ("paid", who(*by));
                (row.amount, row.total) = (display(*amount), display(*total));
                (row.nonce, row.payments) = (nonce.clone(), payments.to_string());
            }
            EntryKind::Opened { amount, .. } => (row.what, row.amount) = ("opened", display(*amount)),
            EntryKind::Deposited { side, amount, .. } => {
                (row.what, row.who, row.amount) = ("deposited", who(*side), display(*amount));
            }
            EntryKind::Withdrawn { side, amount, .. } => {
                (row.what, row.who, row.amount) = ("took out", who(*side), display(*amount));
            }
            EntryKind::Closing { closer, .. } => (row.what, row.who) = ("closed", who(*closer)),
            EntryKind::Claimed { payer, total, .. } => {
                (row.what, row.who, row.total) = ("claimed", who(*payer), display(*total));
            }
            EntryKind::Forfeited { closer, .. } => (row.what, row.who) = ("forfeited", who(*closer)),
            EntryKind::Settled { paid_out, .. } => {
                (row.what, row.who, row.amount) = ("settled", "you", display(paid_out[holder]));
            }
        }
        row
    }

    fn fields(&self) -> [&str; 11] {
        [
            &self.time,
            self.what,
            self.who,
            &self.amount,
            &self.currency,
            &self.total,
            &self.nonce,
            &self.payments,
            &self.block,
            &self.words,
            &self.memo,
        ]
    }
}

const HEADINGS: [&str; 11] = [
    "time", "what", "who", "amount", "currency", "total", "nonce", "payments", "block", "words", "memo",
];

/// As comma-separated values (RFC 4180), in the order given.
#[must_use]
pub fn csv(entries: &[&Entry], holder: Side, token: &Token) -> String {
    let mut text = line(HEADINGS);
    for entry in entries {
        text.push_str(&line(Row::new(entry, holder, token).fields()));
    }
    text
}

/// As JSON, in the order given.
#[must_use]
pub fn json(entries: &[&Entry], holder: Side, token: &Token) -> String {
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| Row::new(entry, holder, token))
        .collect();
    // Texts always have a JSON form.
    serde_json::to_string_pretty(&rows).unwrap_or_default()
}

fn line(fields: [&str; 11]) -> String {
    let quoted = fields.map(|field| {
        // A spreadsheet takes what begins like this for a formula, and a symbol, a nonce or a memo is somebody else's text.
        let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let mark = if formula { "'" } else { "" };
        format!("\"{mark}{}\"", field.replace('"', "\"\""))
    });
    quoted.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::tests::{units, view};
    use thunder_channel::{MemoText, RequestNumber};

    fn memos() -> Vec<EntryMemo> {
        let memo = |total, text, request| EntryMemo {
            total: units(total),
            request,
            text: MemoText::parse(text).unwrap(),
        };
        vec![memo(10, "Tea", None), memo(20, "", Some(RequestNumber::MIN))]
    }

    fn entries() -> Vec<Entry> {
        let paid = |by, whole, nonce: &str| EntryKind::Paid {
            by,
            amount: units(whole),
            total: units(whole),
            nonce: nonce.to_owned(),
            payments: 2,
        };
        [
            EntryKind::Opened {
                block: 3,
                amount: units(100),
            },
            paid(Side::Alice, 20, "1"),
            paid(Side::Bob, 5, "=1+1"),
        ]
        .into_iter()
        .enumerate()
        .map(|(day, kind)| Entry {
            memos: if day == 1 { memos() } else { Vec::new() },
            ..Entry::new(day as u64 * 86_400_000, kind)
        })
        .collect()
    }

    fn words(show: Show, typed: &str) -> Vec<String> {
        let (entries, token) = (entries(), Token::ether());
        found(&entries, show, typed, Side::Alice, &token)
            .into_iter()
            .map(|entry| entry_words(&entry.kind, Side::Alice, &token))
            .collect()
    }

    #[test]
    fn newest_first_by_kind_and_by_words() {
        assert_eq!(words(Show::All, "").len(), 3);
        assert_eq!(words(Show::All, " ")[0], "You received 5 ETH in 2 payments");
        assert_eq!(words(Show::Paid, ""), ["You paid 20 ETH in 2 payments"]);
        assert_eq!(words(Show::Received, "").len(), 1);
        assert_eq!(words(Show::Chain, ""), ["Opened with 100 ETH"]);
        assert_eq!(words(Show::All, "YOU 20"), ["You paid 20 ETH in 2 payments"]);
        assert_eq!(words(Show::All, "1970-01-01"), ["Opened with 100 ETH"]);
        assert_eq!(words(Show::All, "tea").len(), 1, "memos are searched");
        assert!(words(Show::Chain, "paid").is_empty());
    }

    #[test]
    fn a_memo_says_whose_wish_it_answers() {
        let [_, paid, received] = entries().try_into().unwrap();
        let answering = EntryMemo {
            text: MemoText::parse("Tea").unwrap(),
            ..memos().pop().unwrap()
        };
        let of = |kind| memo_words(&answering, kind, Side::Alice);
        assert_eq!(of(&paid.kind), "“Tea”, as they asked");
        assert_eq!(of(&received.kind), "“Tea”, as you asked");
    }

    #[test]
    fn a_payment_is_marked_by_how_far_it_is_known_to_have_come() {
        let [opened, paid, received] = entries().try_into().unwrap();
        let mark = |delivery, seen, total| {
            let mut view = ChannelView {
                delivery,
                seen: units(seen),
                ..view()
            };
            view.totals.alice = units(total);
            Reach::of(&view).mark(&paid.kind, Side::Alice)
        };
        assert_eq!(mark(Delivery::Relayed, 20, 20), Some(Mark::Seen));
        assert_eq!(mark(Delivery::Relayed, 19, 20), Some(Mark::Relayed));
        assert_eq!(mark(Delivery::Stored, 19, 20), Some(Mark::Stored));
        assert_eq!(mark(Delivery::Stored, 0, 21), None, "nobody knows");
        assert_eq!(mark(Delivery::Stored, 20, 21), Some(Mark::Seen));
        let reach = Reach::of(&view());
        assert_eq!(reach.mark(&received.kind, Side::Alice), None);
        assert_eq!(reach.mark(&opened.kind, Side::Alice), None);
    }

    #[test]
    fn taken_along_it_is_exact_and_no_formula() {
        let (entries, token) = (entries(), Token::ether());
        let all = found(&entries, Show::All, "", Side::Alice, &token);
        let text = csv(&all, Side::Alice, &token);
        let lines: Vec<_> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(
            lines[2],
            r#""1970-01-02T00:00:00Z","paid","you","20","ETH","20","1","2","","You paid 20 ETH in 2 payments","“Tea”; as they asked""#
        );
        assert!(lines[1].contains(r#""'=1+1""#), "{}", lines[1]);
        let rows: serde_json::Value = serde_json::from_str(&json(&all, Side::Alice, &token)).unwrap();
        assert_eq!(rows[2]["what"], "opened");
        assert_eq!(rows[2]["block"], "3");
        assert_eq!(line(["a\"b"; 11]).matches(r#""a""b""#).count(), 11);
    }
}
