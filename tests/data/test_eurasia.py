"""The embedded network tells no nonsense: counts, geography, gauges, numbers, scenarios, sources.

Distances to outlines are taken on a Mercator map in km, which is true to scale near each point. Outlines are
good to 2 km between 20 and 100 degrees east, coarser elsewhere; their view of boundaries is not ours.
"""

from __future__ import annotations

import csv
import functools
import gzip
import io
import json
import math
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from shipped import SCENARIOS

import corridor_opt as co
from corridor_opt.model import geography
from corridor_opt.model.disruption import apply, resolve
from corridor_opt.model.prices import price_years
from corridor_opt.model.schema import read_rows, split, vocabulary

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "corridor_opt" / "data"
VANTAGES = ("2022", "2026")
LAND = ("rail", "road")
CORRIDORS = read_rows("eurasia", "corridors.csv")

# Scenarios that touch rows and yet change nothing, with the reason.
IDLE = {("2022", "lachin-open"): "the Lachin road was open, degraded, until December 2022"}

# Longer than 2.5 (land) or 4 (sea) times the great circle, with the reason; one that is not needed fails.
FAR_BY_THE_CAPE = {  # starts by destination
    "NVR": ("MUM", "MUN", "KAR", "BND", "JEA", "CHB"),
    "POT": ("MUM", "SHG", "BND", "JEA", "CHB"),
    "CON": ("MUM",),
    "IST": ("MUM", "KAR", "BND", "JEA"),
    "MER": ("MUM", "KAR"),
    "HAI": ("MUM", "JEA"),
    "PIR": ("MUM", "JEA", "FUJ"),
    "SPB": ("MUN", "QIN"),
    "HAM": ("JEA",),
}
ROUND_AFRICA = "the Cape instead of Suez; the great circle runs over land"
LONG_WAYS = {f"{a}-{b}-sea-cape": ROUND_AFRICA for b, starts in FAR_BY_THE_CAPE.items() for a in starts}
# Terminals in a mode that no link of ours brings there, with the reason; one that is not needed fails.
UNSERVED = dict.fromkeys(
    ("OLY-ferry", "MAK-ferry", "NVR-ferry", "AKT-ferry", "KAV-sea", "KUR-sea"), "a berth whose services are not entered"
)
# Where ships pass between shores closer than our outlines and thinned lines can tell (lon, lat).
NARROWS = {
    "Dardanelles": (26.4, 40.2),
    "Sea of Marmara, its islands": (27.6, 40.6),
    "Suez Canal, Port Said": (32.3, 31.25),
    "Suez Canal, Suez": (32.55, 29.95),
    "Volga-Caspian canal": (47.65, 45.7),
}
# Within this many km of its symbol a chokepoint counts as passed.
REACH = {"cape-of-good-hope": 300, "english-channel": 80, "danish-straits": 120, "kerch": 25}
UNPASSED = dict.fromkeys(
    ("BIK-JEA-sea", "KHO-JEA-sea", "UMQ-JEA-sea"), "inside the Gulf; calls there stopped with the strait in 2026"
)
NOT_FOR_SHIPS = {"Corinth Canal, 21 m wide": (22.98, 37.93)}

# Places where wagons or boxes change gauge in life: any of the posts, the two gauges.
BREAKS = {
    "Astara": (("ASI", "ASA"), {1435, 1520}),
    "Jolfa": (("JUI", "JUA"), {1435, 1520}),
    "Sarakhs": (("SRK", "SRH"), {1435, 1520}),
    "Incheh Borun": (("INC", "AKY"), {1435, 1520}),
    "Akhalkalaki": (("AKH",), {1435, 1520}),
    "Dostyk / Alashankou": (("DOS", "ALK"), {1435, 1520}),
    "Khorgos / Altynkol": (("ALT", "KHG"), {1435, 1520}),
    "Zabaikalsk / Manzhouli": (("ZAB", "MZL"), {1435, 1520}),
    "Brest / Malaszewicze": (("BRE", "TRP", "MAL"), {1435, 1520}),
    "Zahedan": (("ZAH",), {1435, 1676}),
}


