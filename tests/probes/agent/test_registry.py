"""Suites hold what the contract says, for each kind of device."""

import pytest

from probes.agent.formats import cuda_formats, main_format
from probes.agent.registry import REGISTRY, deadline_s, suite_probes, why_not
from probes.protocol import PROBES, SUITES
from tests.probes.agent.values import a_cpu, a_gpu, a_job


def test_every_probe_of_the_closed_list_has_a_kernel() -> None:
    assert set(REGISTRY) == set(PROBES)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("device", [a_cpu(), a_gpu()], ids=["cpu", "gpu"])
def test_a_suite_names_known_probes_once_each(suite: str, device: object) -> None:
    probes = suite_probes(suite, device)  # type: ignore[arg-type]

    assert set(probes) <= set(PROBES)
    assert len(set(probes)) == len(probes)
    assert probes[0] == "health"


def test_the_quick_suite_of_a_gpu_is_what_the_contract_lists() -> None:
    assert suite_probes("quick", a_gpu()) == (
        "health",
        "gemm.bf16.peak",
        "gemm.fp32.peak",
        "gemm.curve.bf16",
        "mem.copy",
        "pcie.h2d",
        "pcie.d2h",
        "host.launch",
        "soak",
    )


def test_the_quick_suite_of_a_cpu_calibrates_both_its_main_formats() -> None:
    probes = suite_probes("quick", a_cpu())

    assert {"gemm.curve.fp32", "gemm.curve.bf16"} <= set(probes)


def test_standard_adds_every_format_the_device_has() -> None:
    assert {"gemm.fp8.peak", "gemm.int8.peak", "gemm.fp64.peak"} <= set(
        suite_probes("standard", a_gpu())
    )


def test_a_gpu_without_bf16_is_measured_in_fp16() -> None:
    turing = a_gpu("Tesla T4", formats=list(cuda_formats((7, 5))))

    assert main_format(turing) == "fp16"
    assert "gemm.curve.fp16" in suite_probes("quick", turing)
    assert why_not("gemm.bf16.peak", turing)


@pytest.mark.parametrize(
    ("capability", "newest"), [((9, 0), "fp8"), ((8, 9), "fp8"), ((8, 0), "tf32"), ((7, 0), "fp16")]
)
def test_formats_follow_the_compute_capability(capability: tuple[int, int], newest: str) -> None:
    assert newest in cuda_formats(capability)
    assert ("fp8" in cuda_formats(capability)) == (capability >= (8, 9))


def test_a_soak_may_take_its_length_longer() -> None:
    job = a_job(soak_s=300)

    assert deadline_s(REGISTRY["soak"], job, "soak", a_gpu()) > 300
