"""One test per known kind of bad data: refused, with row, field and reason."""

import datetime as dt

import pytest

from catalog.models import Accelerator, InstanceType, Offer, Server
from tests.catalog.data_folder import INSTANCE, OFFER, PCIE, SERVER, SXM


def refusal(report, noun, field):
    found = [
        entry
        for entry in report.refusals
        if entry.noun == noun and entry.field == field and entry.outcome == "refused"
    ]
    assert found, [str(entry) for entry in report.refusals]
    return found[0]


def refused_accelerator(data, field, **facts):
    data.accelerators = [*data.accelerators, SXM | {"slug": "bad-one"} | facts]
    entry = refusal(data.load(), "accelerators", field)
    assert not Accelerator.objects.filter(slug="bad-one").exists()
    assert entry.row == "accelerators/nvidia.toml#4"
    return entry.reason


def refused_server(data, field, **facts):
    data.servers = [*data.servers, SERVER | {"model": "Bad box"} | facts]
    entry = refusal(data.load(), "servers", field)
    assert not Server.objects.filter(model="Bad box").exists()
    assert entry.row == "servers/boxer.toml#2"
    return entry.reason


def refused_instance(data, field, **facts):
    data.instances = [*data.instances, INSTANCE | {"name": "bad.1x"} | facts]
    entry = refusal(data.load(), "instances", field)
    assert not InstanceType.objects.filter(name="bad.1x").exists()
    return entry.reason


def refused_offer(data, field, **facts):
    data.offers = [*data.offers, OFFER | {"region": "bad"} | facts]
    entry = refusal(data.load(), "offers", field)
    assert not Offer.objects.filter(region="bad").exists()
    assert entry.row == "offers/acme.csv:3"
    return entry.reason


@pytest.mark.parametrize("part", ["B200", "H200", "GH200"])
def test_a_newer_part_with_the_memory_of_an_older_one_is_refused(data, part):
    reason = refused_accelerator(data, "memory_label_gb", name=f"NVIDIA {part}")
    assert "the row says 80" in reason


def test_memory_in_mib_is_refused(data):
    assert "MiB" in refused_accelerator(data, "memory_label_gb", memory_label_gb=143771)


def test_the_memory_of_a_whole_node_is_refused_as_that_of_one_accelerator(data):
    assert "total" in refused_accelerator(data, "memory_label_gb", memory_label_gb=1430)


def test_memory_that_does_not_add_up_to_the_stated_total_is_refused(data):
    facts = {"accelerator_memory_gb": "640", "accelerator_memory_total_gb": "640"}
    assert "is not the total" in refused_instance(data, "accelerator_memory_gb", **facts)


def test_zero_for_unknown_is_refused(data):
    assert "leave it out" in refused_accelerator(data, "fp8_tflops", fp8_tflops=0)


def test_a_vector_rate_in_the_matrix_column_is_refused(data):
    facts = PCIE | {"slug": "bad-one", "fp16_tflops": 204.9}
    assert "4 x the fp32 vector rate" in refused_accelerator(data, "fp16_tflops", **facts)


def test_a_sparse_figure_given_as_dense_is_refused(data):
    facts = {"fp16_tflops": 1979, "sparse": {"fp16_tflops": 1979}}
    assert "not below sparse" in refused_accelerator(data, "fp16_tflops", **facts)


def test_a_link_rate_summed_over_eight_accelerators_is_refused(data):
    reason = refused_accelerator(data, "link_bidirectional_gb_s", link_bidirectional_gb_s=14400)
    assert "sum" in reason


def test_a_core_count_that_no_processor_has_is_refused(data):
    assert "162" in refused_server(data, "cores_per_socket", cores_per_socket=162)


def test_the_figures_of_another_machine_are_refused(data):
    data.servers = [SERVER | {"vendor": "nvidia", "model": "DGX H100", "rack_units": 4}]
    assert "maker's 8" in refusal(data.load(), "servers", "rack_units").reason


def test_the_ports_of_a_switch_are_refused(data):
    assert "switch" in refused_server(data, "network_ports", network_ports=36)


def test_the_power_supplies_of_a_switch_are_refused(data):
    reason = refused_server(data, "max_power_w", psu_after_redundancy_w=1071)
    assert "cannot be drawn" in reason


def test_less_power_than_the_accelerators_draw_is_refused(data):
    assert "less than 8 accelerators" in refused_server(data, "max_power_w", max_power_w=3000)


