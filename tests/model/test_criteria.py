"""How a number per link, border, terminal and gauge change arises, against sums worked out from the rows."""

from __future__ import annotations

import math

import pytest

import corridor_opt as co
from corridor_opt.errors import DataError
from corridor_opt.model.access import access_values
from corridor_opt.model.closures import closure_nepers
from corridor_opt.model.criteria import CRITERIA, check_criteria
from corridor_opt.model.elements import elements
from corridor_opt.model.prices import PriceIndex, price_kinds

FEU = co.Shipment("1xFEU")


@pytest.fixture(scope="module")
def frame(network):
    return elements(network, FEU.load(network)).frame


def row(frame, name, kind, direction=""):
    (found,) = frame[(frame["id"] == name) & (frame["kind"] == kind) & (frame["direction"] == direction)].to_dict(
        "records"
    )
    return found


def number(network, subject, quantity, year=2025):
    found = network.numbers[subject, quantity]
    kinds = {"access": "road"} | price_kinds(network["classes"])
    return found["value"] * PriceIndex(network).factor(found["price_year"], year, kinds.get(subject, "general"))


def test_criteria_and_their_units():
    assert {n: c.unit for n, c in CRITERIA.items()} == {
        "cost": "USD",
        "time": "h",
        "distance": "km",
        "risk": "probability",
        "emissions": "kg",
        "delay": "h",
    }
    assert [n for n, c in CRITERIA.items() if not c.sums] == ["risk", "delay"], "each hazard counts once a route"
    assert all(c.resolution > 0 for c in CRITERIA.values())


def test_check_criteria():
    assert check_criteria(["time", "cost"]) == ("time", "cost")
    assert check_criteria("time") == ("time",)
    with pytest.raises(DataError, match="name at least one"):
        check_criteria([])
    with pytest.raises(DataError) as caught:
        check_criteria(["coast", "time", "time"])
    assert len(caught.value.faults) == 2
    assert "'cost'" in caught.value.faults[0]


def test_rail_haul(network, frame):
    link = network["links"].set_index("id").loc["BND-SRJ-rail"]
    found = row(frame, "BND-SRJ-rail", "haul")
    usd = link["length_km"] * number(network, "rail-iran", "usd_per_teu_km") * 2 * (1 + link["sanctions_share"])
    assert found["cost"] == pytest.approx(usd)
    assert found["time"] == pytest.approx(24 * link["length_km"] / number(network, "rail-iran", "km_per_day.ordinary"))
    assert found["distance"] == link["length_km"]
    gross = 20 + 2 * number(network, "rail", "tare_t_per_teu")
    fuel = number(network, "rail-iran", "wh_per_gross_tkm") * 0.0036 / number(network, "traction-diesel", "efficiency")
    grams = gross * fuel * number(network, "traction-diesel", "g_co2e_per_mj")
    assert link["traction"] == "diesel"
    assert found["emissions"] == pytest.approx(grams * link["length_km"] / 1000)


def test_road_haul_is_paid_by_the_truck(network, frame):
    link = network["links"].set_index("id").loc["RAS-ASI-road"]
    per_km = number(network, "road-iran", "usd_per_truck_km") * (1 + link["sanctions_share"])
    assert row(frame, "RAS-ASI-road", "haul")["cost"] == pytest.approx(link["length_km"] * per_km)
    half = elements(network, co.Shipment("1xTEU").load(network)).frame
    assert row(half, "RAS-ASI-road", "haul")["cost"] == row(frame, "RAS-ASI-road", "haul")["cost"], "one truck as well"
    three = elements(network, co.Shipment("3xTEU").load(network)).frame
    assert row(three, "RAS-ASI-road", "haul")["cost"] == pytest.approx(2 * row(frame, "RAS-ASI-road", "haul")["cost"])


def test_wait_is_half_a_headway(network, frame):
    link = network["links"].set_index("id").loc["ANZ-AST-sea"]
    headway = link["headway_hours"]
    headway = headway if headway == headway else number(network, "sea-caspian", "headway_hours")
    found = row(frame, "ANZ-AST-sea", "wait")
    assert found["time"] == pytest.approx(headway / 2)
    assert found["cost"] == found["distance"] == found["emissions"] == found["risk"] == 0
    assert (frame.loc[(frame["kind"] == "wait") & ~frame["mode"].isin(["sea", "ferry"]), "time"] == 0).all()


