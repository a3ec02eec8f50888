import json

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db
CASE = {
    "workload": {"kind": "gemm", "m": 1024, "n": 1024, "k": 1024, "precision": "bf16"},
    "hardware": {"accelerator": "H100 SXM"},
}


@pytest.fixture
def answers(tmp_path):
    def run(*lines):
        cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
        written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        cases.write_bytes(b"\n".join(written))
        call_command("estimate", str(cases), output=str(out))
        return [json.loads(line) for line in out.read_text().splitlines()]

    return run


def test_answers_come_in_the_order_of_the_lines(catalog, answers):
    found = answers({"id": "b", **CASE}, {"id": "a", **CASE})
    assert [answer["id"] for answer in found] == ["b", "a"]
    assert all(answer["feasible"] for answer in found)


def test_a_bad_line_never_stops_the_others(catalog, answers):
    found = answers(b"{nonsense", b"\xff\xfe\x00", {"id": "x", "workload": {}}, {"id": "y", **CASE})
    assert ["error" in answer for answer in found] == [True, True, True, False]
    assert found[2]["id"] == "x"


def test_a_repeated_id_is_told_on_the_later_line(catalog, answers):
    found = answers({"id": "x", **CASE}, {"id": "x", **CASE})
    assert "error" not in found[0]
    assert found[1]["error"]["errors"][0]["code"] == "duplicate_id"


def test_lines_without_an_id_do_not_collide(catalog, answers):
    assert all("error" not in answer for answer in answers(CASE, CASE))


def test_the_measured_figures_of_a_case_are_ignored(catalog, answers):
    [answer] = answers({"id": "x", **CASE, "measured": {"tflops": 1.0}, "source": "nowhere"})
    assert answer["feasible"]


def test_blank_lines_are_skipped(catalog, answers):
    assert len(answers({"id": "x", **CASE}, b"", b"   ", {"id": "y", **CASE})) == 2


def test_files_of_other_editors_are_read(catalog, answers):
    line = json.dumps({"id": "x", **CASE}).encode()
    found = answers(b"\xef\xbb\xbf" + line + b"\r", b"\r", b"{\r}", {"id": "y", **CASE})
    assert ["error" in answer for answer in found] == [False, True, False]


def test_the_answers_never_overwrite_the_cases(catalog, tmp_path):
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps(CASE))
    with pytest.raises(CommandError, match="another file"):
        call_command("estimate", str(cases), output=str(cases))
    assert cases.read_text() == json.dumps(CASE)


def test_without_cases_no_answers_are_begun(catalog, tmp_path):
    out = tmp_path / "out.jsonl"
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("estimate", str(tmp_path / "none.jsonl"), output=str(out))
    assert not out.exists()


def test_a_missing_file_is_one_clear_line(catalog):
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("estimate", "/nowhere/cases.jsonl")
