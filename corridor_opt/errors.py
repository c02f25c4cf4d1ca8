"""Every error a planner can meet, in one tree.

```
CorridorError
├─ DataError(ValueError)             bad input or data; lists every fault
│  ├─ SchemaError                    a table does not fit its schema
│  ├─ UnknownPlaceError              no such place, or several; carries suggestions
│  └─ MissingSourceError             a number without a source
├─ ScenarioError(ValueError)         every fault of every disruption at once
├─ NoRouteError                      origin and destination are cut apart; says by what
├─ SearchLimitError(RuntimeError)    a limit was hit and there is nothing to return
└─ MissingExtraError(ImportError)    an optional package is missing; says what to install
```

A fault is one line of text. An error of several faults prints them below one another.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

MOST_SHOWN = 50  # faults in the text of an error; its `faults` hold all


class CorridorError(Exception):
    """Root of all errors that this library raises on purpose."""


class _Faults(CorridorError):
    """An error that gathers faults.

    Parameters
    ----------
    summary
        One sentence: what could not be done.
    faults
        One line each; empty when the summary says it all.
    """

    def __init__(self, summary: str, faults: Iterable[str] = ()) -> None:
        self.summary = summary
        self.faults = tuple(faults)
        lines = [summary, *(f"  - {fault}" for fault in self.faults[:MOST_SHOWN])]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"  and {len(self.faults) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))


class DataError(_Faults, ValueError):
    """Bad input or bad data; `faults` lists each one."""


class SchemaError(DataError):
    """A table does not fit its schema; each fault names table, row, column and problem."""


class MissingSourceError(SchemaError):
    """A number stands in a table without a known source."""


class UnknownPlaceError(DataError):
    """A place that the network does not know, or that could be several.

    Parameters
    ----------
    summary
        One sentence.
    suggestions
        The nearest known names, best first.
    """

    def __init__(self, summary: str, suggestions: Sequence[str] = ()) -> None:
        self.suggestions = tuple(suggestions)
        super().__init__(summary)


class ScenarioError(_Faults, ValueError):
    """A scenario that cannot be read or applied; `faults` holds those of every disruption."""


class NoRouteError(CorridorError):
    """Nothing connects origin and destination under the constraints given.

    Parameters
    ----------
    origin, destination
        Names of the places.
    scenario
        Names of the scenarios applied, in order.
    reasons
        What cuts the two apart, one line each.
    lift
        The cheapest single constraint (or set) to lift, with the route it would bring; empty when none helps.
    """

    def __init__(
        self,
        origin: str,
        destination: str,
        scenario: Sequence[str],
        reasons: Sequence[str],
        lift: str = "",
    ) -> None:
        self.origin, self.destination = origin, destination
        self.scenario, self.reasons, self.lift = tuple(scenario), tuple(reasons), lift
        under = "+".join(self.scenario) or "baseline"
        lines = [f"no route from {origin} to {destination} under {under}"]
        lines += [f"  - {reason}" for reason in self.reasons]
        if lift:
            lines.append(f"  cheapest to lift: {lift}")
        super().__init__("\n".join(lines))


class SearchLimitError(CorridorError, RuntimeError):
    """A search limit was hit before the first route was found."""


class MissingExtraError(CorridorError, ImportError):
    """An optional package is needed; the message says what to install."""


MANY_WORDS = 5_000


def did_you_mean(word: str, known: Iterable[str], *, count: int = 3) -> str:
    """Suggest the nearest known words.

    Parameters
    ----------
    word
        What was typed.
    known
        All words that would have been right.
    count
        How many to offer at most.

    Returns
    -------
    str
        `; did you mean 'x' or 'y'?`, or a list of the known words when none is near and they are few.
    """
    words = sorted(set(known))
    if len(words) > MANY_WORDS:  # to compare with each of a million takes minutes
        begin, size = word[:1].lower(), len(word)
        words = [w for w in words if w[:1].lower() == begin and abs(len(w) - size) <= 2][:MANY_WORDS]
    lowered = {w.lower(): w for w in words}
    near = difflib.get_close_matches(word.lower(), list(lowered), n=count, cutoff=0.55)
    if near:
        return "; did you mean " + " or ".join(repr(lowered[n]) for n in near) + "?"
    if 0 < len(words) <= 12:
        return "; known: " + ", ".join(words)
    return ""
