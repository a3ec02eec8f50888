"""Turn frozen attrs values into plain JSON data and back, strictly and without cattrs.

A GPU host may have little beside torch, NumPy and attrs, so the wire types carry their own
conversion. Reading is strict: a missing, unknown or ill-typed field raises `ProtocolError` with
the path of that field, e.g. ``results[2].samples.n``.
"""

import math
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

T = TypeVar("T")

Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]


class ProtocolError(ValueError):
    """A message that breaks the protocol: `field` is the path, `detail` says what is wrong."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


def unstructure(value: Any) -> Any:
    """Give plain dicts, lists and scalars for an attrs value (recursively)."""
    if attrs.has(type(value)):
        return {f.name: unstructure(getattr(value, f.name)) for f in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): unstructure(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [unstructure(item) for item in value]
    return value


def structure(kind: type[T], data: Any, path: str = "") -> T:
    """Build an attrs value of `kind` from plain data.

    Raises `ProtocolError` naming the first field that is missing, unknown or of a wrong type.
    """
    if not isinstance(data, Mapping):
        raise ProtocolError(path or kind.__name__, f"must be an object, not {_name(data)}")
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in attrs.fields(kind)}  # type: ignore[arg-type]
    for key in data:
        if key not in fields:
            raise ProtocolError(_join(path, str(key)), "unknown field")
    values = {}
    for name, field in fields.items():
        if name in data:
            values[name] = _convert(hints[name], data[name], _join(path, name))
        elif field.default is attrs.NOTHING:
            raise ProtocolError(_join(path, name), "missing")
    try:
        return kind(**values)
    except ProtocolError as error:
        raise ProtocolError(_join(path, error.field), error.detail) from None


def _convert(hint: Any, data: Any, path: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or (data is None and type(None) in arguments):
        return data
    if origin in (typing.Union, types.UnionType):
        return _convert(next(a for a in arguments if a is not type(None)), data, path)
    if origin is tuple:
        return _convert_tuple(arguments, data, path)
    if origin is not None and issubclass(origin, Mapping):
        return _convert_mapping(arguments[1], data, path)
    if attrs.has(hint):
        return structure(hint, data, path)
    return _convert_scalar(hint, data, path)


def _convert_tuple(arguments: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise ProtocolError(path, f"must be a list, not {_name(data)}")
    if arguments[-1] is not Ellipsis and len(data) != len(arguments):
        raise ProtocolError(path, f"must have {len(arguments)} items, not {len(data)}")
    return tuple(_convert(arguments[0], item, f"{path}[{i}]") for i, item in enumerate(data))


def _convert_mapping(hint: Any, data: Any, path: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise ProtocolError(path, f"must be an object, not {_name(data)}")
    return {str(key): _convert(hint, item, _join(path, str(key))) for key, item in data.items()}


def _convert_scalar(kind: type, data: Any, path: str) -> Any:
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        data = float(data)
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise ProtocolError(path, f"must be of type {kind.__name__}, not {_name(data)}")
    if isinstance(data, float) and not math.isfinite(data):
        raise ProtocolError(path, "must be a finite number")
    return data


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(data: Any) -> str:
    return "null" if data is None else type(data).__name__


def bounded(low: float, high: float) -> Validator:
    """Give an attrs validator: the value, where present, lies in [low, high]."""

    def check(_: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        if value is not None and not low <= value <= high:
            raise ProtocolError(attribute.name, f"{value} is outside {low:g} to {high:g}")

    return check


def one_of(choices: tuple[str, ...]) -> Validator:
    """Give an attrs validator: the value stands in a closed list."""

    def check(_: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        if value not in choices:
            raise ProtocolError(attribute.name, f"{value!r} is none of {', '.join(choices)}")

    return check


def each_of(choices: tuple[str, ...]) -> Validator:
    """Give an attrs validator: every item stands in a closed list, and none twice."""

    def check(_: Any, attribute: "attrs.Attribute[Any]", value: tuple[str, ...]) -> None:
        for item in value:
            if item not in choices:
                raise ProtocolError(attribute.name, f"{item!r} is none of {', '.join(choices)}")
        if len(set(value)) != len(value):
            raise ProtocolError(attribute.name, "names an item twice")

    return check


def distinct(most: int) -> Validator:
    """Give an attrs validator: at most so many items, and none twice."""

    def check(_: Any, attribute: "attrs.Attribute[Any]", value: tuple[Any, ...]) -> None:
        if len(value) > most:
            raise ProtocolError(attribute.name, f"has more than {most} items")
        if len(set(value)) != len(value):
            raise ProtocolError(attribute.name, "names an item twice")

    return check


def text(most: int, least: int = 0) -> Validator:
    """Give an attrs validator: the text has between `least` and `most` characters."""

    def check(_: Any, attribute: "attrs.Attribute[Any]", value: str) -> None:
        if not least <= len(value) <= most:
            raise ProtocolError(attribute.name, f"must have {least} to {most} characters")

    return check


def facts(most: int = 64) -> Validator:
    """Give an attrs validator: a small flat object of JSON scalars or lists of them."""

    def check(_: Any, attribute: "attrs.Attribute[Any]", value: Mapping[str, Any]) -> None:
        if len(value) > most:
            raise ProtocolError(attribute.name, f"has more than {most} entries")
        for key, item in value.items():
            for scalar in item if isinstance(item, list | tuple) else (item,):
                _check_fact(f"{attribute.name}.{key}", scalar)

    return check


def _check_fact(path: str, scalar: Any) -> None:
    if not isinstance(scalar, str | int | float | bool | None):
        raise ProtocolError(path, f"must be plain, not {_name(scalar)}")
    if isinstance(scalar, float) and not math.isfinite(scalar):
        raise ProtocolError(path, "must be a finite number")
    if isinstance(scalar, str) and len(scalar) > 400:
        raise ProtocolError(path, "is longer than 400 characters")
