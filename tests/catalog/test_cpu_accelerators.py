import pytest

from catalog.models import Accelerator, CatalogRevision, Claim
from catalog.selectors import resolve_accelerator, systems_for_sizing
from catalog.services import register_cpu_accelerator

NAME = "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"
FACTS = {"name": NAME, "cores": 8, "clock_hz": 2.7e9, "vector_bits": 512, "memory_bytes": 64e9}


def test_a_processor_becomes_an_accelerator_with_derived_peaks(db):
    row = register_cpu_accelerator(**FACTS)
    assert row.slug == "cpu-intel-xeon-platinum-8481c-8c"
    assert row.derived
    # 2 FMA units x 16 lanes x 2 operations x 8 cores x 2.7 GHz
    assert row.fp32_tflops == pytest.approx(2 * 16 * 2 * 8 * 2.7e9 / 1e12)
    assert row.fp64_tflops == pytest.approx(row.fp32_tflops / 2)


def test_what_a_host_hides_is_assumed_and_said_to_be(db):
    row = register_cpu_accelerator(name=NAME, cores=8)
    claim = Claim.objects.get(accelerator=row, field="fp32_tflops")
    assert "(assumed)" in claim.note


def test_memory_that_nobody_states_stays_unknown(db):
    row = register_cpu_accelerator(name=NAME, cores=8)
    assert row.capacity_gb is None


def test_registering_again_keeps_the_row_and_replaces_what_was_assumed(db):
    first = register_cpu_accelerator(name=NAME, cores=8)
    second = register_cpu_accelerator(**FACTS)
    assert first.pk == second.pk
    assert second.fp32_tflops > first.fp32_tflops
    assert Accelerator.objects.count() == 1


def test_an_assumption_never_replaces_what_a_host_said(db):
    said = register_cpu_accelerator(**FACTS)
    again = register_cpu_accelerator(name=NAME, cores=8)
    assert again.fp32_tflops == said.fp32_tflops


def test_every_derived_figure_is_claimed_as_derived(db):
    row = register_cpu_accelerator(**FACTS)
    claims = Claim.objects.filter(accelerator=row)
    assert set(claims.values_list("method", flat=True)) == {"derived"}
    assert claims.filter(field="fp32_tflops").exists()


def test_a_processor_is_found_by_its_name_and_never_offered(db):
    row = register_cpu_accelerator(**FACTS)
    assert resolve_accelerator(NAME) == row
    assert systems_for_sizing() == []


def test_formats_with_a_rate_of_their_own_get_a_peak(db):
    row = register_cpu_accelerator(**FACTS, formats=("fp32", "bf16", "int8"))
    assert row.bf16_tflops == pytest.approx(2 * row.fp32_tflops)
    assert row.int8_tops == pytest.approx(4 * row.fp32_tflops)
    assert row.fp16_tflops is None


def test_a_processor_that_is_new_or_known_better_makes_a_revision(data):
    data.load()
    before = CatalogRevision.objects.count()
    register_cpu_accelerator(name=NAME, cores=8)
    register_cpu_accelerator(**FACTS)
    assert CatalogRevision.objects.count() == before + 2
    register_cpu_accelerator(**FACTS)
    assert CatalogRevision.objects.count() == before + 2
