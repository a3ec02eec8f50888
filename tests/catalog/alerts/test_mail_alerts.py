"""Alerts by mail, from the first mail to the last."""

import smtplib

import pytest
from django.core import mail
from django.db import OperationalError

from catalog.alerts import horizon, keeping
from catalog.models import Alert, Offer
from tests.catalog.alerts.conftest import SOUTH

ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def broken_server(monkeypatch):
    """A mail server that answers every mail as it is told to."""

    def answer(error):
        def send(*_):
            raise error

        monkeypatch.setattr("django.core.mail.EmailMessage.send", send)

    return answer


def test_news_come_with_old_and_new_price_day_source_and_link(make_alert, prices, go_round):
    make_alert(name="Cheap\nH100")
    prices({"amount": "18.00"})
    go_round()
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "a.8x at Acme Cloud: 2.50 -> 2.25 USD per hour per accelerator"
    pk = Offer.objects.get(region="north").pk
    assert "a.8x at Acme Cloud, On demand, region north" in message.body
    assert "2.50 -> 2.25 USD per hour per NVIDIA H100 SXM5 80GB" in message.body
    assert "20.00 -> 18.00 USD for 8 together" in message.body
    assert "; source: A price list" in message.body
    assert f"http://127.0.0.1:8000/offers/{pk}/" in message.body


def test_an_offer_that_vanishes_is_called_so(make_alert, go_round):
    make_alert(query="region=north")
    go_round(days=61)
    (message,) = mail.outbox
    assert message.subject.startswith("Not seen for 90 days: a.8x at Acme Cloud: 2.50 USD")
    assert "for the last time, so it may not be on offer any more" in message.body


def test_every_mail_says_why_it_came_and_ends_with_one_click(make_alert, prices, go_round):
    alert = make_alert(name="Cheap", limit="2.50", currency="USD")
    prices({"amount": "18.00"})
    go_round()
    (message,) = mail.outbox
    link = f"http://127.0.0.1:8000/alerts/{alert.token}/unsubscribe/"
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == ONE_CLICK
    assert "because this mailbox confirmed the alert “Cheap” on" in message.body
    assert "for prices up to 2.5 USD per accelerator (at once)" in message.body
    assert link in message.body
    assert message.content_subtype == "plain"


def test_many_changes_come_as_one_mail_with_a_link_to_the_list(
    make_alert, prices, go_round, monkeypatch
):
    monkeypatch.setattr("catalog.alerts.news.MOST_ROWS", 1)
    make_alert(query="family=hopper")
    prices({"amount": "18.00"}, SOUTH | {"amount": "22.00"})
    go_round()
    (message,) = mail.outbox
    assert message.subject == "2 changes of offers: Cheap H100"
    assert "And 1 more." in message.body
    assert "http://127.0.0.1:8000/offers/?family=hopper" in message.body


def test_no_row_is_sent_twice(make_alert, prices, go_round):
    make_alert()
    prices({"amount": "18.00"})
    go_round()
    go_round()
    assert len(mail.outbox) == 1
    prices({"amount": "17.00"}, days=2)
    go_round()
    assert "2.25 -> 2.125 USD" in mail.outbox[1].subject.replace("2.12 ", "2.125 ")


def test_what_a_mail_server_did_not_take_is_sent_later_under_the_same_id(
    make_alert, prices, go_round, broken_server, monkeypatch
):
    alert = make_alert()
    prices({"amount": "18.00"})
    with monkeypatch.context():
        broken_server(ConnectionRefusedError())
        assert go_round().failed == 1
    monkeypatch.undo()
    alert.refresh_from_db()
    assert alert.last_error == "The mail server did not take it: ConnectionRefusedError"
    kept = alert.digest["id"]
    prices({"amount": "17.00"}, days=2)
    go_round()
    assert mail.outbox == []
    go_round(minutes=2)
    assert "2.25 USD" in mail.outbox[0].subject
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{kept}@localhost>"
    go_round(minutes=3)
    assert "2.25 -> 2.1" in mail.outbox[1].subject
    alert.refresh_from_db()
    assert (alert.failures, alert.last_error, alert.sent_count) == (0, "", 2)


def test_a_mail_server_that_is_down_switches_no_alert_off(
    make_alert, prices, go_round, broken_server
):
    alert = make_alert(failures=50)  # by its destination, before
    prices({"amount": "18.00"})
    broken_server(smtplib.SMTPServerDisconnected())
    go_round()
    alert.refresh_from_db()
    assert (alert.state, alert.failures) == ("active", 50)


