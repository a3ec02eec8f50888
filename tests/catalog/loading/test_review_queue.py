import pytest

from catalog import review
from catalog.models import Accelerator, AcceleratorAlias, CatalogRevision, Offer, ReviewItem
from tests.catalog.data_folder import INSTANCE, OFFER, SERVER, SXM

BOUGHT = OFFER | {"instance": "", "region": "", "pricing": "buy", "amount": "250000"}


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


def decide(data, item):
    variant = Accelerator.objects.get(slug=SXM["slug"])
    review.decide(item=item, accelerator=variant, by="operator", folder=data.path)
    return variant


def test_a_decision_brings_the_row_in(data, ambiguous):
    variant = decide(data, ambiguous)
    assert Offer.objects.get().accelerator == variant
    ambiguous.refresh_from_db()
    assert (ambiguous.status, ambiguous.resolved_to) == ("resolved", variant)


def test_a_decision_leaves_edits_of_other_rows_alone(data, ambiguous):
    Accelerator.objects.filter(slug=SXM["slug"]).update(tdp_w=650)
    decide(data, ambiguous)
    assert Accelerator.objects.get(slug=SXM["slug"]).tdp_w == 650


def test_a_row_that_its_file_has_no_longer_comes_in_as_it_was_queued(data, ambiguous):
    data.offers = [OFFER]
    data.write()
    decide(data, ambiguous)
    assert Offer.objects.get().amount == 20


def test_a_decided_row_comes_in_with_the_price_that_its_file_has_now(data, ambiguous):
    data.offers = [data.offers[0] | {"amount": "19.00"}]
    data.write()
    decide(data, ambiguous)
    assert Offer.objects.get().amount == 19


def test_a_decided_instance_type_gets_the_offers_that_waited_for_it(data):
    data.instances = [INSTANCE | {"accelerator": "Potato 9000"}]
    data.load()
    assert Offer.objects.get().instance is None
    decide(data, ReviewItem.objects.get())
    assert Offer.objects.get().instance.name == INSTANCE["name"]


def test_offers_of_a_server_come_in_once_it_is_decided(data):
    data.servers = [SERVER | {"accelerator": "Potato 9000"}]
    data.offers = [BOUGHT | {"server": "boxer-box-8-8x-h100-sxm5-80gb"}]
    data.load()
    assert not Offer.objects.exists()
    decide(data, ReviewItem.objects.get())
    assert Offer.objects.get().server.model == SERVER["model"]


def test_a_decision_makes_a_revision_that_says_what_it_added(data, ambiguous):
    decide(data, ambiguous)
    revision = CatalogRevision.objects.first()
    assert revision.reason.startswith("Queued row") and revision.row_changes.get().by == "operator"


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
