import uuid

import pytest
from django.utils import timezone

from catalog.measured import Measured
from catalog.models import Accelerator
from catalog.rooflines import rooflines_of

H100 = {
    "slug": "h100",
    "name": "H100",
    "memory_bandwidth_gb_s": 3350.0,
    "fp32_tflops": 67.0,
    "bf16_tflops": 989.0,
    "fp16_tflops": 989.0,
    "int8_tops": 1979.0,
}


def measured(column, value, device_id=1):
    return Measured(
        label=column,
        column=column,
        unit="",
        value=value,
        stated=None,
        device=f"GPU {device_id}",
        device_id=device_id,
        verdict="",
        run_id=uuid.uuid4(),
        measured_at=timezone.now(),
    )


def test_formats_with_one_peak_share_a_roof():
    roofs = rooflines_of(Accelerator(**H100), [])
    assert [roof.name for roof in roofs] == ["INT8", "BF16, FP16", "FP32"]


def test_a_ridge_point_is_the_peak_over_the_bandwidth():
    roof = rooflines_of(Accelerator(**H100), [])[1]
    assert roof.ridge == pytest.approx(989e12 / 3350e9)


def test_without_a_bandwidth_there_is_no_roof():
    assert rooflines_of(Accelerator(**{**H100, "memory_bandwidth_gb_s": None}), []) == []


def test_peaks_of_a_derived_accelerator_are_not_called_a_datasheet():
    roofs = rooflines_of(Accelerator(**H100, derived=True), [])
    assert {roof.basis for roof in roofs} == {"derived"}


def test_a_measured_roof_takes_the_bandwidth_of_its_own_device():
    figures = [
        measured("bf16_tflops", 700.0, device_id=2),
        measured("memory_bandwidth_gb_s", 2500.0, device_id=1),
        measured("memory_bandwidth_gb_s", 3000.0, device_id=2),
    ]
    roof = rooflines_of(Accelerator(**H100), figures)[-1]
    assert (roof.measured, roof.basis, roof.bandwidth_gb_s) == (True, "GPU 2", 3000.0)


def test_a_measured_peak_without_bandwidth_says_that_it_takes_the_stated_one():
    roof = rooflines_of(Accelerator(**H100), [measured("bf16_tflops", 700.0)])[-1]
    assert roof.bandwidth_gb_s == 3350.0
    assert roof.assumed_bandwidth
