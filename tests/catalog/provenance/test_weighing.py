import datetime as dt

import pytest

from catalog.models import Claim, Source
from catalog.provenance.choosing import takes_over, why
from catalog.provenance.weighing import NOT_CHOSEN, difference, weigh

SHEET = Source(pk=1, slug="sheet", title="A datasheet", confidence=3)
PAGE = Source(pk=2, slug="page", title="A page", confidence=1)
READ = dt.date(2026, 5, 1)


def claim(pk, value, source=SHEET, **more):
    return Claim(pk=pk, field="tdp_w", value=value, source=source, observed_on=READ, **more)


def test_the_row_follows_the_claim_that_says_what_it_says():
    weighed = weigh([claim(1, "700"), claim(2, "500", PAGE)], "700")
    assert weighed.chosen.pk == 1
    assert [one.pk for one in weighed.disputing] == [2]


def test_a_value_written_with_separators_is_the_same_figure():
    assert weigh([claim(1, "10200"), claim(2, "9000", PAGE)], "10,200").chosen.pk == 1


def test_rounding_is_no_dispute():
    assert weigh([claim(1, "700"), claim(2, "695", PAGE)], "700").disputing == ()


def test_what_a_source_said_before_it_was_read_again_is_the_past():
    weighed = weigh([claim(1, "650"), claim(2, "700")], "700")
    assert [one.pk for one in weighed.earlier] == [1]
    assert weighed.disputing == ()


def test_a_row_that_went_back_to_the_first_reading_follows_it():
    weighed = weigh([claim(1, "650"), claim(2, "700")], "650")
    assert (weighed.chosen.pk, [one.pk for one in weighed.earlier]) == (1, [2])


def test_a_source_that_contradicts_itself_is_a_dispute():
    weighed = weigh([claim(1, "250", note=NOT_CHOSEN), claim(2, "62.5")], "62.5")
    assert [one.pk for one in weighed.disputing] == [1]


def test_without_claims_nothing_is_weighed():
    assert weigh([], "700") is None


def test_a_difference_is_a_share_of_the_chosen_value():
    assert difference("770", "700") == pytest.approx(0.1)
    assert difference("SXM5", "SXM") is None


def test_the_reason_names_the_better_source():
    reason = why(weigh([claim(1, "700"), claim(2, "500", PAGE)], "700"))
    assert reason == "Its source is trusted more: first hand, 3 of 3, against second hand, 1 of 3."


def test_a_choice_against_the_better_source_is_said_openly():
    assert "although A datasheet" in why(weigh([claim(1, "700"), claim(2, "500", PAGE)], "500"))


def test_stated_goes_before_derived():
    derived = claim(2, "500", Source(pk=3, slug="rule", confidence=3), method="derived")
    assert "derived" in why(weigh([claim(1, "700"), derived], "700"))


def test_agreement_is_a_reason():
    assert "2 claims agree" in why(weigh([claim(1, "700"), claim(2, "700", PAGE)], "700"))


def test_words_are_not_compared():
    named = weigh([claim(1, "SXM5"), claim(2, "SXM 5 module", PAGE)], "SXM5")
    assert "words" in why(named)


def test_a_new_claim_takes_over_unless_the_chosen_one_is_trusted_more():
    assert takes_over(claim(2, "500"), claim(1, "700"))
    assert takes_over(claim(2, "500", PAGE), None)
    assert not takes_over(claim(2, "500", PAGE), claim(1, "700"))
