"""What a planner was promised: Mumbai to Moscow and the other corridors answer, and answer rightly."""

from __future__ import annotations

import functools

import pytest
from studies.checks import beats_some, covered, find, in_order, integers, links, nodes, touches

import corridor_opt as co

CRITERIA = ("cost", "time", "risk")
SEA_WAYS = ["chokepoint:suez", "chokepoint:cape-of-good-hope"]
CASPIAN = ("ANZ", "ASI", "AMI", "NOS")  # Iranian ports
# What forces each corridor, and how one of its routes must look: places in order, borders.
FORCED = {
    "west": (
        {"via": ["Bandar Abbas", "Rasht", "border:IR-AZ", "border:AZ-RU"], "exclude": SEA_WAYS},
        ["BND", "THR", "RAS", "ASI", "ASA", "BAK"],
        ["IR-AZ", "AZ-RU"],
    ),
    "trans-caspian": (
        {"via": ["country:IR", "chokepoint:caspian"], "exclude": ["country:AZ", "country:TM", *SEA_WAYS]},
        ["BND", "THR", "AST"],
        [],
    ),
    "east": (
        {
            "via": ["Bandar Abbas", "Incheh Borun", "border:TM-KZ", "border:KZ-RU"],
            "exclude": ["chokepoint:caspian", *SEA_WAYS],
        },
        ["BND", "INC", "BER", "SYK", "BOL", "ATY"],
        ["IR-TM", "TM-KZ", "KZ-RU"],
    ),
    "armenia": (
        {
            "via": ["Bandar Abbas", "border:AM-IR", "Yerevan", "border:AM-GE", "Upper Lars"],
            # detours by Turkey and Turkmenistan meet other hazards, so that thousands of them would be in the front
            "exclude": ["country:AZ", "country:TR", "country:TM", *SEA_WAYS],
        },
        ["BND", "NRD", "AGR", "EVN", "TBS", "LAR"],
        ["IR-AM", "AM-GE", "GE-RU"],
    ),
    "suez": ({"via": ["chokepoint:suez"], "exclude": ["country:IR"]}, ["MUM"], []),
}


@pytest.fixture(scope="module")
def front(network) -> co.Front:
    return find(network, "Mumbai", "Moscow", criteria=CRITERIA)


@pytest.fixture(scope="module")
def forced(network):
    """Fronts of the forced corridors, each searched once."""

    @functools.cache
    def ask(corridor: str) -> co.Front:
        return find(network, "Mumbai", "Moscow", criteria=CRITERIA, **FORCED[corridor][0])

    return ask


def test_mumbai_moscow_has_a_front(front):
    assert len(front) >= 5
    assert front.status == "complete"
    assert [r.values["cost"] for r in front] == sorted(r.values["cost"] for r in front)
    assert {"INSTC west", "INSTC east", "Suez"} <= {name for route in front for name in route.corridors}


@pytest.mark.parametrize("corridor", FORCED)
def test_each_corridor_answers_when_forced(forced, corridor):
    question, places, borders = FORCED[corridor]
    answer = forced(corridor)
    fits = [r for r in answer if in_order(places, nodes(r)) and r.borders == borders]
    assert fits, f"no route by {places} over {borders}"
    for route in answer:
        assert not any(touches(answer.network, row, s) for row in route.rows for s in question["exclude"])


@pytest.mark.parametrize("corridor", FORCED)
def test_what_is_not_in_the_front_is_beaten_by_a_route_that_is(front, forced, corridor):
    points, free = integers(forced(corridor)), integers(front)
    missing = [p for p in points if p not in free]
    assert covered(points, free)
    assert not beats_some(points, free)
    for point in missing:  # strictly: equal values would be in the front
        assert beats_some(free, [point])


def test_western_route_has_its_truck_gap(forced):
    for route in forced("west"):
        assert "RAS-ASI-rail" not in links(route)
        hauls = [row for row in route.rows if row["kind"] == "haul" and "ASI" in (row["from"], row["to"])]
        assert all(row["mode"] == "road" for row in hauls)
        # safe routes make the stops one by one, and enter Astara from Azerbaijan
        assert hauls or route.borders != ["IR-AZ", "AZ-RU"] or not in_order(["RAS", "ASI"], nodes(route))
    by_rail = [r for r in forced("west") if {"QZV-RAS-rail", "YAL-SAM-rail"} <= links(r)]
    assert by_rail, "railway on both sides of the gap"


def test_rasht_astara_brings_the_all_rail_western_route(network, front):
    question = {"criteria": CRITERIA, "scenario": "rasht-astara-built"}
    built = find(network, "Mumbai", "Moscow", **question)
    west = {"via": ["Bandar Abbas", "border:IR-AZ"], "exclude": ["mode:road"]}
    no_truck = find(network, "Mumbai", "Moscow", **west, **question)
    all_rail = [r for r in no_truck if r.borders == ["IR-AZ", "AZ-RU"] and set(r.modes) == {"sea", "rail"}]
    assert all_rail
    for route in all_rail:
        assert in_order(["RAS", "ASI", "ASA"], nodes(route))
        assert "RAS-ASI-rail" in links(route)
        assert [row["from"] for row in route.rows if row["kind"] == "gauge-change"] == ["ASI"]
    assert not any(in_order(["RAS", "ASI"], nodes(r)) and "road" not in r.modes for r in front)
    assert not beats_some(integers(front), integers(built)), "building a railway makes nothing worse"


