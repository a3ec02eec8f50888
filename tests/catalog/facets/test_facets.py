import re

import pytest

from catalog import filtersets
from catalog.facets import lists
from catalog.facets.counting import count
from catalog.models import Offer
from tests.catalog.data_folder import INSTANCE, L4, OFFER, PCIE, SXM
from tests.catalog.facets.listed import links, rows


def test_a_chosen_facet_still_shows_what_else_could_be_chosen(data, client):
    data.load()
    choices = links(client.get("/accelerators/?family=hopper").content.decode())
    assert choices["Hopper"] == (2, "?")
    assert choices["Ada"][0] == 1


def test_a_facet_link_keeps_the_rest_of_the_address(data, client):
    data.load()
    html = client.get("/accelerators/?search=nvidia&ordering=-tdp_w&page=1").content.decode()
    assert links(html)["Hopper"][1] == "?search=nvidia&ordering=-tdp_w&family=hopper"


def test_what_facets_chose_stays_when_the_form_is_sent(data, client):
    data.load()
    html = client.get("/accelerators/?family=hopper").content.decode()
    assert '<input type="hidden" name="family" value="hopper">' in html


def test_a_choice_that_leaves_nothing_can_be_taken_back(data, client):
    data.load()
    html = client.get("/accelerators/?family=hopper&search=L4").content.decode()
    assert links(html)["hopper"] == (0, "?search=L4")


def test_a_wrong_choice_is_named_and_answers_400(data, client):
    data.load()
    response = client.get("/accelerators/?family=potato")
    assert response.status_code == 400
    assert "Family: Select a valid choice" in response.content.decode()


def test_counts_of_offers_follow_the_catalog(data, client):
    data.load()
    assert rows(client.get("/offers/").content.decode()) == 1
    data.offers = [OFFER, OFFER | {"region": "south"}]
    data.load()
    html = client.get("/offers/").content.decode()
    assert rows(html) == 2
    assert links(html)["south"][0] == 1


def test_a_suspect_price_counts_only_as_suspect(data, client):
    amounts = ["20", "21", "22", "23", "0.5"]
    data.offers = [
        OFFER | {"region": f"r{number}", "amount": amount} for number, amount in enumerate(amounts)
    ]
    data.load()
    choices = links(client.get("/offers/").content.decode())
    assert choices["Live"][0] == 4
    assert choices["Suspect"][0] == 1
    assert "r4" not in choices


def test_a_region_means_its_whole_name(data, client):
    data.offers = [OFFER | {"region": "eu"}, OFFER | {"region": "eu-west"}]
    data.load()
    number, address = links(client.get("/offers/").content.decode())["eu"]
    assert number == 1
    assert rows(client.get(f"/offers/{address}").content.decode()) == 1


@pytest.mark.parametrize("facets_chosen", [0, 1, 2])
def test_counting_takes_one_query_and_one_more_per_chosen_facet(
    data, django_assert_num_queries, facets_chosen
):
    data.offers = [OFFER | {"region": f"r{number}", "amount": f"2{number}"} for number in range(30)]
    data.load()
    chosen = dict([("pricing", "on-demand"), ("freshness", "stale")][:facets_chosen])
    filterset = filtersets.OfferFilterSet(chosen, queryset=Offer.objects.all())
    assert filterset.form.is_valid()
    apart = 1
    with django_assert_num_queries(1 + apart + facets_chosen):
        count(filterset, lists.OFFERS)


SIZES = [
    ("/accelerators/", "fp32_tflops_min=60", 1),
    ("/accelerators/", "fp64_tflops_min=1", 0),
    ("/accelerators/", "int8_tops_min=1", 0),
    ("/accelerators/", "link_domain_min=8", 1),
    ("/accelerators/", "link_domain_max=7", 0),
    ("/instances/", "memory_total_gb_min=600", 1),
    ("/instances/", "memory_total_gb_max=100", 1),
    ("/instances/", "link_domain_min=8", 1),
    ("/servers/", "memory_total_gb_min=685", 0),
    ("/servers/", "memory_label_gb_min=80&rack_units_max=8&max_power_w_max=11000", 1),
    ("/offers/", "memory_total_gb_min=600&amount_per_accelerator_max=3", 1),
    ("/offers/", "memory_total_gb_max=600", 0),
]


@pytest.mark.parametrize(("url", "query", "expected"), SIZES)
def test_figures_that_follow_from_others_can_be_narrowed(data, client, url, query, expected):
    data.accelerators = [SXM, PCIE, L4]
    data.instances = [INSTANCE, INSTANCE | {"name": "a.1x", "accelerator_count": "1"}]
    data.load()
    api = client.get(f"/api/v1{url}?{query}").json()
    assert api["count"] == expected


def test_ranges_stand_open_only_when_one_narrows(data, client):
    data.load()
    opened = re.compile(r"<details open>\s*<summary>Ranges of figures")
    assert not opened.search(client.get("/accelerators/").content.decode())
    assert opened.search(client.get("/accelerators/?tdp_w_min=1").content.decode())
    assert opened.search(client.get("/accelerators/?tdp_w_min=much").content.decode())
