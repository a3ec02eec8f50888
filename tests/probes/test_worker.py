import json
import time
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probes import joining, signing
from probes.agent.worker import job as jobs
from probes.agent.worker.app import make_app
from probes.agent.worker.claims import Claims
from probes.agent.worker.cli import main
from probes.agent.worker.identity import Identity
from probes.agent.worker.outbox import Outbox
from probes.protocol import Job, ProbeResult, Progress, Report, to_data

SERVER = Ed25519PrivateKey.generate()


class FakeRunner:
    """Stands where kernels would run: what is tested here is what surrounds them."""

    def __init__(self, status="succeeded", error=None, messages=()):
        self.status, self.error, self.messages = status, error, messages
        self.jobs = []

    def __call__(self, job, emit, *, device=None, should_stop):
        self.jobs.append(job)
        for message in self.messages:
            emit(message)
        if self.error:
            raise self.error
        status = "cancelled" if should_stop() else self.status
        now = time.time()
        return Report(
            run_id=job.run_id,
            device_uuid=job.device_uuid,
            suite=job.suite,
            status=status,
            nonce=job.nonce,
            started_unix_s=now,
            finished_unix_s=now,
        )


@pytest.fixture
def desk(tmp_path):
    return make_desk(tmp_path)


def make_desk(folder, session="one", **options):
    token = joining.JoinToken(name="box", server_key=signing.public_text(SERVER.public_key()))
    identity = Identity(
        folder=folder,
        token=token,
        key=Ed25519PrivateKey.generate(),
        server_key=SERVER.public_key(),
    )
    return jobs.Desk(
        identity=identity,
        claims=Claims(folder / "runs", session),
        outbox=Outbox(folder / "outbox"),
        **{"runner": FakeRunner(), **options},
    )


def make_job(**changes):
    return Job(**{"run_id": str(uuid.uuid4()), "device_uuid": "CPU-1", "nonce": "n"} | changes)


def letter(job, key=SERVER, kind="job", to="probe.box"):
    return signing.seal(to_data(job), kind=kind, to=to, key=key)


def sent(desk):
    messages = []
    desk.outbox.send_all(lambda kind, payload: messages.append((kind, payload)))
    return messages


def test_a_job_leaves_its_start_and_its_report(desk):
    jobs.perform(desk, letter(make_job()))
    kinds = [kind for kind, _ in sent(desk)]
    assert kinds == ["started", "report"]


def test_a_report_repeats_the_nonce_of_its_job(desk):
    jobs.perform(desk, letter(make_job(nonce="abc")))
    assert sent(desk)[-1][1]["nonce"] == "abc"


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(
            letter(make_job(), key=Ed25519PrivateKey.generate()), id="signed by a stranger"
        ),
        pytest.param(letter(make_job(), kind="cancel"), id="of another kind"),
        pytest.param(letter(make_job(), to="probe.other"), id="meant for another host"),
        pytest.param(to_data(make_job()), id="not signed"),
        pytest.param(
            signing.seal({"run_id": "x", "code": "1"}, kind="job", to="probe.box", key=SERVER),
            id="not a job",
        ),
        pytest.param(None, id="nothing"),
    ],
)
def test_a_bad_letter_starts_nothing_and_is_logged(desk, bad, caplog):
    jobs.perform(desk, bad)
    assert desk.runner.jobs == []
    assert sent(desk) == []
    assert "refused" in caplog.text


def test_a_job_delivered_twice_runs_once(desk):
    job = letter(make_job())
    jobs.perform(desk, job)
    jobs.perform(desk, job)
    assert len(desk.runner.jobs) == 1


def test_a_job_that_an_earlier_worker_took_is_not_started_again(tmp_path):
    job = letter(make_job())
    jobs.perform(make_desk(tmp_path, session="one"), job)
    later = make_desk(tmp_path, session="two")
    jobs.perform(later, job)
    assert later.runner.jobs == []


def test_a_job_cancelled_before_its_turn_never_starts(desk):
    job = make_job()
    desk.claims.cancel(job.run_id)
    jobs.perform(desk, letter(job))
    assert desk.runner.jobs == []


