"""Vertices and arcs of a network by number, worked out column by column: no loop over rows.

A vertex is numbered when it is first named, in the order of tables and rows: hubs of nodes, then the ends of links, of
crossings and of gauge changes. Arcs stand in the same order; terminals come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.graph.routing_graph import Ints, Mask, RoutingGraph, from_arcs
from corridor_opt.model.elements import SCHEDULED, first_elements
from corridor_opt.model.network import SEA_LANE, Network

if TYPE_CHECKING:
    import pandas as pd

# Where a ship is at a node; on land it is the gauge in mm, 0 where there is none, that says where a vehicle is.
OUT, IN, LANE = 20_001, 20_002, 20_003
STATES = 20_004


class Numbering:
    """Gathers what rows name: a *slot* is a vertex that a row names, an arc joins two slots.

    Parameters
    ----------
    network
        Closed rows get arcs as well.
    """

    def __init__(self, network: Network) -> None:
        import pandas as pd

        self.network = network
        self.ids = network["nodes"]["id"].to_numpy(dtype=object)
        self.place = pd.Index(self.ids)
        self.count = len(self.ids)
        self.mode = {mode: i for i, mode in enumerate(pd.unique(_all_modes(network)))}
        self.first = first_elements(network)
        self.keys = [np.arange(self.count)]
        self.nodes = [np.arange(self.count)]
        self.slots = self.count
        self.arcs: list[tuple[Ints, Ints, Ints]] = []

    def graph(self) -> RoutingGraph:
        """Number everything."""
        import pandas as pd

        self._links()
        self._crossings()
        self._gauge_changes()
        vertex, known = pd.factorize(np.concatenate(self.keys))
        nodes = np.empty(len(known), np.int64)
        nodes[vertex] = np.concatenate(self.nodes)  # all slots of a vertex lie at one node
        ends = [[vertex[one[0]], vertex[one[1]], one[2]] for one in self.arcs]
        ends.append(self._terminals(pd.Index(known)))
        tail, head, element = (np.concatenate(column) for column in zip(*ends, strict=True))
        hub = dict(zip(self.ids.tolist(), range(self.count), strict=True))
        return from_arcs(tail, head, element, None, self.ids[nodes], hub)

    def _key(self, node: Ints, mode: Ints, where: Ints) -> Ints:
        """Keys of vertices but hubs, whose keys are the positions of their nodes."""
        return self.count * (1 + mode * STATES + where) + node

    def _add(self, keys: Ints, nodes: Ints, arcs: list[tuple[int, int, Ints, Mask | bool]]) -> None:
        """Add slots of shape (rows, places), and arcs: from place, to place, element of each row, rows that have it."""
        rows, places = keys.shape
        slot = self.slots + np.arange(rows)[:, None] * places
        self.keys.append(keys.ravel())
        self.nodes.append(nodes.ravel())
        self.slots += rows * places
        tail = np.concatenate([slot + one[0] for one in arcs], axis=1)
        head = np.concatenate([slot + one[1] for one in arcs], axis=1)
        element = np.stack([one[2] for one in arcs], axis=1)
        there = np.stack([np.broadcast_to(one[3], rows) for one in arcs], axis=1)
        self.arcs.append((tail[there], head[there], element[there]))

    def _nodes(self, table: str, *columns: str) -> list[Ints]:
        """Positions of the nodes that columns name."""
        return [self.place.get_indexer(self.network[table][column]) for column in columns]

    def _modes(self, table: str) -> Ints:
        return self.network[table]["mode"].map(self.mode).to_numpy(np.int64)

    def _links(self) -> None:
        """Haul links both ways; a ship that leaves a port waits to sail, one at a point of a lane sails on.

        A point of a lane is one vertex: there ships go on from sea to waterway and back.
        """
        links = self.network["links"]
        a, b = self._nodes("links", "from", "to")
        mode, ship = self._modes("links"), links["mode"].isin(SCHEDULED).to_numpy()
        lane = (self.network["nodes"]["kind"] == SEA_LANE).to_numpy()
        pass_by = self._key(np.arange(self.count), np.zeros(self.count, np.int64), np.full(self.count, LANE))
        both = (links["direction"] != "forward").to_numpy()
        row = np.arange(len(links))
        gauge = _gauge(links["gauge_mm"])
        keys, nodes, waits = [], [], []
        for way, (start, end) in enumerate(((a, b), (b, a))):
            waiting = ship & ~lane[start]
            gone = np.where(lane[start], pass_by[start], self._key(start, mode, np.where(ship, OUT, gauge)))
            # each sailing has a vertex of its own, between waiting and hauling
            sailing = self.count * (1 + len(self.mode) * STATES) + 2 * row + np.where(a == b, 0, way)
            come = np.where(lane[end], pass_by[end], self._key(end, mode, np.where(ship, IN, gauge)))
            there = both if way else np.ones(len(links), bool)
            for key, node in ((np.where(waiting, sailing, gone), start), (gone, start), (come, end)):
                keys.append(np.where(there, key, start))  # a hub that is known stands where nothing is named
                nodes.append(np.where(there, node, start))
            waits.append(waiting & there)
        wait = self.first["wait"] + np.cumsum(ship) - ship
        arcs: list[tuple[int, int, Ints, Mask | bool]] = [(1, 0, wait, waits[0]), (0, 2, row, True)]
        arcs += [(4, 3, wait, waits[1]), (3, 5, row, both)]
        self._add(np.stack(keys, axis=1), np.stack(nodes, axis=1), arcs)

    def _crossings(self) -> None:
        """Join posts; where the gauge breaks, the other side's gauge reaches the post where the change is made."""
        crossings, changes = self.network["crossings"], self.network["gauge_changes"]
        a, b = self._nodes("crossings", "post_a", "post_b")
        mode, row = self._modes("crossings"), np.arange(len(crossings))
        at_a, at_b = _gauge(crossings["gauge_a"]), _gauge(crossings["gauge_b"])
        breaks = (crossings["mode"] == "rail").to_numpy() & (at_a != at_b)
        (changing,) = self._nodes("gauge_changes", "node")
        made = _pair(changing, _gauge(changes["gauge_a"]), _gauge(changes["gauge_b"]))
        changes_at = [np.isin(_pair(post, at_a, at_b), made) for post in (a, b)]
        first = np.where(breaks, at_b, at_a)
        there = [~breaks | changes_at[0], breaks & changes_at[1]]
        keys = [
            np.where(is_there, self._key(post, mode, gauge), post)
            for gauge, is_there in ((first, there[0]), (at_a, there[1]))
            for post in (a, b)
        ]
        ab, ba = self.first["ab"] + row, self.first["ba"] + row
        arcs: list[tuple[int, int, Ints, Mask | bool]] = [(0, 1, ab, there[0]), (1, 0, ba, there[0])]
        arcs += [(2, 3, ab, there[1]), (3, 2, ba, there[1])]
        self._add(np.stack(keys, axis=1), np.stack([a, b, a, b], axis=1), arcs)

    def _gauge_changes(self) -> None:
        """Join two gauges at a node."""
        changes = self.network["gauge_changes"]
        (node,) = self._nodes("gauge_changes", "node")
        rail = np.full(len(changes), self.mode.get("rail", 0))
        keys = [self._key(node, rail, _gauge(changes[side])) for side in ("gauge_a", "gauge_b")]
        element = self.first["gauge-change"] + np.arange(len(changes))
        self._add(
            np.stack(keys, axis=1), np.stack([node, node], axis=1), [(0, 1, element, True), (1, 0, element, True)]
        )

    def _terminals(self, known: pd.Index) -> list[Ints]:
        """Load from hubs and unload to them, where a terminal's mode and gauge lead on: tails, heads and elements."""
        terminals = self.network["terminals"]
        (node,) = self._nodes("terminals", "node")
        mode, row = self._modes("terminals"), np.arange(len(terminals))
        ship, gauge = terminals["mode"].isin(SCHEDULED).to_numpy(), _gauge(terminals["gauge_mm"])
        out, into = (known.get_indexer(self._key(node, mode, np.where(ship, where, gauge))) for where in (OUT, IN))
        tail, head = np.stack([node, into], axis=1), np.stack([out, node], axis=1)
        element = np.stack([self.first["load"] + row, self.first["unload"] + row], axis=1)
        there = np.stack([out >= 0, into >= 0], axis=1)
        return [tail[there], head[there], element[there]]


def _pair(node: Ints, one: Ints, other: Ints) -> Ints:
    """Number a node with two gauges in either order."""
    return (node * STATES + np.minimum(one, other)) * STATES + np.maximum(one, other)


def _gauge(cells: object) -> Ints:
    """Gauges in mm, 0 where there is none."""
    return np.nan_to_num(np.asarray(cells, float)).astype(np.int64)


def _all_modes(network: Network) -> np.ndarray:
    """Modes of all rows, rail among them."""
    tables = ("links", "crossings", "terminals")
    return np.concatenate([np.array(["rail"], object), *(network[t]["mode"].unique().astype(object) for t in tables)])
