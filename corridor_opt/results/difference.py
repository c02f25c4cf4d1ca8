"""Where two routes differ: what each pays on its own stretches, what they share, which hazards only one of them meets.

Reads what the steps and causes of the two fronts hold; the parts add up to the difference of the values.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.results.groups import grouped, pieces_of
from corridor_opt.results.route import ADDITIVE

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.results.route import Route

SUMS = tuple(name for name in ADDITIVE if CRITERIA[name].always)
UNITS = {"cost": "USD", "time": "h", "distance": "km", "emissions": "kg CO2e"}
# Words of the question that two routes should share to be compared.
ASKED = (
    "network",
    "prices",
    "origin",
    "destination",
    "scenario",
    "shipment",
    "departure",
    "avoid",
    "hazards",
    "compliance",
)
MOST_ROWS = 14


class Difference:
    """How a route differs from another; print it, or read its frames.

    Parameters
    ----------
    route, other
        Differences are the values of `route` less those of `other`. They may be of two fronts of one network, such as
        two scenarios; `questions` says what was asked differently.

    Raises
    ------
    DataError
        The two are not routes, or not of one network.
    """

    def __init__(self, route: Route, other: Route) -> None:
        from corridor_opt.results.route import Route as AnyRoute

        if not isinstance(other, AnyRoute):
            raise DataError(f"a route is compared with a route, such as front[1], not with {other!r}")
        ours, theirs = (one.front.head["network"]["name"] for one in (route, other))
        if ours != theirs:
            raise DataError(f"the routes are of two networks, {ours} and {theirs}: they share nothing")
        self.route, self.other = route, other

    @functools.cached_property
    def values(self) -> dict[str, float]:
        """Difference in each criterion: USD, h, km, kg CO2e; of risk as a difference of probabilities."""
        shown = [name for name in self.route.values if name in self.other.values]
        return {name: self.route.values[name] - self.other.values[name] for name in shown}

    @functools.cached_property
    def nepers(self) -> float:
        """Difference of risk in nepers, -ln(1 - p), in which parts add up."""
        return sum(one["nepers"] for one in self._causes)

    @functools.cached_property
    def questions(self) -> list[str]:
        """What was asked differently, a line each; empty where both routes answer one question."""
        heads = (self.route.front.head, self.other.front.head)
        said = []
        for word in ASKED:
            ours, theirs = (_asked(word, head.get(word)) for head in heads)
            if heads[0].get(word) != heads[1].get(word):
                said.append(f"{word}: {ours} here, {theirs} there")
        return said

    @functools.cached_property
    def _pieces(self) -> list[dict[str, Any]]:
        """Stretches in travel order: shared ones once, then what only this route pays, and what only the other does."""
        ours, theirs = pieces_of(self.route), pieces_of(self.other)
        known = _counted([step["key"] for step in theirs])
        rows: list[dict[str, Any]] = []
        shared: dict[Any, dict[str, Any]] = {}
        left = dict(known)
        for step in ours:
            both = left.get(step["key"], 0) > 0
            if both:
                left[step["key"]] -= 1
            row = self._row("both" if both else "this route", step, rows)
            self._add(row, step, 1)
            if both:
                shared.setdefault(step["key"], row)
        used = {key: known[key] - left[key] for key in known}
        last: list[dict[str, Any]] = []
        for step in theirs:
            if used[step["key"]] > 0:
                used[step["key"]] -= 1
                self._add(shared[step["key"]], step, -1)
                last = []  # a stretch of the other's own ends where the two meet again
                continue
            row = self._row("the other", step, last)
            if row not in rows:
                rows.append(row)
            self._add(row, step, -1)
        for row in rows:
            for name in ADDITIVE:
                for cell in (name, f"{name}_this", f"{name}_other"):
                    row[cell] = round(row[cell], 6)
        return rows

    def _row(self, part: str, step: Mapping[str, Any], before: list[dict[str, Any]]) -> dict[str, Any]:
        """Give the stretch that a step goes on with, or a new one."""
        kind = step["kind"] if step["kind"] in ("haul", "border", "access", "gauge-change") else "terminal"
        if before:
            row = before[-1]
            same = (row["part"], row["kind"]) == (part, kind) and row["to"] == step["from"]
            if same and (kind == "terminal" or (kind == "haul" and row["mode"] == step["mode"])):
                row["to"] = step["to"]
                if step["mode"] not in row["mode"].split("-"):
                    row["mode"] += f"-{step['mode']}"
                return row
        row = {"part": part, "kind": kind, "mode": step["mode"], "from": step["from"], "to": step["to"]}
        row["border"] = step["by-border"]
        for name in ADDITIVE:
            row |= {name: 0.0, f"{name}_this": 0.0, f"{name}_other": 0.0}
        before.append(row)
        return row

    def _add(self, row: dict[str, Any], step: Mapping[str, Any], sign: int) -> None:
        for name in ADDITIVE:
            row[name] += sign * step[name]
            row[f"{name}_{'this' if sign > 0 else 'other'}"] += step[name]

    @functools.cached_property
    def frame(self) -> pd.DataFrame:
        """One row a stretch: `part` (both, this route, the other), `kind`, `mode`, `from`, `to`, `border`, differences.

        Columns of the additive criteria hold this route less the other; they add up to `values`. `<criterion>_this`
        and `<criterion>_other` hold what each pays there.
        """
        import pandas as pd

        columns = ["part", "kind", "mode", "from", "to", "border"]
        columns += [cell for name in ADDITIVE for cell in (name, f"{name}_this", f"{name}_other")]
        return pd.DataFrame(self._pieces, columns=columns)

    def by(self, group: str) -> pd.DataFrame:
        """Differences by `leg` (stretches as in `frame`), `mode`, `border` or `terminal`; they add up to `values`.

        Raises
        ------
        DataError
            No such group.
        """
        import pandas as pd

        if group == "leg":
            return self.frame
        sums: dict[str, dict[str, float]] = {}
        for route, sign in ((self.route, 1), (self.other, -1)):
            for row in grouped(route, group):
                made = sums.setdefault(row[group], dict.fromkeys(ADDITIVE, 0.0))
                for name in ADDITIVE:
                    made[name] = round(made[name] + sign * row[name], 6)
        return pd.DataFrame([{group: name, **made} for name, made in sums.items()], columns=[group, *ADDITIVE])

    @functools.cached_property
    def _causes(self) -> list[dict[str, Any]]:
        """What may happen on either, in nepers, greatest difference first."""
        ours, theirs = (_causes_of(route) for route in (self.route, self.other))
        rows = []
        for name in {**ours, **theirs}:
            a, b = ours.get(name), theirs.get(name)
            here, there = (one["nepers"] if one else 0.0 for one in (a, b))
            title = (a or b or {}).get("title") or name.replace("background-", "closures nobody lists, ")
            part = "both" if a and b else "this route" if a else "the other"
            row = {"part": part, "name": name, "title": title, "nepers": here - there}
            rows.append(row | {"probability_this": -math.expm1(-here), "probability_other": -math.expm1(-there)})
        return sorted(rows, key=lambda row: (-abs(row["nepers"]), row["name"]))

    @functools.cached_property
    def hazards(self) -> pd.DataFrame:
        """One row a hazard or cause of closure: `part`, `name`, `title`, `nepers` (difference), probabilities.

        Where both routes meet a hazard, `part` is `both` and the difference is what only one of them is exposed to
        beside; `nepers` adds up to the difference of -ln(1 - risk).
        """
        import pandas as pd

        return pd.DataFrame(
            self._causes, columns=["part", "name", "title", "nepers", "probability_this", "probability_other"]
        )

    def to_json(self) -> str:
        """Give the difference in the schema `corridor-opt/difference/1`."""
        from corridor_opt.results.tables import dumps

        return dumps(self.document())

    def document(self) -> dict[str, Any]:
        """What `to_json` writes, as plain data."""
        heads = {"route": self.route, "against": self.other}
        said = {
            word: {"number": one.number + 1, "scenario": list(one.front.head["scenario"]), "corridors": one.corridors}
            | {"values": {name: round(value, 9) for name, value in one.values.items()}}
            for word, one in heads.items()
        }
        stretches = [
            {key: row[key] for key in ("part", "kind", "mode", "from", "to", "border")}
            | {"difference": {name: row[name] for name in ADDITIVE}}
            for row in self._pieces
        ]
        causes = [
            {
                "part": row["part"],
                "name": row["name"],
                "nepers": round(row["nepers"], 9),
                "probability": round(row["probability_this"], 9),
                "probability_against": round(row["probability_other"], 9),
            }
            for row in self._causes
        ]
        return {
            "schema": "corridor-opt/difference/1",
            **said,
            "questions_differ": self.questions,
            "difference": {name: round(value, 9) for name, value in self.values.items()},
            "nepers": round(self.nepers, 9),
            "stretches": stretches,
            "hazards": causes,
        }

    def summary(self, most: int = 2) -> str:
        """Say in a sentence where most of the difference in cost and hours arises."""
        said = []
        for name in ("cost", "time"):
            total = self.values.get(name, 0.0)
            if round(total) == 0:
                continue
            rows = [row for row in self._pieces if row[name] * total > 0]
            rows.sort(key=lambda row: -abs(row[name]))
            parts = ", ".join(f"{row[name]:+,.0f} {self._where(row)}" for row in rows[:most])
            said.append(f"{total:+,.0f} {UNITS[name]} ({parts})")
        risk = self.values.get("risk", 0.0)
        if abs(risk) >= 0.0005 and self._causes:
            worst = next((c for c in self._causes if c["nepers"] * risk > 0), self._causes[0])
            said.append(f"{100 * risk:+.1f} points of risk ({worst['title']})")
        return "; ".join(said) or "no difference in cost, hours or risk"

    def _where(self, row: Mapping[str, Any]) -> str:
        """Name a stretch."""
        node = self.route.front.network.node
        if row["kind"] == "border":
            said = f"border {row['border']} ({row['mode']})"
        elif row["from"] == row["to"]:
            said = (
                f"{row['mode']} {'terminal' if row['kind'] == 'terminal' else row['kind']} {node(row['from'])['name']}"
            )
        else:
            said = f"{row['mode']} {node(row['from'])['name']} > {node(row['to'])['name']}"
        return said if row["part"] != "the other" else f"{said} not used"

    def __str__(self) -> str:
        """Tables of stretches and hazards in 100 columns; every column adds up."""
        from corridor_opt.results.text import route_way, text_table, wrapped

        titles = [f"Route {one.number + 1}, {route_way(one)}" for one in (self.route, self.other)]
        lines = [titles[0], f"against {titles[1][0].lower()}{titles[1][1:]}"]
        if self.questions:
            lines.append("The questions differ: " + "; ".join(self.questions))
        lines.append("")
        named = {"both": "shared", "this route": "this route", "the other": "the other"}
        rows = []
        for part in ("this route", "the other", "both"):
            found = [row for row in self._pieces if row["part"] == part]
            if part == "both":  # what both pay alike is told in one line
                found = [row for row in found if any(abs(row[name]) > 1e-6 for name in SUMS)]
            for row in found[:MOST_ROWS] if part == "both" else found:
                where = self._where(row).removesuffix(" not used")
                rows.append([named[part], where, *(_signed(row[name], CRITERIA[name].digits) for name in SUMS)])
            if part == "both" and len(found) > MOST_ROWS:
                rest = [sum(row[name] for row in found[MOST_ROWS:]) for name in SUMS]
                more = [_signed(sum_, CRITERIA[name].digits) for sum_, name in zip(rest, SUMS, strict=True)]
                rows.append([named[part], f"{len(found) - MOST_ROWS} more stretches", *more])
        alike = [row for row in self._pieces if row["part"] == "both" and all(abs(row[n]) <= 1e-6 for n in SUMS)]
        if alike:
            km = sum(row["distance_this"] for row in alike)
            rows.append(
                [
                    "shared",
                    f"{len(alike)} stretch{'es' if len(alike) > 1 else ''} alike, {km:,.0f} km",
                    *("0" for _ in SUMS),
                ]
            )
        rows.append(["", "difference", *(_signed(self.values[name], CRITERIA[name].digits) for name in SUMS)])
        head = ["", "stretch", *(UNITS[name] for name in SUMS)]
        lines += [text_table(head, rows, right=(2, 3, 4, 5), widths=(10, 43, 11, 9, 9, 9)), ""]
        ours, theirs = self.route.values["risk"], self.other.values["risk"]
        lines.append(f"risk {ours:.2%} against {theirs:.2%} ({_signed(100 * (ours - theirs), 2)} points)")
        told = [row for row in self._causes if abs(row["nepers"]) > 5e-7]
        for row in told[:MOST_ROWS]:
            chances = f"{row['probability_this']:.2%} against {row['probability_other']:.2%}"
            lines.append(f"  {named[row['part']]}: {row['title']}, {chances}")
        same = [row for row in self._causes if row not in told]
        if len(told) > MOST_ROWS:
            lines.append(f"  and {len(told) - MOST_ROWS} more")
        if same:
            lines.append(f"  shared alike: {len(same)} cause{'s' if len(same) > 1 else ''}")
        return "\n".join(line if "\n" in line else wrapped(line) for line in lines)

    def _repr_html_(self) -> str:
        """Give the text for a notebook."""
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def _signed(value: float, digits: int) -> str:
    """Write a difference with its sign; 0 without."""
    return f"{value:+,.{digits}f}" if round(value, digits) else "0"


def _counted(keys: Sequence[Any]) -> dict[Any, int]:
    """How often each key stands."""
    found: dict[Any, int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found


def _causes_of(route: Route) -> dict[str, dict[str, Any]]:
    """Nepers and title of each cause a route meets."""
    found: dict[str, dict[str, Any]] = {}
    causes = route.front.causes
    for _, name, title, nepers in causes[causes["route"] == route.number][
        ["route", "cause", "title", "nepers"]
    ].itertuples(index=False):
        made = found.setdefault(name, {"nepers": 0.0, "title": ""})
        made["nepers"] += nepers
        made["title"] = made["title"] or title
    return {name: made for name, made in found.items() if made["nepers"] > 0}


def _asked(word: str, value: Any) -> str:
    """Say a word of the question shortly."""
    if word in ("origin", "destination", "hazards"):
        return str((value or {}).get("name", ""))
    if word == "network":
        return f"{value['name']} {value['version']} as of {value['as_of']}"
    if word == "scenario":
        return "+".join(value)
    if word == "shipment":
        return f"{value['teu']:g} TEU, {value['tonnes']:g} t, {value['service']}, worth {value['value_usd']}"
    if word == "compliance":
        return ", ".join(one["name"] for one in value or ()) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items()) or "none"
    return str(value)
