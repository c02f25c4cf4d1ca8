"""Which routes are there, and what does each trade for the others? The Pareto front of one question."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import SearchLimitError
from corridor_opt.graph.arrays import Integers
from corridor_opt.graph.methods import Bounded, Method, SearchLimits
from corridor_opt.model.compliance import Profile
from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.hazard_set import HazardSet
from corridor_opt.model.network import Network
from corridor_opt.model.scenario import Scenario
from corridor_opt.model.shipment import Shipment
from corridor_opt.results.front import Best, Front
from corridor_opt.studies.no_route import no_route
from corridor_opt.studies.question import DEFAULT_CRITERIA, Question, World, ask, ask_with, uncallable
from corridor_opt.studies.task import Task

if TYPE_CHECKING:
    from corridor_opt.graph.search import FrontArrays


def find_routes(
    network: Network,
    origin: str,
    destination: str,
    *,
    shipment: Shipment | None = None,
    criteria: Sequence[str] = DEFAULT_CRITERIA,
    scenario: str | Path | Scenario | Sequence[str | Path | Scenario] = "baseline",
    departure: str | dt.date | None = None,
    prices: int = DEFAULT_PRICES,
    hazards: str | Path | HazardSet | None = None,
    compliance: str | Path | Profile | Sequence[str | Path | Profile] = (),
    via: Sequence[str] | str = (),
    exclude: Sequence[str] | str = (),
    avoid: Mapping[str, Any] | Sequence[str] = (),
    limits: Mapping[str, float | str] | None = None,
    method: Method | None = None,
    search_limits: SearchLimits | None = None,
    slack: float | None = None,
    progress: Callable[[Any], object] | None = None,
) -> Front:
    """Find every route that no other route beats in all criteria.

    Parameters
    ----------
    network
        From `load_network`.
    origin, destination
        A name, an id, a UN/LOCODE or `"lon,lat"`.
    shipment
        What is moved; one FEU when None.
    criteria
        Of `cost` (USD), `time` (h), `distance` (km), `risk` (probability), `emissions` (kg CO2e), `delay` (h expected
        by hazards); minimised.
    scenario
        Name of a shipped scenario, path of a TOML file, a `Scenario`, or several, stacked in order (`"a+b"` too).
    departure
        Date that sets the month in which seasonal links are judged; None judges no season.
    prices
        Price year of all costs.
    hazards
        What may happen on the way: a shipped set (`today`, `2022`, `none`), the path of a TOML file, or a `HazardSet`;
        that of the network's vantage point when None. Each counts once a route, however many links it covers.
    compliance
        What the shipper's law forbids, or allows at a price: a shipped profile (`us`, `eu`, `uk`, `india`, `uae`,
        `russia`, `iran`, `none`), the path of a TOML file, a `Profile`, or several, all of which apply (`"us+eu"` too).
        Rules hold by the date of departure, without one by the day of the vantage point. What a route touches stands in
        `route.compliance`. Not legal advice.
    via
        Stops in order: places, or selectors (`chokepoint:suez`) one of whose links or borders must be used.
    exclude
        Selectors never to be used: `country:XX`, `mode:road`, `border:AZ-IR` (either order, both ways),
        `chokepoint:suez`, `corridor:...`, `link:...`, `node:...`.
    avoid
        Selectors to be used at a penalty: `{"border:IR-AZ": {"cost": 500}}` or `["country:TM=24h"]`. The penalty is
        part of the values shown; a country, node or mode is charged where a route enters it, anything else on each
        link or border, once for all the imported lines along a link. Every route that uses one carries a notice.
    limits
        Greatest value of a criterion on the whole route, searched or not: `{"time": "40 d", "cost": 9000}`.
    method
        `Exact()`, the default; or `Bounded(0.01)`: fewer routes, found faster, one of them within 1 % of every route of
        the exact front in every criterion.
    search_limits
        When to stop and return what is found, marked. Ctrl-C does the same.
    slack
        Share, such as 0.05: show beside the front what is almost as good by another corridor, marked in
        `front.extras`; see `corridor_opt.studies.slack`. None: the front alone.
    progress
        Called a few times a second during a long search with a `corridor_opt.graph.Progress`.

    Returns
    -------
    Front
        Routes sorted by the first criterion; `status` is `complete`, or `limit` when the search stopped early.

    Raises
    ------
    DataError, ScenarioError
        Something asked is unknown or no number: every fault at once, with suggestions.
    NoRouteError
        Nothing connects the two: says what cuts them apart and what is cheapest to lift.
    SearchLimitError
        A limit was hit before the first route was found.
    """
    question = ask_with(
        uncallable(progress=progress),
        network,
        origin,
        destination,
        scenarios=[scenario],
        shipment=shipment,
        criteria=criteria,
        departure=departure,
        prices=prices,
        hazards=hazards,
        compliance=compliance,
        via=via,
        exclude=exclude,
        avoid=avoid,
        limits=limits,
        method=method,
        search_limits=search_limits,
        slack=slack,
    )
    return answer(question, question.worlds[0], progress)


def answer(question: Question, world: World, progress: Callable[[Any], object] | None = None) -> Front:
    """Search the front of a question in one world.

    Raises
    ------
    NoRouteError, SearchLimitError
        As `find_routes`.
    """
    task = Task(question, world)
    return decoded(task, *search(task, progress))


def decoded(task: Task, found: FrontArrays, kept: list[int]) -> Front:
    """Turn what `search` found to a front, with what is almost as good beside it where that was asked for."""
    front = _front(task, found, kept)
    if task.question.slack is None:
        return front
    from corridor_opt.studies.slack import beside

    return beside(task, front, found, kept)


def answer_of(task: Task, progress: Callable[[Any], object] | None = None) -> tuple[Front, FrontArrays, list[int]]:
    """Search the front of a task.

    Returns
    -------
    front, found, kept
        The front, and what it was made of, see `search`.

    Raises
    ------
    NoRouteError, SearchLimitError
        As `find_routes`.
    """
    found, kept = search(task, progress)
    return _front(task, found, kept), found, kept


def search(task: Task, progress: Callable[[Any], object] | None = None) -> tuple[FrontArrays, list[int]]:
    """Search the points of a task's front.

    Returns
    -------
    found, kept
        The points, among them those that only limited criteria keep apart; and which of them are routes of the front.

    Raises
    ------
    NoRouteError, SearchLimitError
        As `find_routes`.
    """
    from corridor_opt.graph.search import pareto_front

    question = task.question
    if task.beyond() or task.obeyed.ends:
        raise no_route(task)
    found = pareto_front(
        task.graph.first_out,
        task.graph.head,
        task.weight,
        task.source,
        task.target,
        is_open=task.is_open,
        shared=task.shared(task.searched),
        upper=task.upper,
        method=question.method,
        search_limits=question.search_limits,
        progress=progress,
    )
    if not len(found.values):
        if found.status == "limit":
            raise SearchLimitError(
                f"the search stopped at its limit ({found.reason}) before the first route was found; "
                "allow more with search_limits (--seconds or --labels)"
            )
        raise no_route(task)
    return found, task.keep(found.values)


def _front(task: Task, found: FrontArrays, kept: Sequence[int]) -> Front:
    """Turn what a search found to a front."""
    proven = None
    if found.status == "limit" and found.proven is not None:
        name = task.searched[found.leading]
        proven = {name: found.proven[found.leading] * task.weights.resolution[name] + task.access[name]}
    return front_of(task, [found.paths[i] for i in kept], found.status, found.reason, proven, found.expanded)


class Asking:
    """Answers questions in one network: what a front asks again with.

    Parameters
    ----------
    network
        Without a scenario.
    """

    def __init__(self, network: Network) -> None:
        self.network = network

    def __call__(self, **words: Any) -> Front:
        """Answer a question in the words of `find_routes`."""
        return find_routes(self.network, **words)

    def best(self, **words: Any) -> Best:
        """Find the best route of each criterion asked, exactly: as to ask by one alone, in less time.

        Raises
        ------
        NoRouteError, SearchLimitError
            As `find_routes`.
        """
        words |= {"method": None, "slack": None}
        question = ask(self.network, scenarios=[words.pop("scenario")], **words)
        task = Task(question, question.worlds[0])
        tasks = {name: task.alone(name) for name in question.criteria}
        found = {name: (one, search(one)[0]) for name, one in tasks.items()}
        values = {}
        for name, (one, result) in found.items():
            value = one.path_values(result.paths[0])[name]
            values[name] = -math.expm1(-value) if name == "risk" else round(value, 6)
        return Best(task.network, values, lambda name: _front(*found[name], [0]))


def front_of(
    task: Task,
    paths: Sequence[Integers],
    status: str = "complete",
    reason: str | None = None,
    proven: Mapping[str, float] | None = None,
    labels: int = 0,
) -> Front:
    """Turn paths of a task's graph to a front, in the order given.

    Parameters
    ----------
    task
        Whose graph and question.
    paths
        Arcs of each route.
    status, reason, proven, labels
        Of the search, see `Front`.
    """
    question, steps = task.question, task.steps(paths)
    touched = task.compliance(steps)
    return Front(
        head=task.head(),
        criteria=question.criteria,
        status=status,
        reason=reason,
        proven=proven,
        network=task.network,
        steps=steps,
        causes=task.causes(steps),
        notices=task.notices(steps, touched),
        compliance=touched,
        touched=task.world.touched,
        labels=labels,
        eps=question.method.eps if isinstance(question.method, Bounded) else None,
        ask=Asking(question.network),
        words={**question.words, "scenario": task.world.asked},
    )
