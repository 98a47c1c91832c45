//! Which function goes where.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use super::FETCH;
use super::facts::Facts;

/// A function no longer than this stays in the first half: what would stand there instead is as long.
const SHORT: usize = 20;
/// Two more that stay: one that is reached through the table, and one that the first half calls. The compilers make one function of several
/// that are the same, under one of their names, so what drops a list of channels may as well drop a list of words. Small ones only are.
const SMALL_IN_TABLE: usize = 40;
const SMALL: usize = 160;

/// Where each function goes, and by what they reach each other.
#[derive(Debug)]
pub struct Plan {
    /// The functions of the rest.
    pub later: BTreeSet<u32>,
    /// The slot in the table of each of them that the first half may call.
    pub slots: BTreeMap<u32, u32>,
    /// How many slots the table has.
    pub table: u32,
    /// The functions of the first half, imported ones included, that the rest calls.
    pub shared: BTreeSet<u32>,
    /// What fetches the rest.
    pub fetch: u32,
}

impl Plan {
    /// Functions that `is_later` names, and those which nobody else can call, are the rest.
    pub fn new(facts: &Facts, is_later: impl Fn(&str) -> bool) -> Result<Self> {
        let fetch = facts.exported(FETCH)?;
        if facts.globals.is_empty() || facts.slots.is_empty() {
            bail!("it has no stack, or nothing in its table: that is no Rust program");
        }
        let mut later: BTreeSet<u32> = facts
            .defined()
            .filter(|(function, body)| {
                *function != fetch
                    && body.len() > SHORT
                    && facts.names.get(function).is_some_and(|name| is_later(name))
            })
            .map(|(function, _)| function)
            .collect();
        take_along(facts, &mut later);
        take_back(facts, &mut later);

        let (by_first, by_rest) = (called(facts, &later, false), called(facts, &later, true));
        let mut slots: BTreeMap<u32, u32> = BTreeMap::new();
        for (slot, function) in &facts.slots {
            if later.contains(function) {
                slots.entry(*function).or_insert(*slot);
            }
        }
        let first_table = facts.tables.first().context("it has no table")?;
        let mut table = u32::try_from(first_table.initial)?;
        let exported = facts.exports.iter().map(|(.., index)| *index);
        for function in by_first
            .into_iter()
            .chain(exported)
            .filter(|function| later.contains(function))
        {
            slots.entry(function).or_insert_with(|| {
                table += 1;
                table - 1
            });
        }
        let shared = by_rest
            .into_iter()
            .filter(|function| !later.contains(function))
            .collect();
        Ok(Self {
            later,
            slots,
            table,
            shared,
            fetch,
        })
    }
}

impl Plan {
    /// Whether a function is in the first half, itself or by what stands in for it.
    pub fn is_first(&self, function: u32) -> bool {
        !self.later.contains(&function) || self.slots.contains_key(&function)
    }
}

/// Takes back what is small and may be called by the first half under another name.
fn take_back(facts: &Facts, later: &mut BTreeSet<u32>) {
    let no_longer_than = |most: usize| -> BTreeSet<u32> {
        let small = facts.defined().filter(|(_, body)| body.len() <= most);
        small.map(|(function, _)| function).collect()
    };
    let small = no_longer_than(SMALL_IN_TABLE);
    let in_table = facts.slots.values().filter(|function| small.contains(function));
    for function in in_table {
        later.remove(function);
    }
    let small = no_longer_than(SMALL);
    loop {
        let back = called(facts, later, false);
        let before = later.len();
        later.retain(|function| !(back.contains(function) && small.contains(function)));
        if later.len() == before {
            return;
        }
    }
}

/// What is called by the functions of the rest, or by all others.
fn called(facts: &Facts, later: &BTreeSet<u32>, by_rest: bool) -> BTreeSet<u32> {
    let callers = (facts.imported..).zip(&facts.callees);
    let callers = callers.filter(|(caller, _)| later.contains(caller) == by_rest);
    callers.flat_map(|(_, callees)| callees.iter().copied()).collect()
}

/// Adds what only functions of the rest call.
fn take_along(facts: &Facts, later: &mut BTreeSet<u32>) {
    let mut callers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (caller, callees) in (facts.imported..).zip(&facts.callees) {
        for callee in callees {
            callers.entry(*callee).or_default().push(caller);
        }
    }
    let reached: BTreeSet<u32> = facts
        .slots
        .values()
        .copied()
        .chain(facts.exports.iter().map(|(.., index)| *index))
        .collect();
    loop {
        let more: Vec<u32> = facts
            .defined()
            .map(|(function, _)| function)
            .filter(|function| !later.contains(function) && !reached.contains(function))
            .filter(|function| {
                callers
                    .get(function)
                    .is_some_and(|callers| callers.iter().all(|caller| later.contains(caller)))
            })
            .collect();
        if more.is_empty() {
            return;
        }
        later.extend(more);
    }
}
