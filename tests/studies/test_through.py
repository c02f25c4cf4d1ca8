"""Ways through something that visit no place twice, against every way there is in small networks of all modes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from reference import non_dominated
from studies.small_networks import HAZARDS, NO_HAZARDS, small_networks

import corridor_opt as co
from corridor_opt.graph.encode import NAMES
from corridor_opt.studies.again import Asked
from corridor_opt.studies.question import ask
from corridor_opt.studies.task import Task
from corridor_opt.studies.through import Through
from corridor_opt.studies.what import arcs_through, meant

CRITERIA = ("cost", "time", "risk")
MOST = 20_000  # ways enumerated; more are too many for a test

quick = settings(
    max_examples=35,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def every_way(task: Task) -> list[tuple[int, ...]] | None:
    """Arcs of every open way that enters no place twice; None where there are too many."""
    base, usable = task.base, task.weights.is_open
    goal = base.hub[task.question.destination.node]
    found: list[tuple[int, ...]] = []
    todo = [(task.source, frozenset({task.source}), frozenset({base.node[task.source]}), ())]
    while todo:
        at, seen, places, arcs = todo.pop()
        if at == goal:
            found.append(arcs)
            continue
        if len(found) + len(todo) > MOST:
            return None
        for arc in range(base.first_out[at], base.first_out[at + 1]):
            to = int(base.head[arc])
            entered = base.node[to] != base.node[at]
            if usable[arc] and to not in seen and not (entered and base.node[to] in places):
                todo.append((to, seen | {to}, places | {base.node[to]}, (*arcs, arc)))
    return found


def value(task: Task, arcs: tuple[int, ...]) -> tuple[int, ...]:
    rows = list(arcs)
    sums = task.weights.weight[rows].sum(axis=0) + task.gain[task.held[rows].any(axis=0)].sum(axis=0)
    return tuple(int(sums[NAMES.index(c)]) for c in CRITERIA)


@quick
@given(small_networks(), st.data())
def test_ways_are_those_of_brute_force(small, data):
    network = small.network
    names = network["nodes"]["id"].tolist()
    words = [f"node:{n}" for n in names[1:-1]] + [f"link:{i}" for i in network["links"]["id"]]
    words += [f"mode:{m}" for m in network["links"]["mode"].unique()] + ["corridor:north", "chokepoint:hormuz"]
    words += [f"crossing:{i}" for i in network["crossings"]["id"]]
    word = data.draw(st.sampled_from(words))
    hazards = data.draw(st.sampled_from([HAZARDS, NO_HAZARDS]))
    try:
        task = Asked(network, names[0], names[-1], {"criteria": CRITERIA, "hazards": hazards}).task({})
        wanted = arcs_through(task, meant(network, word)[0])
    except co.CorridorError:
        assume(False)
    found = every_way(task)
    assume(found is not None)
    ways = [arcs for arcs in found if wanted[list(arcs)].any()]
    through = Through(task, wanted)
    made = through.front()
    assert made.exact
    assert [tuple(v) for v in made.values.tolist()] == sorted(non_dominated({value(task, arcs) for arcs in ways}))
    for values, path in zip(made.values.tolist(), made.paths, strict=True):
        assert tuple(path.tolist()) in ways
        assert value(task, tuple(path.tolist())) == tuple(values)
    for i, criterion in enumerate(CRITERIA):
        best = through.best(task.weights.weight[:, NAMES.index(criterion)], criterion=criterion)
        assert (best is None) == (not ways)
        if best is not None:
            assert best[0] == min(value(task, arcs)[i] for arcs in ways)
            assert wanted[best[1]].any()


def test_no_way_on_the_embedded_network_visits_a_place_twice(network):
    question = ask(network, "Tehran", "Moscow", scenarios=["baseline"], criteria=("cost", "time"))
    task = Task(question, question.worlds[0])
    for word in ("country:AM", "border:AM-IR", "node:EVN", "country:TM", "corridor:zangezur"):
        made = Through(task, arcs_through(task, meant(network, word)[0])).front()
        assert len(made.paths)
        for path in made.paths:
            nodes = [task.base.node[v] for arc in path for v in (task.base.tail[arc], task.base.head[arc])]
            runs = [b for a, b in zip([None, *nodes], nodes, strict=False) if a != b]
            assert len(set(runs)) == len(runs)


@pytest.mark.parametrize("word", ["country:AM", "node:EVN"])
def test_a_search_that_stops_says_so_and_keeps_what_it_has(network, monkeypatch, word):
    question = ask(network, "Tehran", "Moscow", scenarios=["baseline"])
    task = Task(question, question.worlds[0])
    wanted = arcs_through(task, meant(network, word)[0])
    monkeypatch.setattr("corridor_opt.studies.through.MOST_FRONTS", 1)
    made = Through(task, wanted).front()
    assert not made.exact
    assert all(wanted[path].any() for path in made.paths)
    assert (np.diff(made.values[:, 0]) >= 0).all()