@functools.cache
def network(as_of: str = "2026") -> co.Network:
    """Load once."""
    return co.load_network(as_of=as_of)


def records(table: str, as_of: str = "2026") -> list[dict[str, Any]]:
    """Rows of a table."""
    return network(as_of)[table].to_dict("records")


def ends(row: dict[str, Any]) -> tuple[str, str]:
    """Nodes that a link or crossing joins."""
    return (row["from"], row["to"]) if "from" in row else (row["post_a"], row["post_b"])


def ways(as_of: str = "2026", *, opened: bool = False) -> list[dict[str, Any]]:
    """Links and crossings, all or the open ones."""
    rows = records("links", as_of) + records("crossings", as_of)
    return [row for row in rows if row["is_open"] or not opened]


def point(node: str) -> tuple[float, float]:
    """Longitude and latitude of a node."""
    row = network().node(node)
    return row["lon"], row["lat"]


def great_circle(row: dict[str, Any]) -> float:
    """Great circle between the ends of a link or crossing, km."""
    a, b = ends(row)
    return geography.great_circle_km(*point(a), *point(b))


# --- outlines


def mercator(lonlat: Any) -> np.ndarray:
    """Project degrees to km of a Mercator map."""
    degrees = np.asarray(lonlat, float).reshape(-1, 2)
    x = np.radians(degrees[:, 0])
    y = np.log(np.tan(np.pi / 4 + np.radians(degrees[:, 1]) / 2))
    return geography.EARTH_RADIUS_KM * np.column_stack([x, y])


def united(shapes: dict[str, list[Any]]) -> dict[str, Any]:
    """One prepared shape a country on the Mercator map, and one of all land under ''."""
    made = {key: shapely.transform(shapely.union_all(parts), mercator) for key, parts in shapes.items()}
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
        for ring in country["rings"]:
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


# --- counts and connections


def test_there_are_enough_nodes_and_links_and_every_mode():
    pairs = {(frozenset(ends(row)), row["mode"]) for row in records("links")}
    assert len(records("nodes")) >= 140
    assert len(pairs) >= 220
    assert {mode for _, mode in pairs} == set(vocabulary("mode"))


@pytest.mark.parametrize("corridor", CORRIDORS, ids=lambda row: row["id"])
def test_a_corridor_joins_its_ends(corridor):
    graph = nx.Graph(ends(row) for row in ways() if corridor["id"] in split(row["corridors"]))
    assert {corridor["from"], corridor["to"]} <= set(graph)
    assert nx.has_path(graph, corridor["from"], corridor["to"])


@pytest.mark.parametrize("as_of", VANTAGES)
def test_the_open_network_is_one_piece(as_of):
    graph = nx.Graph(ends(row) for row in ways(as_of, opened=True))
    pieces = sorted(nx.connected_components(graph), key=len)
    assert [sorted(piece) for piece in pieces[:-1]] == []


def test_every_node_has_a_link_and_every_place_a_terminal():
    met = {node for row in ways() for node in ends(row)}
    served = {row["node"] for row in records("terminals")}
    assert [row["id"] for row in records("nodes") if row["id"] not in met] == []
    places = [row["id"] for row in records("nodes") if row["kind"] in ("seaport", "dry-port", "city")]
    assert [node for node in places if node not in served] == []


def test_every_terminal_is_served():
    served = defaultdict(set)
    for row in ways():
        for node, gauge in zip(ends(row), (row.get("gauge_a"), row.get("gauge_b")), strict=True):
            served[node].add((row["mode"], row.get("gauge_mm", gauge) if row["mode"] == "rail" else None))
    rows = [
        (row["id"], row["node"], row["mode"], row["gauge_mm"] if row["mode"] == "rail" else None)
        for row in records("terminals")
    ]
    assert {name for name, node, *what in rows if tuple(what) not in served[node]} == set(UNSERVED)


