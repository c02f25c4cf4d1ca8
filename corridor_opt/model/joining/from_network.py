"""A network becomes a draft again, to be cut and joined; and the cut tables go back into a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.geography import parse_waypoints
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.to_network import drawn, node_rows, unique

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network

ENDS = {"links": ("from", "to"), "crossings": ("post_a", "post_b")}


def from_network(network: Network) -> Draft:
    """Make a draft of a network: its nodes, links and crossings with all their columns, and the ways of its links."""
    import shapely

    nodes = network["nodes"].reset_index(drop=True)
    place = dict(zip(nodes["id"], range(len(nodes)), strict=True))
    frames = {}
    for table, (a, b) in ENDS.items():
        frame = network[table].reset_index(drop=True)
        start, end = frame[a].map(place).to_numpy(int), frame[b].map(place).to_numpy(int)
        frames[table] = frame.drop(columns=[a, b]).assign(start=start, end=end)
    links, points = frames["links"], nodes[["lon", "lat"]].to_numpy(float)
    row = dict(zip(links["id"], range(len(links)), strict=True))
    way: np.ndarray = np.full(len(links), None, object)
    said = np.full(len(links), "", object)
    for link, cell, who in network["geometry"][["link", "waypoints", "source"]].itertuples(index=False):
        i, said[row[link]] = row[link], who
        inner = parse_waypoints(cell)
        way[i] = shapely.LineString([points[links["start"].iat[i]], *inner, points[links["end"].iat[i]]])
    links["way"], links["way_source"] = way, said
    source = str(network["sources"]["id"].iloc[0])
    return Draft(network.name, nodes, links, source, network["sources"], crossings=frames["crossings"])


def tables_of(draft: Draft) -> dict[str, pd.DataFrame]:
    """Give the tables of nodes, links, crossings and geometry of a draft that was made of a network.

    Parts of a link that was cut are named after it: `LINK`, `LINK-2` and so on; a new node after its position.
    """
    nodes = node_rows(draft)
    ids = nodes["id"].to_numpy(object)
    made: dict[str, Any] = {"nodes": nodes}
    for table, (a, b) in ENDS.items():
        frame = getattr(draft, table)
        start, end = frame["start"].to_numpy(int), frame["end"].to_numpy(int)
        made[table] = frame.drop(columns=["start", "end"]).assign(**{a: ids[start], b: ids[end]})
    links = made["links"]
    links["id"] = unique(links["id"].to_numpy(object))
    made["geometry"] = drawn(links, links["way_source"])
    made["links"] = links.drop(columns=["way", "way_source"])
    return made
