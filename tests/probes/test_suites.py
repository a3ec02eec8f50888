import pytest

from probes import suites
from probes.agent.registry import suite_probes
from tests.probes import factories


@pytest.mark.parametrize("backend", ["cpu", "cuda"])
@pytest.mark.parametrize("slug", list(suites.ALL))
def test_a_suite_names_every_probe_that_the_agent_runs_for_it(slug, backend):
    device = factories.cpu_info("0" * 32, backend=backend)
    assert set(suite_probes(slug, device)) <= set(suites.ALL[slug].probes)
