"""How many questions a list puts to the database: always as many, whatever it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.catalog.crowded import crowd

# Taken down as they are; a list that needs more has to say why here.
QUERIES = {
    "/accelerators/": 4,
    "/servers/": 4,
    "/instances/": 4,
    "/offers/": 2,
    # One for the revision: offers are counted in the index of it.
    "/vendors/": 3,
    "/sources/": 3,
    "/api/v1/accelerators/?page_size=200": 3,
    "/api/v1/servers/?page_size=200": 2,
    "/api/v1/instances/?page_size=200": 2,
    "/api/v1/offers/?page_size=200": 2,
    "/api/v1/vendors/?page_size=200": 3,
    "/api/v1/sources/?page_size=200": 3,
    "/offers/?search=h100&ordering=-amount": 4,
    "/offers/?page=2&accelerator_count_min=1": 2,
    "/offers/?as_of=2026-11-01": 2,
}


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("url", "expected"), QUERIES.items())
def test_a_list_takes_the_same_queries_for_10_rows_and_for_200(data, client, url, expected):
    data.load()
    crowd(10)
    assert queries_of(client, url) == expected
    crowd(200)
    assert queries_of(client, url) == expected
