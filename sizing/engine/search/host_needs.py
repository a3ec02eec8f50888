"""The rest of the server: memory, disk and network of a node, and how long a start takes.

Nothing here is measured. Each figure is derived by a stated formula from the answer and from
assumptions, and both are told beside it.
"""

from collections.abc import Iterator
from typing import Any

from attrs import asdict, frozen

from sizing.engine.memory.weights import weight_bytes
from sizing.engine.operations import Layout
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.words import number
from sizing.engine.serving.situation import formats_of
from sizing.engine.workload import LlmInference

GB = 1e9
OS_DISK_GB = 100.0
OS_RAM_GB = 16.0
PROCESS_RAM_GB = 8.0
SATA_GB_PER_S = 6.0 * 8 / 10 / 8
"""SATA III: 6 Gbit/s, 8b/10b coded."""
NVME_GB_PER_S = 4 * 16.0 * 128 / 130 / 8
"""PCIe 4.0 x4: 16 GT/s per lane, 128b/130b coded."""
FETCH_S = 600.0
PROMPT_TOKEN_BYTES = 5.0
STREAMED_TOKEN_BYTES = 300.0
WHOLE = Layout()
"""Nothing is split: one value, so that the sizes of a model are computed once."""
PORTS_GBIT_S = (1, 10, 25, 50, 100, 200, 400, 800)


@frozen(kw_only=True)
class Need:
    """One derived figure of each node.

    Attributes:
        name: with its unit at the end.
        value: None where only a range is known, then in `low` and `high`.
        formula: with the figures put in.
        assumption: what the formula takes for granted.
    """

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    formula: str
    assumption: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON object, marked as derived."""
        return {**asdict(self), "origin": "derived"}


@frozen(kw_only=True)
class Node:
    """What the formulas need to know.

    Attributes:
        file_gb: weights of the model and its draft, whole.
        share_gb: of them on the fullest accelerator.
        accelerators: in one node.
        nodes: of the deployment.
    """

    file_gb: float
    share_gb: float
    accelerators: int
    nodes: int


def host_needs(finalist: Finalist, workload: LlmInference) -> tuple[Need, ...]:
    """What each node needs beside its accelerators."""
    node = _node(finalist, workload)
    needs = [
        _ram(node),
        _disk(node),
        _load_time(node, finalist),
        _network(node, finalist, workload),
    ]
    return (*needs, *_fabric(node, finalist))


def _node(finalist: Finalist, workload: LlmInference) -> Node:
    whole = weight_bytes(workload.resident_model, formats_of(workload), WHOLE)
    return Node(
        file_gb=float(whole[0]) / GB,
        share_gb=finalist.estimate.memory.weights_gb,
        accelerators=min(finalist.supply.node, finalist.count),
        nodes=finalist.nodes,
    )


def _ram(node: Node) -> Need:
    processes = node.accelerators * PROCESS_RAM_GB
    return Need(
        name="host_ram_gb",
        value=_rounded(node.file_gb + processes + OS_RAM_GB),
        formula=(
            f"weights {number(node.file_gb)} GB + {node.accelerators} x {PROCESS_RAM_GB:g} GB "
            f"+ {OS_RAM_GB:g} GB"
        ),
        assumption=(
            "The file is read once into the page cache that all processes share; "
            f"{PROCESS_RAM_GB:g} GB for the process of each accelerator with its pinned buffers; "
            f"{OS_RAM_GB:g} GB for the system."
        ),
    )


def _disk(node: Node) -> Need:
    return Need(
        name="disk_gb",
        value=_rounded(2 * node.file_gb + OS_DISK_GB),
        formula=f"2 x weights {number(node.file_gb)} GB + {OS_DISK_GB:g} GB",
        assumption=(
            "Each node keeps the whole file, the old release beside the new one while they "
            f"change; {OS_DISK_GB:g} GB for system, containers and logs."
        ),
    )


def _load_time(node: Node, finalist: Finalist) -> Need:
    fast, slow = node.file_gb / NVME_GB_PER_S, node.file_gb / SATA_GB_PER_S
    pcie = finalist.supply.system.accelerator.pcie_bytes_per_s
    copy_s = node.share_gb * GB / pcie if pcie else 0.0
    return Need(
        name="load_time_s",
        low=_rounded(max(fast, copy_s)),
        high=_rounded(max(slow, copy_s)),
        formula=(
            f"weights {number(node.file_gb)} GB / {NVME_GB_PER_S:.1f} GB/s to / "
            f"{SATA_GB_PER_S:.1f} GB/s, no less than {number(copy_s)} s over PCIe"
        ),
        assumption=(
            "Line rates of PCIe 4.0 x4 (NVMe) and SATA III, which no drive quite reaches; all "
            "accelerators copy their share at once; compiling and warming up come on top."
        ),
    )


def _network(node: Node, finalist: Finalist, workload: LlmInference) -> Need:
    metrics = finalist.sized_for.metrics
    requests, tokens = metrics["requests_per_s"].value, metrics["output_tokens_per_s"].value
    prompts = requests * workload.input_tokens * PROMPT_TOKEN_BYTES
    traffic = (prompts + tokens * STREAMED_TOKEN_BYTES) * 8 / GB
    fetch = node.file_gb * 8 / FETCH_S
    needed = traffic / node.nodes + fetch
    return Need(
        name="nic_gbit_s",
        value=next((port for port in PORTS_GBIT_S if port >= needed), _rounded(needed)),
        formula=(
            f"requests {number(traffic)} Gbit/s / {node.nodes} + weights "
            f"{number(node.file_gb)} GB x 8 / {FETCH_S:g} s = {number(needed)} Gbit/s, "
            "up to the next usual port"
        ),
        assumption=(
            f"A prompt token is {PROMPT_TOKEN_BYTES:g} bytes, a streamed token an event of "
            f"{STREAMED_TOKEN_BYTES:g} bytes; a new release arrives in {FETCH_S / 60:g} minutes."
        ),
    )


def _fabric(node: Node, finalist: Finalist) -> Iterator[Need]:
    """The network between nodes, where a replica spans them."""
    ranks = finalist.count // max(finalist.replicas, 1)
    if ranks <= node.accelerators:
        return
    each = finalist.supply.deployment(finalist.count).node_bytes_per_s * 8 / GB
    yield Need(
        name="fabric_gbit_s",
        value=_rounded(node.accelerators * each),
        formula=f"{node.accelerators} x {number(each)} Gbit/s",
        assumption="The network between nodes that the figures of this answer reckon with.",
    )


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
