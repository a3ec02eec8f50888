"""`python -m probes.agent first-run`: one command, to be typed again until it says it is done."""

import argparse
from collections.abc import Callable
from pathlib import Path

import attrs

from probes.agent.first_run.perform import FirstRun, perform
from probes.agent.first_run.reading import reading
from probes.protocol import SIZES, DeviceInfo, HostInfo, to_json

READING, HOST = "reading.md", "host.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a first run."""
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="for its files")
    parser.add_argument("--device", default="", help="cpu, cuda:0, ..., or a UUID (default: first)")
    parser.add_argument(
        "--minutes", type=float, default=9.0, help="begin no step past this (default: %(default)s)"
    )
    parser.add_argument("--force", action="store_true", help="even where somebody uses the GPU")
    parser.add_argument("--sizes", choices=SIZES, default="device", help=argparse.SUPPRESS)


def run(
    options: argparse.Namespace,
    host: HostInfo,
    device: DeviceInfo,
    should_stop: Callable[[], bool],
    say: Callable[[str], None],
) -> bool:
    """Take the steps that fit and write the reading; whether nothing is missing."""
    first = FirstRun(
        device=device,
        folder=options.out,
        should_stop=should_stop,
        sizes=options.sizes,
        force=options.force,
    )
    first.folder.mkdir(parents=True, exist_ok=True)
    (first.folder / HOST).write_text(to_json(attrs.evolve(host, devices=(device,))) + "\n")
    missing = perform(first, within_s=60 * options.minutes, say=say)
    (first.folder / READING).write_text(reading(device, first.steps, first.folder))
    done = len(first.steps) - len(missing)
    rest = "" if not missing else "; type the same command again to go on"
    say(f"{done} of {len(first.steps)} steps done{rest}. Read {first.folder / READING}.")
    return not missing
