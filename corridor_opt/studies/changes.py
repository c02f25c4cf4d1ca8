"""What would have to change so that something enters a front: computed from the front, then searched again."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from corridor_opt.errors import CorridorError
from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.routing_graph import Ints, Mask
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.disruption import Disruption
from corridor_opt.model.scenario import Scenario
from corridor_opt.model.selector import Selector
from corridor_opt.results.why_not import Change
from corridor_opt.studies.again import Asked, enters
from corridor_opt.studies.task import Task

CHANGED = "changed"  # name of the scenario that makes something cheaper, quicker or safer
AT_ONCE = 2**22
MOST_TRIES = 3
MOST_LOOKED = 400
MOST_EVALUATED = 60
KINDS = {"border": 0, "load": 1, "unload": 1, "gauge-change": 2, "haul": 3}
LESS = {"cost": "fee", "time": "hours"}
WORD = {"cost": "cheaper", "time": "quicker", "risk": "less risky"}


def needs(values: Ints, front: Ints) -> Ints:
    """By how many steps less of each criterion alone a way would not be beaten or equalled.

    Parameters
    ----------
    values
        Of ways, of shape (ways, criteria).
    front
        Of the front, of shape (routes, criteria).

    Returns
    -------
    int64 array
        Of shape (ways, criteria): over the routes that are no worse in all other criteria, the greatest lead in this
        one and a step; 0 where there is none.
    """
    need = np.zeros_like(values)
    rows = max(AT_ONCE // max(front.size, 1), 1)
    for at in range(0, len(values), rows):
        part = values[at : at + rows, None, :]
        no_worse = front <= part
        for i in range(values.shape[1]):
            others = np.delete(no_worse, i, axis=2).all(axis=2)
            lead = np.where(others, part[:, :, i] - front[:, i] + 1, 0)
            need[at : at + rows, i] = np.maximum(lead.max(axis=1, initial=0), 0)
    return need


class Changes:
    """Looks for what lets a beaten way enter the front.

    Parameters
    ----------
    asked, task
        The question.
    wanted
        Arcs of the base graph through which a way goes.
    scope
        What is changed as a whole: no route of the front uses it.
    name
        What it is called.
    values, paths
        Ways through it, beaten all: whole steps of the criteria asked, arcs of the base graph.
    front
        Values of the front, whole steps of the criteria asked.
    used
        Rows of tables that routes of the front use.
    named
        See `enters`.
    """

    def __init__(
        self,
        asked: Asked,
        task: Task,
        wanted: Mask,
        scope: Sequence[Selector],
        name: str,
        values: Ints,
        paths: Sequence[Ints],
        front: Ints,
        used: set[tuple[str, int]],
        named: str = "",
    ) -> None:
        self.named = named
        self.asked, self.task, self.wanted, self.scope, self.name = asked, task, wanted, scope, name
        self.values, self.paths, self.front, self.used = values, paths, front, used
        self.need = needs(values, front)
        self.frame = task.elements.frame
        self.step = [task.weights.resolution[c] for c in task.question.criteria]

    def all(self) -> list[Change]:
        """Give the smallest change in each criterion; where none suffices alone, one of all together."""
        criteria = self.task.question.criteria
        made = []
        for i, criterion in enumerate(criteria):
            if criterion in LESS:
                made.append(self._element(i) or self._share((criterion,), i))
            elif criterion == "risk":
                made.append(self._share((criterion,), i))
        if not any(one.verified for one in made):
            together = tuple(c for c in ("cost", "time", "risk") if c in criteria)
            if len(together) > 1:
                made.append(self._share(together, None))
        return made

    def _element(self, i: int) -> Change | None:
        """Make one border, terminal or link cheaper or quicker; None where no single one suffices."""
        criterion = self.task.question.criteria[i]
        tries = 0
        for way in np.argsort(self.need[:, i], kind="stable")[:MOST_LOOKED]:
            amount = float(self.need[way, i]) * self.step[i]
            for row, own in self._rows(self.paths[way], criterion, amount):
                change = self._tried(criterion, way, row, amount, own)
                if change.verified:
                    return change
                tries += 1
                if tries == MOST_TRIES:
                    return None
                break  # another row of the same way would do as little
        return None

    def _rows(self, arcs: Ints, criterion: str, amount: float) -> Iterator[tuple[tuple[str, int], float]]:
        """Rows that a way uses once, no route of the front uses and that cost as much, the most telling first."""
        element = self.task.base.element[arcs]
        on_way: dict[tuple[str, int], list[tuple[int, bool]]] = {}
        for e, inside in zip(element.tolist(), self.wanted[arcs].tolist(), strict=True):
            if e >= 0 and self._kind[e] != "wait":
                on_way.setdefault(self._row[e], []).append((e, inside))
        fits = []
        for row, uses in on_way.items():
            e, inside = uses[0]
            if row in self.used or len(uses) > 1:
                continue
            if self._least[criterion][row] - amount >= 2 * CRITERIA[criterion].resolution:
                own = float(self.frame[criterion].iat[e])
                fits.append(((not inside, KINDS.get(self._kind[e], 4), -own, row), row, own))
        for _, row, own in sorted(fits):
            yield row, own

    @functools.cached_property
    def _kind(self) -> list[str]:
        """Kind of each element."""
        return list(self.frame["kind"])

    @functools.cached_property
    def _row(self) -> list[tuple[str, int]]:
        """Table and row of each element."""
        return list(zip(self.frame["table"].tolist(), self.frame["row"].tolist(), strict=True))

    @functools.cached_property
    def _least(self) -> dict[str, dict[tuple[str, int], float]]:
        """The least that an open element of each row takes, both ways of a border among them."""
        least: dict[str, dict[tuple[str, int], float]] = {}
        is_open = self.frame["is_open"].tolist()
        for criterion in LESS:
            made = least.setdefault(criterion, {})
            cells = zip(self._row, self._kind, is_open, self.frame[criterion].tolist(), strict=True)
            for row, kind, usable, value in cells:
                if usable and kind != "wait":
                    made[row] = min(made.get(row, value), value)
        return least

    def _tried(self, criterion: str, way: int, row: tuple[str, int], amount: float, own: float) -> Change:
        """Take an amount off a row, see that the way is no longer beaten, and search again."""
        table, at = row
        record = self.task.network[table].iloc[at]
        factor = float(record["cost_factor" if criterion == "cost" else "time_factor"])
        units = self.task.load.teu if criterion == "cost" else 1.0
        selector = _selector(table, record)
        name, unit = self._place(table, record), CRITERIA[criterion].unit
        more = 0.0
        for _ in range(3):
            off = -math.ceil((amount + more) / (units * factor) * 1e4) / 1e4
            why = f"{amount:,.2f} {unit} less for the shipment"
            prices = self.task.question.prices
            change = Disruption(selector, "add", {criterion: off}, CHANGED, why, prices=prices)
            scenario = Scenario(CHANGED, f"{name}: {amount:,.2f} {unit} less", disruptions=(change,))
            words = self.asked.and_then(self.task, scenario)
            task = self.asked.task(words)
            if self._unbeaten(task, way):
                break
            more += CRITERIA[criterion].resolution
        verified, routes = enters(task, self.wanted, self.named)
        digits = 2 if criterion == "cost" else 1
        text = f"{amount:,.{digits}f} {unit} less at {name} (it takes {own:,.{digits}f} {unit} there)"
        return Change(LESS[criterion], text, words, scenario, verified, routes, amount, unit)

    def _place(self, table: str, record: Any) -> str:
        """Name a row of a table."""
        node = self.task.network.node
        if table == "crossings":
            ends = f"{node(record['post_a'])['name']} - {node(record['post_b'])['name']}"
            return f"the border {record['country_a']}-{record['country_b']} by {record['mode']}, {ends}"
        if table == "terminals":
            return f"the {record['mode']} terminal {node(record['node'])['name']}"
        if table == "gauge_changes":
            return f"the gauge change {node(record['node'])['name']}"
        return f"the {record['mode']} link {node(record['from'])['name']} - {node(record['to'])['name']}"

    def _unbeaten(self, task: Task, way: int) -> bool:
        """Whether no route of the front as it was beats or equals a way under a task."""
        return not (self.front <= self._value(task, way)).all(axis=1).any()

    def _value(self, task: Task, way: int) -> Ints:
        """Whole steps of a way's criteria under a task."""
        arcs = self.paths[way]
        columns = [NAMES.index(c) for c in task.question.criteria]
        sums = (task.weights.weight[arcs] + task.penalty[arcs]).sum(axis=0)
        sums = sums + task.gain[task.held[arcs].any(axis=0)].sum(axis=0)
        return np.asarray(sums[columns], np.int64)

    def _share(self, criteria: tuple[str, ...], i: int | None) -> Change:
        """Take the same share off all of it, in whole per cent: the smallest that suffices."""
        said = " and ".join(WORD[c] for c in criteria)
        order = self.need[:, i] if i is not None else (self.need / np.maximum(self.values, 1)).min(axis=1)
        near = np.argsort(order, kind="stable")[:MOST_EVALUATED].tolist()

        def made(percent: int) -> tuple[Scenario, dict[str, Any]]:
            values = dict.fromkeys(criteria, round(1 - percent / 100, 2))
            changes = [Disruption(one, "multiply", values, CHANGED, f"{percent} % {said}") for one in self.scope]
            scenario = Scenario(CHANGED, f"{self.name}: {percent} % {said}", disruptions=tuple(changes))
            return scenario, self.asked.and_then(self.task, scenario)

        def works(percent: int) -> bool:
            task = self.asked.task(made(percent)[1])
            return any(self._unbeaten(task, way) for way in near)

        if not self._changeable(criteria):
            return Change("none", f"{_asked(criteria)}: there is nothing to take off")
        whole = self.asked.task(made(100)[1])
        if not any(self._unbeaten(whole, way) for way in near) and enters(whole, self.wanted, self.named)[0] is False:
            free = {"cost": "cost nothing", "time": "took no time", "risk": "had no risk"}
            what = ", ".join(free[c] for c in criteria)
            text = f"{_asked(criteria)}: not by that alone; even if all of {self.name} {what}, no way through it would "
            return Change("none", f"{text}be in the front{self._short_of(i)}")
        least = self._shares(criteria[0], i) if i is not None and criteria[0] in LESS else None
        if least is None or not works(least):
            least = _least(works)
        scenario, words = made(least)
        verified, routes = enters(self.asked.task(words), self.wanted, self.named)
        text = f"{self.name} {least} % {said}"
        return Change("share", text, words, scenario, verified, routes, float(least), "%")

    def _shares(self, criterion: str, i: int) -> int | None:
        """Smallest whole per cent off the scope that saves a way what it lacks; None where none does."""
        part = np.zeros(len(self.frame) + 1)
        amounts = np.where(self.frame["kind"] != "wait", self.frame[criterion], 0.0)
        for selector in self.scope:
            for table, mask in selector.match(self.task.question.network).items():
                at = np.flatnonzero(self.frame["table"] == table)
                hit = at[mask[self.frame["row"].to_numpy()[at]]]
                part[hit] = amounts[hit]
        element = self.task.base.element
        least = 101.0
        for way in np.argsort(self.need[:, i], kind="stable")[:MOST_LOOKED]:
            saved = part[element[self.paths[way]]].sum()
            if saved > 0:
                least = min(least, 100 * float(self.need[way, i]) * self.step[i] / saved)
        return math.ceil(least) if least <= 100 else None

    def _changeable(self, criteria: tuple[str, ...]) -> bool:
        """Whether a change of the scope can be written at all."""
        from corridor_opt.model.disruption import resolve

        changes = [Disruption(one, "multiply", dict.fromkeys(criteria, 0.5), CHANGED) for one in self.scope]
        try:
            resolve(self.asked.network, changes)
        except CorridorError:
            return False
        return True

    def _short_of(self, i: int | None) -> str:
        """Say how much would be needed at least."""
        if i is None or not len(self.need):
            return ""
        criterion = self.task.question.criteria[i]
        least = float(self.need[:, i].min()) * self.step[i]
        if criterion == "risk":
            return ""
        return f" (the nearest way lacks {least:,.0f} {CRITERIA[criterion].unit})"


def _asked(criteria: Sequence[str]) -> str:
    """What a change is about, in a word."""
    return {"cost": "fee", "time": "hours", "risk": "risk"}[criteria[0]] if len(criteria) == 1 else "all of these"


def _least(works: Callable[[int], bool]) -> int:
    """Smallest whole per cent that works, found by halving; 100 does."""
    low, high = 0, 100  # low does not work, high does
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def _selector(table: str, record: Any) -> Selector:
    """Select one row of a table."""
    if table == "gauge_changes":
        return Selector({"node": (record["node"],)}, (table,))
    return Selector({table.removesuffix("s"): (record["id"],)})
