//! What CPython's `_PyAST_Validate` asks of a tree.
//!
//! A tree that comes from objects can say `Store` where a value is read, leave a body empty
//! or call a variable `None`. The compiler believes what it gets, so a tree is looked at before.
//! Classes and types of fields have been checked by then: a field that is missing here is one
//! that may be.

mod patterns;

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, Raised, call, int, raise, set, singletons, str, tuple};

use super::from_objects::Reader;

/// Fails with `ValueError` where the tree means nothing.
pub fn check(reader: &Reader, root: Op<'_>) -> PyResult<()> {
    let checker = Checker { reader };
    match checker.class(root) {
        "Expression" => checker.field(root, "body", "Load"),
        _ => checker.statements(root, "body"),
    }
}

struct Checker<'a> {
    reader: &'a Reader,
}

fn error(message: &str) -> Raised {
    raise!(ValueError, "{message}")
}

/// Calls `body` where recursion has room.
fn recursive(body: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
    call::enter_recursive(" during compilation")?;
    let result = body();
    call::leave_recursive();
    result
}

impl Checker<'_> {
    fn class(&self, node: Op<'_>) -> &'static str {
        self.reader.class_of(node).unwrap_or("")
    }

    fn get(&self, node: Op<'_>, name: &str) -> PyResult<Option<Object>> {
        self.reader.optional(node, name)
    }

    fn items(&self, node: Op<'_>, name: &str) -> PyResult<Vec<Object>> {
        self.reader.list(node, name)
    }

    /// Items of which there must be one.
    fn nonempty(&self, node: Op<'_>, name: &str) -> PyResult<Vec<Object>> {
        let items = self.items(node, name)?;
        if items.is_empty() {
            let class = self.class(node);
            return Err(raise!(ValueError, "empty {name} on {class}"));
        }
        Ok(items)
    }

    fn number(&self, node: Op<'_>, name: &str) -> PyResult<Option<i32>> {
        self.get(node, name)?.map(|value| int::as_i32(value.op())).transpose()
    }

    fn positions(&self, node: Op<'_>) -> PyResult<()> {
        let line = self.number(node, "lineno")?.unwrap_or(0);
        let column = self.number(node, "col_offset")?.unwrap_or(0);
        let end_line = self.number(node, "end_lineno")?.unwrap_or(line);
        let end_column = self.number(node, "end_col_offset")?.unwrap_or(column);
        if line > end_line {
            return Err(raise!(ValueError, "AST node line range ({line}, {end_line}) is not valid"));
        }
        if (line < 0 && end_line != line) || (column < 0 && column != end_column) {
            return Err(raise!(
                ValueError,
                "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
            ));
        }
        if line == end_line && column > end_column {
            return Err(raise!(ValueError, "line {line}, column {column}-{end_column} is not a valid range"));
        }
        Ok(())
    }

    /// A name must not be that of a constant.
    fn name(&self, node: Op<'_>, name: &str) -> PyResult<()> {
        match self.get(node, name)? {
            Some(value) => self.name_itself(value.op()),
            None => Ok(()),
        }
    }

    fn name_itself(&self, name: Op<'_>) -> PyResult<()> {
        let name = str::to_string_lossy(name);
        if matches!(name.as_str(), "None" | "True" | "False") {
            return Err(raise!(ValueError, "identifier field can't represent '{name}' constant"));
        }
        Ok(())
    }

    /// A field with an expression, if there is one.
    fn field(&self, node: Op<'_>, name: &str, context: &str) -> PyResult<()> {
        match self.get(node, name)? {
            Some(value) => self.expr(value.op(), context),
            None => Ok(()),
        }
    }

    fn loads(&self, node: Op<'_>, names: &[&str]) -> PyResult<()> {
        names.iter().try_for_each(|name| self.field(node, name, "Load"))
    }

    fn exprs(&self, items: &[Object], context: &str, may_be_none: bool) -> PyResult<()> {
        for item in items {
            if !item.op().is_none() {
                self.expr(item.op(), context)?;
            } else if !may_be_none {
                return Err(error("None disallowed in expression list"));
            }
        }
        Ok(())
    }

    fn list(&self, node: Op<'_>, name: &str, context: &str) -> PyResult<()> {
        self.exprs(&self.items(node, name)?, context, false)
    }

    fn expr(&self, node: Op<'_>, context: &str) -> PyResult<()> {
        self.positions(node)?;
        recursive(|| self.expr_within(node, context))
    }

    fn context(&self, node: Op<'_>, class: &str, expected: &str) -> PyResult<()> {
        match class {
            "Attribute" | "Subscript" | "Starred" | "List" | "Tuple" => {}
            "Name" => self.name(node, "id")?,
            _ if expected == "Load" => return Ok(()),
            _ => {
                return Err(raise!(
                    ValueError,
                    "expression which can't be assigned to in {expected} context"
                ));
            }
        }
        let actual = self.get(node, "ctx")?.map_or("Load", |context| self.class(context.op()));
        if actual != expected {
            return Err(raise!(
                ValueError,
                "expression must have {expected} context but has {actual} instead"
            ));
        }
        Ok(())
    }

    fn expr_within(&self, node: Op<'_>, context: &str) -> PyResult<()> {
        let class = self.class(node);
        self.context(node, class, context)?;
        match class {
            "BoolOp" => {
                let values = self.items(node, "values")?;
                if values.len() < 2 {
                    return Err(error("BoolOp with less than 2 values"));
                }
                self.exprs(&values, "Load", false)
            }
            "BinOp" => self.loads(node, &["left", "right"]),
            "UnaryOp" => self.loads(node, &["operand"]),
            "Lambda" => {
                self.arguments(node)?;
                self.loads(node, &["body"])
            }
            "IfExp" => self.loads(node, &["test", "body", "orelse"]),
            "Dict" => {
                let (keys, values) = (self.items(node, "keys")?, self.items(node, "values")?);
                if keys.len() != values.len() {
                    return Err(error("Dict doesn't have the same number of keys as values"));
                }
                self.exprs(&keys, "Load", true)?;
                self.exprs(&values, "Load", false)
            }
            "Set" => self.list(node, "elts", "Load"),
            "ListComp" | "SetComp" | "GeneratorExp" => {
                self.generators(node)?;
                self.loads(node, &["elt"])
            }
            "DictComp" => {
                self.generators(node)?;
                self.loads(node, &["key", "value"])
            }
            "Yield" | "YieldFrom" | "Await" | "Attribute" | "NamedExpr" => self.loads(node, &["value"]),
            "Compare" => {
                let (comparators, ops) = (self.items(node, "comparators")?, self.items(node, "ops")?);
                if comparators.is_empty() {
                    return Err(error("Compare has no comparators"));
                }
                if comparators.len() != ops.len() {
                    return Err(error("Compare has a different number of comparators and operands"));
                }
                self.exprs(&comparators, "Load", false)?;
                self.loads(node, &["left"])
            }
            "Call" => {
                self.loads(node, &["func"])?;
                self.list(node, "args", "Load")?;
                self.keywords(node)
            }
            "Constant" => match self.get(node, "value")? {
                Some(value) => constant(value.op()),
                None => Ok(()),
            },
            "JoinedStr" | "TemplateStr" => self.list(node, "values", "Load"),
            "FormattedValue" | "Interpolation" => self.loads(node, &["value", "format_spec"]),
            "Subscript" => self.loads(node, &["slice", "value"]),
            "Starred" => self.field(node, "value", context),
            "List" | "Tuple" => self.list(node, "elts", context),
            "Slice" => self.loads(node, &["lower", "upper", "step"]),
            _ => Ok(()),
        }
    }

    fn generators(&self, node: Op<'_>) -> PyResult<()> {
        let generators = self.items(node, "generators")?;
        if generators.is_empty() {
            return Err(error("comprehension with no generators"));
        }
        for generator in &generators {
            self.field(generator.op(), "target", "Store")?;
            self.field(generator.op(), "iter", "Load")?;
            self.list(generator.op(), "ifs", "Load")?;
        }
        Ok(())
    }

    fn keywords(&self, node: Op<'_>) -> PyResult<()> {
        for keyword in &self.items(node, "keywords")? {
            self.positions(keyword.op())?;
            self.field(keyword.op(), "value", "Load")?;
        }
        Ok(())
    }

    fn parameters(&self, parameters: &[Object]) -> PyResult<()> {
        for parameter in parameters {
            self.positions(parameter.op())?;
            self.field(parameter.op(), "annotation", "Load")?;
        }
        Ok(())
    }

    /// The parameters of a function.
    fn arguments(&self, function: Op<'_>) -> PyResult<()> {
        let Some(node) = self.get(function, "args")? else { return Ok(()) };
        let node = node.op();
        let (positional_only, args) = (self.items(node, "posonlyargs")?, self.items(node, "args")?);
        let keyword_only = self.items(node, "kwonlyargs")?;
        self.parameters(&positional_only)?;
        self.parameters(&args)?;
        if let Some(parameter) = self.get(node, "vararg")? {
            self.field(parameter.op(), "annotation", "Load")?;
        }
        self.parameters(&keyword_only)?;
        if let Some(parameter) = self.get(node, "kwarg")? {
            self.field(parameter.op(), "annotation", "Load")?;
        }
        let (defaults, keyword_defaults) = (self.items(node, "defaults")?, self.items(node, "kw_defaults")?);
        if defaults.len() > positional_only.len() + args.len() {
            return Err(error("more positional defaults than args on arguments"));
        }
        if keyword_defaults.len() != keyword_only.len() {
            return Err(error("length of kwonlyargs is not the same as kw_defaults on arguments"));
        }
        self.exprs(&defaults, "Load", false)?;
        self.exprs(&keyword_defaults, "Load", true)
    }

    fn type_params(&self, node: Op<'_>) -> PyResult<()> {
        for parameter in &self.items(node, "type_params")? {
            let parameter = parameter.op();
            self.positions(parameter)?;
            self.name(parameter, "name")?;
            self.loads(parameter, &["bound", "default_value"])?;
        }
        Ok(())
    }

    fn statements(&self, node: Op<'_>, name: &str) -> PyResult<()> {
        for statement in &self.items(node, name)? {
            if statement.op().is_none() {
                return Err(error("None disallowed in statement list"));
            }
            self.positions(statement.op())?;
            recursive(|| self.statement(statement.op()))?;
        }
        Ok(())
    }

    fn body(&self, node: Op<'_>) -> PyResult<()> {
        self.nonempty(node, "body")?;
        self.statements(node, "body")
    }

    fn statement(&self, node: Op<'_>) -> PyResult<()> {
        let class = self.class(node);
        match class {
            "FunctionDef" | "AsyncFunctionDef" => {
                self.name(node, "name")?;
                self.body(node)?;
                self.type_params(node)?;
                self.arguments(node)?;
                self.list(node, "decorator_list", "Load")?;
                self.field(node, "returns", "Load")
            }
            "ClassDef" => {
                self.name(node, "name")?;
                self.body(node)?;
                self.type_params(node)?;
                self.list(node, "bases", "Load")?;
                self.keywords(node)?;
                self.list(node, "decorator_list", "Load")
            }
            "Return" | "Expr" => self.loads(node, &["value"]),
            "Delete" => self.exprs(&self.nonempty(node, "targets")?, "Del", false),
            "Assign" => {
                self.exprs(&self.nonempty(node, "targets")?, "Store", false)?;
                self.loads(node, &["value"])
            }
            "AugAssign" => {
                self.field(node, "target", "Store")?;
                self.loads(node, &["value"])
            }
            "AnnAssign" => {
                self.is_name(node, "target", "simple", "AnnAssign with simple non-Name target")?;
                self.field(node, "target", "Store")?;
                self.loads(node, &["value", "annotation"])
            }
            "TypeAlias" => {
                self.is_name(node, "name", "name", "TypeAlias with non-Name name")?;
                self.field(node, "name", "Store")?;
                self.type_params(node)?;
                self.loads(node, &["value"])
            }
            "For" | "AsyncFor" => {
                self.field(node, "target", "Store")?;
                self.field(node, "iter", "Load")?;
                self.body(node)?;
                self.statements(node, "orelse")
            }
            "While" | "If" => {
                self.loads(node, &["test"])?;
                self.body(node)?;
                self.statements(node, "orelse")
            }
            "With" | "AsyncWith" => {
                for item in &self.nonempty(node, "items")? {
                    self.field(item.op(), "context_expr", "Load")?;
                    self.field(item.op(), "optional_vars", "Store")?;
                }
                self.body(node)
            }
            "Match" => {
                self.loads(node, &["subject"])?;
                for case in &self.nonempty(node, "cases")? {
                    if let Some(pattern) = self.get(case.op(), "pattern")? {
                        self.pattern(pattern.op(), false)?;
                    }
                    self.loads(case.op(), &["guard"])?;
                    self.body(case.op())?;
                }
                Ok(())
            }
            "Raise" => {
                if self.get(node, "exc")?.is_none() && self.get(node, "cause")?.is_some() {
                    return Err(error("Raise with cause but no exception"));
                }
                self.loads(node, &["exc", "cause"])
            }
            "Try" | "TryStar" => self.try_statement(node, class),
            "Assert" => self.loads(node, &["test", "msg"]),
            "Import" | "ImportFrom" => {
                if self.number(node, "level")?.unwrap_or(0) < 0 {
                    return Err(error("Negative ImportFrom level"));
                }
                for alias in &self.nonempty(node, "names")? {
                    self.name(alias.op(), "name")?;
                    self.name(alias.op(), "asname")?;
                }
                Ok(())
            }
            "Global" | "Nonlocal" => self.nonempty(node, "names").map(drop),
            _ => Ok(()),
        }
    }

    /// Field `name` must be a `Name`, if `condition` is anything but 0.
    fn is_name(&self, node: Op<'_>, name: &str, condition: &str, message: &str) -> PyResult<()> {
        let counts = match self.get(node, condition)? {
            Some(value) if value.op().is_instance::<PyLongObject>() => int::as_i32(value.op())? != 0,
            value => value.is_some(),
        };
        match self.get(node, name)? {
            Some(target) if counts && self.class(target.op()) != "Name" => {
                Err(raise!(TypeError, "{message}"))
            }
            _ => Ok(()),
        }
    }

    fn try_statement(&self, node: Op<'_>, class: &str) -> PyResult<()> {
        self.body(node)?;
        let handlers = self.items(node, "handlers")?;
        if handlers.is_empty() && self.items(node, "finalbody")?.is_empty() {
            return Err(raise!(ValueError, "{class} has neither except handlers nor finalbody"));
        }
        if handlers.is_empty() && !self.items(node, "orelse")?.is_empty() {
            return Err(raise!(ValueError, "{class} has orelse but no except handlers"));
        }
        for handler in &handlers {
            self.positions(handler.op())?;
            self.name(handler.op(), "name")?;
            self.loads(handler.op(), &["type"])?;
            self.body(handler.op())?;
        }
        self.statements(node, "finalbody")?;
        self.statements(node, "orelse")
    }
}

/// What a `Constant` can hold.
fn constant(value: Op<'_>) -> PyResult<()> {
    let is_simple = value.is_none()
        || value.is(singletons::new_ellipsis().op())
        || value.is_exact::<PyLongObject>()
        || value.is(singletons::new_bool(true).op())
        || value.is(singletons::new_bool(false).op())
        || value.is_exact::<PyFloatObject>()
        || value.is_exact::<PyComplexObject>()
        || value.is_exact::<PyUnicodeObject>()
        || value.is_exact::<PyBytesObject>();
    if is_simple {
        return Ok(());
    }
    if !value.is_exact::<PyTupleObject>() && value.type_ptr() != &raw mut set::PyFrozenSet_Type {
        return Err(raise!(TypeError, "got an invalid type in Constant: {}", value.type_name()));
    }
    let items = adder_object_model::sequence::to_tuple(value)?;
    let items: adder_object_model::Borrowed<'_, PyTupleObject> =
        items.op().downcast().ok_or_else(adder_object_model::errors::bad_internal_call)?;
    (0..tuple::len(items)).try_for_each(|index| recursive(|| constant(tuple::get(items, index))))
}
