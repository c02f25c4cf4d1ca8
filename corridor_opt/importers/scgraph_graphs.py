"""The world's railways and highways of the package scgraph-data, read as text: importing it would cost gigabytes.

Its graphs are made of OpenStreetMap (ODbL 1.0, its contributors): nodes on a grid of 0.001 degrees, edges with the
length along the real line in km, and nothing else.
"""

from __future__ import annotations

from typing import Any

from corridor_opt.importers.packages import checked_bytes, package_file
from corridor_opt.model.joining.draft import Draft

PACKAGE, KNOWN = "scgraph-data", "2.0.0"
FILES = {"rail": "world_railways.py", "road": "world_highways.py"}
# What the files of the known version hold: another version may be built otherwise, so it is not guessed at.
SHA256 = {
    "rail": "de155ac61fb972a3b038d8072feb97f0cf1532f838ccbcd6dea89c3a55735383",
    "road": "91c582eae485fae96b4eb4eec32510bb4013ee3c337e534cd34330fa868cbacf",
}
SOURCE = "SCGRAPH"
TITLE = (
    "World railways and highways of the package scgraph-data 2.0.0, derived from OpenStreetMap "
    "(ODbL 1.0, OpenStreetMap contributors): lengths along the line, places to 0.001 degrees"
)


def read_graph(mode: str) -> Draft:
    """Read the railways or the highways of the world.

    Parameters
    ----------
    mode
        `rail` or `road`.

    Returns
    -------
    Draft
        All nodes and undirected edges, self-loops left out; lengths in km as the package has them.

    Raises
    ------
    MissingExtraError
        scgraph-data is not installed.
    DataError
        It is of another version.
    """
    import numpy as np
    import pandas as pd

    path = package_file(PACKAGE, "scgraph_data", FILES[mode])
    content = checked_bytes(path, SHA256[mode], f"{PACKAGE} {KNOWN}")
    first, second = content.index(b"graph=["), content.index(b"nodes=[")
    edges, places = content[first + 7 : content.rindex(b"]", first, second)], content[second + 7 :]
    del content
    # a dict {neighbour: km} for each node
    degree = np.array([out.count(b":") for out in edges.split(b"}")[:-1]])
    flat = _numbers(edges, b"{}:").reshape(-1, 2)
    start, end, km = np.repeat(np.arange(len(degree)), degree), flat[:, 0].astype(int), flat[:, 1]
    points = _numbers(places[: places.index(b"]]")], b"[]").reshape(-1, 2)
    once = start < end
    links = pd.DataFrame({"start": start[once], "end": end[once], "mode": mode, "length_km": km[once]})
    links["direction"] = "both"
    sources = pd.DataFrame([{"id": SOURCE, "title": TITLE, "year": "2024"}])
    said = f"read {len(points):,} nodes and {once.sum():,} links of {path.name} ({PACKAGE} {KNOWN})"
    nodes = pd.DataFrame({"lon": points[:, 1], "lat": points[:, 0]})
    return Draft(f"world-{mode}", nodes, links, SOURCE, sources, (said,))


def _numbers(text: bytes, marks: bytes) -> Any:
    """Give all numbers of a text of brackets, colons and commas."""
    import numpy as np

    plain = text.translate(bytes.maketrans(b":", b","), delete=bytes(m for m in marks if m != ord(":")))
    parts = plain.replace(b",,", b",").strip(b" \n,")
    return np.array(parts.split(b","), dtype="S24").astype(float)
