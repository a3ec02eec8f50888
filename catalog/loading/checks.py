"""Known kinds of bad data, one check each. A check names the field and the reason.

The kinds were collected from public price lists and hardware tables; each has its test.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

Reasons = dict[str, str]

REAL_CORE_COUNTS = {
    *(1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 32, 36, 38, 40, 42, 44, 48, 52, 54),
    *(56, 60, 64, 72, 80, 84, 86, 96, 112, 120, 128, 144, 160, 192, 288),
}
MOST_MEMORY_GB = 1024
MOST_LINK_GB_S = 3600
MOST_NETWORK_GBIT_S = 12_800
MOST_ACCELERATORS = 576
MIB_OVER_GB = 1000
INVENTED_FLAGS = ("historical_estimate", "estimated", "synthetic", "interpolated")


def known_zero(row: Mapping[str, Any], fields: tuple[str, ...]) -> Reasons:
    """0 where a figure must be positive: the source means unknown and must leave it out."""
    zeros = [field for field in fields if row.get(field) is not None and float(row[field]) <= 0]
    return dict.fromkeys(zeros, "is 0 or less; leave it out when it is unknown")


def future_date(row: Mapping[str, Any], today: dt.date) -> Reasons:
    """An observation cannot lie in the future."""
    seen = row.get("observed_on")
    if isinstance(seen, str) and seen:
        seen = dt.date.fromisoformat(seen)
    return {"observed_on": f"{seen} lies in the future"} if seen and seen > today else {}


def memory_in_mib(row: Mapping[str, Any], field: str) -> Reasons:
    """143771 in a GB field is MiB; 1430 GB on one accelerator is a node's total."""
    value = float(row[field]) if row.get(field) is not None else 0.0
    if value > MIB_OVER_GB * 10:
        return {field: f"{value:g} GB can only be MiB"}
    if value > MOST_MEMORY_GB:
        return {field: f"{value:g} GB is more than one accelerator has; is it the node's total?"}
    return {}


def wrong_memory_for_part(row: Mapping[str, Any], known_gb: Mapping[str, float]) -> Reasons:
    """A B200, H200 or GH200 with the 80 GB of an H100."""
    name, given = str(row.get("name", "")).lower(), row.get("memory_label_gb")
    for part, real_gb in known_gb.items():
        if part in name.split() and given is not None and float(given) < 0.9 * real_gb:
            return {"memory_label_gb": f"{part.upper()} has {real_gb:g} GB, the row says {given:g}"}
    return {}


KNOWN_MEMORY_GB = {"b200": 180.0, "h200": 141.0, "gh200": 96.0, "gb200": 180.0, "b300": 262.0}


def vector_rate(row: Mapping[str, Any]) -> Reasons:
    """An fp16 figure of a part with HBM and matrix units that is a multiple of the vector rate."""
    fp16, fp32 = row.get("fp16_tflops"), row.get("fp32_tflops")
    if not fp16 or not fp32 or not row.get("matrix_units"):
        return {}
    if not str(row.get("memory_type", "")).upper().startswith("HBM"):
        return {}
    for factor in (1, 2, 4):
        if abs(fp16 / (factor * fp32) - 1) < 0.01:
            reason = f"{fp16:g} is {factor} x the fp32 vector rate, not the matrix rate"
            return {"fp16_tflops": reason}
    return {}


def dense_above_sparse(row: Mapping[str, Any]) -> Reasons:
    """A dense figure cannot exceed its sparse one; equal means sparse was taken for dense."""
    reasons: Reasons = {}
    for field, sparse in row.get("sparse", {}).items():
        dense = row.get(field)
        if dense is not None and dense >= sparse:
            reasons[field] = f"dense {dense:g} is not below sparse {sparse:g}"
    return reasons


def link_sum(row: Mapping[str, Any], field: str = "link_bidirectional_gb_s") -> Reasons:
    """14,400 GB/s is the sum over eight GPUs, not the rate of one."""
    value = row.get(field)
    if value is not None and float(value) > MOST_LINK_GB_S:
        return {field: f"{float(value):g} GB/s is a sum over accelerators, not the rate of one"}
    return {}


