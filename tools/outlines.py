"""Make `corridor_opt/data/natural_earth/outlines.json.gz`, the country outlines of the map page.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/outlines.py package/countries-50m.json

The input is TopoJSON: borders are arcs that neighbours share. They are simplified arc by arc, so that
neighbours still fit, finer where the corridors are (`FINE`) than elsewhere. The output is JSON:

    {"scale": 0.01,                                   # degrees a unit
     "arcs": [[x, y, dx, dy, ...], ...],              # first point, then steps
     "countries": [{"name": str, "rings": [[arc, ~arc, ...], ...],     # ~arc: run backwards
                    "label": [lon, lat], "room": degrees}, ...]}       # room: the circle round the label

A country without a label gets no name on the map: those that the source lists without an ISO number, and
very small ones.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

from shapely import Polygon, make_valid
from shapely.ops import polylabel

OUTPUT = Path(__file__).parents[1] / "corridor_opt" / "data" / "natural_earth" / "outlines.json.gz"
SCALE = 0.01
FINE = (20.0, 5.0, 100.0, 70.0)  # lon and lat of the region that is kept finer
TOLERANCE = {True: 0.03, False: 0.12}  # degrees, inside and outside of FINE
SMALLEST = {True: 0.02, False: 0.3}  # square degrees of the box round an island
LEFT_OUT = {"Antarctica"}
NEW_NAMES = {"Macedonia": "North Macedonia", "Swaziland": "Eswatini", "eSwatini": "Eswatini"}

Point = tuple[float, float]


def is_fine(point: Point) -> bool:
    """Tell whether a point lies where outlines are kept finer."""
    return FINE[0] <= point[0] <= FINE[2] and FINE[1] <= point[1] <= FINE[3]


def decode(topology: dict[str, Any]) -> list[list[Point]]:
    """Undo the quantisation of TopoJSON arcs."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def run_on_past_180(arcs: list[list[Point]], topology: dict[str, Any]) -> None:
    """Move the far end of Chukotka, and what else lies beyond the 180th meridian, to longitudes above 180."""
    for shape in topology["objects"]["countries"]["geometries"]:
        for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
            numbers = [i if i >= 0 else ~i for ring in polygon for i in ring]
            xs = [x for i in numbers for x, _ in arcs[i]]
            if max(xs) - min(xs) > 300 and shape["properties"]["name"] not in LEFT_OUT:
                for i in numbers:
                    arcs[i] = [(x + 360 if x < -90 else x, y) for x, y in arcs[i]]


def simplify(points: list[Point]) -> list[Point]:
    """Douglas and Peucker (1973), with the tolerance of the place of each point."""
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        shrink = math.cos(math.radians((ay + by) / 2))
        dx, dy = (bx - ax) * shrink, by - ay
        square = dx * dx + dy * dy
        worst, where = 1.0, -1
        for i in range(first + 1, last):
            px, py = (points[i][0] - ax) * shrink, points[i][1] - ay
            t = min(1.0, max(0.0, (px * dx + py * dy) / square)) if square else 0.0
            ratio = math.hypot(px - t * dx, py - t * dy) / TOLERANCE[is_fine(points[i])]
            if ratio > worst:
                worst, where = ratio, i
        if where >= 0:
            kept.add(where)
            spans += [(first, where), (where, last)]
    return [points[i] for i in sorted(kept)]


def quantise(points: list[Point]) -> list[int]:
    """Turn points into whole units: the first one, then steps; points that fall together are one."""
    units = [(round(x / SCALE), round(y / SCALE)) for x, y in points]
    flat = list(units[0])
    for (x0, y0), (x1, y1) in pairwise(units):
        if (x0, y0) != (x1, y1):
            flat += [x1 - x0, y1 - y0]
    return flat


def main() -> None:
    """Read the TopoJSON file named on the command line and write the outlines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("topojson", type=Path, help="countries-50m.json of the npm package world-atlas")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    topology = json.loads(arguments.topojson.read_text(encoding="utf-8"))
    arcs = decode(topology)
    run_on_past_180(arcs, topology)

    def points_of(ring: list[int]) -> list[Point]:
        points: list[Point] = []
        for i in ring:
            points += arcs[i] if i >= 0 else arcs[~i][::-1]
        return points

    def box(points: list[Point]) -> float:
        xs, ys = zip(*points, strict=True)
        return float((max(xs) - min(xs)) * (max(ys) - min(ys)))

    countries: list[dict[str, Any]] = []
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        if name in LEFT_OUT:
            continue
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        polygons = sorted(polygons, key=lambda polygon: -box(points_of(polygon[0])))
        kept = polygons[:1]
        for polygon in polygons[1:]:
            outer = points_of(polygon[0])
            if box(outer) >= SMALLEST[is_fine(outer[0])] or len(polygon[0]) > 1:
                kept.append(polygon)
        country: dict[str, Any] = {
            "name": NEW_NAMES.get(name, name),
            "rings": [ring for polygon in kept for ring in polygon],
        }
        solid = make_valid(Polygon(points_of(polygons[0][0]), [points_of(ring) for ring in polygons[0][1:]]))
        solid = max(getattr(solid, "geoms", [solid]), key=lambda part: part.area)
        if "id" in shape and solid.area > 0.1:
            centre = polylabel(solid, 0.05)
            country["label"] = [round(centre.x, 2), round(centre.y, 2)]
            country["room"] = round(2 * solid.exterior.distance(centre), 2)
        countries.append(country)

    used = sorted({i if i >= 0 else ~i for country in countries for ring in country["rings"] for i in ring})
    renumbered = {old: new for new, old in enumerate(used)}
    for country in countries:
        country["rings"] = [[renumbered[i] if i >= 0 else ~renumbered[~i] for i in ring] for ring in country["rings"]]
    outlines = {"scale": SCALE, "arcs": [quantise(simplify(arcs[i])) for i in used], "countries": countries}

    text = json.dumps(outlines, ensure_ascii=True, separators=(",", ":"))
    arguments.output.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
    size = arguments.output.stat().st_size
    print(f"{len(countries)} countries, {len(used)} arcs, {len(text)} bytes, {size} compressed")


if __name__ == "__main__":
    main()
