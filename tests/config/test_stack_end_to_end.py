"""The whole stack as `make run` starts it: killed piece by piece, then stopped."""

import signal
import time
from pathlib import Path

import pytest

from tests.stack_process import Stack, command_of


def still_there(family):
    """What of a family lives on (a zombie has no command line any more)."""
    return {pid: line for pid, line in family.items() if line and command_of(pid) == line}


@pytest.fixture(scope="module")
def shared_stack(tmp_path_factory):
    if not Path("/proc/self/stat").exists():
        pytest.skip("finds its processes through /proc, which this system lacks")
    running = Stack(tmp_path_factory.mktemp("stack") / "data")
    yield running
    running.process.kill()
    running.process.wait()


@pytest.fixture
def stack(shared_stack):
    if shared_stack.process.poll() is not None:
        shared_stack.start()
    return shared_stack


def next_run_works(stack):
    return stack.end_of(stack.run("host.launch"))["status"] == "succeeded"


def test_a_killed_probe_worker_fails_its_run_with_the_reason(stack):
    run = stack.run("gemm.curve.fp32", "gemm.curve.bf16")
    stack.until(lambda: stack.is_at_work(run), "work")
    stack.kill("probes.agent worker")
    end = stack.end_of(run)
    assert end["status"] == "failed"
    assert "stopped in the middle" in end["reason"]
    assert next_run_works(stack)


def test_a_sizing_waits_for_the_attached_device_and_gets_narrower(stack):
    device = stack.api(f"devices/{stack.device()}/")
    request = {
        "workload": {"kind": "gemm", "m": 96, "n": 1400, "k": 1800, "precision": "fp32"},
        "constraints": {"accelerators": [device["accelerator"]]},
        "measure": True,
    }
    asked = stack.api("sizings/", request)
    assert asked["status"] == "measuring"
    stack.until(lambda: stack.api(f"sizings/{asked['id']}/")["status"] == "done", "an answer")
    done = stack.api(f"sizings/{asked['id']}/")
    (measured,) = done["measurement"]["devices"]
    before, after = (measured[when]["latency_ms"] for when in ("before", "after"))
    assert measured["calibration"], done["measurement"]
    assert after["high"] / after["low"] < before["high"] / before["low"]
    assert done["recommendations"][0]["evidence"]["level"] == "measured"


def test_a_killed_broker_loses_no_report(stack):
    run = stack.run("gemm.fp32.peak")
    stack.until(lambda: stack.is_at_work(run), "work")
    stack.kill("valkey-server")
    assert stack.end_of(run)["status"] == "succeeded"
    assert next_run_works(stack)


def test_a_killed_web_server_costs_the_run_nothing(stack):
    run = stack.run("gemm.fp32.peak")
    stack.until(lambda: stack.is_at_work(run), "work")
    stack.kill("gunicorn")
    assert stack.end_of(run)["status"] == "succeeded"


def test_a_stopped_stack_leaves_no_process(stack):
    run = stack.run("gemm.curve.fp32")
    stack.until(lambda: stack.is_at_work(run), "work")
    family = stack.family()
    stack.process.send_signal(signal.SIGTERM)
    assert stack.process.wait(timeout=60) == 0
    assert len(family) > 5
    assert still_there(family) == {}


def test_a_killed_supervisor_leaves_no_process_and_the_run_ends(stack):
    run = stack.run("gemm.curve.fp32")
    stack.until(lambda: stack.is_at_work(run), "work")
    family = stack.family()
    stack.process.kill()
    stack.process.wait()
    deadline = time.monotonic() + 10
    while still_there(family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert still_there(family) == {}
    stack.start()
    assert stack.end_of(run)["status"] == "failed"
