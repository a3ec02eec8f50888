import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.dtypes import (
    BITS_PER_WEIGHT,
    bytes_per_element,
    canonical_format,
    complete_formats,
    is_quantised,
    matrix_format,
)
from sizing.engine.errors import InputError

AMPERE = {"fp64": 1.0, "fp32": 1.0, "tf32": 1.0, "bf16": 1.0, "fp16": 1.0, "int8": 1.0}
HOPPER = {**AMPERE, "fp8": 1.0}
BLACKWELL = {**HOPPER, "fp4": 1.0}
VOLTA = {"fp64": 1.0, "fp32": 1.0, "fp16": 1.0}
CONTRACT = [
    "fp32",
    "tf32",
    "bf16",
    "fp16",
    "fp8",
    "int8",
    "int4",
    "mxfp8",
    "nvfp4",
    "mxfp4",
    "q8_0",
    "q6_k",
    "q5_k_m",
    "q4_k_m",
]


@pytest.mark.parametrize("name", CONTRACT)
def test_every_format_of_the_contract_has_a_size(name):
    assert canonical_format(name) == name
    assert 0.2 < bytes_per_element(name) <= 8


@pytest.mark.parametrize(
    ("name", "bits"), [("q4_k_m", 4.85), ("q8_0", 8.5), ("mxfp4", 4.25), ("nvfp4", 4.5)]
)
def test_block_scales_are_part_of_the_size(name, bits):
    assert BITS_PER_WEIGHT[name] == bits


@pytest.mark.parametrize("name", ["fp7", "", None, 8, ["fp8"], "q4"])
def test_an_unknown_format_is_refused_by_field(name):
    with pytest.raises(InputError) as caught:
        canonical_format(name, "workload.weights")
    assert caught.value.errors[0].attr == "workload.weights"


@pytest.mark.parametrize(
    ("weights", "activations", "kv_cache"),
    [
        ("fp8", "fp8", "fp8"),
        ("mxfp8", "mxfp8", "fp8"),
        ("nvfp4", "nvfp4", "fp8"),
        ("mxfp4", "bf16", "bf16"),
        ("int4", "bf16", "bf16"),
        ("q4_k_m", "bf16", "bf16"),
        ("fp16", "fp16", "fp16"),
        (None, "bf16", "bf16"),
    ],
)
def test_unnamed_formats_follow_the_weights(weights, activations, kv_cache):
    formats = complete_formats("bf16", weights=weights)

    assert (formats.activations, formats.kv_cache) == (activations, kv_cache)


@pytest.mark.parametrize(
    ("weights", "activations", "peaks", "math"),
    [
        ("bf16", "bf16", HOPPER, "bf16"),
        ("bf16", "bf16", VOLTA, "fp16"),
        ("fp8", "fp8", HOPPER, "fp8"),
        ("fp8", "fp8", AMPERE, "bf16"),
        ("fp8", "fp8", VOLTA, "fp16"),
        ("nvfp4", "nvfp4", BLACKWELL, "fp4"),
        ("nvfp4", "nvfp4", HOPPER, "fp8"),
        ("mxfp4", "bf16", BLACKWELL, "bf16"),
        ("int4", "fp16", HOPPER, "fp16"),
        ("q4_k_m", "fp16", HOPPER, "fp16"),
        ("int8", "int8", AMPERE, "int8"),
        ("fp32", "fp32", HOPPER, "fp32"),
        ("bf16", "bf16", {"fp32": 1.0}, "fp32"),
    ],
)
def test_matrix_units_run_the_nearest_format_they_have(weights, activations, peaks, math):
    assert matrix_format(weights, activations, peaks).math == math


def test_dequantisation_is_noted():
    assert "dequantised" in matrix_format("fp8", "fp8", AMPERE).note
    assert matrix_format("fp8", "fp8", HOPPER).note == ""
    assert matrix_format("bf16", "bf16", HOPPER).note == ""


@given(
    weights=st.sampled_from(sorted(BITS_PER_WEIGHT)),
    activations=st.sampled_from(["bf16", "fp16", "fp8", "int8", "nvfp4", "mxfp8", "mxfp4"]),
    peaks=st.sampled_from([VOLTA, AMPERE, HOPPER, BLACKWELL, {"fp32": 1.0}]),
)
def test_the_chosen_format_is_one_the_units_have(weights, activations, peaks):
    assert matrix_format(weights, activations, peaks).math in peaks


def test_sixteen_bit_formats_are_not_quantised():
    assert not is_quantised("bf16")
    assert is_quantised("fp8")
