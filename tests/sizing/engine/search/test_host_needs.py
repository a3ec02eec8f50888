import pytest
from attrs import evolve

from tests.sizing.engine.search.small_market import BIG, answer, metric, rent, system, workload

WEIGHTS_GB = 16.06
ONE = (system(BIG, 1, prices=(rent(3.0),)),)
EIGHT = (system(BIG, 8, prices=(rent(22.0),)),)


def best(systems=ONE, **body):
    return answer(systems=systems, **body)["recommendations"][0]


def needs(**body):
    return {need["name"]: need for need in best(**body)["host_needs"]}


def test_every_figure_is_derived_and_states_formula_and_assumption():
    for need in needs().values():
        assert need["origin"] == "derived"
        assert need["formula"] and need["assumption"]
        assert need["value"] is not None or need["low"] <= need["high"]


def test_host_memory_holds_the_file_and_a_process_per_accelerator():
    assert needs()["host_ram_gb"]["value"] == pytest.approx(WEIGHTS_GB + 8 + 16, rel=0.01)
    assert needs(systems=EIGHT)["host_ram_gb"]["value"] == pytest.approx(
        WEIGHTS_GB + 64 + 16, rel=0.01
    )


def test_the_disk_holds_two_releases():
    assert needs()["disk_gb"]["value"] == pytest.approx(2 * WEIGHTS_GB + 100, rel=0.01)


def test_weights_load_at_the_line_rate_of_the_drive():
    found = needs()["load_time_s"]
    assert found["low"] == pytest.approx(WEIGHTS_GB / 7.88, rel=0.01)
    assert found["high"] == pytest.approx(WEIGHTS_GB / 0.6, rel=0.01)


def test_a_slow_host_link_holds_up_the_fastest_drive():
    slow = evolve(BIG, pcie_bytes_per_s=1e9)
    found = needs(systems=(system(slow, 1, prices=(rent(3.0),)),))["load_time_s"]
    assert found["low"] == pytest.approx(WEIGHTS_GB, rel=0.05)


def test_narrow_weights_need_less_of_everything():
    wide, narrow = needs(), needs(workload=workload(weights="fp8"))
    for name in ("host_ram_gb", "disk_gb"):
        assert narrow[name]["value"] < wide[name]["value"]


def test_the_port_is_the_next_usual_one_above_what_flows():
    found = needs()["nic_gbit_s"]
    assert found["value"] in (1, 10, 25, 50, 100, 200, 400, 800)
    assert found["value"] >= WEIGHTS_GB * 8 / 600


def test_a_replica_that_spans_nodes_needs_the_network_of_the_answer():
    small = (system(evolve(BIG, capacity_bytes=10e9), 8, kind="server", node_bytes_per_s=50e9),)
    wide = workload(model="llama-wide", weights="fp32", load={"mode": "concurrency", "requests": 2})
    assert needs(systems=small, workload=wide)["fabric_gbit_s"]["value"] == 8 * 400


def test_a_replica_inside_a_node_needs_none():
    assert "fabric_gbit_s" not in needs(systems=EIGHT)


def test_a_product_of_matrices_says_nothing_of_the_host():
    gemm = {"kind": "gemm", "m": 64, "n": 64, "k": 64}
    assert best(workload=gemm)["host_needs"] == []


def test_traffic_is_reckoned_at_the_load_sized_for():
    asked = workload(load={"mode": "rate", "requests_per_s": 10})
    found = best(workload=asked, constraints={"peak_factor": 4})
    rate = found["sized_for"]["metrics"]["output_tokens_per_s"]["value"]
    assert rate > 2 * metric(found, "output_tokens_per_s")
