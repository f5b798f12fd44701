//! From opcodes to objects: globals, and the opcodes that call something.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, call, codecs, dict, id, int, object, raise, str, tuple,
};

use super::load::Machine;
use super::unpickler::{Unpickler, find_global};
use super::{optional, state, unpickling_error};

/// Makes an instance for the old opcodes: without arguments `__init__` is not run.
fn instantiate(class: Op<'_>, arguments: Owned<PyTupleObject>) -> PyResult {
    if tuple::len(arguments.borrow()) == 0
        && class.is_instance::<PyTypeObject>()
        && optional(class, id!("__getinitargs__"))?.is_none()
    {
        return call::call_method_object(class, id!("__new__"), &[class]);
    }
    call::call_tuple_dict(class, arguments.op(), None)
}

impl Machine<'_> {
    /// An object by name: `find_class` of the unpickler, which subclasses replace.
    fn find_class(&self, module_name: Op<'_>, name: Op<'_>) -> PyResult {
        if self.this.is_exact::<Unpickler>() {
            return find_global(self.this, module_name, name);
        }
        call::call_method_object(self.this.as_object(), id!("find_class"), &[module_name, name])
    }

    /// Two lines: a module and a name.
    fn read_names(&mut self, encoding: &str) -> PyResult<(Object, Object)> {
        let mut read = || -> PyResult {
            let line = self.input.read_line()?;
            if line.len() < 2 {
                return Err(unpickling_error("pickle data was truncated"));
            }
            // Interned, as the names of modules and attributes are.
            let text = codecs::decode_text(&line[..line.len() - 1], Some(encoding), None)?;
            Ok(str::intern_in_place(text).into_object())
        };
        Ok((read()?, read()?))
    }

    pub fn load_global(&mut self) -> PyResult<()> {
        let (module_name, name) = self.read_names("utf-8")?;
        let found = self.find_class(module_name.op(), name.op())?;
        self.push(found);
        Ok(())
    }

    pub fn load_stack_global(&mut self) -> PyResult<()> {
        let name = self.pop()?;
        let module_name = self.pop()?;
        if !name.op().is_exact::<PyUnicodeObject>() || !module_name.op().is_exact::<PyUnicodeObject>() {
            return Err(unpickling_error("STACK_GLOBAL requires str"));
        }
        let found = self.find_class(module_name.op(), name.op())?;
        self.push(found);
        Ok(())
    }

    /// An object that `copyreg` has given a code.
    pub fn load_extension(&mut self, width: usize) -> PyResult<()> {
        let code = self.input.read_size(width)?;
        let code = if width == 4 { i64::from(code as u32 as i32) } else { code as i64 };
        if code <= 0 {
            return Err(unpickling_error("EXT specifies code <= 0"));
        }
        let key = int::from_i64(code)?;
        let state = state::get();
        if let Some(found) = dict::get_item(state.extension_cache.borrow(), key.op())? {
            self.push(found);
            return Ok(());
        }
        let Some(pair) = dict::get_item(state.inverted_registry.borrow(), key.op())? else {
            return Err(raise!(ValueError, "unregistered extension code {code}"));
        };
        let names = pair.op().downcast::<PyTupleObject>().filter(|pair| {
            tuple::len(*pair) == 2
                && tuple::refs(*pair).iter().all(|name| name.is_instance::<PyUnicodeObject>())
        });
        let Some(names) = names else {
            return Err(raise!(ValueError, "_inverted_registry[{code}] isn't a 2-tuple of strings"));
        };
        let found = self.find_class(tuple::get(names, 0), tuple::get(names, 1))?;
        dict::set_item(state.extension_cache.borrow(), key.op(), found.op())?;
        self.push(found);
        Ok(())
    }

    pub fn load_obj(&mut self) -> PyResult<()> {
        let start = self.mark()?;
        if start >= self.stack.len() {
            return Err(self.underflow());
        }
        let arguments = self.pop_tuple(start + 1)?;
        let class = self.pop()?;
        let made = instantiate(class.op(), arguments)?;
        self.push(made);
        Ok(())
    }

    pub fn load_inst(&mut self) -> PyResult<()> {
        let start = self.mark()?;
        let (module_name, name) = self.read_names("ascii")?;
        let class = self.find_class(module_name.op(), name.op())?;
        let arguments = self.pop_tuple(start)?;
        let made = instantiate(class.op(), arguments)?;
        self.push(made);
        Ok(())
    }

    /// `class.__new__(class, *args, **kwargs)`, by the slot.
    pub fn load_newobj(&mut self, with_keywords: bool) -> PyResult<()> {
        let kwargs = if with_keywords { Some(self.pop()?) } else { None };
        let args = self.pop()?;
        let class = self.pop()?;
        let opcode = if with_keywords { "NEWOBJ_EX" } else { "NEWOBJ" };
        let refuse = |what: &str, op: Op<'_>| {
            Err(unpickling_error(&format!("{opcode} {what}, not {}", op.type_name())))
        };
        let Some(tp) = class.op().downcast::<PyTypeObject>() else {
            return refuse("class argument must be a type", class.op());
        };
        let Some(new) = tp.tp_new else {
            let message =
                format!("{opcode} class argument '{}' doesn't have __new__", class.op().type_name());
            return Err(unpickling_error(&message));
        };
        if !args.op().is_instance::<PyTupleObject>() {
            return refuse("args argument must be a tuple", args.op());
        }
        if let Some(kwargs) = &kwargs
            && !kwargs.op().is_instance::<PyDictObject>()
        {
            return refuse("kwargs argument must be a dict", kwargs.op());
        }
        // SAFETY: the type's own slot, with a tuple and a dict or null.
        let made: Object = unsafe {
            let kwargs = kwargs.as_ref().map_or(core::ptr::null_mut(), Owned::as_ptr);
            Owned::from_c(new(tp.as_ptr(), args.as_ptr(), kwargs))?
        };
        self.push(made);
        Ok(())
    }

    pub fn load_reduce(&mut self) -> PyResult<()> {
        let arguments = self.pop()?;
        let function = self.pop()?;
        let Some(row) = arguments.op().downcast::<PyTupleObject>() else {
            return Err(raise!(TypeError, "argument list must be a tuple"));
        };
        let made = call::call(function.op(), Args::positional_only(tuple::refs(row)))?;
        self.push(made);
        Ok(())
    }

    /// Gives the object below the state its state.
    pub fn load_build(&mut self) -> PyResult<()> {
        if self.stack.len() < self.fence + 2 {
            return Err(self.underflow());
        }
        let state = self.pop()?;
        let op = self.top()?.clone();
        if let Some(setstate) = optional(op.op(), id!("__setstate__"))? {
            return call::call_one(setstate.op(), state.op()).map(drop);
        }
        // Without the method: a dict of attributes, or a pair of that and one of slots.
        let pair = state.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2);
        let (attributes, slots) = match pair {
            Some(pair) => (tuple::get(pair, 0), Some(tuple::get(pair, 1))),
            None => (state.op(), None),
        };
        if !attributes.is_none() {
            let Some(attributes) = attributes.downcast::<PyDictObject>() else {
                return Err(unpickling_error("state is not a dictionary"));
            };
            let own = object::get_attr(op.op(), id!("__dict__"))?;
            let mut position = 0;
            while let Some((key, value, _)) = dict::next(attributes, &mut position) {
                let (key, value) = (key.to_owned(), value.to_owned());
                // Attribute names are interned, so that they are found by identity.
                let key = match key.downcast::<PyUnicodeObject>() {
                    Ok(text) if text.op().is_exact::<PyUnicodeObject>() => {
                        str::intern_in_place(text).into_object()
                    }
                    Ok(text) => text.into_object(),
                    Err(key) => key,
                };
                match own.op().downcast_exact::<PyDictObject>() {
                    Some(own) => dict::set_item_owned(own, key, value)?,
                    None => object::set_item(own.op(), key.op(), value.op())?,
                }
            }
        }
        let Some(slots) = slots else {
            return Ok(());
        };
        let Some(slots) = slots.downcast::<PyDictObject>() else {
            return Err(unpickling_error("slot state is not a dictionary"));
        };
        let mut position = 0;
        while let Some((key, value, _)) = dict::next(slots, &mut position) {
            let (key, value) = (key.to_owned(), value.to_owned());
            object::set_attr(op.op(), key.op(), Some(value.op()))?;
        }
        Ok(())
    }
}
