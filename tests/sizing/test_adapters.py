import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Accelerator, Vendor
from sizing.adapters import accelerator_value

FIGURES = st.floats(0.5, 5000)


@given(capacity=FIGURES, bandwidth=FIGURES, peak=FIGURES, link=FIGURES, cache=FIGURES)
def test_units_of_the_catalog_come_back_from_the_engine(capacity, bandwidth, peak, link, cache):
    row = Accelerator(
        slug="any",
        name="Any",
        vendor=Vendor(slug="maker", name="Maker"),
        architecture="Hopper",
        capacity_gb=capacity,
        memory_bandwidth_gb_s=bandwidth,
        bf16_tflops=peak,
        link_kind="nvswitch",
        link_bidirectional_gb_s=link,
        l2_mb=cache,
    )
    value = accelerator_value(row)
    assert value.capacity_bytes / 1e9 == pytest.approx(capacity)
    assert value.memory_bytes_per_s / 1e9 == pytest.approx(bandwidth)
    assert value.peak_flops["bf16"] / 1e12 == pytest.approx(peak)
    assert 2 * value.link_bytes_per_s / 1e9 == pytest.approx(link)
    assert value.l2_bytes / 1e6 == pytest.approx(cache)
