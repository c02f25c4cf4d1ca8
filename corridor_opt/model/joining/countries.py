"""Which country each node lies in: by outline, made steady along the network near borders."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import Any

import numpy as np

from corridor_opt.model.geography import drawn_outlines, outlines
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.schema import read_rows

FINE = (20.0, 5.0, 100.0, 70.0)  # degrees, where the finer outlines are
# Degrees that an outline may be off: a border line drawn to 0.02 degrees in the finer outlines, 0.09 elsewhere.
DOUBT_FINE, DOUBT_COARSE = 0.035, 0.1
NEAR_KM = 30.0  # a pier or an island so far from land is of the country it is nearest to
LAND = ("rail", "road", "waterway")


def countries(draft: Draft) -> Draft:
    """Fill in the country of each node that has none.

    A node clearly inside one country, farther from all others than outlines may be off, is of that country. Any other
    takes the country of the node clearly inside one that is nearest along the network, so a road that winds along a
    border does not cross it at every bend. A node that no land link leads to and that lies off shore stays without.

    Returns
    -------
    Draft
        With `country`, ISO 3166-1 alpha-2, in `nodes`. Outlines are those of Natural Earth: who administers a place,
        not who claims it.
    """
    points = draft.points()
    country = draft.texts("nodes", "country")
    given = country != ""
    found, times = _within(points, _wide())
    clear = given | (times == 1)
    country[~given & clear] = found[~given & clear]
    start, end = draft.ends()
    of_land = draft.links["mode"].isin(LAND).to_numpy()
    on_land = np.zeros(len(points), bool)
    on_land[start[of_land]] = on_land[end[of_land]] = True
    country[~on_land & ~given] = ""
    doubtful = np.flatnonzero(on_land & ~clear)
    steadied = 0
    if len(doubtful):
        nearest = _nearest_clear(draft, of_land, clear, doubtful)
        reached = nearest >= 0
        country[doubtful[reached]] = country[nearest[reached]]
        steadied = int(reached.sum())
        left = doubtful[~reached]
        country[left] = _within(points[left], _whole())[0]
        left = left[country[left] == ""]
        country[left] = _nearest_country(points[left])
        left = left[country[left] == ""]
        country[left] = _island(points[left])
        left = left[country[left] == ""]
        nearest = _nearest_clear(draft, of_land, country != "", left)
        country[left[nearest >= 0]] = country[nearest[nearest >= 0]]
    told = f"countries of {(~given & (country != '')).sum():,} nodes, {steadied:,} of them near a border or a shore by "
    told += f"the network; {(country == '').sum():,} without"
    return draft.but(told, nodes=draft.nodes.assign(country=country))


def _nearest_clear(draft: Draft, of_land: np.ndarray, clear: np.ndarray, doubtful: np.ndarray) -> np.ndarray:
    """Give for each doubtful node the nearest one of a sure country along land links; -1 where none is reached."""
    start, end = (ends[of_land] for ends in draft.ends())
    km = np.maximum(draft.links["length_km"].to_numpy(float)[of_land], 1e-9)
    part = ~clear[start] | ~clear[end]  # paths of interest have no clear node inside
    start, end, km = start[part], end[part], km[part]
    near = np.unique(np.r_[start, end, doubtful])
    number = np.full(len(clear), -1)
    number[near] = np.arange(len(near))
    sure = np.flatnonzero(clear[near])
    if not len(sure) or not len(doubtful):
        return np.full(len(doubtful), -1)
    u, v = number[start], number[end]
    order = np.lexsort((km, np.maximum(u, v), np.minimum(u, v)))
    low, high, km = np.minimum(u, v)[order], np.maximum(u, v)[order], km[order]
    fresh = np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)] if len(low) else np.zeros(0, bool)
    shape = (len(near), len(near))
    graph = scipy_part("sparse").csr_matrix((km[fresh], (low[fresh], high[fresh])), shape=shape)
    dijkstra = scipy_part("sparse.csgraph").dijkstra
    far, _, source = dijkstra(graph, directed=False, indices=sure, min_only=True, return_predecessors=True)
    of = source[number[doubtful]]
    return np.where(np.isfinite(far[number[doubtful]]), near[np.maximum(of, 0)], -1)


def _within(points: np.ndarray, shapes: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Give the last country whose shape holds each point, and in how many the point is."""
    import shapely

    found, times = np.full(len(points), "", object), np.zeros(len(points), int)
    order = np.argsort(points[:, 0], kind="stable")
    lon = points[order, 0]
    for country, shape in shapes.items():
        west, south, east, north = shape.bounds
        rows = order[np.searchsorted(lon, west) : np.searchsorted(lon, east, "right")]
        rows = rows[(points[rows, 1] >= south) & (points[rows, 1] <= north)]
        if len(rows):
            rows = rows[shapely.contains_xy(shape, points[rows, 0], points[rows, 1])]
            found[rows], times[rows] = country, times[rows] + 1
    return found, times


