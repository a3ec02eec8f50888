"""Runs the benchmarks named on the command line (all by default) and keeps them as JSON."""

import datetime as dt
import importlib
import json
import os
import platform
import sys
from collections.abc import Iterator

import django

MODULES = ("imports", "estimates", "pricing", "http")
#: Run for minutes, or need a browser or a quiet machine, so only when named.
LONG = ("scale", "pages", "probing")


def figures(names: list[str]) -> Iterator[tuple[str, object]]:
    for name in names:
        module = importlib.import_module(f"benchmarks.{name}")
        for figure in module.run():
            yield name, figure


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from attrs import asdict
    from django.conf import settings

    names = sys.argv[1:] or list(MODULES)
    if unknown := set(names) - {*MODULES, *LONG}:
        print(f"unknown benchmark {sorted(unknown)}; there are {', '.join((*MODULES, *LONG))}")
        return 2
    rows = []
    for name, figure in figures(names):
        rows.append({"benchmark": name, **asdict(figure)})
        print(
            f"{figure.name:<46} {figure.value:>13,.2f} {figure.unit:<9} "
            f"{figure.verdict:<26} {figure.note}".rstrip(),
            flush=True,
        )
    folder = settings.DATA_DIR / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    machine = {"cpu_count": os.cpu_count(), "python": platform.python_version()}
    path.write_text(
        json.dumps({"at": now.isoformat(), "machine": machine, "figures": rows}, indent=1)
    )
    print(f"\nwritten to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
