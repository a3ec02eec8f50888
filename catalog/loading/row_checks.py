"""Every check of one row by noun: what an import refuses and what a person cannot enter either."""

from collections.abc import Mapping
from typing import Any

from catalog.loading import checks
from catalog.loading.checks import Reasons
from catalog.models.accelerator import MEASURES as ACCELERATOR_MEASURES
from catalog.models.server import MEASURES as SERVER_MEASURES

Row = Mapping[str, Any]
INSTANCE_MEASURES = (
    *("accelerator_count", "accelerator_memory_gb"),
    *("vcpus", "ram_gb", "network_gbit_s", "fabric_gbit_s"),
)
MATRIX_FAMILIES_START = (
    *("cdna", "volta", "turing", "ampere", "ada", "hopper", "blackwell", "xe-hpc"),
)


def accelerator(row: Row) -> Reasons:
    """Figures of one variant."""
    matrix = str(row.get("family", "")).startswith(MATRIX_FAMILIES_START)
    return {
        **checks.known_zero(row, ACCELERATOR_MEASURES),
        **checks.memory_in_mib(row, "memory_label_gb"),
        **checks.wrong_memory_for_part(row, checks.KNOWN_MEMORY_GB),
        **checks.vector_rate({**row, "matrix_units": matrix}),
        **checks.dense_above_sparse(row),
        **checks.link_sum(row),
    }


def server(row: Row) -> Reasons:
    """Figures of one server; `vendor` is a slug."""
    return {
        **checks.known_zero(row, SERVER_MEASURES),
        **checks.memory_in_mib(row, "accelerator_memory_gb"),
        **checks.node_as_one(row),
        **checks.core_count(row),
        **checks.link_sum(row),
        **checks.power(row),
        **checks.switch_as_server(row),
        **checks.other_machine(row, checks.KNOWN_MACHINES),
        **checks.domain_larger_than_rack(row),
        **checks.network_unit(row),
        **checks.invented(row),
    }


def instance(row: Row) -> Reasons:
    """Figures of one instance type."""
    return {
        **checks.known_zero(row, INSTANCE_MEASURES),
        **checks.memory_in_mib(row, "accelerator_memory_gb"),
        **checks.node_as_one(row),
        **checks.network_unit(row),
        **checks.invented(row),
    }
