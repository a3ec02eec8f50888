import pytest

from tests.sizing.engine.search.small_market import CONFIG, answer, workload


def quality(**changes):
    return answer(workload=workload(**changes))["recommendations"][0]["quality"]


@pytest.mark.parametrize("weights", [None, "bf16", "fp16", "fp32"])
def test_16_bits_and_more_carry_no_warning(weights):
    assert quality(weights=weights) is None


@pytest.mark.parametrize("weights", ["fp8", "int8", "int4"])
def test_formats_that_were_compared_in_public_cite_the_comparison(weights):
    found = quality(weights=weights)
    assert f"may change with {weights} weights" in found["text"]
    assert found["source_url"].startswith("https://arxiv.org/")


@pytest.mark.parametrize("weights", ["nvfp4", "mxfp4", "mxfp8", "q4_k_m", "q8_0"])
def test_other_formats_say_that_nothing_is_cited(weights):
    found = quality(weights=weights)
    assert "No published comparison" in found["text"]
    assert found["source_url"] == ""


def test_every_low_bit_answer_warns_in_its_sentences_too():
    found = answer(workload=workload(weights="q4_k_m"))["recommendations"]
    assert all("Output quality may change" in item["why"] for item in found)


def test_the_format_of_publication_loses_nothing():
    config = {**CONFIG, "quantization_config": {"quant_method": "fp8"}}
    found = quality(model={"config": config})
    assert found["weights"] == "fp8"
    assert "nothing is lost" in found["text"]
