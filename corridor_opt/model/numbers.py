"""The single numbers that a network rests on: what they are called, who says them, how sure they are.

A number has a name: `links/BND-SRJ-rail/length_km` is a cell of a table, `rail-iran/km_per_day.ordinary` a row of
`parameters`. Elements, and so the steps of a route, carry the names of the numbers that each criterion rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.cited import ROW, alike
from corridor_opt.model.elements import elements
from corridor_opt.model.hazard_files import hazards_for
from corridor_opt.model.network import USED, Network
from corridor_opt.model.schema import read_rows, schema, split, vocabulary
from corridor_opt.model.shipment import Shipment

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# Sources that nobody looked up: general knowledge, assumption.
UNSEEN = frozenset({"K", "A"})
# Kinds of numbers by the beginning or the unit in their names; the first that fits.
KINDS = {
    "lengths": ("length_km", "circuity"),
    "speeds": ("km_per_day",),
    "running times": ("transit_hours",),
    "sailing intervals": ("headway_hours",),
    "dwell hours": ("dwell_", "change_hours"),
    "emissions": ("co2e", "wh_per_", "tare_", "electric_share", "efficiency", "loss_share"),
    "freight rates": ("usd_per_teu_km", "usd_per_truck_km", "freight_"),
    "handling and fees": ("handling_", "fee_"),
}
FURTHER = ("closure rates", "coordinates")
COLUMNS = ("kind", "name", "value", "low", "high", "unit", "source", "confidence", "checked")


def kind_of(quantity: str) -> str:
    """Kind of a number by the name of its column or quantity; empty where it is of none."""
    return next((kind for kind, parts in KINDS.items() if any(part in quantity for part in parts)), "")


def number_rows(network: Network, names: Iterable[str]) -> pd.DataFrame:
    """Look numbers up by their names.

    Parameters
    ----------
    network
        Holds them.
    names
        Such as `links/BND-SRJ-rail/length_km` or `rail-iran/km_per_day.ordinary`, each once.

    Returns
    -------
    pandas.DataFrame
        One row a number, indexed by `number`: `kind`, `name` (for a reader), `value`, `low`, `high` (NaN where there is
        no range), `unit`, `source`, `confidence`, `checked` (whether an independent measurement confirms it).

    Raises
    ------
    KeyError
        There is no such number.
    """
    import pandas as pd

    at: dict[str, dict[str, int]] = {}
    rows = {}
    for number in names:
        table, _, rest = number.partition("/")
        if table in USED:
            row, _, column = rest.rpartition("/")
            if table not in at:
                at[table] = {name: i for i, name in enumerate(network[table]["id"])}
            rows[number] = _cell(network, table, at[table][row], column)
        else:
            said = network.numbers[table, rest]
            name = f"{table} {rest.replace('.', ', ').replace('_', ' ')}"
            rows[number] = {"kind": kind_of(rest), "name": name, "checked": False} | {
                column: said[column] for column in ("value", "low", "high", "unit", "source", "confidence")
            }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis("number")


def _cell(network: Network, table: str, i: int, column: str) -> dict[str, Any]:
    """Describe one cell of a table."""
    frame, stem = network[table], column.partition("_")[0]
    check = f"{stem}_check"
    return {
        "kind": kind_of(column),
        "name": f"{frame['id'].iat[i]} {column.replace('_', ' ')}",
        "value": frame[column].iat[i],
        "low": float("nan"),
        "high": float("nan"),
        "unit": schema(table)[column].unit,
        "source": frame[f"{stem}_source"].iat[i],
        "confidence": frame[f"{stem}_confidence"].iat[i],
        "checked": check in frame.columns and bool(frame[check].iat[i]),
    }


def is_unseen(source: str) -> bool:
    """Whether a source cell names nothing but general knowledge and assumption."""
    return set(split(source)) <= UNSEEN


def confidence_counts(network: Network) -> pd.DataFrame:
    """Count the numbers a network really uses, by kind and confidence.

    Each link, crossing, terminal and gauge change counts with the number that an ordinary shipment meets there: its
    own, or the shared default with the default's source and confidence. Closure rates are counted by hazards, by the
    causes that links and crossings name and by the backgrounds of the modes there are, coordinates by nodes.

    Parameters
    ----------
    network
        At any vantage point; what is closed counts too.

    Returns
    -------
    pandas.DataFrame
        One row a kind: `kind`, `uses` (cells that need one), `numbers` (different numbers that serve them), uses by
        confidence (`high`, `medium`, `low`, `assumption`), `checked` (uses whose number an independent measurement
        confirms), `assumed` (uses whose number is general knowledge or an assumption and was not checked) and
        `assumed_share`.
    """
    import pandas as pd

    kinds = {kind: _Count() for kind in (*KINDS, *FURTHER)}
    own: dict[tuple[str, str, str], NDArray[np.bool_]] = {}  # rows whose cell serves: it counts once as a number
    shared: dict[str, set[str]] = {}
    for (table, _, base), uses in _uses(network).items():
        last = np.full(len(network[table]), -1)
        for k, (_, rows) in enumerate(uses):
            last[rows] = k
        for k, number in enumerate(number for number, _ in uses):
            at = np.flatnonzero(last == k)
            if not len(at):
                continue
            if ROW in number:
                of, _, rest = number.partition(f"/{ROW}/")
                kind = kind_of(rest) or "other"
                kinds.setdefault(kind, _Count()).add(*_said(network[of].iloc[at], rest))
                own.setdefault((kind, of, base), np.zeros(len(network[of]), bool))[at] = True
            else:
                said = number_rows(network, [number]).iloc[0]
                kind = said["kind"] or "other"
                source, confidence, checked = (np.repeat(said[c], len(at)) for c in ("source", "confidence", "checked"))
                kinds.setdefault(kind, _Count()).add(source, confidence, checked)
                shared.setdefault(kind, set()).add(base)
    for (kind, *_), served in own.items():
        kinds[kind].numbers += int(served.sum())
    for kind, names in shared.items():
        kinds[kind].numbers += len(names)
    rates = pd.DataFrame(_closure_rates(network), columns=["number", "source", "confidence", "checked"])
    source, confidence, checked = (rates[column].to_numpy() for column in ("source", "confidence", "checked"))
    kinds["closure rates"].add(source, confidence, checked)
    kinds["closure rates"].numbers = rates["number"].nunique()
    nodes = network["nodes"][network["nodes"]["location_source"] != ""]
    source, confidence = (nodes[f"location_{what}"].to_numpy() for what in ("source", "confidence"))
    kinds["coordinates"].add(source, confidence, np.zeros(len(nodes), bool))
    kinds["coordinates"].numbers = nodes["id"].nunique()
    return pd.DataFrame([{"kind": kind, **count.row()} for kind, count in kinds.items() if count.uses])


@dataclass
class _Count:
    """Uses of numbers of one kind: all, different numbers, by confidence, checked, assumed."""

    uses: int = 0
    numbers: int = 0
    words: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    assumed: int = 0

    def add(self, source: NDArray[Any], confidence: NDArray[Any], checked: NDArray[Any]) -> None:
        """Count uses, by the cells that each rests on."""
        import pandas as pd

        self.uses += len(source)
        self.words.update(pd.Series(confidence, dtype=object).value_counts().to_dict())
        seen = np.asarray(checked).astype(bool)
        self.checked += int(seen.sum())
        codes, cells = pd.factorize(pd.Series(source, dtype=object))
        unseen = np.array([is_unseen(cell) for cell in cells], bool)[codes]
        self.assumed += int((unseen & ~seen).sum())

    def row(self) -> dict[str, Any]:
        """Give the counts as cells of `confidence_counts`."""
        words = {word: self.words[word] for word in vocabulary("confidence")}
        counts = {"uses": self.uses, "numbers": self.numbers, **words, "checked": self.checked, "assumed": self.assumed}
        return {**counts, "assumed_share": self.assumed / self.uses}


def _uses(network: Network) -> dict[tuple[str, str, str], list[tuple[str, NDArray[np.int64]]]]:
    """Rows that numbers serve, by table, kind of element and number, in the order of criteria and elements.

    A number that serves several criteria of an element, or both ways over a border, is one use. The number of a cell
    of the row itself has `ROW` in the place of the row's id.
    """
    frame = elements(network, Shipment().load(network)).frame
    uses: dict[tuple[str, str, str], list[tuple[str, NDArray[np.int64]]]] = {}
    row = frame["row"].to_numpy(int)
    for criterion in ("cost", "time", "distance", "emissions"):
        codes, first = alike(frame["table"], frame["kind"], frame[f"{criterion}_number"])
        order = np.argsort(codes, kind="stable")
        begin = np.searchsorted(codes[order], np.arange(len(first) + 1))
        for i, at in enumerate(first.tolist()):
            table, kind, cell = (frame[c].iat[at] for c in ("table", "kind", f"{criterion}_number"))
            rows = row[order[begin[i] : begin[i + 1]]]
            for number in split(cell):
                base = number.removesuffix("_ab").removesuffix("_ba")
                uses.setdefault((table, kind, base), []).append((number, rows))
    return uses


def _said(rows: pd.DataFrame, column: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Sources and confidences of the cells of a column, and whether they were checked."""
    stem = column.partition("_")[0]
    check = f"{stem}_check"
    seen = rows[check].to_numpy().astype(bool) if check in rows.columns else np.zeros(len(rows), bool)
    return rows[f"{stem}_source"].to_numpy(), rows[f"{stem}_confidence"].to_numpy(), seen


