"""list[int], int | str: what they are and how they behave."""
import collections.abc
import types
import typing

alias = list[int]
print(alias, alias.__origin__, alias.__args__, alias.__parameters__, alias(["a"]), type(alias), alias == list[int], hash(alias) == hash(list[int]), alias != list[str], dict[str, list[int]], tuple[int, ...], tuple[()], type[int], list[list[T := typing.TypeVar("T")]].__parameters__)
print(list[T][int], dict[T, T][str], alias.__mro_entries__(()), alias.append, alias.__doc__ == list.__doc__, alias.__class__, [*alias], (*tuple[int, str],), alias.__unpacked__, list["Forward"], list[1], collections.abc.Callable[[int, str], None], collections.abc.Callable[..., int].__args__)
for bad in ("isinstance([], alias)", "issubclass(list, alias)", "int[str]", "alias[0]", "alias[int]", "list[T][int, str]", "list.__class_getitem__()", "alias.nope", "alias.__origin__ = 5", "alias()[0]", "types.GenericAlias()", "dict[T, T][int, str]"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)


class Sub(list[int]):
    pass


class Own:
    def __class_getitem__(cls, item):
        return types.GenericAlias(cls, item)


print(Sub.__bases__, Sub.__orig_bases__, Sub([1]), Own[int, str], Own[int](), Own[T].__parameters__) if False else print(Sub.__bases__, Sub.__orig_bases__, Own[int, str], type(Own[int]()).__name__)
union = int | str
print(union, union.__args__, type(union), union == str | int, hash(union) == hash(str | int), int | None, None | int, int | int, (int | str) | (str | float), list[int] | dict, int | "Forward" if False else int | T, isinstance(5, int | str), isinstance([], int | None), isinstance(None, int | None), issubclass(bool, int | str), typing.Union[int, str] is union or typing.Union[int, str] == union, typing.Optional[int], union.__origin__ if hasattr(union, "__origin__") else "no origin", (int | T)[str], (int | T).__parameters__, repr(int | list[str] | None))
for bad in ("int | 5", "5 | int", "isinstance(1, int | list[int])", "isinstance([], int | list[int])", "union()", "union[int]", "typing.Union[()]", "types.UnionType()", "union.x", "None | None", "'a' | int", "typing.Optional[1, 2]"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
import pickle, copy
print(pickle.loads(pickle.dumps(list[int])), pickle.loads(pickle.dumps(int | str)), copy.deepcopy(dict[str, int]), typing.get_origin(union), typing.get_args(alias), typing.get_args(union), typing.get_origin(list[int] | None))
