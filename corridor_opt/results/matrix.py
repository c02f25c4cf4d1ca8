"""Answers for many pairs: a cost matrix, and a matrix of fronts."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.criteria import CRITERIA

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.results.front import Front

MOST_ROWS, MOST_COLUMNS = 20, 8  # of a table that is printed
ENDS = ("origin", "destination", "origin_id", "destination_id")


@dataclass(frozen=True, eq=False)
class _Matrix:
    """What both kinds share.

    Parameters
    ----------
    head
        What was asked, in the words of the JSON contract, the ends aside.
    criteria
        Searched criteria.
    origins, destinations
        Labels, in the order asked, with the ids of their nodes.
    rows
        All rows; None where they are in `path`.
    path
        Folder of the parts; None where the rows are here.
    ask
        Answers one pair with `find_routes`.
    """

    head: Mapping[str, Any]
    criteria: tuple[str, ...]
    origins: Mapping[str, str]
    destinations: Mapping[str, str]
    rows: pd.DataFrame | None = field(repr=False)
    path: Path | None = None
    ask: Any = field(repr=False, default=None)

    @functools.cached_property
    def _rows(self) -> pd.DataFrame:
        if self.rows is not None:
            return self.rows
        from corridor_opt.results.matrix_parts import read_parts

        assert self.path is not None
        return read_parts(self.path)

    def to_frame(self) -> pd.DataFrame:
        """Give all rows: ends, values, `status` (`complete`, `limit` or `no route`) and `reason`.

        Values are USD, h, km, probability and kg CO2e; missing where there is no route.
        """
        return self._rows.copy()

    def to_csv(self) -> str:
        """Give all rows as CSV, with the unit in the name of each value: `cost_usd`, `time_h`, ..., `risk`."""
        from corridor_opt.results.tables import COLUMNS

        return str(self._rows.rename(columns=COLUMNS).to_csv(index=False, lineterminator="\n"))

    def front(self, origin: str, destination: str) -> Front:
        """Ask for one pair by itself: its routes with legs, or the error that says why there is none.

        Parameters
        ----------
        origin, destination
            Labels of this matrix.

        Raises
        ------
        DataError
            There is no such label.
        NoRouteError, SearchLimitError
            As `corridor_opt.find_routes`.
        """
        faults = [
            f"no {what} '{label}'{did_you_mean(str(label), known)}"
            for what, label, known in (
                ("origin", origin, self.origins),
                ("destination", destination, self.destinations),
            )
            if label not in known
        ]
        if faults:
            raise DataError("no such pair in this matrix", faults)
        front: Front = self.ask(origin=origin, destination=destination, criteria=self.criteria)
        return front

    @property
    def counts(self) -> dict[str, int]:
        """Pairs by status, those there are."""
        pairs = self._rows.drop_duplicates(["origin", "destination"])["status"]
        counts = {name: int((pairs == name).sum()) for name in ("complete", "limit", "no route")}
        return {name: count for name, count in counts.items() if count}

    def _best(self, value: str) -> pd.DataFrame:
        """Least value of each pair: a row an origin, a column a destination, in the order asked."""
        known = [name for name in self._rows.columns if name in (*CRITERIA, "status", "reason")]
        if value not in known:
            raise DataError(f"no value '{value}' in this matrix{did_you_mean(str(value), known)}")
        first = self._rows
        if value in CRITERIA:
            first = first.sort_values(value, kind="stable", na_position="last")
        pairs = first.drop_duplicates(["origin", "destination"])
        table = pairs.pivot(index="origin", columns="destination", values=value)
        return table.reindex(index=list(self.origins), columns=list(self.destinations))

    def _told(self, shown: Mapping[str, int]) -> list[str]:
        """Lines below a table."""
        pairs = len(self.origins) * len(self.destinations)
        counts = self.counts
        said = [
            f"{pairs:,} pair{'s' if pairs > 1 else ''}: "
            + ", ".join(f"{count:,} {name}" for name, count in counts.items())
            + "."
        ]
        if counts.get("no route"):
            why = self._rows.loc[self._rows["status"] == "no route", "reason"].value_counts()
            said += [f"no route for {count:,} of them: {text}" for text, count in list(why.items())[:3]]
        for what, number in shown.items():
            if len(getattr(self, what)) > number:
                said.append(f"The first {number} of {len(getattr(self, what)):,} {what} are shown.")
        if self.path is not None:
            said.append(f"All rows are in {self.path}.")
        return said

    def _head(self) -> str:
        ship, head, by = self.head["shipment"], self.head, ", ".join(self.criteria)
        return (
            f"{'+'.join(head['scenario'])}, as of {head['network']['as_of']}; {ship['teu']:g} TEU, "
            f"{ship['tonnes']:g} t, {ship['service']} service; prices of {head['prices']}; searched by {by}"
        )

    def _cells(self, value: str) -> tuple[list[str], list[list[str]]]:
        """Head and rows of a table of one value, cut to what a page holds."""
        table = self._best(value).iloc[:MOST_ROWS, :MOST_COLUMNS]
        rows = [[str(name), *(_said(value, cell) for cell in row)] for name, *row in table.itertuples()]
        return ["from \\ to", *map(str, table.columns)], rows

    def _text(self, title: str, values: tuple[str, ...]) -> str:
        from corridor_opt.results.lines import text_table, wrapped

        parts = [title, self._head()]
        for value in values:
            head, rows = self._cells(value)
            table = text_table(head, rows, range(1, len(head)))
            parts += ["", f"{value}, {_unit(value)}", table]
        parts += ["", *self._told({"origins": MOST_ROWS, "destinations": MOST_COLUMNS})]
        return "\n".join(part if "\n" in part else wrapped(part) for part in parts)

    def _html(self, title: str, values: tuple[str, ...]) -> str:
        from corridor_opt.model.html_table import html_lines, html_table

        parts = []
        for value in values:
            head, rows = self._cells(value)
            caption = [f"{title}: {value}, {_unit(value)}", self._head()]
            parts.append(html_table(head, rows, right=range(1, len(head)), caption=caption))
        told = html_lines(self._told({"origins": MOST_ROWS, "destinations": MOST_COLUMNS}))
        return "".join(parts) + told

    def _json(self, kind: str) -> str:
        """Write JSON: what was asked, then a line a row."""
        import json

        head = {
            "schema": kind,
            **self.head,
            "criteria": [{"name": name, "unit": CRITERIA[name].unit} for name in self.criteria],
            "origins": [{"label": label, "id": node} for label, node in self.origins.items()],
            "destinations": [{"label": label, "id": node} for label, node in self.destinations.items()],
        }
        names = [name for name in self._rows.columns if name not in ENDS[2:]]
        lines = []
        for row in self._rows[names].itertuples(index=False):
            cells = {name: cell for name, cell in zip(names, row, strict=True) if cell == cell}  # NaN is not
            cells["values"] = {name: cells.pop(name) for name in CRITERIA if name in cells}
            lines.append(json.dumps(cells, ensure_ascii=False, allow_nan=False, default=int))
        body = ",\n  ".join(lines)
        top = json.dumps(head, ensure_ascii=False, allow_nan=False, default=str)
        return f'{top[:-1]},\n "rows": [\n  {body}\n ]}}'


class CostMatrix(_Matrix):
    """The best route of each pair by one criterion; made by `corridor_opt.cost_matrix`."""

    @property
    def criterion(self) -> str:
        """What was minimised."""
        return self.criteria[0]

    def pivot(self, value: str | None = None) -> pd.DataFrame:
        """Give a table: a row an origin, a column a destination.

        Parameters
        ----------
        value
            A criterion, `status` or `reason`; the criterion that was minimised when None. Other criteria are those of
            the best route by that one.

        Raises
        ------
        DataError
            There is no such value.
        """
        return self._best(value or self.criterion)

    def to_json(self) -> str:
        """Give the matrix in the schema `corridor-opt/matrix/1`."""
        return self._json("corridor-opt/matrix/1")

    def __str__(self) -> str:
        """Give a table that a person can read in 100 columns."""
        return self._text(f"{len(self.origins):,} x {len(self.destinations):,} pairs", (self.criterion,))

    def _repr_html_(self) -> str:
        """Give a table for a notebook."""
        return self._html(f"{len(self.origins):,} x {len(self.destinations):,} pairs", (self.criterion,))


class FrontMatrix(_Matrix):
    """The front of each pair; made by `corridor_opt.front_matrix`.

    Each row is a route: `route` counts from 1 in each pair, sorted by the first criterion; a pair without a route has
    one row, number 0.
    """

    def pivot(self, value: str | None = None) -> pd.DataFrame:
        """Give a table of the least value on each front: a row an origin, a column a destination.

        Parameters
        ----------
        value
            A criterion, `status` or `reason`, or `routes`, how many there are; the first criterion searched when None.

        Raises
        ------
        DataError
            There is no such value.
        """
        if value == "routes":
            counts = self._rows.groupby(["origin", "destination"])["route"].max().unstack()
            return counts.reindex(index=list(self.origins), columns=list(self.destinations))
        return self._best(value or self.criteria[0])

    def to_json(self) -> str:
        """Give all fronts in the schema `corridor-opt/front-matrix/1`."""
        return self._json("corridor-opt/front-matrix/1")

    def __str__(self) -> str:
        """Give tables that a person can read in 100 columns: the least of each criterion searched."""
        size = f"{len(self.origins):,} x {len(self.destinations):,}"
        return self._text(f"fronts of {size} pairs, the least of each criterion", self.criteria)

    def _repr_html_(self) -> str:
        """Give tables for a notebook."""
        return self._html(f"fronts of {len(self.origins):,} x {len(self.destinations):,} pairs", self.criteria)


def _unit(value: str) -> str:
    return "days" if value in ("time", "delay") else CRITERIA[value].unit


def _said(value: str, cell: Any) -> str:
    """Write a cell."""
    if cell != cell or cell is None:
        return "-"
    if value == "risk":
        return f"{cell:.1%}"
    return f"{cell / 24:,.1f}" if value in ("time", "delay") else f"{cell:,.0f}"
