"""Where things are: distances, lines of links, outlines of countries."""

from __future__ import annotations

import functools
import gzip
import json
import math
import re
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from corridor_opt.model.network import Network

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
NEAR_KM = 100.0  # a port or an island may lie so far outside the outline of its country


def great_circle_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance of two points given in degrees, in km (haversine)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((phi_b - phi_a) / 2) ** 2
    half += math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def distances_km(lon_a: np.ndarray, lat_a: np.ndarray, lon_b: np.ndarray, lat_b: np.ndarray) -> np.ndarray:
    """Great-circle distances of many pairs of points given in degrees, in km; see `great_circle_km`."""
    import numpy as np

    x_a, y_a, x_b, y_b = (np.radians(np.asarray(one, float)) for one in (lon_a, lat_a, lon_b, lat_b))
    half = np.sin((y_b - y_a) / 2) ** 2 + np.cos(y_a) * np.cos(y_b) * np.sin((x_b - x_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1)))


def position_name(kind: str, lon: float, lat: float) -> str:
    """Name of a node that nobody named: its kind and position."""
    return f"{kind} {abs(lat):.3f} {'S' if lat < 0 else 'N'} {abs(lon):.3f} {'W' if lon < 0 else 'E'}"


def is_position_name(name: str) -> bool:
    """Whether a name is such as `position_name` gives."""
    return re.fullmatch(r"[a-z-]+ \d+\.\d{3} [NS] \d+\.\d{3} [WE]", name) is not None


def parse_waypoints(cell: str) -> list[tuple[float, float]]:
    """Read way points `lon lat; lon lat`."""
    return [(float(a), float(b)) for a, b in (pair.split() for pair in cell.split(";") if pair.strip())]


def whole_waypoints(cells: Sequence[str]) -> bool:
    """Whether all cells can be read as way points and all points lie on earth; asked of all at once."""
    import numpy as np

    pairs = [pair for pair in map(str.split, ";".join(cells).split(";")) if pair]
    if not all(len(pair) == 2 for pair in pairs):
        return False
    try:
        points = np.array(pairs, dtype=str).astype(float).reshape(-1, 2)
    except ValueError:
        return False
    return bool((np.abs(points) <= (180, 90)).all())


