"""Knots: regions where only the winner's links are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.ways import lines
from corridor_opt.model.schema import read_rows

if TYPE_CHECKING:
    from corridor_opt.model.network import Network


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


def _meets(draft: Draft, box: tuple[float, float, float, float]) -> np.ndarray:
    """Whether the box of each link meets a box."""
    import shapely

    west, south, east, north = shapely.bounds(lines(draft)).T
    meets: np.ndarray = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
    return meets
