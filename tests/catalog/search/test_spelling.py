import pytest

from catalog.search.spelling import corrections, vocabulary

KNOWN = vocabulary(
    ["h100 sxm", "h100 pcie", "mi300x", "mi300x oam", "mi350x", "blackwell", "l40s", "llama 70b"]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("H10O SXM", "H100 SXM"),
        ("mi30x", "MI300X"),
        ("blakwell", "blackwell"),
        ("L4OS", "L40S"),
        ("llana 70b", "llama 70b"),
    ],
)
def test_a_slip_leads_to_the_nearest_name(typed, meant):
    assert corrections(typed, KNOWN)[0] == meant


def test_every_near_name_is_offered_the_commoner_one_first():
    assert corrections("mi30x", KNOWN)[:2] == ["MI300X", "MI350X"]


@pytest.mark.parametrize("typed", ["h100 sxm", "blackwel", "zzzzzz", "x", ""])
def test_words_that_are_known_or_near_nothing_are_left_alone(typed):
    assert corrections(typed, KNOWN) == []
