"""The command as an operator types it, on a small catalog."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from catalog.models import CatalogRevision, Offer, OfferObservation, ReviewItem
from tests.catalog.data_folder import OFFER

NEWER = OFFER | {"amount": "18.00", "observed_on": "2026-02-03"}


@pytest.fixture
def loaded(data):
    data.load()
    return data


@pytest.fixture
def importing(loaded, tmp_path):
    """Writes rows to a file and imports it; returns what the command printed."""

    def run(rows, *flags, name="acme.csv"):
        file = tmp_path / "given" / name
        file.parent.mkdir(exist_ok=True)
        columns = list(dict.fromkeys(column for row in [OFFER, *rows] for column in row))
        with file.open("w", newline="") as text:
            writer = csv.DictWriter(text, columns)
            writer.writeheader()
            writer.writerows(rows)
        return run_file(file, *flags)

    def run_file(file, *flags):
        out = io.StringIO()
        options = [f"--data={loaded.path}", "--source=prices"]
        call_command("import_offers", str(file), *options, *flags, stdout=out)
        return out.getvalue()

    run.file = run_file
    return run


def state():
    return (
        list(Offer.objects.order_by("slug").values()),
        OfferObservation.objects.count(),
        ReviewItem.objects.count(),
        CatalogRevision.objects.count(),
    )


def test_without_apply_the_difference_is_shown_and_nothing_is_written(importing):
    before = state()
    shown = importing([NEWER, OFFER | {"region": "south"}, OFFER | {"region": "bad", "amount": ""}])
    assert "20 USD -> 18 USD" in shown
    assert "+ acme-a-8x-south-on-demand" in shown
    assert "acme.csv:4: refused: amount: no price above 0" in shown
    assert "Nothing was written" in shown
    assert state() == before


def test_apply_writes_the_new_price_as_an_observation_and_a_new_revision(importing):
    revisions = CatalogRevision.objects.count()
    importing([NEWER], "--apply")
    offer = Offer.objects.get()
    assert (float(offer.amount), str(offer.observed_on)) == (18.0, "2026-02-03")
    assert offer.observations.count() == 2
    assert CatalogRevision.objects.count() == revisions + 1
    assert CatalogRevision.objects.latest().reason == "Imported acme.csv"


def test_reading_the_same_file_twice_changes_nothing(importing):
    rows = [NEWER, OFFER | {"region": "bad", "amount": "free"}]
    importing(rows, "--apply")
    before = state()
    assert "Nothing to write" in importing(rows, "--apply")
    assert state() == before


def test_a_refused_row_waits_in_the_review_queue_with_line_field_and_reason(importing):
    importing([NEWER, OFFER | {"region": "bad", "amount": "free"}], "--apply")
    item = ReviewItem.objects.get()
    assert item.reason == "refused"
    assert item.detail == "amount: 'free' is no number; write it like 1234.5 (acme.csv:3)"
    assert item.row["region"] == "bad"


def test_an_ambiguous_name_waits_with_its_candidates(importing):
    vague = OFFER | {"instance": "", "accelerator": "H100 (80 GB)"}
    importing([NEWER, vague], "--apply")
    assert ReviewItem.objects.get().reason == "ambiguous"
    assert Offer.objects.count() == 1


def test_a_dismissed_row_does_not_come_back(importing):
    rows = [NEWER, OFFER | {"region": "bad", "amount": "free"}]
    importing(rows, "--apply")
    ReviewItem.objects.update(status="dismissed")
    importing([*rows, OFFER | {"region": "south"}], "--apply")
    assert ReviewItem.objects.get().status == "dismissed"


def test_offers_that_the_file_no_longer_lists_are_named_and_keep_their_price(importing):
    shown = importing([OFFER | {"region": "south"}], "--apply")
    assert "would become stale       1" in shown
    assert "20 USD, last seen 2026-01-02" in shown
    assert Offer.objects.filter(region="north", status="live").exists()


@pytest.mark.parametrize("wrong", [{"amount": "free"}, {"amount": ""}, {"vcpus": "many"}])
def test_an_offer_whose_row_is_refused_is_not_said_to_be_missing_from_the_file(importing, wrong):
    shown = importing([OFFER | wrong, OFFER | {"region": "south"}])
    assert "last seen 2026-01-02 and its row in this file is quarantined" in shown


def test_an_open_quote_in_the_header_is_named(importing, tmp_path):
    path = tmp_path / "acme.csv"
    path.write_text('"accelerator,amount\n')
    with pytest.raises(CommandError, match=r"acme.csv:1 is no CSV: .*; is a quote not closed\?"):
        importing.file(path)


def test_an_older_price_is_history_only(importing):
    importing([OFFER | {"amount": "25.00", "observed_on": "2025-01-02"}], "--apply")
    offer = Offer.objects.get()
    assert float(offer.amount) == 20.0
    assert offer.observations.count() == 2


@pytest.mark.parametrize("rows", [[], [OFFER | {"amount": "0"}]], ids=["empty", "all refused"])
def test_a_file_of_which_no_row_can_enter_changes_nothing_and_fails(importing, rows):
    before = state()
    with pytest.raises(CommandError, match="nothing changed"):
        importing(rows, "--apply")
    assert state() == before


def test_a_file_without_a_needed_column_is_refused_by_name(importing, tmp_path):
    file = tmp_path / "acme.csv"
    file.write_text("accelerator,accelerator_count,pricing,currency\nL4,1,spot,USD\n")
    with pytest.raises(CommandError, match="no column amount"):
        importing.file(file)


def test_an_unknown_source_is_refused_with_the_remedy(loaded, tmp_path):
    with pytest.raises(CommandError, match=r"sources\.toml"):
        call_command("import_offers", str(tmp_path / "acme.csv"), "--source=nowhere")


def test_the_provider_is_the_name_of_the_file_unless_it_is_said(importing):
    importing([NEWER], "--provider=acme", "--apply", name="may.csv")
    assert Offer.objects.get().provider.slug == "acme"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("amount", "nan"),
        ("amount", "1e30"),
        ("accelerator_count", "eight"),
        ("observed_on", "03.02.2026"),
        ("observed_on", "2999-01-01"),
        ("unit", "month"),
        ("url", "javascript:alert(1)"),
        ("includes_host", "perhaps"),
        ("condition", "x" * 81),
        ("source", "nowhere"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row_only(importing, field, text):
    shown = importing([NEWER, OFFER | {"region": "bad", field: text}], "--apply")
    assert f"acme.csv:3: refused: {field}: " in shown
    assert not Offer.objects.filter(region="bad").exists()
    assert float(Offer.objects.get().amount) == 18.0


def test_the_download_of_the_offers_list_can_be_edited_and_read_back(importing, client, tmp_path):
    text = b"".join(client.get("/api/v1/offers/?format=csv").streaming_content).decode()
    file = tmp_path / "export.csv"
    file.write_text(text)
    assert "unchanged                1" in importing.file(file, "--apply")
    newer = text.replace("20.0000", "16.0000").replace("2.5000", "2.0000")
    file.write_text(newer.replace("2026-01-02", "2026-03-04"))
    assert "20 USD -> 16 USD" in importing.file(file, "--apply")
    assert float(Offer.objects.get().amount) == 16.0


def test_a_price_far_from_the_catalogs_median_is_kept_as_suspect(importing):
    regions = [OFFER | {"region": name, "url": f"https://acme.test/{name}"} for name in "abcd"]
    importing(regions, "--apply")
    importing([OFFER | {"region": "e", "amount": "900"}], "--apply")
    assert Offer.objects.get(region="e").status == "suspect"


def test_no_variant_can_be_set_on_a_refused_row(importing, admin_client):
    importing([NEWER, OFFER | {"region": "bad", "amount": "free"}], "--apply")
    page = admin_client.get(f"/admin/catalog/reviewitem/{ReviewItem.objects.get().pk}/change/")
    assert 'name="resolved_to"' not in page.content.decode()
