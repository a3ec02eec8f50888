import pytest

from sizing.formats import UNKNOWN, figure, percent, plain


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (None, UNKNOWN),
        (float("nan"), UNKNOWN),
        (3.14159, "3.14"),
        (64, "64"),
        (1234, "1234"),
        (1_234_567, "1,230,000"),
        (0.0123456, "0.0123"),
        (1234.5, "1230"),
        (123456.0, "123,000"),
        (0.00000123, "1.2e-06"),
        (9999.6, "10,000"),
        (-2.5, "-2.50"),
    ],
)
def test_a_figure_has_three_significant_digits(value, shown):
    assert figure(value) == shown


def test_a_share_is_shown_as_per_cent():
    assert (percent(0.123), percent(None)) == ("12.3 %", UNKNOWN)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.5, "1.5"), (20.0, "20"), (100.0, "100"), (0.25, "0.25"), (None, UNKNOWN)],
)
def test_a_stated_number_has_no_zeros_behind_it(value, shown):
    assert plain(value) == shown
