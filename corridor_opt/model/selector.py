"""A selector: which rows of the network a disruption, an exclusion or an avoidance is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.network import USED, Network
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Which tables each selector key can look into.
KEYS: dict[str, tuple[str, ...]] = {
    "link": ("links",),
    "crossing": ("crossings",),
    "terminal": ("terminals",),
    "node": USED,
    "country": USED,
    "transit": ("links", "crossings"),
    "border": ("crossings",),
    "mode": ("links", "crossings", "terminals"),
    "corridor": ("links", "crossings"),
    "chokepoint": ("links", "crossings"),
    "tag": USED,
    "operator": USED,
    "status": USED,
    "gauge": ("links", "crossings", "terminals"),
    "class": ("links", "crossings"),
    "closure": ("links", "crossings"),
}
# Rows of these may run along another row, and are meant with it.
ALONG = ("link", "crossing")
# These begin the tags of what an operator of the table of operators runs, and of what it runs among others.
OPERATED, PARTY = "operator-", "party-"
# What was found in a network, which never changes.
_FOUND: WeakKeyDictionary[Network, dict[Any, dict[str, np.ndarray]]] = WeakKeyDictionary()
_VALUES: WeakKeyDictionary[Network, dict[str, dict[str, None]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Selector:
    """Rows of the network that fit every key; several values of a key mean any of them.

    Parameters
    ----------
    keys
        Values by key: `link`, `crossing`, `terminal`, `node`, `country`, `border` (`AZ-IR`, either order), `mode`,
        `corridor`, `chokepoint`, `tag`, `operator`, `status`, `gauge`, `class`, `closure` (rows that name it as
        their own), or `transit` (a country: its links and crossings, for through traffic only).
    tables
        Look into these tables only; empty: all that the keys allow.
    """

    keys: Mapping[str, tuple[str, ...]]
    tables: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give the selector as a planner types it."""
        said = " and ".join(f"{key}:{','.join(values)}" for key, values in self.keys.items())
        return said + (f" in {', '.join(self.tables)}" if self.tables else "")

    @property
    def transit(self) -> frozenset[str]:
        """Countries closed to through traffic only."""
        return frozenset(self.keys.get("transit", ()))

    def faults(self, network: Network) -> list[str]:
        """Name every value that the network does not know."""
        found = []
        for key, values in self.keys.items():
            known = known_values(network, key)
            found += [f"no {key} '{v}'{did_you_mean(v, known)}" for v in values if v not in known]
        return found

    def candidates(self) -> list[str]:
        """Tables that every key can look into."""
        return [t for t in USED if all(t in KEYS[key] for key in self.keys) and (not self.tables or t in self.tables)]

    def match(self, network: Network) -> dict[str, np.ndarray]:
        """Give a boolean array, not to be written to, for each table that has matching rows."""
        asked = (tuple(self.keys.items()), self.tables)
        known = _FOUND.setdefault(network, {})  # a set of hazards asks the same with every question
        if asked not in known:
            known[asked] = self._match(network)
        return dict(known[asked])

    def _match(self, network: Network) -> dict[str, np.ndarray]:
        found = {}
        for table in self.candidates():
            mask = None
            for key, values in self.keys.items():
                hit = _match(network, table, key, values)
                mask = hit if mask is None else mask & hit
            if mask is not None and mask.any():
                mask.setflags(write=False)
                found[table] = mask
        return found


def parse_selector(text: str) -> Selector:
    """Read `country:AZ`, `border:IR-AZ`, `chokepoint:suez` and so on.

    Raises
    ------
    ScenarioError
        The key is unknown or the value is missing.
    """
    key, _, value = text.partition(":")
    key, value = key.strip().lower(), value.strip()
    if key not in KEYS:
        raise ScenarioError(f"'{text}': no selector '{key}'{did_you_mean(key, KEYS)}")
    if not value:
        raise ScenarioError(f"'{text}': write {key}:VALUE")
    return Selector({key: (canonical(key, value),)})


def selector_from(text: str) -> Selector:
    """Read a selector as `str` gives it: `country:IR and mode:rail,road in links`.

    Raises
    ------
    ScenarioError
        A key is unknown or stands twice, or a value or table is missing.
    """
    words, _, tables = text.partition(" in ")
    keys: dict[str, tuple[str, ...]] = {}
    for word in words.split(" and "):
        ((key, (value,)),) = parse_selector(word).keys.items()
        if key in keys:
            raise ScenarioError(f"'{text}': {key} stands twice; write {key}:A,B for either")
        keys[key] = tuple(canonical(key, part.strip()) for part in value.split(","))
    asked = tuple(table.strip() for table in tables.split(",")) if tables else ()
    wrong = [f"'{text}': no table '{table}'{did_you_mean(table, USED)}" for table in asked if table not in USED]
    if wrong:
        raise ScenarioError(wrong[0])
    return Selector(keys, asked)


