import re

import pytest

from tests.catalog.facets.listed import links, rows

LISTS = {
    "accelerators": ("family=hopper", "link_kind=pcie&search=nvidia", "tdp_w_min=300"),
    "servers": ("vendor=dell", "link_kind=nvswitch&kind=rack", "memory_label_gb_min=80"),
    "instances": ("provider=aws", "family=hopper", "vcpus_min=64"),
    "offers": ("pricing=spot", "status=suspect", "provider=runpod&freshness=stale", "search=h100"),
}
CASES = [(noun, query) for noun, parts in LISTS.items() for query in ("", *parts)]


@pytest.mark.parametrize(("noun", "query"), CASES)
def test_every_choice_leaves_as_many_rows_as_it_says(shipped, client, noun, query):
    html = client.get(f"/{noun}/?{query}").content.decode()
    choices = links(html)
    assert choices
    for text, (number, address) in list(choices.items())[:25]:
        if f"</span>{text} <" in html:
            continue  # chosen: its link takes it away
        page = client.get(f"/{noun}/{address}").content.decode()
        assert rows(page) == number, (text, address)


@pytest.mark.parametrize(("noun", "query"), CASES)
def test_the_caption_counts_the_rows_of_the_list(shipped, client, noun, query):
    html = client.get(f"/{noun}/?{query}").content.decode()
    api = client.get(f"/api/v1/{noun}/?{query}").json()
    assert rows(html) == api["count"]


def test_long_facets_are_folded(shipped, client):
    html = client.get("/accelerators/").content.decode()
    assert re.search(r"<summary>\d+ more<span class=\"visually-hidden\"> of Family", html)
