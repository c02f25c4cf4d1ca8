"""How good a draft is: counts, pieces, gaps, doubtful lengths, what is closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.pieces import components, gaps
from corridor_opt.model.joining.policy import pair_of
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.schema import open_statuses

if TYPE_CHECKING:
    import pandas as pd

SHORTER = 0.99  # of the straight distance: a shorter link cannot be
LONGER = 5.0  # times the straight distance: a longer one is doubtful
SMALL_KM = 1.0  # of links shorter than that the ratio says nothing
QUANTILES = (0.0, 0.05, 0.5, 0.95, 1.0)


@dataclass(frozen=True, eq=False)
class Survey:
    """What a look over a draft found; every table is a frame.

    Parameters
    ----------
    name
        The draft's.
    counts
        By `mode`: `links`, `km`, `one_way`, `drawn` (with a way of their own), `without_class`, `without_gauge` (rail).
    places
        By `kind` of node: `nodes`, `without_country`.
    pieces
        Pieces of each mode, largest first: `mode`, `piece`, `nodes`, `km`, `lon`, `lat` (middle), `countries`.
    gaps
        As `pieces.gaps` gives them, with `mode` and the places of both sides.
    ratios
        By `mode`: quantiles of length over straight distance for links longer than 1 km.
    doubtful
        Links shorter than the straight distance, or more than five times as long: `link`, `mode`, `length_km`,
        `straight_km`, `ratio`, `lon`, `lat`.
    closed
        Borders that are closed: `pair`, `mode`, `crossings`, `why`.
    said
        What each verb did.
    """

    name: str
    counts: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    pieces: pd.DataFrame = field(repr=False)
    gaps: pd.DataFrame = field(repr=False)
    ratios: pd.DataFrame = field(repr=False)
    doubtful: pd.DataFrame = field(repr=False)
    closed: pd.DataFrame = field(repr=False)
    said: tuple[str, ...] = field(repr=False)


def survey(draft: Draft, *, gap_km: float = 5.0, most_pieces: int = 50) -> Survey:
    """Look a draft over.

    Parameters
    ----------
    gap_km
        Widest gap that is listed, km.
    most_pieces
        How many pieces of each mode are listed.
    """
    import pandas as pd

    points, (start, end) = draft.points(), draft.ends()
    straight = apart_km(points[start], points[end])
    modes = list(dict.fromkeys(draft.links["mode"]))
    piece_frames, gap_frames = [], []
    for mode in modes:
        piece_frames.append(_pieces(draft, mode, most_pieces))
        if mode in ("rail", "road"):
            found = gaps(draft, km=gap_km, mode=mode)
            for side in ("start", "end"):
                where = points[found[side].to_numpy(int)]
                found[f"lon_{side}"], found[f"lat_{side}"] = where[:, 0], where[:, 1]
            gap_frames.append(found.assign(mode=mode))
    return Survey(
        draft.name,
        _counts(draft),
        _places(draft),
        pd.concat(piece_frames, ignore_index=True) if piece_frames else pd.DataFrame(),
        pd.concat(gap_frames, ignore_index=True) if gap_frames else pd.DataFrame(),
        _ratios(draft, straight),
        _doubtful(draft, straight),
        _closed(draft),
        draft.said,
    )


def _counts(draft: Draft) -> pd.DataFrame:
    import pandas as pd
    import shapely

    links = draft.links
    way = links["way"].to_numpy(object) if "way" in links.columns else np.full(len(links), None, object)
    gauge = links["gauge_mm"].to_numpy(float) if "gauge_mm" in links.columns else np.full(len(links), np.nan)
    told = pd.DataFrame(
        {
            "mode": links["mode"],
            "links": 1,
            "km": links["length_km"].astype(float),
            "one_way": draft.texts("links", "direction") == "forward",
            "drawn": shapely.is_geometry(way),
            "without_class": draft.texts("links", "class") == "",
            "without_gauge": (links["mode"] == "rail").to_numpy() & np.isnan(gauge),
        }
    )
    return told.groupby("mode", sort=False).sum().reset_index()


def _places(draft: Draft) -> pd.DataFrame:
    import pandas as pd

    told = pd.DataFrame({"kind": draft.texts("nodes", "kind"), "nodes": 1})
    told["without_country"] = draft.texts("nodes", "country") == ""
    return told.groupby("kind").sum().reset_index()


def _pieces(draft: Draft, mode: str, most: int) -> pd.DataFrame:
    import pandas as pd

    piece = components(draft, mode=mode).to_numpy()
    links = draft.links[draft.links["mode"] == mode]
    km = links["length_km"].groupby(piece[links["start"].to_numpy(int)]).sum()
    nodes = pd.DataFrame(draft.points(), columns=["lon", "lat"]).assign(piece=piece)
    nodes["country"] = draft.texts("nodes", "country")
    nodes = nodes[(piece >= 0) & (piece < most)]
    by = nodes.groupby("piece")
    told = by[["lon", "lat"]].mean()
    told.insert(0, "nodes", by.size())
    told.insert(1, "km", km.reindex(told.index, fill_value=0.0))
    told["countries"] = by["country"].agg(lambda cells: ";".join(sorted(set(cells) - {""})))
    told = told.reset_index()
    told.insert(0, "mode", mode)
    return told


def _ratios(draft: Draft, straight: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    km = draft.links["length_km"].to_numpy(float)
    long = straight > SMALL_KM
    ratio = pd.Series(km[long] / straight[long]).groupby(draft.links["mode"].to_numpy(object)[long])
    return ratio.quantile(list(QUANTILES)).unstack().rename_axis("mode").reset_index()


def _doubtful(draft: Draft, straight: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    km = draft.links["length_km"].to_numpy(float)
    short = (km < SHORTER * straight) & (straight > SMALL_KM)
    rows = np.flatnonzero(short | ((km > LONGER * straight) & (km > SMALL_KM)))
    start, end = draft.ends()
    points = draft.points()
    middle = (points[start[rows]] + points[end[rows]]) / 2
    told = pd.DataFrame({"link": rows, "mode": draft.links["mode"].to_numpy(object)[rows], "length_km": km[rows]})
    told["straight_km"] = straight[rows]
    with np.errstate(divide="ignore"):
        told["ratio"] = km[rows] / straight[rows]
    return told.assign(lon=middle[:, 0], lat=middle[:, 1])


def _closed(draft: Draft) -> pd.DataFrame:
    import pandas as pd

    shut = draft.crossings[~draft.crossings["status"].isin(open_statuses())]
    country = draft.texts("nodes", "country")
    both = zip(country[shut["start"].to_numpy(int)], country[shut["end"].to_numpy(int)], strict=True)
    why = shut["status_note"] if "status_note" in shut.columns else pd.Series("", index=shut.index)
    told = pd.DataFrame({"pair": [pair_of(*two) for two in both], "mode": list(shut["mode"]), "crossings": 1})
    told["why"] = why.fillna("").to_numpy(object)
    return told.groupby(["pair", "mode", "why"])["crossings"].sum().reset_index()[["pair", "mode", "crossings", "why"]]
