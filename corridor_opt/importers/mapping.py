"""A mapping: how columns of foreign tables become ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corridor_opt.model.schema import schema

ROLES = ("nodes", "links")
# What a table may bring beside the columns of its schema.
BESIDE = {
    "nodes": ("geometry",),
    "links": ("geometry", "from_lon", "from_lat", "to_lon", "to_lat"),
}
# How many of our units one of theirs is, by the unit of our column.
UNITS: dict[str, dict[str, float]] = {
    "km": {"km": 1, "m": 0.001, "mi": 1.609344, "miles": 1.609344, "nmi": 1.852, "ft": 0.0003048},
    "h": {"h": 1, "hours": 1, "min": 1 / 60, "minutes": 1 / 60, "s": 1 / 3600, "d": 24, "days": 24},
    "mm": {"mm": 1, "cm": 10, "m": 1000, "in": 25.4},
    "USD/TEU": {"USD/TEU": 1, "USD/FEU": 0.5},
}
LEFT_OUT = ("self-loops", "zero-length", "duplicates", "empty-geometry")


@dataclass(frozen=True)
class ColumnRule:
    """How one column of ours is filled.

    Parameters
    ----------
    column
        Their column; empty where a constant or the straight distance stands instead.
    value
        A constant for every row; None where there is none.
    factor
        What a number of theirs is multiplied by: units and `times` together.
    words
        Their words and ours.
    default
        What an empty cell means; empty: stays empty.
    straight
        Length as the great circle between the ends times this (an assumption); None where lengths are published.
    """

    column: str = ""
    value: str | None = None
    factor: float = 1.0
    words: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    straight: float | None = None


@dataclass(frozen=True)
class TableRules:
    """Where one table of theirs stands and how its columns become ours.

    Parameters
    ----------
    role
        `nodes` or `links`.
    file, sheet, layer
        Where it stands; empty: found by its name or by its geometry.
    header
        Line of a sheet or CSV file that holds the names of columns; the first that is not empty when 0.
    columns
        Rules by column of ours.
    ignore
        Columns of theirs that are left out on purpose, and so not told.
    """

    role: str
    file: str = ""
    sheet: str = ""
    layer: str = ""
    header: int = 0
    columns: Mapping[str, ColumnRule] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableMapping:
    """A whole mapping.

    Parameters
    ----------
    name, version
        What the network is called; empty: by the file.
    crs
        Coordinate system of coordinates whose file names none, such as `EPSG:28403`; empty: WGS 84.
    empty
        Words that stand for an empty cell.
    leave_out
        Kinds of rows left out and counted instead of refused: `self-loops`, `zero-length`, `duplicates`,
        `empty-geometry`.
    ends_within_km
        How near the end of a line must lie to a node, or to another end, to be that node, in km.
    connect_km
        How far a node may lie from a line to be joined to it by an access link where links name no nodes, in km.
    guess
        Whether columns that no rule names are matched by their names.
    source
        `id`, `title`, `year` and `confidence` of the source row of the tables.
    separator, encoding
        Of CSV files; empty: by the header, and UTF-8.
    decimal, thousands
        Marks inside numbers.
    nodes, links
        Rules of tables.
    """

    name: str = ""
    version: str = ""
    crs: str = ""
    empty: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    ends_within_km: float = 0.05
    connect_km: float = 5.0
    guess: bool = True
    source: Mapping[str, str] = field(default_factory=dict)
    separator: str = ""
    encoding: str = ""
    decimal: str = "."
    thousands: str = ""
    nodes: tuple[TableRules, ...] = ()
    links: tuple[TableRules, ...] = ()

    def rules(self, role: str) -> tuple[TableRules, ...]:
        """Give the rules of the tables of a role; one without columns where the mapping says nothing."""
        return (self.nodes if role == "nodes" else self.links) or (TableRules(role),)


def columns_of(role: str) -> tuple[str, ...]:
    """Names that a table of foreign nodes or links may fill."""
    return (*schema(role), *BESIDE[role])
