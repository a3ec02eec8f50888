"""Sizings that ask attached devices first; the runs go through the real probe services."""

import datetime as dt
import uuid

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.utils import timezone

from catalog.models import Measurement
from probes.models import ProbeRun
from probes.services import runs
from sizing.models import Calibration, Narrowing, Sizing, SizingAnswer
from sizing.services import measuring
from sizing.services.sizings import delete_sizing

pytestmark = pytest.mark.django_db
PRODUCT = {"kind": "gemm", "m": 64, "n": 1024, "k": 2048, "precision": "fp32"}
ON_THE_CPU = {
    "workload": PRODUCT,
    "constraints": {"accelerators": ["cpu-test-2c"]},
    "measure": True,
}


@pytest.fixture(autouse=True)
def sent(monkeypatch, settings, tmp_path):
    """What goes to Celery; keys of this test."""
    settings.PROBE_KEYS_DIR = tmp_path / "keys"
    messages = []
    monkeypatch.setattr(
        current_app._get_current_object(),
        "send_task",
        lambda name, args=None, **options: messages.append((name, args)),
    )
    return messages


@pytest.fixture
def owner(db):
    return User.objects.create_user("operator")


@pytest.fixture
def device(catalog, cpu_device):
    cpu_device.host.last_heartbeat_at = timezone.now()
    cpu_device.host.save()
    return cpu_device


def ask(owner, request=ON_THE_CPU):
    return measuring.size_and_measure(request, owner=owner).sizing


def fresh(sizing):
    return Sizing.objects.get(pk=sizing.pk)


def timed(run, seconds=0.004, **changes):
    """The host's answer: a figure for every product of the run."""
    for place, product in enumerate(run.products):
        Measurement.objects.create(
            device=run.device,
            run_id=run.pk,
            probe=f"gemm.curve.{product['dtype']}",
            metric=f"time_s.{place}",
            params=product,
            unit="s",
            measured_at=timezone.now(),
            **{"value": seconds, "p05": 0.99 * seconds, "p95": 1.01 * seconds, **changes},
        )
    runs.end_run(run.pk, "succeeded", reason="")
    measuring.note_end(device_id=run.device_id, run_id=str(run.pk))


def latency(sizing):
    return sizing.answer.content["recommendations"][0]["metrics"]["latency_ms"]


def test_the_device_is_asked_for_the_product_that_the_answer_rests_on(owner, device):
    sizing = ask(owner)
    run = ProbeRun.objects.get()
    assert sizing.status == "measuring"
    assert run.products == [{"m": 64, "n": 1024, "k": 2048, "dtype": "fp32"}]
    assert run.requested_by == owner


def test_until_the_device_has_answered_the_sizing_shows_what_is_known(owner, device):
    answer = latency(ask(owner))
    assert answer["low"] < answer["value"] < answer["high"]


def test_the_timed_product_becomes_the_answer_and_the_interval_narrows(owner, device):
    sizing = ask(owner)
    before = latency(sizing)
    timed(ProbeRun.objects.get(), seconds=0.004)
    done = fresh(sizing)
    after = latency(done)
    assert done.status == "done"
    assert after["value"] == pytest.approx(4.0)
    assert after["high"] / after["low"] < before["high"] / before["low"]


def test_the_answer_says_which_calibration_it_rests_on(owner, device):
    sizing = ask(owner)
    timed(ProbeRun.objects.get())
    evidence = fresh(sizing).answer.content["recommendations"][0]["evidence"]
    assert evidence["level"] == "measured"
    assert evidence["calibration"] == Calibration.objects.get().slug


def test_the_first_answer_is_kept_beside_the_second(owner, device):
    sizing = ask(owner)
    before = sizing.answer
    timed(ProbeRun.objects.get())
    assert Narrowing.objects.get().before == before
    assert fresh(sizing).answer != before


def test_a_disturbed_timing_leaves_a_wider_interval(owner, device):
    sizing = ask(owner)
    timed(ProbeRun.objects.get(), seconds=0.004, p05=0.002, p95=0.008, flags=["contended"])
    after = latency(fresh(sizing))
    assert after["high"] / after["low"] == pytest.approx(4.0)


def test_the_same_end_told_twice_changes_nothing(owner, device):
    ask(owner)
    run = ProbeRun.objects.get()
    timed(run)
    finished = Narrowing.objects.get().finished_at
    measuring.note_end(device_id=device.pk, run_id=str(run.pk))
    assert Narrowing.objects.get().finished_at == finished
    assert Calibration.objects.count() == 1


