import pytest

from tests.sizing.engine.engine_parts import Engine


@pytest.fixture(scope="session")
def engine():
    """The engine with the shipped calibration."""
    return Engine()
