"""The child that probes: every figure as one line of JSON."""

import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from attrs import asdict

    from benchmarks.probing import layers, peak, scatter, suites, telemetry

    bench = suites.Bench.of_this_machine()
    for part in (suites, layers, scatter, peak, telemetry):
        for figure in part.figures(bench):
            sys.stdout.write(json.dumps(asdict(figure)) + "\n")
            sys.stdout.flush()


main()
