"""Many origins and destinations: words to places, pairs to grounds that share weights, whole numbers to values."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corridor_opt.errors import CorridorError, DataError
from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.grounds import Ground, as_bits
from corridor_opt.graph.many import BEYOND, COMPLETE, LIMIT, NOTHING, STOPPED
from corridor_opt.model.access import access_values
from corridor_opt.model.criteria import CRITERIA, STANDARD
from corridor_opt.model.network import Network
from corridor_opt.model.places import Place, find_place
from corridor_opt.studies.obey import forbidden_ends
from corridor_opt.studies.question import Question, ask_with, fault_lines, unknown_words
from corridor_opt.studies.task import Task

if TYPE_CHECKING:
    import pandas as pd

STATUS = {COMPLETE: "complete", LIMIT: "limit", STOPPED: "limit", NOTHING: "no route", BEYOND: "no route"}
WHY = {
    COMPLETE: "",
    LIMIT: "the search stopped at its limit, there may be better",
    STOPPED: "the search stopped at its limit before the first route was found",
    NOTHING: "closures, exclusions or missing links cut them apart",
    BEYOND: "no route keeps the limits",
}


@dataclass(frozen=True, eq=False)
class Many:
    """Pairs of places and the grounds they are searched on.

    Parameters
    ----------
    question
        What is asked, with the ends of one of the pairs.
    origins, destinations
        Labels and places.
    head
        What was asked, in the words of the JSON contract, the ends aside.
    grounds
        Graphs with weights: pairs for which the same is open share one.
    resolution
        float (grounds, k): size of a whole step.
    access
        float (grounds, places, k): the road legs between points and their terminals, origins first.
    of
        int (origins, destinations): the ground of each pair; -1 where no search is needed to see that there is no way.
    why, bare
        For origins and destinations: why the law forbids them, and whether they have no terminal; empty texts.
    source, target
        Vertices.
    """

    question: Question
    origins: Mapping[str, Place]
    destinations: Mapping[str, Place]
    head: Mapping[str, Any]
    grounds: Sequence[Ground]
    resolution: NDArray[np.float64]
    access: NDArray[np.float64]
    of: NDArray[np.int64]
    why: tuple[list[str], ...]
    bare: tuple[list[str], ...]
    source: NDArray[np.int64]
    target: NDArray[np.int64]

    @property
    def names(self) -> list[str]:
        """Criteria that are shown: the standard ones, and those searched."""
        return [name for name in CRITERIA if name in STANDARD or name in self.question.criteria]

    def strike_out(self) -> None:
        """Mark pairs that need no search."""
        law = [np.array([bool(text) for text in side]) for side in self.why]
        beyond = self._beyond()
        self.of[law[0][:, None] | law[1][None] | beyond] = -1

    def _beyond(self) -> NDArray[np.bool_]:
        """Pairs whose access legs alone exceed a limit."""
        legs = self.access[0, : len(self.origins), None] + self.access[0, None, len(self.origins) :]
        limits = {NAMES.index(name): limit for name, limit in self.question.limits.items() if name != "risk"}
        found = np.zeros(legs.shape[:2], bool)
        for column, limit in limits.items():
            found |= legs[..., column] > limit
        return found

    @staticmethod
    def parted(of: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Give each ground of a row or a column of `of`, and the positions of the pairs that are searched on it."""
        for ground in np.unique(of[of >= 0]).tolist():
            yield ground, np.flatnonzero(of == ground)

    def reason(self, origin: int, destination: int, status: int) -> str:
        """Say why a pair has no answer, or not the best for sure; empty where it has."""
        if self.of[origin, destination] < 0:
            law = self.why[0][origin] or self.why[1][destination]
            return law or "the road legs to and from the terminals exceed a limit by themselves"
        if status == NOTHING:
            bare = [text for text in (self.bare[0][origin], self.bare[1][destination]) if text]
            return "; ".join(bare) or WHY[status]
        return WHY[status]

    def upper(self, ground: int, origins: Any, destinations: Any) -> NDArray[np.int64]:
        """Greatest whole value of each searched criterion between terminals: (pairs, searched); -1: none."""
        searched, limits = self.grounds[ground].searched, self.question.limits
        access = self._legs(ground, origins, destinations)
        upper = np.full((len(access), len(searched)), -1, np.int64)
        for j, column in enumerate(searched):
            if NAMES[column] in limits:
                limit = limits[NAMES[column]]
                value = -np.log1p(-limit) if NAMES[column] == "risk" else limit
                steps = (value - access[:, column]) / self.resolution[ground, column]
                upper[:, j] = np.maximum(np.floor(np.minimum(steps, 2.0**60) + 1e-9), 0)  # as `Weights.integer`
        return upper

    def _legs(self, ground: int, origins: Any, destinations: Any) -> NDArray[np.float64]:
        """Access legs of both ends: (pairs, k); one of the two sides is a single place."""
        legs: NDArray[np.float64] = self.access[ground, : len(self.origins)][origins]
        return legs + self.access[ground, len(self.origins) :][destinations]

    def values(self, ground: int, origins: Any, destinations: Any, whole: NDArray[np.int64]) -> NDArray[np.float64]:
        """Turn whole numbers of the search to values in units, access legs included, as a front shows them."""
        access = self._legs(ground, origins, destinations)
        found: NDArray[np.float64] = np.round(whole * self.resolution[ground] + access, 9)
        risk = NAMES.index("risk")
        found[..., risk] = -np.expm1(-found[..., risk])
        return found

    def digest(self, more: str) -> str:
        """Checksum of all that answers depend on: the arrays of the search, the ends, and what else is said."""
        made = hashlib.sha256(more.encode())
        for ground in self.grounds:
            for array in (ground.first_out, ground.head, ground.weight, ground.is_open, ground.held, ground.gain):
                made.update(np.ascontiguousarray(array).data)
        for ends in (self.access, self.resolution, self.of, self.source, self.target):
            made.update(np.ascontiguousarray(ends).data)
        made.update(repr([sorted(self.question.limits.items()), list(self.origins), list(self.destinations)]).encode())
        return made.hexdigest()

    def frame(
        self,
        origins: Sequence[str],
        destinations: Sequence[str],
        values: NDArray[np.float64],
        status: Sequence[int],
        pairs: Sequence[tuple[int, int]],
    ) -> pd.DataFrame:
        """Make rows: ends, values, and what became of each pair."""
        import pandas as pd

        reasons = [self.reason(i, j, code) for (i, j), code in zip(pairs, status, strict=True)]
        columns: dict[str, Any] = {"origin": list(origins), "destination": list(destinations)}
        columns["origin_id"] = [self.origins[label].node for label in origins]
        columns["destination_id"] = [self.destinations[label].node for label in destinations]
        columns |= {name: values[:, NAMES.index(name)] for name in self.names}
        columns["status"] = [STATUS[code] for code in status]
        return pd.DataFrame({**columns, "reason": reasons})


