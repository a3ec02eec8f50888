import datetime as dt
from decimal import Decimal

import pytest

from catalog.history.texts import text_of, texts_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ([], ""),
        (0.0, "0"),
        (1978.9, "1978.9"),
        (Decimal("20.0000"), "20"),
        (True, "yes"),
        (dt.date(2026, 5, 1), "2026-05-01"),
        (["10de:2330", "10de:2331"], "10de:2330, 10de:2331"),
    ],
)
def test_a_value_is_written_in_full_and_an_unknown_one_is_empty(value, text):
    assert text_of(value) == text


def test_a_long_value_is_cut_with_a_mark():
    assert len(text_of("x" * 400)) == 300
    assert text_of("x" * 400).endswith("...")


def test_of_two_objects_only_the_fields_that_differ_are_written():
    old, new = texts_of({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    assert (old, new) == ('{"b": 2}', '{"b": 3, "c": 4}')
