/* The variadic functions of the C API.
 *
 * Stable Rust cannot define a function that takes `...`. Each one here wraps its
 * arguments in a cursor and hands them to Rust, which pulls them out one by one
 * with the adder_va_* functions below and does the work.
 *
 * No header of CPython is used: objects are opaque here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

typedef struct _object PyObject;
typedef ptrdiff_t Py_ssize_t;

typedef struct {
    va_list list;
} cursor;

#define EXPORT __attribute__((visibility("default")))

int adder_va_int(cursor *c) { return va_arg(c->list, int); }
unsigned int adder_va_uint(cursor *c) { return va_arg(c->list, unsigned int); }
long adder_va_long(cursor *c) { return va_arg(c->list, long); }
long long adder_va_longlong(cursor *c) { return va_arg(c->list, long long); }
double adder_va_double(cursor *c) { return va_arg(c->list, double); }
void *adder_va_pointer(cursor *c) { return va_arg(c->list, void *); }

/* Implemented in Rust. */
int adder_parse_tuple(PyObject *, const char *, cursor *);
int adder_parse_object(PyObject *, const char *, cursor *);
int adder_parse_tuple_and_keywords(PyObject *, PyObject *, const char *, const char *const *, cursor *);
int adder_parse_stack(PyObject *const *, Py_ssize_t, const char *, cursor *);
int adder_parse_stack_and_keywords(PyObject *const *, Py_ssize_t, PyObject *, void *, cursor *);
int adder_parse_parser(PyObject *, PyObject *, void *, cursor *);
int adder_unpack_tuple(PyObject *, const char *, Py_ssize_t, Py_ssize_t, cursor *);
int adder_unpack_stack(PyObject *const *, Py_ssize_t, const char *, Py_ssize_t, Py_ssize_t, cursor *);
PyObject *adder_build_value(const char *, cursor *);
PyObject *adder_unicode_from_format(const char *, cursor *);
PyObject *adder_bytes_from_format(const char *, cursor *);
PyObject *adder_err_format(PyObject *, const char *, cursor *);
PyObject *adder_err_format_from_cause(PyObject *, const char *, cursor *);
int adder_err_warn_format(PyObject *, Py_ssize_t, const char *, cursor *);
int adder_err_resource_warning(PyObject *, Py_ssize_t, const char *, cursor *);
PyObject *adder_call_function(PyObject *, const char *, cursor *);
PyObject *adder_call_method(PyObject *, const char *, const char *, cursor *);
PyObject *adder_call_function_obj_args(PyObject *, cursor *);
PyObject *adder_call_method_obj_args(PyObject *, PyObject *, cursor *);
PyObject *adder_tuple_pack(Py_ssize_t, cursor *);
void adder_sys_write(int, const char *);
void adder_sys_format(int, const char *, cursor *);
int adder_unicode_writer_format(void *, const char *, cursor *);
void adder_err_format_unraisable(const char *, cursor *);

#define START(last) cursor c; va_start(c.list, last)
#define END() va_end(c.list)
#define FROM(va) cursor c; va_copy(c.list, va)

#define PARSE_TUPLE(name) \
    EXPORT int name(PyObject *args, const char *format, ...) \
    { START(format); int r = adder_parse_tuple(args, format, &c); END(); return r; }
PARSE_TUPLE(PyArg_ParseTuple)
PARSE_TUPLE(_PyArg_ParseTuple_SizeT)

#define PARSE(name) \
    EXPORT int name(PyObject *arg, const char *format, ...) \
    { START(format); int r = adder_parse_object(arg, format, &c); END(); return r; }
PARSE(PyArg_Parse)
PARSE(_PyArg_Parse_SizeT)

#define PARSE_KEYWORDS(name) \
    EXPORT int name(PyObject *args, PyObject *kwargs, const char *format, const char *const *names, ...) \
    { START(names); int r = adder_parse_tuple_and_keywords(args, kwargs, format, names, &c); END(); return r; }
