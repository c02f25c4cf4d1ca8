"""Graphs of OpenStreetMap from the internet, only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError
from corridor_opt.importers.osm_graph import osmnx, tags_of_freight
from corridor_opt.importers.osm_tags import ROADS, TRACKS, road_words


def download_osm(
    *,
    place: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    polygon: Any = None,
    roads: str | Iterable[str] = ROADS,
    rail: bool = True,
    ferries: bool = True,
    cache: str | Path | None = None,
) -> Any:
    """Download roads, railways and ferries of OpenStreetMap through osmnx (Overpass API).

    Parameters
    ----------
    place
        Name of an area that OpenStreetMap knows, such as `Syunik Province, Armenia`.
    bbox
        West, south, east, north in degrees.
    polygon
        A shapely Polygon or MultiPolygon in degrees, longitude first. One of the three is needed.
    roads, rail, ferries
        As in `from_osm`.
    cache
        Folder in which osmnx keeps answers; they are not kept when None.

    Returns
    -------
    networkx.MultiDiGraph
        For `from_osm`, or `osmnx.save_graphml`. It holds ways only: places and ports of the map come with files; name
        places of your own in `from_osm`.

    Raises
    ------
    DataError
        Not exactly one area, an area that is none, no answer (offline, a busy server), or nothing there.
    MissingExtraError
        osmnx is not installed (extra `osm`).
    """
    module = osmnx()
    given = [n for n, v in (("place", place), ("bbox", bbox), ("polygon", polygon)) if v is not None]
    if len(given) != 1:
        raise DataError(f"one of place, bbox and polygon is needed, not {' and '.join(given) or 'none'}")
    filters = _filters(road_words(roads), rail=rail, ferries=ferries)
    if bbox is not None:
        _check_box(bbox)
    if place is not None and not (isinstance(place, str) and place.strip()):
        raise DataError(f"place: the name of an area is needed, not {place!r}")
    if polygon is not None and "Polygon" not in getattr(polygon, "geom_type", ""):
        raise DataError(f"polygon: a Polygon or MultiPolygon of shapely is needed, not {type(polygon).__name__}")
    import requests

    options = {"simplify": False, "retain_all": True, "custom_filter": filters}
    kept: dict[str, Any] = {"use_cache": False} if cache is None else {"use_cache": True, "cache_folder": cache}
    try:
        # each way once, along its direction, with the map's own word for one-ways
        with tags_of_freight(all_oneway=True, **kept):
            # osmnx waits a minute where the service does not answer; a first short question does not
            requests.get(f"{module.settings.overpass_url}/status", timeout=15, **module.settings.requests_kwargs)
            if place is not None:
                return module.graph_from_place(place, **options)
            if bbox is not None:
                return module.graph_from_bbox(bbox, **options)
            return module.graph_from_polygon(polygon, **options)
    except requests.exceptions.RequestException as error:
        raise DataError(
            f"OpenStreetMap cannot be reached ({type(error).__name__}); without the internet, give from_osm a file"
        ) from error
    except (ValueError, TypeError) as error:  # no such place, an empty answer, a polygon that is none
        raise DataError(f"OpenStreetMap gave nothing for this {given[0]}: {error}") from error


def _filters(roads: tuple[str, ...], *, rail: bool, ferries: bool) -> list[str]:
    """Questions of the Overpass language, one for each kind of way."""
    made = []
    if roads:
        words = "|".join(f"{road}|{road}_link" for road in roads)
        made += [f'["highway"~"^({words})$"]', '["highway"="construction"]']
    if rail:
        made.append(f'["railway"~"^({"|".join([*TRACKS, "construction", "disused"])})$"]')
    if ferries:
        made.append('["route"="ferry"]')
    if not made:
        raise DataError("neither roads nor rail nor ferries are wanted: there is nothing to download")
    return made


def _check_box(box: Any) -> None:
    try:
        west, south, east, north = (float(edge) for edge in box)
    except (TypeError, ValueError):
        raise DataError(f"the box {box!r} is not (west, south, east, north) in degrees") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise DataError(
            f"the box {west:g},{south:g},{east:g},{north:g} is not west < east and south < north in degrees "
            "(longitude and latitude mixed up?)"
        )
