"""What a number does to the routes is what a search with that number finds."""

from __future__ import annotations

import numpy as np
import pytest

import corridor_opt as co
from corridor_opt.results.sensitivity import Sensitivities, _unbeaten, resting


@pytest.fixture(scope="module")
def front(network) -> co.Front:
    return co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"))


def with_number(network: co.Network, number: str, value: float) -> co.Network:
    """Give a network in which one shared number is another."""
    subject, _, quantity = number.partition("/")
    table = network["parameters"].copy()
    here = (table["subject"] == subject) & (table["quantity"] == quantity)
    assert here.sum() == 1, number
    table.loc[here, "value"] = value
    return network.replace(parameters=table)


def way(route: co.Route) -> tuple:
    return tuple(zip(route.steps["table"], route.steps["row"], route.steps["kind"], route.steps["from"], strict=True))


def test_what_rests_on_a_number_is_what_explanations_say(front):
    rests = resting(front)
    for k in (0, len(front) // 2, len(front) - 1):
        told = front[k].explain().least_certain
        for row in told.to_dict("records"):
            for name in ("cost", "time"):
                found = rests[row["number"]].get(name, np.zeros(len(front)))[k]
                assert found == pytest.approx(row[name], abs=1e-6)
        named = {number for number, sums in rests.items() if any(abs(s[k]) > 1e-9 for s in sums.values())}
        assert named <= set(told["number"]) | {n for n in named if n.endswith("length_km")}


@pytest.mark.parametrize(
    ("number", "value"),
    [("terminal-rail/dwell_load_hours.ordinary", 90.0), ("sea-deep/km_per_day.ordinary", 500.0)],
)
def test_moved_values_are_those_of_a_search(network, front, number, value):
    moving = Sensitivities(front)
    one = next(one for one in moving.numbers if one.said["number"] == number)
    said = one.said["value"]
    factor = said / value if "km_per_day" in number else value / said
    assert one.shown(factor) == pytest.approx(value)
    predicted = one.at(factor)
    again = co.find_routes(with_number(network, number, value), "Mumbai", "Moscow", criteria=("cost", "time"))
    searched = {way(route): route for route in again}
    met = 0
    for i, route in enumerate(front):
        if way(route) in searched:
            found = searched[way(route)].values
            met += 1
            # each step is whole cents and hundredths of an hour
            assert predicted[i] == pytest.approx([found["cost"], found["time"]], abs=0.01 * len(route.steps))
    assert met > 3


def test_predicted_switch_happens(network, front):
    moving = Sensitivities(front, {"cost": 1, "time": 1}, "weighted")
    switching = [one for one in moving.most(12) if one.switch is not None and "/" in one.number]
    shared = [one for one in switching if tuple(one.number.split("/", 1)) in network.numbers]
    assert shared, [one.number for one in switching]
    tried = 0
    for one in shared[:3]:
        for share, expected in ((0.97, moving.best), (1.03, one.to)):
            value = one.value + (one.switch - one.value) * share
            again = co.find_routes(
                with_number(network, one.number, value), "Mumbai", "Moscow", criteria=("cost", "time")
            )
            ways = {way(route) for route in again}
            if not {way(front[i]) for i in (moving.best, one.to)} <= ways or len(again) > len(front):
                continue  # routes that entered or left have changed the ranking: told in the report
            first = int(again.rank({"cost": 1, "time": 1})["route"].iloc[0])
            assert way(again[first]) == way(front[expected]), (one.number, value)
            tried += 1
    assert tried


def test_hazards_move_risk_as_a_search_does(network):
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "risk"))
    moving = Sensitivities(front)
    one = next(one for one in moving.numbers if one.said["number"] == "hazards/red-sea-unsafe")
    hazards = co.load_hazards("today").replace("red-sea-unsafe", per_year=one.high)
    again = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "risk"), hazards=hazards)
    predicted, searched, met = one.at(one.high), {way(route): route for route in again}, 0
    for i, route in enumerate(front):
        if way(route) in searched:
            assert predicted[i][1] == pytest.approx(searched[way(route)].values["risk"], abs=1e-5)
            met += 1
    assert met
    assert one.at(one.now) == pytest.approx(moving.values)


def test_order_and_rule(front):
    moving = Sensitivities(front)
    found = moving.most()
    assert len(found) == 5
    assert moving.best == front.rank(method="knee")["route"].iloc[0]
    changes = [any(first != moving.best for first in one.first) for one in found]
    assert changes == sorted(changes, reverse=True)
    for changing in (True, False):
        spreads = [one.spread for one, c in zip(found, changes, strict=True) if c is changing]
        assert spreads == sorted(spreads, reverse=True)
    for one in found:
        assert one.low <= one.high
        if one.within:
            assert one.low <= one.switch <= one.high
    with pytest.raises(co.DataError, match="no criterion 'costs'"):
        Sensitivities(front, {"costs": 1})


def test_number_that_all_routes_share_alike_moves_no_choice(network):
    front = co.find_routes(network, "Tehran", "Yerevan", criteria=("cost", "time"))
    alike = [one for one in Sensitivities(front).numbers if one.spread <= 1e-9]
    told = {one.number for one in Sensitivities(front).most(1000)}
    assert not told & {one.said["number"] for one in alike}


def test_unbeaten_points_are_those_of_a_plain_comparison():
    rng = np.random.default_rng(0)
    for _ in range(400):
        points = rng.integers(0, rng.integers(2, 9), (rng.integers(1, 25), rng.integers(1, 5))).astype(float)
        plain = [
            i
            for i, one in enumerate(points)
            if not any((p <= one).all() and ((p < one).any() or j < i) for j, p in enumerate(points))
        ]
        assert _unbeaten(points).tolist() == plain
