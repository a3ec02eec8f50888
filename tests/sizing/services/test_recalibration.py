import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Measurement
from sizing.models import Calibration
from sizing.services.recalibration import recalibrate
from sizing.tasks import recalibrate as task

pytestmark = pytest.mark.django_db
FLOPS, BANDWIDTH, LAUNCH = 1.2e11, 2.0e10, 5e-6
SHAPES = [(m, n, k) for m in (1, 16, 128, 512) for n, k in ((512, 512), (2048, 512), (512, 2048))]


def seconds(m, n, k):
    compute = 2.0 * m * n * k / FLOPS
    memory = 4.0 * (m * k + k * n + m * n) / BANDWIDTH
    return LAUNCH + (compute**2 + memory**2) ** 0.5


def measure(device, run_id, *, slower=1.0, flags=()):
    rows = [
        Measurement(
            device=device,
            run_id=run_id,
            probe="gemm.curve.fp32",
            metric=f"time_s.{m}x{n}x{k}",
            params={"m": m, "n": n, "k": k, "dtype": "fp32"},
            value=seconds(m, n, k) * slower,
            unit="s",
            flags=list(flags),
            measured_at=timezone.now(),
        )
        for m, n, k in SHAPES
    ]
    Measurement.objects.bulk_create(rows)


@pytest.fixture
def run_id(cpu_device):
    run_id = uuid.uuid4()
    measure(cpu_device, run_id)
    return run_id


def fit(device, run_id):
    return recalibrate(device_id=device.pk, run_id=str(run_id))


def ask(client, device):
    workload = {"kind": "gemm", "m": 256, "n": 1024, "k": 1024, "precision": "fp32"}
    body = {"workload": workload, "hardware": {"device": device.pk}}
    response = client.post("/api/v1/estimates/", body, content_type="application/json")
    assert response.status_code == 200, response.content
    return response.json()


def width(answer):
    latency = answer["metrics"]["latency_ms"]
    return latency["high"] / latency["low"]


def test_a_run_becomes_a_calibration_with_its_points(cpu_device, run_id):
    calibration = fit(cpu_device, run_id)
    assert len(calibration.points) == len(SHAPES)
    assert calibration.parameters["fits"]["fp32"]["flops_per_s"] == pytest.approx(FLOPS, rel=0.2)


def test_the_devices_answer_becomes_measured_and_narrower(client, cpu_device, run_id):
    before = ask(client, cpu_device)
    calibration = fit(cpu_device, run_id)
    after = ask(client, cpu_device)
    assert before["evidence"]["level"] != "measured"
    assert after["evidence"]["level"] == "measured"
    assert after["evidence"]["calibration"] == calibration.slug
    assert width(after) < width(before)
    truth_ms = seconds(256, 1024, 1024) * 1e3
    latency = after["metrics"]["latency_ms"]
    assert latency["value"] == pytest.approx(truth_ms, rel=0.25)


def test_the_same_measurements_give_the_same_calibration(cpu_device, run_id):
    assert fit(cpu_device, run_id) == fit(cpu_device, run_id)
    assert Calibration.objects.count() == 1


def test_a_later_run_makes_a_new_one_and_the_old_says_so(client, cpu_device, run_id):
    first = fit(cpu_device, run_id)
    later = uuid.uuid4()
    measure(cpu_device, later, slower=1.5)
    second = fit(cpu_device, later)
    assert ask(client, cpu_device)["evidence"]["calibration"] == second.slug
    page = client.get(first.get_absolute_url()).content.decode()
    assert "A newer calibration" in page
    assert second.slug in page


@pytest.mark.parametrize("flag", ["contaminated", "error", "wrong_result"])
def test_measurements_that_cannot_be_trusted_are_left_out(cpu_device, flag):
    run_id = uuid.uuid4()
    measure(cpu_device, run_id, flags=[flag])
    assert fit(cpu_device, run_id) is None
    assert not Calibration.objects.exists()


def test_a_calibration_of_a_busy_host_says_so(client, cpu_device):
    run_id = uuid.uuid4()
    measure(cpu_device, run_id, flags=["contended"])
    page = client.get(fit(cpu_device, run_id).get_absolute_url()).content.decode()
    assert f"{len(SHAPES)} of {len(SHAPES)} points were measured while" in page


def test_a_run_without_a_curve_makes_no_calibration(cpu_device):
    assert fit(cpu_device, uuid.uuid4()) is None


def test_a_device_that_the_catalog_does_not_know_is_not_fitted(cpu_device, run_id):
    cpu_device.accelerator = None
    cpu_device.save()
    assert fit(cpu_device, run_id) is None


def test_the_task_is_known_by_the_name_that_probes_send(cpu_device, run_id, settings):
    assert task.name == settings.RECALIBRATE_TASK
    assert task(cpu_device.pk, str(run_id)) == Calibration.objects.get().slug


def test_the_page_of_a_calibration_shows_parameters_and_points(client, cpu_device, run_id):
    page = client.get(fit(cpu_device, run_id).get_absolute_url()).content.decode()
    assert "P, sustained rate" in page
    assert "GB/s" in page
    assert page.count("<circle") >= len(SHAPES)


def test_a_device_lists_its_calibrations(client, cpu_device, run_id):
    url = reverse("sizing:device_calibrations", args=[cpu_device.pk])
    assert "No calibration yet" in client.get(url).content.decode()
    calibration = fit(cpu_device, run_id)
    assert calibration.slug in client.get(url).content.decode()


def test_the_api_gives_parameters_and_points(client, cpu_device, run_id):
    calibration = fit(cpu_device, run_id)
    listed = client.get("/api/v1/calibrations/", {"device": cpu_device.pk}).json()
    assert [row["slug"] for row in listed["results"]] == [calibration.slug]
    detail = client.get(f"/api/v1/calibrations/{calibration.slug}/").json()
    assert len(detail["points"]) == len(SHAPES)


def test_the_device_page_shows_evidence_before_and_after(client, cpu_device, run_id):
    url = reverse("sizing:device_estimate", args=[cpu_device.pk])
    assert "No calibration yet" in client.get(url).content.decode()
    calibration = fit(cpu_device, run_id)
    page = client.get(url, {"work": "gemm", "m": 64, "n": 64, "k": 64, "precision": "fp32"})
    assert calibration.slug in page.content.decode()
    assert page.context["answer"].data["evidence"]["level"] == "measured"


def test_a_wrong_form_on_the_device_page_is_told(client, cpu_device):
    url = reverse("sizing:device_estimate", args=[cpu_device.pk])
    response = client.get(url, {"work": "gemm", "m": -1, "n": 64, "k": 64, "precision": "fp32"})
    assert response.status_code == 200
    assert response.context["forms"]["gemm"].errors
