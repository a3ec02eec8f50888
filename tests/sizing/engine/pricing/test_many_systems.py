import numpy as np
import pytest

from sizing.engine.calibration import load_calibration
from sizing.engine.operations import Layout, Step
from sizing.engine.serving import price_steps
from tests.sizing.engine.engine_parts import H100, T4, deployment_of, inference

CALIBRATION = load_calibration()


def price(hardware, which):
    rows = len(which)
    return price_steps(
        inference(weights="fp16", model="llama-3-8b"),
        hardware,
        np.array(which),
        Layout(tp=np.ones(rows)),
        Step(decode_tokens=np.full(rows, 8.0), decode_context=np.full(rows, 500.0)),
        CALIBRATION,
    )


def test_rows_are_priced_on_their_own_hardware():
    hardware = [deployment_of(H100), deployment_of(T4)]
    mixed = price(hardware, [0, 1, 0]).seconds
    assert mixed[0] == mixed[2]
    assert mixed[1] > 3 * mixed[0]


def test_pricing_together_equals_pricing_alone():
    hardware = [deployment_of(H100), deployment_of(T4)]
    together = price(hardware, [0, 1]).seconds
    alone = [price([system], [0]).seconds[0] for system in hardware]
    assert together == pytest.approx(alone)
