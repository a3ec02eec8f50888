"""In which format a checkpoint stores its matrices, from `quantization_config`."""

from sizing.engine.models.reader import ConfigReader

_BY_METHOD = {
    "fp8": "fp8",
    "fbgemm_fp8": "fp8",
    "modelopt": "fp8",
    "modelopt_fp4": "nvfp4",
    "nvfp4": "nvfp4",
    "mxfp4": "mxfp4",
    "awq": "int4",
    "gptq": "int4",
}


def stored_format(reader: ConfigReader, native: str) -> str:
    """The weight format of the checkpoint; its own dtype where nothing is quantised.

    Understands the quantisers that write `quant_method` as Hugging Face defines it; four and
    eight bits by `bits`, and compressed-tensors by its format.
    """
    if not reader.has("quantization_config"):
        return native
    section = reader.section("quantization_config")
    method = section.text("quant_method").lower()
    if section.config.get("bits") == 8 or section.config.get("load_in_8bit") is True:
        return "int8"
    if section.config.get("load_in_4bit") is True:
        return "int4"
    if method == "compressed-tensors":
        return _compressed(section.text("format").lower())
    if method == "modelopt" and "FP4" in str(section.config.get("quant_algo", "")).upper():
        return "nvfp4"
    return _BY_METHOD.get(method, native)


def _compressed(layout: str) -> str:
    for word, stored in (("mxfp4", "mxfp4"), ("nvfp4", "nvfp4"), ("float", "fp8")):
        if word in layout:
            return stored
    return "int8" if layout.startswith("int") else "int4"
