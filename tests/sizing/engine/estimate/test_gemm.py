import pytest
from attrs import evolve

from sizing.engine.device_fitting import fit_device
from sizing.engine.devices import DeviceCalibration
from sizing.engine.fitting import GemmPoint

SHAPES = [(2**i, 2**j, 2**j) for i in range(3, 11) for j in (9, 10, 11)]


def probed(cpu, flops=80e9, bandwidth=12e9):
    points = [
        GemmPoint(
            m=m,
            n=n,
            k=k,
            dtype="fp32",
            seconds=5e-6 + max(2 * m * n * k / flops, 4 * (m * k + k * n + m * n) / bandwidth),
        )
        for m, n, k in SHAPES
    ]
    return fit_device(points, accelerator=cpu, slug="cal-1", runs=("run-1",))


def test_the_rate_is_the_work_over_the_time(engine):
    metrics = engine.gemm().metrics
    work = 2e-12 * 4096**3
    rate = work / (metrics["latency_ms"].value * 1e-3)
    assert metrics["tflops"].value == pytest.approx(rate)


def test_a_gemm_never_beats_the_peak_even_at_the_upper_end(engine):
    assert engine.gemm().metrics["tflops"].high <= 989.0001


def test_a_format_without_a_published_peak_is_still_answered(engine):
    peaks = {name: peak for name, peak in engine.h100.peak_flops.items() if name != "fp32"}
    card = evolve(engine.h100, peak_flops=peaks)
    assert engine.gemm(card, precision="fp32").metrics["tflops"].value > 0


def test_probes_turn_a_datasheet_answer_into_a_measured_one(engine):
    device = probed(engine.cpu)
    before = engine.gemm(engine.cpu, precision="fp32", m=256, n=1024, k=1024)
    after = engine.gemm(engine.cpu, device, precision="fp32", m=256, n=1024, k=1024)
    assert (before.evidence.level, after.evidence.level) == ("datasheet", "measured")
    assert after.evidence.calibration == "cal-1"

    def width(answer):
        metric = answer.metrics["latency_ms"]
        return metric.high / metric.low

    assert width(after) < width(before)


def test_a_probed_device_is_predicted_from_its_own_rates(engine):
    answer = engine.gemm(engine.cpu, probed(engine.cpu), precision="fp32", m=512, n=2048, k=2048)
    truth = 2 * 512 * 2048**2 / 80e9 * 1e3
    metric = answer.metrics["latency_ms"]
    assert metric.value == pytest.approx(truth, rel=0.15)


def test_a_shape_outside_the_probed_hull_gets_a_wider_band(engine):
    device = probed(engine.cpu)

    def width(m):
        metric = engine.gemm(engine.cpu, device, precision="fp32", m=m, n=1024, k=1024)
        interval = metric.metrics["latency_ms"]
        return interval.high / interval.low

    assert width(65536) > width(512)


def test_a_device_calibration_survives_json(engine):
    device = probed(engine.cpu)
    again = DeviceCalibration.from_dict(device.to_dict())
    assert again == device


def test_a_probed_slow_device_slows_inference(engine):
    fields = {"model": "llama-3.2-1b", "runtime": "llama.cpp"}
    slow = engine.ask(engine.cpu, device=probed(engine.cpu, flops=20e9, bandwidth=4e9), **fields)
    fast = engine.ask(engine.cpu, device=probed(engine.cpu), **fields)
    assert slow.metrics["tpot_ms"].value > fast.metrics["tpot_ms"].value


def test_matrices_larger_than_memory_do_not_fit(engine):
    answer = engine.gemm(m=1_000_000, n=1_000_000, k=1000)
    assert not answer.feasible
    assert "short" in answer.problems[0]


def test_probes_make_inference_on_a_device_measured_and_its_interval_narrower(engine):
    fields = {"model": "llama-3.2-1b", "runtime": "llama.cpp"}
    before = engine.ask(engine.cpu, **fields)
    after = engine.ask(engine.cpu, device=probed(engine.cpu), **fields)
    assert (before.evidence.level, after.evidence.level) == ("datasheet", "measured")
    assert after.evidence.calibration == "cal-1"

    def width(answer):
        metric = answer.metrics["tpot_ms"]
        return metric.high / metric.low

    assert width(after) < width(before)
