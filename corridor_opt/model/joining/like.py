"""Crossings of one network that are those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.ways import apart_km

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.joining.attach import Stop
    from corridor_opt.model.network import Network

BORDER_KM = 25.0  # a crossing so near one of the winner's, of the same mode and countries, is like it
OF_CROSSING = ("id", "post_a", "post_b", "country_a", "country_b", "mode", "gauge_a", "gauge_b", "length_km", "part_of",
               "length_source", "length_confidence", "length_other")  # fmt: skip


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


def followed(frame: pd.DataFrame, winner: Network, like: dict[int, int]) -> pd.DataFrame:
    """Give crossings what those of the winner have that they are like, but for place, length and gauge."""
    if not like:
        return frame
    theirs, (mine, of) = winner["crossings"], (list(like), list(like.values()))
    frame = frame.copy()
    turned = frame["country_a"].to_numpy(object)[mine] != theirs["country_a"].to_numpy(object)[of]
    for column in theirs.columns:
        if column in OF_CROSSING:
            continue
        cells = theirs[column].to_numpy()[of]
        if column in ("dwell_hours_ab", "dwell_hours_ba"):
            other = "dwell_hours_ba" if column.endswith("ab") else "dwell_hours_ab"
            cells = np.where(turned, theirs[other].to_numpy()[of], cells)
        whole = frame[column].to_numpy(copy=True) if column in frame.columns else np.full(len(frame), "", object)
        whole[mine] = cells
        frame[column] = whole
    along = frame["part_of"].to_numpy(object, copy=True)
    along[mine] = theirs["id"].to_numpy(object)[of]
    return frame.assign(part_of=along)


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
