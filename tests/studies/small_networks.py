"""Small random networks in the words of the model, and a naive search in their tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from hypothesis import strategies as st
from reference import non_dominated

import corridor_opt as co
from corridor_opt.model.build import build
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import elements

NODES = ("NAA", "NBB", "NCC", "NDD", "NEE")
COUNTRIES = ("AA", "BB")
CLASSES = {"rail": "rail-1520", "road": "road-cis", "sea": "sea-regional", "ferry": "ferry"}
GAUGES = (1435, 1520)
LENGTHS = (100, 100, 200, 350)  # few, so that there are ties
SCHEDULED = ("sea", "ferry")
CORRIDORS = ("north", "south")
MODES = ("rail", "road", "sea")
SOURCE = {"length_source": "A", "length_confidence": "assumption"}
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
            elif name != "geometry":
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
            "geometry": pd.DataFrame(columns=["link", "waypoints", "source"]),
            "corridors": pd.DataFrame(
                [{"id": c, "name": c.title(), "from": names[0], "to": names[1]} for c in CORRIDORS]
            ),
        }
    )


_closures = st.sampled_from(["", "", "hormuz", "suez;hormuz"])

Key = tuple[str, int, str, str]  # table, row, kind, direction: what an element is
State = tuple[str, str, float, bool]  # place, mode (empty on the ground), gauge (0 off rails), whether it has sailed


class Twin:
    """Searches the tables of a network without encoding it; slow and short.

    Parameters
    ----------
    network
        With its scenario applied.
    allowed
        Says of a kind of step and the record of its row whether it may be used.
    """

    def __init__(self, network: co.Network, allowed: Callable[[str, str, dict], bool] = lambda *_: True) -> None:
        self.rows = {t: network[t].to_dict("records") for t in ("links", "crossings", "terminals", "gauge_changes")}
        self.allowed = allowed
        frame = elements(network, co.Shipment().load(network)).frame
        self.value = {
            (r["table"], r["row"], r["kind"], r["direction"]): tuple(
                round(r[name] / CRITERIA[name].resolution) for name in CRITERIA
            )
            for r in frame.to_dict("records")
        }

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
        start: State = (origin, "", 0, False)
        known: dict[State, set[tuple[int, ...]]] = {start: {(0,) * len(columns)}}
        todo = [start]
        while todo:
            state = todo.pop()
            for after, keys in self.moves(state):
                step = [sum(self.value[key][c] for key in keys) for c in columns]
                reached = {tuple(x + y for x, y in zip(value, step, strict=True)) for value in known[state]}
                better = set(non_dominated(known.get(after, set()) | reached))
                if better != known.get(after):
                    known[after] = better
                    todo.append(after)
        return non_dominated(known.get((destination, "", 0, False), set()))
