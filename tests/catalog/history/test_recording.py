import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.importing.landing import import_offers
from catalog.loading.files import Located
from catalog.models import Accelerator, CatalogRevision, LanguageModel, Offer, RowChange, Vendor
from catalog.reports.deciding import accept
from catalog.reports.filing import Reported, file_report
from tests.catalog.data_folder import L4, MODEL, OFFER, PCIE, SERVER, SXM


@pytest.fixture
def loaded(data):
    data.load()
    return data


def noted(**wanted):
    """Field, value before and after of every change but the first load, oldest first."""
    changes = RowChange.objects.exclude(what="first").filter(**wanted).order_by("pk")
    return [(change.field, change.old, change.new) for change in changes]


def test_the_first_load_is_one_line(loaded):
    change = RowChange.objects.get()
    assert (change.kind, change.what, change.origin) == ("catalog", "first", "load")
    assert "3 accelerators, 1 servers" in change.new
    assert change.revision == CatalogRevision.objects.first()


def test_loading_the_same_files_again_notes_nothing(loaded):
    loaded.load()
    assert noted() == []


def test_a_figure_that_a_data_file_changes_is_noted_with_both_values(loaded):
    loaded.accelerators = [SXM | {"tdp_w": 650}, PCIE, L4]
    loaded.load()
    change = RowChange.objects.get(kind="accelerator")
    assert noted(kind="accelerator") == [("tdp_w", "700", "650")]
    assert (change.slug, change.name, change.unit) == (SXM["slug"], SXM["name"], "W")
    assert change.source.slug == "datasheets"
    assert change.revision == CatalogRevision.objects.first()


def test_a_figure_cites_the_source_of_its_own_claim(loaded):
    loaded.accelerators = [SXM | {"capacity_gb": 86.0}, PCIE, L4]
    loaded.load()
    assert RowChange.objects.get(field="capacity_gb").source.slug == "label-rule"


def test_a_figure_that_became_known_had_no_value_before(loaded):
    loaded.servers = [SERVER | {"weight_kg": 130.5}]
    loaded.load()
    assert noted() == [("weight_kg", "", "130.5")]


def test_a_row_that_comes_later_is_an_addition(loaded):
    loaded.offers = [OFFER, OFFER | {"region": "south"}]
    loaded.load()
    change = RowChange.objects.get(kind="offer")
    assert (change.what, change.field) == ("added", "")
    assert change.row_id == Offer.objects.get(region="south").pk


def test_a_price_is_noted_and_the_day_on_which_it_was_seen_is_not(loaded):
    loaded.offers = [OFFER | {"amount": "18.00", "observed_on": "2026-02-03"}]
    loaded.load()
    assert noted() == [("amount", "20", "18")]
    assert RowChange.objects.get(kind="offer").unit == "USD per hour"


def test_what_a_row_refers_to_is_noted_by_name(loaded):
    loaded.offers = [OFFER | {"source": "datasheets", "observed_on": "2026-02-03"}]
    loaded.offers[0]["offer"] = Offer.objects.get().slug
    loaded.load()
    assert noted(field="source") == [("source", "A price list", "Datasheets")]


def test_of_a_configuration_only_what_differs_is_noted(loaded):
    loaded.models = [MODEL | {"config": MODEL["config"] | {"num_hidden_layers": 2}}]
    loaded.load()
    assert noted() == [("config", "", '{"num_hidden_layers": 2}')]


def test_many_changes_take_as_few_queries_as_one(loaded, django_assert_max_num_queries):
    loaded.accelerators = [row | {"tdp_w": 77, "fp32_tflops": 9} for row in (SXM, PCIE, L4)]
    loaded.write()
    with django_assert_max_num_queries(45):
        loaded.load()
    assert len(noted()) == 6


def imported(loaded, **changed):
    row = OFFER | {"owner": "acme", "amount": "18.00", "observed_on": "2026-02-03"}
    rows = [Located(place="mine.csv:2", licence="", values=row)]
    return import_offers(rows, name="mine.csv", folder=loaded.path, **changed)


def test_an_import_of_prices_notes_what_it_changed_and_its_name(loaded):
    imported(loaded, apply=True)
    assert noted() == [("amount", "20", "18")]
    change = RowChange.objects.get(kind="offer")
    assert (change.origin, change.by, change.source.slug) == ("import", "mine.csv", "prices")


def test_an_import_that_only_shows_the_difference_notes_nothing(loaded):
    imported(loaded, apply=False)
    assert noted() == []


def test_an_accepted_report_notes_the_value_with_its_source(loaded):
    row = Accelerator.objects.get(slug=SXM["slug"])
    url = "https://maker.example/h100.pdf"
    seen = Reported(value="650", source_url=url, read_on=dt.date(2026, 11, 20))
    accept(file_report(row, "tdp_w", seen), by="ann")
    assert noted() == [("tdp_w", "700", "650")]
    change = RowChange.objects.get(field="tdp_w")
    assert (change.origin, change.by, change.source.url) == ("report", "ann", url)


def test_an_accepted_price_is_noted_too(loaded):
    offer = Offer.objects.get()
    url = "https://acme.example/prices"
    seen = Reported(value="19", source_url=url, read_on=dt.date(2026, 11, 20))
    accept(file_report(offer, "amount", seen), by="ann")
    assert ("amount", "20", "19") in noted(kind="offer")


def edit(client, row, **values):
    url = reverse(f"admin:catalog_{row._meta.model_name}_change", args=[row.pk])
    form = client.get(url).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in fields.items() if value is not None} | values
    response = client.post(url, fields)
    assert response.status_code == 302, response.context["errors"]


def test_an_edit_by_hand_notes_who_and_cites_nothing(loaded, admin_client):
    edit(admin_client, Vendor.objects.get(slug="acme"), name="Acme", aliases="[]")
    assert noted() == [("name", "Acme Cloud", "Acme")]
    change = RowChange.objects.get(kind="vendor")
    assert (change.origin, change.by, change.source) == ("edit", "admin", None)


def test_a_price_edited_by_hand_is_noted(loaded, admin_client):
    edit(admin_client, Offer.objects.get(), amount="21.5")
    assert Offer.objects.get().amount == Decimal("21.5")
    assert noted() == [("amount", "20", "21.5")]


def test_a_row_deleted_by_hand_stays_in_the_history(loaded, admin_client):
    model = LanguageModel.objects.get()
    url = reverse("admin:catalog_languagemodel_delete", args=[model.pk])
    admin_client.post(url, {"post": "yes"})
    change = RowChange.objects.get(kind="model")
    assert (change.slug, change.what, change.by) == ("tiny", "removed", "admin")
    assert not LanguageModel.objects.exists()


def test_every_ticked_row_that_is_deleted_stays_in_the_history(loaded, admin_client):
    loaded.models = [MODEL, MODEL | {"slug": "tinier"}]
    loaded.load()
    keys = list(LanguageModel.objects.values_list("pk", flat=True))
    ticked = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    admin_client.post(reverse("admin:catalog_languagemodel_changelist"), ticked)
    assert RowChange.objects.filter(kind="model", what="removed").count() == 2


def test_an_admin_may_read_the_history_and_nothing_else(loaded, admin_client):
    pk = RowChange.objects.get().pk
    name = "admin:catalog_rowchange"
    assert admin_client.get(reverse(f"{name}_change", args=[pk])).status_code == 200
    assert admin_client.post(reverse(f"{name}_change", args=[pk]), {}).status_code == 403
    assert admin_client.post(reverse(f"{name}_delete", args=[pk]), {}).status_code == 403
    assert admin_client.get(reverse(f"{name}_add")).status_code == 403
