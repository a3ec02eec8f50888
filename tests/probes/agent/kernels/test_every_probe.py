"""Every probe runs on this CPU at tiny sizes, with its correctness check on."""

import functools
import math

import pytest

from probes.agent.kernels.context import Context, Outcome, SkippedProbeError
from probes.agent.registry import REGISTRY, load_kernel, why_not
from probes.protocol import PROBES, Measurement, Product, from_data, to_data
from tests.probes.agent.values import a_cpu, a_job

DEVICE = a_cpu(facts={"formats": ["fp64", "fp32", "fp16", "bf16", "int8", "fp8"]})
ON_A_CPU = [
    p for p in PROBES if why_not(p, DEVICE, tiny=True) is None and p not in ("health", "soak")
]


@functools.cache
def run(probe: str, **changes: object) -> Outcome:
    """Run a probe here, once per test process for all tests that look at its figures."""
    context = Context(job=a_job(**changes), info=DEVICE, probe=probe)
    return load_kernel(REGISTRY[probe].module)(context)


@pytest.mark.parametrize("probe", [*ON_A_CPU, "soak"])
def test_a_probe_gives_correct_positive_figures(probe: str) -> None:
    found = run(probe).measurements

    assert found
    assert all(m.value > 0 and math.isfinite(m.value) for m in found)
    checked = [m.correctness for m in found if m.correctness is not None]
    assert checked
    assert all(check.ok for check in checked)


@pytest.mark.parametrize("probe", [*ON_A_CPU, "soak", "health"])
def test_measurements_survive_the_wire_and_are_unique(probe: str) -> None:
    found = run(probe).measurements

    assert [from_data(Measurement, to_data(m)) for m in found]
    assert len({(m.metric, m.repetition) for m in found}) == len(found)


def test_health_of_a_cpu_tells_of_contention() -> None:
    metrics = {m.metric for m in run("health").measurements}

    assert {"own_cpu_share", "load_per_cpu"} <= metrics


@pytest.mark.parametrize("probe", ["pcie.h2d", "pcie.d2h"])
def test_a_host_link_does_not_apply_to_a_cpu(probe: str) -> None:
    assert "no host link" in str(why_not(probe, DEVICE))
    with pytest.raises(SkippedProbeError, match="no host link"):
        run(probe)


def test_a_soak_of_full_size_does_not_apply_to_a_cpu() -> None:
    assert why_not("soak", DEVICE)
    with pytest.raises(SkippedProbeError):
        run("soak", sizes="device")


def test_curve_points_carry_shape_time_and_work() -> None:
    point = run("gemm.curve.fp32").measurements[0]
    shape = point.params

    assert point.unit == "s"
    assert point.params["dtype"] == "fp32"
    assert point.formula.flops == 2 * shape["m"] * shape["n"] * shape["k"]
    elements = shape["m"] * shape["k"] + shape["k"] * shape["n"] + shape["m"] * shape["n"]
    assert point.formula.bytes == 4 * elements


def test_the_peak_is_the_best_of_its_shapes() -> None:
    *shapes, peak = run("gemm.fp32.peak").measurements

    assert peak.metric == "peak_flops_per_s"
    assert peak.value == max(m.value for m in shapes)


def test_launch_counts_every_kernel_it_issued() -> None:
    found = {m.metric: m for m in run("host.launch").measurements}

    assert set(found) == {"issue_s", "synced_s", "item_s"}
    assert all(m.correctness.value == 0 for m in found.values())


def test_a_copy_counts_reading_and_writing() -> None:
    found = run("mem.copy").measurements

    assert [m.formula.bytes for m in found[:-1]] == [2 * m.params["bytes"] for m in found[:-1]]
    assert found[-1].metric == "dram_bytes_per_s"


def test_a_curve_times_the_products_that_the_job_names_and_no_others() -> None:
    named = (Product(m=3, n=40, k=24, dtype="fp32"), Product(m=5, n=8, k=8, dtype="bf16"))
    found = run("gemm.curve.fp32", products=named).measurements

    assert {(m.params["m"], m.params["n"], m.params["k"]) for m in found} == {(3, 40, 24)}
    assert found[0].correctness is not None and found[0].correctness.ok


def test_a_product_beyond_the_memory_is_skipped_with_the_reason() -> None:
    huge = (Product(m=2**20, n=2**20, k=2**20, dtype="fp32"),)
    with pytest.raises(SkippedProbeError, match="fits the memory"):
        run("gemm.curve.fp32", products=huge)
