//! Between `ast` objects and the parser's tree.

use adder_object_model::layout::*;
use adder_object_model::{Op, PyResult, Raised, object, raise, str};
use ruff_source_file::{SourceFile, SourceFileBuilder};
use ruff_text_size::TextRange;
use rustpython_compiler::ast::{Mod, PythonVersion};
use rustpython_compiler::core::bytecode::CodeFlags;
use rustpython_compiler::{CompileError, CompileOpts, Mode, parser};

use crate::compile::{self, Options, Source, on_deep_stack, raise_compile_error, source_argument};
use crate::source_text;

pub mod classes;
mod from_objects;
mod optimize;
mod to_objects;
mod validate;

pub use classes::is_node;
use to_objects::Converter;

/// `compile` of a tree of objects.
pub fn compile_node(node: Op<'_>, filename: Op<'_>, options: Options) -> PyResult {
    let expected = match options.mode {
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
        _ => "Module",
    };
    if !object::is_instance(node, classes::class(expected)?.op())? {
        return Err(raise!(TypeError, "expected {expected} node, got {}", node.type_name()));
    }
    if options.flags & PyCF_OPTIMIZED_AST == PyCF_ONLY_AST {
        return Ok(node.to_owned());
    }
    let (mut tree, source) = from_objects::read(node)?;
    if options.flags & PyCF_ONLY_AST == 0 {
        return crate::compile::compile_tree(tree, &source, filename, options);
    }
    let file = SourceFileBuilder::new(str::to_string_lossy(filename), source.as_str()).finish();
    let features = CodeFlags::from_bits_truncate((options.flags & PyCF_MASK) as u32);
    on_deep_stack(source.len(), || optimize::tree(&mut tree, options, features));
    let result = Converter::new(&file, 0).module(&tree, matches!(options.mode, Mode::Single));
    on_deep_stack(source.len(), || drop(tree));
    result
}

/// What `compile` gives with `PyCF_ONLY_AST`.
pub fn parse(source: &Source, filename: Op<'_>, options: Options) -> PyResult {
    let decoded;
    let text = match source {
        Source::Text(text) => text,
        Source::Bytes(data) => {
            decoded = source_text::decode(data, filename)?;
            &decoded
        }
    };
    let (file, tree) = parse_text(text, filename, options)?;
    compile::literal_warnings(text, filename, options.mode, usize::MAX)?;
    let result = Converter::new(&file, 0).module(&tree, matches!(options.mode, Mode::Single));
    on_deep_stack(text.len(), || drop(tree));
    result
}

/// `ast.parse(source, mode="func_type")`: `(int, str) -> bool`.
pub fn parse_function_type(source: Op<'_>, filename: Op<'_>) -> PyResult {
    if is_node(source)? {
        if !object::is_instance(source, classes::class("FunctionType")?.op())? {
            return Err(raise!(TypeError, "expected FunctionType node, got {}", source.type_name()));
        }
        return Ok(source.to_owned());
    }
    let text = match source_argument(source, "compile", "string, bytes or AST")? {
        Source::Text(text) => text,
        Source::Bytes(data) => source_text::decode(&data, filename)?,
    };
    // A call and its result, with columns kept but for the callee.
    let Some(arrow) = text.rfind("->") else {
        return Err(raise!(SyntaxError, "invalid syntax"));
    };
    let text = format!("f{} ,{}", &text[..arrow], &text[arrow + 2..]);
    let (file, tree) = parse_text(&text, filename, Options::new(Mode::Eval))?;
    let Mod::Expression(tree) = tree else {
        return Err(raise!(SyntaxError, "invalid syntax"));
    };
    Converter::new(&file, 1).function_type(&tree.body)
}

