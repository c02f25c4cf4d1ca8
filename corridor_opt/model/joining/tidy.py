"""What cannot be used is told or dropped, and what lies outside a region is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.split import split
from corridor_opt.model.joining.ways import lines, point_at, squeeze_of, squeezed
from corridor_opt.model.schema import GAUGES, vocabulary

if TYPE_CHECKING:
    import pandas as pd

DIRECTIONS = ("both", "forward")


def check(draft: Draft) -> list[str]:
    """List everything in a draft that no verb can work on; empty where all is well."""
    faults = [
        f"{table}, {column}: this column is missing"
        for table, columns in (("nodes", ("lon", "lat")), ("links", ("start", "end", "mode", "length_km")))
        for column in columns
        if column not in getattr(draft, table).columns
    ]
    if faults:
        return faults
    crs: Any = getattr(draft.nodes, "crs", None)
    if crs is not None and not crs.equals("EPSG:4326"):
        faults.append(f"nodes: their CRS is {crs.to_string()}; bring them to degrees with to_crs('EPSG:4326')")
    lon, lat = draft.points().T
    faults += _rows("nodes", "lon", ~np.isfinite(lon) | ~np.isfinite(lat), "no place (not a finite number)")
    faults += _rows("nodes", "lat", np.abs(lat) > 90, "beyond a pole; longitude and latitude mixed up?")
    far = np.isfinite(lon) & (np.abs(lon) > 180)
    faults += _rows("nodes", "lon", far, "is not between -180 and 180; metres of a map instead of degrees?")
    ends = draft.links[["start", "end"]].to_numpy(float)
    lost = ~((ends >= 0) & (ends < len(lon)) & (ends == np.floor(ends))).all(axis=1)
    faults += _rows("links", "start, end", lost, f"names no node (there are {len(lon):,})")
    km = draft.links["length_km"].to_numpy(float)
    faults += _rows("links", "length_km", ~np.isfinite(km) | (km < 0), "is no length (negative or not finite)")
    modes = vocabulary("mode")
    for mode in sorted(set(draft.links["mode"].astype(str)) - set(modes)):
        faults.append(f"links, mode: no mode '{mode}'{did_you_mean(mode, modes)}")
    if "direction" in draft.links.columns:
        for word in sorted(set(draft.texts("links", "direction").astype(str)) - {*DIRECTIONS, ""}):
            faults.append(f"links, direction: no direction '{word}'{did_you_mean(word, DIRECTIONS)}")
    if "gauge_mm" in draft.links.columns:
        gauge = draft.links["gauge_mm"].to_numpy(float)
        wrong = np.isfinite(gauge) & ~np.isin(gauge, GAUGES)
        faults += _rows("links", "gauge_mm", wrong, f"is not a known gauge {GAUGES}")
    return faults + _way_faults(draft)


def _rows(table: str, column: str, wrong: np.ndarray, problem: str, most: int = 20) -> list[str]:
    """Give one line a row that is wrong, and one for how many more there are."""
    rows = np.flatnonzero(wrong)
    told = [f"{table}, row {row}, {column}: {problem}" for row in rows[:most]]
    return told + ([f"{table}, {column}: {len(rows) - most:,} rows more: {problem}"] if len(rows) > most else [])


def _way_faults(draft: Draft) -> list[str]:
    import shapely

    if "way" not in draft.links.columns:
        return []
    column: Any = draft.links["way"]
    way = column.to_numpy(object)
    crs: Any = getattr(column, "crs", None)
    faults = []
    if crs is not None and not crs.equals("EPSG:4326"):
        faults.append(f"links, way: the CRS is {crs.to_string()}; bring it to degrees with to_crs('EPSG:4326')")
    drawn = shapely.is_geometry(way)
    given = np.array([w is not None and w == w for w in way])
    faults += _rows("links", "way", given & ~drawn, "is no geometry")
    wrong = drawn & (shapely.get_type_id(way) != 1)
    faults += _rows("links", "way", wrong, "is no LineString; explode lines of several parts")
    points, line = shapely.get_coordinates(way[drawn], return_index=True)
    off = ~np.isfinite(points).all(axis=1) | (np.abs(points) > (180, 90)).any(axis=1)
    bad = np.zeros(len(way), bool)
    bad[np.flatnonzero(drawn)[line[off]]] = True
    return faults + _rows("links", "way", bad, "leaves the earth (not in degrees, longitude first?)")


def _across(draft: Draft) -> np.ndarray:
    """Whether links jump from one side of the map to the other, over the antimeridian."""
    start, end = draft.ends()
    lon = draft.points()[:, 0]
    return np.abs(lon[start] - lon[end]) > 180


def tidy(draft: Draft) -> Draft:
    """Drop what leads nowhere, flatten what has heights, and refuse what cannot be meant.

    Self-loops, links without length, empty ways and nodes of no link are dropped or blanked and counted; ways with
    heights lose them; a cell `direction` that is empty is `both`.

    Raises
    ------
    DataError
        Places that are none, a CRS other than WGS 84, lengths below 0, unknown modes and gauges, links that name no
        node, links over the antimeridian: every fault at once.
    """
    import shapely

    faults = check(draft)
    if not faults:
        faults = _rows(
            *("links", "start, end", _across(draft)), "crosses the antimeridian; cut it there, or clip to one side"
        )
    if faults:
        raise DataError(f"{draft.name} cannot be used", faults)
    links = draft.links.copy()
    start, end = draft.ends()
    loops = start == end
    nothing = ~loops & (links["length_km"].to_numpy(float) == 0)
    told = [f"dropped {loops.sum():,} self-loops and {nothing.sum():,} links of no length"]
    direction = draft.texts("links", "direction")
    links["direction"] = np.where(direction == "", "both", direction)
    if "way" in links.columns:
        way = links["way"].to_numpy(object).copy()
        drawn = shapely.is_geometry(way)
        empty = drawn & shapely.is_empty(way)
        way[empty | ~drawn] = None
        high = drawn & shapely.has_z(way)
        way[high] = shapely.force_2d(way[high])
        links["way"] = way
        told += [f"blanked {empty.sum():,} empty ways"] * bool(empty.any())
        told += [f"flattened {high.sum():,} ways with heights"] * bool(high.any())
    # two nodes at no distance are one; a link without length says so
    result = _joined(draft, np.flatnonzero(nothing), links[~(loops | nothing)])
    used = np.zeros(len(result.nodes), bool)
    for frame in (result.links, result.crossings):
        used[frame["start"].to_numpy(int)] = used[frame["end"].to_numpy(int)] = True
    told += [f"dropped {(~used).sum():,} nodes of no link"] * bool((~used).any())
    return result.kept(used, "; ".join(told))


def _joined(draft: Draft, rows: np.ndarray, links: pd.DataFrame) -> Draft:
    """Make one node of the two ends of links that have no length."""
    if not len(rows):
        return draft.but(links=links)
    from corridor_opt.model.joining.pieces import labels

    start, end = draft.ends()
    label = labels(len(draft.nodes), start[rows], end[rows])
    first = np.full(label.max() + 1, len(label))
    np.minimum.at(first, label, np.arange(len(label)))
    to = first[label]
    moved = links.assign(start=to[links["start"].to_numpy(int)], end=to[links["end"].to_numpy(int)])
    moved = moved[moved["start"] != moved["end"]]
    crossings = draft.crossings
    if len(crossings):
        crossings = crossings.assign(start=to[crossings["start"].to_numpy(int)], end=to[crossings["end"].to_numpy(int)])
    return draft.but(links=moved, crossings=crossings)


def clip(draft: Draft, *, region: Sequence[float] | Any) -> Draft:
    """Keep what lies in a region; links are cut at its edge.

    Parameters
    ----------
    region
        West, south, east, north in degrees, or a shapely polygon.

    Raises
    ------
    DataError
        The region is none, is empty, or crosses the antimeridian.
    """
    import pandas as pd
    import shapely

    area = _area(region)
    shapely.prepare(area)
    across = _across(draft)
    draft = draft.but(links=draft.links[~across])
    inside = shapely.covers(area, shapely.points(draft.points())) if len(draft.nodes) else np.zeros(0, bool)
    start, end = draft.ends()
    # a link between two inner nodes of a box stays in it; of another shape it may leave
    box = area.equals(shapely.envelope(area))
    doubtful = np.flatnonzero(~(inside[start] & inside[end])) if box else np.arange(len(start))
    shapes = lines(draft, doubtful)
    meets = shapely.intersects(shapely.boundary(area), shapes)
    rows, shapes = doubtful[meets], shapes[meets]
    cuts = shapely.intersection(shapes, shapely.boundary(area))
    points, which = shapely.get_coordinates(cuts, return_index=True)
    squeeze = squeeze_of(shapes)
    flat, factor = squeezed(shapes, squeeze), np.column_stack([squeeze, np.ones(len(squeeze))])
    share = shapely.line_locate_point(flat[which], shapely.points(points * factor[which]), normalized=True)
    count = len(draft.links)
    cut, _ = split(draft, at=pd.DataFrame({"link": rows[which], "share": np.clip(share, 0, 1)}))
    asked = lines(cut)
    middle = point_at(asked, np.full(len(asked), 0.5)) if len(asked) else np.zeros((0, 2))
    within = shapely.covers(area, shapely.points(middle))
    links = cut.links[within]
    used = np.zeros(len(cut.nodes), bool)
    used[: len(inside)] = inside
    used[links["start"].to_numpy(int)] = used[links["end"].to_numpy(int)] = True
    told = f"clipped to {_words(area)}: {len(links):,} links of {count:,}"
    if across.any():
        told += f", without {across.sum():,} over the antimeridian"
    return draft.but(nodes=cut.nodes, links=links).kept(used, told)


def _area(region: Any) -> Any:
    """Give a region as a polygon, or say why it is none."""
    import shapely

    if isinstance(region, shapely.Geometry):
        if shapely.get_type_id(region) not in (3, 6) or shapely.is_empty(region):
            raise DataError(f"the region is a {region.geom_type}; a polygon with an inside is needed")
        if not shapely.is_valid(region):
            raise DataError(f"the region is no valid polygon: {shapely.is_valid_reason(region)}")
        return region
    try:
        west, south, east, north = (float(side) for side in region)
    except (TypeError, ValueError):
        raise DataError(f"the region {region!r} is not west, south, east, north in degrees, nor a polygon") from None
    faults = []
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        faults.append(f"west {west:g} and east {east:g} are not both between -180 and 180")
    elif west > east:
        faults.append(
            f"west {west:g} lies east of east {east:g}: a region over the antimeridian is not taken; "
            "clip to each side of it"
        )
    if not (-90 <= south < north <= 90):
        faults.append(f"south {south:g} must lie south of north {north:g}, both between -90 and 90")
    if west == east:
        faults.append("west and east are the same")
    if faults:
        raise DataError("the region cannot be used (west, south, east, north in degrees)", faults)
    return shapely.box(west, south, east, north)


def _words(area: Any) -> str:
    west, south, east, north = area.bounds
    return f"{west:g}, {south:g}, {east:g}, {north:g}"
