"""Draw the sea links of the embedded network: way points from the lanes of searoute, into geometry.csv.

    pip install 'corridor_opt[tools]' && python tools/sea_lanes.py

Only the drawing comes from here; lengths stand in links.csv with their own sources. The lanes of searoute 1.6.0 are
Apache-2.0. A line is thinned to a tenth of a degree; the approach from the lane to the port is a straight line.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import searoute
import shapely

DATA = Path(__file__).resolve().parent.parent / "corridor_opt" / "data" / "eurasia"
SOURCE = "SEAROUTE"
TOLERANCE = 0.1  # degrees; finer than a coast is drawn on our maps
# What a lane may not pass when the link says that it goes another way.
PASSAGES = {"suez": "suez", "bab-el-mandeb": "babalmandab"}
NEVER = ["northwest", "northeast", "panama"]
# The lanes pass the Corinth Canal, which is 21 m wide and closed to such ships; searoute has no name for it.
CORINTH = ((23.020113, 37.909026), (22.947178, 37.960508))


def read(name: str) -> list[dict[str, str]]:
    """Read a table."""
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def waypoints(start: tuple[float, float], end: tuple[float, float], chokepoints: set[str]) -> str:
    """Way points between two ports along the lanes, ends not repeated."""
    shut = (
        [PASSAGES[name] for name in PASSAGES if name not in chokepoints] if "cape-of-good-hope" in chokepoints else []
    )
    lane = searoute.searoute(list(start), list(end), restrictions=NEVER + shut)
    points = [tuple(p) for p in lane["geometry"]["coordinates"]]
    if len(points) < 2:
        return ""
    thin = shapely.LineString([start, *points, end]).simplify(TOLERANCE)
    return ";".join(f"{x:.3f} {y:.3f}" for x, y in list(thin.coords)[1:-1])


def without_corinth() -> None:
    """Take the Corinth Canal out of searoute's lanes."""
    lanes = searoute.setup_M("networkx")
    for a, b in (CORINTH, CORINTH[::-1]):
        if lanes.has_edge(a, b):
            lanes.remove_edge(a, b)


def main() -> int:
    """Write geometry.csv anew: land rows as they are, sea rows from the lanes."""
    without_corinth()
    nodes = {row["id"]: (float(row["lon"]), float(row["lat"])) for row in read("nodes.csv")}
    rows = [row for row in read("geometry.csv") if row["source"] != SOURCE]
    drawn = {row["link"] for row in rows}
    for link in read("links.csv"):
        if link["mode"] not in ("sea", "ferry") or link["id"] in drawn:
            continue
        way = waypoints(nodes[link["from"]], nodes[link["to"]], set(link["chokepoints"].split(";")))
        if way:
            rows.append({"link": link["id"], "waypoints": way, "source": SOURCE})
    with open(DATA / "geometry.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["link", "waypoints", "source"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{sum(row['source'] == SOURCE for row in rows)} sea links drawn", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
