"""Names in the constraints of a sizing request, turned into the catalog's slugs."""

from collections.abc import Iterable, Mapping
from typing import Any

from sizing import fleet
from sizing.engine.errors import FieldError, InputError
from sizing.engine.hardware import System
from sizing.engine.reading import nearest
from sizing.fleet import Revision


def with_catalog_slugs(
    body: Mapping[str, Any], systems: Iterable[System], revision: Revision
) -> Mapping[str, Any]:
    """The request with vendors and accelerators by slug; what is no list of texts stays as is.

    Raises:
        InputError: a name that the catalog does not know or that fits several variants.
    """
    constraints = body.get("constraints")
    if not isinstance(constraints, Mapping):
        return body
    errors: list[FieldError] = []
    resolved = dict(constraints)
    for key, resolve in (
        ("vendors", lambda name: _vendor(name, systems)),
        ("accelerators", lambda name: _accelerator(name, revision)),
    ):
        names = constraints.get(key)
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            resolved[key] = _all(names, resolve, f"constraints.{key}", errors)
    if errors:
        raise InputError(errors)
    return {**body, "constraints": resolved}


def _all(names: list[str], resolve: Any, attr: str, errors: list[FieldError]) -> list[str]:
    slugs = []
    for name in names:
        try:
            slugs.append(resolve(name))
        except InputError as error:
            errors.extend(
                FieldError(attr=attr, code=wrong.code, detail=wrong.detail)
                for wrong in error.errors
            )
    return slugs


def _vendor(name: str, systems: Iterable[System]) -> str:
    known = {system.accelerator.vendor for system in systems}
    slug = name.strip().lower().replace(" ", "-")
    if slug in known:
        return slug
    raise InputError.of(
        "vendors", "unknown", f"No accelerator is made by {name!r}; {nearest(slug, known)}"
    )


def _accelerator(name: str, revision: Revision) -> str:
    return fleet.find_accelerator(revision, name).value.slug
