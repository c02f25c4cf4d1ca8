"""Small random networks in the words of the model, and a naive search in their tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from hypothesis import strategies as st
from reference import non_dominated

import corridor_opt as co
from corridor_opt.model.build import build
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import elements
from corridor_opt.model.hazard import Hazard
from corridor_opt.model.hazard_set import Group, HazardSet

NODES = ("NAA", "NBB", "NCC", "NDD", "NEE")
COUNTRIES = ("AA", "BB")
CLASSES = {"rail": "rail-1520", "road": "road-cis", "sea": "sea-regional", "ferry": "ferry"}
GAUGES = (1435, 1520)
LENGTHS = (100, 100, 200, 350)  # few, so that there are ties
SCHEDULED = ("sea", "ferry")
CORRIDORS = ("north", "south")
MODES = ("rail", "road", "sea")
SOURCE = {"length_source": "A", "length_confidence": "assumption"}
CITED = {"source": "A", "confidence": "assumption"}
STATUS = ("operating", "operating", "operating", "operating", "suspended")


@dataclass(frozen=True)
class Small:
    """Tables of a small network; `network` validates and builds it."""

    tables: Mapping[str, pd.DataFrame]

    @property
    def network(self) -> co.Network:
        return build(self.tables, name="small")

    def renamed(self, order: Callable[[Sequence[int]], Sequence[int]]) -> Small:
        """The same network with rows in another order and other ids for nodes, links and the rest."""
        new = {node: f"Z{chr(90 - i)}Q" for i, node in enumerate(NODES)}
        tables = {}
        for name, frame in self.tables.items():
            frame = frame.iloc[list(order(range(len(frame))))].copy()
            for column in ("from", "to", "post_a", "post_b", "node"):
                if column in frame.columns:
                    frame[column] = frame[column].map(new)
            if name == "corridors":
                pass
            elif name == "nodes":
                frame["id"] = frame["id"].map(new)
            elif name not in ("geometry", "closures"):
                frame["id"] = [f"x{i}" for i in range(len(frame), 0, -1)]
            tables[name] = frame.reset_index(drop=True)
        return Small(tables)

    @staticmethod
    def new_id(node: str) -> str:
        """What `renamed` calls a node."""
        return f"Z{chr(90 - NODES.index(node))}Q"


def _frame(rows: Sequence[dict], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else list(columns))


@st.composite
def small_networks(draw: st.DrawFn) -> Small:
    """Up to five places in two countries: rail of two gauges, roads, ships, borders with and without a gauge break.

    Nothing has numbers of its own for one direction, so that a way back costs what the way there costs.
    """
    names = NODES[: draw(st.integers(3, 5))]
    country = {name: draw(st.sampled_from(COUNTRIES)) for name in names}
    nodes = [
        {"id": n, "name": f"Town {n}", "country": country[n], "lon": 10.0 + i, "lat": 50.0 + i % 2, "kind": "city"}
        | {"location_source": "A", "location_confidence": "assumption"}
        for i, n in enumerate(names)
    ]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    links, crossings = [], []
    for i, (a, b) in enumerate(draw(st.lists(pairs, min_size=4, max_size=12))):
        mode = draw(st.sampled_from(MODES if country[a] == country[b] else ("rail", "road", "sea", "rail")))
        common = {"mode": mode, "class": CLASSES[mode], "length_km": draw(st.sampled_from(LENGTHS)), **SOURCE}
        common |= {"corridors": draw(st.sampled_from(["", *CORRIDORS])), "closures": draw(_closures)}
        common |= {"chokepoints": draw(st.sampled_from(["", "", "hormuz"]))}
        common |= dict.fromkeys(("status_2022", "status_2026"), draw(st.sampled_from(STATUS)))
        gauge = draw(st.sampled_from(GAUGES)) if mode == "rail" else None
        if country[a] == country[b] or mode in SCHEDULED:
            countries = country[a] if mode not in SCHEDULED else ";".join(sorted({country[a], country[b]}))
            links.append({"id": f"l{i}", "from": a, "to": b, "gauge_mm": gauge, "countries": countries, **common})
        else:
            other = draw(st.sampled_from(GAUGES)) if mode == "rail" else None
            ends = {"post_a": a, "post_b": b, "country_a": country[a], "country_b": country[b]}
            crossings.append({"id": f"c{i}", **ends, "gauge_a": gauge, "gauge_b": other, **common})
    breaks = {n for n in names if draw(st.booleans())}
    for row in crossings:
        if row["mode"] == "rail" and row["gauge_a"] != row["gauge_b"] and not breaks & {row["post_a"], row["post_b"]}:
            breaks.add(row[draw(st.sampled_from(["post_a", "post_b"]))])
    ready = {"status_2022": "operating", "status_2026": "operating"}
    changes = [{"id": f"g{n}", "node": n, "gauge_a": 1435, "gauge_b": 1520, **ready} for n in sorted(breaks)]
    terminals = []
    for n in names:
        for mode in draw(st.sampled_from([MODES, MODES, MODES[:2], MODES[1:]])):
            gauges = GAUGES if mode == "rail" else (None,)
            if mode == "rail" and (n in breaks or draw(st.booleans())):
                gauges = (draw(st.sampled_from(GAUGES)),)
            terminals += [{"id": f"{n}-{mode}-{g}", "node": n, "mode": mode, "gauge_mm": g, **ready} for g in gauges]
    link = ["id", "from", "to", "gauge_mm", "countries", "mode", "class", "length_km", "status_2022", "status_2026"]
    crossing = [
        "id",
        "post_a",
        "post_b",
        "country_a",
        "country_b",
        "mode",
        "class",
        "length_km",
        "status_2022",
        "status_2026",
    ]
    change = ["id", "node", "gauge_a", "gauge_b", "status_2022", "status_2026"]
    return Small(
        {
            "nodes": pd.DataFrame(nodes),
            "links": _frame(links, link),
            "crossings": _frame(crossings, crossing),
            "terminals": pd.DataFrame(terminals),
            "gauge_changes": _frame(changes, change),
            "closures": CAUSES,
            "geometry": pd.DataFrame(columns=["link", "waypoints", "source"]),
            "corridors": pd.DataFrame(
                [{"id": c, "name": c.title(), "from": names[0], "to": names[1]} for c in CORRIDORS]
            ),
        }
    )


_closures = st.sampled_from(["", "", "strike", "flood;strike"])
CAUSES = pd.DataFrame(
    [
        {"id": "strike", "name": "Strike", "closures_per_year": 2.0, "mean_days": 9.0, **CITED},
        {"id": "flood", "name": "Flood", "closures_per_year": 0.5, "mean_days": 20.0, **CITED},
    ]
)

# Hazards of every kind: shut, held up, slower; two of a common cause, two on the same links. The one that shuts weighs
# more than both closure rates of the links' own, so that it takes their place whole.
_STRUCK = {"sources": ("A",), "confidence": "assumption"}
HAZARDS = HazardSet(
    "small",
    (
        Hazard("strait-shut", "chokepoint:hormuz", 10, 4.0, close=True, group="war", **_STRUCK),
        Hazard("north-searched", "corridor:north", 20, 4.0, delay_hours=30.0, group="war", **_STRUCK),
        Hazard("pirates", "chokepoint:hormuz", 30, 1.0, delay_hours=5.0, **_STRUCK),
        Hazard("south-slow", "corridor:south", 40, 1.0, multiply={"time": 2.0}, **_STRUCK),
    ),
    (Group("war", 0.6),),
)
NO_HAZARDS = HazardSet("none", ())

Key = tuple[str, int, str, str]  # table, row, kind, direction: what an element is
Label = tuple[tuple[int, ...], frozenset[str]]  # value in whole steps, what was met on the way
State = tuple[str, str, float, bool]  # place, mode (empty on the ground), gauge (0 off rails), whether it has sailed


class Twin:
    """Searches the tables of a network without encoding it; slow and short.

    Parameters
    ----------
    network
        With its scenario applied.
    allowed
        Says of a kind of step and the record of its row whether it may be used.
    hazards
        What may happen, beside the closures that links and crossings name as their own.
    """

    def __init__(
        self,
        network: co.Network,
        allowed: Callable[[str, str, dict], bool] = lambda *_: True,
        hazards: HazardSet = NO_HAZARDS,
    ) -> None:
        self.rows = {t: network[t].to_dict("records") for t in ("links", "crossings", "terminals", "gauge_changes")}
        self.allowed = allowed
        frame = elements(network, co.Shipment().load(network)).frame
        self.gain, slower = weigh_causes(network, hazards)
        self.value, self.met = {}, {}
        for r in frame.to_dict("records"):
            key = (r["table"], r["row"], r["kind"], r["direction"])
            row = self.rows[r["table"]][r["row"]]
            found = [h for h in hazards if r["kind"] in ("haul", "border") and covers(h, row)]
            r["delay"] = sum(slower[h.name] * r["time"] for h in found)
            self.value[key] = tuple(round(r[name] / CRITERIA[name].resolution) for name in CRITERIA)
            shut = r["kind"] not in ("haul", "border") or any(h.close for h in found)
            own = [] if shut else row.get("closures", "").split(";")
            shocks = [h.group for h in found if h.group in self.gain]
            self.met[key] = {name for name in (*own, *shocks, *(h.name for h in found)) if name}

    def usable(self, table: str, kind: str) -> list[tuple[int, dict]]:
        return [(i, r) for i, r in enumerate(self.rows[table]) if r["is_open"] and self.allowed(table, kind, r)]

    def moves(self, state: State) -> list[tuple[State, list[Key]]]:
        """Where to go from here, and what it takes."""
        at, mode, gauge, sailed = state
        found: list[tuple[State, list[Key]]] = []
        for i, row in self.usable("terminals", "terminal"):
            served = row["gauge_mm"] if row["mode"] == "rail" else 0
            if row["node"] == at and not mode:
                found.append(((at, row["mode"], served, False), [("terminals", i, "load", "")]))
            elif row["node"] == at and (row["mode"], served) == (mode, gauge):
                found.append(((at, "", 0, False), [("terminals", i, "unload", "")]))
        if not mode or sailed:
            return found
        for i, row in self.usable("links", "haul"):
            if row["mode"] == mode and at in (row["from"], row["to"]) and (mode != "rail" or row["gauge_mm"] == gauge):
                to = row["to"] if at == row["from"] else row["from"]
                wait: list[Key] = [("links", i, "wait", "")] if mode in SCHEDULED else []
                found.append(((to, mode, gauge, mode in SCHEDULED), [*wait, ("links", i, "haul", "")]))
        for i, row in self.usable("crossings", "border"):
            if row["mode"] == mode and at in (row["post_a"], row["post_b"]):
                to, way = (row["post_b"], "ab") if at == row["post_a"] else (row["post_a"], "ba")
                if mode != "rail" or gauge in self.rolls_over(row):
                    found.append(((to, mode, gauge, False), [("crossings", i, "border", way)]))
        if mode == "rail":
            for i, row in self.usable("gauge_changes", "gauge-change"):
                if row["node"] == at and gauge in (row["gauge_a"], row["gauge_b"]):
                    other = row["gauge_b"] if gauge == row["gauge_a"] else row["gauge_a"]
                    found.append(((at, mode, other, False), [("gauge_changes", i, "gauge-change", "")]))
        return found

    def rolls_over(self, crossing: dict) -> set[float]:
        """Gauges on which wagons cross a border: the far one up to the post that can change it."""
        if crossing["gauge_a"] == crossing["gauge_b"]:
            return {crossing["gauge_a"]}
        changing = {row["node"] for row in self.rows["gauge_changes"]}
        gauges = {crossing["gauge_b"]} if crossing["post_a"] in changing else set()
        return gauges | ({crossing["gauge_a"]} if crossing["post_b"] in changing else set())

    def front(self, origin: str, destination: str, criteria: Sequence[str]) -> list[tuple[int, ...]]:
        """Non-dominated values: what is known of each place grows until nothing new is found."""
        columns = [list(CRITERIA).index(name) for name in criteria]
        gain = {name: tuple(all_of[c] for c in columns) for name, all_of in self.gain.items()}
        gain = {name: amounts for name, amounts in gain.items() if any(amounts)}
        start: State = (origin, "", 0, False)
        known: dict[State, set[Label]] = {start: {((0,) * len(columns), frozenset())}}
        todo = [start]
        while todo:
            state = todo.pop()
            for after, keys in self.moves(state):
                step = [sum(self.value[key][c] for key in keys) for c in columns]
                here = {name for key in keys for name in self.met[key] if name in gain}
                reached = {
                    (_sum(value, step, *(gain[n] for n in here - met)), met | here) for value, met in known[state]
                }
                better = _worth_keeping(known.get(after, set()) | reached, gain)
                if better != known.get(after):
                    known[after] = better
                    todo.append(after)
        return non_dominated({value for value, _ in known.get((destination, "", 0, False), set())})


def covers(hazard: Hazard, row: Mapping) -> bool:
    """Whether a hazard can be met on a link or crossing; these select a chokepoint or a corridor."""
    (key, (value,)) = next(iter(hazard.where.keys.items()))
    return value in row.get(f"{key}s", "").split(";")


def weigh_causes(network: co.Network, hazards: HazardSet) -> tuple[dict[str, tuple[int, ...]], dict[str, float]]:
    """What meeting each cause adds in each criterion, once; and by how much a hazard lengthens hours on average."""
    chance = {h.name: h.per_year * h.mean_days / 365 for h in hazards}
    chance |= {r["id"]: r["closures_per_year"] * r["mean_days"] / 365 for r in network["closures"].to_dict("records")}
    chance = {name: r / (1 + r) for name, r in chance.items()}
    hours = {r["id"]: 24 * r["mean_days"] for r in network["closures"].to_dict("records")}
    hours |= {h.name: 24 * h.mean_days if h.close else h.delay_hours for h in hazards}
    nepers = {name: -math.log(1 - q) for name, q in chance.items()}
    for group in hazards.groups:
        members = [h.name for h in hazards if h.group == group.name]
        nepers[group.name] = -math.log(1 - group.strength * min(chance[name] for name in members))
        for name in members:  # the rest of its chance is its own
            nepers[name] -= nepers[group.name]
    paid = {"risk": nepers, "delay": {name: q * hours[name] for name, q in chance.items()}}
    gain = {
        name: tuple(round(paid.get(c, {}).get(name, 0.0) / CRITERIA[c].resolution) for c in CRITERIA) for name in nepers
    }
    return gain, {h.name: chance[h.name] * (h.multiply.get("time", 1.0) - 1.0) for h in hazards}


def _sum(*vectors: Sequence[int]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*vectors, strict=True)))


def _worth_keeping(labels: set[Label], gain: Mapping[str, tuple[int, ...]]) -> set[Label]:
    """Labels that no other makes useless: one no worse even after it meets all that only the first has met."""

    def useless(label: Label) -> bool:
        value, met = label
        for other in labels - {label}:
            worst = _sum(other[0], *(gain[name] for name in met - other[1]))
            if all(x <= y for x, y in zip(worst, value, strict=True)):
                return True
        return False

    return {label for label in labels if not useless(label)}
