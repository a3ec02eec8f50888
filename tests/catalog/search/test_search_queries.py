from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.catalog.crowded import crowd


def queries_of(client, text):
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/search/", {"q": text}).status_code == 200
    return len(queries)


def test_a_search_takes_the_same_queries_for_few_rows_and_for_many(data, client):
    data.load()
    crowd(10)
    few = queries_of(client, "nvidia")
    crowd(100)
    assert queries_of(client, "nvidia") <= few


def test_a_search_that_was_asked_before_asks_for_the_revision_alone(data, client):
    data.load()
    client.get("/search/", {"q": "nvidia"})
    assert queries_of(client, "nvidia") == 1
