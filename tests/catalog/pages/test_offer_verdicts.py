import datetime as dt
import uuid

import pytest
from django.utils import timezone

from catalog.models import Host, Offer
from catalog.services import record_edit
from tests.catalog.data_folder import OFFER

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(data):
    """An offer of an attached host, as `verdict` some days ago."""

    data.offers = [OFFER | {"region": "north"}, OFFER | {"region": "south"}]
    data.load()
    chosen = Offer.objects.get(region="north")

    def offer(verdict, days=1):
        chosen.host = Host.objects.create(
            name="gpu-box",
            machine_id=uuid.uuid4().hex,
            verdict=verdict,
            verdict_at=timezone.now() - dt.timedelta(days=days) if verdict else None,
        )
        chosen.save()
        record_edit("as the admin does")
        return chosen

    return offer


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_an_offer_shows_what_probes_found_on_its_host(client, offered):
    page = text(client, offered("degraded").get_absolute_url())
    assert "! degraded" in page
    assert 'href="/hosts/gpu-box/"' in page


def test_a_host_that_was_not_measured_earns_no_badge(client, offered):
    page = text(client, offered("").get_absolute_url())
    assert "was not measured yet" in page


def test_an_old_verdict_is_stale_and_an_old_failure_stays_one(offered):
    host = offered("verified", days=91).host
    assert host.current_verdict == "stale"
    host.verdict = "failed"
    assert host.current_verdict == "failed"


def test_the_list_shows_the_badge_as_a_link_to_the_host(client, offered):
    offered("verified")
    page = text(client, "/offers/?columns=system,verdict")
    assert '<a href="/hosts/gpu-box/"><span class="badge badge-ok">✓ verified</span></a>' in page


def test_buyers_can_ask_for_verified_offers_only(client, offered):
    kept = offered("verified")
    found = client.get("/api/v1/offers/?verified=true").json()
    assert [row["id"] for row in found["results"]] == [kept.pk]
    assert found["results"][0]["verdict"] == "verified"
    assert found["results"][0]["host"] == "gpu-box"
    others = client.get("/api/v1/offers/?verified=false").json()["count"]
    assert others == Offer.objects.filter(status="live").count() - 1


def test_a_verdict_that_is_too_old_is_not_verified(client, offered):
    offered("verified", days=91)
    assert client.get("/api/v1/offers/?verified=true").json()["count"] == 0