def test_border_waits_and_fees(network, frame):
    """Dwell and fee, and the way between the posts as any other way."""
    crossings = network["crossings"]
    plain = crossings[
        (crossings["mode"] == "road")
        & crossings[["dwell_hours_ab", "dwell_hours_ba", "fee_usd"]].isna().all(axis=1)
        & (crossings[["sanctions_share", "extra_hours", "extra_usd_per_vehicle"]] == 0).all(axis=1)
    ]
    assert len(plain)
    for crossing in plain.head(5).to_dict("records"):
        kind, km = crossing["class"], crossing["length_km"]
        customs = network["countries"].set_index("id")["lpi_customs"]
        reference = number(network, "country-risk", "reference_customs")
        delays = [reference / customs[crossing[side]] for side in ("country_a", "country_b")]
        hours = 9.9 * sum(delays) / 2 + 24 * km / number(network, kind, "km_per_day.ordinary")
        usd = number(network, "border-road", "fee_usd") + km * number(network, kind, "usd_per_truck_km")
        for way in ("ab", "ba"):
            found = row(frame, crossing["id"], "border", way)
            assert found["time"] == pytest.approx(hours * crossing["time_factor"])
            assert found["cost"] == pytest.approx(usd * crossing["cost_factor"])
            assert found["distance"] == km


def test_terminals_and_gauge_changes(network, frame):
    terminals = network["terminals"]
    plain = terminals[
        (terminals["mode"] == "rail")
        & terminals["handling_load_usd_per_teu"].isna()
        & terminals["dwell_load_hours"].isna()
    ]
    plain = plain[(plain["sanctions_share"] == 0) & (plain["extra_hours"] == 0)]
    found = row(frame, plain["id"].iloc[0], "load")
    assert found["cost"] == pytest.approx(2 * number(network, "terminal-rail", "handling_load_usd_per_teu"))
    assert found["time"] == number(network, "terminal-rail", "dwell_load_hours.ordinary")
    found = row(frame, "AKH-1435-1520", "gauge-change")
    assert found["cost"] == pytest.approx(2 * number(network, "gauge-change", "fee_usd_per_teu"))
    assert found["time"] == number(network, "gauge-change", "change_hours.ordinary")


def test_named_numbers_stand_before_shared_ones(network, frame):
    links = network["links"]
    own = links[links["transit_hours"].notna() & (links["extra_hours"] == 0)]
    assert len(own)
    for name, hours, factor in own[["id", "transit_hours", "time_factor"]].itertuples(index=False):
        assert row(frame, name, "haul")["time"] == pytest.approx(hours * factor)


def test_closure_risk():
    rate, days = 0.5, 30
    met = rate * days / 365 / (1 + rate * days / 365)  # share of the time that it is closed
    assert -math.expm1(-closure_nepers(rate, days)) == pytest.approx(met)
    assert closure_nepers(0, 10) == 0


def test_causes_add_up_to_the_risk_of_each_element(network):
    table = elements(network, FEU.load(network))
    summed = table.risk.groupby("element")["nepers"].sum().reindex(range(len(table.frame)), fill_value=0.0)
    assert (summed - table.frame["risk"]).abs().max() < 1e-12
    assert set(table.risk["cause"]) & {"hormuz", "red-sea", "background-rail"}
    assert (table.frame.loc[table.frame["kind"].isin(["load", "unload", "wait", "gauge-change"]), "risk"] == 0).all()


def test_prices_of_another_year(network):
    now, then = (elements(network, FEU.load(network), year).frame for year in (2025, 2022))
    name, moved = "BND-SRJ-rail", PriceIndex(network).factor(2022, 2025, "rail")
    assert row(now, name, "haul")["cost"] / row(then, name, "haul")["cost"] == pytest.approx(moved)
    assert row(now, name, "haul")["time"] == row(then, name, "haul")["time"]
    with pytest.raises(DataError, match="no price index"):
        elements(network, FEU.load(network), 1900)


def test_block_trains_wait_less_and_run_faster(network, frame):
    block = elements(network, co.Shipment(service="block-train").load(network)).frame
    rail = (frame["mode"] == "rail") & frame["kind"].isin(["haul", "border", "gauge-change"])
    assert (block.loc[rail, "time"] <= frame.loc[rail, "time"] + 1e-9).all()
    road = (frame["mode"] == "road") & frame["kind"].isin(["haul", "border"])
    assert (block.loc[road, "time"] == frame.loc[road, "time"]).all()


def test_access_by_road(network):
    values = access_values(network, FEU.load(network), 30.0)
    assert values["cost"] == pytest.approx(30 * number(network, "access", "usd_per_truck_km"))
    assert values["distance"] == 30
    assert values["risk"] == 0
    assert all(v == 0 for v in access_values(network, FEU.load(network), 0.0).values())


def test_every_number_of_every_element_has_a_source(network, network_2022):
    for world in (network, network_2022):
        frame = elements(world, FEU.load(world)).frame
        for name in CRITERIA:
            bare = frame[(frame[name] > 0) & ((frame[f"{name}_source"] == "") | (frame[f"{name}_confidence"] == ""))]
            assert bare.empty, (name, bare[["id", "kind"]].head().to_dict("records"))
