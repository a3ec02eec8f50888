import json

import attrs
import pytest

from catalog.models import Device, Measurement
from probes import check_report, proof, protocol, selectors
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


def proven(run, **changes):
    figure = protocol.Measurement(
        metric=proof.METRIC,
        value=1e-4,
        unit="s",
        params={"sha256": proof.wanted(run.seed, run.nonce)},
        **changes,
    )
    return factories.result_of(run, probe=proof.PROBE, measurements=(figure,))


def report(host, run, **changes):
    results = (factories.result_of(run), proven(run))
    assert host.report(run, **{"results": results, "verdict": "verified", **changes})
    run.refresh_from_db()


def page(client, run):
    answer = client.get(f"/runs/{run.pk}/report/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_report_shows_figures_expectation_proof_and_limits(client, host, run):
    report(host, run)
    html = page(client, run)
    for expected in ("12 GB/s", "memory channels", "verified", "is what the site computes"):
        assert expected in html
    assert "does not show on which device" in html


def test_a_report_with_a_wrong_proof_fails_the_device(client, host, run):
    figure = protocol.Measurement(
        metric=proof.METRIC, value=1e-4, unit="s", params={"sha256": "0" * 64}
    )
    wrong = factories.result_of(run, probe=proof.PROBE, measurements=(figure,))
    report(host, run, results=(wrong,))
    assert run.verdict == "failed"
    assert "The digest differs" in page(client, run) or "digest differs" in page(client, run)


def test_the_json_of_a_report_can_be_checked_by_anyone(client, host, run):
    report(host, run)
    document = json.loads(client.get(f"/runs/{run.pk}/report.json").content)
    assert check_report.check(document) == ""


def test_an_altered_report_does_not_pass_the_check(client, host, run, tmp_path, capsys):
    report(host, run)
    document = json.loads(client.get(f"/runs/{run.pk}/report.json").content)
    document["letter"]["payload"] = (
        document["letter"]["payload"]
        .replace("1.2e", "9.9e")
        .replace("12000000000.0", "99000000000.0")
    )
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document))
    assert check_report.main([str(path)]) == 1
    assert "altered" in capsys.readouterr().out


def test_a_run_without_a_report_has_no_report_page(client, run):
    assert client.get(f"/runs/{run.pk}/report/").status_code == 404
    assert client.get(f"/runs/{run.pk}/report.json").status_code == 404


def test_a_second_letter_does_not_replace_the_first(host, run):
    report(host, run)
    first = run.letter
    host.report(run)
    run.refresh_from_db()
    assert run.letter == first


def in_fleet(run, name, value):
    other = factories.make_device(name)
    Device.objects.filter(pk=other.pk).update(accelerator=run.device.accelerator)
    earlier = factories.make_run(other, status="succeeded")
    row = Measurement.objects.get(run_id=run.pk, probe="mem.copy")
    row.pk, row.device, row.run_id, row.value = None, other, earlier.pk, value
    row.id = earlier.pk
    row.save(force_insert=True)


def test_a_slow_device_is_shown_beside_others_of_its_kind(client, host, run):
    figure = attrs.evolve(
        factories.result_of(run).measurements[0], metric="dram_bytes_per_s", value=8e9
    )
    report(host, run, results=(factories.result_of(run, measurements=(figure,)), proven(run)))
    for index in range(3):
        in_fleet(run, f"peer{index}", 1e10)
    html = page(client, run)
    assert "80 % of 3" in html
    assert "no other" in html


def test_a_report_takes_the_same_queries_whatever_the_fleet(
    client, host, run, django_assert_max_num_queries
):
    report(host, run)
    with django_assert_max_num_queries(10):
        page(client, run)


def test_the_page_of_a_run_leads_to_its_report(client, host, run):
    report(host, run)
    assert f"/runs/{run.pk}/report/" in client.get(f"/runs/{run.pk}/").content.decode()


def test_lists_do_not_fetch_whole_letters(host, run):
    report(host, run)
    row = selectors.listed_runs().get(pk=run.pk)
    assert {"report", "letter"} <= row.get_deferred_fields()
