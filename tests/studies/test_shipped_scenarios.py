"""Each shipped scenario does what it says."""

from __future__ import annotations

import pytest
from studies.checks import beats_some, find, in_order, integers, links, nodes

import corridor_opt as co
from corridor_opt.model.country_risk import border_hours
from corridor_opt.model.prices import PriceIndex
from corridor_opt.model.rates import Rates

CRITERIA = ("cost", "time")
LAND_RAIL = ["mode:road", "mode:sea", "mode:ferry", "mode:waterway"]


def both(network, origin, destination, scenario, **question) -> tuple[co.Front, co.Front]:
    """The answer at the baseline and under a scenario."""
    question = {"criteria": CRITERIA, **question}
    return tuple(find(network, origin, destination, scenario=s, **question) for s in ("baseline", scenario))


def least(front: co.Front, criterion: str) -> float:
    return float(front.values[criterion].min())


def crosses(front: co.Front, country: str) -> bool:
    return any(country in route.countries for route in front)


def test_rasht_astara_built(network):
    before, after = both(network, "Tehran", "Baku", "rasht-astara-built", exclude=LAND_RAIL)
    assert not any("RAS" in nodes(r) for r in before), "no railway to Azerbaijan along the coast yet"
    assert in_order(["RAS", "ASI", "ASA"], nodes(after[0]))
    assert least(after, "time") < least(before, "time")


@pytest.mark.parametrize(("scenario", "sign"), [("iran-sanctions-lifted", -1), ("maximum-pressure", 1)])
def test_sanctions_change_the_cost_of_iran(network, scenario, sign):
    before, after = both(network, "Bandar Abbas", "Tehran", scenario)
    assert sign * (least(after, "cost") - least(before, "cost")) > 0
    assert least(after, "time") == least(before, "time")
    before, after = both(network, "Minsk", "Moscow", scenario)
    assert integers(before) == integers(after), "what does not touch Iran stays as it was"


def test_azerbaijan_iran_border_closed(network):
    before, after = both(network, "Tehran", "Moscow", "azerbaijan-iran-border-closed")
    assert any("IR-AZ" in r.borders for r in before)
    assert not any({"IR-AZ", "AZ-IR"} & set(r.borders) for r in after)
    assert crosses(find(network, "Tehran", "Baku", criteria=CRITERIA, scenario="azerbaijan-iran-border-closed"), "AZ")


def test_azerbaijan_transit_closed(network):
    before, after = both(network, "Mumbai", "Moscow", "azerbaijan-transit-closed")
    assert crosses(before, "AZ")
    assert not crosses(after, "AZ")
    for a, b in (("Mumbai", "Baku"), ("Baku", "Moscow"), ("Nakhchivan", "Baku")):
        before, after = both(network, a, b, "azerbaijan-transit-closed")
        assert integers(before) == integers(after), "trade with Azerbaijan goes on"
    with pytest.raises(co.NoRouteError, match="through traffic"):
        co.find_routes(network, "Tehran", "Moscow", scenario="azerbaijan-transit-closed", via=["Baku"])


def test_goris_kapan_harassment(network, network_2022):
    before, after = both(network_2022, "Goris", "Kapan", "goris-kapan-harassment", exclude=["node:TAT"])
    assert links(before[0]) == links(after[0]) == {"KAP-GOR-road"}
    assert least(after, "time") == pytest.approx(least(before, "time") + 48)
    assert least(after, "cost") > least(before, "cost") + 100
    before, after = both(network, "Tabriz", "Baku", "goris-kapan-harassment", exclude=["country:AM", "country:TR"])
    direct = [min(r.values["time"] for r in f if r.borders == ["IR-AZ"]) for f in (before, after)]
    assert direct[1] == pytest.approx(direct[0] + 48)


def test_goris_kapan_harassment_charges_what_it_says(network_2022):
    link = co.load_scenario("goris-kapan-harassment").apply(network_2022)[0]["links"].set_index("id")
    of_2021 = PriceIndex(network_2022).factor(2021, 2025)
    assert link["extra_usd_per_vehicle"]["KAP-GOR-road"] == pytest.approx((130 + 250) * of_2021)


def test_syunik_fighting(network):
    before, after = both(network, "Yerevan", "Norduz", "syunik-fighting")
    assert any({"KAJ", "MEG"} <= set(nodes(r)) for r in before)
    assert not any({"GOR", "KAP", "KAJ", "MEG"} & set(nodes(r)) for r in after)
    built = co.find_routes(network, "Baku", "Nakhchivan", scenario="zangezur-open+syunik-fighting", criteria=CRITERIA)
    assert not crosses(built, "AM")


