"""The parts of the supervisor, with programs that start in an instant."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config.stack import checks, run
from config.stack import child as child_module
from config.stack.child import Child, describe_exit
from config.stack.options import Options, StartError, read_options
from config.stack.supervisor import Stopped, Supervisor, stop_on_signals

ROOT = Path(__file__).resolve().parents[2]


def options(folder, port=0):
    return Options(host="127.0.0.1", port=port, data_dir=folder, probes=False)


def program(code, name="child", **more):
    command = [sys.executable, "-c", code]
    return Child(name=name, command=command, environment=dict(os.environ), directory="/", **more)


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture
def supervisor():
    keeper = Supervisor()
    yield keeper
    for child in keeper.children:
        child.kill_group()


def test_a_taken_port_is_named_with_another_to_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} is taken.*PORT={port + 1}"):
            checks.listen("127.0.0.1", port)


def test_the_port_is_held_from_then_on():
    with checks.listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(StartError, match="taken"):
            checks.listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(StartError, match="HOST"):
        checks.listen("no-such-host.invalid", 8000)


def test_a_full_disk_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 10**18)
    with pytest.raises(StartError, match="is full"):
        checks.check_disk(tmp_path)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="cannot be written"):
        checks.check_data_dir(tmp_path / "file" / "data")


def test_two_stacks_cannot_share_a_data_folder(tmp_path):
    with (
        checks.lock_data_dir(tmp_path),
        pytest.raises(StartError, match="already runs"),
    ):
        checks.lock_data_dir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("PROBES", "perhaps")]
)
def test_a_bad_variable_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(StartError, match=name):
        read_options()


def test_a_start_that_cannot_be_is_one_line_and_exit_code_1(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        variables = {"PORT": str(taken.getsockname()[1]), "DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-m", "config.stack"],
            env=os.environ | variables,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Ridgeline cannot start: Port")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_an_old_python_is_refused_before_anything_is_imported():
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 1); "
        "runpy.run_module('config.stack', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "Ridgeline needs Python 3.11 or newer; this is 3.9.1."


def test_a_child_that_dies_is_started_again(supervisor):
    child = program("import time; time.sleep(60)")
    supervisor.keep(child)
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: supervisor.tick() or (child.is_running and child.process.pid != first))


def test_a_child_that_keeps_dying_waits_longer_each_time(supervisor):
    clock = [0.0]
    child = program("raise SystemExit(3)", clock=lambda: clock[0])
    supervisor.keep(child)
    delays = []
    for _ in range(8):
        child.process.wait()
        before = clock[0]
        child.note_death()
        delays.append(child.start_again_at - before)
        clock[0] = child.start_again_at
        child.start()
    assert delays == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_a_child_that_lived_long_starts_again_at_once(supervisor):
    clock = [0.0]
    child = program("import time; time.sleep(60)", clock=lambda: clock[0])
    child.deaths = 5
    supervisor.keep(child)
    clock[0] = 100.0
    child.process.kill()
    child.process.wait()
    child.note_death()
    assert child.start_again_at - clock[0] == 0.5


def test_what_a_dead_child_left_is_swept_up(supervisor, tmp_path):
    note = tmp_path / "grandchild"
    code = (
        "import subprocess, sys, time; "
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"open({str(note)!r}, 'w').write(str(p.pid) + '.'); time.sleep(60)"
    )
    child = program(code)
    supervisor.keep(child)
    wait_for(lambda: note.exists() and note.read_text().endswith("."))
    grandchild = int(note.read_text().rstrip("."))
    child.process.kill()
    child.process.wait()
    child.note_death()
    wait_for(lambda: not is_alive(grandchild))


def test_children_that_ignore_the_polite_signal_are_killed(supervisor):
    deaf = program(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); time.sleep(60)",
        name="deaf",
        stop_within_s=0.5,
    )
    supervisor.keep(deaf)
    pid = deaf.process.pid
    supervisor.stop_all([("deaf",)])
    assert not is_alive(pid)


def test_a_signal_in_the_middle_of_a_line_stops_the_stack(supervisor):
    with stop_on_signals(supervisor), child_module._output_lock:
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Stopped):
        supervisor.pause()


def test_an_order_to_stop_wakes_the_supervisor(supervisor):
    threading.Timer(0.1, supervisor.stop.give, [signal.SIGTERM]).start()
    assert supervisor.stop.wait(60)


def test_children_stop_group_by_group(supervisor, monkeypatch):
    asked = []
    monkeypatch.setattr(Child, "ask_to_stop", lambda child: asked.append(child.name))
    supervisor.children = [program("", name=name) for name in ("broker", "ingest", "web")]
    supervisor.stop_all(run.STOP_ORDER)
    assert asked == ["web", "ingest", "broker"]


def test_a_program_that_never_comes_up_ends_the_start(supervisor):
    supervisor.keep(program("raise SystemExit(1)", name="web"))
    with pytest.raises(StartError, match="web process does not start"):
        supervisor.run_until_ready(lambda: False, within_s=60, what="The web server")


def test_a_step_that_fails_ends_the_start(supervisor):
    with pytest.raises(StartError, match=r"prepare step failed \(exit code 7\)"):
        supervisor.run_once(program("raise SystemExit(7)", name="prepare"))


def test_lines_carry_the_name_of_their_child(supervisor, capfd):
    supervisor.run_once(
        program("print('hello'); print('secret chatter')", hidden_lines=("secret",))
    )
    assert capfd.readouterr().out == "[child] hello\n"


@pytest.mark.parametrize(
    ("code", "words"), [(0, "exit code 0"), (-9, "signal SIGKILL"), (None, "no exit code")]
)
def test_an_exit_is_told_in_words(code, words):
    assert describe_exit(code) == words
