"""Accelerator names, reduced to a key that spelling and word order do not change."""

import re

_FILLER = {"nvidia", "amd", "intel", "geforce", "tesla", "instinct", "gpu", "graphics", "the"}
_FILLER |= {"generation", "accelerator", "ai"}
_MEMORY = re.compile(r"\b(\d+)(?:\.0+)?\s*(?:gib|gb|g)\b")
_GLUED = re.compile(r"\b(rtx|gtx|hgx|dgx|quadro)(?=[a-z]?\d)")
_SEPARATOR = re.compile(r"[^a-z0-9.]+")
_SPELLINGS = {"pci-e": "pcie", "pci express": "pcie", "(r)": " ", "(tm)": " "}


_FAMILY_WORDS = {"cdna": "CDNA", "rdna": "RDNA", "cpu": "CPU", "hpc": "HPC", "hpg": "HPG"}


def family_name(slug: str) -> str:
    """An architecture family as people write it: `cdna3` is "CDNA 3", `xe-hpg` is "Xe HPG"."""
    parts = re.sub(r"(?<=[a-z]{4})(?=\d)", "-", slug).split("-")
    return " ".join(_FAMILY_WORDS.get(part, part.capitalize()) for part in parts)


def words(text: str) -> list[str]:
    """The telling words of a name: lower case, memory as "80gb", maker's brands left out."""
    lowered = text.lower()
    for spelling, usual in _SPELLINGS.items():
        lowered = lowered.replace(spelling, usual)
    lowered = _GLUED.sub(r"\1 ", _SEPARATOR.sub(" ", lowered))
    return [word for word in _MEMORY.sub(r" \1gb ", lowered).split() if word not in _FILLER]


def name_key(text: str) -> str:
    """Equal for names that differ only in case, punctuation, brand or order of words."""
    return " ".join(sorted(set(words(text)))) or text.strip().lower()
