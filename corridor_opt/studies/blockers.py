"""Everything that closes something to a question, each with what would lift it."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor_opt.model.disruption import Disruption
from corridor_opt.model.network import USED
from corridor_opt.model.scenario import Scenario
from corridor_opt.model.selector import KEYS, Selector
from corridor_opt.studies.task import Task

if TYPE_CHECKING:
    import numpy as np

CLOSED = " closed: "  # in the name of what a status or a season closes
MOST_NAMED = 3
STATUSES = {"planned", "under construction", "missing", "disputed", "suspended"}
SEASON = "season"  # how the reason of what a season closes begins
OPENED = "opened"  # name of the scenario that opens what was closed


@dataclass(frozen=True, eq=False)
class Blocker:
    """A reason why arcs are closed.

    Parameters
    ----------
    name
        What a planner reads.
    kind
        `exclude`, `compliance`, `scenario`, `transit`, `status`, `season`; `terminal` of one that is not there.
    mask
        Arcs of the base graph it closes.
    what
        What lifts it: the selector, the name of the rule, rows by table, or the number of the disruption.
    """

    name: str
    kind: str
    mask: np.ndarray
    what: Any = None


def blockers(task: Task) -> list[Blocker]:
    """Name everything that closes an arc of the base graph: the planner's words, then scenarios, then statuses."""
    import numpy as np
    import pandas as pd

    question = task.question
    found = [
        Blocker(f"exclude {selector}", "exclude", mask, str(selector))
        for selector, mask in zip(question.exclude, task.excluded, strict=True)
    ]
    rules = zip(task.obeyed.names, task.obeyed.forbidden, task.blocked[len(task.excluded) :], strict=True)
    found += [Blocker(name, "compliance", mask, (one.profile, one.rule.name)) for name, one, mask in rules]
    frame = task.elements.frame
    closed = _Closed(task)
    for word in closed.words(lambda said: bool(said) and not _is_own(said)):
        on = closed.says(word)
        found.append(Blocker(f"scenario {word}", "scenario", closed.arcs(on), closed.rows(on)))
    transit = np.append(frame["transit_closed"].to_numpy(dtype=object), "")
    for cell in dict.fromkeys(c for c in pd.unique(transit) if c and not set(c.split(";")) & set(task.ends)):
        if cell.split(";") == list(task.network.beyond):
            said_so = "countries that the curated network does not know are closed to routes between those it knows"
            found.append(Blocker(said_so, "beyond", (transit == cell)[task.base.element], cell.split(";")))
            continue
        said_so = f"scenario {task.world.scenario.name}: {cell.replace(';', ', ')} closed to through traffic"
        found.append(Blocker(said_so, "transit", (transit == cell)[task.base.element], cell.split(";")))
    by_status = np.isin(closed.said, closed.words(lambda said: _is_own(said) and not said.startswith(SEASON)))
    for one in dict.fromkeys(closed.ids[by_status]):
        on = by_status & (closed.ids == one)
        found.append(Blocker(f"{one} is{CLOSED}{closed.said[on][0]}", "status", closed.arcs(on), closed.rows(on)))
    # A season is lifted as a whole, by another month of departure.
    for word in closed.words(lambda said: said.startswith(SEASON)):
        on = closed.says(word)
        ids = list(dict.fromkeys(closed.ids[on]))
        more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
        verb = "is" if len(ids) == 1 else "are"
        named = f"{', '.join(ids[:MOST_NAMED])}{more} {verb}{CLOSED}{word}"
        found.append(Blocker(named, "season", closed.arcs(on)))
    return found


def _is_own(said: str) -> bool:
    """Whether a row is closed by its own status or by a season, not by a scenario."""
    return said in STATUSES or said.startswith(SEASON)


