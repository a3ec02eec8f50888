"""What the engine says when a request cannot be understood."""

from collections.abc import Iterable

from attrs import frozen


@frozen(kw_only=True)
class FieldError:
    """One wrong field of a request.

    Attributes:
        attr: dotted path of the field, as the caller wrote it ("workload.load.batch").
        code: short machine-readable reason ("required", "invalid", "unsupported_workload").
        detail: a sentence for people that names the remedy.
    """

    attr: str
    code: str
    detail: str


class InputError(ValueError):
    """A request that no engine could answer; carries every wrong field at once."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{error.attr}: {error.detail}" for error in self.errors))

    @classmethod
    def of(cls, attr: str, code: str, detail: str) -> "InputError":
        """An error about a single field."""
        return cls([FieldError(attr=attr, code=code, detail=detail)])
