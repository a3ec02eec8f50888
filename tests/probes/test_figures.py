import pytest

from catalog.models import Device
from probes.templatetags.probe_figures import fact_lines, figure, percent_of


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1.234e12, "FLOP/s", "1.23 TFLOP/s"),
        (1.2e10, "B/s", "12 GB/s"),
        (87.3e-6, "s", "87.3 µs"),
        (0.0, "s", "0 ns"),
        (2.36, "1", "2.36"),
        (61.0, "degC", "61 degC"),
        (None, "s", "-"),
    ],
)
def test_a_figure_has_a_short_number_and_a_unit(value, unit, shown):
    assert figure(value, unit) == shown


def test_facts_of_a_device_read_like_sentences():
    facts = {"max_clock_hz": 2.445e9, "isa": ["avx", "fma"], "virtualized": True, "cores": 2}
    assert fact_lines(Device(facts=facts)) == [
        ("max clock", "2.44 GHz"),
        ("isa", "avx, fma"),
        ("virtualized", "yes"),
        ("cores", "2"),
    ]


def test_a_share_of_nothing_is_not_shown():
    assert percent_of(1.0, None) == ""