def node_as_one(row: Mapping[str, Any]) -> Reasons:
    """Count x memory must equal the total that the row gives."""
    count, each = row.get("accelerator_count"), row.get("accelerator_memory_gb")
    total = row.get("accelerator_memory_total_gb")
    if not (count and each and total):
        return {}
    if abs(float(count) * float(each) / float(total) - 1) > 0.08:
        reason = f"{count} x {each} GB is not the total of {total} GB"
        return {"accelerator_memory_gb": reason}
    return {}


def core_count(row: Mapping[str, Any]) -> Reasons:
    """No processor has 162 cores: both sockets or threads were counted."""
    cores = row.get("cores_per_socket")
    if cores is not None and int(cores) not in REAL_CORE_COUNTS:
        return {"cores_per_socket": f"no processor has {cores} cores"}
    return {}


def power(row: Mapping[str, Any]) -> Reasons:
    """Supplies after redundancy must carry the machine; a switch's supplies do not."""
    supply, draw = row.get("psu_after_redundancy_w"), row.get("max_power_w")
    if supply and draw and float(supply) < float(draw):
        reason = f"{draw} W cannot be drawn from {supply} W of power supplies"
        return {"max_power_w": reason}
    allocated = row.get("allocated_power_w")
    if allocated and draw and float(allocated) > float(draw):
        return {"allocated_power_w": f"{allocated} W allocated exceeds the maximum of {draw} W"}
    return {}


def power_below_accelerators(row: Mapping[str, Any], tdp_w: float | None) -> Reasons:
    """A machine draws at least what its accelerators do; less is the figure of another one."""
    count, draw = row.get("accelerator_count"), row.get("max_power_w")
    if count and draw and tdp_w and float(draw) < 0.9 * float(count) * tdp_w:
        reason = f"{draw} W is less than {count} accelerators of {tdp_w:g} W"
        return {"max_power_w": reason}
    return {}


def switch_as_server(row: Mapping[str, Any]) -> Reasons:
    """Tens of network ports belong to a switch that was recorded as a server."""
    ports = row.get("network_ports")
    if ports and int(ports) > 24:
        return {"network_ports": f"{ports} ports are those of a switch"}
    return {}


def other_machine(row: Mapping[str, Any], known: Mapping[str, Mapping[str, float]]) -> Reasons:
    """Figures of another machine under this name (a DGX H100 with 4U)."""
    facts = known.get(f"{row.get('vendor')} {row.get('model')}".lower(), {})
    return {
        field: f"{row[field]} contradicts the maker's {value:g}"
        for field, value in facts.items()
        if row.get(field) is not None and float(row[field]) != value
    }


KNOWN_MACHINES = {"nvidia dgx h100": {"rack_units": 8.0, "max_power_w": 10_200.0}}


def domain_larger_than_rack(row: Mapping[str, Any]) -> Reasons:
    """A link domain cannot hold more accelerators than the system has."""
    domain, count = row.get("link_domain"), row.get("accelerator_count")
    if domain and count and int(domain) > int(count):
        return {"link_domain": f"a domain of {domain} in a system of {count}"}
    return {}


def network_unit(row: Mapping[str, Any]) -> Reasons:
    """8000 "Gbit/s" of one machine are Mbit/s."""
    return {
        field: f"{float(row[field]):g} Gbit/s can only be Mbit/s"
        for field in ("network_gbit_s", "fabric_gbit_s")
        if row.get(field) is not None and float(row[field]) > MOST_NETWORK_GBIT_S / 2
    }


def invented(row: Mapping[str, Any]) -> Reasons:
    """A row that its own source flags as estimated is no observation."""
    for field in ("flag", "quality", "kind"):
        if str(row.get(field, "")).lower() in INVENTED_FLAGS:
            return {field: f"the source marks the row as {row[field]!r}"}
    return {}
