"""Where only the winner's links are trusted: knots on land, and its ports by water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.ways import lines, sphere
from corridor_opt.model.schema import read_rows

if TYPE_CHECKING:
    from corridor_opt.model.network import Network

WATER = ("sea", "ferry", "waterway")
PORT_KM = 30.0  # of a port of the winner; an assumption


def without_knots(draft: Draft, winner: Network, counts: dict[str, float]) -> Draft:
    """Drop the links and crossings of a draft inside regions where the winner alone is trusted.

    The regions are those of `data/ground/knots.csv`, each as far as the winner has nodes in it.
    """
    import shapely

    places = winner["nodes"][["lon", "lat"]].to_numpy(float)
    regions = [shapely.from_wkt(row["polygon"]) for row in read_rows("ground", "knots.csv")]
    regions = [region for region in regions if shapely.contains_xy(region, *places.T).any()]
    if not regions:
        return draft
    whole = shapely.union_all(regions)
    shapely.prepare(whole)
    inside = shapely.contains_xy(whole, *draft.points().T)
    start, end = draft.ends()
    box = whole.bounds
    near = np.flatnonzero(_meets(draft, box))
    touches = np.zeros(len(draft.links), bool)
    touches[near] = shapely.intersects(whole, lines(draft, near))
    touches |= inside[start] | inside[end]
    counts["links dropped in knots"] = int(touches.sum())
    frame = draft.crossings
    at = inside[frame["start"].to_numpy(int)] | inside[frame["end"].to_numpy(int)]
    counts["crossings dropped in knots"] = int(at.sum())
    return draft.but(links=draft.links[~touches], crossings=frame[~at])


def without_lanes(draft: Draft, winner: Network, counts: dict[str, float]) -> Draft:
    """Drop the links of a draft by water where the winner's own sailings speak.

    Lanes know no freight, no timetable and no disruption of a port: those of a country with a port that the winner
    serves by water are not joined to lanes. They reach ports of other countries by land. Ferries between ports are
    dropped within 30 km of a port of the winner.
    """
    by_water = winner["links"][winner["links"]["mode"].isin(WATER)]
    ports = winner["nodes"][winner["nodes"]["id"].isin({*by_water["from"], *by_water["to"]})]
    links = draft.links
    rows = np.flatnonzero(links["mode"].isin(WATER))
    if not len(rows) or not len(ports):
        return draft
    tree = scipy_part("spatial").cKDTree(sphere(ports[["lon", "lat"]].to_numpy(float)))
    lane = draft.nodes["kind"].isin(["sea-lane"]).to_numpy()
    near = (tree.query(sphere(draft.points()))[0] <= PORT_KM) & ~lane
    served = draft.nodes["country"].isin(set(ports["country"])).to_numpy() & ~lane
    start, end = draft.ends()
    drop, lanes = np.zeros(len(links), bool), np.zeros(len(links), bool)
    drop[rows] = near[start[rows]] | near[end[rows]]
    lanes[rows] = lane[start[rows]] != lane[end[rows]]
    drop |= lanes & (served[start] | served[end])
    ends = np.r_[start[drop], end[drop]]
    counts["links by water dropped in countries that the winner serves by water"] = int(drop.sum())
    counts["ports without lanes in these countries"] = len(np.unique(ends[~lane[ends]]))
    return draft.but(links=links[~drop])


def _meets(draft: Draft, box: tuple[float, float, float, float]) -> np.ndarray:
    """Whether the box of each link meets a box."""
    import shapely

    west, south, east, north = shapely.bounds(lines(draft)).T
    meets: np.ndarray = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
    return meets
