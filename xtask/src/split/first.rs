//! Writes the first half: the module without the bodies of the rest.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, Instruction, Module, TableSection, TypeSection, ValType,
};
use wasmparser::Parser;

use super::facts::Facts;
use super::plan::Plan;

/// The names under which the rest finds what both halves share. Those of functions are numbers, in the order of the plan.
pub const MEMORY: &str = "m";
pub const TABLE: &str = "t";
pub const GLOBAL: &str = "g";

/// The first half's bytes.
pub fn write(wasm: &[u8], facts: &Facts, plan: &Plan) -> Result<Vec<u8>> {
    let mut writer = First::new(facts, plan)?;
    let mut module = Module::new();
    writer
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|error| anyhow!("the first half cannot be written: {error}"))?;
    Ok(module.finish())
}

struct First<'a> {
    facts: &'a Facts,
    plan: &'a Plan,
    /// The functions that are here, by their numbers in the whole module.
    numbers: HashMap<u32, u32>,
    /// The type of the function that sees that the rest is there.
    ready_type: u32,
    /// Its number.
    ready: u32,
    /// The global that says that it is.
    there: u32,
}

impl<'a> First<'a> {
    fn new(facts: &'a Facts, plan: &'a Plan) -> Result<Self> {
        let here = (0..facts.imported).chain(
            facts
                .defined()
                .map(|(function, _)| function)
                .filter(|function| plan.is_first(*function)),
        );
        let numbers: HashMap<u32, u32> = here.zip(0..).collect();
        Ok(Self {
            facts,
            plan,
            ready_type: u32::try_from(facts.types.len())?,
            ready: u32::try_from(numbers.len())?,
            there: u32::try_from(facts.globals.len())?,
            numbers,
        })
    }

    /// What stands here for a function of the rest: calls what is in its slot, once the rest has put it there.
    fn stand_in(&self, function: u32, slot: u32) -> Function {
        let mut body = Function::new([]);
        for (parameter, _) in (0..).zip(self.facts.signature(function).params()) {
            body.instruction(&Instruction::LocalGet(parameter));
        }
        body.instruction(&Instruction::I32Const(slot.cast_signed()));
        body.instruction(&Instruction::Call(self.ready));
        body.instruction(&Instruction::CallIndirect {
            type_index: self.facts.functions[function as usize],
            table_index: 0,
        });
        body.instruction(&Instruction::End);
        body
    }

    /// Gives back its parameter, when the rest is there.
    fn see_to_it(&self, fetch: u32) -> Function {
        let mut body = Function::new([]);
        for instruction in [
            Instruction::GlobalGet(self.there),
            Instruction::I32Eqz,
            Instruction::If(BlockType::Empty),
            Instruction::Call(fetch),
            Instruction::End,
            Instruction::LocalGet(0),
            Instruction::End,
        ] {
            body.instruction(&instruction);
        }
        body
    }
}

impl Reencode for First<'_> {
    type Error = anyhow::Error;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        let number = self.numbers.get(&function).copied();
        number
            .with_context(|| format!("function {function} is called and was left out"))
            .map_err(Error::UserError)
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32], [ValType::I32]);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: wasmparser::FunctionSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        for (function, _) in self.facts.defined() {
            if self.plan.is_first(function) {
                functions.function(self.facts.functions[function as usize]);
            }
        }
        functions.function(self.ready_type);
        Ok(())
    }

    fn parse_table_section(
        &mut self,
        tables: &mut TableSection,
        section: wasmparser::TableSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        for (number, table) in section.into_iter().enumerate() {
            let mut table = table?;
            if number == 0 {
                table.ty.initial = self.plan.table.into();
                table.ty.maximum = table.ty.maximum.map(|most| most.max(table.ty.initial));
            }
            utils::parse_table(self, tables, table)?;
        }
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_global_section(self, globals, section)?;
        globals.global(
            GlobalType {
                val_type: ValType::I32,
                mutable: true,
                shared: false,
            },
            &ConstExpr::i32_const(0),
        );
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_export_section(self, exports, section)?;
        let shared = [
            (MEMORY, ExportKind::Memory, self.facts.memories.len()),
            (TABLE, ExportKind::Table, self.facts.tables.len()),
            (GLOBAL, ExportKind::Global, self.facts.globals.len() + 1),
        ];
        for (name, kind, count) in shared {
            for (number, index) in (0..count).zip(0..) {
                exports.export(&format!("{name}{number}"), kind, index);
            }
        }
        for (number, function) in self.plan.shared.iter().enumerate() {
            let index = self.function_index(*function)?;
            exports.export(&number.to_string(), ExportKind::Func, index);
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        section: wasmparser::ElementSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_element_section(self, elements, section)?;
        let mut added: Vec<(u32, u32)> = Vec::new();
        for (function, slot) in &self.plan.slots {
            if !self.facts.slots.contains_key(slot) {
                added.push((*slot, self.function_index(*function)?));
            }
        }
        added.sort_unstable();
        if let Some((start, _)) = added.first() {
            let functions = added.iter().map(|(_, function)| *function).collect::<Vec<_>>();
            elements.active(
                None,
                &ConstExpr::i32_const(start.cast_signed()),
                Elements::Functions(functions.into()),
            );
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        for (function, body) in (self.facts.imported..).zip(section) {
            let body = body?;
            if !self.plan.later.contains(&function) {
                self.parse_function_body(code, body)?;
            } else if let Some(slot) = self.plan.slots.get(&function) {
                code.function(&self.stand_in(function, *slot));
            }
        }
        let fetch = self.function_index(self.plan.fetch)?;
        code.function(&self.see_to_it(fetch));
        Ok(())
    }

    /// Names and notes of the tools are for nobody who loads the page.
    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: wasmparser::CustomSectionReader,
    ) -> Result<(), Error<Self::Error>> {
        Ok(())
    }
}
