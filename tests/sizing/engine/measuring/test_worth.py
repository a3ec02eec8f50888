from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.measuring.worth import (
    LONGEST_PRODUCT_S,
    MOST_PRODUCTS,
    Candidate,
    best_of,
    merged,
    with_fewer_rows,
)

ONE = Candidate(
    m=16, n=64, k=64, dtype="bf16", share=0.5, spread=0.6, seconds=1e-3, figures=("ttft_ms",)
)
CANDIDATES = st.builds(
    Candidate,
    m=st.integers(1, 8192),
    n=st.integers(1, 8192),
    k=st.integers(1, 8192),
    dtype=st.just("bf16"),
    share=st.floats(0.0, 1.0),
    spread=st.floats(0.0, 2.0),
    seconds=st.floats(1e-6, 10.0),
)


def test_of_two_products_the_one_that_narrows_more_is_asked_first():
    little, much = evolve(ONE, share=0.1), evolve(ONE, n=128, share=0.4)
    assert best_of([little, much], 60.0) == [much, little]


def test_a_product_that_is_known_already_is_not_asked():
    assert best_of([evolve(ONE, spread=0.05)], 60.0) == []


def test_a_product_that_hardly_matters_is_not_asked():
    assert best_of([evolve(ONE, share=1e-4)], 60.0) == []


@given(st.lists(CANDIDATES, max_size=40), st.floats(1.0, 120.0))
def test_what_is_asked_stays_within_the_budget(candidates, budget_s):
    chosen = best_of(candidates, budget_s)
    assert sum(one.cost_s for one in chosen) <= budget_s + 1e-6
    assert len(chosen) <= MOST_PRODUCTS


@given(CANDIDATES)
def test_fewer_rows_make_a_product_quicker_and_keep_its_weights(candidate):
    found = with_fewer_rows(candidate)
    assert (found.n, found.k) == (candidate.n, candidate.k)
    assert 1 <= found.m <= candidate.m
    assert found.cost_s <= max(candidate.cost_s, LONGEST_PRODUCT_S)


def test_a_product_behind_two_figures_is_asked_once_for_both():
    twin = evolve(ONE, figures=("tpot_ms",), share=0.3)
    (found,) = merged([ONE, twin])
    assert found.figures == ("ttft_ms", "tpot_ms")
    assert found.share == 0.5


def test_two_uses_of_one_product_in_a_figure_add_up():
    (found,) = merged([ONE, evolve(ONE, share=0.25)])
    assert found.share == 0.75
