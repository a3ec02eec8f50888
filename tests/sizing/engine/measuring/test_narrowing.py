from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.measured_products import SCATTER
from sizing.engine.measuring.narrowing import narrowed, product_spread, remaining

SHARES = st.floats(0.0, 1.0)


@given(st.floats(0.05, 2.0), SHARES, SHARES, st.floats(SCATTER, 2.0))
def test_timing_never_widens_an_interval(half_width, plain, part, spread):
    left = remaining(half_width, plain=plain, timed=part * plain, spread=spread)
    assert 0.0 <= left <= 1.0


@given(st.floats(0.05, 2.0), SHARES, SHARES, SHARES, st.floats(SCATTER, 2.0))
def test_what_is_timed_more_narrows_more(half_width, plain, one, other, spread):
    few, many = sorted((one * plain, other * plain))
    assert remaining(half_width, plain=plain, timed=many, spread=spread) <= (
        remaining(half_width, plain=plain, timed=few, spread=spread) + 1e-9
    )


def test_nothing_timed_leaves_everything():
    assert remaining(0.3, plain=0.8, timed=0.0, spread=0.2) == 1.0


def test_the_best_published_interval_is_the_narrowest():
    assert narrowed((-0.5, 0.6), (-0.1, 0.2), 0.0) == (-0.1, 0.2)


def test_a_floor_beyond_the_interval_does_not_widen_it():
    assert narrowed((-0.1, 0.1), (-0.3, 0.3), 0.5) == (-0.1, 0.1)


def test_weaker_evidence_leaves_a_product_more_uncertain():
    spreads = [product_spread(level, "hopper", "bf16") for level in ("measured", "datasheet")]
    assert spreads[0] < spreads[1] < product_spread("datasheet", "cpu", "bf16")