def test_where_mail_was_turned_off_news_wait_for_it(make_alert, prices, go_round, settings):
    alert = make_alert()
    prices({"amount": "18.00"})
    settings.MAIL_OFFERED = False
    assert go_round().failed == 1
    alert.refresh_from_db()
    assert alert.last_error == "This installation sends no mail at present"
    settings.MAIL_OFFERED = True
    assert go_round(minutes=2).sent == 1


def test_a_mailbox_that_is_refused_again_and_again_switches_its_alert_off(
    make_alert, prices, go_round, broken_server
):
    alert = make_alert(failures=9)
    prices({"amount": "18.00"})
    broken_server(smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"No such user")}))
    go_round()
    alert.refresh_from_db()
    assert alert.state == "off"
    assert alert.off_reason == (
        "It failed 10 times in a row, at last: The mailbox was refused: 550 No such user"
    )


@pytest.mark.parametrize(("pace", "too_early"), [("daily", 22), ("weekly", 166)])
def test_a_pace_gathers_changes_until_its_time(make_alert, prices, go_round, pace, too_early):
    make_alert(pace=pace)
    prices({"amount": "18.00"}, days=1)
    go_round()
    prices({"amount": "17.00"}, days=2)
    prices(SOUTH | {"amount": "22.00"}, days=3)
    go_round(hours=too_early)
    assert len(mail.outbox) == 1
    go_round(hours=too_early + 2)
    assert mail.outbox[1].subject.startswith("2 changes")


def test_a_paused_alert_is_silent_and_goes_on_from_when_it_is_resumed(make_alert, prices, go_round):
    alert = make_alert()
    keeping.pause(alert)
    prices({"amount": "18.00"}, days=1)
    go_round()
    keeping.resume(Alert.objects.get())
    prices(SOUTH | {"amount": "22.00"}, days=2)
    go_round()
    (message,) = mail.outbox
    assert "3.00 -> 2.75" in message.subject


def test_before_an_alert_lapses_it_is_reminded_of_once(make_alert, go_round):
    make_alert()
    go_round(days=82)
    mail.outbox.clear()
    for day in (84, 85):
        go_round(days=day)
    (message,) = mail.outbox
    assert message.subject == "Your alert ends soon: Cheap H100"
    assert "press “Renew”" in message.body


def test_a_lapsed_alert_sends_nothing_and_is_deleted_a_month_later(make_alert, prices, go_round):
    make_alert()
    prices({"amount": "18.00"})
    go_round(days=91)
    assert mail.outbox == []
    assert go_round(days=121).deleted == 1
    assert not Alert.objects.exists()


def test_a_renewed_alert_goes_on_and_is_reminded_of_again(make_alert, prices, go_round):
    alert = make_alert()
    go_round(days=84)
    keeping.renew(alert)
    alert.refresh_from_db()
    assert alert.reminded_at is None
    assert not alert.has_lapsed


def test_a_claimed_alert_is_left_to_who_claimed_it_until_the_claim_ends(
    make_alert, prices, go_round
):
    alert = make_alert()
    prices({"amount": "18.00"})
    Alert.objects.update(claimed_until=alert.created_at.replace(year=2999))
    assert go_round().sent == 0
    Alert.objects.update(claimed_until=alert.created_at)
    assert go_round().sent == 1


def test_an_import_that_is_under_way_makes_an_alert_wait(make_alert, prices, go_round, monkeypatch):
    alert = make_alert()
    prices({"amount": "18.00"})

    def busy():
        raise OperationalError("lock timeout")

    monkeypatch.setattr(horizon, "settled", busy)
    assert (go_round().sent, go_round().failed) == (0, 0)
    alert.refresh_from_db()
    assert (alert.failures, alert.claimed_until) == (0, None)


def test_one_alert_that_cannot_be_worked_on_stops_no_other(make_alert, prices, go_round):
    make_alert(digest={"no": "digest"})
    make_alert(destination="bob@example.org")
    prices({"amount": "18.00"})
    done = go_round()
    assert (done.sent, done.failed) == (1, 1)
    assert mail.outbox[0].to == ["bob@example.org"]


def test_an_alert_with_filters_that_mean_nothing_any_more_says_so(make_alert, prices, go_round):
    alert = make_alert(query="accelerator=gone")
    prices({"amount": "18.00"})
    go_round()
    alert.refresh_from_db()
    assert alert.state == "off"
    assert alert.off_reason.startswith("Its filters are wrong: accelerator: ")
