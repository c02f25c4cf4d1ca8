"""The exact words that bring an answer again: a command line, and a call in Python."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import CorridorError
from corridor_opt.model.compliance import Profile
from corridor_opt.model.compliance_files import load_profile
from corridor_opt.model.hazard_files import load_hazards
from corridor_opt.model.hazard_set import HazardSet
from corridor_opt.model.scenario import Scenario, stack

if TYPE_CHECKING:
    from corridor_opt.results.comparison import Comparison
    from corridor_opt.results.front import Front
    from corridor_opt.results.robust import Robust

EMBEDDED = "embedded"


@dataclass(frozen=True)
class Command:
    """What to type to be answered the same.

    Parameters
    ----------
    arguments
        Words after `corridor-opt`.
    python
        The same in Python.
    missing
        What these words cannot say, a line each; where there is any, the command alone does not bring the same answer.
    """

    arguments: tuple[str, ...]
    python: str
    missing: tuple[str, ...]

    def __str__(self) -> str:
        """Give the line for a shell."""
        return shlex.join(["corridor-opt", *self.arguments])


def routes_command(front: Front, weights: Mapping[str, float] | None = None, method: str = "knee") -> Command:
    """Words that bring a front again; with weights also the choice of its report."""
    scenarios, words = _listed(front.words.get("scenario")), _Words(front)
    if weights is not None:
        rank = ",".join(f"{name}={_number(weight)}" for name, weight in weights.items())
        words.options += [("rank", rank), ("method", method)]
    made = words.command("routes", "find_routes", scenarios, {"scenario": _one(scenarios)})
    if weights is None:
        return made
    more = f'answer.save_report("report.html", weights={dict(weights)!r}, method={method!r})'
    return replace(made, python=f"{made.python}\n{more}")


def compare_command(comparison: Comparison) -> Command:
    """Words that bring a comparison again."""
    front = next(one.front for one in comparison.outcomes.values() if one.front is not None)
    fronts = {name: one.front for name, one in comparison.outcomes.items()}
    asked = [_one(_listed(one.words.get("scenario"))) if one is not None else name for name, one in fronts.items()]
    # one column a scenario: what was stacked in a list is stacked by a plus
    words = ["+".join(str(_named(part)) for part in one) if isinstance(one, list) else one for one in asked]
    return _Words(front).command("compare", "compare_scenarios", words, {"scenarios": words})


def robust_command(robust: Robust) -> Command:
    """Words that bring robust routes again."""
    words, worlds = _Words(robust.front), robust.worlds
    scenarios = _listed(robust.front.words.get("scenario"))
    more: dict[str, Any] = {
        "policy": robust.policy,
        "samples": worlds.drawn or "exact",
        "seed": worlds.seed or 0,
        "usd_per_day": robust.usd_per_day,
        "measures": tuple(robust.measures),
    }
    if robust.deadline is not None:
        more["deadline"] = robust.deadline
    options = [("policy", robust.policy), ("samples", str(more["samples"])), ("seed", str(more["seed"]))]
    options += [("usd-per-day", _number(robust.usd_per_day)), ("measures", ",".join(robust.measures))]
    options += [("deadline", f"{_number(robust.deadline)}h")] if robust.deadline is not None else []
    words.options += options
    if len(worlds.scenarios) > 1:
        words.missing.append("several scenarios with weights are asked in Python only")
        weighted = dict(zip(worlds.scenarios, worlds.scenario_weight, strict=True))
        return words.command("robust", "robust_routes", [], {"scenarios": weighted, **more}, searched=False)
    return words.command("robust", "robust_routes", scenarios, {"scenario": _one(scenarios), **more}, searched=False)


class _Words:
    """The words of a front's question on their way to a command line."""

    def __init__(self, front: Front) -> None:
        self.front, self.words = front, front.words
        self.file: str = front.ask.network.read_from if front.ask is not None else ""
        self.options: list[tuple[str, str]] = []
        self.missing: list[str] = [] if front.words else ["the front does not know its question"]

    def command(
        self, name: str, function: str, scenarios: Sequence[Any], more: Mapping[str, Any], *, searched: bool = True
    ) -> Command:
        """Put all words together."""
        words, head = self.words, self.front.head
        places = [str(words.get(place, head[place]["id"])) for place in ("origin", "destination")]
        first: list[tuple[str, str]] = []
        if searched:
            first.append(("criteria", ",".join(self.front.criteria)))
        for one in scenarios:
            first.append(("scenario", self._policy(one, lambda w: stack(w), "scenario")))
        first += [("as-of", head["network"]["as_of"]), ("prices", str(head["prices"]))]
        if self.file != EMBEDDED:
            first.append(("network", self.file or "FILE"))
        if not self.file:
            self.missing.append(f"FILE is the network {head['network']['name']} as it was changed in Python, saved")
        options = [*first, *self._shipment(), *self._restrictions(), *self._policies(), *self._search(), *self.options]
        arguments = [name, *places, *(part for option, value in options for part in (f"--{option}", value))]
        return Command(
            tuple(arguments), self._python(function, places, more, searched), tuple(dict.fromkeys(self.missing))
        )

    def _shipment(self) -> list[tuple[str, str]]:
        shipment = self.words.get("shipment")
        if shipment is None:
            return []
        found = [("shipment", shipment.containers), ("service", shipment.service)]
        found += [("tonnes", _number(shipment.tonnes))] if shipment.tonnes is not None else []
        found += [("value", _number(shipment.value_usd))] if shipment.value_usd is not None else []
        return found

    def _restrictions(self) -> list[tuple[str, str]]:
        found = []
        if (day := self.words.get("departure")) is not None:
            found.append(("departure", day.isoformat() if isinstance(day, dt.date) else str(day)))
        for name in ("via", "exclude"):
            found += [(name, str(word)) for word in _listed(self.words.get(name))]
        avoid = self.words.get("avoid") or ()
        for one in avoid.items() if isinstance(avoid, Mapping) else _listed(avoid):
            if isinstance(one, str):
                found.append(("avoid", one))
                continue
            selector, penalty = one
            if len(penalty) > 1:
                self.missing.append(f"avoid {selector}: money and hours together are asked in Python only")
            for name, amount in penalty.items():
                text = _number(amount)
                hours = "h" if name == "time" and text.lstrip("0123456789.,_ ") == "" else ""
                found.append(("avoid", f"{selector}={text}{hours}"))
        found += [("limit", f"{name}={_number(v)}") for name, v in (self.words.get("limits") or {}).items()]
        return found

    def _policies(self) -> list[tuple[str, str]]:
        found = []
        if (hazards := self.words.get("hazards")) is not None:
            found.append(("hazards", self._policy(hazards, load_hazards, "hazard set")))
        for one in _listed(self.words.get("compliance")):
            found.append(("compliance", self._policy(one, load_profile, "compliance profile")))
        return found

    def _search(self) -> list[tuple[str, str]]:
        found = []
        if self.front.eps is not None:
            found.append(("bounded", _number(self.front.eps)))
        limits = self.words.get("search_limits")
        for name in ("seconds", "labels"):
            if (most := getattr(limits, name, None)) is not None:
                found.append((name, _number(most)))
        if getattr(limits, "bytes", None) is not None:
            self.missing.append("the limit on memory of the search is asked in Python only")
        if (slack := self.words.get("slack")) is not None and slack:
            found.append(("slack", _number(slack)))
        return found

    def _policy(self, what: Any, load: Callable[[str], Any], kind: str) -> str:
        """Name a scenario, a hazard set or a profile; one that was made in Python has no name that could be typed."""
        if not isinstance(what, (Scenario, HazardSet, Profile)):
            return str(what)
        if _is_known(what, load):
            return what.name
        self.missing.append(f"the {kind} {what.name} was made in Python: write it to a file {what.name}.toml first")
        return f"{what.name}.toml"

    def _python(self, function: str, places: Sequence[str], more: Mapping[str, Any], searched: bool) -> str:
        words = {k: v for k, v in self.words.items() if k not in ("origin", "destination", "scenario")}
        if not searched:
            words = {k: v for k, v in words.items() if k not in ("criteria", "method")}
        else:
            words["criteria"] = self.front.criteria
        given = {k: v for k, v in {**words, **more}.items() if v is not None and v != () and v != {} and v != []}
        network = "" if self.file == EMBEDDED else f"{(self.file or 'FILE')!r}, "
        lines = ["import corridor_opt as co", ""]
        lines += [f'network = co.load_network({network}as_of="{self.front.head["network"]["as_of"]}")']
        lines += [f"answer = co.{function}(", "    network,", *(f"    {place!r}," for place in places)]
        lines += [f"    {name}={_written(value)}," for name, value in given.items()]
        return "\n".join([*lines, ")"])


def _listed(value: Any) -> list[Any]:
    """One word or several; None is none."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _one(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _named(what: Any) -> str:
    return what.name if isinstance(what, Scenario) else str(what)


def _is_known(what: Any, load: Callable[[str], Any]) -> bool:
    """Whether its name alone brings the same again."""
    try:
        return bool(load(what.name) == what)
    except CorridorError:
        return False


def _number(value: Any) -> str:
    """Write a number so that it is read the same; whole ones without a point."""
    if isinstance(value, str):
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)


def _written(value: Any) -> str:
    """Write a value as Python that works after `import corridor_opt as co`."""
    if isinstance(value, (Scenario, HazardSet, Profile)):
        loaders = {Scenario: "load_scenario", HazardSet: "load_hazards", Profile: "load_profile"}
        return f'co.{loaders[type(value)]}("{value.name}")'
    if isinstance(value, Path):
        return repr(str(value))
    if isinstance(value, dt.date):
        return repr(value.isoformat())
    if isinstance(value, list):
        return f"[{', '.join(_written(one) for one in value)}]"
    text = repr(value)
    return f"co.{text}" if type(value).__module__.startswith("corridor_opt") else text
