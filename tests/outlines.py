"""Distances of points and lines to the outlines of countries.

They are taken on a Mercator map in km, which is true to scale near each point. Outlines are good to 2 km between 20 and
100 degrees east, coarser elsewhere; their view of boundaries is not ours.
"""

from __future__ import annotations

import functools
import gzip
import json
import math
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from embedded import DATA, network

from corridor_opt.model import geography


def mercator(lonlat: Any) -> np.ndarray:
    """Project degrees to km of a Mercator map."""
    degrees = np.asarray(lonlat, float).reshape(-1, 2)
    x = np.radians(degrees[:, 0])
    y = np.log(np.tan(np.pi / 4 + np.radians(degrees[:, 1]) / 2))
    return geography.EARTH_RADIUS_KM * np.column_stack([x, y])


def united(shapes: dict[str, list[Any]]) -> dict[str, Any]:
    """One prepared shape a country on the Mercator map, and one of all land under ''."""
    flat = {
        key: [shapely.make_valid(shapely.transform(part, mercator)) for part in parts] for key, parts in shapes.items()
    }
    made = {key: shapely.union_all(parts) for key, parts in flat.items()}
    made[""] = shapely.union_all(list(made.values()))
    for shape in made.values():
        shapely.prepare(shape)
    return made


@functools.cache
def fine() -> dict[str, Any]:
    """Outlines by country code, longitude 20 to 100 and latitude 5 to 70."""
    shapes = defaultdict(list)
    for code, name, shape in geography.outlines():
        shapes[code or {"Baikonur": "KZ"}.get(name, name)].append(shape)  # leased by Russia, in Kazakhstan
    return united(shapes)


@functools.cache
def coarse() -> dict[str, Any]:
    """Outlines of the world as the map page draws them, by country code where we have land there."""
    page = json.loads(gzip.decompress((DATA / "natural_earth" / "outlines.json.gz").read_bytes()))
    arcs = [np.cumsum(np.reshape(steps, (-1, 2)), axis=0) * page["scale"] for steps in page["arcs"]]
    codes = {"China": "CN", "Russia": "RU", "Germany": "DE", "Poland": "PL", "Netherlands": "NL", "Mongolia": "MN"}
    codes |= {"Hungary": "HU", "Slovakia": "SK", "Finland": "FI", "Serbia": "RS"}
    shapes = defaultdict(list)
    for country in page["countries"]:
        for ring in (ring for polygon in country["polygons"] for ring in polygon):
            shell = np.concatenate([arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring])
            if len(shell) > 3:
                shapes[codes.get(country["name"], country["name"])].append(shapely.make_valid(shapely.Polygon(shell)))
    return united(shapes)


def in_sight(lonlat: np.ndarray) -> np.ndarray:
    """Whether points lie where the fine outlines are."""
    lon, lat = lonlat.T
    return (lon > 20) & (lon < 100) & (lat > 5) & (lat < 70)


def measured(what: Any, country: str, lonlat: Any) -> np.ndarray:
    """Apply a function of shapely to a country, '' for all land, and points in degrees."""
    degrees = np.asarray(lonlat, float).reshape(-1, 2)
    points, near = shapely.points(mercator(degrees)), in_sight(degrees)
    found = np.empty(len(points))
    for mask, shapes in ((near, fine), (~near, coarse)):
        if mask.any():
            found[mask] = what(shapes()[country], points[mask])
    return found


def km_off(country: str, lonlat: Any) -> np.ndarray:
    """Distance of points from a country (0 within it), km."""
    latitude = np.asarray(lonlat, float).reshape(-1, 2)[:, 1]
    return measured(shapely.distance, country, lonlat) * np.cos(np.radians(latitude))


def on_land(lonlat: Any) -> np.ndarray:
    """Whether points lie in the outline of any country."""
    return measured(shapely.intersects, "", lonlat).astype(bool)


def samples(line: list[tuple[float, float]], step_km: float) -> np.ndarray:
    """Points along a drawn line, no farther apart than a step."""
    parts = []
    for a, b in pairwise(line):
        count = max(1, math.ceil(geography.great_circle_km(*a, *b) / step_km))
        parts.append(np.asarray(a) + np.arange(count)[:, None] / count * (np.asarray(b) - np.asarray(a)))
    return np.vstack([*parts, [line[-1]]])


@functools.cache
def lines() -> dict[str, list[tuple[float, float]]]:
    """Drawn lines by link."""
    return geography.link_lines(network())


def drawn_km(line: Any) -> float:
    """Length of a drawn line, km."""
    return sum(geography.great_circle_km(*a, *b) for a, b in pairwise(line))
