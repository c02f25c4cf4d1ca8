"""Single words of a question, each read to what it means, or to an error that says how to write it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from corridor_opt.errors import DataError, ScenarioError, did_you_mean
from corridor_opt.graph.methods import Bounded, Method
from corridor_opt.model.criteria import CRITERIA, DEFAULT_PRICES
from corridor_opt.model.network import Network
from corridor_opt.model.places import Place, find_place
from corridor_opt.model.prices import price_years, spoken_years
from corridor_opt.model.selector import KEYS, Selector, parse_selector
from corridor_opt.studies.amounts import UNITS, amount_of

PENALTIES = {"cost": 1e10, "time": 1e7}  # more is a slip
EXCLUDABLE = ("country", "mode", "border", "chokepoint", "corridor", "link", "crossing", "node", "tag", "operator")


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


def read_list(name: str, words: Any) -> list[Any]:
    """Read one word or several; None is none."""
    if words is None:
        return []
    if isinstance(words, str):
        return [words]
    if isinstance(words, Sequence) or (hasattr(words, "__iter__") and not isinstance(words, Mapping)):
        return list(words)
    raise DataError(f"{name}: a list is needed, not {words!r}")


def read_stop(network: Network, word: str) -> Place | Selector:
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


def read_avoidance(network: Network, pair: Any) -> Avoidance:
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


def read_limit(name: str, value: float | str) -> tuple[str, float]:
    """Read the greatest value of a criterion, in its unit."""
    if name not in CRITERIA:
        raise DataError(f"limit: no criterion '{name}'{did_you_mean(str(name), CRITERIA)}")
    number = amount_of(name, value, f"limit {name}")
    if name == "risk" and number >= 1:
        raise DataError(f"limit risk: {value} is no probability below 1; write 0.05 or 5%")
    return name, number


def read_slack(slack: Any, method: Method | None) -> float | None:
    """Check how much worse than the front a route may be."""
    if slack is None:
        return None
    if isinstance(slack, bool) or not isinstance(slack, Real) or not 0 <= float(slack) <= 1:
        raise DataError(f"slack: {slack!r} is not a share from 0 to 1, such as 0.05 for 5 %")
    if isinstance(method, Bounded):
        raise DataError("slack: what is almost as good as the front needs the whole front; leave out Bounded")
    return float(slack)


def read_date(departure: str | dt.date | None) -> dt.date | None:
    """Read the date of departure."""
    if departure is None or (isinstance(departure, dt.date) and departure == departure):
        return departure
    try:
        return dt.date.fromisoformat(str(departure))
    except ValueError:
        raise DataError(f"departure '{departure}' is not a date such as 2026-12-01") from None


def read_year(network: Network, prices: int) -> int:
    """Read the price year; there must be a price index for it."""
    if isinstance(prices, bool) or not isinstance(prices, Integral):
        raise DataError(f"prices: {prices!r} is not a year; give a whole number such as {DEFAULT_PRICES}")
    years = price_years(network)
    if prices not in years:
        raise DataError(f"prices: no price index for {prices!r}; {spoken_years(years)}")
    return int(prices)
