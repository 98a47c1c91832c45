//! Measures, and how they are shown.

use anyhow::{Result, bail};
use serde_json::{Value, json};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Nanoseconds,
    /// Milliseconds.
    Milliseconds,
    /// How often in a second.
    PerSecond,
    /// Gas of a whole transaction's call.
    Gas,
    /// Thousands of bytes.
    Kilobytes,
    /// Just a number.
    Plain,
}

impl Unit {
    /// As it stands behind a number.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Milliseconds => "ms",
            Self::PerSecond => "/s",
            Self::Gas => "gas",
            Self::Kilobytes => "KB",
            Self::Plain => "",
        }
    }
}

/// One measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// What was measured.
    pub name: String,
    /// How much; a JSON number, as some are whole and some are not.
    pub value: serde_json::Number,
    /// Of what.
    pub unit: Unit,
}

impl Measure {
    /// A measure that is a whole number.
    #[must_use]
    pub fn whole(name: &str, value: u64, unit: Unit) -> Self {
        Self {
            name: name.to_owned(),
            value: value.into(),
            unit,
        }
    }
}

/// Passes measures on, if there are any.
///
/// # Errors
/// If there are none: a benchmark that measured nothing has failed.
pub fn at_least_one(measures: Vec<Measure>) -> Result<Vec<Measure>> {
    if measures.is_empty() {
        bail!("nothing was measured")
    } else {
        Ok(measures)
    }
}

/// A table for people.
#[must_use]
pub fn table(measures: &[Measure]) -> String {
    let width = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let names = width(&mut measures.iter().map(|measure| measure.name.chars().count()));
    let values = width(&mut measures.iter().map(|measure| measure.value.to_string().len()));
    let line = |measure: &Measure| {
        let Measure { name, value, unit } = measure;
        format!("{name:<names$}  {:>values$} {}", value.to_string(), unit.sign())
            .trim_end()
            .to_owned()
    };
    measures.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One JSON object on one line: `measures`, and the groups that `failed`.
#[must_use]
pub fn json(measures: &[Measure], failed: &[&str]) -> String {
    let measures: Vec<Value> = measures
        .iter()
        .map(|measure| json!({"name": measure.name, "value": measure.value, "unit": measure.unit.sign()}))
        .collect();
    json!({"measures": measures, "failed": failed}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> [Measure; 2] {
        [
            Measure::whole("sign claim", 32919, Unit::Nanoseconds),
            Measure::whole("wasm", 7, Unit::Kilobytes),
        ]
    }

    #[test]
    fn the_table_is_aligned() {
        assert_eq!(table(&two()), "sign claim  32919 ns\nwasm            7 KB");
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn the_json_is_one_line() {
        let line = json(&two()[1..], &["gas"]);
        assert_eq!(
            line,
            r#"{"failed":["gas"],"measures":[{"name":"wasm","unit":"KB","value":7}]}"#
        );
    }

    #[test]
    fn nothing_is_an_error() {
        assert!(at_least_one(Vec::new()).is_err());
    }
}
