"""The embedded network hangs together: counts, corridors, terminals, and gauges that change where they meet."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import networkx as nx
import pytest
from embedded import VANTAGES, ends, records, ways

from corridor_opt.model.schema import read_rows, split, vocabulary

CORRIDORS = read_rows("eurasia", "corridors.csv")

# Terminals in a mode that no link of ours brings there, with the reason; one that is not needed fails.
UNSERVED = dict.fromkeys(
    ("OLY-ferry", "MAK-ferry", "NVR-ferry", "AKT-ferry", "KAV-sea", "KUR-sea"), "a berth whose services are not entered"
)

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
