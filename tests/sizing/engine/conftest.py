import pytest
from engine_parts import Engine


@pytest.fixture(scope="session")
def engine():
    """The engine with the shipped calibration."""
    return Engine()
