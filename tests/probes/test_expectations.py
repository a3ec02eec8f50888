"""A verdict follows from a published figure; without one there is none."""

import attrs
import pytest

from probes import expectations
from probes.protocol import Correctness, DeviceInfo, Measurement, ProbeResult
from tests.probes.agent.values import a_cpu, a_gpu


def a_result(probe: str, metric: str, value: float, **changes: object) -> ProbeResult:
    return ProbeResult(
        run_id="run-1",
        device_uuid="x",
        probe=probe,
        status=str(changes.pop("status", "ok")),
        measurements=(Measurement(metric=metric, value=value, unit="1", **changes),),  # type: ignore[arg-type]
        started_unix_s=1.0,
        duration_s=1.0,
    )


def verdict(value: float, device: DeviceInfo | None = None, **changes: object) -> str:
    result = a_result("gemm.bf16.peak", "peak_flops_per_s", value, **changes)
    return expectations.judged(device or a_gpu(), result).verdict


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (1.02, "verified"),
        (0.92, "verified"),
        (0.91, "degraded"),
        (0.80, "degraded"),
        (0.79, "failed"),
    ],
)
def test_a_peak_is_judged_by_its_share_of_the_achievable(share: float, expected: str) -> None:
    assert verdict(794e12 * share * (1 + 1e-12)) == expected


def test_an_unknown_accelerator_is_measured_and_never_judged() -> None:
    assert verdict(1.0, a_gpu("NVIDIA Something New")) == "measured"
    assert verdict(1.0, a_cpu()) == "measured"


def test_a_wrong_result_fails_however_fast_it_is() -> None:
    wrong = Correctness(metric="freivalds_row", value=1.0, limit=0.1, ok=False)

    assert verdict(800e12, correctness=wrong) == "failed"
    assert verdict(800e12, a_cpu(), correctness=wrong) == "failed"


def test_a_product_that_changes_from_call_to_call_fails_a_gpu() -> None:
    assert verdict(800e12, flags=("not_repeatable",)) == "failed"


def test_a_contaminated_probe_gets_no_verdict() -> None:
    assert verdict(100e12, status="contaminated") == ""


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("NVIDIA H100 80GB HBM3", "h100-sxm"),
        ("NVIDIA H100 PCIe", None),
        ("NVIDIA H100 NVL", None),
        ("NVIDIA H200", "h200-sxm"),
        ("NVIDIA H200 NVL", None),
        ("NVIDIA A100-SXM4-80GB", "a100-sxm"),
        ("NVIDIA A100 80GB PCIe", "a100-pcie"),
        ("NVIDIA A100-PCIE-40GB", "a100-pcie"),
        ("NVIDIA GH200 480GB", "gh200"),
        ("NVIDIA B200", "b200"),
        ("NVIDIA GB200", "gb200"),
        ("AMD Instinct MI300X", "mi300x"),
        ("NVIDIA GeForce RTX 4090", None),
        ("AMD EPYC", None),
    ],
)
def test_a_driver_name_means_one_variant_or_none(name: str, variant: str | None) -> None:
    assert expectations.variant(a_gpu(name)) == variant


def test_every_expected_variant_can_be_recognised() -> None:
    named = {name for _, name in expectations.NAMES}

    assert set(expectations.ACHIEVABLE_TFLOPS) <= named
    assert set(expectations.DATASHEET_TB_PER_S) <= named


def test_a_copy_is_judged_by_its_share_of_the_datasheet() -> None:
    def copy(share: float) -> str:
        result = a_result("mem.copy", "dram_bytes_per_s", 3.35e12 * share)
        return expectations.judged(a_gpu(), result).verdict

    assert [copy(s) for s in (0.9, 0.8, 0.7)] == ["verified", "degraded", "failed"]


def test_a_copy_above_the_datasheet_is_not_believed() -> None:
    result = a_result("mem.copy", "dram_bytes_per_s", 3.35e12 * 1.1)

    assert expectations.judged(a_gpu(), result).verdict == "failed"


def test_a_host_link_is_expected_by_generation_and_width() -> None:
    gpu = a_gpu(max_pcie_generation=4, max_pcie_width=8)

    assert expectations.expectation(gpu, "pcie.h2d", "bytes_per_s").value == 12.5e9
    assert expectations.expectation(a_gpu(), "pcie.h2d", "bytes_per_s") is None
    assert expectations.expectation(gpu, "pcie.h2d", "latency_s") is None


def test_a_slice_of_a_gpu_is_not_compared_with_the_whole() -> None:
    assert verdict(100e12, a_gpu(mig=True)) == "measured"


def a_suite(**verdicts: str) -> list[ProbeResult]:
    base = a_result("health", "x", 1.0)
    names = {
        "health": "health",
        "gemm": "gemm.bf16.peak",
        "copy": "mem.copy",
        "link": "pcie.h2d",
        "soak": "soak",
    }
    return [
        attrs.evolve(base, probe=probe, verdict=verdicts.get(key, "verified"))
        for key, probe in names.items()
    ]


def test_a_device_is_verified_only_when_every_needed_probe_is() -> None:
    assert expectations.device_verdict(a_suite()) == "verified"
    assert expectations.device_verdict(a_suite()[:-1]) == "measured"
    assert expectations.device_verdict(a_suite(link="measured")) == "measured"


def test_one_failed_probe_fails_the_device() -> None:
    assert expectations.device_verdict(a_suite(copy="failed", soak="degraded")) == "failed"
    assert expectations.device_verdict(a_suite(soak="degraded")) == "degraded"


def test_a_suite_without_results_has_no_verdict() -> None:
    assert expectations.device_verdict([]) == ""
