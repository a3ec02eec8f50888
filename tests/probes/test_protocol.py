"""The wire types survive a round trip and refuse whatever breaks the protocol, by name."""

import json
import subprocess
import sys

import pytest

from probes import protocol
from probes.protocol import (
    Correctness,
    DeviceInfo,
    Expected,
    Formula,
    HostInfo,
    Job,
    Measurement,
    ProbeResult,
    Progress,
    ProtocolError,
    Report,
    Samples,
    from_data,
    from_json,
    to_data,
    to_json,
)


def a_measurement() -> Measurement:
    return Measurement(
        metric="time_s.m1.n64.k64",
        value=1e-5,
        unit="s",
        ci95=(0.9e-5, 1.1e-5),
        params={"m": 1, "n": 64, "k": 64, "dtype": "fp32"},
        samples=Samples(
            n=20,
            batch=200,
            median=1e-5,
            ci95=(0.9e-5, 1.1e-5),
            mad=1e-7,
            p05=0.9e-5,
            p95=1.2e-5,
            minimum=0.8e-5,
            trend=0.001,
            stop="converged",
            cpu_share=0.99,
        ),
        first_call_s=0.1,
        formula=Formula(flops=8192.0, bytes=512.0),
        correctness=Correctness(metric="freivalds_row", value=1e-9, limit=1e-7, ok=True),
        expected=Expected(value=2e-5, source="a datasheet", kind="datasheet"),
        ratio=0.5,
        verdict="measured",
        flags=("contended",),
    )


def a_result() -> ProbeResult:
    return ProbeResult(
        run_id="r1",
        device_uuid="cpu-1",
        probe="gemm.curve.fp32",
        status="ok",
        measurements=(a_measurement(),),
        env={"torch": "2.13.0"},
        started_unix_s=1.8e9,
        duration_s=2.5,
    )


MESSAGES = [
    Job(run_id="r1", device_uuid="cpu-1", probes=("health", "soak"), seed=7, nonce="abc"),
    HostInfo(
        machine_id="m1",
        name="box",
        devices=(
            DeviceInfo(
                uuid="cpu-1",
                index=0,
                backend="cpu",
                name="A CPU",
                memory_bytes=2**34,
                facts={"isa": ["avx2"], "cores": 2, "max_clock_hz": 2.4e9},
            ),
        ),
    ),
    a_result(),
    Progress(run_id="r1", probe="health", probes_done=0, probes_total=7, steps_total=3),
    Report(
        run_id="r1",
        device_uuid="cpu-1",
        suite="quick",
        status="succeeded",
        results=(a_result(),),
        started_unix_s=1.8e9,
        finished_unix_s=1.8e9 + 60,
    ),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_a_message_survives_a_round_trip_through_json(message: object) -> None:
    back = from_json(type(message), to_json(message))

    assert to_data(back) == to_data(message)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"suite": "huge"}, "suite"),
        ({"probes": ["health", "rm -rf"]}, "probes"),
        ({"probes": ["health", "health"]}, "probes"),
        ({"probes": "health"}, "probes"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"deadline_s": 10**9}, "deadline_s"),
        ({"run_id": ""}, "run_id"),
        ({"run_id": None}, "run_id"),
        ({"schema_version": 99}, "schema_version"),
        ({"command": "ls"}, "command"),
    ],
)
def test_a_bad_job_is_refused_and_the_field_named(change: dict[str, object], field: str) -> None:
    data = {**to_data(MESSAGES[0]), **change}

    with pytest.raises(ProtocolError) as caught:
        from_data(Job, data)

    assert caught.value.field.startswith(field)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ProtocolError, match="device_uuid: missing"):
        from_data(Job, {"run_id": "r1"})


def test_an_error_deep_inside_names_its_whole_path() -> None:
    data = to_data(MESSAGES[4])
    data["results"][0]["measurements"][0]["samples"]["n"] = "twenty"

    with pytest.raises(ProtocolError) as caught:
        from_data(Report, data)

    assert caught.value.field == "results[0].measurements[0].samples.n"


def test_a_value_out_of_bounds_deep_inside_names_its_whole_path() -> None:
    data = to_data(MESSAGES[4])
    data["results"][0]["measurements"][0]["samples"]["n"] = 0

    with pytest.raises(ProtocolError) as caught:
        from_data(Report, data)

    assert caught.value.field == "results[0].measurements[0].samples.n"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "[" * 100_000, "\x00\xff"])
def test_noise_is_refused_with_a_clear_error(text: str) -> None:
    with pytest.raises(ProtocolError):
        from_json(Job, text)


def test_a_huge_message_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProtocolError, match="longer"):
        from_json(Job, " " * (protocol.MAX_MESSAGE_BYTES + 1))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_figure_that_is_no_number_is_refused(number: str) -> None:
    text = to_json(a_result()).replace('"duration_s":2.5', f'"duration_s":{number}')

    with pytest.raises(ProtocolError, match="duration_s"):
        from_json(ProbeResult, text)


def test_facts_hold_plain_values_only() -> None:
    data = to_data(MESSAGES[1])
    data["devices"][0]["facts"] = {"nested": {"deep": 1}}

    with pytest.raises(ProtocolError) as caught:
        from_data(HostInfo, data)

    assert caught.value.field.startswith("devices[0].facts.nested")


def test_progress_counts_finished_probes_and_the_step_within_one() -> None:
    progress = Progress(
        run_id="r1", probe="soak", probes_done=1, probes_total=4, steps_done=1, steps_total=2
    )

    assert progress.fraction == pytest.approx(0.375)


def test_the_protocol_needs_only_the_standard_library_and_attrs() -> None:
    script = (
        "import sys; before = set(sys.modules); import probes.protocol;"
        "print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    foreign = set(out.stdout.split()) - set(sys.stdlib_module_names)
    assert foreign <= {"probes", "attr", "attrs"}


def test_json_of_a_message_is_one_line() -> None:
    assert "\n" not in to_json(a_result())
    assert json.loads(to_json(a_result()))["schema_version"] == protocol.SCHEMA_VERSION
