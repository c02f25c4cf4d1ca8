"""What is almost as good as the front, by another corridor."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from studies.hand_made import ASKED, way, world

import corridor_opt as co

CORRIDORS = ("north", "south", "east")


def three(usd: float, hours: float, *, label: str = "south") -> co.Network:
    """North is the front; another way, by R, and a third far off."""
    ways = [
        way("AAA", "PPP", 5000, 500, corridors="north"),
        way("PPP", "ZZZ", 5000, 500, corridors="north"),
        way("AAA", "RRR", usd / 2, hours / 2, corridors=label),
        way("RRR", "ZZZ", usd / 2, hours / 2, corridors=label),
        way("AAA", "QQQ", 9000, 900, corridors="east"),
        way("QQQ", "ZZZ", 9000, 900, corridors="east"),
    ]
    return world(ways, corridors=CORRIDORS)


def routes(network: co.Network, **question) -> co.Front:
    return co.find_routes(network, "AAA", "ZZZ", **ASKED, **question)


def test_a_route_within_the_slack_stands_beside_the_front():
    network = three(10_300, 1_030)
    front, both = routes(network), routes(network, slack=0.05)
    assert (len(front), len(both), both.extras) == (1, 2, frozenset({1}))
    assert both[0].values == front[0].values
    assert both[1].corridors == ["Corridor South"]
    document = json.loads(both.to_json())
    assert [route.get("extra") for route in document["routes"]] == [None, "slack"]
    assert document["slack"] == {"share": 0.05, "incomplete": []}
    assert "2+" in str(both)
    assert "1 route, none beaten" in str(both)
    assert both.rank()["route"].iloc[0] == 0
    assert both.rank(method="topsis")["route"].iloc[0] == 0


@pytest.mark.parametrize(("slack", "found"), [(0.02, 0), (0.05, 1), (1.0, 2)])
def test_the_slack_bounds_every_criterion(slack, found):
    assert len(routes(three(10_300, 1_030), slack=slack).extras) == found


def test_almost_as_cheap_and_much_slower_is_not_almost_as_good():
    assert not routes(three(10_100, 1_500), slack=0.05).extras


def test_without_slack_nothing_is_marked():
    front = routes(three(10_300, 1_030))
    assert front.slack is None
    assert "extra" not in front.to_json()


def test_zero_slack_shows_ties_alone():
    assert len(routes(three(10_000, 1_000), slack=0).extras) == 1
    assert not routes(three(10_001, 1_000), slack=0).extras


def test_another_way_by_the_corridor_of_the_front_is_none():
    assert not routes(three(10_300, 1_030, label="north"), slack=0.05).extras
    assert not routes(three(10_300, 1_030, label=""), slack=0.05).extras


def test_limits_hold_beside_the_front_too():
    network = three(10_300, 1_030)
    value = routes(network)[0].values["cost"]
    assert not routes(network, slack=0.05, limits={"cost": value + 100}).extras
    assert not routes(network, slack=0.05, exclude="node:RRR").extras


def test_a_comparison_passes_it_on():
    network = three(10_300, 1_030)
    slow = co.Scenario("none")
    compared = co.compare_scenarios(network, "AAA", "ZZZ", scenarios=["baseline"], slack=0.05, **ASKED)
    assert compared.outcomes["baseline"].front.extras == {1}
    assert slow.apply(network)[0] is network


@pytest.mark.parametrize("slack", [-0.1, 1.5, "5 %", True, float("nan")])
def test_what_is_no_slack_is_refused(slack):
    with pytest.raises(co.DataError, match="slack"):
        routes(three(10_300, 1_030), slack=slack)


def test_slack_needs_the_whole_front():
    with pytest.raises(co.DataError, match="Bounded"):
        routes(three(10_300, 1_030), slack=0.05, method=co.Bounded(0.01))
    with pytest.raises(co.DataError, match="slack"):
        co.price_of_avoidance(three(10_300, 1_030), "AAA", "ZZZ", "node:PPP", slack=0.05)


def test_on_the_embedded_network(network):
    asked = {"criteria": ("cost", "time", "risk")}
    front = co.find_routes(network, "Tehran", "Moscow", **asked)
    both = co.find_routes(network, "Tehran", "Moscow", slack=0.05, **asked)
    assert [r.values for r in both[: len(front)]] == [r.values for r in front]
    named = {name for route in front for name in route.corridors}
    assert both.extras == set(range(len(front), len(both)))
    assert both.extras
    for i in both.extras:
        assert set(both[i].corridors) - named
        near = [all(both[i].values[c] <= 1.05 * f.values[c] + 0.01 for c in asked["criteria"]) for f in front]
        assert any(near)


NAMES = ("AAA", "BBB", "CCC", "DDD", "ZZZ")


@st.composite
def small_worlds(draw):
    """Roads between five places, each by one corridor or none."""
    pairs = list(itertools.combinations(NAMES, 2))
    made = [way("AAA", "ZZZ", 4000, 400, id="main", corridors="north")]
    for tail, head in draw(st.lists(st.sampled_from(pairs), min_size=6, max_size=9)):
        usd, hours = draw(st.sampled_from([1900, 2000, 2100])), draw(st.sampled_from([190, 200, 210]))
        label = draw(st.sampled_from(["south", "south", "east", "", "north"]))
        made.append(way(tail, head, usd, hours, id=f"w{len(made)}", corridors=label))
    return made


def simple_paths(ways):
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
    return (2 * sum(float(r["freight_usd_per_teu"]) for r in path), sum(float(r["transit_hours"]) for r in path))


def beaten(one, others):
    return any(o != one and all(x <= y for x, y in zip(o, one, strict=True)) for o in others)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(small_worlds(), st.sampled_from([0.0, 0.3, 0.8]))
def test_brute_force(ways, slack):
    """By enumeration: for each corridor not in the front, its unbeaten ways that are near and named by it."""
    network = world(ways, corridors=CORRIDORS)
    both = routes(network, slack=slack)
    front = [route for route in both if route.number not in both.extras]
    ends = [front[0].values[c] - value([r for r in ways if r["id"] in used(front[0])])[i] for i, c in enumerate(CT)]
    named = {name for route in front for name in route.corridors}
    paths = simple_paths(ways)
    expected = set()
    for corridor in CORRIDORS:
        if f"Corridor {corridor.title()}" in named:
            continue
        through = [p for p in paths if any(r["corridors"] == corridor for r in p)]
        values = [value(p) for p in through]
        for path in through:
            whole = tuple(v + e for v, e in zip(value(path), ends, strict=True))
            near = any(
                all(w <= (1 + slack) * f.values[c] + 1e-6 for w, c in zip(whole, CT, strict=True)) for f in front
            )
            if near and not beaten(value(path), values):
                expected.add((corridor, tuple(round(w, 2) for w in whole)))
    # Of ways of equal values one is found; which of them is named by the corridor is not known beforehand.
    seen = {tuple(round(both[i].values[c], 2) for c in CT) for i in both.extras}
    assert seen <= {v for _, v in expected}
    for corridor, whole in expected:
        alike = [p for p in paths if tuple(round(v + e, 2) for v, e in zip(value(p), ends, strict=True)) == whole]
        if all(share(p, corridor) == 1.0 for p in alike):
            assert whole in seen


CT = ("cost", "time")


def used(route):
    return {link for leg in route.legs for link in leg.links}


def share(path, corridor):
    labelled = [r for r in path if r["corridors"]]
    return sum(r["corridors"] == corridor for r in labelled) / max(len(labelled), 1)
