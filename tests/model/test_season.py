"""Seasons: months, what they close and change, what must not be asked of them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.model.build import build
from corridor_opt.model.elements import elements
from corridor_opt.model.scenario import parse_scenario
from corridor_opt.model.schema import months
from corridor_opt.model.season import apply_seasons
from corridor_opt.model.shipment import Shipment

ICE = {"id": "ice", "name": "Canal, ice", "months": "11-3", "change": "closed", "source": "K", "confidence": "low"}


def world(*seasons: dict[str, str], road: str = "", ferry: str = "", terminal: str = "", **more: object) -> co.Network:
    """Two places, a road and a ferry between them, and seasons."""
    node = {"country": "KZ", "kind": "city", "location_source": "K"}
    link = {"from": "NOR", "to": "SOU", "length_km": "1500", "length_source": "K", "length_confidence": "low"}
    link |= {"countries": "KZ", "status_2022": "operating", "status_2026": "operating", "status_source": "K"}
    used = [
        link | {"id": "road", "mode": "road", "class": "road-cis", "seasons": road} | more,
        link | {"id": "ferry", "mode": "ferry", "class": "ferry", "seasons": ferry},
    ]
    berth = {"status_2022": "operating", "status_2026": "operating", "status_source": "K"}
    tables = {
        "nodes": [
            node | {"id": "NOR", "name": "Northtown", "lon": "71.43", "lat": "51.13"},
            node | {"id": "SOU", "name": "Southport", "lon": "76.95", "lat": "43.25"},
        ],
        "links": used,
        "terminals": [
            berth | {"id": f"{n}-{mode}", "node": n, "mode": mode, "seasons": terminal if mode == "ferry" else ""}
            for n in ("NOR", "SOU")
            for mode in ("road", "ferry")
        ],
        "seasons": list(seasons),
    }
    return build({name: pd.DataFrame(rows, dtype=object) for name, rows in tables.items() if rows}, name="two places")


def element(network: co.Network, row: str, kind: str) -> pd.Series:
    """One element of a shipment of one FEU."""
    frame = elements(network, Shipment().load(network)).frame
    return frame[(frame["id"] == row) & (frame["kind"] == kind)].iloc[0]


def season(change: str, value: float | str, months: str = "12-2", **more: str) -> dict[str, str]:
    """A season that changes something."""
    made = {"id": change, "name": "Winter", "months": months, "change": change, "value": str(value)}
    return made | {"source": "R57", "confidence": "assumption"} | more


# --- months


@given(st.integers(1, 12), st.integers(1, 12))
def test_a_span_of_months_runs_from_the_first_to_the_last(first, last):
    span = months(f"{first}-{last}")
    assert {first, last} <= span
    assert len(span) == (last - first) % 12 + 1
    before, after = (first - 2) % 12 + 1, last % 12 + 1
    assert len(span) == 12 or (before not in span and after not in span)


@given(st.text(max_size=6).filter(str.strip))
def test_anything_else_is_no_span_of_months(text):
    first, dash, last = text.partition("-")
    numbers = {str(number) for number in range(1, 13)}
    if dash and first.strip().lstrip("+0") in numbers and last.strip().lstrip("+0") in numbers:
        return
    try:
        span = months(text)
    except ValueError:
        return
    assert span <= set(range(1, 13))  # digits of another script are digits


# --- closed


@pytest.mark.parametrize("month", range(1, 13))
def test_a_closed_season_wraps_round_the_year(month):
    network = apply_seasons(world(ICE, ferry="ice"), month)
    links = network["links"].set_index("id")
    assert links.loc["ferry", "is_open"] == (month in range(4, 11))
    assert links.loc["road", "is_open"]
    if month == 12:
        assert links.loc["ferry", "closed_by"] == ("season: Canal, ice November to March; departure in December (K)")


def test_what_is_closed_already_keeps_its_reason():
    network = world(ICE, road="ice", status_2026="missing")
    assert apply_seasons(network, 1)["links"]["closed_by"][0] == "missing"


def test_no_departure_no_season():
    network = world(ICE, ferry="ice")
    assert apply_seasons(network, None) is network
    assert apply_seasons(network, 7) is network


def test_a_closed_terminal_is_closed():
    network = apply_seasons(world(ICE, terminal="ice"), 1)
    assert set(network["terminals"].query("not is_open")["mode"]) == {"ferry"}


def test_a_season_of_one_vantage_point():
    network = world(ICE | {"as_of": "2022"}, ferry="ice")
    assert apply_seasons(network, 1)["links"]["is_open"].all()


def test_the_reason_is_told_where_there_is_no_route():
    network = world(ICE, ferry="ice")
    with pytest.raises(co.NoRouteError, match=r"season: Canal, ice November to March; departure in January \(K\)"):
        co.find_routes(network, "Northtown", "Southport", exclude="mode:road", departure="2026-01-10")
    (route,) = co.find_routes(network, "Northtown", "Southport", exclude="mode:road", criteria=("cost",))
    assert "no departure was given" in " ".join(route.notices)
    assert "closed in a season" in str(route.explain())
    (late,) = co.find_routes(
        network, "Northtown", "Southport", exclude="mode:road", criteria=("cost",), departure="2026-10-31"
    )
    assert "the trip is there in November 2026" in " ".join(late.notices)


# --- changes


def test_hours_are_added_and_factors_multiply_what_a_scenario_set():
    network = world(season("extra_hours", 12), season("time_factor", 2), road="extra_hours;time_factor")
    before = element(network, "road", "haul")["time"]
    assert element(apply_seasons(network, 7), "road", "haul")["time"] == before
    assert element(apply_seasons(network, 1), "road", "haul")["time"] == pytest.approx(2 * (before + 12))
    scenario = parse_scenario(
        b'name = "s"\ntitle = "s"\ndescription = "s"\nsources = ["A"]\nconfidence = "assumption"\n'
        b'[[disruption]]\nlink = "road"\nadd = { extra_hours = 6 }\nsources = ["A"]\n'
        b'[[disruption]]\nlink = "road"\nmultiply = { time_factor = 3 }\nsources = ["A"]\n',
        "here",
    )
    both = element(apply_seasons(scenario.apply(network)[0], 1), "road", "haul")
    assert both["time"] == pytest.approx(6 * (before + 18))
    assert {"A", "R57"} <= set(both["time_source"].split(";"))


def test_money_waits_and_risk_change_and_cite_the_season():
    network = world(
        season("cost_factor", 1.5),
        season("extra_usd_per_teu", 50),
        season("headway_factor", 2),
        season("risk_factor", 3),
        road="cost_factor;extra_usd_per_teu;risk_factor",
        ferry="headway_factor",
    )
    winter = apply_seasons(network, 1)
    plain, dear = (element(one, "road", "haul") for one in (network, winter))
    assert dear["cost"] == pytest.approx(1.5 * (plain["cost"] + 2 * 50))
    assert dear["risk"] == pytest.approx(3 * plain["risk"], abs=2e-6)
    assert element(winter, "ferry", "wait")["time"] == pytest.approx(2 * element(network, "ferry", "wait")["time"])
    for row, kind, criterion in (("road", "haul", "cost"), ("road", "haul", "risk"), ("ferry", "wait", "time")):
        found = element(winter, row, kind)
        assert "R57" in found[f"{criterion}_source"].split(";")
        assert found[f"{criterion}_confidence"] == "assumption"
    assert "R57" not in element(winter, "road", "haul")["time_source"]


def test_a_terminal_is_slower_at_each_loading_and_unloading():
    network = world(season("extra_hours", 10), terminal="extra_hours")
    for kind in ("load", "unload"):
        before, after = (element(one, "NOR-ferry", kind)["time"] for one in (network, apply_seasons(network, 1)))
        assert after == pytest.approx(before + 10)


def test_a_route_says_what_the_month_changed():
    network = world(season("extra_hours", 12), road="extra_hours")
    (route,) = co.find_routes(
        network, "Northtown", "Southport", exclude="mode:ferry", criteria=("time",), departure="2026-01-10"
    )
    assert route.notices == ["season: Winter December to February: 12 h more (R57)"]
    assert "R57" in str(route.explain())


def test_the_embedded_network_closes_the_canal_and_slows_the_caspian(network):
    winter = apply_seasons(network, 1)
    shut = set(winter["links"]["id"][winter["links"]["is_open"] != network["links"]["is_open"]])
    assert {"VLG-RST-waterway", "CPV-SPB-waterway", "MOS-RYB-waterway"} <= shut
    hours = winter["terminals"].set_index("id")["extra_hours"] - network["terminals"].set_index("id")["extra_hours"]
    assert set(hours[hours > 0].index) >= {"AST-sea", "OLY-sea", "RST-sea", "SPB-sea"}


def test_khunjerab_is_open_in_the_winter_of_2026_alone(network, network_2022):
    for world_, is_open in ((network, True), (network_2022, False)):
        crossings = apply_seasons(world_, 1)["crossings"].set_index("id")
        assert crossings.loc["KHJ-KJP-road", "is_open"] == is_open


# --- faults


@pytest.mark.parametrize(
    ("row", "named", "said"),
    [
        (ICE | {"months": "11-13"}, {}, "'11-13' is not a span of months"),
        (ICE | {"months": ""}, {}, "months: is empty"),
        (ICE | {"change": "shut"}, {}, "no season-change 'shut'"),
        (ICE | {"change": ""}, {}, "change: is empty"),
        (ICE | {"value": "3"}, {}, "a closed season has no value"),
        (ICE | {"source": ""}, {}, "source: is empty"),
        (ICE | {"as_of": "2023"}, {}, "no vantage point '2023'"),
        (season("extra_hours", ""), {}, "extra_hours needs one"),
        (season("extra_hours", -1), {}, "must not be negative"),
        (ICE, {"road": "iec"}, "no season 'iec'; did you mean 'ice'"),
        (season("headway_factor", 2), {"road": "headway_factor"}, "only links by ship have any"),
        (season("risk_factor", 2), {"terminal": "risk_factor"}, "a terminal has none"),
        (ICE, {"open_months": "4-11"}, "seasons.csv"),
    ],
)
def test_faults_of_seasons_are_told(row, named, said):
    with pytest.raises(co.SchemaError) as caught:
        world(row, **named)
    assert said in str(caught.value)


def test_a_networkx_graph_with_the_old_column_is_told(network):
    import networkx as nx

    graph = nx.Graph()
    graph.add_node("NOR", name="Northtown", country="KZ", lon=71.43, lat=51.13, kind="city", location_source="K")
    graph.add_node("SOU", name="Southport", country="KZ", lon=76.95, lat=43.25, kind="city", location_source="K")
    link = {"mode": "road", "class": "road-cis", "length_km": 1500, "length_source": "K", "countries": "KZ"}
    link |= {"status_2022": "operating", "status_2026": "operating", "open_months": "4-11"}
    graph.add_edge("NOR", "SOU", **link)
    with pytest.raises(co.SchemaError, match=r"open_months.*seasons\.csv"):
        co.from_networkx(graph)


def test_seasons_survive_a_file(tmp_path):
    network = world(ICE, ferry="ice")
    again = co.load_network(network.save(tmp_path / "two"))
    assert not apply_seasons(again, 1)["links"].set_index("id").loc["ferry", "is_open"]
    assert again.sha256 == network.sha256
