"""No way through something is open: what closes it, and what would have to be lifted or built."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from corridor_opt.errors import CorridorError
from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.routing_graph import Mask
from corridor_opt.results.why_not import Change, Closed, WhyNot
from corridor_opt.studies.again import Asked, enters
from corridor_opt.studies.blockers import Blocker, blockers, lifted_words
from corridor_opt.studies.lifts import Lift, lifts, with_terminals
from corridor_opt.studies.task import Task
from corridor_opt.studies.through import Through, on_base

MOST_CHANGES = 5  # sets of blockers that are lifted and searched again
NOT_LIFTED = "what a law forbids is told, not advised"


class Shut:
    """Something through which no way is open.

    Parameters
    ----------
    asked, task
        The question.
    wanted
        Arcs of the base graph through which a way goes.
    again
        Asks anew with other words, once; None where that was done.
    """

    def __init__(
        self,
        asked: Asked,
        task: Task,
        wanted: Mask,
        again: Callable[[Mapping[str, Any], Task], WhyNot | None],
    ) -> None:
        self.asked, self.task, self.wanted, self.again = asked, task, wanted, again
        self.plain = on_base(task)
        column = NAMES.index("cost")
        self._cost = np.asarray(task.weights.weight[:, column] + task.penalty[:, column])

    def told(self, reasons: list[str]) -> tuple[str, dict[str, Any]]:
        """Give the verdict, and what a `WhyNot` tells beside it; `reasons` are those known already."""
        task = self.task
        found = blockers(task)
        sets, exact = lifts(task, self.wanted, found)
        if not sets and not exact:
            return "closed", {"reasons": [*reasons, "by so much that what suffices to be lifted was not found"]}
        if not sets:
            return self._missing(found, reasons)
        closed = sorted(((self._if_lifted(one), one) for one in sets), key=lambda pair: _cost(pair[0]))
        changes = self._lifted([one for _, one in closed])
        notes = [] if exact else ["there may be more sets that suffice"]
        told = [
            Closed(tuple(b.name for b in one.blockers), tuple(b.kind for b in one.blockers), values)
            for values, one in closed
        ]
        return "closed", {"closed": told, "changes": changes, "reasons": reasons, "notes": notes, "exact": exact}

    def _if_lifted(self, lift: Lift) -> dict[str, float]:
        """Cost and hours of the cheapest way through when something is lifted."""
        try:
            best = Through(self.task, self.wanted).best(self._cost, lift.is_open, criterion="cost")
        except TimeoutError:
            return {}
        if best is None:
            return {}
        values = self.plain.path_values(best[1])
        return {name: values[name] for name in ("cost", "time")}

    def _lifted(self, sets: Sequence[Lift]) -> list[Change]:
        """Lift sets and search again; of one that does not suffice, the cheapest is asked about anew."""
        changes = []
        asked_anew = False
        for one in sets[:MOST_CHANGES]:
            named = " together with ".join(b.name for b in one.blockers)
            text = f"lift: {named}"
            if any(b.kind == "compliance" for b in one.blockers):
                text += f" ({NOT_LIFTED})"
            words = lifted_words(self.task, one.blockers, functools.partial(self._open_on, lift=one))
            if words is None:
                changes.append(Change("open", f"{text}: no words of a question say that"))
                continue
            if "departure" in words:
                text += f", such as by departure on {words['departure']}"
            try:
                task = self.asked.task(words)
            except CorridorError as error:
                changes.append(Change("open", f"{text}: {error}", words))
                continue
            verified, routes = enters(task, self.wanted)
            then = None
            if verified is False and not asked_anew:
                asked_anew = True
                then = self.again(words, task)
            scenario = next((s for s in words.get("scenario", [])[::-1] if s.disruptions), None)
            changes.append(Change("open", text, words, scenario, verified, routes, then=then))
        return changes

    def _open_on(self, day: Any, lift: Lift) -> bool:
        """Whether, with a set lifted, a way through is open on another date."""
        others = [b for b in lift.blockers if b.kind != "season"]
        words = lifted_words(self.task, others, lambda _: False) or {}
        task = self.asked.task({**words, "departure": day.isoformat()})
        try:
            return Through(task, self.wanted).best(task.weights.weight[:, NAMES.index("time")]) is not None
        except TimeoutError:
            return False

    def _missing(self, found: Sequence[Blocker], reasons: list[str]) -> tuple[str, dict[str, Any]]:
        """No way through it even with everything open: name what is not there at all."""
        task, missing, carry = with_terminals(self.task)
        carried = [dataclasses.replace(one, mask=carry(one.mask)) for one in found]
        sets, exact = lifts(task, carry(self.wanted), [*carried, *missing])
        if not sets:
            return "impossible", {"reasons": [*reasons, "it is a dead end, or lies beyond an end of the way"]}
        told = [Closed(tuple(b.name for b in one.blockers), tuple(b.kind for b in one.blockers), {}) for one in sets]
        built = [Change("none", f"build or open: {' together with '.join(one.blockers)}") for one in told[:3]]
        notes = [] if exact else ["there may be more sets that suffice"]
        return "closed", {"closed": told, "reasons": reasons, "changes": built, "notes": notes, "exact": exact}


def _cost(values: dict[str, float]) -> float:
    return values.get("cost", float("inf"))