def link_points(network: Network, links: pd.DataFrame | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Give the points of links from their first nodes to their second.

    Parameters
    ----------
    network
        Its table `geometry` holds the points between.
    links
        Rows of its links; all when None.

    Returns
    -------
    points, first
        Degrees, longitude first, of shape (points, 2); and of each link where its points begin, and the end of all.
    """
    import numpy as np
    import pandas as pd

    links, nodes, geometry = network["links"] if links is None else links, network["nodes"], network["geometry"]
    places, at = nodes[["lon", "lat"]].to_numpy(float), pd.Index(nodes["id"])
    row = pd.Index(links["id"]).get_indexer(geometry["link"])
    bent = np.flatnonzero(row >= 0)
    inner = [parse_waypoints(cell) for cell in geometry["waypoints"].iloc[bent]]
    count = np.full(len(links), 2)
    count[row[bent]] += np.array([len(points) for points in inner], int)
    first = np.concatenate([[0], np.cumsum(count)])
    points = np.empty((first[-1], 2))
    points[first[:-1]] = places[at.get_indexer(links["from"])]
    points[first[1:] - 1] = places[at.get_indexer(links["to"])]
    for link, between in zip(row[bent].tolist(), inner, strict=True):
        if between:
            points[first[link] + 1 : first[link + 1] - 1] = between
    return points, first


def link_lines(network: Network, links: pd.DataFrame | None = None) -> dict[str, list[tuple[float, float]]]:
    """Give the points of links from their first nodes to their second, in degrees, longitude first, by id.

    Lines are for drawing; the length of a link is the one in its row.

    Parameters
    ----------
    network, links
        As in `link_points`.
    """
    links = network["links"] if links is None else links
    points, first = link_points(network, links)
    pairs, ends = list(map(tuple, points.tolist())), first.tolist()
    return {link: pairs[a:b] for link, a, b in zip(links["id"].tolist(), ends[:-1], ends[1:], strict=True)}


@functools.cache
def outlines() -> list[tuple[str, str, Any]]:
    """Outlines of the countries between 20 and 100 degrees east: (ISO alpha-2 or '', name, shapely geometry).

    Natural Earth 4.1, 1:10m, simplified to 0.02 degrees; its de-facto view of boundaries is not ours.
    """
    import shapely.geometry

    packed = resources.files("corridor_opt").joinpath("data", "natural_earth", "countries_10m.geojson.gz").read_bytes()
    features = json.loads(gzip.decompress(packed))["features"]
    return [
        (f["properties"].get("iso2") or "", f["properties"]["name"], shapely.geometry.shape(f["geometry"]))
        for f in features
    ]


@functools.cache
def drawn_outlines() -> tuple[list[np.ndarray], dict[str, Any]]:
    """Give the outlines of the world as the map page draws them.

    Returns
    -------
    arcs
        Lines in degrees, longitude first; neighbours share them.
    told
        `countries` with their `name` and `polygons` (lists of rings of numbers of arcs, ~i for one run backwards; the
        first ring is the shell, the others are holes) and `disputed` boundaries.
    """
    import numpy as np

    packed = resources.files("corridor_opt").joinpath("data", "natural_earth", "outlines.json.gz").read_bytes()
    told = json.loads(gzip.decompress(packed))
    return [np.cumsum(np.reshape(steps, (-1, 2)), axis=0) * told["scale"] for steps in told["arcs"]], told


def country_at(lon: float, lat: float) -> str:
    """ISO alpha-2 code of the country whose outline holds a point; '' at sea or outside the region."""
    import shapely

    point = shapely.Point(lon, lat)
    return next((iso for iso, _, shape in outlines() if iso and shape.contains(point)), "")


def mixed_up(country: str, lon: Sequence[float], lat: Sequence[float]) -> list[bool]:
    """Whether points of a country have longitude and latitude mixed up, as far as outlines tell.

    Parameters
    ----------
    country
        ISO alpha-2 code.
    lon, lat
        Coordinates in degrees.

    Returns
    -------
    list of bool
        True where a point lies more than 100 km from its country and would lie within 100 km of it the other way
        round; False where no outline is known.
    """
    import numpy as np
    import shapely

    shape = _outline(country)
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    found = np.zeros(len(x), bool)
    if shape is None:
        return list(found)
    suspect = np.flatnonzero((np.abs(x) <= 90) & ~shapely.contains_xy(shape, x, y))
    suspect = suspect[_near(shape, y[suspect], x[suspect])]
    found[suspect] = ~_near(shape, x[suspect], y[suspect])
    return [bool(one) for one in found]


@functools.cache
def _outline(country: str) -> Any:
    """All outlines of a country in one shape, ready for many questions; None where there is none."""
    import shapely

    parts = [shape for iso, _, shape in outlines() if iso and iso == country]  # some have no code
    if not parts:
        return None
    whole = shapely.union_all(parts)
    shapely.prepare(whole)
    return whole


def _near(shape: Any, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Whether points lie in a shape or within 100 km of it."""
    import numpy as np
    import shapely

    near = shapely.contains_xy(shape, lon, lat)
    west, south, east, north = shape.bounds
    reach = NEAR_KM / 111  # degrees of latitude
    wide = reach / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat), 89))), 0.02)
    box = (lat > south - reach) & (lat < north + reach) & (lon > west - wide) & (lon < east + wide)
    for i in np.flatnonzero(box & ~near):
        x, y = float(lon[i]), float(lat[i])
        squeeze = math.cos(math.radians(y))
        # a window is enough: what is nearest in squeezed degrees is nearest on the ground, or nearly
        window = shapely.clip_by_rect(shape, x - wide[i], y - reach, x + wide[i], y + reach)
        if window.is_empty:
            continue
        squeezed = shapely.transform(window, lambda c, s=squeeze: c * (s, 1))
        near[i] = shapely.distance(squeezed, shapely.Point(x * squeeze, y)) <= reach
    return near
