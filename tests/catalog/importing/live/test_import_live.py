"""Both collections from small files in their formats; every row is invented for these tests."""

import datetime as dt
import io
import zipfile

import pytest
from attrs import evolve
from django.core.management import CommandError, call_command

from catalog.importing.live import skypilot
from catalog.importing.live.gpuhunt import GPUHUNT
from catalog.importing.live.landing import Download, import_live
from catalog.importing.live.price_list import Fetched
from catalog.models import CatalogRevision, Offer, ReviewItem, Source

SKYPILOT_HEAD = (
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,SpotPrice,Region,"
    "AvailabilityZone,GpuInfo\n"
)
H100 = "\"{'Gpus': [{'Name': 'H100', 'Count': 8, 'MemoryInfo': {'SizeInMiB': 81559}}]}\""
HOST = "\"{'Gpus': [{'Name': 'H100', 'Count': 1, 'MemoryInfo': {'SizeInMiB': 204800}}]}\""
GPUHUNT_HEAD = (
    "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,"
    "gpu_vendor,flags\n"
)


def gpuhunt_line(region, price="2.5", name="test-invented-1x", gpu="H100 SXM"):
    return f"{name},{region},{price},16,200,1,{gpu},80.0,False,,nvidia,\n"


def skypilot_line(zone, spot, name="test-invented-8x"):
    return f"{name},H100-SXM,8,128,1600,24.123456,{spot},north,{zone},{H100}\n"


@pytest.fixture
def importing(data, tmp_path):
    data.load()

    def run(collection, files, *flags, day="2026-03-04"):
        folder = tmp_path / "downloaded"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return call(collection, f"--from={folder}", f"--fetched-on={day}", *flags)

    def call(collection, *flags):
        out = io.StringIO()
        call_command(
            "import_live", collection, f"--data={data.path}", *flags, stdout=out, stderr=out
        )
        return out.getvalue()

    run.call = call
    return run


def live(collection):
    return Offer.objects.filter(source__slug=f"{collection}-catalog-live")


def test_a_skypilot_line_gives_an_offer_on_demand_and_one_per_zone_on_spot(importing):
    lines = skypilot_line("north-a", "10") + skypilot_line("north-b", "11")
    importing("skypilot", {"acme/vms.csv": SKYPILOT_HEAD + lines}, "--apply")
    found = set(live("skypilot").values_list("pricing", "region", "amount"))
    assert {(kind, where, float(price)) for kind, where, price in found} == {
        ("on-demand", "north", 24.1235),
        ("spot", "north-a", 10.0),
        ("spot", "north-b", 11.0),
    }


def test_prices_carry_the_day_of_the_fetch_and_the_source_its_licence(importing):
    importing("gpuhunt", {"acme.csv": GPUHUNT_HEAD + gpuhunt_line("north")}, "--apply")
    offer = live("gpuhunt").get()
    assert offer.observed_on == dt.date(2026, 3, 4)
    assert offer.licence == "facts only, no licence stated"
    assert Source.objects.get(slug="gpuhunt-catalog-live").read_on == dt.date(2026, 3, 4)


def test_files_of_an_unknown_day_have_no_date(importing, tmp_path):
    (tmp_path / "acme.csv").write_text(GPUHUNT_HEAD + gpuhunt_line("north"))
    importing.call("gpuhunt", f"--from={tmp_path / 'acme.csv'}", "--apply")
    assert live("gpuhunt").get().observed_on is None


def test_no_price_no_offer_and_no_region_stays_no_region(importing):
    lines = gpuhunt_line("") + gpuhunt_line("south", price="") + "cpu,north,1,4,8,0,,,False,,,\n"
    importing("gpuhunt", {"acme.csv": GPUHUNT_HEAD + lines}, "--apply")
    assert [offer.region for offer in live("gpuhunt")] == [""]


def test_the_memory_of_the_host_is_not_taken_for_that_of_the_accelerator():
    line = dict.fromkeys(("InstanceType", "Region", "SpotPrice"), "") | {"Price": "1"}
    line |= {"AcceleratorName": "H100", "AcceleratorCount": "1", "MemoryGiB": "200"}
    (offer,) = skypilot.offers_of_line(line | {"GpuInfo": HOST.strip('"')})
    assert offer["accelerator_memory_gb"] == ""
    (offer,) = skypilot.offers_of_line(line | {"GpuInfo": H100.strip('"')})
    assert offer["accelerator_memory_gb"] == "79.6475"


def test_without_apply_nothing_is_written(importing):
    revisions = CatalogRevision.objects.count()
    shown = importing("gpuhunt", {"acme.csv": GPUHUNT_HEAD + gpuhunt_line("north")})
    assert "+ acme-test-invented-1x" in shown
    assert "Nothing was written" in shown
    assert not live("gpuhunt").exists()
    assert not Source.objects.filter(slug="gpuhunt-catalog-live").exists()
    assert CatalogRevision.objects.count() == revisions


