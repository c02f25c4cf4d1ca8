"""A planner's words, checked and resolved: every fault is found before any search begins."""

from __future__ import annotations

import datetime as dt
import inspect
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from corridor_opt.errors import CorridorError, DataError, did_you_mean
from corridor_opt.graph.methods import Bounded, Exact, Method, SearchLimits
from corridor_opt.model.compliance import Compliance, Profile, resolve_compliance
from corridor_opt.model.compliance_files import union
from corridor_opt.model.criteria import DEFAULT_PRICES, check_criteria
from corridor_opt.model.hazard_files import hazards_for
from corridor_opt.model.hazard_set import HazardSet
from corridor_opt.model.network import VANTAGE_DAYS, Network
from corridor_opt.model.places import Place, find_place
from corridor_opt.model.scenario import Scenario, stack
from corridor_opt.model.selector import Selector
from corridor_opt.model.shipment import Shipment
from corridor_opt.studies.words import (
    Avoidance,
    read_avoidance,
    read_date,
    read_limit,
    read_list,
    read_slack,
    read_stop,
    read_year,
    restriction,
)

DEFAULT_CRITERIA = ("cost", "time", "distance", "risk")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class World:
    """The network under one scenario.

    Parameters
    ----------
    scenario
        The stacked scenario.
    network
        A new network with it applied.
    touched
        One line a disruption: what it changed.
    asked
        The scenario in the planner's own words.
    """

    scenario: Scenario
    network: Network
    touched: tuple[str, ...]
    asked: Any = "baseline"


@dataclass(frozen=True)
class Question:
    """Everything a planner asks.

    Parameters
    ----------
    network
        At its vantage point, without a scenario.
    worlds
        The network under each scenario asked.
    origin, destination
        Resolved places.
    shipment
        What is moved.
    criteria
        Searched criteria, in the planner's order.
    via
        Stops in order: places, or selectors one of whose links or borders must be used.
    exclude
        What is never used.
    avoid
        What is used at a penalty.
    limits
        Greatest value of a criterion on a whole route, in its unit.
    departure
        Date of departure; None: no season is judged.
    prices
        Price year of all costs.
    method, search_limits
        How to search and when to stop.
    hazards
        What may happen on the way.
    compliance
        What may not be touched, or at a price: profiles, resolved.
    words
        The planner's own words, the scenario aside: arguments of `find_routes` that ask the same again.
    slack
        Share by which a route may be worse than the front and still be shown beside it; None: the front alone.
    """

    network: Network
    worlds: tuple[World, ...]
    origin: Place
    destination: Place
    shipment: Shipment
    criteria: tuple[str, ...]
    via: tuple[Place | Selector, ...]
    exclude: tuple[Selector, ...]
    avoid: tuple[Avoidance, ...]
    limits: Mapping[str, float]
    departure: dt.date | None
    prices: int
    method: Method
    search_limits: SearchLimits
    hazards: HazardSet
    compliance: Compliance
    words: Mapping[str, Any] = field(default_factory=dict)
    slack: float | None = None


