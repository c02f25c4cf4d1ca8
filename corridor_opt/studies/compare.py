"""What changes under each scenario? One question, several worlds, the fronts side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError, NoRouteError, SearchLimitError
from corridor_opt.graph.spread import spread, spread_faults
from corridor_opt.model.compliance import NOT_ADVICE
from corridor_opt.model.network import Network
from corridor_opt.model.scenario import Scenario
from corridor_opt.results.comparison import Comparison, Outcome
from corridor_opt.studies.question import Question, World, ask_with, uncallable, unknown_words
from corridor_opt.studies.routes import answer, decoded, search
from corridor_opt.studies.task import Task

if TYPE_CHECKING:
    from corridor_opt.graph.search import FrontArrays


def compare_scenarios(
    network: Network,
    origin: str,
    destination: str,
    *,
    scenarios: Sequence[str | Path | Scenario],
    progress: Callable[[Any], object] | None = None,
    turn: Callable[[int, int, str], object] | None = None,
    executor: Any = None,
    threads: int | None = None,
    **question: Any,
) -> Comparison:
    """Answer one question under several scenarios.

    Parameters
    ----------
    network, origin, destination
        As in `find_routes`.
    scenarios
        One column each; `"a+b"` stacks two in one column.
    progress
        As in `find_routes`, for each scenario in turn.
    turn
        Called before each scenario with its number from 1, how many there are, and its name.
    executor, threads
        Scenarios side by side instead of one after another: on so many threads, or by a `concurrent.futures` executor,
        a `dask.distributed.Client` or the address of a scheduler. The network travels once to each worker; `progress`
        is not called then, and `turn` is when an answer is there. Ctrl-C ends the comparison.
    **question
        Any other argument of `find_routes` but `scenario`.

    Returns
    -------
    Comparison
        A front for each scenario, or the reason why there is none.

    Raises
    ------
    DataError, ScenarioError
        Every fault of the question and of all scenarios at once.
    SearchLimitError
        A limit was hit before the first route of any scenario was found.
    """
    faults = unknown_words("compare_scenarios", question, slack=True)
    faults += [*spread_faults(executor, threads), *uncallable(progress=progress, turn=turn)]
    given = [scenarios] if isinstance(scenarios, (str, Path, Scenario)) else list(scenarios)
    if not given:
        faults.append("name at least one scenario; corridor_opt.scenarios() lists them")
    asked = ask_with(faults, network, origin, destination, **{**question, "scenarios": given})
    names = [world.scenario.name for world in asked.worlds]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise DataError(f"the scenario {', '.join(twice)} stands twice")
    if executor is None and threads in (None, 1):
        outcomes = _in_turn(asked, names, progress, turn)
    else:
        outcomes = _side_by_side(asked, names, turn, executor, threads)
    if not any(outcome.front for outcome in outcomes.values()) and any(o.status == "limit" for o in outcomes.values()):
        raise SearchLimitError(next(o.reason for o in outcomes.values() if o.status == "limit"))
    title = f"{asked.origin.name} to {asked.destination.name}, as of {network.as_of}, prices of {asked.prices}"
    if asked.compliance.profiles:
        title += f", compliance {', '.join(p.name for p in asked.compliance.profiles)} ({NOT_ADVICE})"
    return Comparison(title, asked.criteria, outcomes)


def _in_turn(
    asked: Question,
    names: Sequence[str],
    progress: Callable[[Any], object] | None,
    turn: Callable[[int, int, str], object] | None,
) -> dict[str, Outcome]:
    """Answer one scenario after another."""
    outcomes: dict[str, Outcome] = {}
    stopped = False
    for number, (name, world) in enumerate(zip(names, asked.worlds, strict=True), start=1):
        if stopped:  # Ctrl-C ends the comparison, not one scenario of it
            outcomes[name] = Outcome(None, "stopped before its turn", "not searched")
            continue
        if turn is not None:
            turn(number, len(names), name)
        try:
            front = answer(asked, world, progress)
            outcomes[name] = Outcome(front, "", front.status)
            stopped = front.reason == "interrupt"
        except NoRouteError as error:
            outcomes[name] = Outcome(None, str(error), "no route")
        except SearchLimitError as error:
            outcomes[name] = Outcome(None, str(error), "limit")
    return outcomes


def _side_by_side(
    asked: Question,
    names: Sequence[str],
    turn: Callable[[int, int, str], object] | None,
    executor: Any,
    threads: int | None,
) -> dict[str, Outcome]:
    """Answer scenarios on workers."""
    bare = replace(asked, worlds=())  # a worker applies the scenario to the network it has: worlds are as large as that
    parts = [(world.scenario, world.asked) for world in asked.worlds]
    outcomes: dict[str, Outcome] = {}
    answers = spread(_found, bare, parts, executor=executor, threads=threads)
    for number, (name, world, found) in enumerate(zip(names, asked.worlds, answers, strict=True), start=1):
        if turn is not None:
            turn(number, len(names), name)
        if isinstance(found, Outcome):
            outcomes[name] = found
            continue
        task = Task(asked, world)
        front = decoded(task, *found)
        outcomes[name] = Outcome(front, "", front.status)
    return outcomes


def _found(asked: Question, part: tuple[Scenario, Any]) -> Outcome | tuple[FrontArrays, list[int]]:
    """Search one scenario; a task of `spread`. What comes back holds no network."""
    scenario, words = part
    task = Task(asked, World(scenario, *scenario.apply(asked.network), asked=words))
    try:
        return search(task)
    except NoRouteError as error:
        return Outcome(None, str(error), "no route")
    except SearchLimitError as error:
        return Outcome(None, str(error), "limit")
