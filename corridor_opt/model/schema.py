"""The words and columns of our tables, read from `data/schema/*.csv`.

A schema is data: one CSV a table with `attribute, type, unit, default, description`. `model.casting` casts a frame of
texts to it.

A number's source stands in the same row: the column `<stem>_source`, where the stem is the number's name up
to its first underscore (`length_km` -> `length_source`, `dwell_hours_ab` -> `dwell_source`).
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

NUMBERS = {"positive", "nonnegative", "number", "longitude", "latitude", "year", "gauge"}
GAUGES = (1000, 1067, 1435, 1520, 1600, 1668, 1676)
# Factors that a planner writes into a table; the others are set by scenarios and seasons, which have their own sources.
OWN_FACTORS = ("closure_factor", "delay_factor")
# Argument of a type whose cells may be empty at sea; see `model.checks`.
ON_LAND = "on land"
# Columns that are no more, with what came instead: whoever still has one is told, not left with silence.
RETIRED = {
    "open_months": "it is no more: write the months when the row is shut to seasons.csv (change `closed`) "
    "and name that season in the column `seasons`"
}


@dataclass(frozen=True)
class Attribute:
    """One column of a table.

    Parameters
    ----------
    name
        Column name; its unit is in the name where it has one.
    type
        Kind of value, with an argument where it needs one: `id`, `text`, `texts`, `positive`, `nonnegative`,
        `number`, `longitude`, `latitude`, `year`, `gauge`, `months`, `country`, `countries`, `word KIND`,
        `ref TABLE`, `refs TABLE`. Countries `on land` may be empty at sea. A number may have a range, such as
        `number -3.5 to 3.5`.
    unit
        Unit of a number; empty where it has none.
    default
        Text that stands for an empty cell.
    description
        What it means.
    """

    name: str
    type: str
    unit: str
    default: str
    description: str

    @property
    def kind(self) -> str:
        """The type without its argument."""
        return self.type.partition(" ")[0]

    @property
    def argument(self) -> str:
        """The argument of the type: the vocabulary of a word, the table of a reference, the range of a number."""
        return self.type.partition(" ")[2]

    @property
    def is_number(self) -> bool:
        """Whether cells are numbers."""
        return self.kind in NUMBERS


def read_text(*parts: str) -> str:
    """Read a text file of the package's data folder."""
    return resources.files("corridor_opt").joinpath("data", *parts).read_text(encoding="utf-8")


def read_rows(*parts: str) -> list[dict[str, str]]:
    """Read a CSV file of the package's data folder as a list of rows."""
    import csv

    return list(csv.DictReader(read_text(*parts).splitlines()))


@functools.cache
def schema(table: str) -> dict[str, Attribute]:
    """Columns of a table, by name, in their order.

    Parameters
    ----------
    table
        `nodes`, `links`, `crossings`, `terminals`, `gauge_changes`, `parameters` and so on.
    """
    rows = read_rows("schema", f"{table}.csv")
    return {
        r["attribute"]: Attribute(r["attribute"], r["type"], r["unit"], r["default"], r["description"]) for r in rows
    }


@functools.cache
def vocabulary(kind: str) -> dict[str, str]:
    """Words of a kind (`mode`, `status`, `node-kind`, `confidence`, `direction`, `service`), with descriptions."""
    return {r["word"]: r["description"] for r in read_rows("schema", "vocabulary.csv") if r["kind"] == kind}


@functools.cache
def open_statuses() -> frozenset[str]:
    """Statuses in which a link or crossing may be used."""
    rows = read_rows("schema", "vocabulary.csv")
    return frozenset(r["word"] for r in rows if r["kind"] == "status" and r["open"] == "yes")


def split(cell: str) -> list[str]:
    """Words of a cell that holds several, separated by semicolons."""
    return [word.strip() for word in cell.split(";") if word.strip()]


def months(cell: str) -> frozenset[int]:
    """Months named by a cell such as `4-11` or `12-3`; all twelve for an empty one."""
    if not cell.strip():
        return frozenset(range(1, 13))
    first, last = (int(part) for part in cell.split("-"))
    if not (1 <= first <= 12 and 1 <= last <= 12):
        raise ValueError(cell)
    span = range(first, last + 1) if first <= last else [*range(first, 13), *range(1, last + 1)]
    return frozenset(span)


def source_column(attribute: str, columns: Collection[str]) -> str | None:
    """Name of the column that holds a number's source, or None where the schema has none."""
    name = attribute.partition("_")[0]
    if attribute.endswith("_factor") and attribute not in OWN_FACTORS:
        return None
    for stem in (name, "location") if name in ("lon", "lat") else (name,):
        if f"{stem}_source" in columns:
            return f"{stem}_source"
    return "source" if "source" in columns else None
