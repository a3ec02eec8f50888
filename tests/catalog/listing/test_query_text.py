from urllib.parse import parse_qsl

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from catalog.listing.query_text import without

NAMES = st.sampled_from(["page", "search", "ordering", "region"])
PAIRS = st.lists(st.tuples(NAMES, st.text(max_size=8)), max_size=6)


@given(PAIRS)
def test_what_is_left_reads_back_as_it_was_given(pairs):
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    left = parse_qsl(without(query, "page"), keep_blank_values=True)
    assert sorted(left) == sorted(pair for pair in pairs if pair[0] != "page")


def test_nothing_left_is_no_text():
    assert without(QueryDict("page=2"), "page") == ""
