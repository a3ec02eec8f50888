import pytest

from sizing.engine.serving.step_table import StepTable

TABLE = StepTable(
    batches=(0.0, 1.0, 3.0), tokens=(0.0, 10.0), seconds=((0.0, 1.0), (1.0, 2.0), (5.0, 6.0))
)


@pytest.mark.parametrize(
    ("batch", "tokens", "seconds"), [(0, 0, 0), (1, 0, 1), (2, 0, 3), (2, 5, 3.5), (5, 20, 11)]
)
def test_step_times_are_interpolated_and_carried_on(batch, tokens, seconds):
    assert TABLE(batch, tokens) == pytest.approx(seconds)
