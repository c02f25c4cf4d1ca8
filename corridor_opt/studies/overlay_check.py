"""Does a network laid over another still give its answers? The same pairs, asked of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import CorridorError, DataError, NoRouteError, SearchLimitError
from corridor_opt.model.network import Network
from corridor_opt.results.overlay_check import NewRoute, OverlayCheck, PairCheck
from corridor_opt.studies.question import ask_with, fault_lines, uncallable, unknown_words
from corridor_opt.studies.routes import find_routes

if TYPE_CHECKING:
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route

LINES = ("links", "crossings")
ALIKE = 1e-6  # share by which values of one route may differ between runs
PAIRS = (
    ("Mumbai", "Moscow"),
    ("Bandar Abbas", "Poti"),
    ("Islamabad", "Istanbul"),
    ("Tashkent", "Bandar Abbas"),
    ("Tehran", "Tbilisi"),
    ("Urumqi", "Istanbul"),
    ("Vladivostok", "Moscow"),
    ("Xi'an", "Duisburg"),
    ("Yerevan", "Bandar Abbas"),
    ("Baku", "Nakhchivan"),
)


def check_overlay(
    merged: Network,
    curated: Network,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    criteria: Sequence[str] = ("cost", "time", "risk"),
    tolerance: float = 0.01,
    progress: Callable[[int, int, str], object] | None = None,
    **question: Any,
) -> OverlayCheck:
    """Ask two networks the same pairs.

    Parameters
    ----------
    merged, curated
        The network after the overlay, and the one that was laid over.
    pairs
        Origins and destinations; ten of the embedded network when None.
    criteria
        As in `find_routes`.
    tolerance
        Share within which values count as alike.
    progress
        Called before each pair with its number from 1, how many there are, and its name.
    **question
        Any other argument of `find_routes`.

    Raises
    ------
    DataError
        Every fault of all pairs at once, before any is searched; a pair without a route, or beyond a limit, is told in
        the result.
    """
    words = {name: word for name, word in question.items() if name != "scenario"}
    faults = [*unknown_words("check_overlay", words, slack=True), *uncallable(progress=progress)]
    if isinstance(tolerance, bool) or not isinstance(tolerance, (int, float)) or not 0 <= tolerance < 1:
        faults.append(f"tolerance: {tolerance!r} is no share from 0 to 1")
    for network in (merged, curated):
        if not isinstance(network, Network):
            raise DataError(f"two networks are needed first (load_network()), not {type(network).__name__}")
    asked = list(PAIRS if pairs is None else pairs)
    words |= {"scenarios": [question.get("scenario", "baseline")], "criteria": criteria}
    for pair in asked:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
            faults.append(f"{str(pair)[:60]!r} is no (origin, destination)")
            continue
        for network in (curated, merged):
            try:
                ask_with((), network, *pair, **words)
            except CorridorError as error:
                faults += [f"{pair[0]} - {pair[1]}: {line}" for line in fault_lines(error)]
    if faults:
        raise DataError("the check cannot be made", list(dict.fromkeys(faults)))
    own = {row for table in LINES for row in curated[table]["id"]}
    km = {row: far for table in LINES for row, far in merged[table][["id", "length_km"]].itertuples(index=False)}
    checks = []
    for number, (origin, destination) in enumerate(asked, 1):
        if progress is not None:
            progress(number, len(asked), f"{origin} - {destination}")
        reasons: dict[str, str] = {}
        fronts: dict[str, Front | None] = {"curated": None, "merged": None}
        for which, network in (("curated", curated), ("merged", merged)):
            try:
                fronts[which] = find_routes(network, origin, destination, criteria=criteria, **question)
            except (NoRouteError, SearchLimitError) as error:
                reasons[which] = str(error)
        before, after = _values(fronts["curated"], criteria), _values(fronts["merged"], criteria)
        new = []
        for i in np.flatnonzero(~_among(after, before, ALIKE)):
            route = fronts["merged"][int(i)]  # type: ignore[index]
            new.append(_new(route, after[i], before, tuple(criteria), tolerance, own, km))
        kept = _among(before, after, ALIKE)
        same, lost = int(kept.sum()), int((~kept).sum())
        checks.append(PairCheck(origin, destination, same, lost, tuple(new), reasons))
    return OverlayCheck(merged.name, curated.name, tuple(criteria), float(tolerance), tuple(checks))


def _values(front: Front | None, criteria: Sequence[str]) -> np.ndarray:
    """Values of a front, a row a route."""
    return np.empty((0, len(criteria))) if front is None else front.values[list(criteria)].to_numpy(float)


def _among(rows: np.ndarray, others: np.ndarray, share: float) -> np.ndarray:
    """Tell which rows stand among others."""
    return np.array([bool(np.isclose(others, row, rtol=share, atol=1e-9).all(axis=1).any()) for row in rows], bool)


def _new(
    route: Route,
    row: np.ndarray,
    before: np.ndarray,
    criteria: tuple[str, ...],
    tolerance: float,
    own: set[str],
    km: dict[str, float],
) -> NewRoute:
    """Tell what a route gains against the curated one that comes nearest to it, and over which imported links."""
    gains: dict[str, float] = {}
    if len(before):
        worse = before / np.where(row > 0, row, 1.0) - np.where(row > 0, 1.0, 0.0)  # share by which a curated one is
        near = worse[np.argmin(np.maximum(worse, 0).max(axis=1))]
        near_row = before[np.argmin(np.maximum(worse, 0).max(axis=1))]
        gains = {c: float(1 - row[j] / near_row[j]) if near_row[j] else 0.0 for j, c in enumerate(criteria)}
        is_better = bool((near > tolerance).any())
    else:
        is_better = True
    imported = {link: float(km[link]) for leg in route.legs for link in leg.links if link not in own and link in km}
    values = dict(zip(criteria, map(float, row), strict=True))
    return NewRoute(values, gains, is_better, imported)
