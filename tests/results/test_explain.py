"""An explained route: its rows add up, and every number says where it comes from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from studies.checks import find

import corridor_opt as co
from corridor_opt.model.build import build
from corridor_opt.model.criteria import STANDARD
from corridor_opt.model.prices import PriceIndex
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
        for name in STANDARD:
            total = 1 - np.prod(1 - frame[name]) if name == "risk" else frame[name].sum()
            assert total == pytest.approx(route.values[name], abs=1e-6), name


def test_every_number_has_a_source_and_a_confidence(front):
    for route in few(front):
        for row in route.explain().frame.to_dict("records"):
            for name in STANDARD:
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
        cited = {s for c in STANDARD for cell in explained.frame[f"{c}_source"] for s in cell.split(";") if s}
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
        for criterion in STANDARD:
            for source in row[f"{criterion}_source"].split(";"):
                assert source in flat


def slow_railway(*, change: str = "", value: float = 0, scenario: str = "baseline", **question) -> pd.DataFrame:
    """The least certain numbers of 1,250 km of rail between two places, 75 h at 400 km a day, in one season."""
    ready = {"status_2022": "operating", "status_2026": "operating"}
    place = {"country": "KZ", "kind": "city", "location_source": "K", "location_confidence": "low"}
    link = {"id": "N-S", "from": "N", "to": "S", "mode": "rail", "gauge_mm": "1520", "class": "rail-1520"}
    link |= {"length_km": "1250", "length_source": "K", "length_confidence": "low", "countries": "KZ", **ready}
    tables = {
        "nodes": [
            place | {"id": "N", "name": "N", "lon": "70", "lat": "50"},
            place | {"id": "S", "name": "S", "lon": "80", "lat": "50"},
        ],
        "links": [link | {"seasons": "frost" if change else ""}],
    }
    if change:
        frost = {"id": "frost", "name": "Frost", "months": "1-2", "change": change, "value": str(value)}
        tables["seasons"] = [frost | {"source": "R57", "confidence": "assumption"}]
    network = build({name: pd.DataFrame(rows, dtype=object) for name, rows in tables.items()}, name="one railway")
    numbers = network["parameters"].copy()
    numbers.loc[(numbers["subject"] == "rail-1520") & (numbers["quantity"] == "km_per_day.ordinary"), "value"] = 400
    if scenario != "baseline":
        text = f'name = "slow"\nsources = ["R24"]\n[[disruption]]\nlink = "N-S"\n{scenario}\nsources = ["R24"]\n'
        scenario = parse_scenario(text.encode(), "slow.toml")
    front = co.find_routes(
        network.replace(parameters=numbers),
        "N",
        "S",
        criteria=("time",),
        departure="2026-01-15",
        scenario=scenario,
        **question,
    )
    assert front[0].explain().frame["time"].sum() == pytest.approx(front[0].values["time"])
    return front[0].explain().least_certain.set_index("number")


SPEED = "rail-1520/km_per_day.ordinary"


@pytest.mark.parametrize(
    ("change", "value", "hours"),
    [("extra_hours", 200, 200), ("time_factor", 3, 150), ("time_factor", 0.6, -30)],
)
def test_hours_of_a_season_are_a_number_of_their_own(change, value, hours):
    plain, least = slow_railway(), slow_railway(change=change, value=value)
    assert plain.at[SPEED, "time"] == pytest.approx(75)
    assert least.at[SPEED, "time"] == pytest.approx(75 + min(hours, 0)), "the speed gives no hours of the season"
    season = least.loc["seasons/frost"]
    assert season["time"] == pytest.approx(hours)
    assert (season["source"], season["confidence"], season["value"]) == ("R57", "assumption", value)
    assert (season["time_down"], season["time_up"]) == pytest.approx((-abs(hours), abs(hours)))
    if hours > 0:
        for way in ("down", "up"):
            assert least.at[SPEED, f"time_{way}"] == pytest.approx(plain.at[SPEED, f"time_{way}"])


@pytest.mark.parametrize(
    ("change", "hours"), [("add = { extra_hours = 200 }", 200), ("multiply = { time = 3 }", 150)], ids=["add", "factor"]
)
def test_hours_of_a_scenario_are_a_number_of_their_own(change, hours):
    least = slow_railway(scenario=change)
    assert least.at[SPEED, "time"] == pytest.approx(75)
    delay = least.loc["surcharges/R24"]
    assert delay["time"] == pytest.approx(hours)
    assert (delay["source"], delay["name"], delay["cost"]) == ("R24", "delays", 0)


def test_scenario_and_season_are_told_apart():
    """(75 + 25) x 2 under the scenario, then x 3 in the frost."""
    both = 'add = { extra_hours = 25 }\nsources = ["R24"]\n[[disruption]]\nlink = "N-S"\nmultiply = { time = 2 }'
    least = slow_railway(change="time_factor", value=3, scenario=both)
    hours = least.loc[[SPEED, "surcharges/R24", "seasons/frost"], "time"]
    assert hours.tolist() == pytest.approx([75, 125, 400])


@pytest.mark.parametrize("prices", [2025, 2018])
def test_money_of_a_season_is_a_number_of_its_own(prices):
    rate = "rail-1520/usd_per_teu_km"
    plain = slow_railway(prices=prices)
    for change, value in (("cost_factor", 1.5), ("extra_usd_per_teu", 100)):
        least = slow_railway(change=change, value=value, prices=prices)
        assert least.at[rate, "cost"] == pytest.approx(plain.at[rate, "cost"], abs=0.02)
        season = least.at["seasons/frost", "cost"]
        if change == "cost_factor":
            assert season == pytest.approx(plain.at[rate, "cost"] / 2, abs=0.02)
        else:
            assert season == pytest.approx(200 * PriceIndex(co.load_network()).factor(2025, prices), abs=0.02)


def test_the_queue_at_upper_lars_is_not_laid_to_the_border(network):
    front = find(network, "Tbilisi", "Vladikavkaz", criteria=("time",), departure="2026-01-15", exclude=["mode:rail"])
    least = front[0].explain().least_certain.set_index("number")
    season = network["seasons"].set_index("id").loc["lars-queue"]
    assert least.at["seasons/lars-queue", "time"] == pytest.approx(season["value"])
    assert least.at["seasons/lars-queue", "source"] == season["source"]
    (border,) = front[0].explain().frame.query("kind == 'border'").to_dict("records")
    (dwell,) = [n for n in least.index if n.startswith("crossings/") and "dwell" in n]
    assert least.at[dwell, "time"] == pytest.approx(border["time"] - season["value"], abs=0.02)
    assert "Upper Lars, queue after closures" in str(front[0].explain())


def test_waits_for_fewer_sailings_are_told_apart(network):
    """Half the sailings from Aktau in autumn: the second half of the wait is the storms'."""
    question = {"criteria": ("time",), "exclude": ["mode:road", "mode:rail", "mode:waterway"]}
    calm, rough = (
        find(network, "Aktau", "Alat", departure=day, **question)[0].explain() for day in ("2026-08-10", "2026-11-10")
    )
    waits = [e.frame.query("kind == 'wait'")["time"].sum() for e in (calm, rough)]
    storms = rough.least_certain.query("kind == 'seasons'")["time"].sum()
    assert storms == pytest.approx(waits[1] - waits[0], abs=0.02)
    assert storms > 0
