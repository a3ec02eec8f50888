import io

from django.core.management import call_command

from catalog.loading.catalog import DATA
from catalog.models import CatalogRevision, Offer, ReviewItem


def state():
    offers = list(Offer.objects.order_by("slug").values())
    return offers, ReviewItem.objects.count(), CatalogRevision.objects.count()


def test_shipped_prices_are_unchanged_when_read_again(shipped):
    before = state()
    out = io.StringIO()
    file = DATA / "offers" / "runpod.csv"
    call_command("import_offers", str(file), "--source=gpu-pricing", "--apply", stdout=out)
    assert "Nothing to write" in out.getvalue(), out.getvalue()
    assert state() == before
