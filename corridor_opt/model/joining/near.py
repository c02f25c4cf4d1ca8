"""Nodes near each other along the network become one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.joining.chains import attribute_codes
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.ways import extended, way_column
from corridor_opt.model.schema import vocabulary


def merge_near(draft: Draft, *, km: float, modes: Sequence[str] | None = None, keep: np.ndarray | None = None) -> Draft:
    """Make one node of nodes nearer than a distance along the network.

    Parameters
    ----------
    km
        Farthest that a node moves, km along links that may be used both ways. So a dense town is no one node, and what
        a river parts stays apart.
    modes
        Modes whose links are looked at; all when None. Nodes where other links end do not move.
    keep
        Mask of nodes that do not move.

    Returns
    -------
    Draft
        Links within a node vanish. The others grow by as much as their ends moved, so a path between nodes that remain
        is never shorter than it was, and longer by 2 km times `km` for each node on it at most. Of links with equal
        ends and attributes the shortest stays.

    Raises
    ------
    DataError
        A negative distance or an unknown mode.
    """
    known = vocabulary("mode")
    faults = [f"no mode '{m}'{did_you_mean(m, known)}" for m in modes or () if m not in known]
    if not (km >= 0 and np.isfinite(km)):
        faults.append(f"{km} km is no distance to move by")
    if faults:
        raise DataError(f"the nodes of {draft.name} cannot be merged so", faults)
    to, moved = _nearest_seed(draft, km, modes, keep)
    start, end = draft.ends()
    inner = to[start] == to[end]
    rows = np.flatnonzero(~inner)
    links = draft.links.iloc[rows].copy()
    start, end = start[rows], end[rows]
    links["length_km"] = links["length_km"].to_numpy(float) + moved[start] + moved[end]
    way = way_column(draft)[rows]
    if "way" in links.columns:
        points = draft.points()
        links["way"] = extended(way, points[to[start]], points[to[end]], moved[start] > 0, moved[end] > 0)
    links["start"], links["end"] = to[start], to[end]
    touched = (moved[start] > 0) | (moved[end] > 0)
    links = links[_shortest(links, touched)]
    crossings = draft.crossings
    gone = to != np.arange(len(to))
    told = f"merged {gone.sum():,} of {len(to):,} nodes into others nearer than {km:g} km"
    return draft.but(links=links, crossings=crossings).kept(~gone, told)


def _nearest_seed(
    draft: Draft, km: float, modes: Sequence[str] | None, keep: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Give each node the one that it moves to, and how far, km."""
    count = len(draft.nodes)
    start, end = draft.ends()
    length = draft.links["length_km"].to_numpy(float)
    country = draft.texts("nodes", "country")
    looked = np.ones(len(start), bool) if modes is None else draft.links["mode"].isin(list(modes)).to_numpy()
    usable = looked & (draft.texts("links", "direction") != "forward") & (length <= km)
    usable &= country[start] == country[end]
    fixed = np.zeros(count, bool) if keep is None else np.asarray(keep, bool).copy()
    for column in ("start", "end"):
        fixed[draft.crossings[column].to_numpy(int)] = True
        fixed[draft.links[column].to_numpy(int)[~looked]] = True
    near = np.zeros(count, bool)
    near[start[usable]] = near[end[usable]] = True
    to, moved = np.arange(count), np.zeros(count)
    rows = np.flatnonzero(near)
    if not len(rows):
        return to, moved
    number = np.cumsum(near) - 1
    u, v, w = number[start[usable]], number[end[usable]], length[usable]
    graph = _graph(len(rows), u, v, w)
    degree = np.bincount(np.r_[start, end], minlength=count)[rows]
    source, far = _cover(graph, draft.points()[rows], fixed[rows], degree, km)
    to[rows], moved[rows] = rows[source], far
    return to, moved


def _graph(count: int, u: np.ndarray, v: np.ndarray, km: np.ndarray) -> object:
    """Give the shortest links between nodes as a sparse matrix; a length of 0 would be no link there."""
    order = np.lexsort((km, np.maximum(u, v), np.minimum(u, v)))
    low, high, km = np.minimum(u, v)[order], np.maximum(u, v)[order], np.maximum(km[order], 1e-9)
    fresh = np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)] & (low != high)
    matrix = scipy_part("sparse").csr_matrix((km[fresh], (low[fresh], high[fresh])), shape=(count, count))
    return matrix + matrix.T


def _cover(
    graph: object, points: np.ndarray, fixed: np.ndarray, degree: np.ndarray, km: float
) -> tuple[np.ndarray, np.ndarray]:
    """Choose nodes so that every node is within reach of one; give the nearest of them, and how far it is.

    In every round one node of each square of a grid is chosen among those not reached, the busiest first.
    """
    dijkstra = scipy_part("sparse.csgraph").dijkstra
    lat = np.radians(points[:, 1])
    square = np.column_stack([points[:, 0] * 111.2 * np.cos(np.round(lat, 2)), points[:, 1] * 111.2]) // max(
        2 * km, 1e-6
    )
    cell = square[:, 0] * 1e7 + square[:, 1]
    order = np.lexsort((-degree, cell))
    chosen, reached = fixed.copy(), fixed.copy()
    fresh = np.flatnonzero(fixed)
    while True:
        if len(fresh):
            far = dijkstra(graph, directed=False, indices=fresh, min_only=True, limit=km)
            reached |= np.isfinite(far)
        left = order[~reached[order]]
        if not len(left):
            break
        fresh = left[np.unique(cell[left], return_index=True)[1]]
        chosen[fresh] = True
    far, _, source = dijkstra(
        graph, directed=False, indices=np.flatnonzero(chosen), min_only=True, limit=km, return_predecessors=True
    )
    own = chosen
    source = np.where(own, np.arange(len(own)), source)
    return source, np.where(own, 0.0, far)


def _shortest(links: object, touched: np.ndarray) -> np.ndarray:
    """Tell which links stay: of those with equal ends and attributes that a merge touched, the shortest."""
    code = attribute_codes(links)
    start, end = links["start"].to_numpy(int), links["end"].to_numpy(int)  # type: ignore[index]
    one_way = links["direction"].to_numpy() == "forward"  # type: ignore[index]
    low = np.where(one_way, start, np.minimum(start, end))
    high = np.where(one_way, end, np.maximum(start, end))
    km = links["length_km"].to_numpy(float)  # type: ignore[index]
    order = np.lexsort((km, high, low, one_way, code))
    key = np.column_stack([code, one_way, low, high])[order]
    first = np.r_[True, (np.diff(key, axis=0) != 0).any(axis=1)] if len(key) else np.zeros(0, bool)
    stays = np.ones(len(km), bool)
    stays[order] = first
    return stays | ~touched
