import json

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def truth(tmp_path, catalog):
    case = {
        "id": "one",
        "source": "somebody",
        "workload": {"kind": "gemm", "m": 4096, "n": 4096, "k": 4096, "precision": "bf16"},
        "hardware": {"accelerator": "nvidia-h100-sxm5-80gb", "count": 1},
        "measured": {"tflops": 600.0},
    }
    (tmp_path / "cases.jsonl").write_text(json.dumps(case) + "\n")
    return tmp_path


def test_the_table_has_a_row_per_metric_and_source(truth, capsys):
    call_command("accuracy", truth=str(truth))
    printed = capsys.readouterr().out
    assert "tflops" in printed
    assert "somebody" in printed


def test_the_folders_own_scorer_is_used_where_there_is_one(truth, capsys):
    (truth / "score.py").write_text("import sys; print('scored', open(sys.argv[1]).read()[:8])")
    call_command("accuracy", truth=str(truth))
    assert capsys.readouterr().out.startswith('scored {"id"')


def test_the_report_is_written_as_json(truth, tmp_path):
    out = tmp_path / "report.json"
    call_command("accuracy", truth=str(truth), json=str(out))
    report = json.loads(out.read_text())
    assert report["rows"][0]["metric"] == "tflops"
    assert report["overall"]["n"] == 1


def test_a_folder_without_cases_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"cases\.jsonl"):
        call_command("accuracy", truth=str(tmp_path))