# --- lengths


def test_lengths_fit_the_great_circle():
    odd = set()
    for row in records("links"):
        high = 2.5 if row["mode"] in (*LAND, "waterway") else 4.0
        if not 1.0 <= row["length_km"] / great_circle(row) <= high:
            odd.add(row["id"])
    assert odd == set(LONG_WAYS)


def test_crossings_are_as_long_as_their_posts_are_apart():
    odd = {
        row["id"]: (row["length_km"], great_circle(row))
        for row in records("crossings")
        if not great_circle(row) <= row["length_km"] <= max(2.5 * great_circle(row), great_circle(row) + 4)
    }
    assert odd == {}


def test_the_cape_is_the_long_way_round():
    length = {row["id"]: row["length_km"] for row in records("links")}
    twins = [(name, name.replace("-cape", "-suez")) for name in length if name.endswith("-cape")]
    assert twins
    assert [cape for cape, suez in twins if length[cape] < length.get(suez, math.inf) + 2000] == []


def test_a_drawn_line_is_no_longer_than_its_link():
    slack = dict.fromkeys(LAND, 1.02) | {"waterway": 1.02, "sea": 1.15, "ferry": 1.15}  # lanes are coarse
    odd = {
        row["id"]: (row["length_km"], round(drawn_km(lines()[row["id"]])))
        for row in records("links")
        if drawn_km(lines()[row["id"]])
        > slack["sea" if "river-sea" in split(row["tags"]) else row["mode"]] * row["length_km"]
    }
    assert odd == {}


# --- where things are


def test_nodes_lie_in_their_countries():
    odd = {row["id"]: km for row in records("nodes") if (km := km_off(row["country"], point(row["id"]))[0]) > 10}
    assert odd == {}


def test_border_posts_lie_at_the_border():
    odd = {}
    for row in records("crossings"):
        for post in ends(row):
            km = max(km_off(row[side], point(post))[0] for side in ("country_a", "country_b"))
            if km > 10:
                odd[row["id"], post] = km
    assert odd == {}


@pytest.mark.parametrize("mode", LAND)
def test_land_lines_stay_in_their_country_and_off_the_sea(mode):
    abroad, afloat = {}, {}
    for row in records("links"):
        if row["mode"] != mode:
            continue
        along = samples(lines()[row["id"]], 10)
        away = km_off(row["countries"], along).max()
        if away > 10:
            abroad[row["id"]] = away
        wet, longest, run = ~on_land(along), 0.0, 0.0
        for a, b, over in zip(along[:-1], along[1:], wet[:-1] & wet[1:], strict=True):
            run = run + geography.great_circle_km(*a, *b) if over else 0.0
            longest = max(longest, run)
        if longest > 25:
            afloat[row["id"]] = longest
    assert (abroad, afloat) == ({}, {})


def test_most_of_the_network_is_checked_against_fine_outlines(record_property):
    nodes = np.array([point(row["id"]) for row in records("nodes")])
    land = [row["id"] for row in records("links") if row["mode"] in LAND]
    beyond = [name for name in land if not in_sight(np.array(lines()[name])).all()]
    record_property("nodes_checked_coarsely", int((~in_sight(nodes)).sum()))
    record_property("land_links_checked_coarsely", len(beyond))
    assert (~in_sight(nodes)).mean() < 0.15, "nodes beyond longitude 20 to 100"
    assert len(beyond) < 0.15 * len(land), "land links beyond longitude 20 to 100"


def sea_links() -> list[dict[str, Any]]:
    """Links by ship."""
    return [row for row in records("links") if row["mode"] in ("sea", "ferry")]


