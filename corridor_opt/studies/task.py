"""One question in one world, as arrays; and the way back from arrays to steps."""

from __future__ import annotations

import copy
import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.graph.encode import NAMES, arcs_of, charges, encode, weigh
from corridor_opt.graph.routing_graph import layered
from corridor_opt.graph.shared import Shared
from corridor_opt.model.access import ACCESS, access_values
from corridor_opt.model.cited import joined, least_of, with_id
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import elements
from corridor_opt.model.exposure import exposure
from corridor_opt.model.places import Place
from corridor_opt.model.season import apply_seasons, season_notices
from corridor_opt.model.selector import Selector
from corridor_opt.studies.obey import Obeyed
from corridor_opt.studies.question import Question, World
from corridor_opt.studies.words import Avoidance

if TYPE_CHECKING:
    import pandas as pd

NOISE = 1e-6  # of a whole step, where floats should have given one
# What a path pays once for an item it meets: criterion, and the amount's name in `Held`.
ONCE = {"cost": "cost", "time": "time", "risk": "nepers", "delay": "hours"}


class Task:
    """One question in one world, as arrays; and the way back from arrays to steps.

    Parameters
    ----------
    question, world
        What is asked, and under which scenario.
    """

    def __init__(self, question: Question, world: World) -> None:
        self.question, self.world = question, world
        self.base = encode(question.network)
        month = question.departure.month if question.departure else None
        self.network = apply_seasons(world.network, month)
        self.load = question.shipment.load(self.network)
        self.elements = elements(self.network, self.load, question.prices)
        self.exposure = exposure(question.network, self.elements, question.hazards, month)
        if self.exposure.bound_hours.any():
            self.elements = dataclasses.replace(
                self.elements, frame=self.elements.frame.assign(delay=self.exposure.bound_hours)
            )
        self._laid = self.exposure
        self._join_ends()

    def between(self, origin: Place, destination: Place) -> Task:
        """Give the same question between two other places; what does not depend on them is shared."""
        other = copy.copy(self)
        other.__dict__.pop("held", None)
        other.question = dataclasses.replace(self.question, origin=origin, destination=destination)
        other._join_ends()
        return other

    def _join_ends(self) -> None:
        """Make what depends on origin and destination: what is closed to transit, what the law charges, weights."""
        question = self.question
        self.ends = tuple(self.network.node(p.node)["country"] for p in (question.origin, question.destination))
        self.excluded = [self.mask(selector) for selector in question.exclude]
        self.obeyed = Obeyed(question, self.elements, self.load, self.ends)
        forbidden = [arcs_of(self.base, self.elements, active.rows) for active in self.obeyed.forbidden]
        self.blocked = [*self.excluded, *forbidden]
        self.exposure = dataclasses.replace(self._laid, held=(*self._laid.held, *self.obeyed.held))
        # mostly nothing is to be avoided: one row of zeros stands for all arcs
        penalty = np.broadcast_to(np.zeros(len(NAMES)), (len(self.base.head), len(NAMES)))
        in_part = np.zeros(len(penalty), bool)
        if question.avoid:
            penalty = penalty.copy()
        for one in question.avoid:
            times = self._charges(one)
            in_part |= times % 1 != 0
            for name, amount in one.penalty.items():
                penalty[:, NAMES.index(name)] += amount * times
        most = dict(zip(NAMES, penalty.max(axis=0, initial=0.0), strict=True))
        self.weights = weigh(self.base, self.elements, self.ends, self.blocked, most)
        steps_in = [self.weights.resolution[name] for name in NAMES]
        if question.avoid:
            steps = penalty / steps_in
            # shares of a charge are rounded up, so that together they are never less than the whole
            self.penalty = np.where(in_part[:, None], np.ceil(steps - NOISE), np.rint(steps)).astype(np.int64)
        else:
            self.penalty = np.broadcast_to(np.zeros(len(NAMES), np.int64), penalty.shape)
        once = [[getattr(one, ONCE.get(name, ""), 0.0) for name in NAMES] for one in self.exposure.held]
        self.gain = np.rint(np.array(once).reshape(-1, len(NAMES)) / steps_in).astype(np.int64)
        self.access = self._access_total()
        self.searched = (*question.criteria, *(c for c in question.limits if c not in question.criteria))
        stops = [self.moving(stop) if isinstance(stop, Selector) else stop.node for stop in question.via]
        self.graph = layered(self.base, stops) if stops else self.base
        self.source = self.base.hub[question.origin.node]
        self.target = self.base.hub[question.destination.node] + self.base.vertices * len(stops)
        self.weight = self.spread(self.paid(self.searched), 0)
        self.is_open = self.spread(self.weights.is_open, True)
        self.upper = [self._upper(name) for name in self.searched]

    def paid(self, criteria: Sequence[str]) -> np.ndarray:
        """What arcs of the base graph add to some criteria, penalties among it: whole steps, a column a criterion."""
        columns = [NAMES.index(name) for name in criteria]
        return self.weights.weight[:, columns] + self.penalty[:, columns]

    def mask(self, selector: Selector) -> np.ndarray:
        """Arcs of the base graph that use what a selector names."""
        return arcs_of(self.base, self.elements, selector.match(self.question.network))

    def _charges(self, one: Avoidance) -> np.ndarray:
        """How often each arc of the base graph is charged the penalty of what is to be avoided."""
        return charges(self.base, self.question.network, self.elements, one.selector, self.mask(one.selector))

    @functools.cached_property
    def held(self) -> np.ndarray:
        """Which items (hazards, charges of a law) each arc of the base graph holds: bool of shape (arcs, items)."""
        on = np.zeros((len(self.elements.frame) + 1, len(self.exposure.held)), bool)  # the last row is element -1
        for j, one in enumerate(self.exposure.held):
            on[one.elements, j] = True
        return on[self.base.element]

    def shared(self, criteria: Sequence[str]) -> Shared | None:
        """Give what arcs share, for the criteria that count it once; None where none of them does."""
        gain = self.gain[:, [NAMES.index(name) for name in criteria]]
        return Shared(self.spread(self.held, False), gain) if gain.any() else None

    def path_values(self, path: np.ndarray) -> dict[str, float]:
        """Values of a path of the search's graph in every criterion (risk in nepers), access legs included."""
        arcs = self.graph.origin[path]
        arcs = arcs[arcs >= 0]
        sums = (self.weights.weight[arcs] + self.penalty[arcs]).sum(axis=0)
        sums += self.gain[self.held[arcs].any(axis=0)].sum(axis=0)
        return {n: float(sums[j]) * self.weights.resolution[n] + self.access[n] for j, n in enumerate(NAMES)}

    def alone(self, criterion: str) -> Task:
        """Give the same question searched by one criterion; arrays are shared."""
        one = copy.copy(self)
        one.question = dataclasses.replace(self.question, criteria=(criterion,))
        one.searched = (criterion, *(c for c in self.question.limits if c != criterion))
        one.weight = self.spread(self.paid(one.searched), 0)
        one.upper = [one._upper(name) for name in one.searched]
        return one

    def moving(self, selector: Selector) -> np.ndarray:
        """Arcs of what a selector names on which the load moves on: to load a truck is not to use a road."""
        kind = np.append(self.elements.frame["kind"].to_numpy(), "")[self.base.element]
        return self.mask(selector) & np.isin(kind, ("haul", "border"))

    def spread(self, base: np.ndarray, between: Any) -> np.ndarray:
        """Carry an array over arcs of the base graph to the graph of the search."""
        if self.graph is self.base:
            return base
        rows = base[self.graph.origin]
        rows[self.graph.origin < 0] = np.array(between, dtype=base.dtype)
        return rows

    def _access_total(self) -> dict[str, float]:
        """Values of the road legs between points given by coordinates and their terminals."""
        total = dict.fromkeys(NAMES, 0.0)
        for place in (self.question.origin, self.question.destination):
            for name, value in self._access(place.access_km).items():
                total[name] += value
        return total

    def _access(self, km: float) -> dict[str, float]:
        """Values of one such leg, in whole steps of each criterion."""
        values = access_values(self.network, self.load, km, self.question.prices)
        return {n: round(v / self.weights.resolution[n]) * self.weights.resolution[n] for n, v in values.items()}

    def beyond(self) -> dict[str, float]:
        """Limits that the legs between points and their terminals alone exceed, with what these legs take."""
        return {
            n: self.access[n] for n, limit in self.question.limits.items() if self.access[n] > limit and n != "risk"
        }

    def _upper(self, name: str) -> int | None:
        """Greatest whole value of a criterion that the search may reach; None where there is no limit."""
        if name not in self.question.limits:
            return None
        limit = self.question.limits[name]
        value = -math.log1p(-limit) if name == "risk" else limit
        return max(self.weights.integer(name, value - self.access[name]), 0)

    def keep(self, values: np.ndarray) -> list[int]:
        """Points that no other beats in the criteria asked; limited criteria were searched beside them."""
        k = len(self.question.criteria)
        if values.shape[1] == k:
            return list(range(len(values)))
        kept: list[int] = []
        for i, value in enumerate(values[:, :k]):  # lexicographic order: only earlier points can dominate
            if not (values[kept, :k] <= value).all(axis=1).any():
                kept.append(i)
        return kept

    def steps(self, paths: Sequence[np.ndarray]) -> pd.DataFrame:
        """Arcs back to steps: one row a step, one column a criterion, all in the criteria's units (risk in nepers)."""
        base = [path_arcs[path_arcs >= 0] for path_arcs in (self.graph.origin[path] for path in paths)]
        arcs = np.concatenate(base) if base else np.zeros(0, np.int64)
        frame = self.elements.frame.iloc[self.base.element[arcs]].copy()
        for name in NAMES:
            if f"{name}_number" in frame.columns:
                cells = zip(frame[f"{name}_number"].tolist(), frame["id"].tolist(), strict=True)
                frame[f"{name}_number"] = [with_id(*cell) for cell in cells]
        frame["element"] = self.base.element[arcs]
        frame["arc"] = arcs
        frame["route"] = np.repeat(np.arange(len(base)), [len(b) for b in base])
        node = np.asarray(self.base.node, dtype=object)
        of, row = frame["table"].to_numpy(dtype=object), frame["row"].to_numpy(int)
        for label in ("corridors", "chokepoints"):
            words = np.full(len(frame), "", object)
            for table in ("links", "crossings"):
                words[of == table] = self.network[table][label].to_numpy(dtype=object)[row[of == table]]
            frame[label] = words
        frame["from"], frame["to"] = node[self.base.tail[arcs]], node[self.base.head[arcs]]
        for j, name in enumerate(NAMES):
            size = self.weights.resolution[name]
            frame[f"{name}_penalty"] = self.penalty[arcs, j] * size
            frame[name] = (self.weights.weight[arcs, j] + self.penalty[arcs, j]) * size
        frame = frame.reset_index(drop=True)
        self._meet(frame)
        return self._with_access(frame, len(base))

    def _meet(self, frame: pd.DataFrame) -> None:
        """Put what a route pays for hazards and to its law on the step where it meets each first, in place."""
        held = self.exposure.held
        step, item = self.exposure.first_met(frame["route"].to_numpy(), frame["element"].to_numpy())
        new: dict[int, tuple[int, ...]] = {}
        for at, one in zip(step.tolist(), item.tolist(), strict=True):
            new[at] = (*new.get(at, ()), one)
        frame["met"] = [new.get(at, ()) for at in range(len(frame))]
        for name in ONCE:
            paid = self.gain[:, NAMES.index(name)]
            once = np.bincount(step, paid[item], minlength=len(frame)) * self.weights.resolution[name]
            frame[name] = frame[name].to_numpy(float) + once
            if name in ("cost", "time"):  # charged beside what the step itself costs, as a penalty is
                frame[f"{name}_penalty"] = frame[f"{name}_penalty"].to_numpy(float) + once
                continue
            for what, merge in (("source", joined), ("confidence", least_of)):
                of_item = [getattr(one, what) for one in held]
                cells = frame[f"{name}_{what}"].tolist()
                for at, met in new.items():
                    cells[at] = merge(cells[at], *(of_item[j] for j in met if paid[j]))
                frame[f"{name}_{what}"] = cells

    def _with_access(self, steps: pd.DataFrame, routes: int) -> pd.DataFrame:
        """Add the road legs between points given by coordinates and their terminals."""
        import pandas as pd

        ends = [(-1, self.question.origin), (1, self.question.destination)]
        rows = [
            {"route": route, "at": at, "from": place.node, "to": place.node, **self._access_step(place.access_km)}
            for route in range(routes)
            for at, place in ends
            if place.access_km > 0
        ]
        if not rows:
            return steps
        both = pd.concat([steps.assign(at=0), pd.DataFrame(rows)])
        return both.sort_values(["route", "at"], kind="stable").drop(columns="at").reset_index(drop=True)

    def _access_step(self, km: float) -> dict[str, Any]:
        """Columns of a step between a point and its terminal."""
        step: dict[str, Any] = {"kind": "access", "mode": "road", "row": -1, "element": -1, "arc": -1, "met": ()}
        step |= dict.fromkeys(("id", "table", "direction", "closed_by", "corridors", "chokepoints"), "")
        for name, value in self._access(km).items():
            step |= {name: value, f"{name}_penalty": 0.0, f"{name}_source": "C02", f"{name}_confidence": "assumption"}
            step[f"{name}_number"] = ACCESS.get(name, "")
        step["time_plain"] = step["time"]
        return step

    def causes(self, steps: pd.DataFrame) -> pd.DataFrame:
        """What may happen on each route: route, cause (a hazard, a shock, a background), title, why, nepers, hours."""
        import pandas as pd

        risk = self.elements.risk[self.elements.risk["element"].isin(steps["element"])]
        met = steps[["route", "element"]].merge(risk, on="element")
        links = met.groupby(["route", "cause"], sort=False)["nepers"].sum().reset_index()
        links = links.assign(title="", why="", hours=0.0)
        rows = [
            (route, one.name, one.nepers, one.title, one.why, one.hours)
            for route, new in zip(steps["route"], steps["met"], strict=True)
            for one in (self.exposure.held[j] for j in new)
            if one.nepers or one.hours
        ]
        columns = ["route", "cause", "nepers", "title", "why", "hours"]
        both = pd.concat([links[columns], pd.DataFrame(rows, columns=columns)], ignore_index=True) if rows else links
        return both.groupby(["route", "cause", "title", "why"], sort=False)[["nepers", "hours"]].sum().reset_index()

    def notices(self, steps: pd.DataFrame, compliance: Sequence[list[dict[str, Any]]]) -> list[list[str]]:
        """What a planner has to be told about each route, what it touches of compliance profiles among it."""
        routes = len(compliance)
        said: list[list[str]] = [[] for _ in range(routes)]
        number, arc = steps["route"].to_numpy(int), steps["arc"].to_numpy(int)
        for one in self.question.avoid:
            used, times = (
                np.bincount(number, np.append(on, 0)[arc], minlength=routes)
                for on in (self.mask(one.selector), self._charges(one))
            )
            for route in np.flatnonzero(used):
                paid = _charged(one, float(times[route]))
                said[route].append(f"uses {one.selector}, which was to be avoided ({paid})")
        for row in self._seasonal(steps).itertuples():
            said[row.route].append(row.notice)
        for lines, records in zip(said, compliance, strict=True):
            lines += self.obeyed.notices(records)
        for name, size in self.weights.resolution.items():
            if size > CRITERIA[name].resolution:
                coarse = f"an amount in the question is very large: {name} is counted in steps of {size:g}"
                said = [[*lines, coarse] for lines in said]
        return [list(dict.fromkeys(lines)) for lines in said]

    def compliance(self, steps: pd.DataFrame) -> list[list[dict[str, Any]]]:
        """What each route touches of the compliance profiles, a dict a rule."""
        return self.obeyed.records(steps, int(steps["route"].max()) + 1 if len(steps) else 1)

    def _seasonal(self, steps: pd.DataFrame) -> pd.DataFrame:
        """Notices on what a season closes or changes."""
        return season_notices(self.network, steps, self.question.departure)

    def head(self) -> dict[str, Any]:
        """What was asked, in the words of the JSON contract."""
        q, load = self.question, self.load
        places = [{"id": p.node, "name": p.name} for p in (q.origin, q.destination)]
        for place, told in zip((q.origin, q.destination), places, strict=True):
            if place.point:
                told["point"] = list(place.point)  # type: ignore[assignment]
        return {
            "network": {"name": q.network.name, "version": q.network.version, "as_of": q.network.as_of},
            "prices": q.prices,
            "origin": places[0],
            "destination": places[1],
            "scenario": self.world.scenario.name.split("+"),
            "shipment": {
                "teu": load.teu,
                "tonnes": load.tonnes,
                "value_usd": load.value_usd,
                "service": load.service,
            },
            "departure": q.departure.isoformat() if q.departure else None,
            "via": [s.node if not isinstance(s, Selector) else str(s) for s in q.via],
            "exclude": [str(s) for s in q.exclude],
            "avoid": {str(a.selector): dict(a.penalty) for a in q.avoid},
            "limits": dict(q.limits),
            "hazards": {"name": q.hazards.name, "count": len(q.hazards)},
            "compliance": q.compliance.head,
        }


def _charged(one: Avoidance, times: float) -> str:
    """Say how a penalty was charged on one route; lines along a link have shares of one charge."""
    amounts = [f"{v * times:,.0f} {CRITERIA[n].unit}" for n, v in one.penalty.items()]
    said = f"{times:.2g}" if times < 10 else f"{times:.0f}"
    return f"penalty charged {said} time{'s' if said != '1' else ''}: {', '.join(amounts)}"
