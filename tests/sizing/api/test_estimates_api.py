import pytest

from sizing.models import Sizing, SizingAnswer

pytestmark = pytest.mark.django_db
LLAMA = {
    "kind": "llm-inference",
    "model": "llama-3.1-8b",
    "input_tokens": 1000,
    "output_tokens": 200,
    "load": {"mode": "static", "batch": 8},
}
H100 = {"accelerator": "nvidia-h100-sxm5-80gb", "count": 1}


def ask(client, **changes):
    body = {"id": "mine", "workload": LLAMA, "hardware": H100, **changes}
    return client.post("/api/v1/estimates/", body, content_type="application/json")


def wrong_fields(response):
    assert response.status_code == 400, response.content
    assert response.json()["type"] in ("validation_error", "client_error")
    return {error["attr"]: error["code"] for error in response.json()["errors"]}


def test_an_estimate_has_the_shape_of_the_contract(client, catalog):
    answer = ask(client).json()
    assert answer["id"] == "mine"
    assert answer["feasible"] is True
    assert {"metrics", "memory", "plan", "breakdown", "bottleneck", "evidence"} <= set(answer)
    for interval in answer["metrics"].values():
        assert interval["low"] <= interval["value"] <= interval["high"]


@pytest.mark.parametrize("name", ["H100 SXM", "NVIDIA H100 80GB HBM3", "nvidia-h100-sxm5-80gb"])
def test_any_known_name_finds_the_accelerator(client, catalog, name):
    assert ask(client, hardware={"accelerator": name}).status_code == 200


def test_an_ambiguous_name_lists_the_candidates(client, catalog):
    response = ask(client, hardware={"accelerator": "H100"})
    assert wrong_fields(response) == {"hardware.accelerator": "ambiguous"}
    assert "nvidia-h100-pcie-80gb" in response.json()["errors"][0]["detail"]


def test_an_unknown_accelerator_is_refused(client, catalog):
    response = ask(client, hardware={"accelerator": "H900"})
    assert wrong_fields(response) == {"hardware.accelerator": "unknown"}


def test_an_unknown_model_names_its_nearest(client, catalog):
    response = ask(client, workload={**LLAMA, "model": "llama-3.1-80b"})
    assert wrong_fields(response) == {"workload.model": "unknown_model"}
    assert "llama-3.1-8b" in response.json()["errors"][0]["detail"]


def test_a_model_name_of_any_length_is_only_unknown(client, catalog):
    response = ask(client, workload={**LLAMA, "model": "x" * 100_000})
    assert wrong_fields(response) == {"workload.model": "unknown_model"}


def test_every_wrong_field_is_named_at_once(client, catalog):
    response = ask(
        client,
        workload={**LLAMA, "input_tokens": -5},
        hardware={"accelerator": "nope", "count": 0, "interconnect": "string"},
        plan={"tensor_paralel": 2},
    )
    assert set(wrong_fields(response)) == {
        "workload.input_tokens",
        "hardware.accelerator",
        "hardware.count",
        "hardware.interconnect",
        "plan.tensor_paralel",
    }


def test_an_unsupported_kind_names_what_is_supported(client, catalog):
    response = ask(client, workload={"kind": "stencil"})
    assert wrong_fields(response) == {"workload.kind": "unsupported_workload"}
    assert "gemm" in response.json()["errors"][0]["detail"]


def test_a_plan_that_contradicts_the_count_is_refused(client, catalog):
    hardware = {**H100, "count": 8}
    response = ask(client, hardware=hardware, plan={"tensor_parallel": 3})
    assert response.status_code == 400
    assert all(error["attr"].startswith("plan") for error in response.json()["errors"])


def test_405b_on_one_t4_does_not_fit_and_says_by_how_much(client, catalog):
    workload = {**LLAMA, "model": "llama-3.1-405b", "load": {"mode": "static", "batch": 1}}
    answer = ask(client, workload=workload, hardware={"accelerator": "T4"}).json()
    assert (answer["feasible"], answer["metrics"]) == (False, {})
    assert "GB" in answer["problems"][0]


def test_a_config_with_missing_keys_names_each(client, catalog):
    workload = {**LLAMA, "model": {"config": {"model_type": "llama", "hidden_size": 4096}}}
    attrs = wrong_fields(ask(client, workload=workload))
    assert "workload.model.config.num_hidden_layers" in attrs
    assert "workload.model.config.vocab_size" in attrs


@pytest.mark.parametrize(
    "body",
    [
        b"\x93\xff\x00" * 300_000,
        b"[" * 50_000,
        b'{"id": "a", "id": "b"}',
        b'{"id": "\\ud800"}',
        b"",
        b"null",
        b'"text"',
        b"[]",
        b'[{"id": 1}, {"id": 1}]',
        b'{"workload": 5, "hardware": []}',
        b'{"workload": {}, "hardware": {}}',
        b'{"workload": {"kind": {}}, "hardware": {"accelerator": 5}}',
        b'{"id": {}, "workload": null, "hardware": {"device": "x"}}',
        b'{"workload": {"kind": "gemm", "m": 1e400, "n": 1, "k": 1}, "hardware": {"count": 1e99}}',
    ],
)
def test_nonsense_gets_a_400_and_stores_nothing(client, catalog, body):
    response = client.post("/api/v1/estimates/", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["detail"]
    assert not Sizing.objects.exists()
    assert not SizingAnswer.objects.exists()


def test_another_content_type_is_refused(client, catalog):
    response = client.post("/api/v1/estimates/", b"a=1", content_type="text/plain")
    assert response.status_code == 415


def test_a_warm_estimate_asks_one_query(client, catalog, django_assert_num_queries):
    ask(client)
    with django_assert_num_queries(1):
        ask(client)


def test_an_unknown_device_is_refused(client, catalog):
    assert wrong_fields(ask(client, hardware={"device": 99})) == {"hardware.device": "unknown"}


def test_an_attached_device_answers_from_its_datasheet_before_it_is_probed(client, cpu_device):
    gemm = {"kind": "gemm", "m": 512, "n": 512, "k": 512, "precision": "fp32"}
    answer = ask(client, workload=gemm, hardware={"device": cpu_device.pk}).json()
    assert answer["evidence"]["calibration"] is None
    assert answer["evidence"]["level"] != "measured"