PARSE_KEYWORDS(PyArg_ParseTupleAndKeywords)
PARSE_KEYWORDS(_PyArg_ParseTupleAndKeywords_SizeT)

#define VA_PARSE(name) \
    EXPORT int name(PyObject *args, const char *format, va_list va) \
    { FROM(va); int r = adder_parse_tuple(args, format, &c); END(); return r; }
VA_PARSE(PyArg_VaParse)
VA_PARSE(_PyArg_VaParse_SizeT)

#define VA_PARSE_KEYWORDS(name) \
    EXPORT int name(PyObject *args, PyObject *kwargs, const char *format, const char *const *names, va_list va) \
    { FROM(va); int r = adder_parse_tuple_and_keywords(args, kwargs, format, names, &c); END(); return r; }
VA_PARSE_KEYWORDS(PyArg_VaParseTupleAndKeywords)
VA_PARSE_KEYWORDS(_PyArg_VaParseTupleAndKeywords_SizeT)

EXPORT int _PyArg_ParseStack(PyObject *const *args, Py_ssize_t nargs, const char *format, ...)
{ START(format); int r = adder_parse_stack(args, nargs, format, &c); END(); return r; }

EXPORT int _PyArg_ParseStackAndKeywords(PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, void *parser, ...)
{ START(parser); int r = adder_parse_stack_and_keywords(args, nargs, kwnames, parser, &c); END(); return r; }

EXPORT int _PyArg_ParseTupleAndKeywordsFast(PyObject *args, PyObject *kwargs, void *parser, ...)
{ START(parser); int r = adder_parse_parser(args, kwargs, parser, &c); END(); return r; }

EXPORT int PyArg_UnpackTuple(PyObject *args, const char *name, Py_ssize_t min, Py_ssize_t max, ...)
{ START(max); int r = adder_unpack_tuple(args, name, min, max, &c); END(); return r; }

EXPORT int _PyArg_UnpackStack(PyObject *const *args, Py_ssize_t nargs, const char *name, Py_ssize_t min, Py_ssize_t max, ...)
{ START(max); int r = adder_unpack_stack(args, nargs, name, min, max, &c); END(); return r; }

#define BUILD_VALUE(name) \
    EXPORT PyObject *name(const char *format, ...) \
    { START(format); PyObject *r = adder_build_value(format, &c); END(); return r; }
BUILD_VALUE(Py_BuildValue)
BUILD_VALUE(_Py_BuildValue_SizeT)

#define VA_BUILD_VALUE(name) \
    EXPORT PyObject *name(const char *format, va_list va) \
    { FROM(va); PyObject *r = adder_build_value(format, &c); END(); return r; }
VA_BUILD_VALUE(Py_VaBuildValue)
VA_BUILD_VALUE(_Py_VaBuildValue_SizeT)

EXPORT PyObject *PyUnicode_FromFormat(const char *format, ...)
{ START(format); PyObject *r = adder_unicode_from_format(format, &c); END(); return r; }
EXPORT PyObject *PyUnicode_FromFormatV(const char *format, va_list va)
{ FROM(va); PyObject *r = adder_unicode_from_format(format, &c); END(); return r; }
EXPORT PyObject *PyBytes_FromFormat(const char *format, ...)
{ START(format); PyObject *r = adder_bytes_from_format(format, &c); END(); return r; }
EXPORT PyObject *PyBytes_FromFormatV(const char *format, va_list va)
{ FROM(va); PyObject *r = adder_bytes_from_format(format, &c); END(); return r; }
EXPORT int PyUnicodeWriter_Format(void *writer, const char *format, ...)
{ START(format); int r = adder_unicode_writer_format(writer, format, &c); END(); return r; }

