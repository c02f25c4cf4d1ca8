"""Networks in files: what goes out comes back, what is damaged is refused, and nothing old is lost."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

import corridor_opt as co
from corridor_opt.cli import main
from corridor_opt.model import files
from corridor_opt.model.scenario import parse_scenario
from corridor_opt.model.schema import schema

# Four towns, two rail links and a road between the first two. Sources and classes are those of the embedded network.
NODES = """id,name,country,lon,lat,kind,location_source,location_confidence
ANK,Anksville,TR,32.85,39.93,city,K,low
SIV,Sivasburg,TR,37.02,39.75,city,K,low
ERZ,Erzton,TR,41.28,39.91,city,K,low
IZM,Izmirby,TR,27.14,38.42,seaport,K,low
"""
LINKS = """id,from,to,mode,gauge_mm,class,length_km,length_source,length_confidence,countries,status_2022,status_2026
A-S-rail,ANK,SIV,rail,1435,rail-turkey,602,K,low,TR,operating,operating
A-S-rail-old,ANK,SIV,rail,1435,rail-turkey,450,K,low,TR,operating,operating
A-S-road,ANK,SIV,road,,road-europe,440,K,low,TR,operating,operating
S-E-rail,SIV,ERZ,rail,1435,rail-turkey,545,K,low,TR,operating,operating
I-A-rail,IZM,ANK,rail,1435,rail-turkey,824,K,low,TR,operating,operating
"""
TERMINALS = "id,node,mode,gauge_mm,status_2022,status_2026\n" + "".join(
    f"{node}-{mode},{node},{mode},{gauge},operating,operating\n"
    for node, mode, gauge in (
        *((n, "rail", "1435") for n in ("ANK", "SIV", "ERZ", "IZM")),
        ("ANK", "road", ""),
        ("SIV", "road", ""),
    )
)
EMPTY = {t: ",".join(schema(t)) + "\n" for t in ("corridors", "crossings", "gauge_changes", "geometry")}
FORMATS = ["csv", "net.gpkg", "net.parquet"]


def write(folder: Path, **tables: str | bytes | None) -> Path:
    """Write the small network as CSV, with some tables told otherwise; None leaves one out."""
    folder.mkdir()
    for table, text in ({"nodes": NODES, "links": LINKS, "terminals": TERMINALS} | EMPTY | tables).items():
        if text is not None:
            content = text if isinstance(text, bytes) else text.encode()
            (folder / f"{table}.csv").write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return co.load_network(write(tmp_path_factory.mktemp("small") / "towns"))


@pytest.fixture(scope="module")
def gpkg(small, tmp_path_factory):
    """The bytes of the small network as a GeoPackage."""
    return small.save(tmp_path_factory.mktemp("gpkg") / "towns.gpkg").read_bytes()


def answer(network, origin="ANK", destination="ERZ", criteria=("cost", "time", "distance"), **asked):
    return co.find_routes(network, origin, destination, criteria=criteria, **asked).values


def same_tables(one, other):
    assert set(one.tables) == set(other.tables)
    for table in one.tables:
        pd.testing.assert_frame_equal(one[table], other[table], obj=table)


# --- round trips


@pytest.mark.parametrize("name", FORMATS)
def test_embedded_network_comes_back_the_same(network, tmp_path, name):
    back = co.load_network(network.save(tmp_path / name))
    same_tables(network, back)
    assert (back.sha256, back.name, back.version, back.as_of) == (
        network.sha256,
        network.name,
        network.version,
        network.as_of,
    )
    asked = {"origin": "Mumbai", "destination": "Moscow", "criteria": ("cost", "time", "risk")}
    pd.testing.assert_frame_equal(answer(network, **asked), answer(back, **asked))


@pytest.mark.parametrize("name", FORMATS)
def test_small_network_comes_back_the_same_twice(small, tmp_path, name):
    back = small
    for turn in ("first", "second"):
        back = co.load_network(back.save(tmp_path / turn / name))
        same_tables(small, back)
    pd.testing.assert_frame_equal(answer(small), answer(back))
    assert back.name == small.name


def test_vantage_point_stays_with_the_file(network_2022, tmp_path):
    saved = network_2022.save(tmp_path / "then")
    with pytest.raises(co.DataError, match="2022"):
        co.load_network(saved)
    same_tables(network_2022, co.load_network(saved, as_of=2022))


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_scenario_closed_is_not_opened_by_saving(small, tmp_path, name):
    cut = parse_scenario(b'name = "cut"\n[[disruption]]\nlink = "S-E-rail"\nclose = true\n', "cut.toml")
    closed, _ = cut.apply(small)
    with contextlib.suppress(co.DataError):  # to refuse is right as well
        back = co.load_network(closed.save(tmp_path / name))
        with pytest.raises(co.NoRouteError):
            answer(back)


# --- one's own network


def test_nodes_and_links_alone_are_a_network(tmp_path):
    only = write(tmp_path / "own", terminals=None, **dict.fromkeys(EMPTY))
    assert sorted(p.name for p in only.iterdir()) == ["links.csv", "nodes.csv"]
    network = co.load_network(only)
    assert (len(network["nodes"]), len(network["links"]), len(network["crossings"])) == (4, 5, 0)
    rail = answer(network, criteria=("distance",), exclude="mode:road")
    assert rail["distance"].tolist() == [995]
    assert len(answer(network)) >= 1


@pytest.mark.parametrize("table", ["terminals", *EMPTY])
def test_each_optional_table_may_be_missing(tmp_path, table):
    network = co.load_network(write(tmp_path / "own", **{table: None}))
    assert len(answer(network)) >= 1


def test_parallel_links_stay_apart(small):
    rail = answer(small, criteria=("distance",), exclude=["mode:road", "link:A-S-rail-old"])
    assert rail["distance"].tolist() == [602 + 545]
    assert answer(small, criteria=("distance",), exclude="mode:road")["distance"].tolist() == [450 + 545]


@pytest.mark.parametrize("nodes", [NODES.encode("utf-8-sig"), NODES.replace("\n", "\r\n"), NODES + "\n\n"])
def test_ways_a_spreadsheet_writes_csv(small, tmp_path, nodes):
    same_tables(small, co.load_network(write(tmp_path / "towns", nodes=nodes)))


@pytest.mark.parametrize("name", ["NA", "nan", "None", "007", "1e3", "True"])
def test_ids_that_look_like_something_else_stay_texts(small, tmp_path, name):
    texts = {"nodes": NODES, "links": LINKS, "terminals": TERMINALS}
    renamed = {t: re.sub(r"\bERZ\b", name, text) for t, text in texts.items()}
    network = co.load_network(write(tmp_path / "towns", **renamed))
    assert answer(network, destination=name).equals(answer(small))
    assert name in set(co.load_network(network.save(tmp_path / "again"))["nodes"]["id"])


def test_command_line_reads_and_writes_networks(small, tmp_path, capsys):
    towns = write(tmp_path / "towns")
    assert main(["network", "validate", str(towns)]) == 0
    assert main(["network", "info", str(towns)]) == 0
    assert main(["network", "export", str(tmp_path / "x.gpkg"), "--network", str(towns)]) == 0
    assert main(["routes", "Anksville", "Erzton", "--network", str(tmp_path / "x.gpkg")]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "4 nodes, 5 links" in out


# --- damage: each is one clear error, and exit code 2 on the command line


def cut(text: str, column: str) -> str:
    """Take a column out of a CSV text."""
    rows = [row.split(",") for row in text.strip().split("\n")]
    at = rows[0].index(column)
    return "\n".join(",".join(row[:at] + row[at + 1 :]) for row in rows) + "\n"


def swap(text: str) -> str:
    """Mix up longitude and latitude in every row."""
    rows = [row.split(",") for row in text.strip().split("\n")]
    return "\n".join(",".join([*r[:3], r[4], r[3], *r[5:]] if n else r) for n, r in enumerate(rows)) + "\n"


def with_length(text: str) -> str:
    return LINKS.replace(",602,", f",{text},")


DAMAGE = {
    "negative length": ({"links": with_length("-602")}, ["links, row A-S-rail, length_km", "-602"]),
    "no length": ({"links": with_length("0")}, ["links, row A-S-rail, length_km"]),
    "NaN": ({"links": with_length("NaN")}, ["links, row A-S-rail, length_km"]),
    "infinite": ({"links": with_length("inf")}, ["links, row A-S-rail, length_km"]),
    "empty": ({"links": with_length("")}, ["links, row A-S-rail, length_km", "empty"]),
    "no number": ({"links": with_length("6o2")}, ["links, row A-S-rail, length_km", "'6o2'"]),
    "decimal comma": ({"links": with_length('"602,5"')}, ["links, row A-S-rail, length_km", "'602,5'"]),
    "missing node": ({"links": LINKS.replace("SIV,ERZ", "SIV,ERX")}, ["row S-E-rail, to", "'ERX'", "'ERZ'"]),
    "self-loop": ({"links": LINKS.replace("SIV,ERZ", "SIV,SIV")}, ["row S-E-rail, to", "the same node"]),
    "duplicate link": ({"links": LINKS.replace("A-S-rail-old", "A-S-rail")}, ["'A-S-rail' stands here twice"]),
    "duplicate node": ({"nodes": NODES + NODES.splitlines()[1] + "\n"}, ["nodes, row ANK, id", "twice"]),
    "mixed-up lon, lat": ({"nodes": swap(NODES)}, ["mixed up"]),
    "mixed-up far east": (
        {"nodes": NODES.replace("41.28,39.91", "39.91,116.4")},
        ["nodes, row ERZ, lat", "mixed up"],
    ),
    "misspelt column": ({"links": LINKS.replace("length_km", "lenght_km")}, ["'length_km'", "lenght_km"]),
    "missing column": ({"links": cut(LINKS, "length_km")}, ["links, length_km", "missing"]),
    "missing status": ({"links": cut(LINKS, "status_2026")}, ["links, status_2026", "missing"]),
    "not UTF-8": ({"nodes": NODES.replace("Izmirby", "İzmir").encode("cp1254")}, ["nodes.csv", "utf-8"]),
    "UTF-16": ({"nodes": NODES.encode("utf-16")}, ["nodes.csv", "utf-8"]),
    "semicolons": ({"nodes": NODES.replace(",", ";")}, ["nodes", "comma"]),
    "empty file": ({"nodes": ""}, ["nodes.csv"]),
    "open quote": ({"nodes": NODES.replace("Izmirby", '"Izmirby')}, ["nodes.csv"]),
    "one long row": ({"links": LINKS.replace("operating\nS-E", "operating,x\nS-E")}, ["links.csv"]),
    "all rows too long": ({"links": LINKS.replace("operating\n", "operating,x\n")}, ["links.csv", "cells"]),
    "misspelt mode": ({"links": LINKS.replace("road,,road", "raod,,road")}, ["row A-S-road, mode", "'road'"]),
    "misspelt status": (
        {"links": LINKS.replace("operating\nS-E", "operatin\nS-E")},
        ["row A-S-road, status_2026", "no status 'operatin'", "'operating'"],
    ),
    "misspelt class": (
        {"links": LINKS.replace("rail-turkey,545", "rail-turky,545")},
        ["row S-E-rail, class", "no class 'rail-turky'", "'rail-turkey'"],
    ),
    "unknown gauge": ({"links": LINKS.replace("1435,rail-turkey,545", "1453,rail-turkey,545")}, ["S-E-rail", "1453"]),
    "gauge of a road": ({"links": LINKS.replace("road,,road", "road,1435,road")}, ["A-S-road", "only rail"]),
    "country in words": ({"nodes": NODES.replace("Erzton,TR", "Erzton,Turkey")}, ["nodes, row ERZ", "'Turkey'"]),
    "unknown source": ({"links": LINKS.replace("602,K", "602,KX")}, ["A-S-rail, length_source", "'KX'", "'K'"]),
    "no source": ({"links": LINKS.replace("602,K", "602,")}, ["A-S-rail, length_km", "without a source"]),
    "no links": ({"links": None}, ["'links' is missing"]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_table_is_refused(tmp_path, capsys, damage):
    tables, said = DAMAGE[damage]
    folder = write(tmp_path / "towns", **tables)
    assert main(["network", "validate", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("corridor-opt: ")
    for words in said:
        assert words.lower() in err.lower()
    assert main(["routes", "Anksville", "Erzton", "--network", str(folder)]) == 2


def test_missing_column_is_one_fault_and_not_one_a_row(tmp_path):
    with pytest.raises(co.SchemaError) as caught:
        co.load_network(write(tmp_path / "towns", links=cut(LINKS, "length_km")))
    assert len(caught.value.faults) == 1


def test_faults_of_all_tables_are_told_at_once(tmp_path):
    links = with_length("-602").replace("SIV,ERZ", "SIV,ERX").replace("1435,rail-turkey,824", "1453,rail-turkey,nope")
    nodes = NODES.replace("Erzton,TR", "Erzton,Turkey")
    with pytest.raises(co.SchemaError) as caught:
        co.load_network(write(tmp_path / "towns", links=links, nodes=nodes))
    assert len(caught.value.faults) == 5
    for words in ("-602", "'ERX'", "1453", "'nope'", "'Turkey'"):
        assert words in str(caught.value)


def test_what_is_no_network_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "nodes.csv").mkdir()
    for path in ("nowhere", "empty", "text.txt", "folder", "x" * 5000, ""):
        with pytest.raises(co.DataError):
            co.load_network(tmp_path / path)
    for no_path in (5, b"\xff", ["a"]):
        with pytest.raises(co.DataError):
            co.load_network(no_path)


@pytest.mark.parametrize("as_of", ["2024", "", None, 20222, "now"])
def test_unknown_vantage_point_is_refused(as_of):
    with pytest.raises(co.DataError, match="2026"):
        co.load_network(as_of=as_of)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", None])
def test_damaged_metadata_is_refused(tmp_path, content):
    folder = write(tmp_path / "towns")
    if content is None:
        (folder / "datapackage.json").mkdir()
    else:
        (folder / "datapackage.json").write_bytes(content)
    with pytest.raises(co.DataError, match="datapackage"):
        co.load_network(folder)


def test_every_fault_of_a_vantage_file_is_told(tmp_path):
    folder = write(tmp_path / "towns")
    one, two = 'country = "TR"\nclose = true\nopen = true', 'mode = "rial"\nclose = true'
    text = f'nme = "x"\n[[disruption]]\n{one}\n[[disruption]]\n{two}\n'
    (folder / "vantage-2026.toml").write_text(text)
    with pytest.raises(co.ScenarioError) as caught:
        co.load_network(folder)
    for words in ("'nme'", "close, open", "'rial'"):
        assert words in str(caught.value)


# --- GeoPackage and GeoParquet


@pytest.mark.parametrize("share", [0, 0.0001, 0.01, 0.25, 0.5, 0.9])
def test_truncated_geopackage_is_refused(gpkg, tmp_path, share, capfd):
    path = tmp_path / "towns.gpkg"
    path.write_bytes(gpkg[: int(len(gpkg) * share)])
    assert main(["network", "validate", str(path)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1  # GDAL keeps its own words to itself
    assert "towns.gpkg" in err


def test_a_geopackage_without_room_says_so_in_a_line(small, tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))  # a full disk, near enough
    try:
        with pytest.raises(co.DataError, match=r"x\.gpkg cannot be written: layer \w+: ") as caught:
            small.save(tmp_path / "x.gpkg")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(str(caught.value)) < 300
    assert not list(tmp_path.iterdir())


def test_garbled_geopackage_is_refused(gpkg, tmp_path):
    third = len(gpkg) // 3
    (tmp_path / "towns.gpkg").write_bytes(gpkg[:third] + b"\xaa" * third + gpkg[2 * third :])
    with pytest.raises(co.DataError, match="damaged"):
        co.load_network(tmp_path / "towns.gpkg")


def remade(gpkg, path, **layers):
    """A GeoPackage with some layers told otherwise."""
    import pyogrio

    path.write_bytes(gpkg)
    for name, change in layers.items():
        pyogrio.write_dataframe(change(pyogrio.read_dataframe(path, layer=name)), path, layer=name)
    return path


def test_wrong_coordinate_system_is_refused(gpkg, tmp_path):
    path = remade(gpkg, tmp_path / "towns.gpkg", nodes=lambda f: f.to_crs(3857), links=lambda f: f.to_crs(32636))
    with pytest.raises(co.DataError, match="EPSG:4326") as caught:
        co.load_network(path)
    for words in ("layer nodes", "Pseudo-Mercator", "layer links", "UTM"):
        assert words in str(caught.value)


def test_bad_numbers_in_a_geopackage_are_refused(gpkg, tmp_path):
    changes = [
        lambda f: f.assign(length_km=-f["length_km"]),
        lambda f: f.assign(length_km=float("nan")),
        lambda f: pd.concat([f, f.iloc[:1]]),
    ]
    for turn, change in enumerate(changes):
        with pytest.raises(co.SchemaError, match="A-S-rail"):
            co.load_network(remade(gpkg, tmp_path / f"{turn}.gpkg", links=change))


def test_point_moved_in_a_gis_is_not_ignored(gpkg, tmp_path):
    path = remade(gpkg, tmp_path / "t.gpkg", nodes=lambda f: f.set_geometry(f.geometry.translate(0.5, 0)))
    try:
        network = co.load_network(path)
    except co.DataError as error:
        assert "lon" in str(error)  # noqa: PT017  (one or the other is right)
    else:
        assert network.node("ANK")["lon"] == pytest.approx(33.35)


def test_foreign_geopackage_says_what_it_has(gpkg, tmp_path):
    import pyogrio

    (tmp_path / "s.gpkg").write_bytes(gpkg)
    pyogrio.write_dataframe(
        pyogrio.read_dataframe(tmp_path / "s.gpkg", layer="nodes"), tmp_path / "t.gpkg", layer="towns"
    )
    with pytest.raises(co.DataError, match="towns"):
        co.load_network(tmp_path / "t.gpkg")


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
def test_truncated_parquet_is_refused(small, tmp_path, share):
    path = small.save(tmp_path / "t.parquet") / "links.parquet"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(co.DataError, match=r"links\.parquet"):
        co.load_network(path.parent)


def test_lines_of_links_are_checked_though_another_table_says_how_links_run(network, tmp_path):
    import geopandas
    import pyarrow.parquet as pq

    folder = network.save(tmp_path / "t.parquet")
    path = folder / "links.parquet"
    drawn = geopandas.read_parquet(path)
    assert (folder / "geometry.parquet").exists()
    assert co.load_network(folder)["geometry"].equals(network["geometry"])
    drawn.to_crs(3857).to_parquet(path)
    with pytest.raises(co.DataError, match=r"links\.parquet: coordinates are WGS 84 / Pseudo-Mercator"):
        co.load_network(folder)
    drawn.assign(other=drawn.geometry).to_parquet(path)
    with pytest.raises(co.DataError, match="links, other: no such column"):
        co.load_network(folder)
    table = pq.read_table(path)
    for said in (b"{", b"[]", b'{"columns": {}, "version": "1.0.0"}'):
        pq.write_table(table.replace_schema_metadata({b"geo": said}), path)
        with pytest.raises(co.DataError, match=r"links\.parquet cannot be read: it is damaged"):
            co.load_network(folder)


def test_garbled_and_projected_parquet_are_refused(small, tmp_path):
    import geopandas

    folder = small.save(tmp_path / "t.parquet")
    content = (folder / "links.parquet").read_bytes()
    (folder / "links.parquet").write_bytes(content[:50] + b"\xaa" * 350 + content[400:])
    with pytest.raises(co.DataError, match=r"links\.parquet"):
        co.load_network(folder)
    (folder / "links.parquet").write_bytes(content)
    geopandas.read_parquet(folder / "nodes.parquet").to_crs(3857).to_parquet(folder / "nodes.parquet")
    with pytest.raises(co.DataError, match="EPSG:4326"):
        co.load_network(folder)


# --- writing: all or nothing, and nothing old is lost


@contextlib.contextmanager
def no_room(size: int):
    """A full disk, near enough: no file may grow beyond a size."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", FORMATS)
