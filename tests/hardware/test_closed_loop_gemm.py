"""The loop closes on real hardware: probe this CPU, calibrate, predict shapes it never ran."""

import itertools
import json
import random
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from catalog.models import Device, Measurement
from probes.agent.inventory import inventory
from probes.agent.runner import run_job
from probes.models import ProbeRun
from probes.services.dispatch import job_of
from probes.services.enrolment import trust_key
from probes.services.progress import store_report
from probes.services.registration import register_host
from sizing.services.estimates import estimate
from sizing.services.recalibration import recalibrate

SHAPES = 12
ATTEMPTS = 3
CONTENDED = 1.3
MOVED = 1.2
MEDIAN_ERROR = 0.25
COVERED = 0.8
RUNNER = Path(__file__).with_name("run_products.py")


@frozen
class Outcome:
    """Prediction and truth of one shape."""

    value: float
    low: float
    high: float
    truth: float

    @property
    def error(self) -> float:
        return abs(self.value - self.truth) / self.truth

    @property
    def is_covered(self) -> bool:
        return self.low <= self.truth <= self.high


def register_this_machine():
    info = inventory(ask_torch=False)
    enrolment = trust_key(info.name, Ed25519PrivateKey.generate().public_key())
    host = register_host(enrolment, info)
    return host, Device.objects.get(host=host, backend="cpu")


def probe_and_calibrate(host, device):
    """The quick suite in real subprocesses, stored and fitted as after a run from the browser."""
    run = ProbeRun.objects.create(device=device, suite="quick")
    report = run_job(job_of(run), lambda _: None)
    store_report(host, report)
    assert report.status == "succeeded", report.reason
    calibration = recalibrate(device_id=device.pk, run_id=str(run.pk))
    assert calibration is not None
    return run


def probe_was_contended(run):
    """Whether some shape of the fp32 curve was disturbed each time it was measured."""
    rows = Measurement.objects.filter(run_id=run.pk, probe="gemm.curve.fp32")
    flags_by_metric = {}
    for row in rows:
        flags_by_metric.setdefault(row.metric, []).append("contended" in row.flags)
    return any(all(flags) for flags in flags_by_metric.values())


def unprobed_shapes(run):
    """Shapes inside the probed range, drawn at random, none of which was probed."""
    rows = Measurement.objects.filter(run_id=run.pk, probe="gemm.curve.fp32")
    probed = {(row.params["m"], row.params["n"], row.params["k"]) for row in rows}
    largest = max(m * n * k for m, n, k in probed)
    draw = random.Random(run.seed)
    shapes = []
    while len(shapes) < SHAPES:
        m, n, k = (round(2 ** draw.uniform(low, 12) / 8) * 8 for low in (3, 8, 8))
        if (m, n, k) not in probed and m * n * k <= largest:
            shapes.append((m, n, k))
    return shapes


def predict(device, shape):
    m, n, k = shape
    workload = {"kind": "gemm", "m": m, "n": n, "k": k, "precision": "fp32"}
    answer = estimate({"workload": workload, "hardware": {"device": device.pk}})
    assert answer["evidence"]["level"] == "measured"
    return answer["metrics"]["latency_ms"]


def measure(runner, shape):
    runner.stdin.write(json.dumps(dict(zip("mnk", shape, strict=True))) + "\n")
    runner.stdin.flush()
    return json.loads(runner.stdout.readline())


def sentinels(run):
    """Shapes the probe ran, with what it measured: they tell whether the machine still is as then.

    A virtual machine's speed moves by a third within a minute, and no fit can know that.
    """
    rows = Measurement.objects.filter(run_id=run.pk, probe="gemm.curve.fp32", repetition=0)
    rows = sorted(rows, key=lambda row: row.value)
    middle = rows[len(rows) // 4 : len(rows) * 3 // 4]
    return [((row.params["m"], row.params["n"], row.params["k"]), row.value) for row in middle]


def predict_and_run(device, shapes, known):
    """Prediction and truth in turn, so that neither gets a quieter machine than the other."""
    outcomes, disturbed = [], False
    with subprocess.Popen(
        [sys.executable, RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as runner:
        for shape, (sentinel, before) in zip(shapes, itertools.cycle(known), strict=False):
            metric = predict(device, shape)
            truth = measure(runner, shape)
            moved = measure(runner, sentinel)["seconds"] / before
            disturbed |= not 1 / MOVED < moved < MOVED
            disturbed |= truth["seconds"] > CONTENDED * truth["p05"]
            figures = [metric[name] / 1e3 for name in ("value", "low", "high")]
            outcomes.append(Outcome(*figures, truth["seconds"]))
        runner.stdin.close()
    return outcomes, disturbed


@pytest.mark.hardware
@pytest.mark.django_db
def test_a_calibrated_cpu_predicts_products_it_never_ran(capsys):
    host, device = register_this_machine()
    for attempt in range(1, ATTEMPTS + 1):
        run = probe_and_calibrate(host, device)
        outcomes, disturbed = predict_and_run(device, unprobed_shapes(run), sentinels(run))
        disturbed = disturbed or probe_was_contended(run)
        error = statistics.median(outcome.error for outcome in outcomes)
        covered = sum(outcome.is_covered for outcome in outcomes)
        with capsys.disabled():
            print(
                f"\nattempt {attempt}: median error {error:.1%}, {covered} of {SHAPES} shapes "
                f"inside the 90 % interval, disturbed: {disturbed}"
            )
        holds = error <= MEDIAN_ERROR and covered >= COVERED * SHAPES
        if holds or not disturbed:
            assert error <= MEDIAN_ERROR
            assert covered >= COVERED * SHAPES
            return
    pytest.skip(f"other work disturbed this machine in all {ATTEMPTS} attempts")