@pytest.mark.skipif(
    not any(row["source"] == "SEAROUTE" for row in read_rows("eurasia", "geometry.csv")),
    reason="no sea link is drawn yet: run tools/sea_lanes.py",
)
def test_sea_lines_stay_off_the_land():
    narrows = [(row["lon"], row["lat"]) for row in records("chokepoints")] + list(NARROWS.values())
    odd = {}
    for row in sea_links():
        along = samples(lines()[row["id"]], 20)
        ashore = along[on_land(along)]
        spared = [*narrows, *(point(node) for node in ends(row))]
        inland = [tuple(p) for p in ashore if min(geography.great_circle_km(*p, *q) for q in spared) > 60]
        if len(inland) > 0.04 * len(along):  # thinned lines clip an island of the Aegean here and there
            odd[row["id"]] = (len(inland), len(along), inland[:3])
    assert odd == {}


def km_past(line: Any, lonlat: tuple[float, float]) -> float:
    """How near a drawn line comes to a point, km."""
    flat = shapely.distance(shapely.LineString(mercator(line)), shapely.Point(mercator(lonlat)[0]))
    return float(flat * math.cos(math.radians(lonlat[1])))


def test_ships_name_the_chokepoints_they_pass():
    odd, needed = {}, set()
    for row in sea_links():
        passed = {
            c["id"]
            for c in records("chokepoints")
            if c["id"] != "caspian" and km_past(lines()[row["id"]], (c["lon"], c["lat"])) < REACH.get(c["id"], 60)
        }
        if row["class"].endswith("-caspian"):
            passed.add("caspian")
        if passed != set(split(row["chokepoints"])):
            needed.add(row["id"])
            if row["id"] not in UNPASSED:
                odd[row["id"]] = passed ^ set(split(row["chokepoints"]))
    assert odd == {}
    assert needed == set(UNPASSED)


def test_ships_do_not_pass_where_they_cannot():
    odd = [
        (row["id"], name)
        for row in sea_links()
        for name, place in NOT_FOR_SHIPS.items()
        if km_past(lines()[row["id"]], place) < 25
    ]
    assert odd == []


# --- gauges


def gauges_met(as_of: str, *, opened: bool) -> tuple[dict[str, set[int]], list[dict[str, Any]]]:
    """Gauges that reach each node, and the crossings where the gauge breaks between the posts."""
    met, broken = defaultdict(set), []
    for row in ways(as_of, opened=opened):
        if row["mode"] != "rail":
            continue
        gauges = (row["gauge_a"], row["gauge_b"]) if "gauge_a" in row else (row["gauge_mm"], row["gauge_mm"])
        for node, gauge in zip(ends(row), gauges, strict=True):
            met[node].add(int(gauge))
        if gauges[0] != gauges[1]:
            broken.append(row)
    return met, broken


def changes(as_of: str, *, opened: bool) -> dict[str, set[int]]:
    """Gauges that can be changed at each node."""
    rows = [row for row in records("gauge_changes", as_of) if row["is_open"] or not opened]
    return {row["node"]: {int(row["gauge_a"]), int(row["gauge_b"])} for row in rows}


@pytest.mark.parametrize("opened", [True, False], ids=["open", "all"])
@pytest.mark.parametrize("as_of", VANTAGES)
def test_gauges_change_where_they_meet(as_of, opened):
    met, broken = gauges_met(as_of, opened=opened)
    can = changes(as_of, opened=opened)
    assert {node: gauges for node, gauges in met.items() if len(gauges) > 1 and can.get(node) != gauges} == {}
    unbridged = [
        row["id"] for row in broken if {row["gauge_a"], row["gauge_b"]} not in (can.get(post) for post in ends(row))
    ]
    assert unbridged == []


def test_gauges_change_only_where_they_meet():
    met, broken = gauges_met("2026", opened=False)
    meet = {(node, frozenset(gauges)) for node, gauges in met.items() if len(gauges) == 2}
    meet |= {(post, frozenset((int(r["gauge_a"]), int(r["gauge_b"])))) for r in broken for post in ends(r)}
    can = changes("2026", opened=False)
    assert [node for node, gauges in can.items() if (node, frozenset(gauges)) not in meet] == []


