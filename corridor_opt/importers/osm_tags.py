"""What the tags of a way of OpenStreetMap mean to freight: mode, speed, direction, gauge, status, who may use it.

The numbers stand in `data/osm/` with their sources; most are assumptions and say so.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.importers.osm_amounts import in_hours, in_kmh, in_metres, in_tonnes
from corridor_opt.model.schema import GAUGES, read_rows

ROADS = ("motorway", "trunk", "primary", "secondary", "tertiary")  # that are read unless others are named
TRACKS = ("rail", "narrow_gauge", "broad_gauge")
LIFE = {  # what a stage of life says of a way that is not in use
    "construction": "under construction",
    "proposed": "planned",
    "planned": "planned",
    "disused": "suspended",
    "abandoned": "missing",
    "razed": "missing",
    "dismantled": "missing",
    "demolished": "missing",
}
# Who may use a road, from the most special key to the most general; the first that speaks decides.
OF_TRUCKS = ("hgv", "goods", "motor_vehicle", "vehicle", "access")
FORBIDDEN = {"no", "private", "agricultural", "forestry", "agricultural;forestry", "military", "emergency", "permit"}
RESTRICTED = {"destination", "delivery", "customers", "permissive", "discouraged", "unload"}
UNPAVED = {
    *("unpaved", "gravel", "fine_gravel", "pebblestone", "compacted", "ground", "dirt", "earth", "grass", "mud"),
    *("sand", "rock", "wood", "ice", "snow", "salt"),
}
ELECTRIC = {"contact_line": "electric", "rail": "electric", "4th_rail": "electric", "yes": "electric", "no": "diesel"}
ONE_WAY = {"yes", "true", "1", "-1", "reverse"}
# Tags of a way that are read; those of areas find ports and yards.
OF_WAYS = (
    *("highway", "railway", "route", "oneway", "junction", "maxspeed", "maxspeed:hgv", "lanes", "bridge", "tunnel"),
    *("gauge", "electrified", "usage", "service", "ref", "name", "name:en", "int_name", "toll", "surface", "duration"),
    *("maxweight", "maxheight", "landuse", "industrial", "harbour", "amenity", "train", *OF_TRUCKS, *LIFE),
    *(f"{life}:{what}" for life in LIFE for what in ("railway", "highway")),
)
# Whether an edge of a simplified graph that stands for several ways takes the worst of their values.
WORST = ("highway", "maxspeed", "maxspeed:hgv", "maxweight", "maxheight")


@functools.cache
def roads() -> dict[str, dict[str, str]]:
    """Rows of `highways.csv` by road class, from the best to the worst."""
    return {row["highway"]: row for row in read_rows("osm", "highways.csv")}


@functools.cache
def number(quantity: str) -> float:
    """Give a number of `numbers.csv`."""
    return float(next(row["value"] for row in read_rows("osm", "numbers.csv") if row["quantity"] == quantity))


@dataclass(frozen=True)
class Wanted:
    """What is to be read out of the map.

    Parameters
    ----------
    roads
        Road classes (`highway=...`); their ramps (`..._link`) come with them.
    rail, ferries
        Whether railways and ferries are read.
    service_tracks
        Whether sidings, yards and spurs are read beside the lines.
    not_in_use
        Whether ways that are planned, being built, closed or gone are read, as closed links.
    """

    roads: tuple[str, ...]
    rail: bool = True
    ferries: bool = True
    service_tracks: bool = True
    not_in_use: bool = True


@dataclass(frozen=True)
class Meaning:
    """What the tags of a way say.

    Parameters
    ----------
    mode
        `road`, `rail` or `ferry`; empty where the way is left out.
    left_out
        Why it is left out; empty for what is no way for freight at all (a fence, a footpath).
    speed_kmh
        Moving speed of a truck, km/h; None for other modes.
    signed
        Whether the speed follows from a limit that the map gives, not from the class of the road.
    one_way
        Whether it may be used along its direction only.
    gauges
        Track gauges in mm; several on one bed; empty where not known.
    traction, status
        Words of the vocabulary; traction is empty where not known.
    hours
        Sailing time of a ferry, h; None where the map has none.
    tags
        Words kept on the link, such as `highway-trunk` and `service-yard`.
    doubts
        Values that could not be read.
    """

    mode: str = ""
    left_out: str = ""
    speed_kmh: float | None = None
    signed: bool = False
    one_way: bool = False
    gauges: tuple[int, ...] = ()
    traction: str = ""
    status: str = "operating"
    hours: float | None = None
    tags: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def road_words(given: str | Iterable[str]) -> tuple[str, ...]:
    """Road classes as a planner names them, checked.

    Raises
    ------
    DataError
        Classes that are none; the nearest are suggested.
    """
    if not isinstance(given, Iterable):
        raise DataError(f"road classes are words such as 'motorway,trunk', not {given!r}")
    words = [str(w).strip() for w in (given.split(",") if isinstance(given, str) else given) if str(w).strip()]
    known = [name for name in roads() if not name.endswith("_link")]
    faults = [f"no road class '{w}'{did_you_mean(w, known)}" for w in words if w.removesuffix("_link") not in known]
    if faults:
        raise DataError("the road classes cannot be used", faults)
    return tuple(dict.fromkeys(w.removesuffix("_link") for w in words))


def meaning(tags: Mapping[str, Any], wanted: Wanted) -> Meaning:
    """Read the tags of a way.

    Parameters
    ----------
    tags
        Keys and values; a list where a simplified graph joined several ways.
    wanted
        What is to be read.

    Returns
    -------
    Meaning
        With empty `mode` for what is left out.
    """
    doubts: list[str] = []
    said = {key: _single(key, value, doubts) for key, value in tags.items() if key in OF_WAYS}
    found = []
    if said.get("route") == "ferry" and said.get("highway") in roads():
        doubts.append("road and ferry on one way, as in a graph simplified without edge_attrs_differ")
    for what, read in (("railway", _rail), ("highway", _road)):
        kind, status = _life(said, what)
        if kind and (status == "operating" or wanted.not_in_use):
            found.append(read(kind, status, said, wanted, doubts))
    if said.get("route") == "ferry" and wanted.ferries:
        found.append(_ferry(said, doubts))
    # a road on the bed of an old railway is a road
    found.sort(key=lambda one: (not one.mode, not one.left_out, one.status != "operating"))
    return found[0] if found else Meaning()


def _life(said: Mapping[str, str], what: str) -> tuple[str, str]:
    """Give the kind of a railway or road and its status: `construction` of `rail` is a railway that is being built."""
    kind = said.get(what, "")
    if kind in LIFE:
        # a railway whose kind nobody says was once a line; a road whose kind nobody says may be anything
        return said.get(kind, "rail" if what == "railway" else "").replace("yes", ""), LIFE[kind]
    if kind:
        return kind, "operating"
    for stage, status in LIFE.items():
        if f"{stage}:{what}" in said:
            return said[f"{stage}:{what}"], status
    return "", "operating"


def _rail(kind: str, status: str, said: Mapping[str, str], wanted: Wanted, doubts: list[str]) -> Meaning:
    if kind not in TRACKS or not wanted.rail:
        return Meaning()
    if said.get("service") and not wanted.service_tracks:
        return Meaning(left_out="sidings, yards and spurs")
    gauges, odd = _gauges(said.get("gauge", ""))
    if odd and not gauges:
        return Meaning(left_out=f"railways of a gauge that is not in the schema ({odd[0]})")
    doubts += [f"gauge '{g}'" for g in odd]
    tags = [f"{key}-{said[key]}" for key in ("usage", "service") if said.get(key)]
    traction = ELECTRIC.get(said.get("electrified", ""), "")
    if said.get("electrified") and not traction:
        doubts.append(f"electrified '{said['electrified']}'")
    return Meaning(
        "rail",
        gauges=gauges,
        traction=traction,
        status=status,
        tags=_kept([*tags, *_built(said)]),
        doubts=tuple(doubts),
    )


def _road(kind: str, status: str, said: Mapping[str, str], wanted: Wanted, doubts: list[str]) -> Meaning:
    row = roads().get(kind)
    if row is None or kind.removesuffix("_link") not in wanted.roads:
        return Meaning()
    who = next(((key, said[key]) for key in OF_TRUCKS if said.get(key)), ("", ""))
    if who[1] in FORBIDDEN and status == "operating":
        return Meaning(left_out=f"roads closed to trucks ({who[0]}={who[1]})")
    for key, least, amount in (
        ("maxweight", number("least_tonnes"), in_tonnes),
        ("maxheight", number("least_metres"), in_metres),
    ):
        most = amount(said[key]) if said.get(key) else None
        if most is not None and most != most:
            doubts.append(f"{key} '{said[key]}'")
        elif most is not None and most < least:
            return Meaning(left_out=f"roads too weak or low for trucks ({key} under {least:g})")
    limit, signed = float(row["limit_kmh"]), False
    for key in ("maxspeed:hgv", "maxspeed"):
        read = in_kmh(said[key]) if said.get(key) else None
        if read is None:
            continue
        if read != read:
            doubts.append(f"{key} '{said[key]}'")
            continue
        limit, signed = read, True
        break
    speed = min(limit, number("truck_limit_kmh")) * number("moving_share")
    unpaved = said.get("surface", "") in UNPAVED
    one_way = said.get("oneway", "")
    tags = [f"highway-{kind}", *_refs(said.get("ref", "")), *_built(said)]
    tags += ["unpaved"] if unpaved else []
    tags += ["toll"] if said.get("toll") == "yes" else []
    tags += [f"access-{who[1]}"] if who[1] in RESTRICTED else []
    return Meaning(
        "road",
        speed_kmh=round(speed * (number("unpaved_factor") if unpaved else 1), 2),
        signed=signed,
        one_way=one_way in ONE_WAY or (not one_way and (kind == "motorway" or said.get("junction") == "roundabout")),
        status=status,
        tags=_kept(tags),
        doubts=tuple(doubts),
    )


def _ferry(said: Mapping[str, str], doubts: list[str]) -> Meaning:
    who = next(((key, said[key]) for key in OF_TRUCKS if said.get(key)), ("", ""))
    trains = said.get("train", "") in ("yes", "only") or said.get("railway") == "ferry"
    if who[1] in FORBIDDEN and not trains:
        return Meaning(left_out=f"ferries closed to trucks ({who[0]}={who[1]})")
    hours = in_hours(said["duration"]) if said.get("duration") else None
    if hours is not None and hours != hours:
        doubts.append(f"duration '{said['duration']}'")
        hours = None
    tags = [*_refs(said.get("ref", "")), *(["train-ferry"] if trains else [])]
    return Meaning(
        "ferry", one_way=said.get("oneway", "") in ONE_WAY, hours=hours, tags=_kept(tags), doubts=tuple(doubts)
    )


def _gauges(text: str) -> tuple[tuple[int, ...], list[str]]:
    """Known gauges of a tag such as `1435;1520`, and the words that are none; 1524 mm runs with 1520."""
    found, odd = [], []
    for word in re.split(r"[;,/ ]+", text.removesuffix("mm").strip()):
        if not word:
            continue
        near = [g for g in GAUGES if word.isdigit() and abs(int(word) - g) <= 4]
        found += near[:1]
        odd += [] if near else [word]
    return tuple(dict.fromkeys(found)), odd


def _built(said: Mapping[str, str]) -> list[str]:
    return [key for key in ("bridge", "tunnel") if said.get(key, "no") != "no"]


def _refs(text: str) -> list[str]:
    """Numbers of a road, `E 38;M 13`, as words."""
    return ["ref-" + re.sub(r"\s+", "", ref) for ref in text.split(";") if ref.strip()]


def _kept(words: Iterable[str]) -> tuple[str, ...]:
    """Words that can stand in a cell of several: no semicolons, no blanks, each once."""
    return tuple(dict.fromkeys(re.sub(r"[;\s]+", "-", word.strip()) for word in words))


def _single(key: str, value: Any, doubts: list[str]) -> str:
    """One text of a value that may be a list: the worst for the truck, else the first, which is doubtful."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (list, tuple, set, frozenset)):
        return "" if value is None or value != value else str(value).strip()
    words = list(dict.fromkeys(str(v).strip() for v in value))
    if key == "highway":
        return max(words, key=lambda w: int(roads().get(w, {"rank": "99"})["rank"]))
    if key in WORST:
        read = {"maxweight": in_tonnes, "maxheight": in_metres}.get(key, in_kmh)
        return min(words, key=lambda w: _finite(read(w)))
    if len(words) > 1 and key in ("gauge", "oneway", "electrified", "railway"):
        doubts.append(f"{key} of several values on one edge of a simplified graph")
    return words[0] if words else ""


def _finite(amount: float | None) -> float:
    return float("inf") if amount is None or amount != amount else amount
