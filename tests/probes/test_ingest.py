import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Device, Measurement
from probes import joining, signing
from probes.models import ProbeRun
from probes.protocol import to_data
from probes.services import ingest
from tests.probes import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(sent):
    box = factories.TestHost()
    box.register()
    return box


@pytest.fixture
def run(host):
    return factories.make_run(Device.objects.get(), status="queued")


def fresh(run):
    return ProbeRun.objects.get(pk=run.pk)


def test_a_run_moves_from_start_to_report(host, run):
    host.start(run)
    assert fresh(run).status == "running"
    host.report(run)
    assert fresh(run).status == "succeeded"


def test_figures_arrive_with_unit_interval_and_expectation(host, run):
    host.report(run)
    figure = Measurement.objects.get(run_id=run.pk)
    assert (figure.value, figure.unit, figure.ci_low, figure.ci_high) == (
        1.2e10,
        "B/s",
        1.1e10,
        1.3e10,
    )
    assert (figure.expected_value, figure.verdict) == (1.5e10, "degraded")


def test_the_same_result_twice_gives_one_row(host, run):
    result = to_data(factories.result_of(run))
    assert host.send("result", result)
    assert host.send("result", result)
    assert run.results.count() == 1
    assert Measurement.objects.filter(run_id=run.pk).count() == 1


def test_a_report_repeats_results_without_doubling_them(host, run):
    host.send("result", to_data(factories.result_of(run)))
    host.report(run)
    assert Measurement.objects.filter(run_id=run.pk).count() == 1


def test_a_letter_counts_once(host, run):
    letter = host.letter("started", {"run_id": str(run.pk), "session": "session-1"})
    assert ingest.receive(letter)
    assert not ingest.receive(letter)


def test_a_second_report_changes_nothing(host, run):
    host.report(run)
    host.report(run, status="failed", reason="again")
    assert (fresh(run).status, fresh(run).reason) == ("succeeded", "")


def test_a_late_start_does_not_reopen_a_run(host, run):
    host.report(run)
    host.start(run)
    assert fresh(run).status == "succeeded"


def test_progress_never_goes_back(host, run):
    host.start(run)
    host.progress(run, done=3)
    host.progress(run, done=1)
    assert fresh(run).progress["probes_done"] == 3


def test_a_report_that_does_not_repeat_the_nonce_is_refused(host, run):
    assert not host.report(run, nonce="guessed")
    assert fresh(run).status == "queued"


def test_another_host_cannot_end_a_run(host, run):
    stranger = factories.TestHost(name="stranger")
    stranger.register()
    assert not stranger.report(run)
    assert fresh(run).status == "queued"


def test_a_revoked_host_is_refused(host, run):
    host.enrolment.revoked_at = run.requested_at
    host.enrolment.save()
    assert not host.start(run)


@pytest.mark.parametrize("letter", [None, {}, [1], "x" * 100, {"kind": "report"}])
def test_rubbish_is_refused_and_stores_nothing(host, letter):
    assert not ingest.receive(letter)
    assert not ProbeRun.objects.exists()


def test_a_letter_of_an_unknown_kind_is_refused(host):
    assert not host.send("reboot", {})


def test_a_malformed_report_stores_nothing(host, run):
    data = to_data(factories.report_of(run)) | {"results": [{"probe": "rm -rf"}]}
    assert not host.send("report", data)
    assert fresh(run).status == "queued"
    assert not Measurement.objects.exists()


def test_a_forged_letter_is_refused_and_logged(host, run, caplog):
    letter = host.letter("report", to_data(factories.report_of(run)))
    letter["payload"] = letter["payload"].replace("succeeded", "cancelled")
    assert not ingest.receive(letter)
    assert "letter_refused" in caplog.text


def test_a_job_letter_cannot_be_played_back_to_the_server(host, run):
    letter = signing.seal({}, kind="job", to=joining.job_reader("box"), key=host.key)
    assert not ingest.receive(letter)


def test_a_good_run_asks_for_a_calibration_once(
    host, run, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        host.report(run)
        host.report(run)
    assert [message[0] for message in sent] == ["sizing.recalibrate"]
    assert sent[0][1] == [run.device_id, str(run.pk)]


@pytest.mark.parametrize("change", [{"status": "failed", "reason": "no result"}])
def test_a_failed_run_calibrates_nothing(
    host, run, sent, change, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        host.report(run, **change)
    assert sent == []


def test_a_run_of_tiny_sizes_calibrates_nothing(host, sent, django_capture_on_commit_callbacks):
    run = factories.make_run(Device.objects.get(), status="queued", sizes="tiny")
    with django_capture_on_commit_callbacks(execute=True):
        host.report(run)
    assert sent == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["start", "progress", "report", "failed"]), max_size=8))
def test_whatever_the_order_of_letters_the_first_end_stays(host, letters):
    run = factories.make_run(Device.objects.get(), status="queued")
    ends = [letter for letter in letters if letter in {"report", "failed"}]
    for letter in letters:
        if letter == "failed":
            host.report(run, status="failed", reason="broken")
        elif letter == "progress":
            host.progress(run, done=2)
        else:
            getattr(host, letter)(run)
    expected = {"report": "succeeded", "failed": "failed"}.get(ends[0]) if ends else None
    assert fresh(run).status == (expected or ("running" if "start" in letters else "queued"))
