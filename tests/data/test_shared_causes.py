"""What the sum over links gets wrong and the exact search gets right, on the embedded network."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.search import pareto_front
from corridor_opt.studies.question import ask
from corridor_opt.studies.task import Task

CRITERIA = ("cost", "risk")
PAGE = Path(__file__).parents[2] / "docs" / "risk.md"


def probability(nepers: float) -> float:
    return -math.expm1(-nepers)


class Both:
    """Fronts of cost and risk: exact, and with each hazard counted at each arc that holds it."""

    def __init__(self, network, origin, destination):
        asked = ask(network, origin, destination, scenarios=["baseline"], criteria=CRITERIA)
        self.task = task = Task(asked, asked.worlds[0])
        self.gain = task.gain[:, [NAMES.index(name) for name in CRITERIA]]
        self.held = task.held.astype(np.int64)
        graph = (task.graph.first_out, task.graph.head)
        ends = {"source": task.source, "target": task.target, "is_open": task.is_open}
        self.exact = pareto_front(*graph, task.weight, **ends, shared=task.shared(CRITERIA))
        self.summed = pareto_front(*graph, task.weight + self.held @ self.gain, **ends)

    def true(self, paths):
        """Exact cost and nepers of paths."""
        values = [self.task.path_values(path) for path in paths]
        return [(round(v["cost"], 6), round(v["risk"], 9)) for v in values]

    def sum(self, path):
        """Risk of a path as a sum over links."""
        steps = self.task.weight[path] + self.held[path] @ self.gain
        return probability(steps[:, 1].sum() * self.task.weights.resolution["risk"])


@pytest.fixture(scope="module")
def both(network):
    return Both(network, "Mumbai", "Moscow")


def no_worse(a, b):
    return all(x <= y + 1e-9 for x, y in zip(a, b, strict=True))


def test_the_sum_drops_and_keeps_the_wrong_routes(both):
    exact, summed = both.true(both.exact.paths), both.true(both.summed.paths)
    lost = [v for v in exact if not any(no_worse(w, v) for w in summed)]
    beaten = [w for w in summed if any(no_worse(v, w) and not no_worse(w, v) for v in exact)]
    assert lost
    assert beaten
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    said = (
        f"{len(exact)} exact routes; the additive approximation keeps {len(summed)}, of which {len(beaten)} are beaten"
    )
    assert said in text
    assert f"loses {len(lost)}" in text


def test_the_route_it_misjudges_most(both):
    """Of the exact routes, the one for which the routes that the sum keeps are furthest from its risk at its price."""
    exact, summed = both.true(both.exact.paths), both.true(both.summed.paths)
    kept = [min((w[1] for w in summed if w[0] <= v[0] + 1e-9), default=math.inf) for v in exact]
    gaps = [probability(k) - probability(v[1]) for k, v in zip(kept, exact, strict=True)]
    worst = int(np.argmax(gaps))
    assert gaps[worst] > 0.1
    path = both.exact.paths[worst]
    met = {both.task.exposure.held[i].name: n for i, n in enumerate(both.held[path].sum(axis=0)) if n > 1}
    assert met
    assert both.sum(path) > probability(exact[worst][1]) + 0.1
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"Route {worst + 1} of the exact front" in text
    assert f"{exact[worst][0]:,.0f} USD" in text
    for share in (probability(exact[worst][1]), both.sum(path), probability(kept[worst])):
        assert f"{100 * share:.1f} %" in text


def test_a_hazard_on_many_links_counts_once(network, both):
    """The parts of the risk of every route hold each hazard once, and give its risk again."""
    steps = both.task.steps(both.exact.paths)
    causes = both.task.causes(steps)
    named = causes[causes["title"] != ""]
    weight = {(one.name, round(one.nepers, 9)) for one in both.task.exposure.held}
    assert {(c, round(n, 9)) for c, n in zip(named["cause"], named["nepers"], strict=True)} <= weight
    nepers = causes.groupby("route")["nepers"].sum()
    for i, (_, risk) in enumerate(both.true(both.exact.paths)):
        assert nepers[i] == pytest.approx(risk, abs=1e-9)
