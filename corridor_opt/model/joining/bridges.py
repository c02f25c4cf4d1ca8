"""Gaps in what was drawn are bridged by straight links that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model.joining.chains import contract
from corridor_opt.model.joining.countries import country_of
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.pieces import gaps, labels
from corridor_opt.model.joining.policy import CROSSING_KM, curated_crossings, far_from

if TYPE_CHECKING:
    import pandas as pd

DETOUR = 5.0  # a loose end is joined to what it reaches only by a way so many times as long
ELSEWHERE_KM = 3.0  # a bridge does not go over more water, or through more of a third country
STEP_KM = 1.0  # between the points of a bridge that are held against outlines


def bridge(
    draft: Draft, *, km: float, mode: str = "rail", ends_km: float | None = None, circuity: float = 1.1
) -> Draft:
    """Join pieces of a mode, and loose ends, by straight links over narrow gaps.

    Pieces are joined like a tree, the narrowest gaps first, so no more than are needed. A loose end is joined to what
    lies near it where the way there is more than five times as long. No bridge goes over more than 3 km of water or of
    a third country, and none joins two countries unless a curated crossing of the mode and the two countries lies
    within 25 km of it.

    Parameters
    ----------
    km
        Widest gap between pieces, km.
    mode
        Mode of the links joined.
    ends_km
        Widest gap at a loose end, km; as `km` when None.
    circuity
        Length of a bridge over the straight distance; an assumption.

    Returns
    -------
    Draft
        Bridges come behind the links; their tag is `bridged`, the confidence in their length `assumption`.

    Raises
    ------
    DataError
        A gap below 0, or a circuity below 1.
    """
    import pandas as pd

    ends_km = km if ends_km is None else ends_km
    widest = (("km", km), ("ends_km", ends_km))
    faults = [f"{name} is {value}; it must be 0 or more" for name, value in widest if not value >= 0]
    faults += [f"circuity is {circuity}; it must be 1 or more"] * (not circuity >= 1)
    if faults:
        raise DataError(f"the gaps of {draft.name} cannot be bridged so", faults)
    found = gaps(draft, km=max(km, ends_km), mode=mode)
    found = found[found["distance_km"] <= np.where(found["kind"] == "pieces", km, ends_km)]
    found = found[_on_ground(draft, found, mode)].reset_index(drop=True)
    tree = _tree(found)
    hanging = found[(found["kind"] == "ends").to_numpy() & ~tree]
    made, core = found[tree], _core(draft, found, mode)
    for _ in range(2):  # what the first round joined shortens ways
        hanging = hanging[_far(core, made, hanging)]
        nearest = hanging.drop_duplicates("start").drop_duplicates("end")
        made = pd.concat([made, nearest], ignore_index=True)
        hanging = hanging.drop(index=nearest.index)
    links = made[["start", "end"]].copy()
    links["mode"], links["direction"], links["tags"] = mode, "both", "bridged"
    links["length_km"] = np.maximum(made["distance_km"] * circuity, 0.01)
    links["length_source"], links["length_confidence"] = "A", "assumption"
    links["note"] = "a gap of the source, bridged by a straight line"
    both = pd.concat([draft.links, links], ignore_index=True)
    for column in both.columns:
        if column not in ("way", "gauge_mm") and both[column].dtype == object:
            both[column] = both[column].fillna("")
    told = f"bridged {len(made):,} gaps of {mode}, {made['distance_km'].sum():,.0f} km in all, "
    told += f"the widest {made['distance_km'].max() if len(made) else 0:.1f} km"
    return draft.but(told, links=both)


def _on_ground(draft: Draft, found: pd.DataFrame, mode: str) -> np.ndarray:
    """Tell which gaps may be bridged: over land, within a country or where a curated crossing is near."""
    points, country = draft.points(), draft.texts("nodes", "country")
    a, b = found["start"].to_numpy(int), found["end"].to_numpy(int)
    far = found["distance_km"].to_numpy(float)
    fits = np.ones(len(found), bool)
    for i in np.flatnonzero((country[a] != country[b]) & (country[a] != "") & (country[b] != "")):
        near = curated_crossings(mode, country[a[i]], country[b[i]])
        middle = (points[a[i]] + points[b[i]]) / 2
        fits[i] = len(near) and far_from(near, middle).min() <= CROSSING_KM + far[i] / 2
    steps = np.maximum(np.ceil(far / STEP_KM).astype(int), 1)
    row = np.repeat(np.arange(len(found)), steps)
    share = ((np.arange(len(row)) - np.repeat(np.cumsum(steps) - steps, steps) + 0.5) / steps[row])[:, None]
    found_in = country_of(points[a[row]] * (1 - share) + points[b[row]] * share)
    off = (found_in == "") | ((found_in != country[a[row]]) & (found_in != country[b[row]]))
    off &= (country[a[row]] != "") | (found_in == "")
    elsewhere = np.bincount(row, off, minlength=len(found)) * far / steps
    return fits & (elsewhere <= ELSEWHERE_KM)


def _tree(found: pd.DataFrame) -> np.ndarray:
    """Tell which gaps make a tree of the pieces, the narrowest first."""
    above: dict[int, int] = {}

    def top(piece: int) -> int:
        while piece in above:
            piece = above[piece]
        return piece

    taken = np.zeros(len(found), bool)
    for i, (a, b) in enumerate(zip(found["piece_a"], found["piece_b"], strict=True)):
        one, other = top(a), top(b)
        if one != other:
            above[max(one, other)], taken[i] = min(one, other), True
    return taken


def _core(draft: Draft, found: pd.DataFrame, mode: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Give the links of a mode without chains, as ends and km, and the number that each node has among them."""
    links = draft.links[draft.links["mode"] == mode][["start", "end", "mode", "length_km"]].assign(direction="both")
    keep = np.zeros(len(draft.nodes), bool)
    keep[found["start"].to_numpy(int)] = keep[found["end"].to_numpy(int)] = True
    nodes = draft.nodes[["lon", "lat"]].assign(row=np.arange(len(keep)))
    bare = Draft(draft.name, nodes, links.reset_index(drop=True), draft.source, draft.sources)
    core = contract(bare, keep=keep)
    number = np.full(len(keep), -1)
    number[core.nodes["row"].to_numpy(int)] = np.arange(len(core.nodes))
    return *core.ends(), core.links["length_km"].to_numpy(float), number


