import pytest

from sizing.engine.errors import InputError
from sizing.parsing import parse_json


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"\xff\xfe\x00garbage", "parse_error"),
        ("{", "parse_error"),
        ("", "parse_error"),
        ('{"a": NaN}', "parse_error"),
        ('{"a": -Infinity}', "parse_error"),
        ('{"id": "x", "id": "y"}', "duplicate_key"),
        ("[" * 100_000, "parse_error"),
        ("[" * 70 + "]" * 70, "parse_error"),
        ('{"a": "\\u0000"}', "parse_error"),
        ('{"a": "\\ud800"}', "parse_error"),
        ('{"\\udc00": 1}', "parse_error"),
        ("1" * 5000, "parse_error"),
        ('{"id": "\udcff"}', "parse_error"),
    ],
)
def test_a_bad_document_is_refused_with_a_reason(document, code):
    with pytest.raises(InputError) as refused:
        parse_json(document)
    assert [error.code for error in refused.value.errors] == [code]


@pytest.mark.parametrize(
    ("document", "value"),
    [
        ('{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "\\u00e9 \\\\u0000"}', {"a": "é \\u0000"}),
        ("[" * 60 + "]" * 60, None),
    ],
)
def test_a_sound_document_is_read(document, value):
    found = parse_json(document)
    assert value is None or found == value
