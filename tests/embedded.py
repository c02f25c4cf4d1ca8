"""The embedded network as plain rows: what the tests of the data share."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import corridor_opt as co
from corridor_opt.model import geography

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "corridor_opt" / "data"
VANTAGES = ("2022", "2026")
LAND = ("rail", "road")


@functools.cache
def network(as_of: str = "2026") -> co.Network:
    """Load once."""
    return co.load_network(as_of=as_of)


def records(table: str, as_of: str = "2026") -> list[dict[str, Any]]:
    """Rows of a table."""
    return network(as_of)[table].to_dict("records")


def ends(row: dict[str, Any]) -> tuple[str, str]:
    """Nodes that a link or crossing joins."""
    return (row["from"], row["to"]) if "from" in row else (row["post_a"], row["post_b"])


def ways(as_of: str = "2026", *, opened: bool = False) -> list[dict[str, Any]]:
    """Links and crossings, all or the open ones."""
    rows = records("links", as_of) + records("crossings", as_of)
    return [row for row in rows if row["is_open"] or not opened]


def point(node: str) -> tuple[float, float]:
    """Longitude and latitude of a node."""
    row = network().node(node)
    return row["lon"], row["lat"]


def great_circle(row: dict[str, Any]) -> float:
    """Great circle between the ends of a link or crossing, km."""
    a, b = ends(row)
    return geography.great_circle_km(*point(a), *point(b))
