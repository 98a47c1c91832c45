//! What `bench/gas.mjs` measured, as tables for people.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The steps that systems have in common, by their names in the result, and what the table calls them.
const STEPS: [(&str, &str); 9] = [
    ("open", "open + deposit"),
    ("deposit", "other deposit"),
    ("topUp", "top-up"),
    ("settleTogether", "agreed close"),
    ("close", "one-sided close"),
    ("claim", "answer"),
    ("settle", "settle"),
    ("life", "whole life"),
    ("dispute", "dispute"),
];
/// The two sums among them.
const SUMS: [&str; 2] = ["life", "dispute"];

/// The assets in which the hub is measured, and what the table calls them.
const ASSETS: [(&str, &str); 2] = [("ether", "Thunder (ether)"), ("erc20", "Thunder (ERC-20)")];

/// The peers, in the table's order.
const PEERS: [(&str, &str); 8] = [
    ("raiden", "Raiden 0.50 (ERC-20)"),
    ("microraiden", "µRaiden 0.2.6 (ERC-20, one way)"),
    ("nitro", "Nitro 2.0 (ether)"),
    ("nitroErc20", "Nitro 2.0 (ERC-20)"),
    ("connext", "Connext Vector 0.2.3 (ether)"),
    ("connextErc20", "Connext Vector 0.2.3 (ERC-20)"),
    ("machinomy", "Machinomy 4.1.5 (ether, one way)"),
    ("machinomyErc20", "Machinomy 4.1.5 (ERC-20, one way)"),
];

/// Systems that come in no package that could be installed here: what was once measured of them, elsewhere but on the same
/// kind of chain, in the order of [`STEPS`]. Their whole life counts the other side's deposit, which was not noted apart.
const QUOTED: [(&str, [Option<u64>; 9]); 3] = [
    (
        "Perun (ether), quoted",
        [
            Some(45_801),
            None,
            Some(28_701),
            Some(238_135),
            Some(109_578),
            Some(77_599),
            Some(189_614),
            Some(329_737),
            Some(376_791),
        ],
    ),
    (
        "Nitrolite 1.4 (ether), quoted",
        [
            Some(558_181),
            None,
            Some(185_442),
            Some(192_310),
            Some(246_508),
            Some(189_368),
            Some(110_128),
            Some(750_491),
            Some(681_729),
        ],
    ),
    (
        "QTUM duplex channel (ether), quoted",
        [
            Some(164_601),
            None,
            Some(29_066),
            Some(219_903),
            Some(54_663),
            Some(52_852),
            Some(112_388),
            Some(432_927),
            Some(219_903),
        ],
    ),
];

const RULES: &str = "\
Receipts' gasUsed on one fresh chain (anvil, Prague). Every transaction is sent by one of the channel's two sides. All accounts
exist and hold what they are paid in; allowances are given before and without a limit; a contract that many channels share holds
others' money already.
Whole life: open, other deposit, agreed close. Dispute: one-sided close, answer, settle. That both sides are paid is checked (in
Machinomy's dispute: the opener alone, as nobody cashes a promise).
One way: only the opener pays in; the sums leave the receiver's deposit and answer out. The answer there ends the channel.
Quoted: from no package, so not measured here.";

const PROJECTED: &str = "\
Projected by arithmetic under EIP-8037, 8038 and 2780 as announced: 110,020 for a new slot, 12,100 for an update, access included.";

/// The result of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Costs(Value);

impl Costs {
    /// Reads the line that the run printed.
    ///
    /// # Errors
    /// If it is no such line, or lacks a number of the hub's that the table cannot do without.
    pub fn parse(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line).context("the gas result is no JSON")?;
        for (asset, _) in ASSETS {
            for (step, _) in STEPS {
                for column in [&value["ours"][asset], &value["projected"]["ours"][asset]] {
                    if column[step].as_u64().is_none() {
                        bail!("the gas result has no number for our {step} in {asset}");
                    }
                }
            }
        }
        Ok(Self(value))
    }

    /// The peers that could not be measured, each with the reason.
    #[must_use]
    pub fn gaps(&self) -> Vec<(&str, &str)> {
        let gaps = self.0["gaps"].as_object();
        gaps.into_iter()
            .flatten()
            .map(|(name, reason)| (name.as_str(), reason.as_str().unwrap_or("no reason given")))
            .collect()
    }

    /// Calls that only the hub has, with their costs in each asset.
    fn others(&self) -> Vec<(&str, [Option<u64>; 2])> {
        let ours = &self.0["ours"];
        let names = ours["erc20"]
            .as_object()
            .into_iter()
            .flat_map(|calls| calls.keys());
        names
            .filter(|name| STEPS.iter().all(|(step, _)| step != name))
            .map(|name| (name.as_str(), ASSETS.map(|(asset, _)| ours[asset][name].as_u64())))
            .collect()
    }
}

