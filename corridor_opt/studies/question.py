"""A planner's words, checked and resolved: every fault is found before any search begins."""

from __future__ import annotations

import datetime as dt
import inspect
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from pathlib import Path
from typing import Any, TypeVar

from corridor_opt.errors import CorridorError, DataError, ScenarioError, did_you_mean
from corridor_opt.graph.methods import Bounded, Exact, Method, SearchLimits
from corridor_opt.model.compliance import Compliance, Profile, resolve_compliance
from corridor_opt.model.compliance_files import union
from corridor_opt.model.criteria import CRITERIA, DEFAULT_PRICES, check_criteria
from corridor_opt.model.hazard_files import hazards_for
from corridor_opt.model.hazard_set import HazardSet
from corridor_opt.model.network import VANTAGE_DAYS, Network
from corridor_opt.model.places import Place, find_place
from corridor_opt.model.prices import price_years, spoken_years
from corridor_opt.model.scenario import Scenario, stack
from corridor_opt.model.selector import KEYS, Selector, parse_selector
from corridor_opt.model.shipment import Shipment
from corridor_opt.studies.amounts import UNITS, amount_of

PENALTIES = {"cost": 1e10, "time": 1e7}  # more is a slip
DEFAULT_CRITERIA = ("cost", "time", "distance", "risk")
EXCLUDABLE = ("country", "mode", "border", "chokepoint", "corridor", "link", "crossing", "node", "tag", "operator")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Avoidance:
    """A soft restriction: a penalty on each use of what a selector names.

    Parameters
    ----------
    selector
        What is to be avoided.
    penalty
        USD under `cost`, hours under `time`.
    """

    selector: Selector
    penalty: Mapping[str, float]


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
    stops = [attempt(_stop, network, word) for word in attempt(_listed, "via", via) or ()]
    excluded = [attempt(restriction, network, word, "exclude") for word in attempt(_listed, "exclude", exclude) or ()]
    pairs = list(avoid.items()) if isinstance(avoid, Mapping) else attempt(_listed, "avoid", avoid) or ()
    avoided = [attempt(_avoidance, network, pair) for pair in pairs]
    if limits is not None and not isinstance(limits, Mapping):
        errors.append(DataError(f"limits: write {{'time': '40 d'}}, not {limits!r}"))
        limits = None
    upper = [attempt(_limit, name, value) for name, value in (limits or {}).items()]
    day = attempt(_date, departure)
    year = attempt(_year, network, prices)
    met = attempt(hazards_for, network, hazards)
    profiles = attempt(union, compliance)
    obeyed = attempt(resolve_compliance, profiles or (), network, day or VANTAGE_DAYS[network.as_of])
    for value, kind in ((shipment, Shipment), (search_limits, SearchLimits)):
        if value is not None and not isinstance(value, kind):
            errors.append(DataError(f"a {kind.__name__} is needed, not {value!r}"))
    if method is not None and not isinstance(method, (Exact, Bounded)):
        errors.append(DataError(f"method: Exact() or Bounded(eps) is needed, not {method!r}"))
    share = attempt(_slack, slack, method)
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


def fault_lines(error: CorridorError) -> list[str]:
    """Faults of an error, or its one sentence."""
    return list(getattr(error, "faults", ())) or [str(error)]


def _listed(name: str, words: Any) -> list[Any]:
    """Read one word or several; None is none."""
    if words is None:
        return []
    if isinstance(words, str):
        return [words]
    if isinstance(words, Sequence) or (hasattr(words, "__iter__") and not isinstance(words, Mapping)):
        return list(words)
    raise DataError(f"{name}: a list is needed, not {words!r}")


def _stop(network: Network, word: str) -> Place | Selector:
    """Read a stop: a place, or a selector such as chokepoint:suez."""
    if isinstance(word, str) and word.partition(":")[0].strip().lower() in EXCLUDABLE:
        return restriction(network, word, "via")
    return find_place(network, word)


