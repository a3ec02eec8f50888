from sizing.presentation.sized_for import sized_for_rows

METRICS = {"ttft_ms": {"value": 120.0, "low": 90.0, "high": 150.0}}
REPLICAS = {"carrying": 3, "spare": 1, "all": 4}
LOAD = {
    "unit": "requests per second",
    "stated": 4,
    "peak_factor": 1.5,
    "growth_percent": 20,
    "headroom": 0,
    "sized_for": 7.2,
}


def test_an_answer_without_additions_has_no_rows():
    assert sized_for_rows(None) == []


def test_the_load_reads_as_a_product():
    rows = dict(sized_for_rows({"load": LOAD, "replicas": REPLICAS, "metrics": METRICS}))
    assert rows["Load sized for"] == (
        "7.2 requests per second = 4 stated x 1.5 busiest moment x 1.2 growth"
    )
    assert rows["Replicas"].startswith("4 = 3 that carry it + 1 spare")
    assert rows["Time to first token at that load, without spares"] == "120 ms (90.0 to 150)"


def test_a_full_queue_with_a_spare_has_no_load():
    rows = dict(sized_for_rows({"load": None, "replicas": REPLICAS, "metrics": {}}))
    assert list(rows) == ["Replicas"]
