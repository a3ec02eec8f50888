from sizing.presentation.inputs import inputs_of

WORKLOAD = {
    "kind": "llm-inference",
    "model": "llama-3.1-8b",
    "input_tokens": 500,
    "output_tokens": 100,
    "load": {"mode": "concurrency", "requests": 16},
}


def test_what_is_left_out_shows_its_default():
    assert inputs_of({"workload": WORKLOAD}) == inputs_of(
        {"workload": WORKLOAD, "objective": "cost", "constraints": {"acquisition": "any"}}
    )


def test_every_input_has_a_label_of_its_own():
    found = inputs_of(
        {
            "workload": {**WORKLOAD, "output_tokens": {"mean": 100, "p95": 300}},
            "constraints": {"regions": ["eu", "us"], "peak_factor": 1.5, "power_w": None},
        }
    )
    assert found["Tokens out"] == "100"
    assert found["Tokens out, 95 % have at most"] == "300"
    assert found["Regions"] == "eu, us"
    assert found["Busiest moment over average"] == "1.5"
    assert found["Load"] == "16 users at once"
    assert "Power w" not in found


def test_pasted_configurations_are_told_apart():
    one, other = (
        inputs_of({"workload": {**WORKLOAD, "model": {"config": {"model_type": "llama", "n": n}}}})
        for n in (1, 2)
    )
    assert one["Model"].startswith("a pasted llama configuration")
    assert one["Model"] != other["Model"]
