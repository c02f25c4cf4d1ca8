"""A question is asked again with other words, to see whether a route goes through something now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corridor_opt.errors import NoRouteError, SearchLimitError
from corridor_opt.graph.routing_graph import Mask
from corridor_opt.model.scenario import Scenario
from corridor_opt.results.route import Route
from corridor_opt.studies.question import Question, ask
from corridor_opt.studies.routes import front_of, search
from corridor_opt.studies.task import Task
from corridor_opt.studies.through import on_base

MOST_ROUTES = 3


@dataclass(frozen=True, eq=False)
class Asked:
    """A question that is asked again with other words.

    Parameters
    ----------
    network, origin, destination, words
        As given to `find_routes`; `words` holds the rest.
    """

    network: Any
    origin: str
    destination: str
    words: Mapping[str, Any]

    def question(self, changed: Mapping[str, Any]) -> Question:
        """Give the question with some words changed."""
        words = {**self.words, **changed}
        scenario = words.pop("scenario", "baseline")
        words.pop("slack", None)
        return ask(self.network, self.origin, self.destination, scenarios=[scenario], **words)

    def task(self, changed: Mapping[str, Any]) -> Task:
        """Give the question with some words changed, as arrays."""
        question = self.question(changed)
        return Task(question, question.worlds[0])

    def and_then(self, task: Task, scenario: Scenario) -> dict[str, Any]:
        """Words that put one more scenario on top."""
        before = task.world.scenario
        return {"scenario": [before, scenario] if before.disruptions else [scenario]}


def enters(task: Task, wanted: Mask, named: str = "") -> tuple[bool | None, list[Route]]:
    """Search a task and say whether a route of its front goes through something, with the cheapest such routes.

    Parameters
    ----------
    task
        What is searched.
    wanted
        Arcs of the base graph; such a route uses one of them.
    named
        Name of a corridor that has to be among those the route is named by; any route will do when empty.

    Returns
    -------
    bool or None
        None where the search stopped at its limits before one was found.
    list of Route
        A few of them.
    """
    try:
        found, kept = search(task)
    except NoRouteError:
        return False, []
    except SearchLimitError:
        return None, []
    hits = []
    for i in kept:
        arcs = task.graph.origin[found.paths[i]]
        arcs = arcs[arcs >= 0]
        if wanted[arcs].any():
            hits.append(arcs)
            if len(hits) == MOST_ROUTES and not named:
                break
    routes = [r for r in front_of(on_base(task), hits) if not named or named in r.corridors] if hits else []
    if not routes:
        return (False if found.status == "complete" else None), []
    return True, routes[:MOST_ROUTES]
