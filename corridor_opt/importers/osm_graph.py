"""Graphs of osmnx: read from a file or checked as given, with the tags that freight needs."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.importers.osm_tags import OF_WAYS

OF_NODES = (
    *("place", "name", "name:en", "int_name", "population", "railway", "railway:traffic_mode", "station", "barrier"),
    *("harbour", "seamark:type", "industrial", "landuse", "amenity", "ref:locode", "locode", "train"),
)
PACKED = {".gz": gzip.open, ".bz2": bz2.open}
FORMS = ".osm, .osm.gz, .osm.bz2, .xml or .graphml"


def osmnx() -> Any:
    """Give osmnx.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        import osmnx
    except ImportError as error:
        raise MissingExtraError("OpenStreetMap needs osmnx: pip install 'corridor_opt[osm]'") from error
    return osmnx


@contextlib.contextmanager
def tags_of_freight(**more: Any) -> Iterator[Any]:
    """Give osmnx with settings that keep the tags of freight; the settings that stood before stand again after.

    Parameters
    ----------
    more
        Further settings of osmnx by name.
    """
    module = osmnx()
    settings = {"useful_tags_way": list(OF_WAYS), "useful_tags_node": list(OF_NODES), **more}
    before = {name: getattr(module.settings, name) for name in settings}
    try:
        for name, value in settings.items():
            setattr(module.settings, name, value)
        yield module
    finally:
        for name, value in before.items():
            setattr(module.settings, name, value)


def read_graph(path: str | Path) -> Any:
    """Read a graph from a file of OpenStreetMap or of osmnx.

    Parameters
    ----------
    path
        OSM XML (`.osm`, `.xml`, packed as `.gz` or `.bz2`) or GraphML that osmnx wrote (`.graphml`).

    Returns
    -------
    networkx.MultiDiGraph
        Not simplified where the file is XML: every node of a way is a node.

    Raises
    ------
    DataError
        The file is missing, empty, cut short, packed wrongly or of another form.
    MissingExtraError
        osmnx is not installed.
    """
    path = Path(path)
    osmnx()  # a missing package is told before a fault of the file
    if not path.exists():
        raise DataError(f"there is no file {path}")
    if path.is_dir():
        raise DataError(f"{path} is a folder; a file {FORMS} is needed")
    if path.suffix == ".pbf":
        raise DataError(
            f"{path} is in the form PBF, which osmnx does not read; convert it, and keep what freight needs: "
            f"osmium tags-filter {path.name} w/highway w/railway w/route=ferry n/place n/barrier=border_control "
            "-o part.osm.gz"
        )
    if path.suffix == ".graphml":
        return _graphml(path)
    root, left = _look(path)
    if root == "graphml":
        return _graphml(path)
    if root != "osm":
        raise DataError(f"{path} is no file of OpenStreetMap: its outermost element is <{root}>, not <osm>")
    if left["broken"]:
        raise DataError(
            f"{path} has nodes or ways without a whole number as id, or nodes without lat and lon, "
            f"such as {left['broken']}"
        )
    if not left["way"]:
        raise DataError(f"{path} has {left['node']:,} nodes and no way: nothing to route on")
    missing = left["lost"]
    if missing:
        raise DataError(
            f"the ways of {path} name {len(missing):,} nodes that are not in it, such as {min(missing)}; "
            "cut it anew with whole ways (osmium extract --strategy complete_ways)"
        )
    with tags_of_freight(all_oneway=True) as module:  # each way once, along its direction, its own `oneway` kept
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that osmnx wrote the file itself
            return module.graph_from_xml(path, simplify=False, retain_all=True)


