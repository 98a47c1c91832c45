//! Cuts the app's wasm in two: what the first page takes, and the rest, which is fetched when it is needed.
//!
//! Both halves share one memory, one table and one stack. A function of the rest that the first half may call stands there as
//! a few instructions: they see that the rest is there, and call what it has put into the table. So no call can go wrong,
//! whatever was put into which half; a wrong choice costs a wait.

mod facts;
mod first;
mod later;
mod plan;
mod rest;

use anyhow::{Context, Result};

use facts::Facts;
pub use later::is_later;
use plan::Plan;

/// What the app exports to fetch the rest, for a call that came before it. It has no parameters and no result.
const FETCH: &str = "fetchRestNow";

/// The two halves.
#[derive(Debug)]
pub struct Halves {
    /// Starts by itself.
    pub first: Vec<u8>,
    /// Imports everything that it shares from the exports of `first`, as the module with the empty name.
    pub rest: Vec<u8>,
}

/// Cuts a module with names in two. `is_later` says which functions belong to the rest, by their names.
///
/// # Errors
/// If the module cannot be read, has no names, or has something that this does not know how to share.
pub fn halves(wasm: &[u8], is_later: impl Fn(&str) -> bool) -> Result<Halves> {
    let facts = Facts::read(wasm).context("the app's wasm cannot be read")?;
    let plan = Plan::new(&facts, is_later)?;
    Ok(Halves {
        first: first::write(wasm, &facts, &plan)?,
        rest: rest::write(wasm, &facts, &plan)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, ConstExpr, ElementSection, Elements, ExportKind, ExportSection, Function,
        FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemorySection, MemoryType,
        Module, NameMap, NameSection, RefType, TableSection, TableType, TypeSection, ValType,
    };
    use wasmparser::{ElementItems, ExternalKind, Parser, Payload, Validator};

    /// Functions: 0 asks the page (imported); 1 is exported to fetch the rest; 2 starts and calls 3; 3 is later, calls 4, and is long;
    /// 4 is called by 3 alone; 5 is later and in the table.
    fn module(names: bool) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([ValType::I32, ValType::I64], [ValType::I64]);
        let mut imports = ImportSection::new();
        imports.import("page", "ask", wasm_encoder::EntityType::Function(0));
        let mut functions = FunctionSection::new();
        for kind in [0, 0, 1, 0, 0] {
            functions.function(kind);
        }
        let mut tables = TableSection::new();
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: 2,
            maximum: Some(2),
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut globals = GlobalSection::new();
        let stack = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        globals.global(stack, &ConstExpr::i32_const(65_536));
        let mut exports = ExportSection::new();
        exports.export(FETCH, ExportKind::Func, 1);
        exports.export("start", ExportKind::Func, 2);
        exports.export("later", ExportKind::Func, 3);
        let mut elements = ElementSection::new();
        elements.active(
            None,
            &ConstExpr::i32_const(1),
            Elements::Functions([5].as_slice().into()),
        );
        let body = |instructions: &[Instruction], padding: usize| {
            let mut body = Function::new([]);
            for instruction in instructions {
                body.instruction(instruction);
            }
            for _ in 0..padding {
                body.instruction(&Instruction::Nop);
            }
            body.instruction(&Instruction::End);
            body
        };
        let mut code = CodeSection::new();
        code.function(&body(&[Instruction::Call(0)], 0));
        let values = [
            Instruction::I32Const(1),
            Instruction::I64Const(2),
            Instruction::Call(3),
            Instruction::Drop,
        ];
        code.function(&body(&values, 0));
        code.function(&body(&[Instruction::Call(4), Instruction::LocalGet(1)], 200));
        code.function(&body(&[Instruction::Call(0)], 0));
        code.function(&body(&[], 200));

        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals)
            .section(&exports)
            .section(&elements)
            .section(&code);
        if names {
            let mut map = NameMap::new();
            for (index, name) in ["ask", "fetch", "start", "page::later", "helper", "page::listed"]
                .into_iter()
                .enumerate()
            {
                map.append(u32::try_from(index).unwrap(), name);
            }
            let mut section = NameSection::new();
            section.functions(&map);
            module.section(&section);
        }
        module.finish()
    }

    /// The names under which a half imports or exports functions, tables, memories and globals.
    fn seams(wasm: &[u8]) -> (Vec<String>, Vec<String>) {
        let (mut imports, mut exports) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ImportSection(section) => {
                    imports.extend(
                        section
                            .into_imports()
                            .map(|import| import.unwrap().name.to_owned()),
                    );
                }
                Payload::ExportSection(section) => {
                    exports.extend(section.into_iter().map(|export| export.unwrap().name.to_owned()));
                }
                _ => {}
            }
        }
        (imports, exports)
    }

    /// How many places in the table a half fills.
    fn filled(wasm: &[u8]) -> u32 {
        let sections = Parser::new(0).parse_all(wasm);
        let elements = sections.filter_map(|payload| match payload.unwrap() {
            Payload::ElementSection(elements) => Some(elements),
            _ => None,
        });
        let counts = elements.flatten().map(|element| match element.unwrap().items {
            ElementItems::Functions(functions) => functions.count(),
            ElementItems::Expressions(_, expressions) => expressions.count(),
        });
        counts.sum()
    }

    #[test]
    fn the_halves_fit_together() {
        let halves = halves(&module(true), |name| name.starts_with("page::")).unwrap();
        for half in [&halves.first, &halves.rest] {
            Validator::new().validate_all(half).unwrap();
        }
        let (_, offered) = seams(&halves.first);
        let (wanted, _) = seams(&halves.rest);
        assert!(
            wanted.iter().all(|name| offered.contains(name)),
            "{wanted:?} of {offered:?}"
        );

        let first = Facts::read_unnamed(&halves.first).unwrap();
        // Of what is later only what the first half reaches has somebody to stand in for it; what only that calls is gone with it.
        assert_eq!(
            first.functions.len(),
            "ask fetch start later listed ready".split(' ').count()
        );
        assert!(
            first.bodies.iter().all(|body| body.len() < 20),
            "{:?}",
            first.bodies
        );
        assert!(
            first
                .exports
                .iter()
                .any(|(name, kind, _)| name == "later" && *kind == ExternalKind::Func)
        );
        // It takes the place of the one that was in the table, and of the one that was only called.
        assert_eq!(filled(&halves.rest), 2);
    }

    #[test]
    fn what_cannot_be_cut_is_refused() {
        let words = |wasm: &[u8]| format!("{:#}", halves(wasm, |_| true).unwrap_err());
        assert!(words(&module(false)).contains("names"));
        assert!(words(b"nonsense").contains("cannot be read"));
    }
}
