"""What all requests share: an object, an id to echo, models by name, one error for all fields."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from sizing import fleet
from sizing.engine.errors import FieldError, InputError
from sizing.fleet import Revision

LONGEST_ID = 200

Part = TypeVar("Part")
FindModel = Callable[[str], Mapping[str, Any] | None]


def as_object(request: Any) -> Mapping[str, Any]:
    """The request, if it is a JSON object.

    Raises:
        InputError: it is a list, a number, text or null.
    """
    if isinstance(request, Mapping):
        return request
    raise InputError.of("", "invalid", "Send one JSON object with named fields.")


def model_finder(revision: Revision) -> FindModel:
    """Looks a model up by name in one state of the catalog."""

    def find(name: str) -> Mapping[str, Any] | None:
        return fleet.find_model(revision, name.strip())

    return find


class Errors:
    """Collects the wrong fields of several parts of one request, to name them all at once."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        self.found: list[FieldError] = []

    def collect(self, read: Callable[[], Part]) -> Part | None:
        """The part that `read` returns; None when it is wrong."""
        try:
            return read()
        except InputError as error:
            self.found.extend(self._helped(field) for field in error.errors)
            return None

    def raise_if_any(self) -> None:
        """Raise everything found so far.

        Raises:
            InputError: with every wrong field.
        """
        if self.found:
            raise InputError(self.found)

    def _helped(self, error: FieldError) -> FieldError:
        if error.code != "unknown_model":
            return error
        near = fleet.nearest_models(str(self.request["workload"]["model"]))
        hint = f" The nearest: {', '.join(near)}." if near else ""
        return attrs.evolve(error, detail=error.detail + hint)


def read_id(request: Mapping[str, Any]) -> str | int | None:
    """The caller's id, echoed in the answer.

    Raises:
        InputError: it is neither short text nor a whole number.
    """
    value = request.get("id")
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and len(value) <= LONGEST_ID:
        return value
    detail = f"Give a text of at most {LONGEST_ID} characters."
    raise InputError.of("id", "invalid", detail)


def error_body(error: InputError) -> dict[str, Any]:
    """The one shape of a refused request (contract section 2)."""
    return {
        "type": "validation_error",
        "errors": [
            {"code": wrong.code, "detail": wrong.detail, "attr": wrong.attr or None}
            for wrong in error.errors
        ],
    }
