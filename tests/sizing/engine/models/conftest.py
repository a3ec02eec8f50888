import json
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[4] / "catalog" / "data" / "models"


def library_config(slug):
    return json.loads((LIBRARY / f"{slug}.json").read_text())["config"]


@pytest.fixture
def config():
    """The config.json of a model of the library, fresh for each call."""
    return library_config


@pytest.fixture
def llama(config):
    return config("llama-3.1-8b")
