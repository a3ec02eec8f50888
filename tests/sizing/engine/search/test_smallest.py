import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.search.smallest import LEAST_SHARE, MOST_GROWTH, smallest


@given(st.integers(1, 200), st.integers(1, 2000))
def test_the_smallest_number_that_passes_is_found(start, least):
    found = smallest(start, lambda number: number >= least)
    if least > start:
        assert found in (least, None)
    else:
        assert found == max(least, -(-start * LEAST_SHARE // 1))
    assert found is None or found >= least


@given(st.integers(1, 100))
def test_what_never_passes_ends_the_search(start):
    tried = []
    assert smallest(start, lambda number: bool(tried.append(number))) is None
    assert max(tried) <= start * MOST_GROWTH


@pytest.mark.parametrize(("start", "least"), [(1, 5), (2, 3), (4, 30)])
def test_growth_is_not_overdone(start, least):
    assert smallest(start, lambda number: number >= least) == least
