"""The index answers as the database does: the same rows, in the same order, the same counts."""

import datetime as dt

import pytest
from django.http import QueryDict

from catalog import querysets
from catalog.facets import counting as in_database
from catalog.facets import lists
from catalog.filtersets import OfferFilterSet
from catalog.index import counting
from catalog.index.finding import ask

FILTERS = [
    "",
    "search=h100",
    "search=H100+SXM5+80GB",
    "search=nvidia+runpod",
    "search=potato",
    "search=+",
    "provider=runpod",
    "accelerator=nvidia-h100-sxm5-80gb&pricing=spot",
    "instance=nebius-gpu-h200-sxm-1gpu-16vcpu-200gb",
    "server=nvidia-dgx-h100-8x-h100-sxm5-80gb",
    "pricing=on-demand&freshness=stale",
    "freshness=fresh",
    "freshness=historical",
    "freshness=unknown",
    "status=suspect",
    "status=withdrawn",
    "family=hopper",
    "region=EU",
    "region_exact=eu-north1",
    "condition=new",
    "verified=true",
    "verified=false",
    "accelerator_count_min=8",
    "accelerator_count_min=2&accelerator_count_max=4",
    "memory_label_gb_min=80",
    "memory_label_gb_max=24",
    "memory_label_gb_min=40&memory_label_gb_max=80",
    "memory_total_gb_min=600",
    "memory_total_gb_min=100&memory_total_gb_max=320.5",
    "amount_per_accelerator_min=1&amount_per_accelerator_max=2",
    "amount_per_accelerator_min=1.99",
    "amount_per_accelerator_max=0.3&pricing=spot&search=a100",
    "as_of=2026-05-01",
    "as_of=2026-05-01&freshness=stale&amount_per_accelerator_max=3",
    "as_of=2010-01-01",
]
ORDERS = sorted(OfferFilterSet.base_filters["ordering"].param_map)


def asked(query):
    filterset = OfferFilterSet(QueryDict(query), queryset=querysets.offers())
    assert filterset.form.is_valid(), filterset.form.errors
    return filterset


def keys(filterset):
    return list(filterset.qs.values_list("pk", flat=True))


@pytest.mark.parametrize("query", FILTERS)
def test_every_filter_leaves_the_rows_that_the_database_finds(shipped, query):
    filterset = asked(query)
    assert ask(filterset).found().keys.tolist() == keys(filterset)


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("rest", ["", "&as_of=2026-05-01"])
def test_every_order_is_that_of_the_database(shipped, name, sign, rest):
    filterset = asked(f"ordering={sign}{name}{rest}")
    assert ask(filterset).found().keys.tolist() == keys(filterset)


def test_two_orders_apply_one_after_the_other(shipped):
    filterset = asked("ordering=-provider,amount")
    assert ask(filterset).found().keys.tolist() == keys(filterset)


@pytest.mark.parametrize("query", FILTERS)
def test_every_facet_counts_what_the_database_counts(shipped, query):
    filterset = asked(query)
    facets = lists.offers_as_of(filterset.day)
    counted = counting.count(ask(filterset), facets)
    expected = in_database.count(filterset, facets)
    assert counted.by_facet == expected.by_facet
    assert counted.total == filterset.qs.count()


def test_every_filter_of_offers_is_compared_here():
    compared = {name for query in FILTERS for name in QueryDict(query)}
    bare = {name.removesuffix("_min").removesuffix("_max") for name in compared}
    assert bare == set(OfferFilterSet.base_filters) - {"ordering"}


def test_a_page_of_a_past_day_has_the_prices_of_that_day(shipped):
    filterset = asked("as_of=2026-05-01")
    found = ask(filterset).found()[:20]
    assert [row.amount for row in found] == [row.amount for row in filterset.qs[:20]]
    assert {row.judged_on for row in found} == {dt.date(2026, 5, 1)}
