"""The lines of links: drawn, measured, cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.geography import EARTH_RADIUS_KM, distances_km

if TYPE_CHECKING:
    from corridor_opt.model.joining.draft import Draft


def apart_km(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Great-circle distances of points in degrees (last axis: longitude, latitude), in km (haversine)."""
    return distances_km(*np.moveaxis(np.asarray(a, float), -1, 0), *np.moveaxis(np.asarray(b, float), -1, 0))


def sphere(points: np.ndarray) -> np.ndarray:
    """Points in degrees as points in space, km from the middle of the earth."""
    lon, lat = np.radians(points).T
    return EARTH_RADIUS_KM * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def lines(draft: Draft, rows: np.ndarray | None = None) -> np.ndarray:
    """Give the lines of links as shapely LineStrings in degrees; straight where none was drawn."""
    import shapely

    start, end = draft.ends()
    rows = np.arange(len(start)) if rows is None else np.asarray(rows)
    points = draft.points()
    made: np.ndarray = np.empty(len(rows), object)
    drawn = np.zeros(len(rows), bool)
    if "way" in draft.links.columns:
        way = draft.links["way"].to_numpy(object)[rows]
        drawn = shapely.is_geometry(way)
        made[drawn] = way[drawn]
    bare = rows[~drawn]
    made[~drawn] = shapely.linestrings(np.stack([points[start[bare]], points[end[bare]]], axis=1))
    return made


def length_km(shapes: np.ndarray) -> np.ndarray:
    """Lengths of lines in degrees along the ground, in km."""
    import shapely

    points, line = shapely.get_coordinates(shapes, return_index=True)
    steps = apart_km(points[:-1], points[1:])
    return np.bincount(line[1:], steps * (line[1:] == line[:-1]), minlength=len(shapes))


def squeezed(shapes: np.ndarray, squeeze: np.ndarray) -> np.ndarray:
    """Lines in degrees with longitudes times a factor each, so that distances near them are true to scale."""
    import shapely

    points, line = shapely.get_coordinates(shapes, return_index=True)
    return shapely.linestrings(points * np.column_stack([squeeze[line], np.ones(len(line))]), indices=line)


def squeeze_of(shapes: np.ndarray) -> np.ndarray:
    """Factor for the longitudes of each line: the cosine of its middle latitude."""
    import shapely

    bounds = shapely.bounds(shapes)
    return np.maximum(np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2)), 0.01)


def point_at(shapes: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Points (degrees) at shares of the lengths of lines."""
    import shapely

    squeeze = squeeze_of(shapes)
    found = shapely.line_interpolate_point(squeezed(shapes, squeeze), share, normalized=True)
    return shapely.get_coordinates(found) / np.column_stack([squeeze, np.ones(len(squeeze))])


def pieces(shapes: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Cut from each line what lies between two shares of its length."""
    from shapely.ops import substring

    squeeze = squeeze_of(shapes)
    flat = squeezed(shapes, squeeze)
    cut = np.array([substring(s, a, b, normalized=True) for s, a, b in zip(flat, first, last, strict=True)], object)
    return squeezed(cut, 1 / squeeze) if len(cut) else cut


def way_column(draft: Draft) -> np.ndarray:
    """Give the ways of links, None where a link is drawn straight."""
    if "way" not in draft.links.columns:
        return np.full(len(draft.links), None, object)
    way: Any = draft.links["way"].to_numpy(object)
    return way.copy()


def joined(shapes: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Join lines that follow one another into one for each group; groups are numbered in order from 0."""
    import shapely

    points, line = shapely.get_coordinates(shapes, return_index=True)
    of = np.asarray(group)[line]
    # the first point of a line is the last of the one before
    again = np.r_[False, (line[1:] != line[:-1]) & (of[1:] == of[:-1])]
    return shapely.linestrings(points[~again], indices=of[~again])


def extended(
    way: np.ndarray, first: np.ndarray, last: np.ndarray, at_first: np.ndarray, at_last: np.ndarray
) -> np.ndarray:
    """Lengthen drawn ways to the places that their ends moved to; a way of None stays None."""
    import shapely

    made = way.copy()
    rows = np.flatnonzero(shapely.is_geometry(way) & (at_first | at_last))
    if not len(rows):
        return made
    points, line = shapely.get_coordinates(way[rows], return_index=True)
    before, behind = np.flatnonzero(at_first[rows]), np.flatnonzero(at_last[rows])
    order = np.argsort(np.r_[before * 3, line * 3 + 1, behind * 3 + 2], kind="stable")
    whole = np.concatenate([first[rows][before], points, last[rows][behind]])[order]
    made[rows] = shapely.linestrings(whole, indices=np.r_[before, line, behind][order])
    return made
