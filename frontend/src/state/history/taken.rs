//! A history to take along: as CSV and as JSON.

use super::{all_memos, transaction_hash};
use crate::state::{
    config::Token,
    dates::date_time,
    standing::{entry_block, entry_words},
};
use serde::Serialize;
use thunder_channel::{Amount, Side};
use thunder_client::{Entry, EntryKind};

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
    /// Behind the others: what reads an earlier version's columns by their places still finds them.
    transaction: String,
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
            block: entry_block(&entry.kind).map_or_else(String::new, |block| block.to_string()),
            words: entry_words(&entry.kind, holder, token),
            memo: all_memos(entry, holder),
            transaction: transaction_hash(entry).unwrap_or_default(),
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

    fn fields(&self) -> [&str; 12] {
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
            &self.transaction,
        ]
    }
}

const HEADINGS: [&str; 12] = [
    "time",
    "what",
    "who",
    "amount",
    "currency",
    "total",
    "nonce",
    "payments",
    "block",
    "words",
    "memo",
    "transaction",
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

fn line(fields: [&str; 12]) -> String {
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
    use crate::state::history::tests::entries;

    #[test]
    fn taken_along_it_is_exact_and_no_formula() {
        let (entries, token) = (entries(), Token::ether());
        let all: Vec<_> = entries.iter().rev().collect();
        let text = csv(&all, Side::Alice, &token);
        let lines: Vec<_> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(
            lines[2],
            r#""1970-01-02T00:00:00Z","paid","you","20","ETH","20","1","2","","You paid 20 ETH in 2 payments","“Tea”; as they asked","""#
        );
        assert!(lines[1].contains(r#""'=1+1""#), "{}", lines[1]);
        let rows: serde_json::Value = serde_json::from_str(&json(&all, Side::Alice, &token)).unwrap();
        assert_eq!(rows[2]["what"], "opened");
        assert_eq!(rows[2]["block"], "3");
        let hash = format!("0x{}", "ab".repeat(32));
        assert_eq!(rows[2]["transaction"], hash.as_str());
        assert_eq!(rows[1]["transaction"], "", "a payment has none");
        assert!(lines[3].ends_with(&format!(r#","{hash}""#)), "{}", lines[3]);
        assert_eq!(line(["a\"b"; 12]).matches(r#""a""b""#).count(), 12);
    }
}
