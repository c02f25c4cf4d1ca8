"""No way over lines of the base is shorter, faster or cheaper than over the winner's links, unless it is truly so."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corridor_opt.model.joining.draft import scipy_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor_opt.model.joining.attach import Stop

TRULY = 0.85  # a way so much shorter than the winner's links is another one, and stays; an assumption
BEHIND = 1.001  # others are made so much longer than the winner's links
ROUNDS = 8
FAR_KM = 6000.0  # places farther apart are held by those between them
FAR_ABROAD_KM = 800.0  # the same for places in several countries


class Wanted(NamedTuple):
    """A link of the winner that lines may run along."""

    link: str
    ends: tuple[str, str]
    mode: str
    gauge: float
    land: str
    km: float


class Ground:
    """Lines of one mode, gauge and country, as a matrix; of parallel lines the shortest."""

    def __init__(self, rows: np.ndarray, start: np.ndarray, end: np.ndarray) -> None:
        self.rows = rows
        nodes, both = np.unique(np.r_[start[rows], end[rows]], return_inverse=True)
        self.number = dict(zip(nodes.tolist(), range(len(nodes)), strict=True))
        self.low, self.high = np.sort(both.reshape(2, -1), axis=0)

    def lines(self, km: np.ndarray) -> Lines:
        """Give the lines as they are now, from their lengths."""
        length = km[self.rows]
        order = np.lexsort((length, self.high, self.low))
        fresh = np.ones(len(order), bool)
        fresh[1:] = (np.diff(self.low[order]) != 0) | (np.diff(self.high[order]) != 0)
        keep, size = order[fresh], len(self.number)
        low, high = self.low[keep].astype(np.int64), self.high[keep].astype(np.int64)
        matrix = scipy_part("sparse").coo_matrix((length[keep], (low, high)), shape=(size, size)).tocsr()
        return Lines(matrix, low * size + high, self.rows[keep])


class Lines(NamedTuple):
    """Lines of a ground at one time: of parallel ones the shortest."""

    matrix: Any
    keys: np.ndarray
    rows: np.ndarray

    def along(self, steps: Sequence[int]) -> np.ndarray:
        """Give the rows of the lines between numbers that follow one another."""
        ends = np.sort(np.array([steps[:-1], steps[1:]], np.int64), axis=0)
        rows: np.ndarray = self.rows[np.searchsorted(self.keys, ends[0] * self.matrix.shape[0] + ends[1])]
        return rows


def hold(
    ground: Ground,
    km: np.ndarray,
    links: Sequence[Wanted],
    joints: Mapping[Stop, int],
    part_of: np.ndarray | None,
    lines: int,
    access: Mapping[Stop, float],
    far_km: float = FAR_KM,
) -> dict[str, float]:
    """Make lines longer until no way between two places of the winner is shorter than its links, but for true ones.

    Parameters
    ----------
    ground
        Lines of one mode and gauge, and of one country or all.
    km
        Lengths of all lines, and of crossings behind them; those of lines are made longer in place.
    links
        The winner's links, and crossings, of that mode, gauge and country or all.
    joints
        Where its places stand on the lines.
    part_of
        Link that each line runs along; lines of a way that was made longer are given one in place, but not with None.
    lines
        How many of `km` are lines; the others are never made longer.
    access
        Km from places to where they stand on the lines; none where not named.
    far_km
        Places farther apart are held by those between them.

    Returns
    -------
    dict
        Km that ways truly save, by places and lengths.
    """
    csgraph = scipy_part("sparse.csgraph")
    places = sorted({end for one in links for end in one.ends})
    at = {place: ground.number.get(joints.get((place, links[0].mode, links[0].gauge), -1), -1) for place in places}
    reach = np.array([access.get((place, links[0].mode, links[0].gauge), 0.0) for place in places])
    index = {place: i for i, place in enumerate(places)}
    ours = np.full((len(places),) * 2, np.inf)
    between: dict[tuple[int, int], Wanted] = {}
    for one in sorted(links, key=lambda row: -row.km):
        i, j = sorted(index[end] for end in one.ends)
        if i != j:
            ours[i, j], between[i, j] = one.km, one
    aims, before = csgraph.dijkstra(np.where(np.isfinite(ours), ours, 0), directed=False, return_predecessors=True)
    stands = [i for i, place in enumerate(places) if at[place] >= 0]
    numbers = np.array([at[places[i]] for i in stands], int)
    better: dict[tuple[int, int], tuple[str, float]] = {}
    doubtful = list(range(len(stands)))
    for _ in range(ROUNDS):
        found = ground.lines(km)
        grow: dict[int, float] = {}
        again = []
        for here in doubtful:
            i = stands[here]
            aim = aims[i, stands]
            asked = np.isfinite(aim) & (aim > 0) & (aim <= far_km)
            asked[: here + 1] = False
            if not asked.any():
                continue
            far, last = csgraph.dijkstra(
                found.matrix, False, numbers[here], return_predecessors=True, limit=aim[asked].max()
            )
            for other in np.flatnonzero(asked & (far[numbers] < aim) & (numbers != numbers[here])):
                j, length = stands[other], float(far[numbers[other]])
                door = length + float(reach[i] + reach[j])
                if door < TRULY * aim[other]:
                    gain = float(aim[other]) - door
                    said = f"{gain:.0f} km shorter ({door:.0f}, not {aim[other]:.0f})"
                    better[i, j] = f"{places[i]}-{places[j]} {links[0].mode} {said}", gain
                    continue
                way = [line for line in found.along(_back(last, numbers[other])).tolist() if line < lines]
                own = float(km[way].sum())
                if own <= 0:
                    continue
                factor = (BEHIND * aim[other] - length + own) / own
                again.append(here)
                for line in way:
                    grow[line] = max(grow.get(line, 1.0), factor)
                if part_of is not None:
                    _follow(way, km, part_of, _links_between(before[i], j, between))
        if not grow:
            break
        doubtful = list(dict.fromkeys(again))  # lines only grow longer: who was held stays so
        rows = np.fromiter(grow, int)
        km[rows] *= np.fromiter(grow.values(), float)
    return dict(better.values())


def _back(before: np.ndarray, target: int) -> list[int]:
    """Give the numbers from a target to the root of a tree."""
    steps = [int(target)]
    while before[steps[-1]] >= 0:
        steps.append(int(before[steps[-1]]))
    return steps


def _links_between(before: np.ndarray, target: int, between: Mapping[tuple[int, int], Wanted]) -> list[Wanted]:
    """Links of the winner on its own way to a place, from its end to its start."""
    return [between[min(pair), max(pair)] for pair in pairwise(_back(before, target))]


def _follow(way: list[int], km: np.ndarray, part_of: np.ndarray, links: list[Wanted]) -> None:
    """Let lines that follow no link yet follow the one that lies as far along the winner's way."""
    ends = np.cumsum([one.km for one in links]) / sum(one.km for one in links)
    length = km[way]
    middle = (np.cumsum(length) - length / 2) / length.sum()
    chosen = np.searchsorted(ends, middle).clip(max=len(links) - 1)
    for line, i in zip(way, chosen, strict=True):
        if part_of[line] == "":
            part_of[line] = links[i].link
