"""The product check passes correct products and catches small damage."""

import pytest
import torch

from probes.agent.kernels.freivalds import check_product, limit

SIDE = 256
DTYPES = {"fp64": torch.float64, "fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.half}


def operands(fmt: str, k: int = SIDE) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    a = torch.randn(SIDE, k, generator=generator).to(DTYPES[fmt])
    b = torch.randn(SIDE, k, generator=generator).to(DTYPES[fmt]).t()
    return a, b, a @ b


@pytest.mark.parametrize("fmt", DTYPES)
@pytest.mark.parametrize("k", [32, 256, 2048])
def test_a_correct_product_passes(fmt: str, k: int) -> None:
    assert check_product(*operands(fmt, k), fmt, seed=1).ok


@pytest.mark.parametrize("fmt", DTYPES)
def test_one_wrong_element_is_caught(fmt: str) -> None:
    a, b, c = operands(fmt)
    c[17, 5] += 8 * SIDE**0.5

    assert not check_product(a, b, c, fmt, seed=1).ok


@pytest.mark.parametrize("fmt", DTYPES)
def test_a_row_that_is_scaled_a_little_is_caught(fmt: str) -> None:
    a, b, c = operands(fmt)
    c[40] *= 1.05

    assert not check_product(a, b, c, fmt, seed=1).ok


@pytest.mark.parametrize("fmt", DTYPES)
def test_a_stale_tile_is_caught(fmt: str) -> None:
    a, b, c = operands(fmt)
    c[64:128, 64:128] = 0

    assert not check_product(a, b, c, fmt, seed=1).ok


def test_a_result_that_is_no_number_is_caught() -> None:
    a, b, c = operands("fp32")
    c[0, 0] = float("nan")

    found = check_product(a, b, c, "fp32", seed=1)

    assert not found.ok
    assert found.value > found.limit


def test_whole_numbers_must_be_exact() -> None:
    generator = torch.Generator().manual_seed(3)
    a = torch.randint(-127, 128, (64, 64), generator=generator, dtype=torch.int8)
    b = torch.randint(-127, 128, (64, 64), generator=generator, dtype=torch.int8).t()
    c = a.int() @ b.int()

    assert check_product(a, b, c, "int8", seed=1).ok
    c[3, 3] += 1
    assert not check_product(a, b, c, "int8", seed=1).ok


def test_short_inner_dimensions_are_allowed_more_and_long_ones_no_less() -> None:
    assert limit("bf16", 64) == pytest.approx(4 * limit("bf16", 1024))
    assert limit("bf16", 8192) == limit("bf16", 1024)
