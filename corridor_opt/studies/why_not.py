"""Why a corridor, country, chokepoint or place is not in the front, and what would have to change."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from corridor_opt.errors import CorridorError, DataError, NoRouteError
from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.routing_graph import Ints
from corridor_opt.model.network import USED, Network
from corridor_opt.model.selector import Selector
from corridor_opt.results.front import Front
from corridor_opt.results.why_not import Beaten, Change, Closed, WhyNot
from corridor_opt.studies.beyond import beyond
from corridor_opt.studies.blockers import Blocker, blockers, lifted_words
from corridor_opt.studies.changes import Asked, Changes, enters, needs
from corridor_opt.studies.lifts import Lift, lifts, with_terminals
from corridor_opt.studies.question import fault_lines, uncallable, unknown_words
from corridor_opt.studies.routes import answer_of, front_of
from corridor_opt.studies.task import Task
from corridor_opt.studies.through import Through, Ways, on_base
from corridor_opt.studies.what import arcs_through, meant

MOST_BEATERS = 50
MOST_SHUT = 6
MOST_NAMED = 2_000  # ways that are looked at by name
MOST_CHANGES = 5  # sets of blockers that are lifted and searched again
NOT_ADVICE = "what a law forbids is told, not advised"


def why_not(
    network: Network,
    origin: str,
    destination: str,
    what: str,
    *,
    progress: Callable[[Any], object] | None = None,
    **question: Any,
) -> WhyNot:
    """Say why something is not in the front of a question, and what would have to change for it to enter.

    A way through visits no place twice: one that goes there and turns back is none. All ways through are searched, not
    only the best by some weights, so that a route between two others that no weighted sum would find is found.

    Parameters
    ----------
    network, origin, destination
        As in `find_routes`.
    what
        A selector such as `"corridor:middle-corridor"`, `"country:AM"`, `"chokepoint:suez"`, `"border:IR-AZ"`,
        `"node:EVN"`, `"link:..."`, `"mode:ferry"`; or a word: the id or name of a corridor, a country, a chokepoint or
        a place, looked for in this order (a word for a corridor and a chokepoint means the chokepoint). Where routes of
        the front use a corridor in part and none is named by it, its other part is meant.
    progress
        As in `find_routes`, for the front.
    **question
        Any other argument of `find_routes` but `slack`; `method` must be exact.

    Returns
    -------
    WhyNot
        `verdict`: `in the front` (a way that equals a route of the front in all criteria counts), `dominated`,
        `beyond limits`, `closed` or `impossible`. Verdicts are exact. `ways` are the best of the ways through; `exact`
        says whether all ways were found: where not, there may be better ones and smaller changes. `changes` that say
        `verified` were applied and searched again.

    Raises
    ------
    DataError, ScenarioError, UnknownPlaceError
        Something asked is unknown: every fault at once, with suggestions.
    SearchLimitError
        A limit was hit before the first route was found.
    """
    faults = unknown_words("why_not", {k: v for k, v in question.items() if k != "scenario"})
    if question.get("method") is not None and type(question["method"]).__name__ == "Bounded":
        faults.append("why_not needs the whole front; leave out Bounded")
    faults += uncallable(progress=progress)
    if not isinstance(network, Network):
        raise DataError(f"a network is needed first (load_network()), not {type(network).__name__}")
    selector, name, note = Selector({}), "", ""
    errors: list[CorridorError] = []
    try:
        selector, name, note = meant(network, what)
    except CorridorError as error:
        errors.append(error)
    asked = Asked(network, origin, destination, question)
    whole = None
    if not faults:
        try:
            whole = asked.question({})
        except CorridorError as error:
            errors.append(error)
    if len(errors) == 1 and not faults:
        raise errors[0]
    if faults or errors:
        raise DataError(
            "the question cannot be answered", [*faults, *(line for e in errors for line in fault_lines(e))]
        )
    assert whole is not None
    return _Study(asked, Task(whole, whole.worlds[0]), selector, name, [note] if note else [], progress).answer()


class _Study:
    """One thing that is missed in one question.

    Parameters
    ----------
    asked, task
        The question.
    selector, name
        What is missed.
    notes
        Lines for the reader.
    progress
        Of the search of the front.
    deep
        Whether what is lifted and does not suffice is asked about again.
    """

    def __init__(
        self,
        asked: Asked,
        task: Task,
        selector: Selector,
        name: str,
        notes: list[str],
        progress: Callable[[Any], object] | None = None,
        deep: bool = True,
    ) -> None:
        self.asked, self.task, self.selector, self.name, self.deep = asked, task, selector, name, deep
        self.notes, self.progress = notes, progress
        self.wanted = arcs_through(task, selector)
        self.scope: list[Selector] = [selector]
        self.plain = on_base(task)
        self.named = ""

    def answer(self) -> WhyNot:
        """In order of truth: in the front, closed, beyond limits, dominated."""
        task, reasons = self.task, []
        self.front: Front | None = None
        self.values = np.zeros((0, len(task.question.criteria)), np.int64)
        self.paths: list[Ints] = []
        try:
            self.front, found, kept = answer_of(task, self.progress)
            self.values = found.values[kept][:, : len(task.question.criteria)]
            self.paths = [task.graph.origin[found.paths[i]] for i in kept]
            self.paths = [arcs[arcs >= 0] for arcs in self.paths]
        except NoRouteError as error:
            reasons = [f"nothing at all leads there: {reason}" for reason in error.reasons[:3]]
        if self.front is not None and self.front.status != "complete":
            self.notes.append("the search of the front stopped at its limit: what is said holds for what it found")
        if task.beyond() or task.obeyed.ends:
            return self._made("beyond limits" if task.beyond() else "closed", reasons=reasons)
        members = self._members()
        if members:
            return self._made("in the front", members=members)
        self._closed_on_it()
        if not self.wanted.any():
            return self._made("impossible", reasons=["no link, border or service leads through it"])
        through = Through(task, self.wanted)
        try:
            if through.best(self._weight("time")) is None:
                return self._closed(reasons)
        except TimeoutError:
            return self._made("unknown")
        return self._open(through)

    def _made(self, verdict: str, **more: Any) -> WhyNot:
        """Put the answer together."""
        notes = tuple(dict.fromkeys([*self.notes, *more.pop("notes", ())]))
        given: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in more.items()}
        return WhyNot(
            what=str(self.selector),
            name=self.name,
            verdict=verdict,
            head=self.task.head(),
            criteria=self.task.question.criteria,
            front=self.front,
            notes=notes,
            **given,
        )

    def _weight(self, criterion: str) -> Ints:
        j = NAMES.index(criterion)
        return np.asarray(self.task.weights.weight[:, j] + self.task.penalty[:, j])

    def _members(self) -> list[int]:
        """Routes of the front through it; where they use a corridor in part only, its other part is meant from here."""
        members = [i for i, arcs in enumerate(self.paths) if self.wanted[arcs].any()]
        if not members or tuple(self.selector.keys) != ("corridor",) or self.front is None:
            return members
        named = self.front.network.corridor_names[self.selector.keys["corridor"][0]]
        by_name = [i for i in members if named in self.front[i].corridors]
        if by_name:
            more = len(members) - len(by_name)
            if more:
                self.notes.append(f"{more} more route{'s' if more > 1 else ''} of the front use a stretch of it")
            return by_name
        used = self._used()
        frame, element = self.task.elements.frame, self.task.base.element
        row_used = [(t, r) in used for t, r in zip(frame["table"], frame["row"], strict=True)]
        rest = self.wanted & ~np.append(np.array(row_used), False)[element]
        if not rest.any():
            self.notes.append("all its links are used by routes of the front, none of which is named by it")
            return members
        numbers = ", ".join(str(i + 1) for i in members[:5]) + (", ..." if len(members) > 5 else "")
        self.notes.append(
            f"routes {numbers} of the front use a stretch of it and are not named by it; "
            "meant is what no route of the front uses"
        )
        self.wanted = rest
        rows = frame.iloc[np.unique(element[rest])]
        self.scope = [
            Selector({table.removesuffix("s"): tuple(dict.fromkeys(rows["id"][rows["table"] == table]))})
            for table in USED
            if (rows["table"] == table).any()
        ]
        return []

    def _closed_on_it(self) -> None:
        """Note what is closed on a corridor that is not in the front."""
        if tuple(self.selector.keys) != ("corridor",):
            return
        shut = []
        for table, mask in self.selector.match(self.task.question.network).items():
            rows = self.task.network[table][mask]
            shut += [f"{r['id']} ({r['closed_by']})" for r in rows[~rows["is_open"]].to_dict("records")]
        if shut:
            more = f" and {len(shut) - MOST_SHUT} more" if len(shut) > MOST_SHUT else ""
            self.notes.append(f"closed on it: {', '.join(shut[:MOST_SHUT])}{more}")

    def _used(self) -> set[tuple[str, int]]:
        """Rows of tables that routes of the front use."""
        if self.front is None:
            return set()
        steps = self.front.steps
        return set(zip(steps["table"].tolist(), steps["row"].tolist(), strict=True))

    # --- closed

    def _closed(self, reasons: list[str]) -> WhyNot:
        """No way through it is open."""
        task = self.task
        found = blockers(task)
        sets, exact = lifts(task, self.wanted, found)
        if not sets and not exact:
            return self._made("closed", reasons=[*reasons, "by so much that what suffices to be lifted was not found"])
        if not sets:
            return self._missing(found, reasons)
        closed = sorted(((self._if_lifted(one), one) for one in sets), key=lambda pair: _cost(pair[0]))
        changes = self._lifted([one for _, one in closed])
        notes = [] if exact else ["there may be more sets that suffice"]
        told = [
            Closed(tuple(b.name for b in one.blockers), tuple(b.kind for b in one.blockers), values)
            for values, one in closed
        ]
        return self._made("closed", closed=told, changes=changes, reasons=reasons, notes=notes, exact=exact)

    def _if_lifted(self, lift: Lift) -> dict[str, float]:
        """Cost and hours of the cheapest way through when something is lifted."""
        try:
            best = Through(self.task, self.wanted).best(self._weight("cost"), lift.is_open, criterion="cost")
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
                text += f" ({NOT_ADVICE})"
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
                then = self._again(words, task)
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

    def _missing(self, found: Sequence[Blocker], reasons: list[str]) -> WhyNot:
        """No way through it even with everything open: name what is not there at all."""
        task, missing, carry = with_terminals(self.task)
        carried = [dataclasses.replace(one, mask=carry(one.mask)) for one in found]
        sets, exact = lifts(task, carry(self.wanted), [*carried, *missing])
        if not sets:
            return self._made("impossible", reasons=[*reasons, "it is a dead end, or lies beyond an end of the way"])
        told = [Closed(tuple(b.name for b in one.blockers), tuple(b.kind for b in one.blockers), {}) for one in sets]
        built = [Change("none", f"build or open: {' together with '.join(one.blockers)}") for one in told[:3]]
        notes = [] if exact else ["there may be more sets that suffice"]
        return self._made("closed", closed=told, reasons=reasons, changes=built, notes=notes, exact=exact)

    # --- open

    def _open(self, through: Through) -> WhyNot:
        """There are ways through it: within the limits and beaten, beaten by none, or outside the limits."""
        task = self.task
        limited = [c for c in task.searched if c in task.question.limits]
        try:
            within = through.best(self._weight("time"), limits=limited) is not None if limited else True
        except TimeoutError:
            return self._made("unknown")
        if not within:
            return self._beyond(through, limited)
        ways = self._by_name(self._ways(through))
        k = len(task.question.criteria)
        values = ways.values[:, :k]
        need = needs(values, self.values)
        equal = np.flatnonzero(need.max(axis=1, initial=0) == 0)
        for i, value in enumerate(values):
            if (self.values == value).all(axis=1).any():
                equal = np.append(equal, i)
        if len(equal):
            return self._equal(ways, np.unique(equal))
        picked = self._picked(values, need)
        shown = self._front(ways, picked)
        beaten = [self._beaten(values[i], need[i], shown, place) for place, i in enumerate(picked)]
        rows = self._used()
        scope = self.scope
        changes = Changes(
            self.asked, task, self.wanted, scope, self.name, values, ways.paths, self.values, rows, self.named
        ).all()
        return self._made("dominated", ways=shown, beaten=beaten, count=len(values), exact=ways.exact, changes=changes)

    def _ways(self, through: Through) -> Ways:
        """Ways through it that no other beats; the best in each criterion among them even where the search stopped."""
        task = self.task
        ways = through.front()
        if ways.exact:
            k = len(task.question.criteria)
            kept = task.keep(ways.values)
            return Ways(ways.values[kept][:, :k], [ways.paths[i] for i in kept], True)
        columns = [NAMES.index(c) for c in task.question.criteria]
        points = {tuple(v): p for v, p in zip(ways.values[:, : len(columns)].tolist(), ways.paths, strict=True)}
        limited = [c for c in task.searched if c in task.question.limits]
        for criterion in task.question.criteria:
            try:
                best = through.best(self._weight(criterion), criterion=criterion, limits=limited)
            except TimeoutError:
                continue
            if best is not None:
                sums = (task.weights.weight + task.penalty)[best[1]].sum(axis=0)
                sums = sums + task.gain[task.held[best[1]].any(axis=0)].sum(axis=0)
                points[tuple(int(x) for x in sums[columns])] = best[1]
        order = sorted(points)
        values = np.array(order, np.int64)
        kept = [i for i, v in enumerate(values) if not _beaten_by(values, i, v)]
        return Ways(values[kept], [points[order[i]] for i in kept], False)

    def _by_name(self, ways: Ways) -> Ways:
        """Of ways through a corridor those that are named by it, where there are any."""
        if tuple(self.selector.keys) != ("corridor",) or len(ways.paths) > MOST_NAMED:
            return ways
        routes = front_of(self.plain, ways.paths)
        name = self.task.network.corridor_names[self.selector.keys["corridor"][0]]
        named = [i for i, route in enumerate(routes) if name in route.corridors]
        if not named or len(named) == len(ways.paths):
            return ways
        self.named = name
        self.notes.append(f"of {len(ways.paths)} ways through it, those that are named by it are shown")
        return Ways(ways.values[named], [ways.paths[i] for i in named], ways.exact)

    def _picked(self, values: Ints, need: Ints) -> list[int]:
        """Ways that are shown: the best in each criterion, and the nearest to the front in each."""
        picked = [int(values[:, i].argmin()) for i in range(values.shape[1])]
        picked += [int(need[:, i].argmin()) for i in range(values.shape[1])]
        return sorted(dict.fromkeys(picked))

    def _front(self, ways: Ways, picked: Sequence[int]) -> Front:
        """Ways as a front of their own; its head says what they are forced through."""
        made = front_of(self.plain, [ways.paths[i] for i in picked])
        return dataclasses.replace(made, head={**made.head, "through": str(self.selector)})

    def _beaten(self, value: Ints, need: Ints, shown: Front, place: int) -> Beaten:
        """How one way is beaten."""
        assert self.front is not None
        no_worse = np.flatnonzero((self.values <= value).all(axis=1))
        far = ((value - self.values[no_worse]) / np.maximum(value, 1)).max(axis=1)
        by = no_worse[np.argsort(far, kind="stable")][:MOST_BEATERS].tolist()
        criteria = self.task.question.criteria
        ours, theirs = shown[place].values, self.front[by[0]].values
        gaps = {c: ours[c] - theirs[c] for c in criteria}
        lacks = {c: float(n) * self.task.weights.resolution[c] for c, n in zip(criteria, need, strict=True)}
        return Beaten(tuple(by), gaps, lacks)

    def _equal(self, ways: Ways, equal: Ints) -> WhyNot:
        """A way through it equals a route of the front in every criterion searched."""
        members = []
        k = self.values.shape[1]
        for i in equal:
            hits = np.flatnonzero((self.values == ways.values[i, :k]).all(axis=1))
            members += hits.tolist()
        notes = [
            "by a way that equals the route shown in every criterion searched; of equal ways the front holds one: see "
            "`ways`"
        ]
        shown = self._front(ways, equal.tolist())
        return self._made("in the front", members=sorted(set(members)), ways=shown, count=len(equal), notes=notes)

    def _beyond(self, through: Through, limited: Sequence[str]) -> WhyNot:
        """Every way through it breaks a limit."""
        reasons, changes, paths = beyond(self.asked, self.task, through, self.wanted, limited, self._again)
        ways = front_of(self.plain, paths)
        ways = dataclasses.replace(ways, head={**ways.head, "through": str(self.selector)})
        return self._made("beyond limits", reasons=reasons, changes=changes, ways=ways, count=len(ways))

    def _again(self, words: Mapping[str, Any], task: Task) -> WhyNot | None:
        """Ask anew with other words, once."""
        if not self.deep:
            return None
        asked = dataclasses.replace(self.asked, words={**self.asked.words, **words})
        return _Study(asked, task, self.selector, self.name, [], deep=False).answer()


def _cost(values: dict[str, float]) -> float:
    return values.get("cost", float("inf"))


def _beaten_by(values: Ints, i: int, value: Ints) -> bool:
    """Whether another point is no worse; points differ."""
    no_worse = np.asarray((values <= value).all(axis=1))
    return bool(no_worse[:i].any() or no_worse[i + 1 :].any())
