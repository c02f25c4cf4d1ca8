"""Lengths of the embedded network: where they come from, what was checked, and what others published of whole ways."""

from __future__ import annotations

import functools
from itertools import pairwise

import networkx as nx
import pytest

import corridor_opt as co
from corridor_opt.model.schema import read_rows

GUESSED = {"K", "A"}  # general knowledge that nobody looked up, and assumptions
LINKS = read_rows("eurasia", "links.csv")
CROSSINGS = read_rows("eurasia", "crossings.csv")
LAND = ("rail", "road")


def unchecked(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows whose length is a guess that nothing was held against."""
    return [row for row in rows if row["length_source"] in GUESSED and not row.get("length_check")]


def test_few_lengths_are_unchecked_guesses():
    assert len(unchecked(LINKS)) <= 0.25 * len(LINKS)
    assert len(unchecked(LINKS + CROSSINGS)) <= 0.25 * len(LINKS + CROSSINGS)


def test_few_land_kilometres_are_unchecked_guesses():
    land = [row for row in LINKS if row["mode"] in LAND]
    assert sum(float(row["length_km"]) for row in unchecked(land)) <= 0.25 * sum(float(r["length_km"]) for r in land)


def test_a_band_stands_with_its_check():
    known = {row["id"] for row in read_rows("eurasia", "sources.csv")}
    for row in LINKS:
        assert bool(row["length_check"]) == bool(row["length_check_within"]), row["id"]
        assert row["length_check_within"] in ("", "5", "10", "15"), row["id"]
        assert row["length_check"] in known | {""}, row["id"]
        assert row["length_check"] not in GUESSED | {row["length_source"]}, row["id"]


@functools.cache
def ways(modes: tuple[str, ...], *, opened: bool) -> nx.Graph:
    """Links and crossings of some modes, shorter one where two are parallel."""
    network, graph = co.load_network(), nx.Graph()
    for table, ends in (("links", ("from", "to")), ("crossings", ("post_a", "post_b"))):
        for row in network[table].to_dict("records"):
            a, b = (row[end] for end in ends)
            if row["mode"] not in modes or not (row["is_open"] or opened):
                continue
            if not graph.has_edge(a, b) or graph[a][b]["km"] > row["length_km"]:
                graph.add_edge(a, b, km=row["length_km"])
    return graph


def along(stops: str, *modes: str, opened: bool = False) -> float:
    """Kilometres of the shortest way past some nodes; `opened`: by lines that are not open too."""
    graph, names = ways(modes, opened=opened), stops.split()
    return sum(nx.shortest_path_length(graph, a, b, weight="km") for a, b in pairwise(names))


# Way, published km (low, high), tolerance, modes, whether closed lines count.
WHOLES: dict[str, tuple[str, tuple[float, float], float, tuple[str, ...], bool]] = {
    "Baku-Kars (R34)": ("BAK KRS", (826, 829), 0.03, ("rail",), False),
    "Chekhov-Sarakhs (R07)": ("CHK SRK", (3800, 3800), 0.05, ("rail",), False),
    "Sarakhs-Bandar Abbas (R07)": ("SRK BND", (1600, 1600), 0.05, ("rail",), False),
    "Islamabad-Tehran-Istanbul (R69)": ("ISB THR IST", (6500, 6566), 0.03, ("rail", "ferry"), False),
    "Rasht-Astara (R15)": ("RAS ASI", (162, 162), 0.05, ("rail",), True),
    "Jebel Ali-Haifa (R71)": ("JEA HAI", (2565, 2565), 0.05, ("rail",), True),
    "Aktau-Poti by Azerbaijan (R81)": ("AKT ALA POT", (1300, 1300), 0.10, ("rail", "sea"), False),
    "Yerevan-Agarak (L18)": ("EVN YRK SIS GOR KAP KAJ MEG AGR", (384.3, 384.3), 0.05, ("road",), True),
    "Vladivostok-Moscow (L02)": ("VVO KHV KYM CTA IRK NVS EKB MOS", (9288, 9289), 0.02, ("rail",), False),
    "Dostyk-Brest (L28)": ("DOS BRE", (5430, 5430), 0.05, ("rail",), False),
    "Zhezkazgan-Beyneu without the old line (L12)": ("ZZG SXU", (517, 517), 0.05, ("rail",), False),
    "Lianyungang-Lanzhou (L03)": ("LYG LAN", (1759, 1759), 0.05, ("rail",), False),
    "Karachi-Chaman (L13, L14)": ("KAR ROH QTA CHM", (1004, 1004), 0.05, ("rail",), False),
    "Irkutsk-Chita (L20)": ("IRK UUD CTA", (1113, 1113), 0.05, ("road",), False),
}


@pytest.mark.parametrize("way", WHOLES)
def test_wholes_add_up_to_what_was_published(way: str):
    stops, (low, high), tolerance, modes, opened = WHOLES[way]
    found = along(stops, *modes, opened=opened)
    assert low * (1 - tolerance) <= found <= high * (1 + tolerance), found
