import json
from pathlib import Path

from sizing import accuracy
from sizing.accuracy_rows import SHIPPED_ROWS, narrowed, shipped_rows, write_rows
from sizing.presentation.accuracy_document import with_tables
from sizing.scoring import compare

DOCUMENT = Path(__file__).parents[2] / "docs" / "accuracy.md"


def test_every_figure_of_the_shipped_report_has_its_row():
    report = accuracy.shipped_accuracy()
    assert len(shipped_rows()) == report["figures"]
    assert sum(row["n"] for row in report["rows"]) == report["figures"]


def test_the_mean_error_of_the_rows_is_that_of_the_report():
    table = {(row["kind"], row["metric"]): row for row in accuracy.shipped_accuracy()["rows"]}
    for (kind, metric), row in table.items():
        errors = [r.error for r in shipped_rows() if (r.kind, r.metric) == (kind, metric)]
        assert abs(sum(errors) / len(errors) - row["mean_ape"]) < 1e-4


def test_rows_are_narrowed_to_what_a_query_names():
    rows = list(narrowed({"metric": "ttft_ms", "source": "nimdli"}))
    assert {(row.metric, row.source) for row in rows} == {("ttft_ms", "nimdli")}
    assert len(rows) > 100
    assert list(narrowed({"source": "nobody"})) == []


def test_written_rows_hold_measured_and_predicted(tmp_path):
    case = {
        "id": "a-1",
        "source": "a",
        "workload": {
            "kind": "llm-inference",
            "model": "llama-3.1-8b",
            "weights": "fp8",
            "input_tokens": 10,
            "output_tokens": 20,
            "load": {"mode": "concurrency", "requests": 5},
        },
        "hardware": {"accelerator": "some-gpu", "count": 2},
        "measured": {"tpot_ms": 8.0},
    }
    answer = {"metrics": {"tpot_ms": {"value": 10.0, "low": 9.0, "high": 11.0}}}
    path = tmp_path / "rows.csv"
    write_rows(path, [case], compare([case], {"a-1": answer}))
    assert path.read_text().splitlines()[1] == (
        "a-1,a,llm-inference,tpot_ms,llama-3.1-8b,some-gpu,2,"
        '"concurrency 5, 10 in, 20 out, fp8",8,10,9,11'
    )


def test_the_document_holds_the_shipped_figures():
    table = json.loads(accuracy.CROSS_VALIDATION.read_text())
    text = DOCUMENT.read_text()
    assert with_tables(text, accuracy.shipped_accuracy(), table) == text


def test_the_rows_file_is_sorted_by_nothing_that_changes():
    cases = accuracy.read_cases(accuracy.SHIPPED_CASES)
    wanted = [str(case["id"]) for case in cases for _ in case["measured"]]
    lines = SHIPPED_ROWS.read_text().splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == wanted
