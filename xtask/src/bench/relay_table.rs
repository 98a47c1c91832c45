//! What the load measured, as tables for people.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::gas_table::grouped;

/// Columns of the table of claims: heading, field, and how it is shown.
const CLAIMS: [(&str, &str, Form); 12] = [
    ("store", "/store", Form::Text),
    ("channels", "/channels", Form::Whole),
    ("claims/s", "/claims_per_second", Form::Whole),
    ("µs each", "/processor_us_per_claim", Form::Whole),
    ("busy %", "/busy/processor_percent", Form::Whole),
    ("p50 ms", "/p50_ms_at_half_load", Form::Tenths),
    ("p99 ms", "/p99_ms_at_half_load", Form::Tenths),
    ("p99.9 ms", "/p999_ms_at_half_load", Form::Tenths),
    ("covered/s", "/covered_per_second", Form::Whole),
    ("of it stored/s", "/covered_stored_per_second", Form::Whole),
    ("idle %", "/idle/processor_percent", Form::Tenths),
    ("busy MB", "/busy/memory", Form::Megabytes),
];
const IDLE: [(&str, &str, Form); 5] = [
    ("store", "/store", Form::Text),
    ("silent connections", "/connections", Form::Whole),
    ("bytes each", "/bytes_per_connection", Form::Whole),
    ("idle %", "/load/processor_percent", Form::Tenths),
    ("MB", "/load/memory", Form::Megabytes),
];
const FLOOD: [(&str, &str, Form); 6] = [
    ("store", "/store", Form::Text),
    ("limits hold the flood", "/limited", Form::Text),
    ("flood/s", "/flood_per_second", Form::Whole),
    ("p99 ms alone", "/alone_p99_ms", Form::Tenths),
    ("p99 ms beside it", "/beside_p99_ms", Form::Tenths),
    ("ratio", "/ratio", Form::Hundredths),
];
const MESSAGES: [(&str, &str, Form); 3] = [
    ("store", "/store", Form::Text),
    ("channels", "/channels", Form::Whole),
    ("small messages/s", "/messages_per_second", Form::Whole),
];

const RULES: &str = "\
claims/s: verified, stored and acknowledged, one under way in each channel. µs each and busy %: the relay's processor time (100 % is
one core). p50 to p99.9: from the moment a claim was meant to be handed in, at half that rate, until the other side had it.
covered/s: with more under way in each channel, claims that an acknowledgement covers; those not stored gave way to a higher one.
Up to 1,000 channels each is two connections, Alice's and Bob's, from an address of its own; above that 1,000 pairs of connections
share them. The load runs on the same cores as the relay.";

/// How a value is shown.
#[derive(Debug, Clone, Copy)]
enum Form {
    Text,
    Whole,
    Tenths,
    Hundredths,
    Megabytes,
}

/// The result of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures(Value);

impl Figures {
    /// Reads the line that the run printed.
    ///
    /// # Errors
    /// If it is no such line, or lacks a number that the table shows.
    pub fn parse(line: &str) -> Result<Self> {
        let figures = Self(serde_json::from_str(line).context("the relay's result is no JSON")?);
        if rows(&figures.0["claims"]).next().is_none() {
            bail!("nothing was measured");
        }
        figures.tables()?;
        Ok(figures)
    }

    /// The tables.
    #[must_use]
    pub fn text(&self) -> String {
        // Parsed once already.
        self.tables().unwrap_or_default()
    }

    fn tables(&self) -> Result<String> {
        let number = |path: &str| show(&self.0, path, Form::Whole);
        let forwarder = format!(
            "A bare forwarder on {} pairs of connections: {} frames/s, one under way on each; on {} pairs with many under way: {}.",
            number("/forwarder/pairs")?,
            number("/forwarder/frames_per_second")?,
            number("/forwarder/packed_pairs")?,
            number("/forwarder/packed_frames_per_second")?,
        );
        let machine = format!(
            "{} cores; load average at the start: {}. {} channels were opened in {} s.",
            number("/cores")?,
            show(&self.0, "/other_load", Form::Tenths)?,
            number("/opened/channels")?,
            show(&self.0, "/opened/seconds", Form::Tenths)?,
        );
        Ok([
            table(&self.0["claims"], &CLAIMS)?,
            table(&self.0["idle"], &IDLE)?,
            table(&self.0["flood"], &FLOOD)?,
            table(&self.0["messages"], &MESSAGES)?,
            forwarder,
            machine,
            RULES.to_owned(),
        ]
        .join("\n\n"))
    }
}

fn rows(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A table as Markdown has it.
fn table(values: &Value, columns: &[(&str, &str, Form)]) -> Result<String> {
    let mut lines: Vec<Vec<String>> = vec![
        columns
            .iter()
            .map(|(heading, ..)| (*heading).to_owned())
            .collect(),
    ];
    for value in rows(values) {
        let cells = columns.iter().map(|(_, path, form)| show(value, path, *form));
        lines.push(cells.collect::<Result<_>>()?);
    }
    let width = |column: usize| {
        lines
            .iter()
            .filter_map(|cells| cells.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let row = |cells: &Vec<String>| {
        let cells = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!(" {cell:>width$} |"));
        format!("|{}", cells.collect::<String>())
    };
    let rule = widths
        .iter()
        .map(|width| format!("{}:|", "-".repeat(width + 1)))
        .collect::<String>();
    let mut text: Vec<String> = lines.iter().map(row).collect();
    text.insert(1, format!("|{rule}"));
    Ok(text.join("\n"))
}

fn show(value: &Value, path: &str, form: Form) -> Result<String> {
    let value = value
        .pointer(path)
        .with_context(|| format!("the relay's result lacks {path}"))?;
    let number = || value.as_f64().with_context(|| format!("{path} is no number"));
    Ok(match form {
        Form::Text => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        Form::Whole => grouped(format!("{:.0}", number()?).parse()?),
        Form::Tenths => format!("{:.1}", number()?),
        Form::Hundredths => format!("{:.2}", number()?),
        Form::Megabytes => format!("{:.0}", number()? / 1_048_576.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_is_aligned() {
        let values = json!([{"store": "sqlite", "limited": true, "flood_per_second": 61234.4,
            "alone_p99_ms": 3.21, "beside_p99_ms": 4.0, "ratio": 1.2461}]);
        let text = table(&values, &FLOOD).unwrap();
        let widths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{text}");
        let last = text.lines().last().unwrap();
        for cell in ["sqlite", "true", "61,234", "3.2", "4.0", "1.25"] {
            assert!(last.contains(&format!(" {cell} |")), "{last}");
        }
    }

    #[test]
    fn a_missing_number_is_an_error() {
        assert!(table(&json!([{"store": "sqlite"}]), &IDLE).is_err());
        assert!(Figures::parse("{}").is_err());
        assert!(Figures::parse(r#"{"claims":[{"store":"sqlite"}]}"#).is_err());
    }
}
