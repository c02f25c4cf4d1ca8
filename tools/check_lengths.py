"""Hold the lengths of rail and road links against shortest paths on rails and roads of OpenStreetMap.

    pip install 'corridor_opt[tools]' && python tools/check_lengths.py [--write] [LINK ...]

Prints a table: length in links.csv, length measured, their ratio, how far the ends lie from the measured network, gaps
bridged, and the band of agreement or why there is none. With ``--write`` it sets the columns ``length_check`` and
``length_check_within`` of links.csv and nothing else; rows checked against another source stay as they are.

The graphs are those of the package scgraph-data 2.0.0 (from OpenStreetMap, ODbL 1.0, its contributors): an edge carries
the length along the real line, its shape is lost. No measured length is stored here, only the band (5, 10 or 15 %).

How it is measured. Edges are cut into stretches of two km so that an end can join the network anywhere. The graphs have
gaps: pieces within 60 km of each other, and loose ends within 60 km of each other, are joined by a straight line that
counts three times in the search and once in the length. Where the link has way points of its own, stretches far from
its line count up to four times, so that the path goes the way the link goes. A path that leaves the country of the link
is not trusted. A straight line to the network or over a gap may be short by a third of itself: a band holds that doubt.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import sys
import types
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from corridor_opt.model import geography

DATA = Path(__file__).resolve().parent.parent / "corridor_opt" / "data" / "eurasia"
SOURCE = "L01"
GRAPHS = {"rail": "world_railways", "road": "world_highways"}
REGION = (-2.0, 5.0, 140.0, 72.0)  # west, south, east, north in degrees
STRETCH_KM = 2.0
HEAL_KM = 60.0  # pieces of the network so near each other are joined
TOUCH_KM = 1.0  # and wherever they come so near
SNAP_KM = 12.0  # an end farther from the network is not measured
DOUBT = 0.3  # a straight line to the network, or over a gap in it, may be short by this share of itself
ABROAD_KM = 15.0  # outlines are good to 2 km, border lines zigzag
ABROAD_SHARE = 0.03  # of the path may lie beyond that
BANDS = (5, 10, 15)  # percent


@dataclass(frozen=True)
class Rails:
    """A network to measure on: points in degrees and as unit vectors in km, stretches with lengths in km."""

    lonlat: np.ndarray
    xyz: np.ndarray
    start: np.ndarray
    end: np.ndarray
    km: np.ndarray
    joins: np.ndarray
    tree: cKDTree


@dataclass(frozen=True)
class Measured:
    """What was found for a link: km, km from the ends to the network, share of the path abroad; or why nothing was."""

    km: float = 0.0
    snap: tuple[float, float] = (0.0, 0.0)
    joined: float = 0.0
    abroad: float = 0.0
    trouble: str = ""


def read(name: str) -> list[dict[str, str]]:
    """Read a table."""
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sphere(lonlat: np.ndarray) -> np.ndarray:
    """Points on a sphere, km."""
    lon, lat = np.radians(lonlat).T
    xyz = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return geography.EARTH_RADIUS_KM * xyz


def raw(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points and edges of a graph of scgraph-data within the region.

    The modules of scgraph-data import a class that newer releases of scgraph lack; a stand-in is enough to read them.
    """
    stand_in = types.ModuleType("scgraph.core")
    stand_in.__dict__["GeoGraph"] = lambda graph, nodes: None
    sys.modules["scgraph.core"] = stand_in
    module = importlib.import_module(f"scgraph_data.{name}")
    lonlat = np.array(module.nodes)[:, ::-1]
    edges = [(a, b, km) for a, out in enumerate(module.graph) for b, km in out.items() if a < b]
    start, end, km = (np.array(column) for column in zip(*edges, strict=True))
    west, south, east, north = REGION
    inside = (lonlat > (west, south)).all(axis=1) & (lonlat < (east, north)).all(axis=1)
    kept = inside[start] & inside[end]
    number = np.cumsum(inside) - 1
    return lonlat[inside], number[start[kept]], number[end[kept]], km[kept]


