"""Hazard sets, read from TOML that reads aloud."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.hazard import Hazard
from corridor_opt.model.hazard_set import Group, HazardSet
from corridor_opt.model.network import VANTAGES, Network
from corridor_opt.model.policy_files import content_of, read_head, read_prices, read_tables, read_words, shipped
from corridor_opt.model.selector import KEYS, read_selector

if TYPE_CHECKING:
    import pandas as pd

HEAD = ("name", "title", "description", "vantage", "sources", "confidence", "group", "hazard")
NONE = "none"
OF_GROUP = tuple(f.name for f in dataclasses.fields(Group))
OF_HAZARD = tuple(f.name for f in dataclasses.fields(Hazard) if f.name != "selector")
NUMBERS = (
    "per_year",
    "low",
    "high",
    "probability",
    "mean_days",
    "spread",
    "strength",
    "delay_hours",
    "surcharge_usd_per_teu",
    "surcharge_value_share",
)
WHOLE = ("events", "since")
TEXTS = ("name", "title", "law", "group", "months", "confidence", "why")


def hazard_sets() -> pd.DataFrame:
    """List the shipped hazard sets: name, title, vantage point, number of hazards and groups, confidence, sources.

    Returns
    -------
    pandas.DataFrame
        One row a set.
    """
    import pandas as pd

    shipped = [load_hazards(name) for name in shipped_sets()]
    rows = [(s.name, s.title, s.vantage, len(s), len(s.groups), s.confidence, ";".join(s.sources)) for s in shipped]
    columns = ["name", "title", "vantage", "hazards", "groups", "confidence", "sources"]
    return pd.DataFrame(rows, columns=columns)


def shipped_sets() -> list[str]:
    """Names of the shipped sets, `none` first."""
    return shipped("hazards", NONE)


def vantage_set(as_of: str) -> str:
    """Name of the shipped set that was judged at a vantage point."""
    return {load_hazards(name).vantage: name for name in shipped_sets()}.get(as_of, NONE)


def load_hazards(what: str | Path | HazardSet) -> HazardSet:
    """Give a hazard set: by the name of a shipped one (`today`, `2022`, `none`), the path of a TOML file, or as it is.

    Raises
    ------
    ScenarioError
        There is none of that name, or the file is not TOML. What is wrong inside a set is told when it is used.
    """
    if isinstance(what, HazardSet):
        return what
    if not isinstance(what, (str, Path)):
        raise ScenarioError(f"hazards are a name, a path or a HazardSet, not {what!r}")
    text = str(what)
    if text == NONE:
        return HazardSet(NONE, (), title="No hazards but the closures that nobody lists", confidence="high")
    if text.endswith(".toml"):
        return parse_hazards(*content_of(text, "hazards", (), "hazard"))
    return _shipped_set(text)


@functools.cache  # read for each question
def _shipped_set(name: str) -> HazardSet:
    """Read a shipped set, once."""
    return parse_hazards(*content_of(name, "hazards", shipped_sets(), "hazard set"))


def parse_hazards(content: bytes, where: str) -> HazardSet:
    """Read a hazard set from the bytes of a TOML file.

    Returns
    -------
    HazardSet
        With its `text_faults`: unknown keys, values of the wrong kind.

    Raises
    ------
    ScenarioError
        It is not TOML.
    """
    faults: list[str] = []
    head = read_head(content, where, HEAD, faults)
    data = head.data
    if head.name == NONE:
        faults.append(f"the name '{NONE}' cannot be given to a set")
    vantage = str(data.get("vantage", ""))
    if vantage and vantage not in VANTAGES:
        faults.append(f"no vantage point '{vantage}'{did_you_mean(vantage, VANTAGES)}")
    groups = [_group(entry, said) for entry, said in _entries(data, "group", faults)]
    hazards = [_hazard(entry, said) for entry, said in _entries(data, "hazard", faults)]
    if not hazards:
        faults.append("it has no [[hazard]]")
    for _, found in (*groups, *hazards):
        faults += found
    return HazardSet(
        head.name,
        tuple(hazard for hazard, _ in hazards if hazard is not None),
        tuple(group for group, _ in groups),
        head.title,
        head.description,
        vantage,
        head.sources,
        head.confidence,
        tuple(f"{where}: {fault}" for fault in faults),
    )


def _entries(data: Mapping[str, Any], key: str, faults: list[str]) -> list[tuple[dict[str, Any], str]]:
    """Tables written as [[key]], with what to call each in a message."""
    entries = read_tables(data, key, faults)
    return [(entry, f"{key} {entry.get('name') or number}") for number, entry in enumerate(entries, start=1)]


def _group(entry: Mapping[str, Any], said: str) -> tuple[Group, list[str]]:
    """Read one [[group]], with its faults."""
    faults = [f"no key '{key}'{did_you_mean(key, OF_GROUP)}" for key in entry if key not in OF_GROUP]
    values = _values(entry, OF_GROUP, faults)
    faults += [f"it has no {key}" for key in ("name", "strength") if key not in values]
    values["sources"] = read_words(entry, "sources", faults)
    values.setdefault("name", said)
    values.setdefault("strength", 0.0)
    return Group(**values), [f"{said}: {fault}" for fault in faults]


def _hazard(entry: Mapping[str, Any], said: str) -> tuple[Hazard | None, list[str]]:
    """Read one [[hazard]]; None where it selects nothing, beside its faults."""
    allowed = (*KEYS, "table", *OF_HAZARD)
    faults = [f"no key '{key}'{did_you_mean(key, allowed)}" for key in entry if key not in allowed]
    selector = read_selector(entry, faults)
    values = _values(entry, OF_HAZARD, faults)
    faults += [f"it has no {key}" for key in ("name", "mean_days") if key not in entry]
    values["sources"] = read_words(entry, "sources", faults)
    values["prices"] = read_prices(entry, "surcharge_usd_per_teu" in entry, faults)
    if "close" in entry:
        values["close"] = entry["close"] is True
        if entry["close"] is not True:
            faults.append("write close = true")
    factors = entry.get("multiply", {})
    if not isinstance(factors, dict) or ("multiply" in entry and not factors):
        faults.append("write multiply = { cost = 1.2 }")
        factors = {}
    values["multiply"] = {name: factor for name, factor in factors.items() if _is_number(factor)}
    faults += [f"multiply {n}: {f!r} is not a number" for n, f in factors.items() if not _is_number(f)]
    values.setdefault("name", said)
    values.setdefault("mean_days", 1.0)
    hazard = None if selector is None else Hazard(selector=selector, **values)
    return hazard, [f"{said}: {fault}" for fault in faults]


def _values(entry: Mapping[str, Any], allowed: tuple[str, ...], faults: list[str]) -> dict[str, Any]:
    """Read numbers and texts; what is of the wrong kind is left out and told."""
    values: dict[str, Any] = {}
    for key in allowed:
        if key not in entry:
            continue
        value = entry[key]
        if key in NUMBERS:
            fits, kind = _is_number(value), "a number"
        elif key in WHOLE:
            fits, kind = isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a whole number"
        elif key in TEXTS:
            fits, kind = isinstance(value, str), "a text"
        else:
            continue
        if fits:
            values[key] = value
        else:
            faults.append(f"{key} = {value!r} is not {kind}")
    return values


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def hazards_for(network: Network, what: str | Path | HazardSet | None) -> HazardSet:
    """Give the hazards that a question is asked under, held against the network.

    Parameters
    ----------
    network
        At its vantage point.
    what
        See `load_hazards`; None: the network's own set, without what finds nothing of itself in it. Closure rates that
        its links name are added, but to `"none"`.

    Raises
    ------
    ScenarioError
        Every fault of the set.
    """
    found = load_hazards(network.hazards).fitting(network) if what is None else load_hazards(what)
    if what != NONE:
        found = found.with_own(network)
    found.check(network)
    return found
