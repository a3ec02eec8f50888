import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.calibration import load_calibration
from sizing.engine.devices import DeviceCalibration, calibrated_rates, device_shapes
from sizing.engine.estimate import estimate
from sizing.engine.gemm import library_setting
from sizing.engine.measured_products import MeasuredProduct
from sizing.engine.roofline import gemm_work, ridge_seconds
from tests.sizing.engine.engine_parts import CPU, H100, deployment_of, inference, library_entry

SETTING = library_setting(deployment_of(H100), "bf16")


def product(m, n, k, seconds, dtype="bf16"):
    return MeasuredProduct(m=m, n=n, k=k, dtype=dtype, seconds=seconds)


def device(*products, accelerator=H100):
    return DeviceCalibration(slug="device-1", accelerator=accelerator.slug, products=products)


def expected_s(m, n, k):
    rates = calibrated_rates(H100, SETTING, load_calibration())
    flops, moved = gemm_work(m, n, k, "bf16")
    work = ridge_seconds(
        flops,
        moved,
        peak_flops=rates("gemm_compute", "bf16")[0],
        bytes_per_s=rates("gemm_memory", "bf16")[0],
        sharpness=rates("ridge")[0],
    )
    return float(work) + float(rates("launch_s")[0])


def factors(table, m, n, k):
    sizes = (np.array([[float(size)]]) for size in (m, n, k))
    return float(table("bf16", *sizes)[0, 0])


def table_of(*products):
    return device_shapes(device(*products), H100, SETTING, load_calibration())


def test_a_product_that_ran_as_expected_corrects_nothing():
    table = table_of(product(512, 4096, 4096, expected_s(512, 4096, 4096)))
    assert factors(table, 512, 4096, 4096) == pytest.approx(1.0)


def test_a_product_that_took_twice_as_long_doubles_its_work():
    seconds = expected_s(4096, 4096, 4096)
    launch = expected_s(1, 1, 1)
    table = table_of(product(4096, 4096, 4096, 2 * seconds - launch))
    assert factors(table, 4096, 4096, 4096) == pytest.approx(2.0, rel=0.01)


def test_between_two_timed_row_counts_the_factor_lies_between_theirs():
    table = table_of(
        product(64, 4096, 4096, 3 * expected_s(64, 4096, 4096)),
        product(1024, 4096, 4096, expected_s(1024, 4096, 4096)),
    )
    assert 1.0 < factors(table, 256, 4096, 4096) < factors(table, 64, 4096, 4096)


def test_without_a_roofline_the_mean_factor_corrects_the_other_products():
    table = table_of(product(4096, 8192, 8192, 2 * expected_s(4096, 8192, 8192)))
    assert factors(table, 512, 1024, 1024) == pytest.approx(
        factors(table, 4096, 8192, 8192), rel=1e-9
    )


def test_a_timing_of_many_rows_speaks_for_more_of_them_and_not_for_one():
    table = table_of(product(256, 4096, 4096, 1e-4))
    rows = np.array([[1.0, 100.0, 256.0, 8192.0]])
    columns = np.full((1, 4), 4096.0)
    assert table.covers("bf16", rows, columns, columns).tolist() == [[False, False, True, True]]


@given(st.floats(1e-9, 1e3))
def test_no_timing_corrects_by_more_than_thirty(seconds):
    table = table_of(product(64, 4096, 4096, seconds))
    assert 1 / 30.001 <= factors(table, 64, 4096, 4096) <= 30.001


def test_a_calibration_with_products_survives_json():
    made = device(product(1, 2, 3, 4e-6))
    assert DeviceCalibration.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def test_a_newer_time_of_a_product_replaces_the_older_one():
    old = device(product(1, 2, 3, 4e-6), product(5, 6, 7, 8e-6))
    new = old.with_products([product(1, 2, 3, 5e-6)], slug="device-2", run="r")
    assert new.timed(1, 2, 3, "bf16").seconds == 5e-6
    assert new.timed(5, 6, 7, "bf16").seconds == 8e-6
    assert (new.slug, new.runs) == ("device-2", ("r",))


def test_a_timed_product_is_its_own_estimate_within_the_scatter_of_timings(engine):
    from sizing.engine.workload import parse_workload

    data = {"kind": "gemm", "m": 64, "n": 1024, "k": 1024, "precision": "fp32"}
    workload = parse_workload(data, library_entry)
    timed = device(product(64, 1024, 1024, 0.002, "fp32"), accelerator=CPU)
    found = estimate(workload, deployment_of(CPU), None, engine.calibration, timed)
    latency = found.metrics["latency_ms"]
    assert latency.value == pytest.approx(2.0)
    assert latency.low == pytest.approx(1.9, rel=0.01)
    assert found.evidence.level == "measured"


def test_slower_products_make_a_slower_model(engine):
    workload = inference(load={"mode": "static", "batch": 8})
    plain = estimate(workload, deployment_of(H100), None, engine.calibration)
    slow = device(product(8, 28672, 4096, 5 * expected_s(8, 28672, 4096)))
    slower = estimate(workload, deployment_of(H100), None, engine.calibration.with_devices([slow]))
    assert slower.metrics["tpot_ms"].value > plain.metrics["tpot_ms"].value
    assert slower.evidence.calibration == "device-1"


def test_a_device_changes_nothing_for_other_variants(engine):
    workload = inference()
    other = device(product(8, 28672, 4096, 1.0), accelerator=CPU)
    plain = estimate(workload, deployment_of(H100), None, engine.calibration)
    beside = estimate(workload, deployment_of(H100), None, engine.calibration.with_devices([other]))
    assert plain == beside