def test_full_disk_leaves_the_old_network_and_no_litter(small, tmp_path, name):
    path = small.save(tmp_path / name)
    renamed = dataclasses.replace(small, name="new")
    with no_room(2048), pytest.raises(co.DataError, match="cannot be written"):
        renamed.save(path)
    assert co.load_network(path).name == small.name
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", FORMATS)
def test_failing_move_leaves_the_old_network(small, tmp_path, name, monkeypatch):
    path = small.save(tmp_path / name)
    replace = os.replace

    def fail(source, target):
        if Path(target) == path and Path(source).name == name:
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(co.DataError, match="cannot be written"):
        small.save(path)
    monkeypatch.undo()
    same_tables(small, co.load_network(path))
    assert os.listdir(tmp_path) == [name]


def test_folder_of_something_else_stays(small, tmp_path):
    """`datapackage.json` is a name that any data package uses."""
    for name, meta in (
        ("thesis", None),
        ("package", '{"name": "of somebody else"}'),
        ("d.gpkg", None),
        ("d.parquet", None),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "chapter.txt").write_text("years of work")
        if meta:
            (folder / "datapackage.json").write_text(meta)
        with pytest.raises(co.DataError, match="stays as it is"):
            small.save(folder)
        assert (folder / "chapter.txt").read_text() == "years of work"


