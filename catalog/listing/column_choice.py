"""Which columns of a list are asked for: `columns=name,memory_label_gb` in the URL."""

from collections.abc import Sequence

from django.http import QueryDict

from catalog.errors import CatalogError
from catalog.listing.tables import Column

PARAM = "columns"


class UnknownColumn(CatalogError):  # noqa: N818 - reads as the fact it states
    """A name that is no column of the list."""

    def __init__(self, names: Sequence[str], known: Sequence[Column]) -> None:
        asked = ", ".join(repr(name[:40]) for name in names[:5])
        choices = ", ".join(column.name for column in known)
        super().__init__(f"There is no column {asked}; choose from {choices}.")


def chosen_columns(known: Sequence[Column], query: QueryDict) -> list[Column]:
    """The columns asked for, in the order asked; the usual ones when none is.

    Raises:
        UnknownColumn: a name is no column of this list.
    """
    names = asked_for(query)
    by_name = {column.name: column for column in known}
    if unknown := [name for name in names if name not in by_name]:
        raise UnknownColumn(unknown, known)
    return [by_name[name] for name in names] or [column for column in known if column.usual]


def asked_for(query: QueryDict) -> list[str]:
    """Names in the URL, each once: joined by commas or, as check boxes send them, repeated."""
    names = (name.strip() for text in query.getlist(PARAM) for name in text.split(","))
    return list(dict.fromkeys(filter(None, names)))


def exported_fields(columns: Sequence[Column]) -> list[str]:
    """Fields of the API that hold what these columns show."""
    return list(dict.fromkeys(name for column in columns for name in column.exported))
