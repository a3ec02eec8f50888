"""Labels and units of every figure, once for pages, claims and exports."""

LABELS: dict[str, tuple[str, str]] = {
    "vendor": ("Maker", ""),
    "family": ("Architecture family", ""),
    "architecture": ("Architecture", ""),
    "form_factor": ("Form factor", ""),
    "released_on": ("Released", ""),
    "pci_device_ids": ("PCI device ids", ""),
    "memory_label_gb": ("Memory, label", "GiB"),
    "capacity_gb": ("Memory a program can allocate", "GB"),
    "capacity_basis": ("Basis of the allocatable memory", ""),
    "memory_type": ("Memory type", ""),
    "memory_bandwidth_gb_s": ("Memory bandwidth", "GB/s"),
    "fp64_tflops": ("FP64", "TFLOPS"),
    "fp64_matrix_tflops": ("FP64 matrix", "TFLOPS"),
    "fp32_tflops": ("FP32", "TFLOPS"),
    "tf32_tflops": ("TF32 dense", "TFLOPS"),
    "bf16_tflops": ("BF16 dense", "TFLOPS"),
    "fp16_tflops": ("FP16 dense", "TFLOPS"),
    "fp16_fp16_accumulate_tflops": ("FP16 dense, FP16 accumulation", "TFLOPS"),
    "fp8_tflops": ("FP8 dense", "TFLOPS"),
    "int8_tops": ("INT8 dense", "TOPS"),
    "fp4_tflops": ("FP4 dense", "TFLOPS"),
    "compute_capability": ("CUDA compute capability", ""),
    "multiprocessors": ("Multiprocessors or compute units", ""),
    "cores": ("Shader cores", ""),
    "tensor_cores": ("Matrix cores", ""),
    "boost_mhz": ("Boost clock", "MHz"),
    "l2_mb": ("L2 cache", "MB"),
    "tdp_w": ("Board power", "W"),
    "link_kind": ("Link inside a node", ""),
    "link_name": ("Link, as stated", ""),
    "link_bidirectional_gb_s": ("Link rate, both directions", "GB/s"),
    "pcie_generation": ("PCIe generation", ""),
    "pcie_lanes": ("PCIe lanes", ""),
    "per_node": ("Usual number per node", ""),
    "kind": ("Kind", ""),
    "accelerator": ("Accelerator", ""),
    "accelerator_count": ("Accelerators", ""),
    "accelerator_form": ("Accelerator form", ""),
    "accelerator_memory_stated_gb": ("Memory per accelerator, as stated", "GB"),
    "host_link": ("Link to the host", ""),
    "cpu": ("Processor", ""),
    "cpu_sockets": ("Processor sockets", ""),
    "cores_per_socket": ("Cores per socket", ""),
    "vcpus": ("vCPUs", ""),
    "ram_gb": ("Host memory", "GB"),
    "storage": ("Storage", ""),
    "network": ("Network", ""),
    "network_gbit_s": ("Network", "Gbit/s"),
    "fabric_gbit_s": ("Fabric between nodes", "Gbit/s"),
    "rack_units": ("Height", "U"),
    "power_supplies": ("Power supplies", ""),
    "max_power_w": ("Maximum power", "W"),
    "cooling": ("Cooling", ""),
    "weight_kg": ("Weight", "kg"),
}


def label(field: str) -> str:
    """What people call the field."""
    return LABELS.get(field, (field.replace("_", " ").capitalize(), ""))[0]


def unit(field: str) -> str:
    """The field's unit, empty for text and plain counts."""
    return LABELS.get(field, ("", ""))[1]
