"""The nearest point of a link, through a spatial index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.joining.ways import apart_km, lines, point_at, squeeze_of, squeezed
from corridor_opt.model.schema import vocabulary

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.joining.draft import Draft

BENT_AT = 0.5  # degrees; a longer straight line of degrees is not straight on Mercator's map


def snap(draft: Draft, *, points: Any, mode: str, km: float, among: np.ndarray | None = None) -> pd.DataFrame:
    """Find the nearest point of a link for each of many points.

    Parameters
    ----------
    points
        Degrees, longitude first: an array of two columns, or a frame with `lon` and `lat`.
    mode
        Mode of the links looked at.
    km
        Farthest that a point may lie from its link, km.
    among
        Mask of the links looked at; all of the mode when None.

    Returns
    -------
    pandas.DataFrame
        One row for each point that found a link: `point` (its row), `link` (position in the draft's links), `share` of
        the link's length from its start, `distance_km` over the ground.

    Raises
    ------
    DataError
        An unknown mode, or a negative distance.
    """
    import pandas as pd
    import shapely

    if mode not in vocabulary("mode"):
        raise DataError(f"no mode '{mode}'{did_you_mean(mode, vocabulary('mode'))}")
    if not km >= 0:
        raise DataError(f"a distance of {km} km is not one to look within")
    where = points[["lon", "lat"]].to_numpy(float) if isinstance(points, pd.DataFrame) else np.asarray(points, float)
    where = where.reshape(-1, 2)
    looked = draft.links["mode"].to_numpy() == mode
    rows = np.flatnonzero(looked if among is None else looked & among)
    empty = pd.DataFrame({"point": [], "link": [], "share": [], "distance_km": []})
    empty = empty.astype({"point": int, "link": int})
    if not len(rows) or not len(where):
        return empty
    shapes = lines(draft, rows)
    # on Mercator's map the nearest line is the nearest on the ground, or very nearly
    bent = shapes.copy()
    long = shapely.length(shapes) > BENT_AT  # GEOS cannot bend a line that is one point
    bent[long] = shapely.segmentize(shapes[long], BENT_AT)
    tree = shapely.STRtree(shapely.transform(bent, _mercator))
    asked, found = tree.query_nearest(shapely.points(_mercator(where)), all_matches=False)
    line, point = shapes[found], where[asked]
    squeeze = squeeze_of(line)
    flat = squeezed(line, squeeze)
    places = shapely.points(point * np.column_stack([squeeze, np.ones(len(squeeze))]))
    share = np.clip(shapely.line_locate_point(flat, places, normalized=True), 0, 1)
    share = np.where(np.isnan(share), 0, share)
    far = apart_km(point, point_at(line, share))
    near = far <= km
    result = pd.DataFrame({"point": asked, "link": rows[found], "share": share, "distance_km": far})[near]
    return result.sort_values("point", ignore_index=True)


def _mercator(points: np.ndarray) -> np.ndarray:
    """Points in degrees on Mercator's map, in degrees of the equator."""
    lat = np.radians(np.clip(points[:, 1], -89, 89))
    return np.column_stack([points[:, 0], np.degrees(np.arcsinh(np.tan(lat)))])