def test_iran_armenia_border_lost(network):
    before, after = both(network, "Yerevan", "Tabriz", "iran-armenia-border-lost")
    assert any("AM-IR" in r.borders for r in before)
    assert not any("AM-IR" in r.borders for r in after)


def test_caucasus_unblocked(network):
    before, after = both(network, "Yerevan", "Baku", "caucasus-unblocked")
    assert not any("AM-AZ" in r.borders for r in before)
    assert after[0].borders == ["AM-AZ"]
    before, after = both(network, "Yerevan", "Kars", "caucasus-unblocked")
    assert not any("AM-TR" in r.borders for r in before)
    assert after[0].borders == ["AM-TR"]
    by_rail = find(network, "Gyumri", "Kars", criteria=CRITERIA, scenario="caucasus-unblocked", exclude=LAND_RAIL)
    assert in_order(["GYU", "AKU", "DGK", "KRS"], nodes(by_rail[0]))
    by_rail = find(
        network, "Yerevan", "Nakhchivan", criteria=CRITERIA, scenario="caucasus-unblocked", exclude=LAND_RAIL
    )
    assert in_order(["EVN", "YRK", "SAD", "NKH"], nodes(by_rail[0]))


def test_zangezur_open(network):
    question = {"criteria": CRITERIA, "exclude": ["country:GE", "country:RU", *LAND_RAIL]}
    with pytest.raises(co.NoRouteError):
        co.find_routes(network, "Baku", "Kars", **question)
    by_rail = find(network, "Baku", "Kars", scenario="zangezur-open", **question)[0]
    assert by_rail.countries == ["AZ", "AM", "AZ", "TR"]
    assert in_order(["AGB", "MEG", "ORD", "NKH", "IGD", "KRS"], nodes(by_rail))
    assert [row["from"] for row in by_rail.rows if row["kind"] == "gauge-change"] == ["SAD"]
    question["exclude"] = ["country:GE", "country:IR", "country:RU", "mode:rail", "mode:sea", "mode:ferry"]
    by_truck = find(network, "Baku", "Kars", scenario="zangezur-open", **question)[0]
    assert in_order(["AGB", "MEG", "ORD", "NKH", "KRS"], nodes(by_truck))


def test_aras_open(network):
    before, after = both(network, "Baku", "Nakhchivan", "aras-open", exclude=["country:AM", "mode:road"])
    assert not any("AGB" in nodes(r) for r in before)
    assert in_order(["AGB", "KAL", "ARW", "NKH"], nodes(after[0]))
    assert after[0].modes == ["rail"]
    before, after = both(network, "Zangilan", "Nakhchivan", "aras-open", exclude=["country:AM", "mode:rail"])
    assert not any({"AGB", "KAL"} <= set(nodes(r)) for r in before)
    assert {"AGB", "KAL"} <= set(nodes(after[0]))


def test_turkey_armenia_open(network):
    before, after = both(network, "Gyumri", "Kars", "turkey-armenia-open", exclude=LAND_RAIL)
    assert before[0].countries == ["AM", "GE", "TR"]
    assert in_order(["GYU", "AKU", "DGK", "KRS"], nodes(after[0]))
    assert after[0].countries == ["AM", "TR"]
    by_truck = find(
        network, "Yerevan", "Igdir", criteria=CRITERIA, scenario="turkey-armenia-open", exclude=["mode:rail"]
    )
    assert by_truck[0].borders == ["AM-TR"]


def test_meghri_railway_built(network):
    question = {"criteria": CRITERIA, "exclude": ["country:RU", *LAND_RAIL]}
    with pytest.raises(co.NoRouteError):
        co.find_routes(network, "Yerevan", "Bandar Abbas", **question)
    built = find(network, "Yerevan", "Bandar Abbas", scenario="meghri-railway-built", **question)
    assert built[0].modes == ["rail"]
    assert built[0].countries == ["AM", "IR"]
    assert [row["from"] for row in built[0].rows if row["kind"] == "gauge-change"] == ["AGR"]


def test_armenia_north_south_built(network):
    before, after = both(network, "Yerevan", "Norduz", "armenia-north-south-built")
    assert least(after, "time") < least(before, "time")
    assert min(r.values["distance"] for r in after) < min(r.values["distance"] for r in before)
    assert in_order(["SIS", "KAJ"], nodes(after[0]))
    assert "GOR" not in nodes(after[0])


