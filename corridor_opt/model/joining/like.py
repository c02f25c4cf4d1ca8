"""Crossings of one network that are those of another."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.policy import in_one_area, pair_of
from corridor_opt.model.joining.ways import apart_km

if TYPE_CHECKING:
    from corridor_opt.model.joining.attach import Stop
    from corridor_opt.model.network import Network

BORDER_KM = 25.0  # a crossing so near one of the winner's, of the same mode and countries, is like it
SHUT = "suspended"  # status of a crossing that the winner does not have


def like_crossings(draft: Draft, winner: Network) -> dict[int, int]:
    """Find for each crossing of a draft the nearest crossing of the winner between the same countries in its mode.

    Returns
    -------
    dict
        Row of the winner's crossings by row of the draft's, where one lies within 25 km.
    """
    frame, theirs = draft.crossings, winner["crossings"]
    if not len(frame) or not len(theirs):
        return {}
    points = draft.points()
    middle = (points[frame["start"].to_numpy(int)] + points[frame["end"].to_numpy(int)]) / 2
    where = winner["nodes"].set_index("id")[["lon", "lat"]]
    at = (where.loc[theirs["post_a"]].to_numpy() + where.loc[theirs["post_b"]].to_numpy()) / 2
    known: dict[tuple[frozenset[str], str], list[int]] = {}
    for j, (a, b, mode) in enumerate(zip(theirs["country_a"], theirs["country_b"], theirs["mode"], strict=True)):
        known.setdefault((frozenset((a, b)), mode), []).append(j)
    like = {}
    for i, (a, b, mode) in enumerate(zip(frame["country_a"], frame["country_b"], frame["mode"], strict=True)):
        rows = known.get((frozenset((a, b)), mode), [])
        far = apart_km(middle[i], at[rows]) if rows else np.array([np.inf])
        if far.min() <= BORDER_KM:
            like[i] = rows[int(far.argmin())]
    return like


def closed_apart(draft: Draft, winner: Network, counts: dict[str, float]) -> Draft:
    """Close the crossings of a draft between countries whose borders the winner speaks for.

    The winner speaks for a country that it has a crossing of. A border inside one customs area stays open.
    """
    frame = draft.crossings
    spoken = {*winner["crossings"]["country_a"], *winner["crossings"]["country_b"]}
    pairs = [pair_of(a, b) for a, b in zip(frame["country_a"], frame["country_b"], strict=True)]
    shut = np.array(
        [set(pair.split("-")) <= spoken and not in_one_area(pair) for pair in pairs], bool
    ) & frame["is_open"].to_numpy(bool)  # fmt: skip
    counts["crossings closed that the winner does not have"] = int(shut.sum())
    for pair, many in sorted(Counter(np.array(pairs, object)[shut]).items(), key=lambda row: (-row[1], row[0])):
        counts[f"crossings closed {pair}"] = many
    note = f"not among the crossings of {winner.name}"
    made = {"is_open": False, "status_note": note, "closed_by": SHUT}
    made |= {column: SHUT for column in frame.columns if column == "status" or re.fullmatch(r"status_\d+", column)}
    return draft.but(crossings=frame.assign(**{c: frame[c].mask(shut, cell) for c, cell in made.items()}))


def posts_of(draft: Draft, winner: Network, like: dict[int, int]) -> dict[Stop, int]:
    """Give for each border post of the winner the post of the nearest crossing of the draft that is like its own."""
    frame, theirs = draft.crossings, winner["crossings"]
    points, country = draft.points(), draft.texts("nodes", "country")
    where = winner["nodes"].set_index("id")[["lon", "lat", "country"]]
    best: dict[Stop, tuple[float, int]] = {}
    for i, j in like.items():
        ours, row = frame.iloc[i], theirs.iloc[j]
        for post, gauge in ((row["post_a"], row["gauge_a"]), (row["post_b"], row["gauge_b"])):
            stop = (post, row["mode"], gauge if gauge == gauge else -1.0)
            side = next(int(ours[e]) for e in ("start", "end") if country[int(ours[e])] == where.at[post, "country"])
            far = float(apart_km(points[side], where.loc[post, ["lon", "lat"]].to_numpy(float)))
            best[stop] = min(best.get(stop, (np.inf, side)), (far, side))
    return {stop: side for stop, (_, side) in best.items()}
