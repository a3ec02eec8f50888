import pytest

from catalog import review
from catalog.models import Accelerator, AcceleratorAlias, Offer, ReviewItem
from tests.catalog.data_folder import INSTANCE, OFFER, SXM


@pytest.fixture
def ambiguous(data):
    data.offers = [OFFER | {"instance": "", "accelerator": "H100 (80 GB)"}]
    data.load()
    return ReviewItem.objects.get()


def test_what_fits_several_variants_waits_with_its_candidates(ambiguous):
    assert ambiguous.status == "open"
    assert ambiguous.reason == "ambiguous"
    assert ambiguous.candidates == ["nvidia-h100-pcie-80gb", "nvidia-h100-sxm5-80gb"]
    assert not Offer.objects.exists()


def test_a_queued_row_is_kept_whole(ambiguous):
    assert ambiguous.row["amount"] == "20.00"


def test_loading_again_does_not_queue_it_twice(data, ambiguous):
    data.load()
    assert ReviewItem.objects.count() == 1


def test_a_decision_brings_the_row_in(data, ambiguous, monkeypatch):
    monkeypatch.setattr(review, "load_catalog", data.load)
    variant = Accelerator.objects.get(slug=SXM["slug"])
    review.decide(item=ambiguous, accelerator=variant, by="operator")
    assert Offer.objects.get().accelerator == variant
    ambiguous.refresh_from_db()
    assert (ambiguous.status, ambiguous.resolved_to) == ("resolved", variant)


def test_a_new_alias_closes_the_item_at_the_next_load(data, ambiguous):
    variant = Accelerator.objects.get(slug=SXM["slug"])
    AcceleratorAlias.objects.create(accelerator=variant, name="H100 (80 GB)")
    data.load()
    ambiguous.refresh_from_db()
    assert ambiguous.status == "resolved"
    assert Offer.objects.count() == 1


def test_a_dismissed_row_stays_out(data, ambiguous):
    review.dismiss(items=ReviewItem.objects.all(), by="operator")
    data.load()
    ambiguous.refresh_from_db()
    assert ambiguous.status == "dismissed"
    assert not Offer.objects.exists()


def test_an_unknown_name_is_queued_and_not_dropped(data):
    data.instances = [INSTANCE | {"accelerator": "Potato 9000"}]
    report = data.load()
    assert report.counts["instances"]["queued"] == 1
    assert ReviewItem.objects.get(kind="instance").reason == "unknown-accelerator"


def test_an_instance_without_a_count_is_queued(data):
    data.instances = [INSTANCE | {"accelerator_count": ""}]
    data.load()
    assert ReviewItem.objects.get(kind="instance").reason == "no-count"
