import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import proof, verification
from probes.protocol import Measurement, ProbeResult, Report

NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
VALUES = st.floats(1.0, 1e15)


def a_report(*results, verdict="verified"):
    return Report(
        run_id="run-1",
        device_uuid="GPU-1",
        suite="quick",
        status="succeeded",
        verdict=verdict,
        results=results,
        started_unix_s=time.time(),
        finished_unix_s=time.time(),
    )


def a_result(probe=proof.PROBE, digest="", flags=(), metric=proof.METRIC):
    figure = Measurement(metric=metric, value=1e-4, unit="s", params={"sha256": digest})
    return ProbeResult(
        run_id="run-1",
        device_uuid="GPU-1",
        probe=probe,
        status="ok",
        flags=flags,
        measurements=(figure,),
        started_unix_s=time.time(),
        duration_s=1.0,
    )


RIGHT = proof.wanted(7, "nonce")


def final(*results, verdict="verified"):
    return verification.final_verdict(a_report(*results, verdict=verdict), seed=7, nonce="nonce")


def test_a_right_proof_leaves_the_verdict():
    assert final(a_result(digest=RIGHT)) == ("verified", "")


@pytest.mark.parametrize("digest", ["", "0" * 64, proof.wanted(8, "nonce")])
def test_a_wrong_proof_fails(digest):
    verdict, why = final(a_result(digest=digest))
    assert verdict == "failed" and "digest" in why


def test_without_a_proof_nothing_is_verified():
    assert final(a_result(probe="mem.copy"))[0] == "measured"
    assert final(a_result(metric="flops_per_s"))[0] == "measured"


def test_a_forced_run_is_only_measured():
    verdict, why = final(a_result(digest=RIGHT, flags=("forced",)))
    assert verdict == "measured" and "forced" in why


def test_what_failed_stays_failed():
    assert final(a_result(digest=RIGHT), verdict="failed") == ("failed", "")


def test_a_proof_depends_on_seed_and_nonce():
    assert len({proof.wanted(seed, nonce) for seed in (1, 2) for nonce in ("a", "b")}) == 4


@given(value=VALUES, others=st.lists(VALUES, min_size=1, max_size=9))
def test_more_never_stands_worse_among_the_same_others(value, others):
    order = ["failed", "degraded", "verified"]
    low, high = (verification.standing(v, others).verdict for v in (value, 1.01 * value))
    assert order.index(high) >= order.index(low)


@pytest.mark.parametrize(
    ("value", "verdict"), [(100, "verified"), (95, "verified"), (94, "degraded"), (89, "failed")]
)
def test_siblings_are_expected_within_a_few_percent(value, verdict):
    assert verification.standing(value, [90.0, 100.0, 110.0]).verdict == verdict


def test_without_others_there_is_no_standing():
    assert verification.standing(5.0, []).verdict == ""


def now(verdict="verified", *, days=1, then=None, today=None):
    return verification.current(
        verdict,
        measured_at=NOW - dt.timedelta(days=days),
        now=NOW,
        then=then or {},
        today=today or {},
    )


def test_a_verdict_grows_stale_after_ninety_days():
    assert now(days=90) == "verified"
    assert now(days=91) == "stale"


def test_a_verdict_grows_stale_with_another_driver():
    assert now(then={"driver_version": "570"}, today={"driver_version": "580"}) == "stale"
    assert now(then={"driver_version": "570"}, today={"driver_version": "570"}) == "verified"


def test_a_device_that_was_never_measured_has_no_verdict():
    assert verification.current("", measured_at=None, now=NOW, then={}, today={}) == ""


@pytest.mark.parametrize(
    ("devices", "server"),
    [
        (["verified", "failed"], "failed"),
        (["verified", "stale"], "stale"),
        (["verified", "verified"], "verified"),
        (["", ""], ""),
    ],
)
def test_a_server_is_as_good_as_its_worst_device(devices, server):
    assert verification.of_server(devices) == server
