"""Reads a config.json defensively: every wrong key is collected and named, nothing crashes."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from sizing.engine.errors import FieldError, InputError

MAX_SIZE = 100_000_000
"""No size of a published model comes near (the largest vocabularies have 262,144 entries)."""


class ConfigReader:
    """Typed access to the keys of one config.json.

    A wrong value is noted and replaced by a harmless one, so that one pass finds all of them;
    `check` raises what was found.
    """

    def __init__(self, config: Mapping[str, Any], path: str = "model.config") -> None:
        self.config = config
        self.path = path
        self.errors: list[FieldError] = []

    def check(self) -> None:
        """Raise every error found so far.

        Raises:
            InputError: naming `model.config.<key>` for each.
        """
        if self.errors:
            raise InputError(self.errors)

    def fail(self, key: str, detail: str, code: str = "invalid") -> None:
        """Note that a key is wrong."""
        self.errors.append(FieldError(attr=f"{self.path}.{key}", code=code, detail=detail))

    def has(self, *keys: str) -> bool:
        """Whether any of these keys holds something."""
        return any(self.config.get(key) is not None for key in keys)

    def integer(
        self, *keys: str, default: int | None = None, low: int = 1, high: int = MAX_SIZE
    ) -> int:
        """The first of several synonymous keys as a whole number within limits."""
        for key in keys:
            value = self.config.get(key)
            if value is not None:
                return self._whole(key, value, low, high)
        if default is None:
            self._missing(keys)
            return max(low, 1)
        return default

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A finite number within limits."""
        value = self.config.get(key)
        if value is None:
            return default
        if not _is_number(value) or not low <= value <= high:
            self.fail(key, f"{value!r:.60} must be a number from {low:g} to {high:g}.")
            return default
        return float(value)

    def flag(self, *keys: str, default: bool) -> bool:
        """The first of several synonymous keys as true or false."""
        for key in keys:
            value = self.config.get(key)
            if isinstance(value, bool):
                return value
            if value is not None:
                self.fail(key, f"{value!r:.60} must be true or false.")
        return default

    def text(self, *keys: str, default: str = "") -> str:
        """The first of several synonymous keys as text."""
        for key in keys:
            value = self.config.get(key)
            if isinstance(value, str):
                return value
            if value is not None:
                self.fail(key, f"{value!r:.60} must be text.")
        return default

    def sequence(self, key: str, length: int | None = None) -> list[Any] | None:
        """A list, of `length` entries where given; None where the key is absent."""
        value = self.config.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            self.fail(key, f"{value!r:.60} must be a list.")
            return None
        if length is not None and len(value) != length:
            self.fail(key, f"has {len(value)} entries; one per layer makes {length}.")
            return None
        return value

    def whole_numbers(self, key: str, *, low: int, high: int) -> list[int]:
        """A list of whole numbers within limits; empty where the key is absent."""
        values = self.sequence(key) or []
        return [self._whole(key, value, low, high) for value in values]

    def section(self, key: str) -> "ConfigReader":
        """A nested object; its errors are reported with this reader's."""
        value = self.config.get(key)
        if value is not None and not isinstance(value, Mapping):
            self.fail(key, f"{value!r:.60} must be an object.")
            value = None
        nested = ConfigReader(value or {}, f"{self.path}.{key}")
        nested.errors = self.errors
        return nested

    def sections(self, key: str, length: int) -> "Iterator[ConfigReader]":
        """A list of objects, one per layer."""
        values = self.sequence(key, length)
        for index, value in enumerate(values or []):
            usable = value if isinstance(value, Mapping) else {}
            if usable is not value:
                self.fail(f"{key}[{index}]", f"{value!r:.60} must be an object.")
            nested = ConfigReader(usable, f"{self.path}.{key}[{index}]")
            nested.errors = self.errors
            yield nested

    def _whole(self, key: str, value: object, low: int, high: int) -> int:
        if _is_number(value) and low <= value <= high and value == int(value):
            return int(value)
        self.fail(key, f"{value!r:.60} must be a whole number from {low:,} to {high:,}.")
        return max(low, 1)

    def _missing(self, keys: tuple[str, ...]) -> None:
        others = f" (or {', '.join(keys[1:])})" if keys[1:] else ""
        self.fail(keys[0], f"is missing; paste the whole config.json with it{others}.", "required")


def _is_number(value: object) -> TypeGuard[int | float]:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (isinstance(value, int) or math.isfinite(value))
    )
