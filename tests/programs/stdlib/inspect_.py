"""inspect: signatures, members, source, frames, classification."""
import functools
import inspect


class Base:
    """The   docs
        of Base."""
    attribute = 1

    def method(self, a, /, b: int = 2, *args: str, c, d=None, **kw) -> list:
        """Method doc."""
        return inspect.currentframe().f_code.co_name

    @classmethod
    def cm(cls, x): ...

    @staticmethod
    def sm(y=...): ...

    @property
    def p(self): ...

    async def co(self): ...

    def gen(self):
        yield


class Derived(Base):
    def method(self, a): ...


sig = inspect.signature(Base.method)
print(sig, [(p.name, p.kind.name, p.default is p.empty, p.annotation) for p in sig.parameters.values()], sig.return_annotation)
print(inspect.signature(Base().method), inspect.signature(Base.cm), inspect.signature(Base.sm), inspect.signature(Derived), inspect.signature(len), inspect.signature(lambda *, a=1: 0), inspect.signature(functools.partial(Base.method, 1, c=5)), inspect.signature(int.__add__), inspect.signature(sorted), inspect.signature(str.split))
bound = sig.bind("self", 1, 2, 3, 4, c=5, z=6)
bound.apply_defaults()
print(bound.arguments, bound.args, bound.kwargs, sig.replace(return_annotation=int), sig == inspect.signature(Base.method))
for bad in (lambda: sig.bind(1), lambda: sig.bind(1, 2, x=1), lambda: inspect.signature(5), lambda: inspect.signature(type) and inspect.Signature([inspect.Parameter("a", inspect.Parameter.KEYWORD_ONLY), inspect.Parameter("b", inspect.Parameter.POSITIONAL_ONLY)]), lambda: inspect.Parameter("1a", inspect.Parameter.POSITIONAL_ONLY), lambda: inspect.getsource(5), lambda: inspect.getfile(int)):
    try:
        print(bad())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print([name for name, _ in inspect.getmembers(Base, inspect.isfunction)], inspect.getdoc(Base), inspect.getdoc(Derived.method), inspect.cleandoc(" a\n   b\n     c"), inspect.isclass(Base), inspect.ismethod(Base().method), inspect.iscoroutinefunction(Base.co), inspect.isgeneratorfunction(Base.gen), inspect.isbuiltin(len), inspect.isroutine(len), inspect.isdatadescriptor(Base.p), inspect.ismethoddescriptor(str.upper), inspect.isabstract(Base), inspect.getmro(Derived), inspect.getmodule(Base).__name__, inspect.isawaitable(5))
print(inspect.getsource(Derived), inspect.getsourcelines(Base.sm)[0], inspect.getsourcelines(Base.sm)[1], inspect.getsourcefile(Base).endswith("inspect_.py"), inspect.getcomments(commented := lambda: 0))


def outer(a, b=2):
    def inner():
        frame = inspect.currentframe()
        stack = inspect.stack(0)
        return frame.f_code.co_name, frame.f_back.f_locals["a"], [f.function for f in stack], frame.f_lineno - frame.f_code.co_firstlineno, inspect.getargvalues(frame.f_back).args, inspect.getframeinfo(frame).function, a
    return inner()


print(outer(1))
print(inspect.getclosurevars(outer).globals.keys(), inspect.unwrap(functools.lru_cache(outer)) is outer, inspect.getattr_static(Base(), "p") is Base.__dict__["p"], inspect.classify_class_attrs(Derived)[-1].name, [a.kind for a in inspect.classify_class_attrs(Base) if a.name in ("cm", "sm", "p", "method", "attribute")], inspect.getcallargs(outer, 1), inspect.formatannotation(list[int]), inspect.getfullargspec(outer), inspect.CO_GENERATOR & Base.gen.__code__.co_flags, inspect.indentsize("    x"))
g = Base().gen()
print(inspect.getgeneratorstate(g), next(g), inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g).keys(), g.close(), inspect.getgeneratorstate(g), inspect.signature(type("C", (), {"__call__": lambda self, q: 0})()), inspect.signature(type("M", (), {"__init__": lambda self, z=1: None})), inspect.signature(dict.fromkeys) if False else inspect.signature(abs))
