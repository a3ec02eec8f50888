import pytest

from catalog.models import Measurement
from sizing.measurements import figure_of, gemm_peaks, gemm_timings


def _timed(seconds, *, m=64, flags=(), repetition=0):
    return Measurement(
        probe="gemm.curve.fp32",
        metric=f"time_s.{m}",
        repetition=repetition,
        params={"m": m, "n": 256, "k": 256, "dtype": "fp32"},
        value=seconds,
        unit="s",
        flags=list(flags),
    )


def test_an_undisturbed_repetition_replaces_a_disturbed_one():
    rows = [_timed(1e-3, flags=["contended"]), _timed(2e-3, repetition=1)]
    assert [row.value for row in gemm_timings(rows)] == [2e-3]


def test_of_disturbed_repetitions_the_quickest_counts():
    rows = [_timed(5e-3, flags=["contended"]), _timed(2e-3, flags=["contended"], repetition=1)]
    assert [row.value for row in gemm_timings(rows)] == [2e-3]


def test_every_shape_is_one_point():
    assert len(gemm_timings([_timed(1e-3, m=m) for m in (1, 2, 4)])) == 3


def test_the_best_peak_of_a_format_counts():
    rows = [
        Measurement(probe="gemm.bf16.peak", metric=str(value), value=value, unit="FLOP/s")
        for value in (1e12, 3e12, 2e12)
    ]
    assert gemm_peaks(rows) == {"bf16": 3e12}


@pytest.mark.parametrize(("metric", "value"), [("issue_s", 2e-6), ("other", None)])
def test_a_figure_is_found_by_probe_and_metric(metric, value):
    rows = [Measurement(probe="host.launch", metric="issue_s", value=2e-6, unit="s")]
    assert figure_of(rows, "host.launch", metric) == value
