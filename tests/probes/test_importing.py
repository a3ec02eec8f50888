import json
import time
import uuid

import attrs
import pytest
from django.core.management import CommandError, call_command

from catalog.models import Device, Host, Measurement
from probes import proof, protocol, report_files
from probes.models import ProbeRun
from probes.services.errors import RunRefused
from probes.services.importing import import_report
from tests.probes import factories

MACHINE = "ab" * 16
HOST = factories.host_info("Far-Box.example", MACHINE)


@attrs.frozen
class Asked:
    """What the factories take for a run: here one that only its host knows."""

    pk: uuid.UUID
    device: protocol.DeviceInfo = HOST.devices[0]
    suite: str = "quick"
    nonce: str = ""


def a_report(number=1, *, probe="mem.copy", duration_s=1.5, **changes):
    run = Asked(uuid.UUID(int=number))
    result = factories.result_of(run, probe=probe, duration_s=duration_s)
    return factories.report_of(run, **{"results": (result,), **changes})


def proven(number=2, *, seed=5, nonce="n"):
    run = Asked(uuid.UUID(int=number))
    figure = protocol.Measurement(
        metric=proof.METRIC, value=1e-4, unit="s", params={"sha256": proof.wanted(seed, nonce)}
    )
    result = factories.result_of(run, probe=proof.PROBE, measurements=(figure,))
    return factories.report_of(run, results=(result,), seed=seed, nonce=nonce, verdict="verified")


def folder_of(path, *reports):
    (path / "host.json").write_text(protocol.to_json(HOST))
    (path / "90-data.json").write_text('{"normal": 1.0, "zeros": 1.1}')
    for i, report in enumerate(reports):
        (path / f"{i:02}-step.json").write_text(protocol.to_json(report))
    return path


def test_pieces_of_a_first_run_become_one_report_with_each_probe_once(tmp_path):
    pieces = a_report(1), proven(2), a_report(3, duration_s=9.0)

    found = report_files.read_report(folder_of(tmp_path, *pieces))

    assert [result.probe for result in found.results] == ["mem.copy", proof.PROBE]
    assert found.results[0].duration_s == 1.5
    assert (found.seed, found.nonce) == (5, "n")
    assert {result.run_id for result in found.results} == {found.run_id}


def test_of_several_soaks_the_longest_counts():
    found = report_files.merged([
        a_report(number, probe="soak", duration_s=seconds)
        for number, seconds in ((1, 60.0), (2, 300.0), (3, 20.0))
    ])  # fmt: skip

    assert [result.duration_s for result in found.results] == [300.0]


def test_a_failed_piece_fails_the_whole():
    found = report_files.merged([proven(), a_report(3, verdict="failed")])

    assert found.verdict == "failed"


def test_reports_of_two_devices_are_not_mixed():
    other = a_report(2).evolve(device_uuid="GPU-2")

    with pytest.raises(ValueError, match="several devices"):
        report_files.merged([a_report(1), other])


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("absent.json", None, "No such file"),
        ("report.json", "{", "no JSON"),
        ("report.json", "{}", "run_id"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_its_reason(tmp_path, name, text, words):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)

    with pytest.raises(ValueError, match=words):
        report_files.read_report(path)


def test_a_folder_without_reports_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is a report"):
        report_files.read_report(folder_of(tmp_path))


@pytest.mark.django_db
def test_an_imported_report_makes_host_device_run_and_figures():
    run, is_new = import_report(HOST, a_report())

    assert is_new and run.imported
    assert (run.device.host.name, run.device.host.is_online) == ("far-box", False)
    assert Measurement.objects.filter(run_id=run.pk).count() == 1


@pytest.mark.django_db
def test_the_same_report_again_changes_nothing():
    first, _ = import_report(HOST, a_report())

    again, is_new = import_report(HOST, a_report())

    assert (again.pk, is_new) == (first.pk, False)
    assert (ProbeRun.objects.count(), Measurement.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_file_is_never_a_badge_even_with_a_right_proof():
    run, _ = import_report(HOST, proven())

    assert (run.verdict, "came as a file" in run.reason) == ("measured", True)


@pytest.mark.django_db
def test_a_wrong_proof_in_a_file_fails_the_device():
    run, _ = import_report(HOST, proven().evolve(seed=6))

    assert run.verdict == "failed"


@pytest.mark.django_db
def test_a_report_on_a_device_that_the_host_does_not_have_is_refused():
    with pytest.raises(RunRefused, match="does not have"):
        import_report(HOST, a_report().evolve(device_uuid="GPU-2"))
    assert not Host.objects.exists()


@pytest.mark.django_db
def test_a_run_of_the_future_is_refused():
    tomorrow = time.time() + 86_400

    with pytest.raises(RunRefused, match="which has not come"):
        import_report(HOST, a_report().evolve(finished_unix_s=tomorrow))
    assert not Host.objects.exists()


@pytest.mark.django_db
def test_a_figure_of_the_future_is_refused():
    with pytest.raises(RunRefused, match="which has not come"):
        import_report(HOST, a_report(duration_s=86_400.0))


@pytest.mark.django_db
def test_a_run_that_ends_before_it_starts_is_refused():
    with pytest.raises(RunRefused, match="before it starts"):
        import_report(HOST, a_report().evolve(finished_unix_s=1.0))


@pytest.mark.django_db
def test_a_run_that_this_site_asked_for_takes_no_file():
    device = factories.make_device()
    run = factories.make_run(device)

    with pytest.raises(RunRefused, match="signed"):
        import_report(HOST, a_report(run.pk.int))


@pytest.mark.django_db
def test_a_device_of_another_host_is_not_taken_over():
    owner = factories.make_device()
    Device.objects.filter(pk=owner.pk).update(uuid=HOST.devices[0].uuid)

    with pytest.raises(RunRefused, match="belongs to box"):
        import_report(HOST, a_report())


@pytest.mark.django_db
def test_another_host_of_that_name_asks_for_another_name():
    Host.objects.create(name="far-box", machine_id="other")

    with pytest.raises(RunRefused, match="--name"):
        import_report(HOST, a_report())
    assert import_report(HOST, a_report(), name="far-box-2")[0].device.host.name == "far-box-2"


@pytest.mark.django_db
def test_the_page_of_an_imported_report_says_what_it_is(client):
    run, _ = import_report(HOST, proven())

    html = client.get(f"/runs/{run.pk}/report/").content.decode()

    assert "came as a file" in html
    assert "The host signed every figure" not in html


@pytest.mark.django_db
def test_the_command_takes_a_folder_and_asks_for_a_calibration(tmp_path, capsys, sent):
    call_command("import_reports", str(folder_of(tmp_path, a_report(), proven())))

    run = ProbeRun.objects.get()
    assert f"/runs/{run.pk}/report/" in capsys.readouterr().out
    assert [(name, args) for name, args, _ in sent] == [
        ("sizing.recalibrate", [run.device_id, str(run.pk)])
    ]


@pytest.mark.django_db
def test_the_command_names_what_is_missing_beside_a_report(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(protocol.to_data(a_report())))

    with pytest.raises(CommandError, match=r"host\.json"):
        call_command("import_reports", str(path))