@pytest.mark.parametrize("end", ["failed", "cancelled", "expired"])
def test_a_run_that_measured_nothing_leaves_the_first_answer_with_the_reason(owner, device, end):
    sizing = ask(owner)
    run = ProbeRun.objects.get()
    runs.end_run(run.pk, end, reason="")
    measuring.note_end(device_id=device.pk, run_id=str(run.pk))
    done = fresh(sizing)
    assert done.status == "done"
    assert done.answer == sizing.answer
    assert "timed none" in done.narrowing.reason


def test_a_wrong_product_is_no_measurement(owner, device):
    sizing = ask(owner)
    timed(ProbeRun.objects.get(), flags=["wrong_result"])
    assert fresh(sizing).answer == sizing.answer
    assert not Calibration.objects.exists()


def test_after_two_minutes_it_is_answered_without(owner, device):
    sizing = ask(owner)
    Narrowing.objects.update(asked_at=timezone.now() - dt.timedelta(seconds=121))
    settled = measuring.settle(fresh(sizing))
    assert settled.status == "done"
    assert "120 seconds" in settled.narrowing.reason


def test_a_device_that_is_late_does_not_change_what_was_answered(owner, device):
    sizing = ask(owner)
    Narrowing.objects.update(asked_at=timezone.now() - dt.timedelta(seconds=121))
    settled = measuring.settle(fresh(sizing))
    timed(ProbeRun.objects.get())
    assert fresh(sizing).answer == settled.answer
    assert Calibration.objects.exists()


def test_what_was_measured_once_is_used_again_without_asking(owner, device):
    timed(ask(owner) and ProbeRun.objects.get(), seconds=0.004)
    second = ask(owner)
    assert second.status == "done"
    assert latency(second)["value"] == pytest.approx(4.0)
    assert ProbeRun.objects.count() == 1
    assert "measured already" in second.narrowing.reason


def test_without_a_device_on_line_it_answers_at_once_and_says_why(owner, catalog, cpu_device):
    sizing = ask(owner, {"workload": PRODUCT, "measure": True})
    assert sizing.status == "done"
    assert "No attached device is on line" in sizing.narrowing.reason
    assert not ProbeRun.objects.exists()


def test_a_device_that_the_answer_does_not_recommend_is_not_asked(owner, device):
    sizing = ask(
        owner,
        {
            "workload": PRODUCT,
            "constraints": {"accelerators": ["nvidia-t4-16gb"]},
            "measure": True,
        },
    )
    assert sizing.status == "done"
    assert "among the recommendations" in sizing.narrowing.reason


def test_a_host_with_too_many_waiting_runs_is_not_asked(owner, device):
    for _ in range(runs.MOST_WAITING):
        ProbeRun.objects.create(device=device, suite="quick")
    sizing = ask(owner)
    assert sizing.status == "done"
    assert "runs wait" in sizing.narrowing.reason


def test_a_run_that_nobody_waits_for_is_still_a_calibration(device):
    run = ProbeRun.objects.create(
        device=device, suite="quick", products=[{"m": 8, "n": 64, "k": 64, "dtype": "fp32"}]
    )
    timed(run)
    assert Calibration.objects.get().run_id == run.pk


def test_an_end_of_an_unknown_run_is_ignored(device):
    measuring.note_end(device_id=device.pk, run_id=str(uuid.uuid4()))
    assert not Calibration.objects.exists()


def test_deleting_the_sizing_deletes_both_answers(owner, device):
    sizing = ask(owner)
    timed(ProbeRun.objects.get())
    delete_sizing(fresh(sizing))
    assert not SizingAnswer.objects.exists()


def test_a_served_model_gets_its_matrices_timed(owner, device):
    workload = {
        "kind": "llm-inference",
        "model": "llama-3.1-8b",
        "input_tokens": 64,
        "output_tokens": 8,
        "weights": "bf16",
        "load": {"mode": "concurrency", "requests": 1},
    }
    device.accelerator.capacity_gb = 64
    device.accelerator.save()
    sizing = ask(owner, {**ON_THE_CPU, "workload": workload})
    products = ProbeRun.objects.get().products
    assert {product["dtype"] for product in products} == {"bf16"}
    timed(ProbeRun.objects.get(), seconds=0.02)
    found = fresh(sizing)
    assert found.status == "done"
    assert found.answer != found.narrowing.before
