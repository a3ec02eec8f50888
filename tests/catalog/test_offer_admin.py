"""Prices that are typed in the admin."""

import datetime as dt

import pytest
from django.urls import reverse

from catalog.models import Offer
from tests.catalog.data_folder import OFFER


@pytest.fixture
def offer(data):
    data.load()
    return Offer.objects.get()


@pytest.fixture
def edit(admin_client):
    def send(offer, **given):
        url = reverse("admin:catalog_offer_change", args=[offer.pk])
        form = admin_client.get(url).context["adminform"].form
        now = {name: form[name].value() for name in form.fields}
        kept = {name: value for name, value in now.items() if value is not None}
        return admin_client.post(url, kept | given)

    return send


def test_a_typed_price_is_an_observation(offer, edit):
    assert edit(offer, amount="17", observed_on="2026-02-02").status_code == 302
    newest = offer.observations.first()
    assert (newest.amount, newest.observed_on) == (17, dt.date(2026, 2, 2))


def test_an_edit_that_leaves_the_price_alone_is_no_observation(offer, edit):
    assert edit(offer, notes="Ask for a quote.").status_code == 302
    assert offer.observations.count() == 1


def test_a_new_offer_is_observed(offer, admin_client):
    columns = ("provider", "accelerator", "source")
    given = {name: getattr(offer, f"{name}_id") for name in columns}
    given |= {"slug": "typed", "accelerator_count": "1", "accelerator_stated": "H100"}
    given |= {"pricing": "on-demand", "amount": "2.5", "currency": "USD", "unit": "h"}
    given |= {"observed_on": "2026-03-01", "status": "live", "includes_host": "unknown"}
    response = admin_client.post(reverse("admin:catalog_offer_add"), given)
    assert response.status_code == 302, response.context["errors"]
    assert Offer.objects.get(slug="typed").observations.get().amount == 2.5


def test_a_price_of_an_earlier_day_than_the_newest_is_refused(offer, edit):
    response = edit(offer, amount="17", observed_on="2025-01-01")
    assert "A price of 2026-01-02 is known" in response.content.decode()


def test_a_typed_price_outlasts_a_load_of_the_price_it_replaced(data, offer, edit):
    edit(offer, amount="17")
    data.load()
    assert Offer.objects.get().amount == 17


def test_a_new_price_in_the_file_replaces_a_typed_one(data, offer, edit):
    edit(offer, amount="17")
    data.offers = [OFFER | {"amount": "16", "observed_on": "2026-02-03"}]
    data.load()
    assert Offer.objects.get().amount == 16