def test_a_job_cancelled_while_it_runs_says_so(desk):
    job = make_job()
    desk.runner.messages = [
        Progress(run_id=job.run_id, probe="health", probes_done=0, probes_total=1)
    ]
    run = desk.runner

    def cancelled_midway(job, emit, **options):
        desk.claims.cancel(job.run_id)
        return run(job, emit, **options)

    desk.runner = cancelled_midway
    jobs.perform(desk, letter(job))
    assert sent(desk)[1][1]["status"] == "cancelled"


def test_a_stopped_worker_fails_its_run_with_the_reason(tmp_path):
    desk = make_desk(tmp_path, is_stopping=lambda: True)
    jobs.perform(desk, letter(make_job()))
    report = sent(desk)[-1][1]
    assert (report["status"], report["reason"]) == ("failed", "the probe worker was stopped")


def test_an_error_of_the_runner_becomes_a_failed_report(tmp_path):
    desk = make_desk(tmp_path, runner=FakeRunner(error=RuntimeError("no such kernel")))
    jobs.perform(desk, letter(make_job()))
    report = sent(desk)[-1][1]
    assert (report["status"], report["reason"]) == ("failed", "RuntimeError: no such kernel")


def test_only_this_sessions_open_runs_count_as_active(tmp_path):
    job = make_job()
    one, two = Claims(tmp_path, "one"), Claims(tmp_path, "two")
    one.take(job)
    assert [active.run_id for active in one.active()] == [job.run_id]
    assert two.active() == []
    one.finish(job.run_id)
    assert one.active() == []


def test_a_run_id_cannot_leave_the_folder(tmp_path):
    Claims(tmp_path / "runs", "one").cancel("../../outside")
    assert [path.parent for path in tmp_path.rglob("*.cancel")] == [tmp_path / "runs"]


def test_what_could_not_be_sent_waits_in_order(tmp_path):
    outbox = Outbox(tmp_path)
    for number in range(3):
        outbox.put("result", {"number": number})

    def broker_is_down(kind, payload):
        raise OSError

    with pytest.raises(OSError):
        outbox.send_all(broker_is_down)
    got = []
    outbox.send_all(lambda kind, payload: got.append(payload["number"]))
    assert got == [0, 1, 2]


def test_new_progress_takes_the_place_of_old(tmp_path):
    outbox = Outbox(tmp_path)
    outbox.put("progress", {"n": 1}, replace="progress-run")
    outbox.put("progress", {"n": 2}, replace="progress-run")
    got = []
    outbox.send_all(lambda kind, payload: got.append(payload["n"]))
    assert got == [2]


def test_a_torn_file_does_not_block_the_outbox(tmp_path):
    outbox = Outbox(tmp_path)
    (tmp_path / "00-torn.json").write_text('["result", {')
    outbox.put("result", {"n": 1})
    assert outbox.send_all(lambda kind, payload: None) == 1
    assert outbox.waiting() == []


def test_progress_is_thinned_and_results_are_not(desk):
    job = make_job()
    progress = Progress(run_id=job.run_id, probe="health", probes_done=0, probes_total=2)
    result = ProbeResult(
        run_id=job.run_id,
        device_uuid=job.device_uuid,
        probe="health",
        status="ok",
        started_unix_s=1.0,
        duration_s=1.0,
    )
    desk.runner.messages = [progress, progress, result, result]
    jobs.perform(desk, letter(job))
    kinds = sorted(kind for kind, _ in sent(desk))
    assert kinds == ["progress", "report", "result", "result", "started"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--broker", ""], "--broker URL"),
        (["--broker", "redis://x"], "enrol_host"),
        (["--broker", "redis://x", "--enroll", "torn"], "copy all of it"),
    ],
)
def test_a_worker_that_cannot_start_says_why_in_one_line(tmp_path, capsys, arguments, hint):
    assert main([*arguments, "--state", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert hint in error
    assert error.count("\n") == 1


def test_a_claim_holds_nothing_but_the_job(tmp_path):
    job = make_job()
    Claims(tmp_path, "one").take(job)
    session, data = json.loads((tmp_path / f"{job.run_id}.claim").read_text())
    assert (session, data) == ("one", to_data(job))


def test_the_broker_named_on_the_command_line_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://elsewhere:1/0")
    app = make_app("redis://here:2/0", "probe.box")
    hosts = {app.connection_for_read().hostname, app.connection_for_write().hostname}
    assert hosts == {"here"}
