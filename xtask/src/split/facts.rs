//! What has to be known of a module before it is cut.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasmparser::{
    ElementItems, ElementKind, ExternalKind, FuncType, GlobalType, KnownCustom, MemoryType, Name, Operator,
    Parser, Payload, TableType, TypeRef,
};

/// A module's outline. Functions are numbered as in the module: imported ones first.
#[derive(Debug, Default)]
pub struct Facts {
    /// The types, all of functions.
    pub types: Vec<FuncType>,
    /// Each function's type.
    pub functions: Vec<u32>,
    /// How many of the functions are imported.
    pub imported: u32,
    /// Where the body of each function that is not imported lies in the module.
    pub bodies: Vec<Range<usize>>,
    /// What each of them calls, once for each function.
    pub callees: Vec<Vec<u32>>,
    /// Names of functions, with the types that they were made for.
    pub names: HashMap<u32, String>,
    /// The tables; functions are called through the first.
    pub tables: Vec<TableType>,
    /// What the table of functions is filled with.
    pub slots: BTreeMap<u32, u32>,
    /// The memory.
    pub memories: Vec<MemoryType>,
    /// The globals.
    pub globals: Vec<GlobalType>,
    /// What is exported.
    pub exports: Vec<(String, ExternalKind, u32)>,
}

impl Facts {
    /// Reads a module.
    pub fn read(wasm: &[u8]) -> Result<Self> {
        let facts = Self::read_unnamed(wasm)?;
        if facts.names.is_empty() {
            bail!("it has no names of functions");
        }
        Ok(facts)
    }

    /// Reads a module with or without names.
    pub fn read_unnamed(wasm: &[u8]) -> Result<Self> {
        let mut facts = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            facts.take(payload?)?;
        }
        Ok(facts)
    }

    /// The function that is exported under a name.
    pub fn exported(&self, wanted: &str) -> Result<u32> {
        let found = self
            .exports
            .iter()
            .find(|(name, kind, _)| name == wanted && *kind == ExternalKind::Func);
        found
            .map(|(.., function)| *function)
            .with_context(|| format!("it exports no {wanted}"))
    }

    /// A function's parameters and results.
    pub fn signature(&self, function: u32) -> &FuncType {
        &self.types[self.functions[function as usize] as usize]
    }

    /// The functions that are not imported, with where their bodies are.
    pub fn defined(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        (self.imported..).zip(self.bodies.iter().cloned())
    }

    fn take(&mut self, payload: Payload) -> Result<()> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    self.types.push(kind?);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let TypeRef::Func(kind) = import?.ty else {
                        bail!("it imports something else than functions");
                    };
                    self.functions.push(kind);
                    self.imported += 1;
                }
            }
            Payload::FunctionSection(functions) => {
                for kind in functions {
                    self.functions.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    self.exports
                        .push((export.name.to_owned(), export.kind, export.index));
                }
            }
            Payload::StartSection { .. } => bail!("it starts something by itself"),
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.fill(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                let mut callees = Vec::new();
                for operator in body.get_operators_reader()? {
                    match operator? {
                        Operator::Call { function_index } => callees.push(function_index),
                        Operator::ReturnCall { .. }
                        | Operator::RefFunc { .. }
                        | Operator::MemoryInit { .. }
                        | Operator::DataDrop { .. }
                        | Operator::TableInit { .. }
                        | Operator::ElemDrop { .. } => bail!("a function does something that cannot be cut"),
                        _ => {}
                    }
                }
                callees.sort_unstable();
                callees.dedup();
                self.callees.push(callees);
                self.bodies.push(body.range());
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    for part in names {
                        let Name::Function(names) = part? else { continue };
                        for name in names {
                            let name = name?;
                            self.names.insert(name.index, name.name.to_owned());
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn fill(&mut self, element: wasmparser::Element) -> Result<()> {
        let (
            ElementKind::Active {
                table_index: None | Some(0),
                offset_expr,
            },
            ElementItems::Functions(functions),
        ) = (element.kind, element.items)
        else {
            bail!("it fills something else than the table of functions");
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            bail!("where the table is filled is not a number");
        };
        for (slot, function) in (u32::try_from(value)?..).zip(functions) {
            self.slots.insert(slot, function?);
        }
        Ok(())
    }
}