def _far(core: tuple[np.ndarray, ...], made: pd.DataFrame, hanging: pd.DataFrame) -> np.ndarray:
    """Tell which loose ends reach what is near them only by a long way round."""
    start, end, km, number = core
    start = np.r_[start, number[made["start"].to_numpy(int)]]
    end = np.r_[end, number[made["end"].to_numpy(int)]]
    km = np.maximum(np.r_[km, made["distance_km"].to_numpy(float)], 1e-6)
    order = np.argsort(km, kind="stable")
    rows = order[_first_of(np.minimum(start, end)[order], np.maximum(start, end)[order])]
    count = int(number.max(initial=-1)) + 1
    piece = labels(count, start, end)
    graph: Any = scipy_part("sparse").csr_matrix((km[rows], (start[rows], end[rows])), shape=(count, count))
    dijkstra = scipy_part("sparse.csgraph").dijkstra
    a, b = number[hanging["start"].to_numpy(int)], number[hanging["end"].to_numpy(int)]
    gap = hanging["distance_km"].to_numpy(float)
    long = np.ones(len(hanging), bool)
    for node in np.unique(a):
        asked = np.flatnonzero((a == node) & (piece[a] == piece[b]))
        if len(asked):
            far = dijkstra(graph, directed=False, indices=node, limit=DETOUR * gap[asked].max() + 1)
            long[asked] = far[b[asked]] > DETOUR * gap[asked]
    return long


def _first_of(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Give the first position of each pair of numbers."""
    key = low * (high.max(initial=0) + 1) + high
    return np.unique(key, return_index=True)[1]
