"""Each half installs alone: checked in fresh processes, by what they really load."""

import subprocess
import sys

import pytest

LIST_MODULES = "; import sys; print('\\n'.join(sys.modules))"


def modules_after(code: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", code + LIST_MODULES], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in run.stdout.split()}


@pytest.mark.parametrize(
    "module", ["sizing.engine.estimate", "sizing.engine.recommend", "sizing.engine.fitting"]
)
def test_the_engine_loads_neither_django_nor_torch(module):
    loaded = modules_after(f"import {module}")
    assert not loaded & {"django", "rest_framework", "celery", "torch", "pynvml", "catalog"}


@pytest.mark.parametrize("module", ["probes.protocol", "probes.expectations"])
def test_the_wire_types_load_nothing_but_attrs(module):
    loaded = modules_after(f"import {module}")
    assert not loaded & {"django", "celery", "torch", "numpy", "cattrs", "catalog", "sizing"}


@pytest.mark.parametrize("module", ["probes.agent.runner", "probes.agent.inventory"])
def test_the_agent_parent_loads_neither_django_nor_torch(module):
    loaded = modules_after(f"import {module}")
    assert not loaded & {"django", "celery", "torch", "catalog", "sizing", "config"}


def test_the_host_worker_starts_where_django_and_torch_are_missing():
    # Celery's libraries use Django where they find it, so here nobody may find it.
    missing = ("django", "rest_framework", "torch", "catalog", "sizing", "config")
    hide = "; ".join(f"sys.modules[{name!r}] = None" for name in missing)
    assert "celery" in modules_after(f"import sys; {hide}; import probes.agent.worker.app")


def test_the_web_loads_neither_torch_nor_nvml():
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; "
        "import config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns"
    )
    assert not modules_after(code) & {"torch", "pynvml"}