def test_the_same_day_twice_changes_nothing(importing):
    files = {"acme.csv": GPUHUNT_HEAD + gpuhunt_line("north")}
    importing("gpuhunt", files, "--apply")
    revisions = CatalogRevision.objects.count()
    assert "Nothing to write" in importing("gpuhunt", files, "--apply")
    assert CatalogRevision.objects.count() == revisions


def test_a_list_that_lost_more_than_half_of_its_rows_is_not_believed(importing):
    lines = [gpuhunt_line(region) for region in ("a", "b", "c")]
    importing("gpuhunt", {"acme.csv": GPUHUNT_HEAD + "".join(lines)}, "--apply")
    with pytest.raises(CommandError, match="The last prices stay for: acme"):
        importing(
            "gpuhunt",
            {"acme.csv": GPUHUNT_HEAD + gpuhunt_line("a", price="1")},
            "--apply",
            day="2026-03-05",
        )
    assert {float(offer.amount) for offer in live("gpuhunt")} == {2.5}
    assert Source.objects.get(slug="gpuhunt-catalog-live").read_on == dt.date(2026, 3, 4)


def test_a_list_that_lost_less_is_taken_and_names_what_is_gone(importing):
    lines = [gpuhunt_line(region) for region in ("a", "b", "c")]
    importing("gpuhunt", {"acme.csv": GPUHUNT_HEAD + "".join(lines)}, "--apply")
    files = {"acme.csv": GPUHUNT_HEAD + "".join(lines[:2])}
    shown = importing("gpuhunt", files, "--apply", day="2026-03-05")
    assert "would become stale       1" in shown


@pytest.mark.parametrize("text", ["", GPUHUNT_HEAD, "something,else\n1,2\n", '"open,quote\n'])
def test_an_empty_or_foreign_list_leaves_the_others_and_fails(importing, text):
    files = {"acme.csv": GPUHUNT_HEAD + gpuhunt_line("north"), "aws.csv": text}
    with pytest.raises(CommandError, match="The last prices stay for: aws"):
        importing("gpuhunt", files, "--apply")
    assert live("gpuhunt").count() == 1


def test_a_list_that_fails_for_a_reason_of_its_own_leaves_the_others(data):
    data.load()

    def break_at_potatoes(line):
        return 1 / 0 if "Potato" in line["gpu_name"] else GPUHUNT.offers_of_line(line)

    texts = {
        "aws": GPUHUNT_HEAD + gpuhunt_line("north", gpu="Potato"),
        "acme": GPUHUNT_HEAD + gpuhunt_line("north"),
    }
    outcomes = import_live(
        evolve(GPUHUNT, offers_of_line=break_at_potatoes),
        Download(fetched=Fetched(texts=texts), day=dt.date(2026, 3, 4)),
        apply=True,
        folder=data.path,
    )
    problems = {outcome.provider: outcome.problem for outcome in outcomes}
    assert problems == {
        "aws": "aws.csv could not be read: ZeroDivisionError: division by zero",
        "acme": "",
    }
    assert live("gpuhunt").count() == 1


def test_an_unknown_accelerator_waits_in_the_review_queue(importing):
    lines = gpuhunt_line("north") + gpuhunt_line("north", gpu="Potato 9000", name="test-potato")
    importing("gpuhunt", {"acme.csv": GPUHUNT_HEAD + lines}, "--apply")
    assert ReviewItem.objects.get().reason == "unknown-accelerator"


def test_the_published_zip_is_read_too(importing, tmp_path):
    path = tmp_path / "catalog.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("acme.csv", GPUHUNT_HEAD + gpuhunt_line("north"))
    importing.call("gpuhunt", f"--from={path}", "--apply")
    assert live("gpuhunt").count() == 1


def test_what_is_no_zip_is_said(importing, tmp_path):
    (tmp_path / "catalog.zip").write_text("<html>")
    with pytest.raises(CommandError, match="the last prices stay"):
        importing.call("gpuhunt", f"--from={tmp_path / 'catalog.zip'}")


def test_a_failed_fetch_keeps_the_last_prices_and_says_so(importing, monkeypatch):
    importing("skypilot", {"acme.csv": SKYPILOT_HEAD + skypilot_line("north-a", "10")}, "--apply")
    monkeypatch.setattr(skypilot, "ADDRESS", "https://127.0.0.1:9")
    with pytest.raises(CommandError, match=r"could not be fetched.*the last prices stay"):
        importing.call("skypilot", "--apply")
    assert live("skypilot").count() == 2
