"""Network to arrays once; a scenario, a shipment and a planner's wishes to weights."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.numbering import Numbering
from corridor_opt.graph.routing_graph import Ints, Mask, RoutingGraph
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import Elements
from corridor_opt.model.network import Network
from corridor_opt.model.selector import Selector
from corridor_opt.model.shares import shares

LARGEST = 2**31 - 1  # what a kernel takes for one arc
LARGEST_VALUE = 1e12  # of one element in the unit of any criterion; more is a slip
NAMES = tuple(CRITERIA)

_graphs: weakref.WeakKeyDictionary[Network, RoutingGraph] = weakref.WeakKeyDictionary()


def encode(network: Network) -> RoutingGraph:
    """Encode a network, once: later calls with the same network give the same graph.

    Closed links are in the graph as well; weights say what is open. The elements that arcs point to are those of
    `criteria.elements`, in its order, which no scenario changes.
    """
    if network not in _graphs:
        _graphs[network] = Numbering(network).graph()
    return _graphs[network]


@dataclass(frozen=True)
class Weights:
    """What each arc costs and whether it may be used.

    Parameters
    ----------
    weight
        Integers of shape (arcs, 5), in the order of `CRITERIA` and in steps of `resolution`.
    is_open
        Of shape (arcs,).
    resolution
        Size of an integer step of each criterion: that of the schema, finer where rows were imported, coarser where a
        large shipment needs it.
    """

    weight: Ints
    is_open: Mask
    resolution: Mapping[str, float]

    def integer(self, criterion: str, value: float) -> int:
        """Whole steps in a value (of risk: in nepers), rounded down."""
        return int(np.floor(min(value / self.resolution[criterion], 2.0**60) + 1e-9))


def arcs_of(graph: RoutingGraph, elements: Elements, rows: Mapping[str, Mask]) -> Mask:
    """Arcs that pay for rows of the tables."""
    frame = elements.frame
    chosen = np.zeros(len(frame) + 1, bool)  # the last entry stands for element -1
    table, row = frame["table"].to_numpy(), frame["row"].to_numpy()
    for name, mask in rows.items():
        at = np.flatnonzero(table == name)
        chosen[at] = mask[row[at]]
    return chosen[graph.element]


def weigh(
    graph: RoutingGraph,
    elements: Elements,
    ends: Sequence[str] = (),
    excluded: Sequence[Mask] = (),
    extra: Mapping[str, float] | None = None,
) -> Weights:
    """Turn elements to weights.

    Parameters
    ----------
    graph
        The base graph.
    elements
        Of the network with its scenario applied.
    ends
        Countries of origin and destination: closed to transit does not mean closed to them.
    excluded
        Masks over arcs that are never used.
    extra
        What may come on top of an arc, such as a penalty: it has to fit too.

    Raises
    ------
    DataError
        A weight of an arc that may be used is no finite number of at least 0 or too large to be searched.
    """
    import pandas as pd

    frame = elements.frame
    codes, cells = pd.factorize(frame["transit_closed"])
    transit = np.array([bool(cell) and not set(cell.split(";")) & set(ends) for cell in cells], bool)[codes]
    usable = np.append(frame["is_open"].to_numpy(bool) & ~transit, True)[graph.element]
    for mask in excluded:
        usable &= ~mask
    values = np.vstack([frame[list(NAMES)].to_numpy(float), np.zeros((1, len(NAMES)))])
    used = np.zeros(len(frame) + 1, bool)
    used[graph.element[usable]] = True
    used = np.flatnonzero(used[:-1])
    bad = ~((values[used] >= 0) & (values[used] < LARGEST_VALUE))
    if bad.any():
        faults = [
            f"{frame['id'][used[i]]} ({frame['kind'][used[i]]}): {NAMES[j]} {values[used[i], j]:g} is too large"
            for i, j in np.argwhere(bad)
        ]
        raise DataError(
            "some values cannot be searched: is a factor of the scenario or the shipment too large?", faults
        )
    whole = np.empty(values.shape, np.int64)
    imported = np.append(frame["imported"].to_numpy(bool), False)
    resolution = {name: CRITERIA[name].fine if imported.any() else CRITERIA[name].resolution for name in NAMES}
    for j, name in enumerate(NAMES):
        most = values[used, j].max(initial=0.0) + (extra or {}).get(name, 0.0)
        while most / resolution[name] > LARGEST:
            resolution[name] *= 10
        # What is closed is not searched; its numbers only have to fit the arrays.
        steps = np.clip(np.nan_to_num(values[:, j]) / resolution[name], 0, LARGEST)
        # A curated row weighs what it weighs alone; short imported ones must not win by the rounding of each.
        size = max(CRITERIA[name].resolution / resolution[name], 1.0)
        whole[:, j] = np.where(imported, np.ceil(steps - 1e-6), np.rint(steps / size) * round(size))
    return Weights(whole[graph.element], usable, resolution)


def charges(
    graph: RoutingGraph, network: Network, elements: Elements, selector: Selector, used: Mask
) -> NDArray[np.float64]:
    """Give how often each arc is charged a penalty for using what a selector names: once for each use.

    A country, a node and a mode are charged where a route enters them, everything else on each link hauled over and
    each border crossed. Rows that run along a link that is charged have their share of one charge, by length.
    """
    kind = elements.frame["kind"].to_numpy()
    kinds = np.append(kind, "")[graph.element]
    key = next(iter(selector.keys))
    if key in ("country", "node"):
        place = network["nodes"].set_index("id")["country"] if key == "country" else None
        label = np.array([place[n] if place is not None else n for n in graph.node], dtype=object)
        wanted = np.isin(label.astype(str), selector.keys[key])
        return (wanted[graph.head] & ~wanted[graph.tail]).astype(float)
    if key == "mode":
        return (used & (kinds == "load")).astype(float)
    charged = (used & np.isin(kinds, ("haul", "border"))).astype(float)
    meant = selector.match(network).get("links")
    if meant is not None and "part_of" in network["links"].columns:
        hauls = np.flatnonzero(kind == "haul")
        share = np.ones(len(kind) + 1)  # the last entry stands for element -1
        share[hauls] = shares(network["links"], meant)[elements.frame["row"].to_numpy()[hauls]]
        charged *= share[graph.element]
    return charged
