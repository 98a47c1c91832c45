//! Writes the rest: the bodies that the first half lacks, over what both share.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, Function, FunctionSection, GlobalType,
    ImportSection, Instruction, Module, StartSection, TypeSection, ValType,
};
use wasmparser::{BinaryReader, FunctionBody};

use super::facts::Facts;
use super::first::{GLOBAL, MEMORY, TABLE};
use super::plan::Plan;

/// The rest's bytes.
pub fn write(wasm: &[u8], facts: &Facts, plan: &Plan) -> Result<Vec<u8>> {
    Rest::new(facts, plan)
        .module(wasm)
        .map_err(|error| anyhow!("the rest cannot be written: {error}"))
}

struct Rest<'a> {
    facts: &'a Facts,
    plan: &'a Plan,
    /// The functions that are here, by their numbers in the whole module.
    numbers: HashMap<u32, u32>,
}

impl<'a> Rest<'a> {
    fn new(facts: &'a Facts, plan: &'a Plan) -> Self {
        let numbers = plan.shared.iter().chain(&plan.later).copied().zip(0..).collect();
        Self { facts, plan, numbers }
    }

    fn module(&mut self, wasm: &[u8]) -> Result<Vec<u8>, Error<anyhow::Error>> {
        let mut types = TypeSection::new();
        for kind in &self.facts.types {
            let kind = self.func_type(kind.clone())?;
            types.ty().func_type(&kind);
        }
        types.ty().function([], []);
        let start_type = types.len() - 1;

        let mut functions = FunctionSection::new();
        for function in &self.plan.later {
            functions.function(self.facts.functions[*function as usize]);
        }
        functions.function(start_type);

        let mut code = CodeSection::new();
        for (function, body) in self.facts.defined() {
            if self.plan.later.contains(&function) {
                let body = FunctionBody::new(BinaryReader::new(&wasm[body.clone()], body.start));
                self.parse_function_body(&mut code, body)?;
            }
        }
        code.function(&self.says_that_it_is_there());

        let mut module = Module::new();
        module.section(&types);
        module.section(&self.imports()?);
        module.section(&functions);
        let function_index = u32::try_from(self.numbers.len())
            .context("too many functions")
            .map_err(Error::UserError)?;
        module.section(&StartSection { function_index });
        module.section(&self.elements()?);
        module.section(&code);
        Ok(module.finish())
    }

    fn imports(&mut self) -> Result<ImportSection, Error<anyhow::Error>> {
        let mut imports = ImportSection::new();
        let mut import = |name: &str, kind: EntityType| {
            imports.import("", name, kind);
        };
        // How far they may grow is the first half's affair.
        for (number, memory) in self.facts.memories.iter().enumerate() {
            let memory = wasmparser::MemoryType {
                maximum: None,
                ..*memory
            };
            import(&format!("{MEMORY}{number}"), self.memory_type(memory)?.into());
        }
        for (number, table) in self.facts.tables.iter().enumerate() {
            let table = wasmparser::TableType {
                maximum: None,
                ..*table
            };
            import(&format!("{TABLE}{number}"), self.table_type(table)?.into());
        }
        for (number, global) in self.facts.globals.iter().enumerate() {
            import(&format!("{GLOBAL}{number}"), self.global_type(*global)?.into());
        }
        let there = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        import(&format!("{GLOBAL}{}", self.facts.globals.len()), there.into());
        for (number, function) in self.plan.shared.iter().enumerate() {
            import(
                &number.to_string(),
                EntityType::Function(self.facts.functions[*function as usize]),
            );
        }
        Ok(imports)
    }

    /// Takes the places in the table where the first half's functions stood in.
    fn elements(&mut self) -> Result<ElementSection, Error<anyhow::Error>> {
        let mut slots: BTreeMap<u32, u32> = self
            .plan
            .slots
            .iter()
            .map(|(function, slot)| (*slot, *function))
            .collect();
        let all = self
            .facts
            .slots
            .iter()
            .filter(|(_, function)| self.plan.later.contains(function));
        slots.extend(all.map(|(slot, function)| (*slot, *function)));
        let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
        for (slot, function) in slots {
            let function = self.function_index(function)?;
            match runs.last_mut() {
                Some((start, run)) if *start as usize + run.len() == slot as usize => run.push(function),
                _ => runs.push((slot, vec![function])),
            }
        }
        let mut elements = ElementSection::new();
        for (start, run) in runs {
            elements.active(
                None,
                &ConstExpr::i32_const(start.cast_signed()),
                Elements::Functions(run.into()),
            );
        }
        Ok(elements)
    }

    fn says_that_it_is_there(&self) -> Function {
        let there = u32::try_from(self.facts.globals.len()).unwrap_or_default();
        let mut body = Function::new([]);
        for instruction in [
            Instruction::I32Const(1),
            Instruction::GlobalSet(there),
            Instruction::End,
        ] {
            body.instruction(&instruction);
        }
        body
    }
}

impl Reencode for Rest<'_> {
    type Error = anyhow::Error;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        let number = self.numbers.get(&function).copied();
        number
            .with_context(|| format!("function {function} is called and was not shared"))
            .map_err(Error::UserError)
    }
}
