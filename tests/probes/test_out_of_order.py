"""Two ingest processes may handle a host's letters in any order: no order loses what was said."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from catalog.models import Host, Measurement
from probes import joining, protocol
from probes.models import ProbeRun
from probes.services import ingest, runs, silence
from tests.probes import factories

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - dt.timedelta(hours=3)


@pytest.fixture
def box():
    box = factories.TestHost(session=joining.new_session())
    box.register()
    return box


def status(run):
    return ProbeRun.objects.get(pk=run.pk).status


def say_result(box, run):
    box.send("result", protocol.to_data(factories.result_of(run)))


LETTERS = {
    "started": lambda box, run: box.start(run),
    "progress": lambda box, run: box.progress(run, 1),
    "result": say_result,
    "report": lambda box, run: box.report(run),
}


@pytest.mark.parametrize("order", list(itertools.permutations(LETTERS)), ids="-".join)
def test_any_order_of_a_runs_letters_ends_the_same(box, order):
    run = factories.make_run(box.row.devices.get(), status="queued")
    for name in order:
        LETTERS[name](box, run)
    assert status(run) == "succeeded"
    assert Measurement.objects.filter(run_id=run.pk).count() == 1
    assert run.results.count() == 1


def test_a_late_introduction_of_a_dead_process_ends_no_run_of_the_living(box):
    late = box.letter("register", introduction(box, box.session))
    young = reborn(box)
    run = factories.make_run(box.row.devices.get(), status="queued")
    young.start(run)
    assert ingest.receive(late)
    assert status(run) == "running"


def test_a_start_that_overtakes_the_introduction_of_its_process_is_kept(box):
    run = factories.make_run(box.row.devices.get(), status="queued")
    old, box.session = box.session, joining.new_session()
    box.start(run)
    box.send("register", introduction(box, old))
    box.register()
    assert status(run) == "running"


def test_a_report_that_waited_on_disk_outlives_the_restart_of_its_worker(box):
    run = factories.make_run(box.row.devices.get(), status="queued")
    box.start(run)
    box.session = joining.new_session()
    box.send("register", introduction(box, box.session, run))
    assert status(run) == "running"
    box.report(run)
    assert status(run) == "succeeded"


def test_a_cancel_before_the_start_stands(box):
    run = factories.make_run(box.row.devices.get(), status="queued")
    runs.end_run(run.pk, runs.RunStatus.CANCELLED, reason="")
    for say in LETTERS.values():
        say(box, run)
    assert status(run) == "cancelled"


def test_a_heartbeat_before_the_introduction_is_refused_and_the_next_is_taken():
    box = factories.TestHost()
    assert not box.heartbeat()
    box.register()
    assert box.heartbeat()


@pytest.mark.parametrize("names", [["no uuid"], [7], [None], "text", [{}]])
def test_a_heartbeat_that_names_no_runs_is_refused(box, names):
    assert not box.send("heartbeat", {"session": box.session, "runs": names})


def test_silence_while_the_broker_was_down_is_not_held_against_a_host(box):
    run = factories.make_run(box.row.devices.get(), heard_at=LONG_AGO)
    Host.objects.update(last_heartbeat_at=timezone.now() - dt.timedelta(seconds=60))
    silence.end_silent_runs(hearing_since=timezone.now())
    assert status(run) == "running"
    silence.end_silent_runs(hearing_since=LONG_AGO)
    assert status(run) == "failed"


def test_a_long_pause_between_two_looks_counts_as_deafness():
    hearing, start = silence.Hearing(), timezone.now()
    after = [0, 5, 10, 75, 80]
    heard = [hearing.note(start + dt.timedelta(seconds=s)) for s in after]
    assert [(since - start).seconds for since in heard] == [0, 0, 0, 75, 75]


def introduction(box, session, *waiting):
    info = factories.host_info(box.name, box.machine_id)
    return {
        "host": protocol.to_data(info),
        "session": session,
        "runs": [str(run.pk) for run in waiting],
    }


def reborn(box):
    box.session = joining.new_session()
    box.register()
    return box
