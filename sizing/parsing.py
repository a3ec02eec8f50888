"""Reads JSON from strangers: what cannot be stored or written back is refused here."""

import json
from collections.abc import Iterable
from typing import Any

from sizing.engine.errors import InputError

DEEPEST = 64
"""Levels of nesting; the deepest published config.json has five."""

TOO_DEEP = f"This JSON is nested more than {DEEPEST} levels deep."
NOT_STORABLE = "Texts may hold neither NUL nor half of a surrogate pair."


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON document.

    Raises:
        InputError: with the reason, in one sentence.
    """
    try:
        document = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        value = json.loads(document, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise _refused(f"This is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    except RecursionError:
        raise _refused(TOO_DEEP) from None
    except ValueError as error:
        raise _refused(f"This is not JSON: {error}.") from None
    if document.count("[") + document.count("{") > DEEPEST:
        _check_depth(value)
    if "\\u" in document or not document.isascii():
        _check_texts(value)
    return value


def _refused(detail: str) -> InputError:
    return InputError.of("", "parse_error", detail)


def _unique_keys(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise InputError.of("", "duplicate_key", f"The field {key!r} is given twice.")
        result[key] = value
    return result


def _no_constant(name: str) -> Any:
    raise _refused(f"{name} is not a number that JSON knows.")


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [item for parent in level for item in _children(parent)]
        if not level:
            return
    raise _refused(TOO_DEEP)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check_texts(value: Any) -> None:
    """Refuse texts that no database column and no UTF-8 answer can carry."""
    try:
        written = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _refused(NOT_STORABLE) from None
    if b"\\u0000" in written and any("\x00" in text for text in _texts(value)):
        raise _refused(NOT_STORABLE)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
