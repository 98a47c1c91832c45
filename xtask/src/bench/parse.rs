//! Reading what the benchmarks print.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use super::measure::{Measure, Unit};

/// Criterion's lines in the form of the built-in benchmarks: `test sign/claim ... bench:  32,919 ns/iter (+/- 5,101)`.
#[must_use]
pub fn bencher(output: &str) -> Vec<Measure> {
    output
        .lines()
        .filter_map(|line| {
            let (name, numbers) = line.strip_prefix("test ")?.split_once(" ... bench:")?;
            let (value, _) = numbers.split_once(" ns/iter")?;
            let value = value.trim().replace(',', "").parse().ok()?;
            Some(Measure::whole(&name.replace('/', " "), value, Unit::Nanoseconds))
        })
        .collect()
}

/// Forge's snapshot file: an object of numbered steps, the gas of each as text.
///
/// # Errors
/// If it is no such object.
pub fn gas_snapshot(snapshot: &str, token: &str) -> Result<Vec<Measure>> {
    let steps: Map<String, Value> =
        serde_json::from_str(snapshot).context("the gas snapshot is no JSON object")?;
    let mut measures: Vec<(u64, Measure)> = Vec::new();
    for (step, gas) in steps {
        let (order, name) = numbered(&step);
        let gas = gas
            .as_str()
            .and_then(|gas| gas.parse().ok())
            .with_context(|| format!("the gas of {step} is no number"))?;
        measures.push((order, Measure::whole(&format!("{name}, {token}"), gas, Unit::Gas)));
    }
    measures.sort_by_key(|(order, _)| *order);
    Ok(measures.into_iter().map(|(_, measure)| measure).collect())
}

/// Every number in a JSON object, by the names that lead to it. A name's ending tells the unit.
///
/// # Errors
/// If it is no JSON.
pub fn numbers(line: &str) -> Result<Vec<Measure>> {
    let value: Value = serde_json::from_str(line).context("not a line of JSON")?;
    let mut found = Vec::new();
    collect(&value, "", Unit::Plain, &mut found);
    Ok(found)
}

fn collect(value: &Value, name: &str, unit: Unit, found: &mut Vec<Measure>) {
    match value {
        Value::Number(number) => found.push(Measure {
            name: name.to_owned(),
            value: number.clone(),
            unit,
        }),
        Value::Object(members) => {
            for (member, value) in members {
                let (word, member_unit) = united(member, unit);
                let words = if name.is_empty() {
                    word
                } else {
                    format!("{name} {word}")
                };
                collect(value, &words, member_unit, found);
            }
        }
        _ => {}
    }
}

fn united(member: &str, inherited: Unit) -> (String, Unit) {
    let (word, unit) = if let Some(word) = member.strip_suffix("_ms") {
        (word, Unit::Milliseconds)
    } else if let Some(word) = member.strip_suffix("_kb") {
        (word, Unit::Kilobytes)
    } else if let Some(word) = member.strip_suffix("_per_second") {
        (word, Unit::PerSecond)
    } else {
        (member, inherited)
    };
    (word.replace('_', " "), unit)
}

/// `10 close` is the tenth step, `close`.
fn numbered(step: &str) -> (u64, &str) {
    step.split_once(' ')
        .and_then(|(order, name)| Some((order.parse().ok()?, name)))
        .unwrap_or((u64::MAX, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(measures: &[Measure]) -> Vec<(String, String)> {
        measures
            .iter()
            .map(|measure| {
                (
                    measure.name.clone(),
                    format!("{} {}", measure.value, measure.unit.sign()),
                )
            })
            .collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn criterions_lines_are_read() {
        let output = "     Running benches/claims/main.rs (target/release/deps/claims-12f3e2cf07c65e4a)
test sign/digest ... bench:       6,155 ns/iter (+/- 2,568)
test verify/delegated ... bench:     162,601 ns/iter (+/- 83,035)
";
        assert_eq!(
            pairs(&bencher(output)),
            [
                pair("sign digest", "6155 ns"),
                pair("verify delegated", "162601 ns")
            ]
        );
    }

    #[test]
    fn snapshots_are_read_in_their_order() {
        let snapshot =
            "{\n  \"1 open\": \"77485\",\n  \"10 close\": \"60440\",\n  \"2 deposit\": \"55791\"\n}";
        let expected = [
            pair("open, THD", "77485 gas"),
            pair("deposit, THD", "55791 gas"),
            pair("close, THD", "60440 gas"),
        ];
        assert_eq!(pairs(&gas_snapshot(snapshot, "THD").unwrap()), expected);
        assert!(gas_snapshot("{\"1 open\": \"many\"}", "THD").is_err());
    }

    #[test]
    fn numbers_are_found_with_their_units() {
        let line = r#"{"pay_to_shown_ms":{"p50":12.5,"p95":31},"payments_per_second":210.4,"note":"x"}"#;
        let expected = [
            pair("pay to shown p50", "12.5 ms"),
            pair("pay to shown p95", "31 ms"),
            pair("payments", "210.4 /s"),
        ];
        assert_eq!(pairs(&numbers(line).unwrap()), expected);
    }
}
