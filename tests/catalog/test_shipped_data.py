"""What the shipped files must give when they are loaded."""

import pytest
from django.apps import apps
from django.db.models import CharField, Max, Q
from django.db.models.functions import Length

from catalog.errors import AmbiguousName
from catalog.loading.catalog import DATA, load_catalog
from catalog.loading.files import SHARE_ALIKE_LICENCE
from catalog.models import (
    Accelerator,
    Claim,
    InstanceType,
    LanguageModel,
    Offer,
    OfferObservation,
    ReviewItem,
    Server,
)
from catalog.models.accelerator import MEASURES
from catalog.selectors import resolve_accelerator, systems_for_sizing


@pytest.mark.parametrize(
    ("model", "least"),
    [(Accelerator, 110), (Server, 100), (InstanceType, 200), (Offer, 500), (LanguageModel, 100)],
)
def test_the_catalog_is_not_small(shipped, model, least):
    assert model.objects.count() >= least


def test_no_shipped_row_is_refused(shipped):
    assert [str(entry) for entry in shipped.refusals if entry.outcome == "refused"] == []


def test_every_queued_row_waits_in_the_review_queue(shipped):
    queued = sum(counts["queued"] for counts in shipped.counts.values())
    assert ReviewItem.objects.filter(status="open").count() >= 0.9 * queued > 0


def test_every_offer_has_an_observation(shipped):
    seen = OfferObservation.objects.values("offer")
    assert not Offer.objects.exclude(pk__in=seen).exists()


def test_loading_the_shipped_files_again_changes_nothing(shipped):
    assert not load_catalog().changed


@pytest.mark.parametrize(
    "name",
    [
        "H100 SXM",
        "H100 SXM5",
        "NVIDIA H100 80GB HBM3",
        "nvidia h100-sxm5-80gb",
        "10de:2330",
        "nvidia-h100-sxm5-80gb",
    ],
)
def test_the_names_of_one_variant_lead_to_it(shipped, name):
    assert resolve_accelerator(name).slug == "nvidia-h100-sxm5-80gb"


@pytest.mark.parametrize("name", ["H100", "A100", "V100 16GB", "H200", "RTX PRO 6000"])
def test_a_name_of_several_variants_lists_them(shipped, name):
    with pytest.raises(AmbiguousName) as error:
        resolve_accelerator(name)
    assert len(error.value.candidates) > 1


def test_every_figure_of_every_accelerator_has_a_source_and_a_date(shipped):
    claimed = set(
        Claim.objects.filter(observed_on__isnull=False).values_list("accelerator_id", "field")
    )
    missing = [
        (row.slug, field)
        for row in Accelerator.objects.all()
        for field in MEASURES
        if field != "per_node" and getattr(row, field) is not None
        if (row.pk, field) not in claimed
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("slug", "capacity_gb"), [("nvidia-h100-sxm5-80gb", 85.5), ("nvidia-h200-sxm5-141gb", 150.8)]
)
def test_capacity_is_what_a_driver_reports(shipped, slug, capacity_gb):
    assert Accelerator.objects.get(slug=slug).capacity_gb == pytest.approx(capacity_gb, abs=0.06)


def test_parts_of_one_rack_scale_domain_say_so(shipped):
    assert Accelerator.objects.get(slug="nvidia-gb200-nvl72-186gb").per_node == 72


def test_consumer_cards_stand_alone(shipped):
    cards = Accelerator.objects.filter(slug__contains="geforce")
    assert set(cards.values_list("per_node", "consumer")) == {(1, True)}


def test_share_alike_rows_stand_in_files_of_their_own_and_keep_their_licence(shipped):
    assert (DATA / "cc-by-sa" / "NOTICE").read_text().count("CC BY-SA 4.0") >= 1
    rows = InstanceType.objects.filter(source__slug="spare-cores")
    assert rows.count() > 50
    assert set(rows.values_list("licence", flat=True)) == {SHARE_ALIKE_LICENCE}


def test_no_other_row_is_under_the_share_alike_licence(shipped):
    others = InstanceType.objects.filter(~Q(source__slug="spare-cores"))
    assert not others.filter(licence=SHARE_ALIKE_LICENCE).exists()


def test_every_kind_of_system_can_be_sized_with_a_price(shipped):
    priced = {row.kind for row in systems_for_sizing() if row.rent}
    assert {"instance", "accelerator"} <= priced


def test_every_language_model_names_its_source(shipped):
    assert not LanguageModel.objects.filter(source="").exists()


def test_every_text_fits_its_column(shipped):
    # SQLite takes any length; PostgreSQL would refuse the whole load.
    too_long = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("catalog").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CharField) and field.max_length
        if (model.objects.aggregate(most=Max(Length(field.name)))["most"] or 0) > field.max_length
    ]
    assert too_long == []


def test_the_row_that_llms_txt_names_as_an_example_is_shipped(shipped, client):
    text = client.get("/llms.txt").content.decode()
    address = next(part for part in text.replace(")", "(").split("(") if part.endswith(".md"))
    assert client.get(address.removeprefix("http://testserver")).status_code == 200