def many(
    function: str,
    network: Network,
    origins: Iterable[str],
    destinations: Iterable[str],
    criteria: Sequence[str],
    words: Mapping[str, Any],
    refused: Sequence[str],
    faults: Sequence[str],
) -> Many:
    """Check and resolve the words of a matrix, and make its grounds.

    Parameters
    ----------
    function
        Whose words these are, for messages.
    network, origins, destinations
        See `corridor_opt.cost_matrix`.
    criteria
        Searched criteria.
    words
        Other arguments of `find_routes`, `scenario` among them.
    refused
        Those that this function does not take.
    faults
        What else is wrong already.

    Raises
    ------
    DataError
        Every fault at once.
    """
    if not isinstance(network, Network):
        raise DataError(f"a network is needed first (load_network()), not {type(network).__name__}")
    faults = [f"{function} takes no {name}" for name in refused if words.get(name) is not None] + list(faults)
    words = {name: word for name, word in words.items() if name not in refused}
    scenario = words.pop("scenario", "baseline")
    faults += unknown_words(function, words, also=("scenario",))
    ends = [
        _places(network, what, given, faults) for what, given in (("origins", origins), ("destinations", destinations))
    ]
    first = [next(iter(places.values()), None) for places in ends]
    one = str(network["nodes"]["id"].iloc[0])
    words |= {"scenarios": [scenario], "criteria": criteria}
    asked = ask_with(faults, network, one, one, title="the matrix cannot be computed", **words)
    assert first[0] is not None
    assert first[1] is not None
    return _grounds(dataclasses.replace(asked, origin=first[0], destination=first[1]), *ends)