class _Closed:
    """Closed elements alone: of a million few are closed, and each is asked for by itself."""

    def __init__(self, task: Task) -> None:
        import numpy as np

        frame = task.elements.frame
        shut = np.flatnonzero(~frame["is_open"].to_numpy(bool))
        shut = shut[(frame["closed_by"].to_numpy(dtype=object)[shut] != "").astype(bool)]
        self.said, self.ids, self.tables = (
            frame[column].to_numpy(dtype=object)[shut] for column in ("closed_by", "id", "table")
        )
        # arcs that pay for each of them
        number = np.full(len(frame) + 1, -1)
        number[shut] = np.arange(len(shut))
        number = number[task.base.element]
        self.arc = np.flatnonzero(number >= 0)
        self.of_arc, self.count = number[self.arc], len(number)

    def words(self, wanted: Callable[[str], bool]) -> list[str]:
        """Reasons of one kind, each once, in the order of elements."""
        return [said for said in dict.fromkeys(self.said.tolist()) if wanted(said)]

    def says(self, word: str) -> np.ndarray:
        """Closed elements with one reason."""
        return self.said == word

    def arcs(self, on: np.ndarray) -> np.ndarray:
        """Mask of the arcs that pay for some of the closed elements."""
        import numpy as np

        mask = np.zeros(self.count, bool)
        mask[self.arc[on[self.of_arc]]] = True
        return mask

    def rows(self, on: np.ndarray) -> dict[str, list[str]]:
        """Ids of some of the closed elements, by table."""
        ids = {table: list(dict.fromkeys(self.ids[on & (self.tables == table)])) for table in USED}
        return {table: found for table, found in ids.items() if found}


def opening(rows: Mapping[str, Sequence[str]], why: str = "") -> list[Disruption]:
    """Disruptions that open rows of the tables."""
    made = []
    for table, ids in rows.items():
        key = table.removesuffix("s")
        if key in KEYS:
            made.append(Disruption(Selector({key: tuple(ids)}), "open", label=OPENED, why=why))
    return made


def lifted_words(task: Task, lifted: Sequence[Blocker], works: Callable[[dt.date], bool]) -> dict[str, Any] | None:
    """Words of `find_routes` that lift blockers; None where no words can.

    Parameters
    ----------
    task
        The question as it is.
    lifted
        What is to be lifted.
    works
        Says of a date of departure whether what a season closes is open then.
    """
    question = task.question
    words: dict[str, Any] = {}
    kinds = {one.kind for one in lifted}
    if kinds & {"terminal", "beyond"}:
        return None
    if "exclude" in kinds:
        gone = {one.what for one in lifted if one.kind == "exclude"}
        words["exclude"] = [str(one) for one in question.exclude if str(one) not in gone]
    if "compliance" in kinds:
        left = {one.what for one in lifted if one.kind == "compliance"}
        words["compliance"] = [
            dataclasses.replace(p, rules=tuple(r for r in p.rules if (p.name, r.name) not in left))
            for p in question.compliance.profiles
        ]
    scenario = task.world.scenario
    if "transit" in kinds:
        countries = {c for one in lifted if one.kind == "transit" for c in one.what}
        kept = tuple(d for d in scenario.disruptions if not (d.change == "close" and d.selector.transit & countries))
        if len(kept) == len(scenario.disruptions):
            return None  # the vantage point closes it: no words of a question open that
        scenario = dataclasses.replace(scenario, disruptions=kept)
        words["scenario"] = [scenario]
    disruptions: list[Disruption] = []
    for one in lifted:
        if one.kind in ("scenario", "status"):
            rows = dict(one.what)
            changes = rows.pop("gauge_changes", [])
            disruptions += opening(rows, one.name)
            disruptions += _opened_changes(task, changes, one.name)
    if disruptions:
        name = "+".join(one.name for one in lifted if one.kind in ("scenario", "status"))
        opened = Scenario(OPENED, f"Open: {name}", disruptions=tuple(disruptions))
        words["scenario"] = [scenario, opened]
    if "season" in kinds:
        assert question.departure is not None
        months = sorted(range(1, 12), key=lambda i: min(i, 12 - i))
        dates = (_months_later(question.departure, ahead) for ahead in months)
        date = next((one for one in dates if works(one)), None)
        if date is None:
            return None
        words["departure"] = date.isoformat()
    return words


def _opened_changes(task: Task, ids: Sequence[str], why: str) -> list[Disruption]:
    """Disruptions that open gauge changes, which no key of a selector names: by their node and table."""
    table = task.network["gauge_changes"]
    nodes = tuple(dict.fromkeys(table["node"][table["id"].isin(ids)]))
    return [Disruption(Selector({"node": nodes}, ("gauge_changes",)), "open", label=OPENED, why=why)] if nodes else []


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day some months on, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return dt.date(day.year + year, month + 1, min(day.day, last))
