"""Numbers that are known beforehand, told to the database with a question."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, IntegerField


class KnownNumber(Func):
    """The number of each row by its primary key, 0 where none is known.

    One expression of text: as many of Django's own take longer to put together than to answer.
    """

    def __init__(self, numbers: Mapping[int, int]) -> None:
        super().__init__(F("pk"), output_field=IntegerField())
        # Whole numbers are written into the question as they are.
        self.known = " ".join(f"WHEN {key:d} THEN {number:d}" for key, number in numbers.items())

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        """SQL of the number; plain 0 when no row has one."""
        if not self.known:
            return "0", []
        key, params = compiler.compile(self.get_source_expressions()[0])
        return f"CASE {key} {self.known} ELSE 0 END", params