def _nearest_country(points: np.ndarray) -> np.ndarray:
    """Give the country whose outline is nearest to each point, if it lies within reach."""
    import shapely

    names, shapes = list(_whole()), list(_whole().values())
    found = np.full(len(points), "", object)
    if not len(points):
        return found
    reach = NEAR_KM / 111.2 / np.maximum(np.cos(np.radians(points[:, 1])), 0.1)
    asked, near = shapely.STRtree(shapes).query_nearest(
        shapely.points(points), max_distance=float(reach.max()), all_matches=False
    )
    far = shapely.distance(shapely.points(points[asked]), np.array(shapes, object)[near])
    near, asked = near[far <= reach[asked]], asked[far <= reach[asked]]
    found[asked] = np.array(names, object)[near]
    return found


def _island(points: np.ndarray) -> np.ndarray:
    """Give the country of each point on an island that the outlines leave out."""
    found = np.full(len(points), "", object)
    for row in read_rows("ground", "islands.csv"):
        low, high = (float(row["west"]), float(row["south"])), (float(row["east"]), float(row["north"]))
        found[((points >= low) & (points <= high)).all(axis=1) & (found == "")] = row["country"]
    return found


@functools.cache
def _parts() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the outlines of countries by code: the finer ones, and the coarser ones outside their box."""
    import shapely

    codes = {row["name"]: row["country"] for row in read_rows("ground", "outline_codes.csv")}
    box = shapely.box(*FINE)
    fine: dict[str, list[Any]] = defaultdict(list)
    for code, name, shape in outlines():
        if code or name in codes:
            fine[code or codes[name]].append(shape)
    coarse: dict[str, list[Any]] = defaultdict(list)
    for name, shape in world_outlines():
        if name in codes and not (rest := shapely.difference(shape, box)).is_empty:
            coarse[codes[name]].append(rest)
    united = {code: shapely.union_all(shapes) for code, shapes in fine.items()}
    return united, {code: shapely.union_all(shapes) for code, shapes in coarse.items()}


@functools.cache
def _whole() -> dict[str, Any]:
    """Outlines of the world by country code."""
    import shapely

    fine, coarse = _parts()
    shapes = {
        code: shapely.union_all([one[code] for one in (fine, coarse) if code in one])
        for code in sorted({*fine, *coarse})
    }
    for shape in shapes.values():
        shapely.prepare(shape)
    return shapes


@functools.cache
def _wide() -> dict[str, Any]:
    """Outlines by country code, widened by as much as they may be off."""
    import shapely

    fine, coarse = _parts()
    shapes = {}
    for code in sorted({*fine, *coarse}):
        both = [
            shapely.buffer(one[code], doubt, quad_segs=2)
            for one, doubt in ((fine, DOUBT_FINE), (coarse, DOUBT_COARSE))
            if code in one
        ]
        shapes[code] = shapely.union_all(both)
        shapely.prepare(shapes[code])
    return shapes


def world_outlines() -> list[tuple[str, Any]]:
    """Give the outlines of the world's countries as shapely polygons in degrees, by the name they have there."""
    import shapely

    arcs, told = drawn_outlines()
    made = []
    for country in told["countries"]:
        for shell, *holes in country["polygons"]:
            rings = [np.concatenate([arcs[~i][::-1] if i < 0 else arcs[i] for i in ring]) for ring in (shell, *holes)]
            if len(rings[0]) > 3:
                shape = shapely.Polygon(rings[0], [ring for ring in rings[1:] if len(ring) > 3])
                made.append((country["name"], shapely.make_valid(shape)))
    return made


def country_of(points: np.ndarray) -> np.ndarray:
    """Give the country code of each of many points by outline, the empty text at sea."""
    return _within(np.asarray(points, float).reshape(-1, 2), _whole())[0]
