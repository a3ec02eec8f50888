"""What the engine would ask of attached devices, on a small market."""

import pytest

from sizing.engine.devices import DeviceCalibration
from sizing.engine.hardware import System
from sizing.engine.measured_products import MeasuredProduct
from sizing.engine.measuring.asking import questions
from sizing.engine.recommend import parse_sizing_request, recommend
from tests.sizing.engine.engine_parts import CPU, H100, library_entry

SERVE = {
    "kind": "llm-inference",
    "model": "llama-3.1-8b",
    "weights": "bf16",
    "input_tokens": 512,
    "output_tokens": 128,
    "load": {"mode": "concurrency", "requests": 4},
}
PRODUCT = {"kind": "gemm", "m": 64, "n": 2048, "k": 2048, "precision": "fp32"}


def system(accelerator):
    return System(
        kind="accelerator",
        slug=accelerator.slug,
        name=accelerator.name,
        url="/",
        accelerator=accelerator,
        count=1,
        interconnect=accelerator.link,
    )


def asked(engine, workload, *accelerators, attached, budget_s=60.0, devices=()):
    request = parse_sizing_request({"workload": workload}, library_entry)
    calibration = engine.calibration.with_devices(devices)
    answer = recommend(request, [system(one) for one in accelerators], calibration)
    return questions(request.workload, answer, calibration, attached, budget_s)


def test_a_served_model_asks_for_the_weights_that_take_most_time(engine):
    (question,) = asked(engine, SERVE, H100, attached={H100.slug})
    assert question.products[0].part.startswith("mlp")
    assert {product.dtype for product in question.products} == {"bf16"}


def test_both_prompts_and_decoding_are_asked_about(engine):
    (question,) = asked(engine, SERVE, H100, attached={H100.slug})
    figures = {figure for product in question.products for figure in product.figures}
    assert figures == {"ttft_ms", "tpot_ms"}


def test_nothing_is_asked_of_variants_without_a_device(engine):
    assert asked(engine, SERVE, H100, attached={"nvidia-l4-24gb"}) == []


def test_a_single_product_asks_for_itself(engine):
    (question,) = asked(engine, PRODUCT, CPU, H100, attached={CPU.slug})
    (product,) = question.products
    assert (product.m, product.n, product.k, product.dtype) == (64, 2048, 2048, "fp32")


def test_what_was_timed_is_not_asked_again(engine):
    timed = MeasuredProduct(m=64, n=2048, k=2048, dtype="fp32", seconds=0.01)
    device = DeviceCalibration(slug="d", accelerator=CPU.slug, products=(timed,))
    assert asked(engine, PRODUCT, CPU, attached={CPU.slug}, devices=[device]) == []


@pytest.mark.parametrize("budget_s", [2.0, 5.0, 30.0])
def test_the_budget_of_a_device_is_kept(engine, budget_s):
    for question in asked(engine, SERVE, H100, attached={H100.slug}, budget_s=budget_s):
        assert question.cost_s <= budget_s


def test_timing_what_was_asked_narrows_the_answer(engine):
    (question,) = asked(engine, SERVE, H100, attached={H100.slug})
    products = tuple(
        MeasuredProduct(m=one.m, n=one.n, k=one.k, dtype=one.dtype, seconds=one.seconds)
        for one in question.products
    )
    device = DeviceCalibration(slug="d", accelerator=H100.slug, products=products)
    request = parse_sizing_request({"workload": SERVE}, library_entry)
    widths = []
    for calibration in (engine.calibration, engine.calibration.with_devices([device])):
        answer = recommend(request, [system(H100)], calibration)
        found = answer.recommendations[0].finalist.estimate.metrics["ttft_ms"]
        widths.append(found.high / found.low)
    assert widths[1] <= widths[0]
