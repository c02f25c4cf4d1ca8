"""Every number that some routes rest on, with sources and confidence; and what may happen on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from corridor_opt.model.hazard import Hazard
from corridor_opt.model.numbers import number_rows
from corridor_opt.model.schema import read_rows, split
from corridor_opt.results.on_top import described, plain_and_on_top
from corridor_opt.results.report.words import hazard_set, joined_sources, number_words

if TYPE_CHECKING:
    from corridor_opt.results.front import Front

RESTING = ("cost", "time", "distance", "emissions")
BACKGROUND = "background-"
RATES = ("closures_per_year_per_1000km", "closures_per_year")


class Numbers:
    """The numbers of some routes of a front.

    Parameters
    ----------
    front, routes
        Whose; positions.
    """

    def __init__(self, front: Front, routes: Sequence[int]) -> None:
        self.front = front
        steps = front.steps[front.steps["route"].isin(list(routes))]
        once = steps[~(steps["element"].astype(str) + steps["from"] + steps["kind"]).duplicated()]
        names = {n: None for c in RESTING for cell in once[f"{c}_number"] for n in split(cell)}
        rows = [dict(row) for row in number_rows(front.network, names).reset_index().to_dict("records")]
        for row in rows:
            row["range"] = _range(row["low"], row["high"])
        rows += self._on_top(once)
        rows += [
            {
                "number": f"hazards/{risk['name']}",
                "name": f"hazard: {risk['title']}",
                "value": risk["value"],
                "range": risk["range"],
                "unit": risk["unit"],
                "source": risk["sources"].replace(", ", ";"),
                "confidence": risk["confidence"],
            }
            for risk in risk_rows(front, routes)
        ]
        self.rows: list[dict[str, Any]] = sorted(rows, key=lambda row: str(row["number"]))
        self.confidence = Counter(row["confidence"] for row in self.rows)
        # steps cite sources of surcharges, risks and compliance too: all of them are listed
        cited = {s for row in self.rows for s in joined_sources([row["source"]])}
        for i in routes:
            cited |= set(front[i].explain().sources["id"])
        table = front.network["sources"]
        found = table[table["id"].isin(cited)]
        self.sources = [[str(cell) for cell in row] for row in found[["id", "title", "year"]].itertuples(index=False)]
        known = read_rows("schema", "vocabulary.csv")
        self.meanings = [(r["word"], r["description"]) for r in known if r["kind"] == "confidence"]

    def _on_top(self, once: Any) -> list[dict[str, Any]]:
        sums: dict[str, dict[str, float]] = {}
        for step in plain_and_on_top(SimpleNamespace(front=self.front, steps=once)):  # type: ignore[arg-type]
            for name, amounts in step["on_top"]:
                kept = sums.setdefault(name, {"cost": 0.0, "time": 0.0})
                for c, amount in amounts.items():
                    kept[c] += amount
        made = []
        for name, amounts in sums.items():
            said = described(self.front.network, name, amounts)
            made.append({"number": name, **said, "name": f"{said['kind']}: {said['name']}", "range": ""})
        return made


def risk_rows(front: Front, routes: Sequence[int]) -> list[dict[str, Any]]:
    """What may happen on some routes: a dict a cause, most probable first.

    Returns
    -------
    list of dict
        `name`, `title`, `probability` (the greatest on these routes), `routes` (positions), `by_route` (probability by
        position), `value`, `range`, `unit`, `rate` (all three in words), `events`, `sources`, `confidence`.
    """
    titles = dict(front.causes[["cause", "title"]].itertuples(index=False))
    hazards = hazard_set(front)
    by_cause: dict[str, dict[int, float]] = {}
    for i in routes:
        for part in front[i].risk_parts:
            by_cause.setdefault(part["name"], {})[i] = part["probability"]
    rows = []
    for cause, found in by_cause.items():
        said = _said(front, hazards, cause, titles.get(cause, ""))
        rate = number_words(said["value"], said["unit"]) or "unknown"
        said["rate"] = f"{rate} ({said['range']})" if said["range"] else rate
        rows.append(
            {"name": cause, "probability": max(found.values()), "routes": list(found), "by_route": found} | said
        )
    return sorted(rows, key=lambda row: (-row["probability"], row["name"]))


def _said(front: Front, hazards: Any, cause: str, title: str) -> dict[str, Any]:
    """What is known of a cause: a hazard, a group of hazards, or a background."""
    if cause.startswith(BACKGROUND):
        for quantity in RATES:
            row = front.network.numbers.get((cause, quantity))
            if row is not None:
                return {
                    "title": f"closures nobody lists, {cause.removeprefix(BACKGROUND)}",
                    "value": row["value"],
                    "range": _range(row["low"], row["high"]),
                    "unit": row["unit"],
                    "events": "",
                    "sources": ", ".join(joined_sources([row["source"]])),
                    "confidence": row["confidence"],
                }
    found: Any = None
    if hazards is not None:
        if cause in hazards:
            found = hazards[cause]
        else:
            found = next((group for group in hazards.groups if group.name == cause), None)
    none = {"value": float("nan"), "range": "", "unit": "", "events": ""}
    if found is None:
        return {"title": title or cause, "sources": "", "confidence": "unknown"} | none
    told = {"title": title or found.title or cause, "sources": ", ".join(found.sources), "confidence": found.confidence}
    if not isinstance(found, Hazard):
        return told | none | {"value": found.strength, "unit": "share of its least member, a shock that strikes all"}
    rate, unit = (found.per_year, "a year") if found.per_year is not None else (found.probability, "probability")
    since = f" since {found.since}" if found.since else ""
    return told | {
        "value": float("nan") if rate is None else rate,
        "range": _range(found.low, found.high),
        "unit": unit,
        "events": "not counted" if found.events is None else f"{found.events}{since}",
    }


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None or low != low or high != high:
        return ""
    return f"{low:,.6g} to {high:,.6g}"