def test_notes_beside_a_saved_network_are_not_deleted(small, tmp_path):
    folder = small.save(tmp_path / "towns")
    (folder / "notes.txt").write_text("my own")
    with contextlib.suppress(co.DataError):  # to refuse is right as well
        small.save(folder)
    assert (folder / "notes.txt").read_text() == "my own"
    same_tables(small, co.load_network(folder))


def test_saving_again_replaces_tables(small, tmp_path):
    folder = small.save(tmp_path / "towns")
    renamed = dataclasses.replace(small, name="new")
    renamed.save(folder)
    assert co.load_network(folder).name == "new"
    assert json.loads((folder / "datapackage.json").read_text())["name"] == "new"


def test_paths_that_cannot_be_written(small, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("corridor_opt.model.load.load_network", lambda *_, **__: small)
    (tmp_path / "file").write_text("old")
    (tmp_path / "file.parquet").write_text("old")
    paths = [tmp_path / "file", tmp_path / "file.parquet", tmp_path / "file" / "under", tmp_path / ("x" * 3000), ""]
    for path in [*paths, tmp_path / "x.csv", tmp_path / "x.json"]:
        with pytest.raises(co.DataError):
            small.save(path)
        assert main(["network", "export", str(path)]) == 2
    assert sorted(os.listdir(tmp_path)) == ["file", "file.parquet"]
    assert (tmp_path / "file").read_text() == (tmp_path / "file.parquet").read_text() == "old"
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder where nobody may write, root included")
def test_folder_where_nobody_may_write(small):
    for name in ("towns", "towns.gpkg", "towns.parquet"):
        with pytest.raises(co.DataError, match="cannot be written"):
            small.save(Path("/proc") / name)
