"""The embedded network is as deep as a planner needs: places, alternatives, waterways, both directions."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest

import corridor_opt as co
from corridor_opt.model.places import find_place
from corridor_opt.model.schema import read_rows, split

NAMED = """
Aktau, Kuryk, Turkmenbashi, Alat, Anzali, Amirabad, Noshahr, Olya, Astrakhan, Makhachkala, Poti, Batumi, Constanta,
Burgas, Samsun, Mersin, Novorossiysk, Istanbul, Khorgos, Altynkol, Dostyk, Alashankou, Zabaikalsk, Erenhot, Brest,
Malaszewicze, Kaliningrad, Klaipeda, St Petersburg, Hamburg, Duisburg, Rotterdam, Budapest, Kashgar, Islamabad, Quetta,
Taftan, Zahedan, Kabul, Herat, Termez, Tashkent, Umm Qasr, Basra, Baghdad, Tartus, Haifa, Jebel Ali, Mumbai, Mundra,
Delhi, Karachi, Gwadar, Chabahar, Bandar Abbas, Shanghai, Qingdao, Xi'an, Chongqing, Urumqi, Vladivostok,
Belgrade, Dimitrovgrad, Presevo, Torugart, Irkeshtam, Semey, Bajgiran, Lotfabad, Gabd, Rimdan, Ymamnazar, Aqina,
Volgograd, Rostov-on-Don, Saratov, Samara, Kazan, Nizhny Novgorod, Rybinsk, Cherepovets
"""


def graph(network: co.Network, label: str = "", *, opened: bool) -> nx.MultiDiGraph:
    """Directed links and crossings, of a corridor or all, all or the open ones."""
    made = nx.MultiDiGraph()
    for table, (a, b) in (("links", ("from", "to")), ("crossings", ("post_a", "post_b"))):
        for row in network[table].to_dict("records"):
            if (opened and not row["is_open"]) or (label and label not in split(row["corridors"])):
                continue
            made.add_edge(row[a], row[b], key=row["id"])
            if row.get("direction", "both") == "both":
                made.add_edge(row[b], row[a], key=row["id"])
    return made


@pytest.mark.parametrize("name", [name.strip() for name in NAMED.replace("\n", " ").split(",")])
def test_a_named_place_is_found_and_joined(network, name):
    place = find_place(network, name)
    assert graph(network, opened=True).degree(place.node) > 0


def test_the_network_is_deep_enough(network):
    links = network["links"]
    pairs = {(frozenset(ends), mode) for *ends, mode in zip(links["from"], links["to"], links["mode"], strict=True)}
    assert len(network["nodes"]) >= 200
    assert len(pairs) >= 350


@pytest.mark.parametrize("as_of", ["2022", "2026"])
@pytest.mark.parametrize("corridor", read_rows("eurasia", "corridors.csv"), ids=lambda row: row["id"])
def test_a_corridor_runs_both_ways_or_has_a_named_gap(network, network_2022, corridor, as_of):
    world = {"2022": network_2022, "2026": network}[as_of]
    whole, usable = (graph(world, corridor["id"], opened=opened) for opened in (False, True))
    usable.add_nodes_from(whole)
    for a, b in ((corridor["from"], corridor["to"]), (corridor["to"], corridor["from"])):
        path = nx.shortest_path(whole, a, b, weight=lambda u, v, _: 1 if usable.has_edge(u, v) else 1000)
        rows = {row["id"]: row for table in ("links", "crossings") for row in world[table].to_dict("records")}
        gap = [rows[one] for u, v in pairwise(path) if not usable.has_edge(u, v) for one in whole[u][v]]
        assert nx.has_path(usable, a, b) == (not gap)
        unnamed = {row["id"] for row in gap if not (row["status_source"] and row["status"] == row["closed_by"])}
        assert unnamed == set()


def modes(network: co.Network, mode: str) -> nx.Graph:
    """What one mode joins while it is open, waterways in summer."""
    made = nx.Graph()
    for table, (a, b) in (("links", ("from", "to")), ("crossings", ("post_a", "post_b"))):
        rows = network[table].query("mode == @mode and is_open")
        made.add_edges_from(zip(rows[a], rows[b], strict=True))
    return made


@pytest.mark.parametrize(
    ("mode", "origin", "destination"),
    [
        ("rail", "IST", "BUD"),  # by Serbia or Romania
        ("road", "IST", "BUD"),
        ("road", "KSH", "TAS"),  # by Irkeshtam
        ("rail", "ALM", "NVS"),  # Turksib
        ("rail", "KGD", "MOS"),
        ("rail", "KLJ", "WAW"),
        ("waterway", "AST", "SPB"),
        ("waterway", "ALA", "IST"),  # river-sea ships through the Volga-Don canal
        ("road", "GWA", "CHB"),
        ("road", "MSH", "ASB"),
    ],
)
def test_real_alternatives_are_there(network, mode, origin, destination):
    assert nx.has_path(modes(network, mode), origin, destination)


def test_the_main_line_of_serbia_is_the_short_one(network):
    front = co.find_routes(network, "Istanbul", "Budapest", criteria=("distance",), exclude=["mode:road", "mode:sea"])
    assert "RS" in front[0].countries


def test_the_kyrgyz_railway_is_not_open_yet(network, network_2022):
    for world, status in ((network_2022, "planned"), (network, "under construction")):
        rows = world["links"].set_index("id")
        assert rows.loc["KSH-TGC-rail", "status"] == status
        assert not rows.loc["KSH-TGC-rail", "is_open"]


def test_the_data_card_counts_what_there_is(network):
    card = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    counted = {name: int(rows) for name, rows in re.findall(r"^\| `(\w+)` \| (\d+) \|", card, re.MULTILINE)}
    assert len(counted) > 12
    assert counted == {name: len(network[name]) for name in counted}
