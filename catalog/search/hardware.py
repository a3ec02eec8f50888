"""Accelerators, servers and instance types in the search."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import Case, IntegerField, QuerySet, Value, When

from catalog import querysets
from catalog.facts import plain, with_unit
from catalog.filtersets import AcceleratorFilterSet, InstanceFilterSet, ServerFilterSet
from catalog.models import Accelerator, AcceleratorAlias, InstanceType, Server
from catalog.names import family_name, name_key
from catalog.search.nouns import Found, Hit, Noun, called, first_hits


def _accelerators(text: str) -> Found:
    rows = called(AcceleratorFilterSet, querysets.accelerators(), text)
    exact = AcceleratorAlias.objects.filter(key=name_key(text)).values("accelerator_id")
    first = Case(
        When(pk__in=exact, then=Value(0)),
        When(name__istartswith=text, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    ranked = rows.order_by(first, "derived", "consumer", "name")
    return first_hits(ranked, _accelerator)


def _accelerator(row: Accelerator) -> Hit:
    parts = (
        family_name(row.family),
        row.form_factor,
        with_unit(row.memory_label_gb, "GiB"),
        with_unit(row.memory_bandwidth_gb_s, "GB/s"),
    )
    also = "; ".join(alias.name for alias in row.aliases.all()[:3])
    detail = ", ".join(filter(None, parts))
    return Hit(
        title=row.name,
        url=row.get_absolute_url(),
        detail=f"{detail}. Also called {also}" if also else detail,
    )


def _accelerator_words() -> Iterable[str]:
    keys = AcceleratorAlias.objects.values_list("key", flat=True)
    rows = Accelerator.objects.values_list("name", "family", "vendor__name")
    return chain(keys, chain.from_iterable(rows))


def _systems(rows: QuerySet, maker: str, name: str) -> Found:
    shown = (maker, "accelerator")
    columns = (name, "slug", "accelerator_count", f"{maker}__name", "accelerator__name")
    # Of the hundred columns of three tables, a hit shows these.
    narrow = rows.select_related(None).select_related(*shown).only(*shown, *columns)
    return first_hits(narrow, _system)


def _system(row: Server | InstanceType) -> Hit:
    name = row.accelerator.name if row.accelerator else ""
    count = plain(row.accelerator_count) if row.accelerator_count else ""
    return Hit(
        title=str(row),
        url=row.get_absolute_url(),
        detail=f"{count} x {name}" if name else "accelerators are chosen when it is ordered",
    )


def _servers(text: str) -> Found:
    return _systems(called(ServerFilterSet, querysets.servers(), text), "vendor", "model")


def _instances(text: str) -> Found:
    return _systems(called(InstanceFilterSet, querysets.instances(), text), "provider", "name")


ACCELERATORS = Noun(
    name="accelerators",
    title="Accelerators",
    url="/accelerators/",
    api_url="/api/v1/accelerators/",
    find=_accelerators,
    words=_accelerator_words,
)
SERVERS = Noun(
    name="servers",
    title="Servers",
    url="/servers/",
    api_url="/api/v1/servers/",
    find=_servers,
    words=lambda: Server.objects.values_list("model", flat=True),
)
INSTANCES = Noun(
    name="instances",
    title="Instance types",
    url="/instances/",
    api_url="/api/v1/instances/",
    find=_instances,
    words=lambda: InstanceType.objects.values_list("name", flat=True),
)
