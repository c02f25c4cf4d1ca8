"""Scenarios as criteria, and the price of avoiding something."""

from __future__ import annotations

import numpy as np
import pytest

import corridor_opt as co
from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.shortest import shortest_path
from corridor_opt.model.disruption import Disruption
from corridor_opt.studies.question import ask
from corridor_opt.studies.task import Task


def dearer(name, **where):
    """A scenario that closes nothing and doubles what some links cost."""
    selector = co.Selector({key: (value,) for key, value in where.items()})
    return co.Scenario(name, disruptions=(Disruption(selector, "multiply", {"cost": 2.0}),))


DEARER = [dearer("canal", chokepoint="suez"), dearer("iran", country="IR"), dearer("roads", mode="road")]
CLOSING = {"baseline": 0.6, "hormuz-closed": 0.1, "red-sea-diverted": 0.3}
PAIR = ("Mumbai", "Moscow")


@pytest.fixture(scope="module")
def closing(network):
    return co.scenario_routes(network, *PAIR, scenarios=CLOSING, criterion="time", penalty="30 d")


def test_every_weighted_mean_has_its_best_route_in_the_set(network):
    """Against one search by the weighted sum, which is exact for one weighting alone."""
    found = co.scenario_routes(network, *PAIR, scenarios=DEARER)
    assert len(found) > 1
    asked = ask(network, *PAIR, scenarios=DEARER, criteria=("cost",))
    tasks = [Task(asked, world) for world in asked.worlds]
    cost = np.column_stack([task.weights.weight[:, NAMES.index("cost")] for task in tasks])
    graph, is_open = tasks[0].graph, tasks[0].is_open
    assert all((task.is_open == is_open).all() for task in tasks)
    for weights in ((1, 0, 0), (0, 1, 0), (1, 1, 1), (5, 2, 1), (1, 7, 3)):
        best = shortest_path(
            graph.first_out, graph.head, cost @ np.array(weights), tasks[0].source, tasks[0].target, is_open=is_open
        )
        assert (found.outcome @ np.array(weights)).min() == pytest.approx(best.value * 0.01)


def test_no_route_is_beaten_and_the_rules_hold(closing):
    values = closing.outcome
    for i, row in enumerate(values):
        others = np.delete(values, i, axis=0)
        assert not ((others <= row).all(axis=1)).any()
    worst, regret = values.max(axis=1), (values - values.min(axis=0)).max(axis=1)
    assert worst[closing.best["minimax"]] == worst.min()
    assert regret[closing.best["minimax-regret"]] == regret.min()
    mean = values @ np.array(list(CLOSING.values()))
    assert mean[closing.best["mean"]] == pytest.approx(mean.min())


def test_each_scenario_has_its_own_best_route(network, closing):
    for place, name in enumerate(CLOSING):
        alone = co.find_routes(network, *PAIR, criteria=("time",), scenario=name)[0].values["time"]
        assert closing.outcome[:, place].min() == pytest.approx(alone)


def test_a_closed_route_pays_the_penalty_once(network, closing):
    """The route of the baseline by Hormuz: its hours, and 30 days more where the strait is closed."""
    shut = list(CLOSING).index("hormuz-closed")
    for route, outcome, closed in zip(closing, closing.outcome, closing.closed, strict=True):
        assert closed[shut] == ("hormuz" in route.chokepoints)
        if closed[shut]:
            assert outcome[shut] == pytest.approx(outcome[0] + 720)
    assert closing.closed[:, shut].any()
    text = str(closing)
    assert "x: links of the route are closed" in text
    assert max(map(len, text.splitlines())) <= 100


def test_faults_of_scenarios_are_told_at_once(network):
    with pytest.raises(co.DataError) as caught:
        co.scenario_routes(
            network, "Mumbay", "Moscow", scenarios={"baselin": 1, "hormuz-closed": 0}, criterion="tim", fo=1
        )
    told = "\n".join(caught.value.faults)
    for word in (
        "did you mean 'Mumbai'",
        "did you mean 'baseline'",
        "weight of hormuz-closed",
        "'time'",
        "takes no fo",
    ):
        assert word in told
    with pytest.raises(co.DataError, match="2 to 6 are compared, not 1"):
        co.scenario_routes(network, *PAIR, scenarios=["baseline"])


def test_the_price_of_avoiding_a_border(network):
    avoided = co.price_of_avoidance(network, *PAIR, "border:AZ-IR", criteria=("cost", "time"))
    for name in ("cost", "time"):
        free = co.find_routes(network, *PAIR, criteria=(name,))[0].values[name]
        without = co.find_routes(network, *PAIR, criteria=(name,), exclude=["border:AZ-IR"])[0].values[name]
        assert avoided.price[name] == pytest.approx(without - free)
    assert avoided.price["time"] > 0
    assert avoided.price["cost"] == 0, "the cheapest route goes by Suez"
    assert "border:AZ-IR" in str(avoided)
    assert all("AZ-IR" not in r.borders and "IR-AZ" not in r.borders for r in avoided.best_without.values())


def test_what_cannot_be_avoided(network):
    avoided = co.price_of_avoidance(network, *PAIR, ["country:RU"], criteria=("cost",))
    assert "exclude country:RU" in avoided.reason
    assert avoided.price == {"cost": float("inf")}
    with pytest.raises(co.DataError) as caught:
        co.price_of_avoidance(network, *PAIR, "country:XX", criteria=("coast",))
    assert len(caught.value.faults) == 2
    with pytest.raises(co.DataError, match="name what to avoid"):
        co.price_of_avoidance(network, *PAIR, [])
