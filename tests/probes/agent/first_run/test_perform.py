import json

import pytest

from probes.agent.first_run.perform import FirstRun, perform
from probes.agent.first_run.reading import reading
from tests.probes.agent.values import a_cpu

CPU = a_cpu(uuid="CPU-first-run")
LEFT = {"scene", "gemm.curve.fp32", "gemm.curve.fp32.again", "data"}


def a_first_run(folder, **options):
    return FirstRun(device=CPU, folder=folder, sizes="tiny", **options)


def plain(step):
    return step.name.partition("-")[2]


@pytest.fixture(scope="module")
def continued(tmp_path_factory):
    """A first run of which an earlier piece left a few steps, and what the next piece said."""
    run, said = a_first_run(tmp_path_factory.mktemp("first-run")), []
    for step in run.steps:
        if plain(step) not in LEFT:
            (run.folder / step.file_name).write_text("taken before\n")
    missing = perform(run, within_s=600, say=said.append)
    return run, missing, said


def test_a_cut_run_takes_only_what_is_missing(continued):
    run, missing, said = continued
    taken = {line.split()[0].partition("-")[2] for line in said}
    assert (missing, taken) == ([], LEFT)
    health = next(step for step in run.steps if plain(step) == "health")
    assert (run.folder / health.file_name).read_text() == "taken before\n"


def test_the_reading_says_how_far_a_curve_repeats_and_what_experiments_found(continued):
    run, _, _ = continued
    mine = tuple(step for step in run.steps if plain(step) in LEFT)
    text = reading(CPU, mine, run.folder)
    assert "gemm.curve.fp32: two passes differ by" in text
    data = next(line for line in text.splitlines() if line.startswith("- data: "))
    figures = json.loads(data.partition("`")[2].rstrip("`"))
    assert figures["normal"] > 0 and figures["zeros"] > 0


def test_a_step_that_does_not_fit_is_left_for_the_next_piece(tmp_path):
    run = a_first_run(tmp_path)
    missing = perform(run, within_s=15, say=lambda _: None)
    assert [plain(step) for step in run.steps if step not in missing] == ["scene"]


def test_a_step_that_is_stopped_leaves_no_file(tmp_path):
    run = a_first_run(tmp_path, should_stop=lambda: True)
    assert perform(run, within_s=600, say=lambda _: None) == list(run.steps)
    assert list(tmp_path.iterdir()) == []
