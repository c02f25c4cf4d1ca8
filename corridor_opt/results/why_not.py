"""Why something is not in a front, and what would have to change: the answer, as data and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.results.difference import Difference

if TYPE_CHECKING:
    from corridor_opt.model.scenario import Scenario
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route

VERDICTS = ("in the front", "dominated", "beyond limits", "closed", "impossible", "unknown")


@dataclass(frozen=True)
class Beaten:
    """How a way through is beaten.

    Parameters
    ----------
    by
        Positions of the routes of the front that beat it, the nearest first.
    gaps
        By how much it is worse than the nearest of them in each criterion searched; of risk as a difference of
        probabilities.
    needs
        By how much less of one criterion alone would keep it from being beaten: USD, h, km, kg CO2e; of risk in nepers.
    """

    by: tuple[int, ...]
    gaps: Mapping[str, float]
    needs: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Closed:
    """What suffices to be lifted so that a way through is open, none of which could stay.

    Parameters
    ----------
    blockers
        Names of what closes the way.
    kinds
        `exclude`, `compliance`, `scenario`, `transit`, `status`, `season` or `terminal`, of each.
    values
        Cost USD and time h of the cheapest way through then; empty where it is not known.
    """

    blockers: tuple[str, ...]
    kinds: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Change:
    """What would have to change, and whether a new search says that it suffices.

    Parameters
    ----------
    kind
        `fee`, `hours`, `risk`, `share`, `open` (lifting what closes), `limit` or `none`.
    text
        A sentence.
    words
        Words of `find_routes` to be given instead of those of the question; empty where no words say it.
    scenario
        The scenario to be saved, where the change is one; it stands in `words` as well.
    verified
        Whether with these words a route through is in the front: found by searching again. None: not searched.
    routes
        Routes through in that front, the cheapest first; a few of them.
    amount, unit
        Of a fee, hours or a share.
    then
        Where lifting does not suffice: why not, asked anew with what was lifted.
    """

    kind: str
    text: str
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)
    scenario: Scenario | None = field(default=None, repr=False)
    verified: bool | None = None
    routes: Sequence[Route] = field(default=(), repr=False)
    amount: float | None = None
    unit: str = ""
    then: WhyNot | None = field(default=None, repr=False)

    @property
    def toml(self) -> str:
        """The scenario as the text of a file; empty where there is none."""
        from corridor_opt.results.why_not_text import scenario_toml

        return scenario_toml(self.scenario) if self.scenario is not None else ""


@dataclass(frozen=True, eq=False)
class WhyNot:
    """Why something is not in the front.

    Parameters
    ----------
    what, name
        The selector, and what it is called.
    verdict
        `in the front`; `dominated`: there are ways through it and all are beaten; `beyond limits`; `closed`;
        `impossible`: no way through it visits no place twice, whatever is open; `unknown`: the search stopped before.
    head
        What was asked.
    criteria
        What was searched.
    front
        The front; None where nothing connects the two places.
    members
        Positions of routes of the front that go through it.
    ways
        Best ways through it, a front of their own: the best in each criterion and those nearest to the front.
    beaten
        For each of them how it is beaten.
    count
        How many ways there are that no other way through it beats.
    exact
        Whether the search of ways found all of them; else there may be more, and smaller changes than those told.
    closed
        Minimal sets of what suffices to be lifted, the cheapest first.
    reasons
        Further lines: limits broken, what is missing.
    notes
        What was taken, and what is not known.
    changes
        What would have to change.
    """

    what: str
    name: str
    verdict: str
    head: Mapping[str, Any] = field(repr=False)
    criteria: tuple[str, ...]
    front: Front | None = field(repr=False)
    members: tuple[int, ...] = field(repr=False, default=())
    ways: Front | None = field(repr=False, default=None)
    beaten: tuple[Beaten, ...] = field(repr=False, default=())
    count: int = 0
    exact: bool = True
    closed: tuple[Closed, ...] = field(repr=False, default=())
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = field(repr=False, default=())

    @property
    def routes(self) -> list[Route]:
        """Routes of the front that go through it; where there are none, the best ways through it."""
        if self.members and self.front is not None:
            return [self.front[i] for i in self.members]
        return list(self.ways) if self.ways is not None else []

    def difference(self, way: int = 0) -> Difference | None:
        """Where a way through differs from the nearest route of the front that beats it."""
        if self.front is None or self.ways is None or not self.beaten or not self.beaten[way].by:
            return None
        return Difference(self.ways[way], self.front[self.beaten[way].by[0]])

    def document(self) -> dict[str, Any]:
        """What `to_json` writes, as plain data."""
        from corridor_opt.results.tables import front_json

        ways = front_json(self.ways)["routes"] if self.ways is not None else []
        for way, beaten in zip(ways, self.beaten, strict=False):
            way["beaten"] = {
                "by": [i + 1 for i in beaten.by],
                "worse": {name: round(value, 9) for name, value in beaten.gaps.items()},
                "needs": {name: round(value, 9) for name, value in beaten.needs.items()},
            }
        return {
            "schema": "corridor-opt/why-not/1",
            **self.head,
            "what": self.what,
            "name": self.name,
            "verdict": self.verdict,
            "criteria": [{"name": name, "unit": CRITERIA[name].unit} for name in self.criteria],
            "routes_in_front": len(self.front) if self.front is not None else 0,
            "in_front": [i + 1 for i in self.members],
            "ways_found": self.count,
            "exact": self.exact,
            "closed": [
                {"blockers": list(one.blockers), "kinds": list(one.kinds)}
                | {"values": {name: round(value, 6) for name, value in one.values.items()}}
                for one in self.closed
            ],
            "reasons": list(self.reasons),
            "notes": list(self.notes),
            "changes": [_change_json(one) for one in self.changes],
            "routes": ways,
        }

    def to_json(self) -> str:
        """Give the answer in the schema `corridor-opt/why-not/1`."""
        from corridor_opt.results.tables import dumps

        return dumps(self.document())

    def __str__(self) -> str:
        """Give the answer as a person reads it, in 100 columns."""
        from corridor_opt.results.why_not_text import why_not_text

        return why_not_text(self)

    def _repr_html_(self) -> str:
        """Give the text for a notebook."""
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def _change_json(change: Change) -> dict[str, Any]:
    """A change as plain data."""
    said: dict[str, Any] = {"kind": change.kind, "text": change.text, "verified": change.verified}
    if change.amount is not None:
        said |= {"amount": round(change.amount, 6), "amount_unit": change.unit}
    said["question"] = {key: _word(value) for key, value in change.words.items()}
    if change.scenario is not None:
        said["scenario"] = change.toml
    if change.routes:
        said["values"] = [{n: round(v, 9) for n, v in route.values.items()} for route in change.routes]
    if change.then is not None:
        said["then"] = change.then.document()
    return said


def _word(value: Any) -> Any:
    """A word of a question as plain data: scenarios and profiles by their names."""
    if isinstance(value, (list, tuple)):
        return [_word(one) for one in value]
    return getattr(value, "name", value)