def healed(xyz: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Joins between pieces of the network: the nearest points of every two pieces within HEAL_KM of each other."""
    graph = coo_matrix((np.ones(len(start)), (start, end)), shape=(len(xyz),) * 2)
    _, piece = connected_components(graph, directed=False)
    size = np.bincount(piece)
    everywhere = cKDTree(xyz)
    joins = []
    for one in np.argsort(size)[:-1]:
        ours = np.flatnonzero(piece == one)
        middle = xyz[ours].mean(axis=0)
        reach = np.linalg.norm(xyz[ours] - middle, axis=1).max() + HEAL_KM
        others = np.array(everywhere.query_ball_point(middle, reach), int)
        larger = (size[piece[others]] > size[one]) | ((size[piece[others]] == size[one]) & (piece[others] > one))
        others = others[larger]
        far, near = cKDTree(xyz[ours]).query(xyz[others], distance_upper_bound=HEAL_KM)
        order = np.lexsort((far, piece[others]))
        best = order[np.unique(piece[others][order], return_index=True)[1]]
        chosen = np.union1d(best, np.flatnonzero(far < TOUCH_KM))
        joins += [(others[i], ours[near[i]], far[i]) for i in chosen if np.isfinite(far[i])]
    loose = np.flatnonzero(np.bincount(np.concatenate([start, end]), minlength=len(xyz)) == 1)
    far, near = cKDTree(xyz[loose]).query(xyz[loose], k=4, distance_upper_bound=HEAL_KM)
    for row, column in zip(
        *np.nonzero(np.isfinite(far) & (far > 0)), strict=True
    ):  # a stretch is missing between two ends
        joins.append((loose[row], loose[near[row, column]], far[row, column]))
    u, v, km = zip(*joins, strict=True)
    return np.array(u), np.array(v), np.array(km)


def load(mode: str) -> Rails:
    """Read the network of a mode, joined and cut into stretches."""
    lonlat, start, end, km = raw(GRAPHS[mode])
    u, v, gap = healed(sphere(lonlat), start, end)
    start, end, km = np.concatenate([start, u]), np.concatenate([end, v]), np.concatenate([km, gap])
    straight = np.linalg.norm(sphere(lonlat)[start] - sphere(lonlat)[end], axis=1)
    parts = np.maximum(1, np.ceil(straight / STRETCH_KM)).astype(int)
    edge = np.repeat(np.arange(len(km)), parts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)
    first, last = step == 0, step == parts[edge] - 1
    share = ((step + 1) / parts[edge])[~last, None]
    inner = lonlat[start[edge[~last]]] * (1 - share) + lonlat[end[edge[~last]]] * share
    number = len(lonlat) + np.cumsum(~last) - 1  # of the point at the end of a stretch, where that is a new one
    tail = np.where(first, start[edge], np.roll(number, 1))
    head = np.where(last, end[edge], number)
    points = np.vstack([lonlat, inner])
    xyz = sphere(points)
    joins = edge >= len(km) - len(gap)
    return Rails(points, xyz, tail, head, (km / parts)[edge], joins, cKDTree(xyz))


def flat(lonlat: np.ndarray, lat: float) -> np.ndarray:
    """Points on a plane map that is true in km near a latitude."""
    return np.asarray(lonlat) * (111.2 * np.cos(np.radians(lat)), 111.2)


def near_ends(rails: Rails, point: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Points of the network where an end may join it, and the km to them."""
    here = sphere(np.array([point]))[0]
    nearest, _ = rails.tree.query(here)
    if nearest > SNAP_KM:
        return np.empty(0, int), np.empty(0)
    found = np.array(rails.tree.query_ball_point(here, max(2.0, 1.3 * nearest)))
    return found, np.linalg.norm(rails.xyz[found] - here, axis=1)


def measure(rails: Rails, line: list[tuple[float, float]], country: str) -> Measured:
    """Shortest path between the ends of a line, kept near the line where it has way points."""
    ends = [near_ends(rails, line[0]), near_ends(rails, line[-1])]
    if not all(len(found) for found, _ in ends):
        return Measured(trouble="no network near an end")
    lat = float(np.mean([y for _, y in line]))
    drawn = shapely.LineString(flat(np.array(line), lat))
    width = max(80.0, 0.4 * drawn.length)
    on_map = flat(rails.lonlat, lat)
    low, high = np.array(drawn.bounds[:2]) - width, np.array(drawn.bounds[2:]) + width
    inside = ((on_map > low) & (on_map < high)).all(axis=1)
    number = np.cumsum(inside) - 1
    kept = inside[rails.start] & inside[rails.end]
    a, b, km = number[rails.start[kept]], number[rails.end[kept]], rails.km[kept]
    joins = rails.joins[kept]
    points = np.flatnonzero(inside)
    cost = np.where(joins, 3 * km, km)
    if len(line) > 2:
        slack = max(10.0, 0.04 * drawn.length)
        off = shapely.distance(shapely.points(on_map[points]), drawn)[b]
        cost = cost * (1 + 3 * np.clip((off - slack) / slack, 0, 1))
    count = len(points)
    for place, (found, far) in enumerate(ends):  # two points more: the ends themselves
        a = np.concatenate([a, np.full(len(found), count + place)])
        b, km, cost = (np.concatenate(pair) for pair in ((b, number[found]), (km, far), (cost, 3 * far)))
    graph = csr_matrix((cost + 1e-6, (a, b)), shape=(count + 2,) * 2)
    far, before = dijkstra(graph, directed=False, indices=count, return_predecessors=True)
    if not np.isfinite(far[count + 1]):
        return Measured(trouble="no path")
    path = [count + 1]
    while path[-1] != count:
        path.append(int(before[path[-1]]))
    on_path = np.zeros(count + 2, bool)
    on_path[path] = True
    lengths: dict[tuple[int, int], tuple[float, bool]] = {}
    joins = np.concatenate([joins, np.zeros(len(km) - len(joins), bool)])
    for k in np.flatnonzero(on_path[a] & on_path[b]):
        pair = (min(a[k], b[k]), max(a[k], b[k]))
        lengths[pair] = min((km[k], joins[k]), lengths.get(pair, (np.inf, False)))
    steps = [lengths[min(i, j), max(i, j)] for i, j in pairwise(path)]
    way = rails.lonlat[points[path[1:-1]]]
    joined = sum(length for length, join in steps if join)
    return Measured(sum(length for length, _ in steps), (steps[-1][0], steps[0][0]), joined, abroad(way, country))


def abroad(way: np.ndarray, country: str) -> float:
    """Share of the points of a path that lie well outside a country, as far as outlines tell."""
    shapes = [shape for code, _, shape in geography.outlines() if code == country]
    west_of_outlines = way[:, 0] < 20.0
    if not shapes:
        return 0.0
    home = shapely.buffer(shapely.union_all(shapes), ABROAD_KM / 90)
    shapely.prepare(home)
    return float(np.mean(~shapely.contains_xy(home, way[:, 0], way[:, 1]) & ~west_of_outlines & (way[:, 0] < 100)))


def band(model: float, found: Measured) -> tuple[int | None, str]:
    """Band of agreement in percent, or None and the reason."""
    if found.trouble:
        return None, found.trouble
    if found.abroad > ABROAD_SHARE:
        return None, "leaves the country"
    doubt = DOUBT * (sum(found.snap) + found.joined)
    off = (abs(found.km - model) + doubt) / model * 100
    within = next((width for width in BANDS if off <= width), None)
    return within, "" if within else "in doubt" if (off - 100 * doubt / model) <= BANDS[-1] else "disagrees"


def write(bands: dict[str, int | None]) -> None:
    """Set the two columns of links.csv for the links asked about; all other cells stay as they are."""
    with open(DATA / "links.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    head = rows[0]
    check, within = head.index("length_check"), head.index("length_check_within")
    for row in rows[1:]:
        if row[0] in bands and row[check] in ("", SOURCE):  # a row checked against a published whole stays as it is
            width = bands[row[0]]
            row[check], row[within] = (SOURCE, str(width)) if width else ("", "")
    with open(DATA / "links.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def shares(bands: dict[str, int | None]) -> list[str]:
    """How many links stand in each band."""
    count = Counter(bands.values())
    named = {**{width: f"within {width} %" for width in BANDS}, None: "not measured, in doubt or apart"}
    return [f"{named[key]}: {count[key]} of {len(bands)}" for key in named]


def main() -> int:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("links", nargs="*", metavar="LINK", help="these links only")
    parser.add_argument("--write", action="store_true", help="set length_check and length_check_within")
    asked = parser.parse_args()
    nodes = {row["id"]: (float(row["lon"]), float(row["lat"])) for row in read("nodes.csv")}
    way = {row["link"]: geography.parse_waypoints(row["waypoints"]) for row in read("geometry.csv")}
    links = [row for row in read("links.csv") if row["mode"] in GRAPHS and row["id"] in (asked.links or [row["id"]])]
    bands: dict[str, int | None] = {}
    print(f"{'link':28}{'source':8}{'km':>7}{'seen':>7}{'ratio':>7}{'snap':>6}{'snap':>6}{'gaps':>6}  within %")
    for mode in GRAPHS:
        ours = [row for row in links if row["mode"] == mode]
        rails = load(mode) if ours else None
        for row in ours:
            line = [nodes[row["from"]], *way.get(row["id"], []), nodes[row["to"]]]
            seen = measure(rails, line, row["countries"]) if rails else Measured()
            length = float(row["length_km"])
            bands[row["id"]], trouble = band(length, seen)
            print(
                f"{row['id']:28}{row['length_source']:8}{length:7.0f}{seen.km:7.0f}{seen.km / length:7.2f}"
                f"{seen.snap[0]:6.1f}{seen.snap[1]:6.1f}{seen.joined:6.1f}  {bands[row['id']] or trouble}"
            )
    print("\n".join(shares(bands)))
    if asked.write:
        write(bands)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
