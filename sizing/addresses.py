"""Addresses of sizings as people paste them."""


def pasted_id(text: str) -> str:
    """An id, or the last part of an address."""
    return text.strip().partition("?")[0].rstrip("/").rpartition("/")[2]
