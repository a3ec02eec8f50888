"""`python -m sizing.engine.fit`: measurements in, calibration out."""

import argparse
import json
import sys
from pathlib import Path

from sizing.engine.fit.dataset import (
    deployment_rule,
    measured_cases,
    read_accelerators,
    read_lines,
    read_models,
)
from sizing.engine.fit.make import fingerprint, make_calibration


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sizing.engine.fit", description=__doc__)
    parser.add_argument("--cases", type=Path, nargs="+", required=True, metavar="JSONL")
    parser.add_argument("--accelerators", type=Path, required=True, metavar="JSON")
    parser.add_argument("--models", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="JSON")
    parser.add_argument("--table", type=Path, metavar="JSON", help="cross-validation table")
    return parser.parse_args()


def main() -> None:
    """Read the measurements, fit, cross-validate, write both files."""
    arguments = _arguments()
    accelerators = read_accelerators(arguments.accelerators)
    models = read_models(arguments.models)
    raw = list(read_lines(arguments.cases))
    cases = measured_cases(iter(raw), models.get, deployment_rule(accelerators))
    content, table = make_calibration(cases, data_fingerprint=fingerprint(raw))
    arguments.output.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if arguments.table:
        arguments.table.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(cases)} cases, {content['figures']} figures -> {arguments.output}\n")


if __name__ == "__main__":
    main()
