import datetime as dt

import pytest
from django.urls import reverse

from catalog.index.keeping import MOST_DAYS, _kept, current_index
from catalog.models import Offer, Vendor
from catalog.services import record_edit
from tests.catalog.data_folder import OFFER
from tests.catalog.facets.listed import links, rows


@pytest.fixture
def two_regions(data):
    data.offers = [OFFER | {"region": "north"}, OFFER | {"region": "south"}]
    data.load()
    return data


def listed(client, query=""):
    return client.get(f"/offers/{query}").content.decode()


def test_an_index_is_read_once_for_each_revision(two_regions):
    first = current_index()
    assert current_index() is first
    record_edit("something")
    assert current_index() is not first


def test_before_the_first_revision_nothing_is_kept(db):
    assert current_index() is not current_index()


def test_few_past_days_are_kept_beside_today(two_regions):
    today = current_index()
    for day in range(1, 9):
        current_index(dt.date(2026, 10, day))
    assert len(_kept) == MOST_DAYS
    assert current_index() is today


def test_an_offer_changed_by_hand_is_found_at_once(two_regions, admin_client):
    assert rows(listed(admin_client)) == 2
    offer = Offer.objects.get(region="south")
    url = reverse("admin:catalog_offer_change", args=[offer.pk])
    form = admin_client.get(url).context["adminform"].form
    fields = {
        name: field.value() for name in form.fields if (field := form[name]).value() is not None
    }
    response = admin_client.post(url, fields | {"region": "west", "includes_host": "unknown"})
    assert response.status_code == 302, response.context["errors"]
    choices = links(listed(admin_client))
    assert "west" in choices
    assert "south" not in choices


def test_rows_deleted_together_make_a_new_revision(two_regions, admin_client):
    before = current_index()
    vendor = Vendor.objects.create(slug="gone", name="Gone", kind="cloud")
    ticked = {"action": "delete_selected", "_selected_action": [vendor.pk], "post": "yes"}
    admin_client.post(reverse("admin:catalog_vendor_changelist"), ticked)
    assert not Vendor.objects.filter(slug="gone").exists()
    assert current_index() is not before


def test_a_page_shows_a_row_as_it_is_now(two_regions, client):
    current_index()
    Offer.objects.filter(region="south").update(tier="changed-tier")
    assert "changed-tier" in listed(client, "?columns=system,tier")
