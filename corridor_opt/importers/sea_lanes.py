"""The sea lanes and ports of the package searoute, read from its files.

Its lanes are those of Eurostat's SeaRoute, made of the ORNL Global Shipping Lane Network (Apache-2.0): lines that meet
at points, some with the name of the passage they lead through. What kind of ship sails a water, which lines are left
out and what gates lie between waters stands in `data/sea/waters.csv`.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from corridor_opt.importers.packages import checked_bytes, package_file
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.schema import read_rows

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

PACKAGE, KNOWN = "searoute", "1.6.0"
FILES = {"lanes": "marnet_searoute.geojson", "ports": "ports.geojson"}
SHA256 = {
    "lanes": "111a82d949bb949c396a69a08828781314d3afe779c07e9754c3b2834dfca415",
    "ports": "8398cb9554a19cf37f53f932f3842f58fbd94fce4c8e2704c3f5a4205ea5977e",
}
SOURCE = "SEAROUTE"
LENGTH_SOURCE = "SEALANE"
# Over the lanes' great circles. Held against the lengths of embedded sea links, see docs/guide/large.md.
CIRCUITY = 1.03
ELSEWHERE = "sea-deep"  # class of the lanes that no water of waters.csv holds
KIND = "sea-lane"


def _features(what: str) -> list[dict[str, Any]]:
    """Read one of the package's files, after a look at its checksum."""
    path = package_file(PACKAGE, "searoute", "data", FILES[what])
    features: list[dict[str, Any]] = json.loads(checked_bytes(path, SHA256[what], f"{PACKAGE} {KNOWN}"))["features"]
    return features


@functools.cache
def waters() -> tuple[tuple[str, str, str, Any], ...]:
    """Give id, kind, value and shape of each water, in the order in which they are asked."""
    import shapely

    rows = read_rows("sea", "waters.csv")
    return tuple((r["id"], r["kind"], r["value"], shapely.from_wkt(r["wkt"])) for r in rows)


def read_lanes() -> Draft:
    """Read the sea lanes of the world.

    Returns
    -------
    Draft
        Nodes of the kind `sea-lane` wherever lines meet or bend; links in mode `sea`, and in mode `waterway` on the
        rivers and wherever river-sea ships sail as well, with `class` and `chokepoints`. Lengths are great circles
        times an allowance for the way ships take (an assumption with a source of its own), in km.

    Raises
    ------
    MissingExtraError
        searoute is not installed.
    DataError
        It is of another version.
    """
    import numpy as np
    import pandas as pd

    steps, passage = _steps(_features("lanes"))
    points, ends = np.unique(steps.reshape(-1, 2), axis=0, return_inverse=True)
    ends = np.sort(ends.reshape(-1, 2), axis=1)
    links = pd.DataFrame({"start": ends[:, 0], "end": ends[:, 1], "passage": passage})
    links = links.sort_values(["start", "end", "passage"], ascending=[True, True, False])
    links = links.drop_duplicates(["start", "end"]).query("start != end").reset_index(drop=True)
    a, b = points[links["start"]], points[links["end"]]
    links["length_km"] = CIRCUITY * apart_km(a, b)
    left, links = _judged(links, a, b)
    said = [f"read {len(points):,} points and {len(links) + left:,} stretches of lanes ({PACKAGE} {KNOWN})"]
    said += [f"left out {left:,} stretches that no such ship sails: {', '.join(_named('left'))}"] if left else []
    rivers = (links["mode"] == "waterway").sum()
    said += [f"river-sea ships sail {rivers:,} stretches: {', '.join((*_named('river'), *_named('river-sea')))}"]
    nodes = pd.DataFrame({"lon": points[:, 0], "lat": points[:, 1], "kind": KIND, "country": ""})
    nodes["location_source"], nodes["location_confidence"] = SOURCE, "medium"
    links["direction"], links["length_source"], links["length_confidence"] = "both", LENGTH_SOURCE, "assumption"
    draft = Draft("sea-lanes", nodes, links, SOURCE, sources(), tuple(said))
    used = np.zeros(len(points), bool)
    used[links[["start", "end"]].to_numpy().ravel()] = True
    return draft.kept(used)


def sources() -> pd.DataFrame:
    """Rows of `sources` that lanes and ports rest on."""
    import pandas as pd

    said = f"Great circles along the lanes of searoute {KNOWN}, times {CIRCUITY}: our allowance for the way ships take"
    return pd.DataFrame([{"id": LENGTH_SOURCE, "title": said, "year": "2026"}])