def test_more_allocated_than_maximum_power_is_refused(data):
    refused_server(data, "allocated_power_w", allocated_power_w=12000)


def test_a_link_domain_larger_than_the_system_is_refused(data):
    refused_server(data, "link_domain", link_domain=72)


def test_one_machine_twice_is_refused(data):
    data.servers = [SERVER, SERVER]
    assert "stands at servers/boxer.toml#1" in refusal(data.load(), "servers", "model").reason


def test_an_observation_in_the_future_is_refused(data):
    tomorrow = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=2)
    assert "future" in refused_offer(data, "observed_on", observed_on=str(tomorrow))


def test_a_network_rate_in_mbit_is_refused(data):
    assert "Mbit/s" in refused_instance(data, "network_gbit_s", network_gbit_s="25000")


def test_a_price_that_was_not_scaled_by_the_count_is_refused(data):
    reason = refused_offer(data, "amount", amount="2.50", amount_per_accelerator="2.50")
    assert "scaled by the count" in reason


def test_a_price_of_nothing_is_refused(data):
    refused_offer(data, "amount", amount="0")


def test_a_row_that_its_source_calls_an_estimate_is_refused(data):
    assert "historical_estimate" in refused_offer(data, "flag", flag="historical_estimate")


def test_two_prices_of_one_offer_on_one_day_are_both_refused(data):
    rows = [OFFER | {"region": "bad", "amount": amount} for amount in ("20", "21")]
    data.offers = [OFFER, *rows]
    assert "2 prices of one offer on one day" in refusal(data.load(), "offers", "amount").reason
    assert not Offer.objects.filter(region="bad").exists()


def test_spot_prices_that_are_all_half_of_on_demand_are_refused(data):
    data.offers = [
        OFFER | {"region": f"r{number}", "pricing": pricing, "amount": str(amount)}
        for number in range(3)
        for pricing, amount in (("on-demand", 20 + number), ("spot", (20 + number) / 2))
    ]
    assert "50% of on-demand: a rule" in refusal(data.load(), "offers", "amount").reason
    assert set(Offer.objects.values_list("pricing", flat=True)) == {"on-demand"}


def test_spot_prices_that_vary_are_kept(data):
    data.offers = [
        OFFER | {"region": f"r{number}", "pricing": pricing, "amount": amount}
        for number in range(3)
        for pricing, amount in (("on-demand", "20"), ("spot", f"{9 + number}"))
    ]
    data.load()
    assert Offer.objects.filter(pricing="spot").count() == 3


def test_a_spot_price_above_on_demand_is_kept_with_a_warning(data):
    data.offers = [OFFER, OFFER | {"pricing": "spot", "amount": "25"}]
    report = data.load()
    assert [entry.outcome for entry in report.refusals] == ["warning"]
    assert Offer.objects.filter(pricing="spot").exists()


def test_one_price_copied_to_every_region_is_kept_once(data):
    data.offers = [OFFER | {"region": f"r{number}"} for number in range(17)]
    assert "17 regions and no availability" in refusal(data.load(), "offers", "region").reason
    assert Offer.objects.count() == 1


def test_a_price_far_from_the_median_is_kept_but_sets_no_price(data):
    amounts = ["20", "21", "22", "23", "0.5"]
    data.offers = [
        OFFER | {"region": f"r{number}", "amount": amount} for number, amount in enumerate(amounts)
    ]
    data.load()
    assert Offer.objects.get(region="r4").status == "suspect"
    assert Offer.objects.filter(status="live").count() == 4


def test_an_empty_series_publishes_nothing_and_keeps_the_last_prices(data):
    data.load()
    data.offers = []
    assert "last good prices stay" in refusal(data.load(), "offers", "file").reason
    assert Offer.objects.count() == 1


@pytest.mark.parametrize("field", ["source", "currency", "pricing"])
def test_terms_that_mean_nothing_are_refused(data, field):
    refused_offer(data, field, **{field: "nonsense"})


def test_a_model_without_a_configuration_is_refused(data):
    data.models = [{"slug": "empty", "name": "Empty", "source": "nowhere", "config": {}}]
    assert refusal(data.load(), "language models", "config").reason == "is no configuration"


def test_an_offer_of_a_server_that_is_not_there_is_refused(data):
    refused_offer(data, "server", server="nowhere")
