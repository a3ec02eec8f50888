"""Reading untrusted mappings field by field, collecting every error before any is raised."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sizing.engine.errors import FieldError, InputError

LARGEST_NUMBER = 1e15
"""No field of a request means anything beyond this; larger values are slips of the keyboard."""
LONGEST_ECHO = 60
MOST_SPELT = 1e9


def shown(value: Any) -> str:
    """What the caller sent, short enough for a message."""
    text = repr(value)
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}..."


def amount(number: float) -> str:
    """A limit as people write it: 1,000,000 and 0.001."""
    return f"{number:,.0f}" if number == int(number) and number < MOST_SPELT else f"{number:g}"


def nearest(word: str, choices: Iterable[str]) -> str:
    """The phrase that proposes the closest spelling, or the choices when none is close."""
    known = list(choices)
    import difflib

    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return (
        f"did you mean {close[0]!r}?" if close else "use one of " + ", ".join(sorted(known)) + "."
    )


def iso_day(value: Any) -> dt.date | None:
    """The day of a text like 2026-05-01, the only spelling; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        day = dt.date.fromisoformat(value.strip())
    except ValueError:
        return None
    return day if day.isoformat() == value.strip() else None


class FieldReader:
    """Reads one mapping at a dotted path; wrong fields become `FieldError`s, never exceptions.

    Args:
        data: what the caller sent, of any type.
        path: dotted path of `data` in the request.
        errors: the list shared by all readers of one request.
    """

    def __init__(self, data: Any, path: str, errors: list[FieldError]) -> None:
        self.path = path
        self.errors = errors
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            errors.append(
                FieldError(attr=path, code="invalid", detail="Give an object with named fields.")
            )

    def attr(self, key: str) -> str:
        """Dotted path of one field."""
        return f"{self.path}.{key}" if self.path else key

    def fail(self, key: str, code: str, detail: str) -> None:
        """Record one wrong field."""
        self.errors.append(FieldError(attr=self.attr(key), code=code, detail=detail))

    def given(self, key: str) -> bool:
        """Whether the caller sent a value; null counts as absent."""
        return self.data.get(key) is not None

    def only(self, *allowed: str) -> None:
        """Refuse fields that nobody reads, with the nearest spelling of one that is read."""
        for key in self.data:
            if key not in allowed:
                self.fail(str(key), "unknown", f"No such field; {nearest(str(key), allowed)}")

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        least: float = 0.0,
        most: float = LARGEST_NUMBER,
        whole: bool = False,
        required: bool = False,
    ) -> float | None:
        """A finite number in [least, most], or the default when absent or wrong."""
        value = self.data.get(key)
        if value is None:
            if required:
                self.fail(key, "required", "This field is required.")
            return default
        problem = _number_problem(value, least, most, whole)
        if problem:
            self.fail(key, "invalid", problem)
            return default
        return float(value)

    def count(self, key: str, default: int | None = None, **limits: Any) -> int | None:
        """A whole number; limits as in `number`, at least 1 unless said otherwise."""
        limits.setdefault("least", 1)
        value = self.number(key, default, whole=True, **limits)
        return None if value is None else int(value)

    def choice(
        self,
        key: str,
        choices: Sequence[str],
        default: str | None = None,
        *,
        required: bool = False,
    ) -> str | None:
        """One of the given words, in any case."""
        value = self.data.get(key)
        if value is None:
            if required:
                self.fail(key, "required", "Use one of " + ", ".join(choices) + ".")
            return default
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in choices:
            return word
        detail = f"{shown(value)} is not known; {nearest(str(value)[:LONGEST_ECHO], choices)}"
        self.fail(key, "invalid_choice", detail)
        return default

    def text(self, key: str, default: str | None = None, *, longest: int = 200) -> str | None:
        """A short string."""
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            self.fail(key, "invalid", f"Give a text of at most {longest} characters.")
            return default
        return value.strip()

    def words(self, key: str) -> tuple[str, ...]:
        """A list of short strings; absent means empty."""
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            self.fail(key, "invalid", "Give a list of texts.")
            return ()
        return tuple(item.strip() for item in value)

    def flag(self, key: str, default: bool) -> bool:
        """A JSON boolean."""
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fail(key, "invalid", "Give true or false.")
            return default
        return value

    def inner(self, key: str) -> "FieldReader":
        """A reader of a nested object; absent means empty."""
        value = self.data.get(key)
        return FieldReader({} if value is None else value, self.attr(key), self.errors)


def _number_problem(value: Any, least: float, most: float, whole: bool) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "Give a number."
    if isinstance(value, float) and not math.isfinite(value):
        return "Give a finite number."
    if whole and value != int(value):
        return "Give a whole number."
    if not least <= value <= most:
        return f"Give a number from {amount(least)} to {amount(most)}."
    return None


def raise_if_any(errors: Sequence[FieldError]) -> None:
    """Raise `InputError` with all collected errors, if there are any."""
    if errors:
        raise InputError(errors)
