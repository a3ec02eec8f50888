"""`python -m probes.check_report FILE`: is a downloaded report what its host signed?

Needs the package cryptography only. The file is the report's JSON as the site gives it; the key in
it is the host's. That the key is the host's is the site's word: compare the fingerprint with the
one on the host's page, or ask its operator.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probes import signing


def check(report: dict[str, Any]) -> str:
    """Empty where the signature fits the content, else what is wrong."""
    try:
        key = signing.read_public(report["key"])
        letter = signing.open_letter(
            report["letter"],
            to=report["letter"]["to"],
            find_key=lambda key_id: key if key_id == signing.key_id(key) else None,
            max_age_s=float("inf"),
        )
    except (KeyError, TypeError, ValueError) as error:
        return f"not a report of this kind, or altered: {error}"
    return "" if letter.kind == "report" else "signed, but no report"


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was found; 0 when the signature holds."""
    parser = argparse.ArgumentParser(prog="python -m probes.check_report", description=__doc__)
    parser.add_argument("file", type=Path)
    options = parser.parse_args(argv)
    try:
        report = json.loads(options.file.read_text())
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot read {options.file}: {error}\n")
        return 2
    problem = check(report)
    if problem:
        sys.stdout.write(problem + "\n")
        return 1
    payload = json.loads(report["letter"]["payload"])
    sys.stdout.write(
        f"The signature holds. Signed by {report['letter']['key_id']}: run {payload['run_id']} "
        f"on {payload['device_uuid']}, {payload['status']}.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
