"""Rounds of sending among other work: claims, deaths, deletions and a busy database."""

from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.utils import timezone

from catalog.models import Alert


@contextmanager
def on_statement(fits, act):
    """Does something at the first statement that fits, before it runs or in its place."""
    seen = []

    def wrapper(execute, sql, params, many, context):
        if seen or not fits(sql, params):
            return execute(sql, params, many, context)
        seen.append(sql)
        return act(lambda: execute(sql, params, many, context))

    with connection.execute_wrapper(wrapper):
        yield
    assert seen


def claims(sql, params):
    return sql.startswith("UPDATE") and "claimed_until" in sql.partition("WHERE")[0] and params


def releases(sql, params):
    return claims(sql, params) and '"claimed_until" = NULL' in sql


def test_an_alert_that_is_deleted_just_after_it_was_claimed_stops_no_other(
    make_alert, prices, go_round
):
    gone = make_alert()
    make_alert(destination="bob@example.org")
    prices({"amount": "18.00"})

    def claim_and_delete(execute):
        result = execute()
        gone.delete()
        return result

    with on_statement(claims, claim_and_delete):
        assert go_round().sent == 1
    assert [message.to for message in mail.outbox] == [["bob@example.org"]]


def test_a_claim_that_cannot_be_given_back_ends_by_itself_and_sends_nothing_twice(
    make_alert, prices, go_round
):
    make_alert()
    prices({"amount": "18.00"})

    def refuse(execute):
        raise OperationalError("database is locked")

    with on_statement(releases, refuse):
        assert go_round().sent == 1
    connection.set_rollback(False)  # nothing ran, so the transaction around the test is sound
    assert Alert.objects.get().claimed_until is not None
    prices({"amount": "17.00"}, days=2)
    assert go_round(minutes=1).sent == 0
    assert go_round(minutes=6).sent == 1


def test_a_process_that_is_killed_at_sending_loses_nothing_and_its_alert_waits(
    make_alert, prices, go_round, monkeypatch
):
    alert = make_alert()
    prices({"amount": "18.00"})
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", _die)
        with pytest.raises(KeyboardInterrupt):
            go_round()
    alert.refresh_from_db()
    kept = alert.digest["id"]
    assert go_round(minutes=4).sent == 0
    assert go_round(minutes=6).sent == 1
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{kept}@")


def test_the_database_that_one_alert_waits_for_ends_the_round(make_alert, prices, go_round):
    for name in ("first", "second"):
        make_alert(name=name, digest={"no": "digest"} if name == "second" else None)
    prices({"amount": "18.00"})

    def refuse(execute):
        raise OperationalError("lock timeout")

    with on_statement(lambda sql, _: "MAX" in sql and _is_claimed("first"), refuse):
        done = go_round()
    assert (done.sent, done.failed) == (0, 0)
    assert Alert.objects.get(name="second").claimed_until is None
    assert Alert.objects.get(name="first").next_try_at is not None


def test_whoever_was_tried_last_comes_last(make_alert, prices, go_round):
    now = timezone.now()
    for name, tried in (("late", now), ("early", now.replace(year=2020)), ("never", None)):
        make_alert(destination=f"{name}@example.org", next_try_at=tried)
    prices({"amount": "18.00"})
    go_round()
    asked = [message.to[0].partition("@")[0] for message in mail.outbox]
    assert asked == ["never", "early", "late"]


def test_faults_of_this_installation_do_not_count(make_alert, prices, go_round, settings):
    alert = make_alert(failures=9)
    prices({"amount": "18.00"})
    settings.MAIL_OFFERED = False
    go_round()
    alert.refresh_from_db()
    assert (alert.failures, alert.state) == (9, "active")
    assert "no mail at present" in alert.last_error


def _die(*_):
    raise KeyboardInterrupt


def _is_claimed(name):
    return Alert.objects.get(name=name).claimed_until is not None
