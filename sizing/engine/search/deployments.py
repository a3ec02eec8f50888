"""From replicas needed to whole deployments: accelerators, nodes, spares, cost, power, space."""

from collections.abc import Callable, Sequence

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array
from sizing.engine.search.currency import main_currency
from sizing.engine.search.replicas import Rows
from sizing.engine.search.request import Constraints
from sizing.engine.search.supply import Supply


@frozen(kw_only=True, eq=False, repr=False)
class Deployments:
    """One deployment per row; arrays of shape (rows,), infinite where nothing suffices.

    Attributes:
        replicas: all of them.
        spare: those of them that may be out of service.
        count: accelerators.
        nodes: of them.
        cost_per_h: nan where no price is known.
        power_w, rack_units: nan where unknown; rented systems take no rack units of their own.
    """

    replicas: Array
    spare: Array
    count: Array
    nodes: Array
    cost_per_h: Array
    power_w: Array
    rack_units: Array


@frozen(kw_only=True, eq=False, repr=False)
class SupplyFigures:
    """Figures of supplies, shape (supplies,); nan where unknown."""

    cost_per_h: Array
    power_w: Array
    rack_units: Array


def figures_of(supplies: Sequence[Supply]) -> SupplyFigures:
    """Cost of a unit, power of an accelerator and rack units of a node of each supply.

    Costs in another currency than most count as unknown: they cannot be compared.
    """
    currency = main_currency(supplies)

    def column(fact: Callable[[Supply], float | None]) -> Array:
        values = [fact(supply) for supply in supplies]
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    return SupplyFigures(
        cost_per_h=column(lambda supply: _comparable(supply, currency)),
        power_w=column(lambda supply: supply.accelerator_power_w),
        rack_units=column(_rack_units),
    )


def _comparable(supply: Supply, currency: str | None) -> float | None:
    known = supply.price is not None and supply.price.currency == currency
    return supply.cost_per_h if known else None


def _rack_units(supply: Supply) -> float | None:
    rented = supply.acquisition == "rent" or supply.system.kind == "instance"
    return 0.0 if rented else supply.system.rack_units


def deployments_of(
    rows: Rows, figures: SupplyFigures, working: Array, constraints: Constraints
) -> Deployments:
    """Round replicas up to what can be had, and add the spares.

    Args:
        working: replicas needed, shape (rows,).
    """
    whole = rows.unit == rows.node
    with np.errstate(invalid="ignore"):  # infinite replicas of what cannot be had
        nodes, by_node, spare_by_node = _by_the_node(rows, working, constraints)
        loose, by_unit, spare_by_unit = _by_the_unit(rows, working, constraints)
        count = np.where(whole, nodes * rows.node, loose)
        return Deployments(
            replicas=np.where(whole, by_node, by_unit),
            spare=np.where(whole, spare_by_node, spare_by_unit),
            count=count,
            nodes=np.ceil(count / rows.node),
            cost_per_h=count / rows.unit * figures.cost_per_h[rows.supply],
            power_w=count * figures.power_w[rows.supply],
            rack_units=np.ceil(count / rows.node) * figures.rack_units[rows.supply],
        )


def _by_the_node(
    rows: Rows, working: Array, constraints: Constraints
) -> tuple[Array, Array, Array]:
    """Nodes, replicas and spare ones where accelerators come by the node; spares work too."""
    lost, single = constraints.spare_nodes, constraints.spare_replicas
    inside = rows.per_node > 0
    per_node = np.maximum(rows.per_node, 1)
    # A replica that spans nodes is down with one of them: spares come as whole replicas.
    across = np.ceil(lost / rows.nodes) + single
    within = np.ceil((working + single) / per_node) + lost
    nodes = np.where(inside, within, (working + across) * rows.nodes)
    replicas = np.where(inside, nodes * per_node, working + across)
    return nodes, replicas, np.where(inside, lost * per_node + single, across)


def _by_the_unit(
    rows: Rows, working: Array, constraints: Constraints
) -> tuple[Array, Array, Array]:
    """Accelerators, replicas and spare ones where single accelerators can be added."""
    lost = np.minimum(np.maximum(rows.node // rows.ranks, 1), working)
    spares = np.ceil(constraints.spare_nodes / rows.nodes) * lost + constraints.spare_replicas
    count = np.ceil((working + spares) * rows.ranks / rows.unit) * rows.unit
    return count, np.floor(count / rows.ranks), spares