def _closure_rates(network: Network) -> list[dict[str, Any]]:
    """Closure rates in use: own hazards, the causes that links and crossings name, the backgrounds of their modes."""
    backgrounds = {f"background-{mode}" for mode in network["links"]["mode"].unique()}
    backgrounds |= {"background-border"} if len(network["crossings"]) else set()
    found = [
        {"number": one.name, "source": ";".join(one.sources), "confidence": one.confidence, "checked": False}
        for one in hazards_for(network, None)
    ]
    for (subject, quantity), row in network.numbers.items():
        if subject in backgrounds and quantity.startswith("closures_per_year"):
            said = {"source": row["source"], "confidence": row["confidence"], "checked": False}
            found.append({"number": f"{subject}/{quantity}"} | said)
    return found


def usual_error(kind: str, confidence: str) -> float:
    """How far a number without a range may be off, by our convention.

    Parameters
    ----------
    kind
        As `kind_of` gives it.
    confidence
        high, medium, low or assumption; a number that says none is an assumption.

    Returns
    -------
    float
        Share of what rests on it, up and down; `data/schema/uncertainty.csv` holds the convention.
    """
    kind = "length" if kind == "lengths" else "other"
    shares = {(row["kind"], row["confidence"]): float(row["share"]) for row in read_rows("schema", "uncertainty.csv")}
    return shares[kind, confidence or "assumption"]


def swing(said: dict[str, Any]) -> tuple[float, float]:
    """How much what rests on a number may shrink and grow, as factors: from its range, or else from its confidence.

    Parameters
    ----------
    said
        A row of `number_rows`.

    Returns
    -------
    tuple of float
        Lower and upper factor, such as (0.75, 1.5); hours fall as a speed rises.
    """
    value, low, high = said["value"], said["low"], said["high"]
    if low == low and high == high and value > 0:
        if said["kind"] == "speeds":
            return (value / high, value / low if low > 0 else 2.0)
        return (low / value, high / value)
    share = usual_error(said["kind"], said["confidence"])
    return (1 - share, 1 + share)
