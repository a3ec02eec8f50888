"""Another process may delete an answer that no sizing shows while this one is about to."""

from sizing.models import Sizing, SizingAnswer
from sizing.services import sizings
from sizing.services.answers import known_answer
from sizing.services.sizings import size
from tests.sizing.services.test_past_day import REQUEST


def test_an_answer_that_is_gone_when_its_sizing_is_stored_is_made_again(catalog, monkeypatch):
    first = size(REQUEST).sizing

    def found_and_then_deleted(body, grounds):
        answer = known_answer(body, grounds)
        Sizing.objects.all().delete()
        SizingAnswer.objects.all().delete()
        return answer

    monkeypatch.setattr(sizings, "known_answer", found_and_then_deleted)
    again = size(REQUEST).sizing
    again.refresh_from_db()
    assert again.answer.pk != first.answer.pk
    assert again.answer.content == first.answer.content