/// The tree of a text.
pub fn parse_text(text: &str, filename: Op<'_>, options: Options) -> Result<(SourceFile, Mod), Raised> {
    let file = SourceFileBuilder::new(str::to_string_lossy(filename), text).finish();
    match on_deep_stack(text.len(), || parse_file(&file, options)) {
        Ok((_, Some((range, message)))) => {
            let start = compile::position(text, range.start().to_usize());
            let end = compile::position(text, range.end().to_usize());
            let line = compile::line_of(text, start.0 as usize);
            Err(source_text::syntax_error(&message, Some(filename), start, line.as_deref(), Some(end)))
        }
        Ok((tree, None)) => Ok((file, tree)),
        Err(error) => Err(raise_compile_error(error, text, filename, options)),
    }
}

/// What is newer than the syntax that was asked for: where it stands, and what is said of it.
type Newer = Option<(TextRange, String)>;

/// As the compiler parses, with the checks it makes on the source.
fn parse_file(file: &SourceFile, options: Options) -> Result<(Mod, Newer), CompileError> {
    let mode = match options.mode {
        Mode::Eval => parser::Mode::Expression,
        _ => parser::Mode::Module,
    };
    let mut parse_options = parser::ParseOptions::from(mode);
    if let Ok(minor) = u8::try_from(options.feature_version) {
        parse_options = parse_options.with_target_version(PythonVersion { major: 3, minor });
    }
    let features = CodeFlags::from_bits_truncate((options.flags & PyCF_MASK) as u32);
    let source = rustpython_compiler::prepare_barry_as_flufl_source(
        file.source_text(),
        parse_options.clone(),
        features.contains(CodeFlags::FUTURE_BARRY_AS_BDFL),
    );
    rustpython_compiler::pre_parse_source_error(file)?;
    let parsed = parser::parse(source.source(), parse_options);
    if let Some(error) = source.diagnostic(parsed.as_ref().err(), file) {
        return Err(error);
    }
    let parsed = parsed.map_err(|error| CompileError::from_ruff_parse_error(error, file, options.mode))?;
    if let Some(error) = rustpython_compiler::leading_byte_order_mark_error(file) {
        return Err(error);
    }
    let newer = match parsed.unsupported_syntax_errors().first() {
        Some(error) if options.feature_version >= 0 => Some((error.range, newer_syntax(error))),
        _ => None,
    };
    let digits = match adder_object_model::state::interp().int_max_str_digits.get() {
        0 => usize::MAX,
        digits => digits as usize,
    };
    if let Some(error) =
        rustpython_compiler::long_decimal_integer_literal_error(file, parsed.tokens(), digits)
    {
        return Err(error);
    }
    let mut tree = parsed.into_syntax();
    rustpython_compiler::too_deeply_nested_error(&tree, file, CompileOpts::default().recursion_limit)?;
    if let Some(error) = rustpython_compiler::unsupported_grammar_error(&tree, file) {
        return Err(error);
    }
    if options.flags & PyCF_OPTIMIZED_AST == PyCF_OPTIMIZED_AST {
        optimize::tree(&mut tree, options, features);
    }
    Ok((tree, newer))
}

/// What is said of syntax that a wanted older version does not have.
fn newer_syntax(error: &parser::UnsupportedSyntaxError) -> String {
    use parser::UnsupportedSyntaxErrorKind as Kind;
    let (what, minor) = match error.kind {
        Kind::Walrus => ("Assignment expressions are", 8),
        Kind::PositionalOnlyParameter => ("Positional-only parameters are", 8),
        Kind::ParenthesizedContextManager => ("Parenthesized context managers are", 9),
        Kind::Match => ("Pattern matching is", 10),
        Kind::ExceptStar => ("Exception groups are", 11),
        Kind::TypeAliasStatement => ("Type statement is", 12),
        Kind::TypeParameterList => ("Type parameter lists are", 12),
        Kind::TypeParamDefault => ("Type parameter defaults are", 13),
        Kind::UnparenthesizedExceptionTypes => ("except expressions without parentheses are", 14),
        Kind::TemplateStrings => ("t-strings are", 14),
        _ => return error.to_string(),
    };
    format!("{what} only supported in Python 3.{minor} and greater")
}
