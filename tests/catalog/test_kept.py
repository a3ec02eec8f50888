import pytest

from catalog.kept import Kept
from catalog.services import record_edit


@pytest.fixture
def counted():
    """Something to make, and how often it was made."""
    made = []

    def make():
        made.append(len(made))
        return {"number": made[-1]}

    return make, made


def test_a_value_is_made_once_for_each_revision(db, counted):
    make, made = counted
    kept = Kept(most=2)
    record_edit("first")
    assert kept.get("a", make) == kept.get("a", make) == {"number": 0}
    record_edit("second")
    assert kept.get("a", make) == {"number": 1}
    assert len(made) == 2


def test_the_value_asked_for_longest_ago_goes_first(db, counted):
    make, made = counted
    kept = Kept(most=2)
    record_edit("first")
    for key in ("a", "b", "a", "c", "a"):
        kept.get(key, make)
    assert len(made) == 3
    kept.get("b", make)
    assert len(made) == 4


def test_before_the_first_revision_nothing_is_kept(db, counted):
    make, made = counted
    kept = Kept(most=2)
    kept.get("a", make)
    kept.get("a", make)
    assert len(made) == 2