def _places(network: Network, what: str, given: Any, faults: list[str]) -> dict[str, Place]:
    """Find places by the words for them; what is wrong goes to the faults."""
    if isinstance(given, str) or not hasattr(given, "__iter__") or isinstance(given, Mapping):
        faults.append(f"{what}: a list of places is needed, not {given!r}")
        return {}
    listed = list(given)
    if not listed:
        faults.append(f"{what}: the list is empty")
    found: dict[str, Place] = {}
    label_of: dict[Any, str] = {}
    for text in listed:
        label = f"{text[0]:g},{text[1]:g}" if _is_point(text) else str(text).strip()
        try:
            place = find_place(network, text)
        except CorridorError as error:
            faults += [f"{what}: {line}" for line in fault_lines(error)]
            continue
        key = (place.node, place.point)
        if key in label_of:
            other = label_of[key]
            faults.append(f"{what}: '{label}' stands twice" if other == label else f"{what}: '{label}' is '{other}'")
            continue
        label_of[key] = label
        found[label] = place
    return found


def _is_point(text: Any) -> bool:
    return isinstance(text, tuple) and len(text) == 2 and all(isinstance(x, (int, float)) for x in text)


def _grounds(question: Question, origins: dict[str, Place], destinations: dict[str, Place]) -> Many:
    """Group pairs by what is open and charged between them, and make the weights of each group."""
    task = Task(question, question.worlds[0])
    sides = list(origins.values()), list(destinations.values())
    cells = [set(cell.split(";")) for cell in task.elements.frame["transit_closed"].unique() if cell]
    cells += [{c} for one in question.compliance.active for c in one.rule.where.transit]
    kinds = []  # rules of transit that make an exception of each place's country
    for places in sides:
        country = [task.network.node(p.node)["country"] for p in places]
        excepted = {c: frozenset(i for i, cell in enumerate(cells) if c in cell) for c in set(country)}
        kinds.append(np.fromiter((excepted[c] for c in country), object, len(country)))
    of = np.full((len(sides[0]), len(sides[1])), -1, np.int64)
    numbers: dict[frozenset[int], int] = {}
    tasks: list[Task] = []
    for a in dict.fromkeys(kinds[0]):
        for b in dict.fromkeys(kinds[1]):
            rows, columns = (
                np.flatnonzero([kind == one for kind in side]) for side, one in zip(kinds, (a, b), strict=True)
            )
            key = a | b
            if key not in numbers:
                numbers[key] = len(tasks)
                tasks.append(task.between(sides[0][rows[0]], sides[1][columns[0]]))
            of[np.ix_(rows, columns)] = numbers[key]
    grounds, resolution, access = zip(*(_ground(one, [*sides[0], *sides[1]]) for one in tasks), strict=True)
    stops = len(question.via) * task.base.vertices
    made = Many(
        question=question,
        origins=origins,
        destinations=destinations,
        head={k: v for k, v in tasks[0].head().items() if k not in ("origin", "destination")},
        grounds=grounds,
        resolution=np.array(resolution),
        access=np.array(access),
        of=of,
        why=tuple(_forbidden(question, places) for places in sides),
        bare=tuple(
            _bare(task, places, ends) for places, ends in zip(sides, (task.base.tail, task.base.head), strict=True)
        ),
        source=np.array([task.base.hub[p.node] for p in sides[0]]),
        target=np.array([task.base.hub[p.node] + stops for p in sides[1]]),
    )
    made.strike_out()
    return made


def _ground(task: Task, places: Sequence[Place]) -> tuple[Ground, list[float], NDArray[np.float64]]:
    """Give a task's graph for many pairs, the sizes of its whole steps, and the access legs in such steps."""
    base, size = task.base, np.array([task.weights.resolution[name] for name in NAMES])
    bits = as_bits(task.held)
    ground = Ground(
        task.graph.first_out,
        task.graph.head,
        task.graph.tail,
        task.spread(task.weights.weight + task.penalty, 0),
        task.is_open,
        task.spread(bits, 0) if task.graph is not base else bits,
        task.gain,
        tuple(NAMES.index(name) for name in task.searched),
    )
    values = [access_values(task.network, task.load, p.access_km, task.question.prices) for p in places]
    legs = np.array([[value[name] for name in NAMES] for value in values])
    return ground, size.tolist(), np.rint(legs / size) * size


def _forbidden(question: Question, places: Sequence[Place]) -> list[str]:
    """Why nothing may begin or end at places: the law; empty where it may."""
    said = [forbidden_ends(dataclasses.replace(question, origin=p, destination=p)) for p in places]
    return [lines[0] if lines else "" for lines in said]


def _bare(task: Task, places: Sequence[Place], ends: NDArray[np.int64]) -> list[str]:
    """Say of places that nothing can be loaded, or unloaded, there; empty where it can."""
    served = set(ends.tolist())
    return ["" if task.base.hub[p.node] in served else f"{p.name} has no terminal" for p in places]
