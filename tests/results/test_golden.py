"""Which way freight goes on known corridors, without numbers, as short text.

A change of data that changes a way has to be looked at: run with UPDATE_GOLDEN=1, read the difference, keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from studies.checks import find

import corridor_opt as co

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"
BEST = {"cost": "cheapest", "time": "fastest", "risk": "safest"}
PAIRS = [
    ("Mumbai", "Moscow"),
    ("Mumbai", "St Petersburg"),
    ("Baku", "Nakhchivan"),
    ("Yerevan", "Bandar Abbas"),
    ("Bandar Abbas", "Poti"),
    ("Urumqi", "Istanbul"),
    ("Islamabad", "Istanbul"),
    ("Altynkol", "Constanta"),
    ("Xi'an", "Duisburg"),
    ("Tashkent", "Bandar Abbas"),
    ("Tehran", "Tbilisi"),
    ("Vladivostok", "Moscow"),
]


def told(front: co.Front) -> str:
    """The best way by each criterion; where values tie, the others decide."""
    lines = [f"{front.head['origin']['name']} to {front.head['destination']['name']}"]
    for criterion, word in BEST.items():
        others = [c for c in BEST if c != criterion]
        route = front[int(front.values.sort_values([criterion, *others], kind="stable").index[0])]
        lines += [
            f"{word}: {', '.join(route.corridors) or 'no corridor'}",
            f"  modes {'-'.join(route.modes)}",
            f"  borders {' '.join(route.borders) or 'none'}",
        ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("origin", "destination"), PAIRS)
def test_known_ways(network, origin, destination):
    answer = told(find(network, origin, destination, criteria=tuple(BEST)))
    name = f"{origin}-{destination}".lower().replace(" ", "-").replace("'", "")
    path = GOLDEN / f"{name}.txt"
    if UPDATE:
        path.write_text(answer, encoding="utf-8")
    assert answer == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    assert len(list(GOLDEN.glob("*.txt"))) == len(PAIRS)
