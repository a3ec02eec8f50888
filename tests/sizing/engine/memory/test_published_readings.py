"""Whole-device readings published for static batches; GB = 1e9 bytes per accelerator.

Source: course data on sizing LLM inference (TensorRT-LLM 0.9, fake weights) and the GPT guide of
FasterTransformer; the rows here are a sample of 363.
"""

import pytest

from sizing.engine.dtypes import complete_formats
from sizing.engine.memory import memory_use
from sizing.engine.models import parse_config
from sizing.engine.operations import Layout

FT_GPT = {
    "model_type": "gpt2",
    "n_embd": 4096,
    "n_layer": 32,
    "n_head": 32,
    "n_inner": 16384,
    "n_positions": 2048,
    "vocab_size": 51200,
}


def total_gb(spec, weights, runtime, *, batch, tokens, tp=1, multicast=0.0):
    formats = complete_formats("fp16", weights=weights)
    prompt, generated = tokens
    use = memory_use(
        spec,
        formats,
        Layout(tp=tp, etp=tp),
        runtime,
        requests=batch,
        context=prompt + generated,
        step_tokens=batch * prompt,
        multicast=multicast,
    )
    return float(use.total[0]) / 1e9


@pytest.mark.parametrize(
    ("slug", "weights", "tp", "switch", "batch", "tokens", "reading"),
    [
        ("gpt-j-6b", "fp8", 1, 0, 2, (128, 128), 7.79),
        ("gpt-j-6b", "fp16", 1, 0, 16, (128, 4096), 43.99),
        ("gpt-j-6b", "fp8", 1, 0, 64, (2048, 128), 52.51),
        ("llama-2-7b", "fp16", 1, 0, 16, (2048, 2048), 51.61),
        ("llama-2-70b", "fp8", 1, 0, 8, (2048, 2048), 80.61),
        ("llama-2-70b", "fp16", 2, 0, 1, (128, 128), 71.22),
        ("llama-2-70b", "fp8", 2, 0, 96, (2048, 128), 83.00),
        ("llama-2-70b", "fp16", 4, 0, 32, (2048, 128), 49.85),
        ("llama-2-70b", "fp8", 4, 1, 512, (128, 128), 36.61),
        ("llama-2-70b", "fp16", 8, 1, 64, (2048, 2048), 47.82),
        ("llama-2-70b", "fp8", 8, 1, 640, (128, 4096), 81.77),
        ("llama-2-70b", "fp8", 8, 0, 32, (128, 4096), 16.55),
    ],
)
def test_tensorrt_llm_readings_are_met_within_a_tenth(
    model, slug, weights, tp, switch, batch, tokens, reading
):
    estimated = total_gb(
        model(slug),
        weights,
        "tensorrt-llm",
        batch=batch,
        tokens=tokens,
        tp=tp,
        multicast=switch,
    )

    assert estimated == pytest.approx(reading, rel=0.1)


@pytest.mark.parametrize(
    ("batch", "tokens", "reading"),
    [(1, (128, 8), 15.55), (8, (512, 32), 18.72), (64, (512, 32), 41.84)],
)
def test_fastertransformer_readings_are_met_within_a_twentieth(batch, tokens, reading):
    spec = parse_config(FT_GPT)
    estimated = total_gb(spec, "fp16", "fastertransformer", batch=batch, tokens=tokens)

    assert estimated == pytest.approx(reading, rel=0.05)