def _named(kind: str) -> list[str]:
    return [name for name, what, *_ in waters() if what == kind]


def _steps(features: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Give every stretch between two points of a line, and the passage its line leads through."""
    import numpy as np

    steps, names = [], []
    for feature in features:
        shape = feature["geometry"]
        for line in [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]:
            points = np.round(np.array(line, float)[:, :2], 5)
            points[:, 0] = (points[:, 0] + 180) % 360 - 180  # some lie beyond the 180th meridian
            steps.append(np.stack([points[:-1], points[1:]], axis=1))
            names += [feature["properties"].get("passage") or ""] * (len(points) - 1)
    return np.concatenate(steps), np.array(names, object)


def _judged(links: pd.DataFrame, a: np.ndarray, b: np.ndarray) -> tuple[int, pd.DataFrame]:
    """Give stretches their mode, class and chokepoints by the waters they lie in; and how many were left out."""
    import numpy as np
    import pandas as pd
    import shapely

    middle = shapely.points((a + b) / 2)
    lines = shapely.linestrings(np.stack([a, b], axis=1))
    apart = np.abs(a[:, 0] - b[:, 0]) > 180  # over the 180th meridian: the middle lies elsewhere
    mode, class_ = np.full(len(links), "sea", object), np.full(len(links), "", object)
    left, both = np.zeros(len(links), bool), np.zeros(len(links), bool)
    named = {r["passage"]: r["chokepoint"] for r in read_rows("sea", "passages.csv")}
    through = [[named.get(p, p)] if p else [] for p in links["passage"]]
    for name, kind, value, shape in waters():
        held = ~apart & (shapely.intersects(lines, shape) if shape.geom_type == "LineString" else _in(shape, middle))
        if kind == "left":
            left |= held
        elif kind == "river":
            mode[held], class_[held] = "waterway", value
        elif kind == "river-sea":
            both |= held & (mode == "sea")
        elif kind == "class":
            class_[held & (class_ == "")] = value
            if name == "caspian":
                through = [[*t, name] if h else t for t, h in zip(through, held & (mode == "sea"), strict=True)]
        else:
            through = [[*t, value] if h and value not in t else t for t, h in zip(through, held, strict=True)]
    left |= (links["passage"] == "northwest").to_numpy()
    class_[class_ == ""] = ELSEWHERE
    made = links.drop(columns="passage").assign(chokepoints=[";".join(t) for t in through])
    made["mode"], made["class"] = mode, class_
    again = made[both & ~left].assign(mode="waterway", **{"class": "river-sea"})
    return int(left.sum()), pd.concat([made[~left], again], ignore_index=True)


def _in(shape: Any, points: np.ndarray) -> np.ndarray:
    import shapely

    shapely.prepare(shape)
    found: np.ndarray = shapely.contains(shape, points)
    return found


def chokepoint_rows(used: set[str]) -> pd.DataFrame:
    """Rows of `chokepoints` for passages of the lanes that the embedded network has none for.

    Parameters
    ----------
    used
        Ids that links name.
    """
    import pandas as pd

    rows = [r for r in read_rows("sea", "passages.csv") if r["name"] and r["chokepoint"] in used]
    columns = ["id", "name", "kind", "lon", "lat", "source", "note"]
    frame = pd.DataFrame([{**r, "id": r["chokepoint"]} for r in rows], columns=columns)
    return frame.astype({"lon": float, "lat": float})


def read_ports() -> pd.DataFrame:
    """Read the ports of searoute.

    Returns
    -------
    pandas.DataFrame
        Those that the package marks as terminals: `id` (`P` and the UN/LOCODE), `name`, `country`, `lon`, `lat`,
        `kind`, `unlocode`; the first of each code.
    """
    import pandas as pd

    rows = []
    for feature in _features("ports"):
        told, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"][:2]
        code = str(told.get("port") or "").strip().upper()
        if told.get("t") == 1 and len(code) == 5 and code.isalnum() and code[:2].isalpha():
            name = str(told.get("name") or code).strip()
            rows.append(
                {
                    "id": f"P{code}",
                    "name": name,
                    "country": code[:2],
                    "lon": float(lon),
                    "lat": float(lat),
                    "kind": "seaport",
                    "unlocode": code,
                    "location_source": SOURCE,
                    "location_confidence": "medium",
                }
            )
    return pd.DataFrame(rows).drop_duplicates("id", ignore_index=True)