def ask(
    network: Network,
    origin: str,
    destination: str,
    *,
    scenarios: Sequence[Any],
    shipment: Shipment | None = None,
    criteria: Sequence[str] = DEFAULT_CRITERIA,
    departure: str | dt.date | None = None,
    prices: int = DEFAULT_PRICES,
    via: Sequence[str] | str = (),
    exclude: Sequence[str] | str = (),
    avoid: Mapping[str, Any] | Sequence[str] = (),
    limits: Mapping[str, float | str] | None = None,
    method: Method | None = None,
    search_limits: SearchLimits | None = None,
    hazards: str | Path | HazardSet | None = None,
    compliance: str | Path | Profile | Sequence[str | Path | Profile] = (),
    slack: float | None = None,
) -> Question:
    """Check and resolve a question; parameters as in `corridor_opt.find_routes`, with a list of scenarios.

    Raises
    ------
    DataError
        Every fault at once. Where there is one alone, an error of its own kind (`UnknownPlaceError`, ...).
    """
    if not isinstance(network, Network):
        raise DataError(f"a network is needed first (load_network()), not {type(network).__name__}")
    words = {
        "origin": origin,
        "destination": destination,
        "shipment": shipment,
        "criteria": criteria,
        "departure": departure,
        "prices": prices,
        "via": via,
        "exclude": exclude,
        "avoid": avoid,
        "limits": limits,
        "method": method,
        "search_limits": search_limits,
        "hazards": hazards,
        "compliance": compliance,
        "slack": slack,
    }
    errors: list[CorridorError] = []

    def attempt(function: Callable[..., Answer], *args: Any) -> Answer | None:
        try:
            return function(*args)
        except CorridorError as error:
            errors.append(error)
            return None

    worlds = [attempt(_world, network, scenario) for scenario in scenarios]
    start, end = attempt(find_place, network, origin), attempt(find_place, network, destination)
    names = attempt(check_criteria, criteria)
    stops = [attempt(read_stop, network, word) for word in attempt(read_list, "via", via) or ()]
    excluded = [attempt(restriction, network, word, "exclude") for word in attempt(read_list, "exclude", exclude) or ()]
    pairs = list(avoid.items()) if isinstance(avoid, Mapping) else attempt(read_list, "avoid", avoid) or ()
    avoided = [attempt(read_avoidance, network, pair) for pair in pairs]
    if limits is not None and not isinstance(limits, Mapping):
        errors.append(DataError(f"limits: write {{'time': '40 d'}}, not {limits!r}"))
        limits = None
    upper = [attempt(read_limit, name, value) for name, value in (limits or {}).items()]
    day = attempt(read_date, departure)
    year = attempt(read_year, network, prices)
    met = attempt(hazards_for, network, hazards)
    profiles = attempt(union, compliance)
    obeyed = attempt(resolve_compliance, profiles or (), network, day or VANTAGE_DAYS[network.as_of])
    for value, kind in ((shipment, Shipment), (search_limits, SearchLimits)):
        if value is not None and not isinstance(value, kind):
            errors.append(DataError(f"a {kind.__name__} is needed, not {value!r}"))
    if method is not None and not isinstance(method, (Exact, Bounded)):
        errors.append(DataError(f"method: Exact() or Bounded(eps) is needed, not {method!r}"))
    share = attempt(read_slack, slack, method)
    if errors:
        if len(errors) == 1:
            raise errors[0]
        raise DataError("the question cannot be answered", [line for e in errors for line in fault_lines(e)])
    assert start is not None
    assert end is not None
    assert names is not None
    assert year is not None
    assert met is not None
    assert obeyed is not None
    return Question(
        network,
        tuple(w for w in worlds if w is not None),
        start,
        end,
        shipment or Shipment(),
        names,
        tuple(s for s in stops if s is not None),
        tuple(s for s in excluded if s is not None),
        tuple(a for a in avoided if a is not None),
        dict(pair for pair in upper if pair is not None),
        day,
        year,
        method or Exact(),
        search_limits or SearchLimits(),
        met,
        obeyed,
        words,
        share,
    )


WORDS = tuple(name for name in inspect.signature(ask).parameters if name not in ("network", "origin", "destination"))


def unknown_words(function: str, given: Mapping[str, Any], slack: bool = False, also: Sequence[str] = ()) -> list[str]:
    """Name arguments that no question has.

    `slack` is of use only to studies that give fronts as they are; `also` are the function's own, for suggestions.
    """
    known = [name for name in WORDS if name != "scenarios" and (slack or name != "slack")]
    near = [*known, *also]
    return [f"{function} takes no {name}{did_you_mean(name, near)}" for name in given if name not in known]


def scenario_names(question: Question) -> list[str]:
    """Names of the scenarios of a question.

    Raises
    ------
    DataError
        Two have one name.
    """
    names = [world.scenario.name for world in question.worlds]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise DataError(f"the scenario {', '.join(twice)} stands twice")
    return names


# The last world of a network: who asks by one criterion after another does not pay for its tables each time.
_last: weakref.WeakKeyDictionary[Network, World] = weakref.WeakKeyDictionary()


def _world(network: Network, what: Any) -> World:
    scenario = stack(what)
    last = _last.get(network)
    if last is not None and last.scenario == scenario:
        return replace(last, asked=what)
    world = World(scenario, *scenario.apply(network), asked=what)
    if world.network is not network:
        _last[network] = world
    return world


def ask_with(
    faults: Sequence[str],
    network: Network,
    origin: Any,
    destination: Any,
    *,
    title: str = "the question cannot be answered",
    **words: Any,
) -> Question:
    """Ask, as a study does that has words of its own: before anything is encoded, all that is wrong is told at once.

    Parameters
    ----------
    faults
        What is wrong with the words of the study.
    network, origin, destination
        As in `ask`.
    title
        What cannot be done.
    **words
        Arguments of `ask`; those it does not know are left out, `unknown_words` names them.

    Raises
    ------
    DataError
        Every fault. Where the question alone has one, an error of its own kind.
    """
    try:
        asked = ask(network, origin, destination, **{name: word for name, word in words.items() if name in WORDS})
    except CorridorError as error:
        if not faults:
            raise
        raise DataError(title, [*faults, *fault_lines(error)]) from error
    if faults:
        raise DataError(title, list(faults))
    return asked


def uncallable(**given: Any) -> list[str]:
    """Name what is to be called on the way, such as `progress`, and cannot be."""
    return [
        f"{name}: something to call or None expected, not {value!r}"
        for name, value in given.items()
        if value is not None and not callable(value)
    ]


def fault_lines(error: CorridorError) -> list[str]:
    """Faults of an error, or its one sentence."""
    return list(getattr(error, "faults", ())) or [str(error)]