def test_persian_gulf_black_sea(network):
    before, after = both(
        network, "Bandar Abbas", "Poti", "persian-gulf-black-sea", via=["Yerevan"], exclude=["country:AZ"]
    )
    hours = border_hours(network, Rates(network, "ordinary", 2025))["value"]
    saved = sum(hours[network["crossings"]["id"] == post].item() - 4 for post in ("NRD-AGR-road", "BAV-NIN-road"))
    assert least(after, "time") == pytest.approx(least(before, "time") - saved, abs=0.1)
    assert least(after, "cost") < least(before, "cost") - 100
    rail_before, rail_after = both(network, "Yerevan", "Tbilisi", "persian-gulf-black-sea", exclude=LAND_RAIL)
    assert integers(rail_before) == integers(rail_after), "trucks only"


def test_caspian_fleet_doubled(network):
    by_ship = {"via": ["chokepoint:caspian"], "exclude": ["mode:waterway"]}  # river ships have no timetable
    before, after = both(network, "Tehran", "Moscow", "caspian-fleet-doubled", **by_ship)
    assert least(after, "time") < least(before, "time")
    before, after = both(
        network, "Aktau", "Alat", "caspian-fleet-doubled", criteria=("time",), exclude=["country:RU", "country:TM"]
    )
    waits = [sum(row["time"] for row in f[0].rows if row["kind"] == "wait") for f in (before, after)]
    assert waits[1] == pytest.approx(waits[0] / 2, abs=0.01)  # hours are searched in hundredths


def test_caspian_low_water(network):
    before, after = both(network, "Tehran", "Moscow", "caspian-low-water", via=["chokepoint:caspian"])
    assert least(after, "cost") > least(before, "cost")
    assert least(after, "time") == least(before, "time")
    link = [f.network["links"].query("chokepoints.str.contains('caspian')") for f in (before, after)]
    assert (link[1]["cost_factor"] == 1.2 * link[0]["cost_factor"]).all()


def test_caspian_ports_struck(network):
    before, after = both(network, "Rasht", "Astrakhan", "caspian-ports-struck", via=["chokepoint:caspian"])
    calls = [
        {n for r in f for row in r.rows if "caspian" in row["chokepoints"] for n in (row["from"], row["to"])}
        for f in (before, after)
    ]
    assert "ANZ" in calls[0]
    assert not calls[1] & {"ANZ", "OLY"}


def test_russia_sanctions(network):
    before, after = both(network, "Xi'an", "Duisburg", "russia-sanctions")
    assert any("BY-PL" in r.borders for r in before)
    assert not any("BY-PL" in r.borders for r in after)
    before, after = both(
        network, "Mumbai", "St Petersburg", "russia-sanctions", criteria=("cost",), exclude=["mode:rail", "mode:road"]
    )
    assert least(after, "cost") > least(before, "cost") + 100


def test_northern_corridor_closed(network):
    before, after = both(network, "Xi'an", "Duisburg", "northern-corridor-closed")
    assert any("BY-PL" in r.borders for r in before)
    assert not any("BY-PL" in r.borders for r in after)


@pytest.mark.parametrize(
    ("origin", "destination"), [("Novorossiysk", "Constanta"), ("Poti", "Constanta"), ("Batumi", "Istanbul")]
)
def test_black_sea_war_risk(network, network_2022, origin, destination):
    for world in (network, network_2022):
        question = {"criteria": ("cost",), "exclude": ["mode:rail", "mode:road"]}
        before, after = both(world, origin, destination, "black-sea-war-risk", **question)
        assert least(after, "cost") >= least(before, "cost"), "a war risk makes nothing cheaper"
    if origin != "Novorossiysk":  # its premium stands at the vantage points already
        assert least(after, "cost") > least(before, "cost") + 100


@pytest.mark.parametrize("scenario", ["suez-blocked", "red-sea-diverted"])
def test_suez_turns_to_the_cape(network, scenario):
    question = {"criteria": ("cost",), "exclude": ["mode:rail", "mode:road"]}
    before, after = both(network, "Mumbai", "Rotterdam", scenario, **question)
    assert "suez" in before[0].chokepoints
    assert "cape-of-good-hope" in after[0].chokepoints
    assert not {"suez"} & {c for r in after for c in r.chokepoints}
    ratio = least(after, "cost") / least(before, "cost")
    assert ratio > (2 if scenario == "red-sea-diverted" else 1)
    if scenario == "red-sea-diverted":
        assert not any("bab-el-mandeb" in r.chokepoints for r in after)


def test_hormuz_closed(network):
    before, after = both(network, "Mumbai", "Tehran", "hormuz-closed")
    assert any("hormuz" in r.chokepoints for r in before)
    assert not any("hormuz" in r.chokepoints for r in after)
    assert "CHB" in nodes(after[0])
    assert find(network, "Mumbai", "Fujairah", criteria=CRITERIA, scenario="hormuz-closed")[0].modes == ["sea"]