def read_selector(entry: Mapping[str, Any], faults: list[str]) -> Selector | None:
    """Read the selector of a table of TOML: its keys of `KEYS`, and `table`.

    Parameters
    ----------
    entry
        The table; other keys are left to the caller.
    faults
        Gathers what is wrong.

    Returns
    -------
    Selector or None
        None where it selects nothing.
    """
    keys = {}
    for key in KEYS:
        if key in entry:
            words = entry[key] if isinstance(entry[key], list) else [entry[key]]
            keys[key] = tuple(canonical(key, str(word)) for word in words)
            if not words:
                faults.append(f"{key} is empty")
    if not keys:
        faults.append(f"it selects nothing: give one of {', '.join(KEYS)}")
    listed = entry.get("table", [])
    tables = [listed] if isinstance(listed, str) else list(listed) if isinstance(listed, list) else [repr(listed)]
    faults += [f"no table '{t}'{did_you_mean(str(t), USED)}" for t in tables if t not in USED]
    return Selector(keys, tuple(t for t in tables if t in USED)) if keys else None


def canonical(key: str, value: str) -> str:
    """Give a value as the tables spell it: upper-case countries, borders in alphabetical order."""
    if key in ("country", "transit"):
        return value.upper()
    if key == "border":
        return "-".join(sorted(part.strip().upper() for part in value.split("-")))
    if key in ("mode", "chokepoint", "status", "tag", "operator"):
        return value.lower()
    return value


def known_values(network: Network, key: str) -> dict[str, None]:
    """Every value of a selector key that the network knows."""
    known = _VALUES.setdefault(network, {})
    if key not in known:
        known[key] = _values(network, key)
    return known[key]


def _values(network: Network, key: str) -> dict[str, None]:
    if key in ("link", "crossing", "terminal", "node"):
        frame = network[f"{key}s"]
        along = frame["part_of"] if key in ALONG else []
        return dict.fromkeys([*frame["id"], *(name for name in along if name)])
    if key in ("country", "transit"):
        listed = [c for cell in network["links"]["countries"].unique() for c in split(cell)]
        return dict.fromkeys(c for c in [*network["nodes"]["country"].unique(), *listed] if c)
    if key == "border":
        pairs = zip(network["crossings"]["country_a"], network["crossings"]["country_b"], strict=True)
        return dict.fromkeys("-".join(sorted(pair)) for pair in pairs)
    if key in ("corridor", "chokepoint", "closure"):
        return dict.fromkeys(network[f"{key}s"]["id"])
    if key == "class":
        return dict.fromkeys(network["classes"]["id"])
    if key == "tag":
        return dict.fromkeys(t for table in USED for cell in network[table]["tags"].unique() for t in split(cell))
    if key == "operator":
        tags = known_values(network, "tag")
        return dict.fromkeys(t.removeprefix(OPERATED) for t in tags if t.startswith(OPERATED))
    column = {"mode": "mode", "status": "status"}.get(key)
    if column:
        tables = ("links", "crossings") if key == "mode" else USED
        return dict.fromkeys(v for table in tables for v in network[table][column].unique())
    return dict.fromkeys(str(int(g)) for g in network["links"]["gauge_mm"].dropna().unique())


def _holds(cells: pd.Series, values: Sequence[str]) -> np.ndarray:
    """Whether a cell of words separated by semicolons holds any of the values."""
    import numpy as np
    import pandas as pd

    wanted = set(values)
    codes, found = pd.factorize(cells)
    return np.array([not wanted.isdisjoint(split(cell)) for cell in found], bool)[codes]


def _match(network: Network, table: str, key: str, values: Sequence[str]) -> np.ndarray:
    """Rows of one table that fit one key."""
    import numpy as np

    frame = network[table]
    if key in ("link", "crossing", "terminal"):
        named = frame["id"].isin(values).to_numpy()
        return named | frame["part_of"].isin(values).to_numpy() if key in ALONG else named
    if key in ("node", "country", "transit"):
        if table == "links" and key != "node":
            return _holds(frame["countries"], values)
        ends = {"links": ("from", "to"), "crossings": ("post_a", "post_b")}.get(table, ("node",))
        if key == "node":
            return np.logical_or.reduce([frame[end].isin(values).to_numpy() for end in ends])
        country = network["nodes"].set_index("id")["country"]
        return np.logical_or.reduce([frame[end].map(country).isin(values).to_numpy() for end in ends])
    if key == "border":
        pairs = ["-".join(sorted(p)) for p in zip(frame["country_a"], frame["country_b"], strict=True)]
        return np.isin(pairs, values) if pairs else np.zeros(0, bool)
    if key == "operator":
        return _holds(frame["tags"], [OPERATED + value for value in values])
    if key in ("corridor", "chokepoint", "tag", "closure"):
        return _holds(frame["tags" if key == "tag" else f"{key}s"], values)
    if key == "gauge":
        columns = ("gauge_a", "gauge_b") if table == "crossings" else ("gauge_mm",)
        return np.logical_or.reduce([frame[c].isin([float(v) for v in values]).to_numpy() for c in columns])
    return frame[key].isin(values).to_numpy()