def test_hormuz_closed_takes_bandar_abbas_and_brings_chabahar(network, front):
    closed = find(network, "Mumbai", "Moscow", criteria=CRITERIA, scenario="hormuz-closed")
    by_ship = {"BND", "BIK", "KHO", "JEA"}
    assert any("BND" in nodes(r) for r in front)
    for route in closed:
        assert "hormuz" not in route.chokepoints
        calls = {n for row in route.rows if row["mode"] == "sea" for n in (row["from"], row["to"])}
        assert not calls & by_ship
    western = {"via": ["country:IR"], "exclude": SEA_WAYS, "scenario": "hormuz-closed"}
    through_iran = find(network, "Mumbai", "Moscow", criteria=("cost", "time"), **western)
    assert all("CHB" in nodes(r) for r in through_iran)
    # by risk there are ways round by Pakistan and China as well; who comes by sea comes to Chabahar
    for route in find(network, "Mumbai", "Moscow", criteria=CRITERIA, **western):
        ashore = [row["to"] for row in route.rows if row["kind"] == "haul" and row["mode"] == "sea"]
        assert {n for n in ashore if network.node(n)["country"] == "IR"} <= {"CHB", *CASPIAN}
    in_the_front = [r for r in closed if "CHB" in nodes(r)]
    assert in_the_front
    comparison = co.compare_scenarios(
        network, "Mumbai", "Moscow", scenarios=["baseline", "hormuz-closed"], criteria=("time",), exclude=SEA_WAYS
    )
    assert "CHB" not in nodes(comparison["baseline"][0])
    assert "CHB" in nodes(comparison["hormuz-closed"][0])


def test_without_azerbaijan_there_is_armenia_and_the_caspian(network):
    for via, places in ((["border:AM-IR"], ["NRD", "AGR"]), (["chokepoint:caspian"], ["AST"])):
        # nor by Turkey, by which a search for all safe ways takes minutes
        question = {"exclude": ["country:AZ", "country:TR", *SEA_WAYS], "via": via, "criteria": CRITERIA}
        front = find(network, "Mumbai", "Moscow", **question)
        assert any(in_order(places, nodes(r)) for r in front)
        for route in front:
            assert "AZ" not in route.countries
            assert not any(network.node(n)["country"] == "AZ" for n in nodes(route))
            assert not any(touches(network, row, "country:AZ") for row in route.rows)


def test_baku_nakhchivan_goes_through_iran_today(network):
    front = find(network, "Baku", "Nakhchivan", criteria=CRITERIA)
    assert front[0].countries == ["AZ", "IR", "AZ"]
    assert not any("AM" in r.countries for r in front)
    detours = find(network, "Baku", "Nakhchivan", criteria=CRITERIA, exclude=["country:IR"])
    assert not any("AM" in r.countries for r in detours)


def test_baku_nakhchivan_goes_through_syunik_when_zangezur_is_open(network):
    for exclude, modes in ((["country:IR"], {"road", "rail"}), (["country:IR", "mode:road"], {"rail"})):
        question = {"criteria": CRITERIA, "scenario": "zangezur-open", "exclude": exclude}
        best = find(network, "Baku", "Nakhchivan", **question)[0]
        assert best.countries == ["AZ", "AM", "AZ"]
        assert set(best.modes) <= modes
        assert in_order(["AGB", "MEG", "ORD"], nodes(best))
    cleanest = find(network, "Baku", "Nakhchivan", criteria=("emissions",), scenario="zangezur-open")[0]
    assert cleanest.countries == ["AZ", "AM", "AZ"], "the railway through Syunik, without forcing anything"


@pytest.mark.parametrize(
    ("origin", "destination", "places"),
    [
        ("Yerevan", "Bandar Abbas", ["EVN", "AGR", "NRD", "BND"]),
        ("Urumqi", "Istanbul", ["URC", "ALA", "TBS", "IST"]),
        ("Islamabad", "Istanbul", ["ISB", "TAF", "ZAH", "THR", "IST"]),
        ("Altynkol", "Constanta", ["ALT", "AKT", "ALA", "POT", "CON"]),
    ],
)
@pytest.mark.parametrize("as_of", [2022, 2026])
def test_other_corridors_answer(request, as_of, origin, destination, places):
    network = request.getfixturevalue("network" if as_of == 2026 else "network_2022")
    assert len(find(network, origin, destination, criteria=CRITERIA)) >= 1
    by_the_corridor = find(network, origin, destination, criteria=("cost", "time"), via=places[1:-1])
    assert all(in_order(places, nodes(route)) for route in by_the_corridor)
