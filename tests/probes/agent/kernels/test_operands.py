"""Inputs are random, seeded, and rotate beyond the cache where they must be cold."""

import itertools

import pytest
import torch

from probes.agent.device import Device
from probes.agent.kernels import gemm_sizes
from probes.agent.kernels.context import Context
from probes.agent.kernels.gemm import Pool, Shape, gemm_format
from probes.agent.kernels.gemm_sizes import thin, within_budget
from tests.probes.agent.values import a_cpu, a_job

SHAPE = Shape(m=32, n=64, k=48)


@pytest.fixture
def device() -> Device:
    return Device("cpu", threads=1, cache_bytes=2**16)


def pool(device: Device, seed: int = 1, name: str = "fp32", *, cold: bool = True) -> Pool:
    return Pool(device, gemm_format(name, "cpu"), [SHAPE], seed, cold=cold)


def test_operands_have_the_shape_of_the_product_and_a_weight_layout(device: Device) -> None:
    a, b, c = pool(device).operands(SHAPE, cold=True)[0]

    assert (a.shape, b.shape, c.shape) == ((32, 48), (48, 64), (32, 64))
    assert b.t().is_contiguous()


def test_cold_sets_together_exceed_four_times_the_cache_and_share_nothing(device: Device) -> None:
    sets = pool(device).operands(SHAPE, cold=True)
    starts = [a.data_ptr() for a, _, _ in sets]
    size = 4 * 48 * (32 + 64)

    assert len(sets) * size >= 4 * device.cache_bytes()
    assert all(later - earlier == size for earlier, later in itertools.pairwise(starts))


def test_hot_operands_are_one_set(device: Device) -> None:
    assert len(pool(device, cold=False).operands(SHAPE, cold=False)) == 1


@pytest.mark.parametrize("name", ["fp32", "bf16", "int8", "fp8"])
def test_inputs_are_random_and_never_constant(device: Device, name: str) -> None:
    elements = pool(device, name=name).elements.float()

    assert elements.std() > 0.5
    assert (elements == 0).float().mean() < 0.05


def test_a_seed_gives_the_same_inputs_and_another_seed_others(device: Device) -> None:
    first, same, other = (pool(device, seed).elements for seed in (1, 1, 2))

    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_the_nonce_of_the_server_changes_the_inputs() -> None:
    seeds = {
        Context(job=a_job(nonce=nonce), info=a_cpu(), probe="gemm.fp32.peak").seed("inputs")
        for nonce in ("", "a", "b")
    }

    assert len(seeds) == 3


def test_thinning_keeps_the_ends_and_spreads_over_log_flops() -> None:
    grid = [Shape(m=m, n=n, k=k) for n, k in gemm_sizes.CURVE_NK for m in gemm_sizes.CURVE_M]
    kept = thin(grid, 24)
    work = [shape.flops for shape in kept]

    assert len(set(kept)) == 24
    assert (min(work), max(work)) == (min(s.flops for s in grid), max(s.flops for s in grid))
    assert max(b / a for a, b in itertools.pairwise(work)) <= 16


def test_shapes_beyond_the_memory_budget_are_left_out_but_one_always_stays() -> None:
    fmt = gemm_format("fp32", "cpu")
    small, large = Shape(m=8, n=8, k=8), Shape(m=4096, n=4096, k=4096)

    assert within_budget([small, large], fmt, 10**6) == [small]
    assert within_budget([large], fmt, 1) == [large]
