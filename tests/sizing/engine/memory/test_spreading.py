import pytest

from sizing.engine.spreading import spreads_of
from tests.sizing.engine.engine_parts import H100, T4, deployment_of, inference

CHAT = {"load": {"mode": "concurrency", "requests": 8}}


def spreads(model, accelerator=H100, **fields):
    places = [deployment_of(accelerator, count, per_node=8) for count in (1, 2, 4, 8)]
    return spreads_of(inference(model, **CHAT, **fields), places)


def test_more_accelerators_never_need_more_memory_each():
    needed = [spread.needed_gb for spread in spreads("llama-3.1-405b")]
    assert needed == sorted(needed, reverse=True)


@pytest.mark.parametrize("slug", ["llama-3.1-8b", "mixtral-8x7b", "deepseek-v3", "gpt-oss-20b"])
@pytest.mark.parametrize("accelerator", [H100, T4], ids=["h100", "t4"])
def test_what_fits_is_what_an_estimate_says_fits(engine, slug, accelerator):
    for spread in spreads(slug, accelerator, weights="fp8"):
        answer = engine.ask(
            accelerator,
            spread.count,
            {"data_parallel": 1},
            hardware={"per_node": 8},
            model=slug,
            weights="fp8",
            **CHAT,
        )
        assert answer.feasible == spread.fits
        if not spread.fits:
            assert answer.memory.total_gb == pytest.approx(spread.needed_gb, rel=1e-3)
            assert f"({spread.short_gb:.1f} GB short)" in answer.problems[0]


def test_what_fits_is_not_short_of_anything():
    for spread in spreads("llama-3.1-70b"):
        assert (spread.short_gb == 0) == spread.fits


def test_a_model_that_cannot_be_divided_so_is_left_out():
    few_layers = inference("llama-3.1-8b", **CHAT)
    place = deployment_of(H100, 64, per_node=1)
    assert spreads_of(few_layers, [place]) == ()