def test_upper_lars_closed(network):
    before, after = both(network, "Tbilisi", "Vladikavkaz", "upper-lars-closed")
    assert before[0].borders == ["GE-RU"]
    assert not any("LAR" in nodes(r) for r in after)
    before, after = both(network, "Yerevan", "Moscow", "upper-lars-closed")
    assert any("LAR" in nodes(r) for r in before)
    assert not any("LAR" in nodes(r) for r in after)


def test_afghanistan_closed(network, network_2022):
    before, after = both(network_2022, "Islamabad", "Tashkent", "afghanistan-closed")
    assert crosses(before, "AF")
    assert not crosses(after, "AF")
    with pytest.raises(co.NoRouteError, match="afghanistan-closed"):
        co.find_routes(network, "Kabul", "Karachi", scenario="afghanistan-closed")


def test_iran_iraq_syria_rail(network):
    with pytest.raises(co.NoRouteError):
        co.find_routes(network, "Bandar Imam Khomeini", "Tartus", exclude=LAND_RAIL)
    built = find(
        network, "Bandar Imam Khomeini", "Tartus", criteria=CRITERIA, scenario="iran-iraq-syria-rail", exclude=LAND_RAIL
    )
    assert built[0].countries == ["IR", "IQ", "SY"]


@pytest.mark.parametrize("origin", ["Jebel Ali", "Fujairah"])
def test_arab_mediterranean_built(network, origin):
    with pytest.raises(co.NoRouteError):
        co.find_routes(network, origin, "Haifa", exclude=LAND_RAIL)
    built = find(network, origin, "Haifa", criteria=CRITERIA, scenario="arab-mediterranean-built", exclude=LAND_RAIL)
    assert built[0].countries == ["AE", "SA", "JO", "IL"]


def test_iranian_canal_built(network):
    before, after = both(network, "Amirabad", "Bandar Abbas", "iranian-canal-built", exclude=["mode:road", "mode:rail"])
    assert not any("IR" in r.countries[1:-1] for r in before)
    assert after[0].modes == ["waterway"]
    assert after[0].countries == ["IR"]


def test_lachin_open(network):
    before, after = both(network, "Goris", "Stepanakert", "lachin-open")
    assert not any(r.countries == ["AM", "AZ"] for r in before)
    assert after[0].borders == ["AM-AZ"]
    assert after[0].modes == ["road"]


def test_instc_as_promoted(network_2022):
    """The claim comes out as claimed: 30 % cheaper and 40 % shorter in time than Suez."""
    inland = {"criteria": CRITERIA, "via": ["border:AZ-RU"], "exclude": ["chokepoint:suez", "corridor:cape"]}
    before, claimed = both(network_2022, "Mumbai", "Moscow", "instc-as-promoted", **inland)
    _, suez = both(network_2022, "Mumbai", "Moscow", "instc-as-promoted", via=["chokepoint:suez"])
    assert least(claimed, "cost") / least(suez, "cost") == pytest.approx(0.70, abs=0.03)
    assert least(claimed, "time") / least(suez, "time") == pytest.approx(0.60, abs=0.03)
    assert least(before, "cost") > least(suez, "cost"), "the baseline follows the dry run, where Suez is cheapest"


@pytest.mark.parametrize("name", list(co.scenarios()["name"]))
def test_every_scenario_is_told_of(name):
    """A test above carries the name of each."""
    told = " ".join(key for key in globals() if key.startswith("test_")).replace("_", "-")
    others = {"baseline", "iran-sanctions-lifted", "maximum-pressure", "suez-blocked", "red-sea-diverted"}
    assert name in others or name in told


@pytest.fixture(scope="module")
def baku_mersin(network) -> list[tuple[int, ...]]:
    return integers(find(network, "Baku", "Mersin", criteria=("time", "risk")))


@pytest.mark.parametrize("name", [n for n in co.scenarios()["name"] if n != "baseline"])
def test_opening_betters_and_closing_worsens(network, baku_mersin, name):
    """Closures alone beat nothing of the baseline; openings alone are beaten by nothing of it."""
    changes = {d.change for d in co.load_scenario(name).disruptions}
    if changes == {"open"}:
        after = find(network, "Baku", "Mersin", criteria=("time", "risk"), scenario=name)
        assert not beats_some(baku_mersin, integers(after))
    elif changes == {"close"}:
        after = find(network, "Baku", "Mersin", criteria=("time", "risk"), scenario=name)
        assert not beats_some(integers(after), baku_mersin)
    else:
        assert changes & {"multiply", "add", "set"}, "neither openings nor closures alone: told by its own test"
