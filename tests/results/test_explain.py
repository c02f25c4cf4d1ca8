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


def test_the_least_certain_numbers_carry_what_rests_on_them(front):
    for route in few(front):
        explained = route.explain()
        least = explained.least_certain
        assert least["weight"].is_monotonic_decreasing
        assert least["number"].is_unique, "steps that rest on one number are taken together"
        for name in ("cost", "time"):
            penalties = explained.frame[f"{name}_penalty"].sum()
            assert (least[name] <= route.values[name] - penalties + 1e-6).all()
            assert (least[f"{name}_down"] <= 1e-9).all()
            assert (least[f"{name}_up"] >= -1e-9).all()
        named = {n for c in ("cost", "time") for cell in explained.frame[f"{c}_number"] for n in cell.split(";") if n}
        assert named == set(least.loc[~least["kind"].isin(["surcharges", "seasons"]), "number"])
        first = least.iloc[0]
        assert f"1. {first['name']}"[:40] in " ".join(str(explained).split())


def test_hours_rest_on_the_speed_as_its_range_says(network):
    """Tehran to Mashhad by rail: hours at the speed of the class, and at the ends of its range."""
    front = find(network, "Tehran", "Mashhad", criteria=("time",), exclude=["mode:road"])
    least = front[0].explain().least_certain.set_index("number")
    speed = least.loc["rail-iran/km_per_day.ordinary"]
    hauls = front[0].explain().frame.query("kind == 'haul'")["time"].sum()
    assert speed["time"] == pytest.approx(hauls, abs=0.01)
    assert speed["time_up"] == pytest.approx(hauls * (speed["value"] / speed["low"] - 1), abs=0.01)
    assert speed["time_down"] == pytest.approx(hauls * (speed["value"] / speed["high"] - 1), abs=0.01)


def test_surcharges_are_among_the_doubts(network):
    front = find(network, "Mumbai", "Bandar Abbas", criteria=("cost",), exclude=["mode:road", "mode:rail"])
    frame = front[0].explain().least_certain
    charged = frame[frame["kind"] == "surcharges"]
    # 480 USD a TEU for the war risk at Hormuz and a share of the freight for sanctions
    assert charged["cost"].sum() > 2 * 480
    assert {"R24", "R65"} <= {s for cell in charged["source"] for s in cell.split(";")}


def test_every_criterion_is_shown_with_its_source(network):
    front = find(network, "Tehran", "Tabriz", criteria=("cost",))
    text = str(front[0].explain())
    for word in ("USD", "kg CO2e", "risk", "source and confidence of each", "Least certain"):
        assert word in text
    flat = " ".join(text.split())
    for row in front[0].explain().frame.to_dict("records"):
        for criterion in CRITERIA:
            for source in row[f"{criterion}_source"].split(";"):
                assert source in flat
