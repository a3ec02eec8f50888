import pytest

from sizing import scoring


def _case(number, measured, *, source="a", accelerator="x", metric="tpot_ms"):
    return {
        "id": f"case-{number}",
        "source": source,
        "workload": {"kind": "llm-inference", "model": "m", "load": {"mode": "static", "batch": 1}},
        "hardware": {"accelerator": accelerator, "count": 1},
        "measured": {metric: measured},
    }


def _answer(value, low=None, high=None, metric="tpot_ms"):
    interval = {"value": value, "low": low or value, "high": high or value}
    return {"feasible": True, "metrics": {metric: interval}}


def _figures(cases, answers):
    named = {case["id"]: answer for case, answer in zip(cases, answers, strict=True)}
    return list(scoring.compare(cases, named))


def test_the_error_is_relative_to_what_was_measured():
    [figure] = _figures([_case(1, 10.0)], [_answer(12.0)])
    assert figure.error == pytest.approx(0.2)
    assert figure.bias == pytest.approx(0.2)


@pytest.mark.parametrize(
    "answer", [{"error": {}}, {"feasible": False, "metrics": {}}, {"metrics": {}}, {}]
)
def test_an_unanswered_figure_counts_as_wholly_wrong(answer):
    [figure] = _figures([_case(1, 10.0)], [answer])
    assert (figure.error, figure.bias, figure.covered) == (1.0, None, False)


def test_coverage_counts_the_bounds_as_inside():
    figures = _figures(
        [_case(1, 10.0), _case(2, 10.0)], [_answer(12.0, 10.0, 14.0), _answer(12.0, 11.0, 14.0)]
    )
    assert scoring.summarise(figures).coverage == 0.5


def test_a_source_with_many_rows_counts_no_more_than_one_with_few():
    cases = [_case(i, 10.0, source="many") for i in range(9)] + [_case(9, 10.0, source="few")]
    answers = [_answer(10.0)] * 9 + [_answer(20.0)]
    summary = scoring.summarise(_figures(cases, answers))
    assert summary.mean_ape == pytest.approx(0.1)
    assert summary.macro_mean == pytest.approx(0.5)


def test_two_systems_in_the_right_order_are_a_right_pair():
    cases = [_case(1, 10.0, accelerator="x"), _case(2, 20.0, accelerator="y")]
    right = scoring.order_of_systems(_figures(cases, [_answer(11.0), _answer(12.0)]))
    wrong = scoring.order_of_systems(_figures(cases, [_answer(12.0), _answer(11.0)]))
    assert (right.pairs, right.accuracy, wrong.accuracy) == (1, 1.0, 0.0)


def test_a_tie_is_no_pair():
    cases = [_case(1, 10.0, accelerator="x"), _case(2, 10.5, accelerator="y")]
    ordering = scoring.order_of_systems(_figures(cases, [_answer(1.0), _answer(2.0)]))
    assert (ordering.pairs, ordering.accuracy) == (0, None)


def test_different_work_is_not_compared():
    first, second = _case(1, 10.0, accelerator="x"), _case(2, 20.0, accelerator="y")
    second["workload"]["load"] = {"mode": "static", "batch": 2}
    assert scoring.order_of_systems(_figures([first, second], [_answer(1.0)] * 2)).pairs == 0
