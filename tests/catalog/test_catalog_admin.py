import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from catalog import review
from catalog.models import Accelerator, CatalogRevision, ReviewItem
from tests.catalog.data_folder import OFFER, SXM

MODELS = [model for model in admin.site._registry if model._meta.app_label == "catalog"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_noun_has_a_list_in_the_admin(data, admin_client, model):
    data.load()
    response = admin_client.get(reverse(f"admin:catalog_{model._meta.model_name}_changelist"))
    assert response.status_code == 200


def test_an_edit_by_hand_makes_a_new_revision(data, admin_client):
    data.load()
    before = CatalogRevision.objects.first().number
    row = Accelerator.objects.get(slug=SXM["slug"])
    url = reverse("admin:catalog_accelerator_change", args=[row.pk])
    form = admin_client.get(url).context["adminform"].form
    fields = {
        name: field.value() for name in form.fields if (field := form[name]).value() is not None
    }
    fields |= {"tdp_w": "650", "pci_device_ids": "[]"}
    fields |= {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"}
    response = admin_client.post(url, fields)
    assert response.status_code == 302, response.context["errors"]
    row.refresh_from_db()
    assert row.tdp_w == 650
    assert CatalogRevision.objects.first().number > before


@pytest.mark.parametrize(
    "model", ["accelerator", "server", "instancetype", "offer", "vendor", "source", "languagemodel"]
)
def test_the_slug_by_which_files_and_history_know_a_row_is_chosen_once(data, admin_client, model):
    data.load()
    row = apps.get_model("catalog", model).objects.first()
    changing = admin_client.get(reverse(f"admin:catalog_{model}_change", args=[row.pk]))
    adding = admin_client.get(reverse(f"admin:catalog_{model}_add"))
    shown = ["slug" in page.context["adminform"].form.fields for page in (changing, adding)]
    assert shown == [False, True]


def test_a_queued_row_can_be_opened_and_dismissed(data, admin_client):
    data.offers = [OFFER | {"instance": "", "accelerator": "H100 (80 GB)"}]
    data.load()
    item = ReviewItem.objects.get()
    url = reverse("admin:catalog_reviewitem_change", args=[item.pk])
    assert "H100 (80 GB)" in admin_client.get(url).content.decode()
    listing = reverse("admin:catalog_reviewitem_changelist")
    admin_client.post(listing, {"action": "dismiss", "_selected_action": [item.pk]})
    item.refresh_from_db()
    assert item.status == "dismissed"


def test_a_decision_that_is_taken_back_opens_the_item_again(data, admin_client):
    data.offers = [OFFER | {"instance": "", "accelerator": "H100 (80 GB)"}]
    data.load()
    item = ReviewItem.objects.get()
    variant = Accelerator.objects.get(slug=SXM["slug"])
    review.decide(item=item, accelerator=variant, by="operator", folder=data.path)
    url = reverse("admin:catalog_reviewitem_change", args=[item.pk])
    admin_client.post(url, {"resolved_to": "", "resolution": item.resolution})
    item.refresh_from_db()
    assert (item.status, item.resolution) == ("open", "")


def test_history_cannot_be_changed_in_the_admin(data, admin_client):
    data.load()
    assert admin_client.get(reverse("admin:catalog_claim_add")).status_code == 403
