//! The method resolution order: the C3 linearisation, and `mro()` written in Python.

use super::*;
use crate::{Owned, call, id, list, raise, tuple};

/// The linearisation of a type's bases, as `type.mro` gives it.
pub fn compute(tp: TypeRef<'_>) -> PyResult<Owned<PyListObject>> {
    let bases: Vec<Object> = owned_items(bases_of(tp));
    for base in &bases {
        let base = as_type(base.op());
        if mro_of(base).is_none() {
            return Err(raise!(TypeError, "Cannot extend an incomplete type '{}'", name_of(base)));
        }
    }
    let mut result = vec![tp.as_object().to_owned()];
    if let [base] = bases.as_slice() {
        result.extend(owned_items(mro_of(as_type(base.op()))));
        return list::from_vec(result);
    }
    check_duplicates(&bases)?;
    let mut to_merge: Vec<Vec<Object>> =
        bases.iter().map(|base| owned_items(mro_of(as_type(base.op())))).collect();
    to_merge.push(bases);
    merge(&mut result, to_merge)?;
    list::from_vec(result)
}

fn as_type<'a>(op: Op<'a>) -> TypeRef<'a> {
    // SAFETY: bases and MRO entries are types: `new` and `set_bases` let nothing else in.
    unsafe { op.cast_unchecked() }
}

fn owned_items(items: Option<Borrowed<'_, PyTupleObject>>) -> Vec<Object> {
    items.map_or(Vec::new(), |items| {
        // SAFETY: a tuple's items are live objects.
        tuple::items(items).iter().map(|&item| unsafe { Object::new_ref(item) }).collect()
    })
}

fn check_duplicates(bases: &[Object]) -> PyResult<()> {
    for (index, base) in bases.iter().enumerate() {
        if bases[index + 1..].iter().any(|other| other.as_ptr() == base.as_ptr()) {
            return Err(raise!(TypeError, "duplicate base class {}", class_name(base.op())));
        }
    }
    Ok(())
}

fn class_name(class: Op<'_>) -> String {
    match crate::object::get_optional_attr_str(class, "__name__") {
        Ok(Some(name)) if name.op().is_instance::<PyUnicodeObject>() => text(name.op()),
        Ok(_) => "?".to_owned(),
        Err(raised) => {
            raised.clear();
            "?".to_owned()
        }
    }
}

/// Takes, again and again, the first head that stands in no tail.
fn merge(result: &mut Vec<Object>, to_merge: Vec<Vec<Object>>) -> PyResult<()> {
    let mut positions = vec![0; to_merge.len()];
    loop {
        let mut empty = 0;
        let mut candidate = None;
        for (current, &position) in to_merge.iter().zip(&positions) {
            let Some(head) = current.get(position) else {
                empty += 1;
                continue;
            };
            let blocked = to_merge
                .iter()
                .zip(&positions)
                .any(|(other, &at)| other.iter().skip(at + 1).any(|class| class.as_ptr() == head.as_ptr()));
            if !blocked {
                candidate = Some(head.clone());
                break;
            }
        }
        let Some(candidate) = candidate else {
            if empty == to_merge.len() {
                return Ok(());
            }
            return Err(conflict(&to_merge, &positions));
        };
        for (current, position) in to_merge.iter().zip(&mut positions) {
            if current.get(*position).is_some_and(|head| head.as_ptr() == candidate.as_ptr()) {
                *position += 1;
            }
        }
        result.push(candidate);
    }
}

fn conflict(to_merge: &[Vec<Object>], positions: &[usize]) -> crate::Raised {
    let mut names: Vec<(*mut PyObject, String)> = Vec::new();
    for (current, &position) in to_merge.iter().zip(positions) {
        if let Some(head) = current.get(position)
            && !names.iter().any(|(seen, _)| *seen == head.as_ptr())
        {
            names.push((head.as_ptr(), class_name(head.op())));
        }
    }
    let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
    raise!(
        TypeError,
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    )
}

/// Computes the MRO through the metaclass's `mro()` if it has its own, and checks it.
fn invoke(tp: TypeRef<'_>) -> PyResult<Object> {
    let metatype = tp.ob_type();
    if metatype.as_ptr() == &raw mut PyType_Type {
        return list::to_tuple(compute(tp)?.borrow());
    }
    // SAFETY: `type` is static.
    let builtin = lookup(unsafe { static_type(&raw mut PyType_Type) }, id!("mro"));
    let found = lookup(metatype, id!("mro"));
    if found.as_ref().map(Owned::as_ptr) == builtin.as_ref().map(Owned::as_ptr) {
        return list::to_tuple(compute(tp)?.borrow());
    }
    let result = match found {
        Some(found) => {
            let method = crate::descr::bind(found, Some(tp.as_object()), metatype.as_object())?;
            call::call_noargs(method.op())?
        }
        None => return Err(raise!(AttributeError, "mro")),
    };
    let result = crate::sequence::to_tuple(result.op())?;
    let solid = new::solid_base(tp);
    // SAFETY: `to_tuple` gives a tuple, whose items are live objects.
    for &class in tuple::items(unsafe { result.borrow().cast_unchecked() }) {
        // SAFETY: as above.
        let class = unsafe { Op::from_ptr(class) };
        let Some(base) = class.downcast::<PyTypeObject>() else {
            return Err(raise!(TypeError, "mro() returned a non-class ('{}')", class.type_name()));
        };
        if !is_subtype(solid, new::solid_base(base)) {
            return Err(raise!(
                TypeError,
                "mro() returned base with unsuitable layout ('{}')",
                name_of(base)
            ));
        }
    }
    Ok(result)
}

/// Computes and stores the MRO. Gives the old one if it was replaced; `None` if `mro()`
/// itself changed the bases, and then that inner call has the last word.
pub(super) fn update(tp: TypeRef<'_>) -> PyResult<Option<Option<Object>>> {
    let old = tp.tp_mro;
    // Held, so that a comparison of addresses below means what it says.
    // SAFETY: the field is null or a tuple the type owns.
    let keep = unsafe { Object::new_ref_nullable(old) };
    let new = invoke(tp)?;
    if tp.tp_mro != old {
        return Ok(None);
    }
    // SAFETY: a live type, written under the GIL; the old reference is in hand twice.
    unsafe {
        (*tp.as_ptr()).tp_mro = new.clone().into_ptr();
        drop(Owned::steal_nullable(old));
    }
    // SAFETY: `invoke` gives a tuple; bases are set before the MRO is computed.
    lookup::mro_modified(tp, unsafe { new.borrow().cast_unchecked() }, bases_of(tp).expect("bases are set"));
    modified(tp);
    Ok(Some(keep))
}
