"""How answers changed when one network was laid over another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN = 4  # imported links of a route that are named in text


@dataclass(frozen=True)
class NewRoute:
    """A route that only the merged network has.

    Parameters
    ----------
    values
        By criterion: USD, h, km, probability, kg CO2e.
    gains
        By criterion: by which share of the nearest curated route it is better; negative where worse. Empty where the
        curated network has no route.
    is_better
        Whether no curated route comes within the tolerance of it in every criterion.
    imported
        Links and crossings it uses that the curated network has not, with their km.
    """

    values: Mapping[str, float]
    gains: Mapping[str, float]
    is_better: bool
    imported: Mapping[str, float] = field(repr=False)


@dataclass(frozen=True)
class PairCheck:
    """One pair, asked of both networks.

    Parameters
    ----------
    origin, destination
        As asked.
    same, lost
        Numbers of curated routes that the merged network has too, and of those it has not.
    new
        Routes that only the merged network has.
    reasons
        Why a network gave no answer, by `curated` and `merged`; empty where both did.
    """

    origin: str
    destination: str
    same: int = 0
    lost: int = 0
    new: tuple[NewRoute, ...] = field(default=(), repr=False)
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def better(self) -> tuple[NewRoute, ...]:
        """New routes that are truly better than any curated one in some criterion."""
        return tuple(route for route in self.new if route.is_better)


@dataclass(frozen=True)
class OverlayCheck:
    """Answers of a merged and of a curated network, pair by pair.

    Parameters
    ----------
    merged, curated
        Names of the networks.
    criteria
        What was searched.
    tolerance
        Share within which values count as alike.
    pairs
        In the order asked.
    """

    merged: str
    curated: str
    criteria: tuple[str, ...]
    tolerance: float
    pairs: tuple[PairCheck, ...]

    @property
    def is_unchanged(self) -> bool:
        """Whether no route is lost, unless to a truly better one, and every pair is answered as before."""
        return all((not pair.lost or pair.better) and "merged" not in pair.reasons for pair in self.pairs)

    def __str__(self) -> str:
        """Several lines a person can read."""
        lines = [f"{self.merged} against {self.curated}, {', '.join(self.criteria)}, alike within {self.tolerance:.1%}"]
        for pair in self.pairs:
            better = len(pair.better)
            told = (
                f"{pair.same} same, {pair.lost} lost, {better} truly better, {len(pair.new) - better} near-duplicates"
            )
            lines.append(f"{pair.origin} - {pair.destination}: {told}")
            lines += [f"  no answer of {which}: {reason}" for which, reason in pair.reasons.items()]
            for route in pair.better[:SHOWN]:
                gains = ", ".join(f"{name} {gain:+.1%}" for name, gain in route.gains.items()) or "there was no route"
                longest = sorted(route.imported, key=lambda link: -route.imported[link])[:SHOWN]
                used = ", ".join(f"{link} {route.imported[link]:,.0f} km" for link in longest)
                more = f" and {len(route.imported) - SHOWN} more" if len(route.imported) > SHOWN else ""
                lines.append(f"  gains {gains}; over {used or 'curated links alone'}{more}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Give it as it goes into JSON."""
        return asdict(self)

    def to_json(self) -> str:
        """Give it as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)
