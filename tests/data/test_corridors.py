"""Corridors: each is joined or has a named gap; the vantage points; claims; the page made from them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import corridor_opt as co
from corridor_opt.model.schema import open_statuses, split
from tools import corridors_page

ROOT = Path(__file__).resolve().parents[2]

# What the founding documents name, and the corridors, links or crossings that represent it.
NAMED = {
    "INSTC": "instc-west",
    "Qazvin-Rasht railway": "QZV-RAS-rail",
    "Astara-Astara railway": "ASI-ASA-rail",
    "Rasht-Astara gap": "RAS-ASI-rail",
    "first pilot train on North-South": "instc-east",
    "INSTC trans-Caspian": "instc-trans-caspian",
    "INSTC through Armenia": "instc-armenia",
    "Persian Gulf-Black Sea road": "persian-gulf-black-sea",
    "Iran-Azerbaijan-Georgia-Black Sea": "iran-azerbaijan-black-sea",
    "ECO corridor": "eco",
    "Zangezur corridor": "zangezur",
    "Aras highway": "KAL-ARW-road-aras",
    "Aras railway bridges": "ARW-ORB-rail",
    "Jolfa-Nakhchivan-Yerevan-Tbilisi": "jolfa-yerevan-tbilisi",
    "Jolfa-Nakhchivan-southern Armenia-Baku": "jolfa-syunik-baku",
    "Jolfa-Norduz": "norduz",
    "Yerevan-Jolfa and railway to Bandar Abbas": "yerevan-jolfa-bandar-abbas",
    "Meghri railway": "meghri-railway",
    "Armenian North-South highway": "armenia-north-south",
    "Goris-Kapan road": "KAP-GOR-road",
    "Lachin": "lachin",
    "Qare Su strip": "UMT-DIL-road",
    "Iran-Iraq railway": "iran-iraq-syria",
    "India's Arab-Mediterranean corridor": "arab-mediterranean",
    "Middle Corridor": "middle-corridor",
    "BTK": "btk",
    "Trans-Siberian": "trans-siberian",
    "Belt and Road, China-Iran": "kazakhstan-turkmenistan-iran",
    "Persian corridor": "persian-corridor",
    "Trans-Afghan to the Indian Ocean": "trans-afghan",
    "Iranian canal": "iranian-canal",
}
# Corridors that are closed somewhere on every way, at these vantage points.
BROKEN = {
    "zangezur": {"2022", "2026"},
    "aras": {"2022", "2026"},
    "jolfa-yerevan-tbilisi": {"2022", "2026"},
    "jolfa-syunik-baku": {"2022", "2026"},
    "meghri-railway": {"2022", "2026"},
    "iranian-canal": {"2022", "2026"},
    "lachin": {"2026"},
    "persian-corridor": {"2026"},  # Torkham and Chaman shut since October 2025
    "trans-afghan": {"2026"},
}


@pytest.fixture(scope="module")
def worlds(network, network_2022) -> dict[str, co.Network]:
    return {"2022": network_2022, "2026": network}


def status(world: co.Network, table: str, name: str) -> str:
    return str(world[table].set_index("id")["status"][name])


def ids(world: co.Network, *tables: str) -> set[str]:
    return {name for table in tables for name in world[table]["id"]}


# --- corridors


@pytest.mark.parametrize("name", NAMED)
def test_what_the_founding_documents_name_is_there(network, name):
    if NAMED[name] in ids(network, "corridors"):
        assert corridors_page.ways(network, NAMED[name])
    else:
        assert NAMED[name] in ids(network, "links", "crossings")


@pytest.mark.parametrize("as_of", ["2022", "2026"])
def test_a_corridor_is_joined_or_its_gap_is_named(worlds, as_of):
    world, broken = worlds[as_of], set()
    for corridor in world["corridors"].to_dict("records"):
        closed = corridors_page.gap(corridors_page.ways(world, corridor["id"]), corridor["from"], corridor["to"])
        assert closed is not None, f"{corridor['id']}: no way at all"
        for *_, row in closed:
            assert row["status"] not in open_statuses()
            assert row["status_source"], row["id"]
        if closed:
            broken.add(corridor["id"])
            assert any(row["status_note"] for *_, row in closed), f"{corridor['id']}: nobody says why"
    assert broken == {name for name, when in BROKEN.items() if as_of in when}


def test_links_serve_both_directions_or_say_why_not(network):
    links = network["links"]
    ends = set(zip(links["from"], links["to"], links["mode"], strict=True))
    one_way = links[links["direction"] == "forward"]
    bare = [r.id for r in one_way.itertuples() if (r[3], r[2], r.mode) not in ends and not (r.note or r.status_note)]
    assert bare == []


def test_rail_corridors_do_without_trucks(worlds):
    """The western INSTC lacks one railway, and that one alone."""
    for world in worlds.values():
        rows = [r for r in corridors_page.ways(world, "instc-west") if r["mode"] != "road"]
        assert [row["id"] for *_, row in corridors_page.gap(rows, "MUM", "MOS")] == ["RAS-ASI-rail"]
    assert corridors_page.gap([], "MUM", "MOS") is None


# --- vantage points


def test_2022_is_the_world_of_the_founding_documents(network_2022):
    assert status(network_2022, "links", "RAS-ASI-rail") == "missing"
    for table, name in (
        ("links", "NDZ-MEG-rail"),
        ("links", "AGR-KRC-rail"),
        ("links", "NDZ-MEG-road"),
        ("crossings", "AGB-NDZ-rail"),
        ("crossings", "KRC-KLT-road"),
    ):
        assert status(network_2022, table, name) == "disputed", name
    assert status(network_2022, "links", "KAL-ARW-road-aras") == "planned"
    assert status(network_2022, "crossings", "KAL-AGB-road") == "planned"
    assert status(network_2022, "crossings", "TGH-HKR-road") in open_statuses()


def test_2026_is_as_last_seen(network):
    assert status(network, "links", "RAS-ASI-rail") == "planned"
    assert status(network, "links", "NDZ-MEG-rail") == "planned"
    assert status(network, "links", "HOR-AGB-rail") == "under construction"
    assert status(network, "crossings", "KAL-AGB-road") == "under construction"
    assert status(network, "crossings", "TGH-HKR-road") == "suspended"
    assert status(network, "crossings", "ASI-ASA-road") == "operating", "closed for four days in March only"


# --- claims


def test_claims_name_their_numbers_and_units(network):
    for row in network["claims"].to_dict("records"):
        numbers = [row["value_low"], row["value_high"]]
        assert (numbers[0] == numbers[0]) == (numbers[1] == numbers[1]), row["id"]
        if numbers[0] == numbers[0]:
            assert numbers[0] <= numbers[1], row["id"]
            assert row["unit"], row["id"]
        assert row["source"], row["id"]
        assert row["who"], row["id"]
        assert row["used"] in ("yes", "no")


def test_disagreements_are_kept_and_one_is_used(network):
    claims = network["claims"]
    gap = claims[claims["id"].str.startswith("rasht-astara-") & (claims["unit"] == "km")]
    assert {130, 146, 152, 162, 167, 170} <= set(gap["value_low"])
    used = gap[gap["used"] == "yes"]
    assert used["value_low"].tolist() == [network["links"].set_index("id").at["RAS-ASI-rail", "length_km"]]
    zangezur = claims[claims["id"].str.startswith("zangezur-") & (claims["unit"] == "km")]
    assert zangezur["value_low"].min() == 41
    assert zangezur["value_high"].max() == 46
    for row in gap.to_dict("records"):
        assert split(row["against"]), f"{row['id']} contradicts the others"


def test_scenarios_named_in_claims_exist(network):
    named = {s for note in network["claims"]["note"] for s in re.findall(r"scenario ([a-z][a-z-]+)", note)}
    assert "instc-as-promoted" in named
    assert named <= set(co.scenarios()["name"])


def test_claims_travel_with_the_network(network, tmp_path):
    claims = network["claims"]
    again = co.load_network(network.save(tmp_path / "copy"), as_of="2026")["claims"]
    assert again.to_csv() == claims.to_csv()


# --- the page


@pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the repository is not beside the tests")
def test_the_page_of_corridors_is_what_the_data_say():
    assert (ROOT / "docs" / "corridors.md").read_text("utf-8") == corridors_page.page(), (
        "run python tools/corridors_page.py"
    )


def test_stretches_that_follow_each_other_are_one(network):
    def link(a: str, b: str, km: float, is_open: bool) -> dict[str, Any]:
        return {"a": a, "b": b, "length_km": km, "is_open": is_open, "mode": "rail", "status": "missing"}

    rows = [link("MUM", "BND", 1, True), link("BND", "SRJ", 5, False), link("SRJ", "BAF", 6, False)]
    closed = corridors_page.gap([*rows, link("BND", "BAF", 100, False)], "MUM", "BAF")
    assert [(a, b) for a, b, _ in closed] == [("BND", "SRJ"), ("SRJ", "BAF")]
    assert corridors_page._stretches(network, closed) == "Bandar Abbas (Shahid Rajaee)-Bafq rail 11 km (missing)"
