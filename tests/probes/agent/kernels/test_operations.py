"""The formulas and references of probes of whole operations, and that wrong results are seen."""

import math

import pytest
import torch

from probes.agent.kernels import alignment, attention, integers, layer, monte_carlo, resnet, stencil
from probes.agent.kernels.context import Context
from tests.probes.agent.values import a_cpu, a_job


def context(probe):
    return Context(job=a_job(), info=a_cpu(), probe=probe)


def test_weights_of_a_stencil_add_up_to_one():
    for points in (7, 27):
        assert len(stencil.offsets(points)) == points
        assert math.fsum(weight for _, weight in stencil.offsets(points)) == pytest.approx(1.0)


def test_a_sweep_leaves_a_constant_grid_as_it_is():
    grid = torch.full((6, 6, 6), 2.0)
    swept = stencil.sweep(grid, torch.zeros_like(grid), 27)[1:-1, 1:-1, 1:-1]
    assert torch.allclose(swept, torch.full((4, 4, 4), 2.0))


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ([0, 1, 2, 3], [0, 1, 2, 3], 8),
        ([0, 0, 0, 0], [1, 1, 1, 1], 0),
        # Eight matches around a gap of one: 8 x 2 - 5.
        ([0, 1, 2, 3, 0, 1, 2, 3], [0, 1, 2, 3, 1, 0, 1, 2, 3], 11),
    ],
)
def test_an_alignment_scores_as_by_hand(one, other, score):
    assert alignment.plain_score(one, other) == score


def test_alignments_by_antidiagonals_score_like_cell_by_cell():
    generator = torch.Generator().manual_seed(3)
    pairs = torch.randint(0, 4, (2, 20, 30), dtype=torch.int16, generator=generator)
    wanted = [alignment.plain_score(a.tolist(), b.tolist()) for a, b in zip(*pairs, strict=True)]
    assert alignment.scores(*pairs).tolist() == wanted


def test_the_call_is_worth_what_the_closed_form_says():
    # Hull, Options, Futures and Other Derivatives: d1 = -0.0940, d2 = -0.2940 to four places.
    assert monte_carlo.black_scholes() == pytest.approx(7.1266, abs=0.02)


def test_a_chain_of_integers_wraps_at_32_bits():
    start = torch.tensor([0, 1, 2**31 - 1], dtype=torch.int32)
    assert torch.equal(integers.chain(start), integers.reference(start))


def test_the_network_has_the_published_number_of_parameters():
    with torch.device("meta"):
        model = resnet.ResNet50()
    assert sum(parameter.numel() for parameter in model.parameters()) == resnet.PARAMETERS


def test_flops_of_a_layer_are_those_of_its_products():
    sizes = layer.Sizes()
    width = 4096 // 32
    weights = 4096 * (4096 + 2 * 8 * width) + 4096 * 4096 + 3 * 4096 * 14336
    assert sizes.flops(1, 1) == 2 * weights + 2 * 4096


def test_grouped_heads_attend_like_repeated_ones():
    query, key, value = (torch.randn(1, heads, 8, 16) for heads in (4, 2, 2))
    repeated = (each.repeat_interleave(2, dim=1) for each in (key, value))
    grouped = attention.attend(query, key, value, causal=True)
    assert torch.allclose(grouped, attention.attend(query, *repeated, causal=True), atol=1e-6)


@pytest.mark.parametrize("probe", ["attn.prefill", "attn.decode"])
def test_wrong_attention_is_seen(monkeypatch, probe):
    right = attention.attend
    monkeypatch.setattr(attention, "attend", lambda *a, **k: 1.01 * right(*a, **k))
    found = attention.run(context(probe)).measurements
    assert not any(m.correctness.ok for m in found)


def test_a_wrong_layer_is_seen(monkeypatch):
    right = layer.forward
    monkeypatch.setattr(
        layer,
        "forward",
        lambda x, *rest: right(x, *rest) * (1.01 if x.dtype == torch.float32 else 1.0),
    )
    assert not layer.run(context("layer.infer")).measurements[0].correctness.ok