@pytest.mark.parametrize("place", BREAKS)
def test_a_known_break_of_gauge_is_there(place):
    posts, gauges = BREAKS[place]
    assert gauges in [changes("2026", opened=False).get(post) for post in posts]
    if place != "Astara":  # comes into use with Rasht-Astara
        assert gauges in [changes("2026", opened=True).get(post) for post in posts]


# --- numbers


def test_parameters_lie_in_their_ranges():
    rows = records("parameters") + [row | {"value": row["closures_per_year"]} for row in records("closures")]
    ranged = [row for row in rows if not math.isnan(row["low"])]
    assert len(ranged) > 100
    assert [row for row in ranged if not row["low"] <= row["value"] <= row["high"]] == []


def test_price_years_are_in_the_index():
    known = set(price_years(network()))
    dated = [row for row in records("parameters") if row["unit"].startswith("USD")]
    # The value of the goods is the planner's own and is not brought to another year.
    years = {row["price_year"] for row in dated if row["quantity"] != "value_usd_per_feu"}
    for table, columns in {
        "links": ["freight_year"],
        "crossings": ["fee_year"],
        "terminals": ["handling_year"],
        "gauge_changes": ["fee_year"],
    }.items():
        for column in columns:
            used = network()[table][column].dropna()
            assert len(used), (table, column)
            years |= set(used)
    assert years <= known  # NaN, money without a year, is in no index


def test_disagreeing_lengths_are_kept():
    gap = network()["links"].set_index("id").loc["RAS-ASI-rail"]
    assert gap["length_km"] == 162
    assert {"130", "146"} <= set(re.findall(r"\d+", gap["length_other"]))


# --- scenarios


def printed(world: co.Network) -> dict[str, bytes]:
    """Every table to the byte, with its types."""
    return {name: (frame.to_csv() + str(frame.dtypes.to_dict())).encode() for name, frame in world.tables.items()}


def test_the_scenarios_that_were_asked_for_are_there():
    assert sorted(co.scenarios()["name"]) == sorted(["baseline", *SCENARIOS])


@functools.cache
def printed_base(as_of: str) -> dict[str, bytes]:
    """Print the base network of a vantage point before any scenario is applied."""
    return printed(network(as_of))


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("as_of", VANTAGES)
def test_a_scenario_touches_something_and_leaves_the_base(as_of, name):
    before, base, scenario = printed_base(as_of), network(as_of), co.load_scenario(name)
    changed, touched = scenario.apply(base)
    assert len(touched) == len(scenario.disruptions) > 0
    assert [line for line in touched if " -> 0 row" in line] == []
    assert (printed(changed) == before) == ((as_of, name) in IDLE)
    idle = [str(one) for one in scenario.disruptions if printed(apply(base, resolve(base, [one]))[0]) == before]
    assert bool(idle) == ((as_of, name) in IDLE), idle
    assert printed(base) == before


# --- files and sources


def test_the_checksums_of_the_data_fit():
    command = [sys.executable, str(ROOT / "tools" / "datapackage.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_source_cited_is_listed():
    known = {row["id"] for row in read_rows("eurasia", "sources.csv")}
    missing = set()
    for path in sorted((DATA / "eurasia").glob("*.csv")):
        for line, row in enumerate(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))), start=2):
            for column, cell in row.items():
                plain = column in ("source", "sources") or column.endswith("_source")
                cited = split(cell) if plain else re.findall(r"\b(?:R\d\d|SEED\d|W\d\d|C0\d)\b", cell)
                missing |= {(path.name, line, column, one) for one in cited if one not in known}
    for path in [*(DATA / "scenarios").glob("*.toml"), *(DATA / "eurasia").glob("*.toml")]:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        cited = [*told["sources"], *(s for one in told["disruption"] for s in one.get("sources", []))]
        missing |= {(path.name, one) for one in cited if one not in known}
    assert missing == set()
