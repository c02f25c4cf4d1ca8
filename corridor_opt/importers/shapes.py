"""Geometry of foreign tables: one line or point a row, two dimensions, WGS 84, measured on the ellipsoid."""

from __future__ import annotations

from typing import Any

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.importers.cells import Told

WGS84 = "EPSG:4326"


def flat(shapes: Any, told: Told) -> np.ndarray:
    """Give geometry without heights; text is read as WKT.

    Parameters
    ----------
    shapes
        Geometries, WKT texts, or None, a row each.
    told
        Takes the fault of each text that is no WKT, and a note on heights.
    """
    import shapely

    cells = np.asarray(shapes, object)
    texts = np.array([isinstance(cell, str) for cell in cells], bool)
    if texts.any():
        cells = cells.copy()
        cells[texts] = shapely.from_wkt(cells[texts], on_invalid="ignore")
        for row in np.flatnonzero(texts):
            if cells[row] is None and str(shapes[row]).strip():
                text = str(shapes[row])[:40]
                told.fault(int(row), "geometry", f"'{text}' is no WKT such as LINESTRING (44 40, 45 41)")
    # a missing geometry may be NaN in a frame
    cells = np.array([cell if isinstance(cell, shapely.Geometry) else None for cell in cells], object)
    high = shapely.has_z(cells)
    if high.any():
        told.note(f"heights of {int(high.sum()):,} geometries were left out")
        cells = shapely.force_2d(cells)
    return cells


def degrees(points: np.ndarray, crs: Any, said: str, told: Told, rows: np.ndarray) -> np.ndarray:
    """Turn coordinates to longitude and latitude, WGS 84.

    Parameters
    ----------
    points
        x and y, a row each; NaN where there are none.
    crs
        What the file says of its coordinates; None where it says nothing.
    said
        What the mapping says; empty where nothing.
    told
        Takes a fault where nobody says and the numbers are no degrees, and a note where they were turned.
    rows
        Row of the table of each point.

    Raises
    ------
    DataError
        The mapping names no coordinate system, or another than the file: nothing can be placed.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        named = CRS.from_user_input(said) if said else None
    except CRSError:
        hint = "write one such as EPSG:4326 or EPSG:3857"
        raise DataError(f"crs: no coordinate system '{said}'; {hint}", told.faults) from None
    if crs is not None:
        declared = CRS.from_user_input(crs)
        if named is not None and not named.equals(declared, ignore_axis_order=True):
            both = f"{declared.name} in the file and {named.name} in the mapping"
            raise DataError(f"{told.where}: the coordinate system is {both}", told.faults)
        named = declared
    if named is not None and named.is_projected and (np.abs(points) <= (180, 90)).all():
        told.faults.append(
            f"{told.where}: said to be in {named.name}, but its coordinates are degrees, such as "
            f"{points[0, 0]:g}, {points[0, 1]:g}; say the right coordinate system where it stands"
        )
    elif named is not None and not named.equals(CRS.from_user_input(WGS84), ignore_axis_order=True):
        told.note(f"coordinates were turned from {named.name} to WGS 84")
        x, y = Transformer.from_crs(named, WGS84, always_xy=True).transform(points[:, 0], points[:, 1])
        points = np.column_stack([x, y])
    beyond = (np.abs(points[:, 0]) > 180) | (np.abs(points[:, 1]) > 90) | np.isinf(points).any(axis=1)
    if beyond.any():
        bad = np.unique(rows[beyond])
        x, y = points[np.flatnonzero(beyond)[0]]
        swapped = abs(x) <= 90 and abs(y) <= 180
        hint = (
            "longitude and latitude mixed up?"
            if swapped
            else 'name the coordinate system in the mapping, such as crs = "EPSG:3857"'
        )
        told.of_rows(bad, "lon", f"{x:g}, {y:g} is no longitude and latitude; {hint}")
    return points


def lengths_km(points: np.ndarray, of: np.ndarray, count: int) -> np.ndarray:
    """Give the length of lines on the WGS 84 ellipsoid, km.

    Parameters
    ----------
    points
        Longitude and latitude of all points of all lines in order.
    of
        Number of the line of each point.
    count
        How many lines there are.
    """
    from pyproj import Geod

    same = of[1:] == of[:-1]
    a, b = points[:-1][same], points[1:][same]
    _, _, metres = Geod(ellps="WGS84").inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    return np.bincount(of[1:][same], weights=np.asarray(metres) / 1000, minlength=count)


def single_lines(lines: np.ndarray, told: Told) -> tuple[np.ndarray, np.ndarray]:
    """Give one line a row: lines of several parts are joined where they touch, else cut into a row each.

    Returns
    -------
    lines, row
        Lines (None where a row has none, or it is empty) and the row of the table each comes from.
    """
    import shapely

    kinds = shapely.get_type_id(lines)  # -1 none, 1 a line, 5 several
    several = kinds == 5
    if several.any():
        lines = lines.copy()
        lines[several] = shapely.line_merge(lines[several])
        kinds = shapely.get_type_id(lines)
    wrong = np.flatnonzero(~np.isin(kinds, (-1, 1, 5)))
    for kind in np.unique(kinds[wrong]):
        rows = wrong[kinds[wrong] == kind]
        told.of_rows(rows, "geometry", f"a {lines[rows[0]].geom_type}, no line")
    row = np.arange(len(lines))
    split = kinds == 5
    if split.any():
        parts, whence = shapely.get_parts(lines[split], return_index=True)
        told.note(f"{int(split.sum()):,} lines of several parts were cut into {len(parts):,}")
        row = np.concatenate([row[~split], row[split][whence]])
        lines = np.concatenate([lines[~split], parts])
        order = np.argsort(row, kind="stable")
        row, lines = row[order], lines[order]
    lines = np.array(
        [None if empty else line for line, empty in zip(lines, shapely.is_empty(lines), strict=True)], object
    )
    return lines, row
