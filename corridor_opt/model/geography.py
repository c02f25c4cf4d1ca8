"""Where things are: distances, lines of links, outlines of countries."""

from __future__ import annotations

import functools
import gzip
import json
import math
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor_opt.model.network import Network

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def great_circle_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance of two points given in degrees, in km (haversine)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((phi_b - phi_a) / 2) ** 2
    half += math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def parse_waypoints(cell: str) -> list[tuple[float, float]]:
    """Read way points `lon lat; lon lat`."""
    return [(float(a), float(b)) for a, b in (pair.split() for pair in cell.split(";") if pair.strip())]


def link_lines(network: Network) -> dict[str, list[tuple[float, float]]]:
    """Give the points of every link from its first node to its second, in degrees, longitude first.

    Lines are for drawing; the length of a link is the one in its row.
    """
    way = {row["link"]: parse_waypoints(row["waypoints"]) for row in network["geometry"].to_dict("records")}
    lines = {}
    for link, start, end in network["links"][["id", "from", "to"]].itertuples(index=False):
        a, b = network.node(start), network.node(end)
        lines[link] = [(a["lon"], a["lat"]), *way.get(link, []), (b["lon"], b["lat"])]
    return lines


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


def country_at(lon: float, lat: float) -> str:
    """ISO alpha-2 code of the country whose outline holds a point; '' at sea or outside the region."""
    import shapely

    point = shapely.Point(lon, lat)
    return next((iso for iso, _, shape in outlines() if iso and shape.contains(point)), "")
