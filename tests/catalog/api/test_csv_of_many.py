"""Exports of more rows than one page or one piece of reading holds."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Offer
from tests.catalog.crowded import crowd


def exported(client, url):
    text = b"".join(client.get(url)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_first_line_leaves_before_the_last_row_is_read(data, client):
    data.load()
    crowd(1200, [Offer])
    client.get("/api/v1/offers/")  # reads the index
    with CaptureQueriesContext(connection) as queries:
        lines = iter(client.get("/api/v1/offers/?format=csv").streaming_content)
        asked = len(queries)
        next(lines)
        assert len(queries) == asked + 1
        assert sum(1 for _ in lines) == 1200
        assert len(queries) == asked + 3


@pytest.mark.parametrize("noun", ["vendors", "sources", "accelerators", "servers", "instances"])
def test_short_lists_are_written_while_they_are_read_too(data, client, noun):
    data.load()
    response = client.get(f"/api/v1/{noun}/?format=csv")
    assert response.streaming
    lines = iter(response.streaming_content)
    assert next(lines).startswith(b"slug,")
    assert list(lines)


EXPORTS = [
    "?",
    "?search=h100&ordering=-amount",
    "?region=region+3&ordering=region,amount",
    "?amount_per_accelerator_min=4&ordering=-amount_per_accelerator&columns=amount,system",
    "?as_of=2026-11-20&ordering=-amount",
]


@pytest.mark.parametrize("query", EXPORTS)
def test_an_export_opened_again_has_the_rows_of_the_pages_in_their_order(data, client, query):
    data.load()
    crowd(120, [Offer])
    pages = [client.get(f"/offers/{query}&page={page}").content.decode() for page in (1, 2, 3)]
    last = int(re.search(r"Page \d of (\d)", pages[0])[1]) if 'rel="next"' in pages[0] else 1
    seen = [key for html in pages[:last] for key in re.findall(r'<a href="/offers/(\d+)/', html)]
    address = unescape(re.search(r'href="([^"]*format=csv[^"]*)"', pages[0])[1])
    rows = exported(client, address)
    assert [row["id"] for row in rows] == seen
    assert exported(client, address) == rows
