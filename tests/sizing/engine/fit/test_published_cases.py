import json
from collections import defaultdict

import numpy as np
import pytest

from sizing.engine.calibration import DATA, load_calibration
from sizing.engine.estimate import estimate
from sizing.engine.fit.conformal import regime_quantiles
from sizing.engine.workload import parse_workload
from tests.sizing.engine.engine_parts import H100, deployment_of, library_entry

EVERY = 23


def published():
    """Every so many published rows on an H100."""
    lines = (DATA / "measurements" / "inference.jsonl").read_text().splitlines()
    cases = [json.loads(line) for line in lines]
    return [case for case in cases if case["hardware"]["accelerator"] == H100.slug][::EVERY]


def errors():
    calibration = load_calibration()
    found = defaultdict(list)
    for case in published():
        workload = parse_workload(case["workload"], library_entry)
        deployment = deployment_of(H100, case["hardware"]["count"])
        answer = estimate(workload, deployment, case["plan"], calibration)
        for metric, truth in case["measured"].items():
            interval = answer.metrics[metric]
            inside = interval.low <= truth <= interval.high
            found[metric].append((abs(interval.value / truth - 1.0), inside))
    return found


@pytest.fixture(scope="module")
def found():
    return errors()


@pytest.mark.parametrize(("metric", "bound"), [("tpot_ms", 0.10), ("output_tokens_per_s", 0.12)])
def test_published_h100_rows_are_met(found, metric, bound):
    assert np.median([error for error, _ in found[metric]]) < bound


def test_published_rows_lie_inside_their_intervals(found):
    inside = [covered for rows in found.values() for _, covered in rows]
    assert np.mean(inside) > 0.8


def test_the_calibration_names_the_data_it_rests_on():
    calibration = load_calibration()
    assert calibration.fingerprint[:10] in calibration.version


def test_small_groups_of_residuals_make_no_quantile():
    assert regime_quantiles("measured", [], np.array([])) == {}
