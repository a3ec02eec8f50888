import json
from pathlib import Path

import pytest

from sizing.engine.models import parse_config

LIBRARY = Path(__file__).parents[4] / "catalog" / "data" / "models"


@pytest.fixture
def model():
    """A model of the library by its slug."""

    def find(slug):
        return parse_config(json.loads((LIBRARY / f"{slug}.json").read_text())["config"])

    return find