def _look(path: Path) -> tuple[str, dict[str, Any]]:
    """Give the outermost element of an XML file, counts of nodes and ways, what is broken, and nodes named in vain."""
    root, ways, broken = "", 0, ""
    nodes: set[str | None] = set()
    named: set[str | None] = set()
    try:
        with PACKED.get(path.suffix, open)(path, "rb") as file:  # type: ignore[operator]
            if not file.read(1):
                raise DataError(f"{path} is empty")
            file.seek(0)
            for event, element in ElementTree.iterparse(file, events=("start", "end")):
                root = root or element.tag
                if root != "osm":
                    break
                if event == "start":
                    continue
                if element.tag in ("node", "way") and not broken and not _has_numbers(element):
                    broken = f"<{element.tag} {' '.join(f'{k}={v!r}' for k, v in element.items())[:100]}>"
                if element.tag == "node":
                    nodes.add(element.get("id"))
                elif element.tag == "way":
                    ways += 1
                    named.update(nd.get("ref") for nd in element.iter("nd"))
                if element.tag in ("node", "way", "relation"):
                    element.clear()
    except ElementTree.ParseError as error:
        what = "is cut short or damaged" if root else "is not XML"
        raise DataError(f"{path} {what}: {error}") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be unpacked: {error}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from None
    return root, {"node": len(nodes), "way": ways, "broken": broken, "lost": named - nodes}


def _has_numbers(element: ElementTree.Element) -> bool:
    """Whether a node or a way has an id that is a number, and a node a place."""
    try:
        int(element.get("id", ""))
        return element.tag == "way" or bool(float(element.get("lat", "")) + float(element.get("lon", "")) < 1e9)
    except ValueError:
        return False


def _graphml(path: Path) -> Any:
    """Read GraphML that osmnx wrote."""
    import networkx as nx

    try:
        return osmnx().load_graphml(path, edge_dtypes={"oneway": _one_way})
    except ElementTree.ParseError as error:
        raise DataError(f"{path} is not GraphML, or cut short: {error}") from None
    except (nx.NetworkXError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise DataError(f"{path} is no GraphML of osmnx ({error}); write it with osmnx.save_graphml") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from None


def _one_way(text: Any) -> Any:
    """A one-way of a graph: true or false, or the map's own word in a graph read with all_oneway."""
    return {"True": True, "False": False}.get(text, text)


def check_graph(graph: Any) -> None:
    """Hold that a graph is one of osmnx in degrees.

    Raises
    ------
    DataError
        Every fault at once.
    """
    import networkx as nx

    if not isinstance(graph, nx.Graph):
        raise DataError(
            f"a networkx.MultiDiGraph of osmnx, or the path of a file ({FORMS}), is needed, not {type(graph).__name__}"
        )
    faults = []
    if not graph.is_directed() or not graph.is_multigraph():
        faults.append(
            f"it is a {type(graph).__name__}, in which one-ways or parallel ways are lost; a MultiDiGraph is needed"
        )
    crs = graph.graph.get("crs")
    if crs is not None and not _in_degrees(crs):
        faults.append(f"its places are in {crs}, not in degrees; osmnx.project_graph(graph, to_latlong=True) turns it")
    bare = [n for n, data in graph.nodes(data=True) if not (_is_number(data.get("x")) and _is_number(data.get("y")))]
    if bare:
        faults.append(f"{len(bare):,} of its nodes have no x and y, such as {bare[0]}")
    else:
        far = [n for n, d in graph.nodes(data=True) if not (abs(float(d["x"])) <= 180 and abs(float(d["y"])) <= 90)]
        if far:
            data = graph.nodes[far[0]]
            faults.append(
                f"{len(far):,} of its nodes are no points on earth, such as {far[0]}: {data['x']}, {data['y']}"
            )
    if not graph.number_of_edges():
        faults.append("it has no edges")
    elif not any({"highway", "railway", "route"} & set(data) for *_, data in graph.edges(data=True)):
        faults.append(
            "no edge says highway, railway or route; read it with those in osmnx.settings.useful_tags_way, "
            "or give the file to from_osm"
        )
    if faults:
        raise DataError("the graph cannot be used", faults)


def _in_degrees(crs: Any) -> bool:
    import pyproj

    try:
        return bool(pyproj.CRS(crs).is_geographic)
    except pyproj.exceptions.CRSError:
        return False


def _is_number(value: Any) -> bool:
    try:
        return abs(float(value)) < float("inf")
    except (TypeError, ValueError):
        return False
