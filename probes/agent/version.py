"""The version this agent reports."""

from importlib import metadata


def agent_version() -> str:
    """The installed distribution's version; "source" when run from a bare checkout."""
    try:
        return metadata.version("ridgeline")
    except metadata.PackageNotFoundError:
        return "source"
