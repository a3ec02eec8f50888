"""What the catalog cannot answer, in a form that callers can turn into a 400."""

from collections.abc import Iterable, Mapping


class CatalogError(Exception):
    """Base of everything the catalog raises on purpose."""


class AmbiguousName(CatalogError):  # noqa: N818 - reads as the fact it states
    """A name that fits several variants.

    Attributes:
        name: the text asked for.
        candidates: slugs of the variants it may mean.
    """

    def __init__(self, name: str, candidates: Iterable[str]) -> None:
        self.name = name
        self.candidates = tuple(candidates)
        super().__init__(
            f"{name!r} fits several accelerators; say which one: {', '.join(self.candidates)}."
        )


class UnknownName(CatalogError):  # noqa: N818 - reads as the fact it states
    """A name that the catalog does not know.

    Attributes:
        name: the text asked for.
        near: slugs of the nearest names.
    """

    def __init__(self, name: str, near: Iterable[str] = ()) -> None:
        self.name = name
        self.near = tuple(near)
        hint = f" The nearest names: {', '.join(self.near)}." if self.near else ""
        super().__init__(f"The catalog knows no accelerator {name!r}.{hint}")


class RefusedRow(CatalogError):  # noqa: N818 - reads as the fact it states
    """A row that an importer does not accept, with every reason by field."""

    def __init__(self, label: str, reasons: Mapping[str, str]) -> None:
        self.label = label
        self.reasons = dict(reasons)
        why = "; ".join(f"{field}: {reason}" for field, reason in self.reasons.items())
        super().__init__(f"{label}: {why}")


class NotMeasurable(CatalogError):  # noqa: N818 - reads as the fact it states
    """A device cannot be asked for a measurement now; the message says why and what helps."""
