"""What keeps every way through something closed: the smallest sets of blockers that each suffice to be lifted."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.routing_graph import Ints, Mask, from_arcs
from corridor_opt.model.network import SEA_LANE
from corridor_opt.studies.blockers import Blocker
from corridor_opt.studies.task import Task
from corridor_opt.studies.through import Through

MOST_SETS = 12
MOST_TRIES = 80
MOST_HELD = 50
ONE_MORE = 10_000_000  # a blocker weighs more than any hours


@dataclass(frozen=True, eq=False)
class Lift:
    """Blockers that suffice to be lifted, none of which could stay.

    Parameters
    ----------
    blockers
        What is lifted.
    is_open
        Arcs of the base graph that are open then.
    """

    blockers: tuple[Blocker, ...]
    is_open: Mask


def lifts(task: Task, wanted: Mask, found: Sequence[Blocker]) -> tuple[list[Lift], bool]:
    """Find minimal sets of blockers without which a way through leads to the destination.

    Parameters
    ----------
    task
        The question in one world.
    wanted
        Arcs of the base graph; a way uses one of them at least and visits no place twice.
    found
        Everything that closes an arc.

    Returns
    -------
    sets, exact
        Smallest first; and whether they are all (at most `MOST_SETS` are looked for). Every set suffices and is
        minimal in any case.
    """
    through = Through(task, wanted)
    held = np.zeros(len(task.base.head), np.int64)
    for one in found:
        held += one.mask
    hours = task.weights.weight[:, NAMES.index("time")]
    # What closes a country is met on many arcs of one way: an arc counts the less, the more its blocker holds.
    many = [2 * ONE_MORE // max(int(one.mask.sum()), 2) for one in found]
    counted = sum((one.mask * size for one, size in zip(found, many, strict=True)), np.zeros_like(held))
    counted = np.minimum(counted, MOST_HELD * ONE_MORE) + np.minimum(hours, ONE_MORE)
    tries = 0

    def way(lifted: frozenset[int], weights: Sequence[Ints]) -> Ints | None:
        nonlocal tries
        tries += 1
        left = held.copy()
        for i in lifted:
            left -= found[i].mask
        for last, weight in enumerate(weights, start=1):
            try:
                found_way = through.best(weight, left == 0)
                return None if found_way is None else found_way[1]
            except TimeoutError:
                if last == len(weights):
                    raise
        raise AssertionError

    everything = frozenset(range(len(found)))
    sets: list[frozenset[int]] = []
    todo: list[frozenset[int]] = [frozenset()]
    seen: set[frozenset[int]] = set()
    exact = True
    while todo:
        barred = todo.pop(0)
        if barred in seen:
            continue
        seen.add(barred)
        minimal = next((one for one in sets if not one & barred), None)
        if minimal is None:
            if len(sets) >= MOST_SETS or tries >= MOST_TRIES:
                exact = False
                break
            try:
                arcs = way(everything - barred, (counted, hours))
                if arcs is None:
                    continue
                minimal = frozenset(i for i, one in enumerate(found) if one.mask[arcs].any())
                for i in sorted(minimal):
                    if len(minimal) > 1 and way(minimal - {i}, (hours, counted)) is not None:
                        minimal -= {i}
            except TimeoutError:
                exact = False
                continue
            sets.append(minimal)
        todo += [barred | {i} for i in sorted(minimal)]
    made = []
    for lifted in sorted(sets, key=lambda s: (len(s), sorted(s))):
        left = held.copy()
        for i in lifted:
            left -= found[i].mask
        made.append(Lift(tuple(found[i] for i in sorted(lifted)), left == 0))
    return made, exact


def with_terminals(task: Task) -> tuple[Task, list[Blocker], Callable[[np.ndarray], np.ndarray]]:
    """Give the task with a terminal wherever one is missing, the missing ones as blockers, and what carries masks.

    What they would cost is not known: they cost nothing here. For finding what is missing, not for fronts.
    """
    base = task.base
    kind = np.append(task.elements.frame["kind"].to_numpy(dtype=object), "")[base.element]
    mode = np.append(task.elements.frame["mode"].to_numpy(dtype=object), "")[base.element]
    moved = (kind == "haul") | (kind == "wait") | (kind == "border")
    of: dict[int, str] = {}
    aboard = set(base.head[kind == "wait"].tolist())
    for ends in (base.tail, base.head):
        of |= dict(zip(ends[moved].tolist(), mode[moved].tolist(), strict=True))
    loads = set(base.head[kind == "load"].tolist())
    unloads = set(base.tail[kind == "unload"].tolist())
    nodes = task.question.network["nodes"]
    at_sea = set(nodes["id"][nodes["kind"] == SEA_LANE])  # no terminal can stand there
    termini = {task.question.origin.node, task.question.destination.node}
    new: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for v, word in sorted(of.items()):
        if v in aboard or base.node[v] in at_sea:
            continue
        hub = base.hub[base.node[v]]
        if v not in loads:
            new.setdefault((base.node[v], word), []).append((hub, v))
        if v not in unloads:
            new.setdefault((base.node[v], word), []).append((v, hub))
    old = len(base.head)
    pairs = [(tail, head) for arcs in new.values() for tail, head in arcs]
    tail = np.concatenate([base.tail, np.array([t for t, _ in pairs], np.int64)])
    head = np.concatenate([base.head, np.array([h for _, h in pairs], np.int64)])
    element = np.concatenate([base.element, np.full(len(pairs), -1)])
    graph = from_arcs(tail, head, element, np.arange(len(tail)), base.node, base.hub)
    rows = graph.origin  # which arc, old or new, each arc is
    graph = dataclasses.replace(graph, origin=np.arange(len(tail)))

    def spread(array: np.ndarray, between: object) -> np.ndarray:
        more = np.full((len(pairs), *array.shape[1:]), between, array.dtype)
        return np.concatenate([array, more])[rows]

    made = copy.copy(task)
    made.base = made.graph = graph
    made.target = graph.hub[task.question.destination.node]
    made.penalty = spread(task.penalty, 0)
    made.weights = dataclasses.replace(
        task.weights, weight=spread(task.weights.weight, 0), is_open=spread(task.weights.is_open, True)
    )
    made.__dict__["held"] = spread(task.held, False)
    missing = []
    at = old
    for (node, word), arcs in new.items():
        mask = (rows >= at) & (rows < at + len(arcs))
        at += len(arcs)
        name = task.network.node(node)["name"]
        here = ", an end of the way" if node in termini else ""
        missing.append(Blocker(f"{name} has no {word} terminal{here}", "terminal", mask, node))
    return made, missing, lambda mask: spread(mask, False)
