"""A scenario: ordered disruptions, read from TOML that reads aloud."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.disruption import (
    CHANGES,
    Disruption,
    apply,
    is_money,
    resolve,
)
from corridor_opt.model.network import Network
from corridor_opt.model.policy_files import content_of, read_head, read_prices, read_tables, read_words, shipped
from corridor_opt.model.selector import KEYS, read_selector

if TYPE_CHECKING:
    import pandas as pd

HEAD = ("name", "title", "description", "sources", "facts", "confidence", "disruption")
BASELINE = "baseline"
MOST = 1e9  # a greater number in a change is a slip


@dataclass(frozen=True)
class Scenario:
    """Ordered disruptions with a name.

    Parameters
    ----------
    name
        What a planner types.
    title, description
        A line, and a paragraph.
    disruptions
        In the order in which they are applied; all are resolved against the base first.
    sources
        Source ids for the scenario as a whole.
    facts
        Rows of the published table of switches it comes from.
    confidence
        Confidence in its numbers.
    faults
        What is wrong with its text; raised by `apply` together with what is wrong with its names.
    """

    name: str
    title: str = ""
    description: str = ""
    disruptions: tuple[Disruption, ...] = ()
    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    confidence: str = "assumption"
    faults: tuple[str, ...] = ()

    def apply(self, network: Network) -> tuple[Network, tuple[str, ...]]:
        """Apply to a network: a new network and one line a disruption of what it touched.

        Raises
        ------
        ScenarioError
            Every fault of every disruption, those of the text among them.
        """
        faults = list(self.faults)
        known = set(network["sources"]["id"])
        faults += [f"{self.name}: no source '{s}'{did_you_mean(s, known)}" for s in self.sources if s not in known]
        try:
            resolved = resolve(network, self.disruptions)
        except ScenarioError as error:
            faults += error.faults
        if faults:
            raise ScenarioError(f"the scenario {self.name} has {len(faults)} fault(s)", faults)
        return apply(network, resolved) if resolved else (network, ())

    def __str__(self) -> str:
        """Several lines: title, description, disruptions with their reasons."""
        lines = [
            f"{self.name}: {self.title}",
            self.description,
            f"sources: {', '.join(self.sources) or 'none'}",
        ]
        lines += [f"  {d}{': ' + d.why if d.why else ''}" for d in self.disruptions]
        return "\n".join(line for line in lines if line)

    def _repr_html_(self) -> str:
        """Give the disruptions as a table for a notebook."""
        from corridor_opt.model.html_table import html_lines, html_table

        rows = [
            [str(number), str(d), d.why, ", ".join(d.sources)] for number, d in enumerate(self.disruptions, start=1)
        ]
        caption = [f"{self.name}: {self.title}", *([self.description] if self.description else [])]
        table = html_table(["#", "disruption", "why", "sources"], rows, right=(0,), caption=caption)
        cited = f"sources: {', '.join(self.sources) or 'none'}; confidence {self.confidence}"
        return table + html_lines([cited, *(f"fault: {fault}" for fault in self.faults)])


def scenarios() -> pd.DataFrame:
    """List the shipped scenarios: name, title, number of disruptions, confidence, sources.

    Returns
    -------
    pandas.DataFrame
        One row a scenario, `baseline` first.
    """
    import pandas as pd

    shipped = [load_scenario(name) for name in shipped_names()]
    rows = [(s.name, s.title, len(s.disruptions), s.confidence, ";".join(s.sources)) for s in shipped]
    return pd.DataFrame(rows, columns=["name", "title", "disruptions", "confidence", "sources"])


def shipped_names() -> list[str]:
    """Names of the shipped scenarios, `baseline` first."""
    return shipped("scenarios", BASELINE)


def load_scenario(what: str | Path | Scenario) -> Scenario:
    """Give a scenario by the name of a shipped one, by the path of a TOML file, or as it is.

    Raises
    ------
    ScenarioError
        There is none of that name, or the file is not TOML.
    """
    if isinstance(what, Scenario):
        return what
    text = str(what)
    if text == BASELINE:
        return Scenario(
            BASELINE, "Nothing changes", "The network as it stands at the vantage point.", confidence="high"
        )
    return parse_scenario(*content_of(text, "scenarios", shipped_names(), "scenario"))


def stack(what: str | Path | Scenario | Sequence[str | Path | Scenario]) -> Scenario:
    """Stack scenarios in order; `"a+b"` stacks anywhere.

    Returns
    -------
    Scenario
        Its name is `a+b`; `baseline` beside others adds nothing and is dropped.
    """
    given = [what] if isinstance(what, (str, Path, Scenario)) else what
    if not isinstance(given, Sequence):
        raise ScenarioError(f"a scenario is a name, a path or a Scenario, not {what!r}")
    parts: list[Scenario] = []
    faults: list[str] = []
    for one in given:
        if not isinstance(one, (str, Path, Scenario)):
            faults.append(f"a scenario is a name, a path or a Scenario, not {one!r}")
            continue
        whole = not isinstance(one, str) or (one.endswith(".toml") and os.path.isfile(one))
        names: list[Any] = [one] if whole else str(one).split("+")
        for name in names:
            try:
                parts.append(load_scenario(name.strip() if isinstance(name, str) else name))
            except ScenarioError as error:
                faults += [error.summary, *error.faults] if not error.faults else list(error.faults)
    if faults:
        raise ScenarioError("the scenario cannot be used", faults)
    real = [part for part in parts if part.disruptions or part.faults or part.name != BASELINE]
    if len(real) == 1:
        return real[0]
    if not real:
        return load_scenario(BASELINE)
    return Scenario(
        "+".join(part.name for part in real),
        "; then ".join(part.title for part in real),
        disruptions=tuple(d for part in real for d in part.disruptions),
        sources=tuple(dict.fromkeys(s for part in real for s in part.sources)),
        confidence="assumption" if any(p.confidence == "assumption" for p in real) else real[0].confidence,
        faults=tuple(fault for part in real for fault in part.faults),
    )


def read_vantage(folder: Path, vantage: str) -> Scenario | None:
    """Read the disruptions that stand at a vantage point; None where the folder has no such file."""
    path = folder / f"vantage-{vantage}.toml"
    return parse_scenario(path.read_bytes(), path.name) if path.is_file() else None


def parse_scenario(content: bytes, where: str) -> Scenario:
    """Read a scenario from the bytes of a TOML file.

    Returns
    -------
    Scenario
        With its `faults`: unknown keys, no or several changes, values that are no numbers.

    Raises
    ------
    ScenarioError
        It is not TOML.
    """
    faults: list[str] = []
    head = read_head(content, where, HEAD, faults)
    if head.name == BASELINE:
        faults.append(f"the name '{BASELINE}' belongs to the network without a scenario")
    facts = read_words(head.data, "facts", faults)
    entries = read_tables(head.data, "disruption", faults)
    disruptions = []
    for number, entry in enumerate(entries, start=1):
        parsed, found = _parse_disruption(entry, head.name, number)
        faults += [f"disruption {number}: {fault}" for fault in found]
        if parsed is not None:
            disruptions.append(parsed)
    return Scenario(
        head.name,
        head.title,
        head.description,
        tuple(disruptions),
        head.sources,
        facts,
        head.confidence,
        tuple(f"{where}: {fault}" for fault in faults),
    )


def _parse_disruption(entry: Mapping[str, Any], label: str, number: int) -> tuple[Disruption | None, list[str]]:
    """Read one [[disruption]]; None where it selects nothing, beside its faults."""
    faults: list[str] = []
    allowed = (*KEYS, *CHANGES, "table", "why", "sources", "prices")
    faults += [f"no key '{key}'{did_you_mean(key, allowed)}" for key in entry if key not in allowed]
    selector = read_selector(entry, faults)
    changes = [change for change in CHANGES if change in entry]
    if len(changes) != 1:
        faults.append(f"it needs one change of {', '.join(CHANGES)}; it has {', '.join(changes) or 'none'}")
    values = _values(entry, changes, faults)
    if selector is not None and selector.transit and changes != ["close"]:
        faults.append("transit takes close = true only")
    sources = read_words(entry, "sources", faults)
    money = any(name == "cost" or is_money(name) for name in values) and bool(entry.keys() & {"set", "add"})
    prices = read_prices(entry, money, faults)
    if selector is None:
        return None, faults
    # With faults it is made all the same, so that its names are checked too; it is never applied.
    change = changes[0] if changes else "close"
    return Disruption(selector, change, values, label, str(entry.get("why", "")), sources, number, prices), faults


def _values(entry: Mapping[str, Any], changes: Sequence[str], faults: list[str]) -> dict[str, float]:
    """Read the numbers of a change."""
    values: dict[str, float] = {}
    for change in changes:
        if change in ("close", "open"):
            if entry[change] is not True:
                faults.append(f"write {change} = true")
        elif not isinstance(entry[change], dict) or not entry[change]:
            faults.append(f"write {change} = {{ attribute = number }}")
        else:
            for name, value in entry[change].items():
                if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
                    faults.append(f"{change} {name}: {value!r} is not a number")
                elif abs(value) > MOST:
                    faults.append(f"{change} {name}: {str(value)[:20]} is beyond {MOST:.0e}")
                elif change in ("multiply", "set") and value < 0:
                    faults.append(f"{change} {name}: {value} must not be negative")
                else:
                    values[name] = float(value)
    return values
