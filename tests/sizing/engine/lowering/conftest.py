import json
from pathlib import Path

import pytest

from sizing.engine.dtypes import complete_formats
from sizing.engine.lowering import lower_step
from sizing.engine.models import parse_config
from sizing.engine.operations import Layout, Step

LIBRARY = Path(__file__).parents[4] / "catalog" / "data" / "models"


def library_model(slug):
    return parse_config(json.loads((LIBRARY / f"{slug}.json").read_text())["config"], slug=slug)


class Lowered:
    """One lowered step with its operations by part, first point only."""

    def __init__(self, slug, layout=None, formats=None, **step):
        self.model = library_model(slug)
        self.formats = complete_formats(self.model.native_dtype, **(formats or {}))
        self.operations, self.messages = lower_step(
            self.model, self.formats, Layout(**(layout or {})), Step(**step)
        )

    def total(self, column, *parts):
        """Sum over the ops of these parts (all when none is named)."""
        values = getattr(self.operations, column)[0] * self.operations.count[0]
        names = self.operations.part
        return sum(v for v, part in zip(values, names, strict=True) if not parts or part in parts)

    def of(self, column, part):
        """A column of the only op of that part."""
        (index,) = [i for i, name in enumerate(self.operations.part) if name == part]
        return getattr(self.operations, column)[0, index]

    def message(self, part):
        """The message of that part, None when there is none."""
        return next((item for item in self.messages if item.part == part), None)


@pytest.fixture
def lowered():
    """`lowered(slug, layout={...}, formats={...}, decode_tokens=..., ...)`."""
    return Lowered
