"""An explained route: its rows add up, and every number says where it comes from."""

from __future__ import annotations

import numpy as np
import pytest
from studies.checks import find

import corridor_opt as co
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.scenario import parse_scenario

QUESTIONS = {
    "front": ("Mumbai", "Moscow", {}),
    "points": ("51.2,35.7", "37.6,55.9", {}),
    "penalty": ("Tehran", "Moscow", {"avoid": {"country:AZ": {"cost": 300, "time": 10}}}),
    "scenario": ("Bandar Abbas", "Poti", {"scenario": "persian-gulf-black-sea", "via": ["Yerevan"]}),
    "caspian": (
        "Tehran",
        "Moscow",
        {"scenario": "caspian-low-water+caspian-fleet-doubled", "via": ["chokepoint:caspian"]},
    ),
    "sanctions": ("Mumbai", "St Petersburg", {"scenario": "russia-sanctions+maximum-pressure"}),
    "built": ("Yerevan", "Norduz", {"scenario": "armenia-north-south-built"}),
}


@pytest.fixture(scope="module", params=QUESTIONS)
def front(request, network) -> co.Front:
    origin, destination, question = QUESTIONS[request.param]
    return find(network, origin, destination, criteria=("cost", "time"), **question)


def few(front: co.Front) -> list[co.Route]:
    return list(front)[:: max(len(front) // 8, 1)]


def test_rows_add_up_to_the_route(front):
    for route in few(front):
        frame = route.explain().frame
        for name in CRITERIA:
            total = 1 - np.prod(1 - frame[name]) if name == "risk" else frame[name].sum()
            assert total == pytest.approx(route.values[name], abs=1e-6), name


def test_every_number_has_a_source_and_a_confidence(front):
    for route in few(front):
        for row in route.explain().frame.to_dict("records"):
            for name in CRITERIA:
                if row[name] > 0:
                    where = f"{row['kind']} {row['id']}: {name} {row[name]}"
                    assert row[f"{name}_source"], f"{where} has no source"
                    assert row[f"{name}_confidence"] in ("high", "medium", "low", "assumption"), (
                        f"{where}: no confidence"
                    )


def test_sources_are_all_listed(front):
    known = set(front.network["sources"]["id"])
    for route in few(front):
        explained = route.explain()
        cited = {s for c in CRITERIA for cell in explained.frame[f"{c}_source"] for s in cell.split(";") if s}
        assert cited <= known
        assert set(explained.sources["id"]) == cited
        assert explained.sources["title"].str.len().min() > 0
        text = str(explained)
        assert all(f"  {source}  " in text for source in cited)


def test_text_fits_a_terminal_of_100_columns(network):
    route = find(network, "Tehran", "Moscow", criteria=("cost",), avoid={"country:TM": {"time": 10}})[0]
    long = [line for line in str(route.explain()).splitlines() if len(line) > 100]
    assert not long


def test_penalties_stand_beside_the_numbers(network):
    front = find(network, "Tbilisi", "Baku", criteria=("cost",), avoid={"country:AZ": {"cost": 300}})
    frame = front[0].explain().frame
    assert frame["cost_penalty"].sum() == 300
    entered = frame[frame["cost_penalty"] > 0]
    assert entered["kind"].tolist() == ["border"]


def test_each_surcharge_is_cited(network):
    """Two disruptions on one row: the source of the second does not push out that of the first."""
    links = network["links"].set_index("id")
    iran = links["countries"].str.contains("IR")  # others pay for Russian ports, by another source
    hormuz = links[links["chokepoints"].str.contains("hormuz") & (links["sanctions_share"] > 0) & iran]
    assert len(hormuz)
    for sources in hormuz["surcharge_source"]:
        assert {"R24", "R65"} <= set(sources.split(";"))


def test_a_changed_default_keeps_its_source(network):
    """A scenario that cites nothing itself still leaves every number with a source."""
    text = b"""
name = "slow"
[[disruption]]
border = "AM-IR"
multiply = { dwell_hours_ab = 2, dwell_hours_ba = 2, fee_usd = 2 }
"""
    front = find(network, "Yerevan", "Tabriz", criteria=("cost",), scenario=parse_scenario(text, "slow.toml"))
    frame = front[0].explain().frame
    border = frame[frame["kind"] == "border"].iloc[0]
    assert border["time_source"]
    assert border["time_confidence"]
    assert border["cost_source"]