/// All tables and what they rest on.
#[must_use]
pub fn text(costs: &Costs) -> String {
    let Costs(all) = costs;
    let steps = STEPS.map(|(step, _)| step);
    let mut heads = vec![""];
    heads.extend(STEPS.map(|(_, head)| head));

    let mut measured = systems(all, |group, name| numbers(&all[group][name], &steps));
    measured.extend(QUOTED.map(|(label, cells)| row(label, &cells)));

    let others = costs.others();
    let others: Vec<Vec<String>> = others.iter().map(|(name, cells)| row(name, cells)).collect();

    let projected = systems(all, |group, name| {
        let mut cells = numbers(&all["projected"][group][name], &steps);
        cells.extend(numbers(&all["slots"]["fresh"][group][name], &SUMS));
        cells
    });
    let mut projected_heads = heads.clone();
    projected_heads.extend(["new slots, life", "new slots, dispute"]);

    [
        grid(&heads, &measured),
        RULES.to_owned(),
        grid(&["only ours", "ether", "ERC-20"], &others),
        PROJECTED.to_owned(),
        grid(&projected_heads, &projected),
    ]
    .join("\n\n")
}

/// A line per system that was measured, with the cells of its group and name.
fn systems(all: &Value, cells: impl Fn(&str, &str) -> Vec<Option<u64>>) -> Vec<Vec<String>> {
    let ours = ASSETS.map(|(asset, label)| ("ours", asset, label));
    let peers = PEERS.map(|(peer, label)| ("peers", peer, label));
    ours.into_iter()
        .chain(peers)
        .filter(|(group, name, _)| all[group][name].is_object())
        .map(|(group, name, label)| row(label, &cells(group, name)))
        .collect()
}

fn numbers(column: &Value, names: &[&str]) -> Vec<Option<u64>> {
    names.iter().map(|name| column[name].as_u64()).collect()
}

fn row(label: &str, cells: &[Option<u64>]) -> Vec<String> {
    let mut row = vec![label.to_owned()];
    row.extend(cells.iter().map(|cell| cell.map_or_else(|| "–".into(), grouped)));
    row
}

/// Lines of cells: the first column to the left, the others to the right.
fn grid(heads: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = heads.iter().map(|&head| head.to_owned()).collect();
    let lines: Vec<&Vec<String>> = std::iter::once(&head).chain(rows).collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|column| {
            lines
                .iter()
                .map(|line| line[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let shown = |line: &&Vec<String>| {
        let cells = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, &width))| {
                if column == 0 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(shown).collect::<Vec<_>>().join("\n")
}

/// `1234567` is `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn column(life: u64) -> Value {
        let mut column: serde_json::Map<String, Value> = STEPS
            .iter()
            .map(|(step, _)| ((*step).to_owned(), json!(7)))
            .collect();
        column.insert("life".into(), json!(life));
        column.into()
    }

    fn result() -> Value {
        let mut tokens = column(212_046);
        tokens["openWithPermit"] = json!(107_703);
        json!({
            "ours": {"ether": column(157_906), "erc20": tokens},
            "peers": {"nitro": {"open": 46_556, "life": 168_492}},
            "projected": {"ours": {"ether": column(259_026), "erc20": column(1_347_066)}, "peers": {}},
            "slots": {"fresh": {"ours": {"ether": {"life": 1, "dispute": 2}}, "peers": {}}},
            "gaps": {"raiden": "raiden-contracts is not installed"},
        })
    }

    #[test]
    fn measured_and_quoted_systems_are_in_the_table_and_missing_ones_are_not() {
        let text = text(&Costs::parse(&result().to_string()).unwrap());
        let line = |start: &str| {
            text.lines()
                .find(|line| line.starts_with(start))
                .map(str::to_owned)
        };
        assert!(line("Thunder (ether)").unwrap().contains("157,906"), "{text}");
        let nitro = line("Nitro 2.0 (ether)").unwrap();
        let cells: Vec<&str> = nitro.split_whitespace().skip(3).collect();
        assert_eq!(cells, ["46,556", "–", "–", "–", "–", "–", "–", "168,492", "–"]);
        assert!(
            line("Perun (ether), quoted").unwrap().contains("329,737"),
            "{text}"
        );
        assert!(line("openWithPermit").unwrap().contains("107,703"), "{text}");
        assert_eq!(line("Raiden"), None);
    }

    #[test]
    fn the_projection_ends_with_the_new_slots() {
        let text = text(&Costs::parse(&result().to_string()).unwrap());
        let line = text.lines().find(|line| line.contains("259,026")).unwrap();
        assert!(line.ends_with("1                   2"), "{line}");
    }

    #[test]
    fn gaps_are_named() {
        let costs = Costs::parse(&result().to_string()).unwrap();
        assert_eq!(costs.gaps(), [("raiden", "raiden-contracts is not installed")]);
    }

    #[test]
    fn a_result_without_one_of_our_numbers_is_refused() {
        let mut broken = result();
        broken["ours"]["ether"]["settle"] = Value::Null;
        let error = Costs::parse(&broken.to_string()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the gas result has no number for our settle in ether"
        );
        assert!(Costs::parse("no result").is_err());
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