EXPORT PyObject *PyErr_Format(PyObject *class, const char *format, ...)
{ START(format); PyObject *r = adder_err_format(class, format, &c); END(); return r; }
EXPORT PyObject *PyErr_FormatV(PyObject *class, const char *format, va_list va)
{ FROM(va); PyObject *r = adder_err_format(class, format, &c); END(); return r; }
EXPORT int PyErr_WarnFormat(PyObject *category, Py_ssize_t level, const char *format, ...)
{ START(format); int r = adder_err_warn_format(category, level, format, &c); END(); return r; }
EXPORT int PyErr_ResourceWarning(PyObject *source, Py_ssize_t level, const char *format, ...)
{ START(format); int r = adder_err_resource_warning(source, level, format, &c); END(); return r; }
EXPORT void PyErr_FormatUnraisable(const char *format, ...)
{ START(format); adder_err_format_unraisable(format, &c); END(); }

#define CALL_FUNCTION(name) \
    EXPORT PyObject *name(PyObject *callable, const char *format, ...) \
    { START(format); PyObject *r = adder_call_function(callable, format, &c); END(); return r; }
CALL_FUNCTION(PyObject_CallFunction)
CALL_FUNCTION(_PyObject_CallFunction_SizeT)
CALL_FUNCTION(PyEval_CallFunction)

#define CALL_METHOD(function) \
    EXPORT PyObject *function(PyObject *object, const char *name, const char *format, ...) \
    { START(format); PyObject *r = adder_call_method(object, name, format, &c); END(); return r; }
CALL_METHOD(PyObject_CallMethod)
CALL_METHOD(_PyObject_CallMethod_SizeT)
CALL_METHOD(PyEval_CallMethod)

EXPORT PyObject *_PyErr_FormatFromCause(PyObject *exception, const char *format, ...)
{ START(format); PyObject *r = adder_err_format_from_cause(exception, format, &c); END(); return r; }

/* An identifier begins with its text. */
EXPORT PyObject *_PyObject_CallMethodId(PyObject *object, const char *const *id, const char *format, ...)
{ START(format); PyObject *r = adder_call_method(object, *id, format, &c); END(); return r; }

EXPORT PyObject *PyObject_CallFunctionObjArgs(PyObject *callable, ...)
{ START(callable); PyObject *r = adder_call_function_obj_args(callable, &c); END(); return r; }
EXPORT PyObject *PyObject_CallMethodObjArgs(PyObject *object, PyObject *name, ...)
{ START(name); PyObject *r = adder_call_method_obj_args(object, name, &c); END(); return r; }

EXPORT PyObject *PyTuple_Pack(Py_ssize_t n, ...)
{ START(n); PyObject *r = adder_tuple_pack(n, &c); END(); return r; }

EXPORT int PyOS_vsnprintf(char *buffer, size_t size, const char *format, va_list va)
{
    if (size == 0 || size > 0x7fffffff)
        return size == 0 ? -1 : -666;
    int n = vsnprintf(buffer, size, format, va);
    buffer[size - 1] = '\0';
    return n;
}
EXPORT int PyOS_snprintf(char *buffer, size_t size, const char *format, ...)
{ va_list va; va_start(va, format); int n = PyOS_vsnprintf(buffer, size, format, va); va_end(va); return n; }

/* PySys_Write* take a printf format and give up to 1000 bytes of its result. */
#define SYS_WRITE(name, which) \
    EXPORT void name(const char *format, ...) \
    { char buffer[1001]; va_list va; va_start(va, format); \
      int n = PyOS_vsnprintf(buffer, sizeof buffer, format, va); va_end(va); adder_sys_write(which, buffer); \
      if (n < 0 || (size_t)n >= sizeof buffer) adder_sys_write(which, "... truncated"); }
SYS_WRITE(PySys_WriteStdout, 1)
SYS_WRITE(PySys_WriteStderr, 2)

#define SYS_FORMAT(name, which) \
    EXPORT void name(const char *format, ...) { START(format); adder_sys_format(which, format, &c); END(); }
SYS_FORMAT(PySys_FormatStdout, 1)
SYS_FORMAT(PySys_FormatStderr, 2)
