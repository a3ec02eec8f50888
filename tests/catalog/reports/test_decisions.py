import datetime as dt

import pytest
from django.db.models import ProtectedError

from catalog.errors import RefusedRow
from catalog.models import Accelerator, CatalogRevision, Claim, Offer, Source
from catalog.reports.deciding import AlreadyDecided, accept, reject
from catalog.reports.filing import Reported, file_report
from tests.catalog.data_folder import OFFER, SXM

URL = "https://maker.example/h100.pdf"
READ = dt.date(2026, 11, 20)


@pytest.fixture
def row(data):
    data.load()
    return Accelerator.objects.get(slug=SXM["slug"])


def report(row, field="tdp_w", value="650", **more):
    reported = {"source_url": URL, "read_on": READ} | more
    return file_report(row, field, Reported(value=value, **reported))


def test_an_accepted_report_becomes_a_claim_with_its_source(row):
    claim = accept(report(row, remark="Page 2."), by="ann", remark="Seen.").claim
    assert (claim.value, claim.unit, claim.observed_on) == ("650", "W", READ)
    assert (claim.source.url, claim.source.read_on) == (URL, READ)
    assert "Page 2." in claim.note


def test_the_row_takes_the_value_over_when_no_source_is_trusted_more(row):
    done = accept(report(row), by="ann")
    row.refresh_from_db()
    assert (row.tdp_w, done.followed, done.replaced_value) == (650, True, "700")


def test_a_source_that_is_trusted_more_keeps_its_value(row):
    Source.objects.filter(slug="datasheets").update(confidence=3)
    done = accept(report(row), by="ann", confidence=2)
    row.refresh_from_db()
    assert (row.tdp_w, done.followed) == (700, False)
    assert row.claims.filter(field="tdp_w").count() == 2


def test_acceptance_is_a_new_state_of_the_catalog(row):
    before = CatalogRevision.objects.first().number
    accept(report(row), by="ann")
    assert CatalogRevision.objects.first().number > before


def test_a_known_source_is_cited_again(row):
    Source.objects.filter(slug="datasheets").update(url=URL)
    claim = accept(report(row), by="ann").claim
    assert claim.source.slug == "datasheets"


def test_what_the_same_source_said_before_is_no_dispute(row, client):
    Source.objects.filter(slug="datasheets").update(url=URL)
    accept(report(row), by="ann")
    body = client.get(f"/api/v1/accelerators/{row.slug}/facts/tdp_w/").json()
    assert [claim["standing"] for claim in body["claims"]] == ["chosen", "earlier"]


def test_a_value_that_an_import_would_refuse_cannot_be_accepted(row):
    wrong = report(row, "link_bidirectional_gb_s", "7200")
    with pytest.raises(RefusedRow, match="sum over accelerators"):
        accept(wrong, by="ann")
    wrong.refresh_from_db()
    assert wrong.status == "open"
    assert not Claim.objects.filter(value="7200").exists()


def test_a_rejected_report_keeps_the_remark_and_changes_nothing(row, client):
    reject(report(row), by="ann", remark="That is the PCIe card.")
    row.refresh_from_db()
    assert row.tdp_w == 700
    html = client.get(f"/accelerators/{row.slug}/facts/tdp_w/").content.decode()
    assert "That is the PCIe card." in html
    assert "Rejected" in html


def test_a_report_is_decided_once(row):
    filed = report(row)
    reject(filed, by="ann", remark="No.")
    with pytest.raises(AlreadyDecided):
        accept(filed, by="bob")


def test_an_accepted_value_outlasts_the_next_load(row, data):
    accept(report(row), by="ann")
    data.load()
    row.refresh_from_db()
    assert row.tdp_w == 650


def test_accepted_values_of_one_field_outlast_a_load_in_their_order(row, data):
    accept(report(row), by="ann")
    row.refresh_from_db()
    accept(report(row, value="640", read_on=READ + dt.timedelta(days=1)), by="ann")
    data.load()
    row.refresh_from_db()
    assert row.tdp_w == 640


def test_a_file_that_changes_the_same_figure_wins(row, data):
    accept(report(row), by="ann")
    data.accelerators = [SXM | {"tdp_w": 690}]
    data.load()
    row.refresh_from_db()
    assert row.tdp_w == 690


def test_an_accepted_price_is_an_observation_and_the_newest_price(data):
    data.load()
    offer = Offer.objects.get()
    done = accept(report(offer, "amount", "18"), by="ann")
    offer.refresh_from_db()
    assert (offer.amount, offer.observed_on, done.observation.amount) == (18, READ, 18)
    assert offer.source.url == URL


def test_an_accepted_price_outlasts_the_next_load(data):
    data.load()
    accept(report(Offer.objects.get(), "amount", "18"), by="ann")
    data.load()
    assert Offer.objects.get().amount == 18


def test_an_accepted_price_of_the_same_day_outlasts_the_next_load(data):
    data.load()
    offer = Offer.objects.get()
    accept(report(offer, "amount", "18", read_on=offer.observed_on), by="ann")
    data.load()
    assert Offer.objects.get().amount == 18


def test_a_file_with_a_new_price_of_the_same_day_wins(data):
    data.load()
    offer = Offer.objects.get()
    accept(report(offer, "amount", "18", read_on=offer.observed_on), by="ann")
    data.offers = [OFFER | {"amount": "19"}]
    data.load()
    assert Offer.objects.get().amount == 19


def test_withdrawn_offers_do_not_make_an_accepted_price_suspect(data):
    data.offers = [OFFER | {"region": f"r{number}", "amount": "2000"} for number in range(4)]
    data.offers.append(OFFER)
    data.load()
    Offer.objects.filter(amount=2000).update(status=Offer.Status.WITHDRAWN)
    accept(report(Offer.objects.get(amount=20), "amount", "18"), by="ann")
    assert Offer.objects.get(amount=18).status == "live"


def test_an_older_price_is_history_only(data):
    data.offers = [OFFER | {"observed_on": "2026-11-25"}]
    data.load()
    done = accept(report(Offer.objects.get(), "amount", "18"), by="ann")
    assert not done.followed
    assert Offer.objects.get().amount == 20


def test_the_identity_of_a_system_is_left_to_its_file(data):
    data.load()
    server = Offer.objects.get().instance
    done = accept(report(server, "accelerator_count", "4"), by="ann")
    server.refresh_from_db()
    assert (done.followed, server.accelerator_count) == (False, 8)


def test_a_report_is_not_lost_with_its_row(data):
    data.load()
    offer = Offer.objects.get()
    report(offer, "amount", "18")
    with pytest.raises(ProtectedError):
        offer.delete()