def restriction(network: Network, word: str, purpose: str) -> Selector:
    """Read a selector and check that it names something of this network."""
    text = str(word)[:80]
    key, _, value = text.partition(":")
    if key.strip().lower() in KEYS and key.strip().lower() not in EXCLUDABLE:
        raise ScenarioError(f"{purpose} '{text}': {key} works in scenarios only; here: {', '.join(EXCLUDABLE)}")
    if not value and ":" not in text:
        raise ScenarioError(f"{purpose} '{text}': write KEY:VALUE with a key of {', '.join(EXCLUDABLE)}")
    selector = _resolve_names(network, parse_selector(text))
    faults = selector.faults(network)
    if faults:
        raise ScenarioError(f"{purpose} '{text}': {faults[0]}")
    if not selector.match(network):
        raise ScenarioError(f"{purpose} '{text}' matches nothing in the network")
    return selector


def _resolve_names(network: Network, selector: Selector) -> Selector:
    """Let a planner write the names of nodes and corridors for their ids."""
    ((key, (value,)),) = selector.keys.items()
    if key == "node" and value not in set(network["nodes"]["id"]):
        return Selector({key: (find_place(network, value).node,)})
    if key == "corridor":
        by_name = dict(zip(network["corridors"]["name"].str.lower(), network["corridors"]["id"], strict=True))
        return Selector({key: (by_name.get(value.lower(), value.lower()),)})
    return selector


def _avoidance(network: Network, pair: Any) -> Avoidance:
    """Read ("border:IR-AZ", {"cost": 500}) or "border:IR-AZ=500" or "country:TM=24h"."""
    if isinstance(pair, str):
        word, found, text = pair.rpartition("=")
        if not found:
            raise DataError(f"avoid '{pair}': write {pair}=500 for USD or {pair}=24h for hours")
        unit = text.strip().lower().lstrip("0123456789.,_ ")
        penalty: Any = {"time": text} if unit in UNITS["time"] and unit else {"cost": text}
    elif isinstance(pair, Sequence) and len(pair) == 2:
        word, penalty = pair
    else:
        raise DataError(f"avoid {pair!r}: write 'border:IR-AZ=500' or {{'border:IR-AZ': {{'cost': 500}}}}")
    selector = restriction(network, word, "avoid")
    if not isinstance(penalty, Mapping) or not penalty:
        raise DataError(f"avoid '{word}': give a penalty such as {{'cost': 500}} or {{'time': 24}}, not {penalty!r}")
    values = {}
    for name, amount in penalty.items():
        if name not in PENALTIES:
            raise DataError(f"avoid '{word}': a penalty is in cost or time, not in '{name}'")
        values[name] = amount_of(name, amount, f"avoid '{word}'")
        if values[name] > PENALTIES[name]:
            most = f"{PENALTIES[name]:,.0f} {CRITERIA[name].unit}"
            raise DataError(f"avoid '{word}': {amount} is more than {most}; exclude rules it out altogether")
    return Avoidance(selector, values)


def _limit(name: str, value: float | str) -> tuple[str, float]:
    if name not in CRITERIA:
        raise DataError(f"limit: no criterion '{name}'{did_you_mean(str(name), CRITERIA)}")
    number = amount_of(name, value, f"limit {name}")
    if name == "risk" and number >= 1:
        raise DataError(f"limit risk: {value} is no probability below 1; write 0.05 or 5%")
    return name, number


def _slack(slack: Any, method: Method | None) -> float | None:
    """Check how much worse than the front a route may be."""
    if slack is None:
        return None
    if isinstance(slack, bool) or not isinstance(slack, Real) or not 0 <= float(slack) <= 1:
        raise DataError(f"slack: {slack!r} is not a share from 0 to 1, such as 0.05 for 5 %")
    if isinstance(method, Bounded):
        raise DataError("slack: what is almost as good as the front needs the whole front; leave out Bounded")
    return float(slack)


def _date(departure: str | dt.date | None) -> dt.date | None:
    if departure is None or (isinstance(departure, dt.date) and departure == departure):
        return departure
    try:
        return dt.date.fromisoformat(str(departure))
    except ValueError:
        raise DataError(f"departure '{departure}' is not a date such as 2026-12-01") from None


def _year(network: Network, prices: int) -> int:
    if isinstance(prices, bool) or not isinstance(prices, Integral):
        raise DataError(f"prices: {prices!r} is not a year; give a whole number such as {DEFAULT_PRICES}")
    years = price_years(network)
    if prices not in years:
        raise DataError(f"prices: no price index for {prices!r}; {spoken_years(years)}")
    return int(prices)
