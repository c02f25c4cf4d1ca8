"""Nodes, lines and lengths lie where the map says: countries, borders, shores, straits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from embedded import LAND, ends, great_circle, point, records
from outlines import drawn_km, in_sight, km_off, lines, mercator, on_land, samples

from corridor_opt.model import geography
from corridor_opt.model.schema import read_rows, split

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
