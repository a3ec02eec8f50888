import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.roofline import bound_by_memory, gemm_work, ridge_seconds

RATES = st.floats(1e6, 1e16)
WORK = st.floats(0, 1e18)
SHARPNESS = st.floats(0.3, 50)


@given(flops=WORK, moved=WORK, peak=RATES, bandwidth=RATES, sharpness=SHARPNESS)
def test_the_ridge_is_above_the_sharp_roofline(flops, moved, peak, bandwidth, sharpness):
    seconds = ridge_seconds(
        flops, moved, peak_flops=peak, bytes_per_s=bandwidth, sharpness=sharpness
    )
    longest = max(flops / peak, moved / bandwidth)

    assert longest * (1 - 1e-12) <= seconds <= longest * 2 ** (1 / sharpness) * (1 + 1e-9)


@given(flops=WORK, moved=WORK, peak=RATES, bandwidth=RATES, factor=st.floats(1, 100))
def test_faster_rates_never_slow_anything(flops, moved, peak, bandwidth, factor):
    slow = ridge_seconds(flops, moved, peak_flops=peak, bytes_per_s=bandwidth, sharpness=2)
    for faster in (
        {"peak_flops": peak * factor, "bytes_per_s": bandwidth},
        {"peak_flops": peak, "bytes_per_s": bandwidth * factor},
    ):
        assert ridge_seconds(flops, moved, sharpness=2, **faster) <= slow * (1 + 1e-12)


def test_sharpness_one_adds_both_times():
    seconds = ridge_seconds(3.0, 4.0, peak_flops=1.0, bytes_per_s=1.0, sharpness=1, t0_s=0.5)

    assert seconds == pytest.approx(7.5)


def test_no_work_costs_the_fixed_time():
    assert ridge_seconds(0, 0, peak_flops=1, bytes_per_s=1, sharpness=2, t0_s=4e-6) == 4e-6


def test_all_arguments_broadcast():
    seconds = ridge_seconds(
        np.ones((3, 1)), np.ones(4), peak_flops=1e12, bytes_per_s=[1e9] * 4, sharpness=2
    )

    assert seconds.shape == (3, 4)


def test_a_product_moves_each_operand_once():
    flops, moved = gemm_work(2, 3, 5, "bf16")

    assert (flops, moved) == (60, 2 * (10 + 15 + 6))


def test_fp8_products_come_out_in_sixteen_bits():
    _, moved = gemm_work(2, 3, 5, "fp8")

    assert moved == 10 + 15 + 2 * 6


def test_thin_products_are_bound_by_memory():
    peak, bandwidth = 989e12, 3.35e12
    flops, moved = gemm_work([1, 8192], 8192, 8192, "bf16")

    assert list(bound_by_memory(flops, moved, peak_flops=peak, bytes_per_s=bandwidth)) == [
        True,
        False,
    ]
