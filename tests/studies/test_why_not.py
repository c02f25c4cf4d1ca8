"""Why something is not in a front: built cases with known answers, and small random networks by brute force."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from studies.hand_made import ASKED, border, planned, way, why, world

import corridor_opt as co
from corridor_opt.model.disruption import Disruption
from corridor_opt.model.scenario import parse_scenario
from corridor_opt.model.selector import Selector

MIDDLE = ("AAA-RRR-road", "RRR-ZZZ-road")
# Two ways that trade off: cheap and slow by P, dear and quick by Q.
TRADE = [way("AAA", "PPP", 50, 500), way("PPP", "ZZZ", 50, 500), way("AAA", "QQQ", 500, 50), way("QQQ", "ZZZ", 500, 50)]


def middle(usd: float, hours: float, **more) -> list[dict]:
    """A third way, by R."""
    return [way("AAA", "RRR", usd / 2, hours / 2, **more), way("RRR", "ZZZ", usd / 2, hours / 2)]


def kinds(answer: co.WhyNot) -> list[str]:
    return [change.kind for change in answer.changes if change.verified]


def sets(answer: co.WhyNot) -> list[tuple[str, ...]]:
    return [one.kinds for one in answer.closed]


# --- in the front


def test_a_point_that_no_weighted_sum_finds_is_in_the_front():
    answer = why(world([*TRADE, *middle(700, 700)]), "Town RRR", *MIDDLE)
    assert answer.verdict == "in the front"
    assert answer.routes[0].values["cost"] > 700
    assert not answer.changes


def test_a_way_that_equals_a_route_of_the_front_is_in_the_front():
    answer = why(world([*TRADE, *middle(100, 1000)]), "RRR", *MIDDLE)
    other = why(world([*TRADE, *middle(100, 1000)]), "PPP", *MIDDLE)
    assert answer.verdict == other.verdict == "in the front"
    assert answer.members == other.members == (0,)
    assert any("equals" in note for note in (*answer.notes, *other.notes))


@pytest.mark.parametrize("end", ["AAA", "ZZZ"])
def test_origin_and_destination_are_in_every_route(end):
    answer = why(world(TRADE), end)
    assert (answer.verdict, answer.members) == ("in the front", (0, 1))


# --- dominated


def test_beaten_by_cost_alone():
    answer = why(world([*TRADE, *middle(1010, 100)]), "RRR", *MIDDLE)
    assert answer.verdict == "dominated"
    assert answer.beaten[0].gaps == pytest.approx({"cost": 10, "time": 0})
    assert answer.beaten[0].by == (1,)
    fee = answer.changes[0]
    assert (fee.kind, fee.verified) == ("fee", True)
    assert fee.amount == pytest.approx(10.01)  # a cent less is no longer beaten


def test_beaten_by_two_routes_each_in_its_own():
    answer = why(world([*TRADE, *middle(1200, 1200)]), "RRR", *MIDDLE)
    assert set(answer.beaten[0].by) == {0, 1}
    assert answer.beaten[0].needs["cost"] == pytest.approx(1100.01)
    assert answer.beaten[0].needs["time"] == pytest.approx(1100, abs=0.02)


def test_a_reduction_is_bounded_by_what_the_element_costs():
    """No single road is so dear; both together are, and hours the same."""
    answer = why(world([*TRADE, *middle(1200, 1200)]), "RRR", *MIDDLE)
    assert kinds(answer) == ["share", "share"]
    assert answer.changes[0].amount == 92  # 1,100.01 of 1,200 and the two terminals' roads alone


def test_one_step_less_is_not_enough():
    network = world([*TRADE, *middle(1010, 100)])
    change = why(network, "RRR", *MIDDLE).changes[0]
    (one,) = change.scenario.disruptions
    less = co.Scenario("less", disruptions=(Disruption(one.selector, "add", {"cost": -5.0}),))  # 10 USD a FEU: a tie
    front = co.find_routes(network, "AAA", "ZZZ", scenario=less, **ASKED)
    assert [route.values["cost"] for route in front][1] == pytest.approx(front[1].values["cost"])
    assert len(front) == 2


def test_even_for_nothing_it_would_be_beaten():
    ways = [way("AAA", "RRR", 5, 5), way("RRR", "BBB", 5, 5), way("AAA", "BBB", 1, 1), way("BBB", "ZZZ", 50, 50)]
    answer = why(world(ways), "link:AAA-RRR-road", "AAA-RRR-road")
    assert answer.verdict == "dominated"
    told = [change.text for change in answer.changes if change.kind == "none"]
    assert len(told) == len(answer.changes) == 3
    assert all("even if" in text for text in told)
    assert "lacks 9 USD" in told[0]


def test_a_change_may_be_saved_and_read_again(tmp_path):
    network = world([*TRADE, *middle(1010, 100)])
    change = why(network, "RRR", *MIDDLE).changes[0]
    read = parse_scenario(change.toml.encode(), "saved")
    assert not read.faults
    path = tmp_path / "saved.toml"
    path.write_text(change.toml, encoding="utf-8")
    by_file = co.find_routes(network, "AAA", "ZZZ", scenario=path, **ASKED)
    by_object = co.find_routes(network, "AAA", "ZZZ", **{**ASKED, **change.words})
    assert by_file.values.equals(by_object.values)


def test_border_named_where_it_is_what_could_be_cheaper():
    countries = {"RRR": "RU", "SSS": "RU", "ZZZ": "KZ"}
    ways = [*TRADE, way("AAA", "BBB", 10, 10), way("SSS", "RRR", 5, 5), way("CCC", "ZZZ", 10, 10)]
    borders = [border("BBB", "SSS", 600, 40), border("RRR", "CCC", 300, 40)]
    answer = why(world(ways, borders=borders, countries=countries), "country:RU", "BBB-SSS-road", "RRR-CCC-road")
    assert answer.verdict in ("dominated", "in the front")
    direct = why(world(ways, borders=borders, countries=countries), "RU", limits={"time": 130})
    assert direct.what == "country:RU"


# --- there and back


def test_a_dead_end_is_no_way_through():
    spur = [way("PPP", "RRR", 1, 1)]
    answer = why(world([*TRADE, *spur]), "RRR", "PPP-RRR-road")
    assert answer.verdict == "impossible"
    assert not answer.changes


def test_two_roads_to_a_dead_end_are_none_either():
    spur = [way("PPP", "RRR", 1, 1), way("PPP", "RRR", 2, 2, id="second")]
    assert why(world([*TRADE, *spur]), "RRR").verdict == "impossible"


def test_turning_back_does_not_hide_the_way_through():
    ways = [*TRADE, way("PPP", "RRR", 1, 1), way("RRR", "ZZZ", 400, 700)]
    answer = why(world(ways), "RRR", "PPP-RRR-road", "RRR-ZZZ-road")
    assert answer.verdict == "dominated"
    assert (answer.count, answer.exact) == (1, True)
    assert not any(leg.links.count("PPP-RRR-road") > 1 for route in answer.routes for leg in route.legs)


# --- closed


def test_two_cuts_at_once_are_one_set():
    answer = why(world([*TRADE, planned("AAA", "RRR", 1, 1), planned("RRR", "ZZZ", 1, 1)]), "RRR", *MIDDLE)
    assert answer.verdict == "closed"
    assert sets(answer) == [("status", "status")]
    assert kinds(answer) == ["open"]
    assert answer.changes[0].routes


def test_each_of_two_that_suffices_is_told_the_cheaper_first():
    ways = [*TRADE, planned("AAA", "RRR", 300, 9), planned("PPP", "RRR", 1, 9), way("RRR", "ZZZ", 1, 9)]
    answer = why(world(ways), "RRR", "AAA-RRR-road", "PPP-RRR-road")
    assert [one.blockers[0].split()[0] for one in answer.closed] == ["PPP-RRR-road", "AAA-RRR-road"]
    assert all(change.verified for change in answer.changes)


def test_a_planned_link_that_does_not_suffice_says_what_it_still_lacks():
    answer = why(world([*TRADE, planned("AAA", "RRR", 900, 900), way("RRR", "ZZZ", 900, 900)]), "RRR", *MIDDLE)
    change = answer.changes[0]
    assert (change.kind, change.verified) == ("open", False)
    assert change.then is not None
    assert change.then.verdict == "dominated"
    assert "not enough" in str(answer)


def test_a_season():
    ice = {"id": "ice", "name": "Ice", "months": "12-2", "change": "closed", "source": "K", "confidence": "low"}
    network = world([*TRADE, way("AAA", "RRR", 1, 1, seasons="ice"), way("RRR", "ZZZ", 1, 1)], seasons=[ice])
    answer = why(network, "RRR", *MIDDLE, departure="2026-01-20")
    assert sets(answer) == [("season",)]
    assert answer.changes[0].verified
    assert answer.changes[0].words["departure"] in ("2026-03-20", "2025-11-20", "2026-11-20")
    assert why(network, "RRR", *MIDDLE, departure="2026-06-20").verdict == "in the front"


def test_a_compliance_rule_is_told_and_not_advised():
    rule = co.Rule("no-r", Selector({"node": ("RRR",)}), forbid=True, regulation="made up", sources=("K",))
    profile = co.Profile("ours", rules=(rule,), sources=("K",), template=True)
    answer = why(world([*TRADE, *middle(50, 50)]), "RRR", *MIDDLE, compliance=profile)
    assert sets(answer) == [("compliance",)]
    assert answer.changes[0].verified
    assert "not legal advice" in str(answer)
    assert "not advised" in str(answer)


def test_a_scenario_closure():
    shut = co.Scenario("shut", disruptions=(Disruption(Selector({"link": ("AAA-RRR-road",)}), "close", label="shut"),))
    answer = why(world([*TRADE, *middle(50, 50)]), "RRR", *MIDDLE, scenario=shut)
    assert sets(answer) == [("scenario",)]
    assert answer.changes[0].verified


def test_a_country_closed_to_transit():
    shut = co.Scenario("shut", disruptions=(Disruption(Selector({"transit": ("RU",)}), "close", label="shut"),))
    countries = {"RRR": "RU", "SSS": "RU"}
    ways = [*TRADE, way("AAA", "BBB", 1, 1), way("SSS", "RRR", 1, 1), way("CCC", "ZZZ", 1, 1)]
    borders = [border("BBB", "SSS", 1, 1), border("RRR", "CCC", 1, 1)]
    network = world(ways, borders=borders, countries=countries)
    answer = why(network, "country:RU", "SSS-RRR-road", scenario=shut)
    assert sets(answer) == [("transit",)]
    assert answer.changes[0].verified


@pytest.mark.parametrize("word", ["link:AAA-RRR-road", "node:RRR"])
def test_an_exclusion(word):
    answer = why(world([*TRADE, *middle(50, 50)]), "RRR", *MIDDLE, exclude=[word, "node:PPP"])
    assert sets(answer) == [("exclude",)]
    change = answer.changes[0]
    assert (change.verified, change.words) == (True, {"exclude": ["node:PPP"]})


def test_an_exclusion_and_a_planned_link_together():
    ways = [*TRADE, planned("AAA", "RRR", 1, 1), way("RRR", "ZZZ", 1, 1)]
    answer = why(world(ways), "RRR", *MIDDLE, exclude="link:RRR-ZZZ-road")
    assert [set(one) for one in sets(answer)] == [{"exclude", "status"}]
    assert answer.changes[0].verified


def test_a_missing_terminal():
    ways = [*TRADE, way("AAA", "RRR", 1, 1), way("RRR", "ZZZ", 1, 1, mode="rail")]
    network = world(ways, served={"RRR": (), "ZZZ": ("road", "rail")})
    answer = why(network, "RRR", "RRR-ZZZ-rail")
    assert answer.verdict == "closed"
    assert answer.closed[0].kinds == ("terminal", "terminal")
    assert "no rail terminal" in str(answer)
    better = world(ways, served={"RRR": ("road",), "ZZZ": ("road", "rail")})
    assert why(better, "RRR").closed[0].blockers == ("Town RRR has no rail terminal",)
    whole = world(ways, served={"RRR": ("road", "rail"), "ZZZ": ("road", "rail")})
    assert why(whole, "RRR").verdict != "closed"


def test_two_gauges_without_a_gauge_change():
    ways = [
        *TRADE,
        way("AAA", "RRR", 1, 1, mode="rail", gauge_mm="1435", **{"class": "rail-iran"}),
        way("RRR", "ZZZ", 1, 1, mode="rail"),
    ]
    network = world(ways, served={"RRR": (), "AAA": ("road",), "ZZZ": ("road", "rail")})
    answer = why(network, "RRR", "RRR-ZZZ-rail")
    assert answer.verdict == "closed"
    assert "Town RRR has no rail terminal" in answer.closed[0].blockers


# --- limits


def test_a_limit_says_by_how_much():
    network = world([*TRADE, *middle(700, 700)])
    answer = why(network, "RRR", *MIDDLE, limits={"time": 500})
    assert answer.verdict == "beyond limits"
    assert "limit time" in answer.reasons[0]
    change = answer.changes[0]
    assert (change.kind, change.verified) == ("limit", True)
    lower = {"limits": {"time": change.words["limits"]["time"] - 0.1}}
    assert why(network, "RRR", *MIDDLE, **lower).verdict == "beyond limits"


def test_two_limits_that_no_way_keeps_at_once():
    ways = [*TRADE, way("AAA", "RRR", 1, 300), way("AAA", "RRR", 300, 1, id="quick"), way("RRR", "ZZZ", 1, 1)]
    network = world(ways)
    ends = co.find_routes(network, "AAA", "ZZZ", criteria="cost", hazards="none")[0].values["cost"] - 2
    answer = why(network, "RRR", "RRR-ZZZ-road", limits={"time": "200 h", "cost": ends + 100})
    assert answer.verdict == "beyond limits"
    assert "at once" in answer.reasons[0]
    assert {change.verified for change in answer.changes} == {True}


# --- what is meant


COUNTRIES = {"RRR": "RU", "SSS": "RU"}
MANY = world(
    [
        *TRADE,
        way("AAA", "BBB", 1900, 1900, corridors="south"),
        way("SSS", "RRR", 1, 1, corridors="south"),
        way("CCC", "ZZZ", 1, 1),
        way("AAA", "ZZZ", 1900, 1900, mode="sea", chokepoints="suez"),
    ],
    borders=[border("BBB", "SSS", 1, 1), border("RRR", "CCC", 1, 1)],
    countries=COUNTRIES,
    served={"AAA": ("road", "sea"), "ZZZ": ("road", "sea")},
    corridors=["south"],
)


@pytest.mark.parametrize(
    ("word", "taken"),
    [
        ("south", "corridor:south"),
        ("Corridor South", "corridor:south"),
        ("Russia", "country:RU"),
        ("country:ru", "country:RU"),
        ("Suez", "chokepoint:suez"),
        ("suez canal", "chokepoint:suez"),
        ("town rrr", "node:RRR"),
        ("border:RU-KZ", "border:KZ-RU"),
        ("mode:sea", "mode:sea"),
        ("link:SSS-RRR-road", "link:SSS-RRR-road"),
    ],
)
def test_what_is_meant(word, taken):
    answer = why(MANY, word)
    assert answer.what == taken
    assert answer.verdict == "dominated"
    assert answer.exact


def test_a_corridor_and_a_chokepoint_of_one_name(network):
    answer = co.why_not(network, "Mumbai", "Moscow", "Suez", criteria=("cost", "time"))
    assert answer.what == "chokepoint:suez"
    assert "corridor:suez" in str(answer)


@pytest.mark.parametrize("word", ["Atlantis", "", "corridor:nowhere", "colour:red", None, 5])
def test_what_is_unknown_is_an_error(word):
    with pytest.raises(co.CorridorError):
        co.why_not(MANY, "AAA", "ZZZ", word)


def test_every_fault_at_once():
    with pytest.raises(co.DataError) as caught:
        co.why_not(MANY, "AAB", "ZZZ", "Rusia", slack=0.1)
    said = str(caught.value)
    for part in ("slack", "Rusia", "Russia"):
        assert part in said
    with pytest.raises(co.DataError) as caught:
        co.why_not(MANY, "AAB", "ZZZ", "Rusia")
    assert "AAB" in str(caught.value)
    assert "Rusia" in str(caught.value)


def test_a_corridor_used_in_part_means_its_other_part():
    """The front uses a short piece of it, and other corridors further; what it does not use is asked about."""
    ways = [
        way("AAA", "BBB", 10, 10, corridors="north;south", length_km="50"),
        way("BBB", "ZZZ", 10, 10, corridors="north", length_km="5000"),
        way("BBB", "RRR", 900, 900, corridors="south", length_km="5000"),
        way("RRR", "ZZZ", 10, 10, corridors="south", length_km="5000"),
    ]
    answer = why(world(ways, corridors=["north", "south"]), "south", "BBB-RRR-road", "RRR-ZZZ-road")
    assert answer.verdict == "dominated"
    assert any("stretch of it" in note for note in answer.notes)
    assert why(world(ways, corridors=["north", "south"]), "north").verdict == "in the front"


# --- hazards


def test_a_hazard_that_both_meet_is_no_difference():
    both = co.Hazard("both", Selector({"corridor": ("south",)}), 2.0, 20.0, close=True, sources=("K",))
    one = co.Hazard("one", Selector({"link": ("RRR-ZZZ-road",)}), 2.0, 10.0, close=True, sources=("K",))
    ways = [way("AAA", "MMM", 1, 1, corridors="south"), way("MMM", "ZZZ", 9, 9, corridors="south")]
    ways += [way("MMM", "RRR", 5, 5, corridors="south"), way("RRR", "ZZZ", 5, 5, corridors="south")]
    hazards = co.HazardSet("two", (both, one))
    asked = {"criteria": ("cost", "time", "risk"), "hazards": hazards}
    answer = why(world(ways, corridors=["south"]), "RRR", "RRR-ZZZ-road", **asked)
    assert answer.verdict == "dominated"
    difference = answer.difference()
    frame = difference.hazards.set_index("name")
    assert frame.loc["both", "part"] == "both"
    assert frame.loc["both", "nepers"] == 0
    assert frame.loc["one", "part"] == "this route"
    assert kinds(answer)[0] == "fee"


def test_less_risk_lets_it_in():
    """Dearer and slower it may be, if it is safer than any; here its hazard has to weigh less."""
    on = {"P": "AAA-PPP-road", "R": "AAA-RRR-road"}
    hazards = co.HazardSet(
        "two",
        tuple(
            co.Hazard(name, Selector({"link": (on[name],)}), rate, 20.0, close=True, sources=("K",))
            for name, rate in (("P", 1.0), ("R", 2.0))
        ),
    )
    network = world([*TRADE[:2], *middle(200, 2000)])
    answer = why(network, "RRR", *MIDDLE, criteria=("cost", "time", "risk"), hazards=hazards)
    risk = answer.changes[-1]
    assert answer.verdict == "dominated"
    assert (risk.kind, risk.unit, risk.verified) == ("share", "%", True)
    assert "less risky" in risk.text


# --- JSON


def test_json_says_what_the_text_says():
    answer = why(world([*TRADE, *middle(1010, 100)]), "RRR", *MIDDLE)
    document = json.loads(answer.to_json())
    assert document["schema"] == "corridor-opt/why-not/1"
    assert document["verdict"] == answer.verdict
    assert document["routes"][0]["beaten"]["by"] == [2]
    assert document["changes"][0]["verified"] is True
    assert document["changes"][0]["scenario"] == answer.changes[0].toml
    assert "10.01 USD less" in str(answer)
    assert "<pre>" in answer._repr_html_()


def test_names_from_data_are_escaped():
    network = world(TRADE)
    nodes = network["nodes"].copy()
    nodes["name"] = nodes["name"].replace("Town PPP", "<script>alert(1)</script>")
    answer = co.why_not(network.replace(nodes=nodes), "AAA", "ZZZ", "PPP", **ASKED)
    assert "<script>" not in answer._repr_html_()


# --- brute force

NAMES = ("AAA", "BBB", "CCC", "DDD", "ZZZ")


@st.composite
def small_worlds(draw):
    """Roads between five places, some only planned, and what is missed."""
    pairs = list(itertools.combinations(NAMES, 2))
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=6, max_size=9, unique=True))
    made = []
    unbuilt = draw(st.sampled_from([0, 1, 3]))
    for tail, head in [*chosen, draw(st.sampled_from(chosen))]:
        usd, hours = draw(st.sampled_from([10, 20, 40, 90])), draw(st.sampled_from([90, 40, 20, 10]))
        kind = planned if 6 - draw(st.integers(1, 6)) < unbuilt else way
        made.append(kind(tail, head, usd, hours, id=f"w{len(made)}"))
    used = {end for row in made for end in (row["from"], row["to"])}
    made += [way("AAA", "ZZZ", 100, 100, id="main")] if not {"AAA", "ZZZ"} <= used or draw(st.booleans()) else []
    missed = draw(st.sampled_from(sorted(used - {"AAA", "ZZZ"}) + [row["id"] for row in made]))
    return made, missed


def simple_paths(ways):
    """Every way from A to Z that visits no place twice, as tuples of rows."""
    found = []

    def go_on(at, seen, rows):
        if at == "ZZZ":
            found.append(tuple(rows))
            return
        for row in ways:
            if at in (row["from"], row["to"]):
                to = row["to"] if at == row["from"] else row["from"]
                if to not in seen:
                    go_on(to, seen | {to}, [*rows, row])

    go_on("AAA", {"AAA"}, [])
    return found


def value(path):
    return (sum(float(r["freight_usd_per_teu"]) for r in path), sum(float(r["transit_hours"]) for r in path))


def beats(one, other):
    return one != other and all(x <= y for x, y in zip(one, other, strict=True))


def shut(path):
    return frozenset(r["id"] for r in path if r["status_2026"] == "planned")


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(small_worlds())
def test_brute_force(case):
    ways, missed = case
    paths = simple_paths(ways)
    uses = [p for p in paths if any(missed in (r["id"], r["from"], r["to"]) for r in p)]
    usable = [p for p in paths if not shut(p)]
    through = [p for p in uses if not shut(p)]
    front = {value(p) for p in usable if not any(beats(value(q), value(p)) for q in usable)}
    word = f"node:{missed}" if missed in NAMES else f"link:{missed}"
    links = [missed] if missed not in NAMES else [r["id"] for r in ways if missed in (r["from"], r["to"])]
    answer = why(world(ways), word, *links)
    if any(value(p) in front for p in through):
        assert answer.verdict == "in the front"
    elif through:
        best = {value(p) for p in through if not any(beats(value(q), value(p)) for q in through)}
        assert (answer.verdict, answer.exact, answer.count) == ("dominated", True, len(best))
        least = min(
            max(2 * (v[0] - f[0]) for f in front if f[1] <= v[1]) + 0.01 if any(f[1] <= v[1] for f in front) else 0.0
            for v in best
        )
        needs = min(beaten.needs["cost"] for beaten in answer.beaten)
        assert needs == pytest.approx(least)
        for beaten, route in zip(answer.beaten, answer.routes, strict=True):
            assert all(answer.front[i].values[c] <= route.values[c] + 1e-9 for i in beaten.by for c in ("cost", "time"))
    elif uses:
        needed = {shut(p) for p in uses}
        minimal = {s for s in needed if not any(t < s for t in needed)}
        assert answer.verdict == "closed"
        assert {frozenset(b.split()[0] for b in one.blockers) for one in answer.closed} == minimal
    else:
        assert answer.verdict == "impossible"
