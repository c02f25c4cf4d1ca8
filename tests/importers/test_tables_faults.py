"""Foreign tables that cannot be used: one clear error that lists every fault, with its row and what to do."""

from __future__ import annotations

import contextlib

import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor_opt as co

NODES = pd.DataFrame(
    {"id": ["ALA", "AST"], "name": ["Almaty", "Astana"], "lon": [76.95, 71.43], "lat": [43.25, 51.13], "country": "KZ"}
)
LINKS = pd.DataFrame(
    {"from": ["ALA"], "to": ["AST"], "length_km": ["1215"], "mode": "road", "class": "road-cis"}, dtype=object
)
LINE = shapely.LineString([(76.95, 43.25), (75, 48), (71.43, 51.13)])


def refused(*tables, **more):
    """What is said of tables that cannot be used."""
    with pytest.raises(co.DataError) as caught:
        co.from_tables(*tables, **more)
    return str(caught.value)


def row(**columns):
    return LINKS.assign(**columns)


def lines(*shapes, crs="EPSG:4326", **columns):
    plain = pd.concat([LINKS.drop(columns=["from", "to", "length_km"])] * len(shapes)).assign(countries="KZ", **columns)
    return geopandas.GeoDataFrame(plain.reset_index(drop=True), geometry=list(shapes), crs=crs)


# --- cells


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"length_km": "1 234,5"}, 'decimal = ",", thousands = " "'),
        ({"length_km": "1,215"}, "'1,215' is not a number; if it is one"),
        ({"length_km": "far"}, "'far' is not a number"),
        ({"length_km": "inf"}, "'inf' is not a number"),
        ({"length_km": "-5"}, "above 0"),
        ({"length_km": "0"}, 'leave_out = ["zero-length"]'),
        ({"length_km": "12"}, "its ends lie 970 km apart"),
        ({"length_km": ""}, "straight = 1.3"),
        ({"mode": "raod"}, "did you mean 'road'"),
        ({"mode": ""}, "mode: is empty"),
        ({"to": "ATS"}, "no node 'ATS'; did you mean 'AST'"),
        ({"to": ""}, "to: is empty"),
        ({"to": "ALA"}, 'leave_out = ["self-loops"]'),
        ({"class": "road-cs"}, "did you mean 'road-cis'"),
        ({"direction": "perhaps"}, "no direction 'perhaps'"),
    ],
)
def test_a_bad_cell_is_named_with_its_row(columns, said):
    assert said in refused(NODES, row(**columns))


def test_every_fault_of_all_tables_is_told_at_once():
    bad = pd.concat([row(length_km="1.215,0"), row(to="ATS"), row(mode="tram")], ignore_index=True)
    said = refused(NODES.assign(lat=[43.25, 151.0]), bad)
    for words in ("'1.215,0'", "'ATS'", "'tram'", "longitude and latitude mixed up", "4 fault(s)"):
        assert words in said


def test_a_fault_of_many_rows_hides_no_others():
    many = pd.concat([row(length_km=f"{km},5", to="AXT") for km in range(60)], ignore_index=True)
    said = refused(NODES, many)
    assert "'0,5' is not a number; if it is one" in said
    assert "and the like (60 rows: row 0, row 1, row 2, ...)" in said
    assert "no node 'AXT'; did you mean 'AST'?" in said
    assert said.count("\n  - ") == 2


def test_numbers_are_read_as_the_mapping_says():
    rules = {"numbers": {"decimal": ",", "thousands": " "}}
    network = co.from_tables(NODES, row(length_km="1 215,5"), mapping=rules)
    assert network["links"]["length_km"].tolist() == [1215.5]
    assert "'1.215' is not a number" in refused(NODES, row(length_km="1.215"), mapping=rules)
    points = {"numbers": {"decimal": ",", "thousands": "."}, "links": {"transit_hours": {"value": 20.5}}}
    for cell in ("1.215,5", 1215.5):  # what is a number already stays
        links = co.from_tables(NODES, row(length_km=cell), mapping=points)["links"]
        assert links[["length_km", "transit_hours"]].to_numpy().tolist() == [[1215.5, 20.5]]


def test_rows_are_left_out_when_asked_and_told():
    rows = pd.concat([LINKS, LINKS, row(to="ALA"), row(length_km="0")], ignore_index=True)
    kinds = ["self-loops", "zero-length", "duplicates"]
    network = co.from_tables(NODES, rows, mapping={"leave_out": kinds})
    assert len(network["links"]) == 1
    assert all(any(f"1 {kind} were left out" in line for line in network.standing) for kind in kinds)
    assert "the whole row stands there twice" in refused(NODES, pd.concat([LINKS, LINKS], ignore_index=True))


def test_parallel_links_of_other_lengths_stay():
    network = co.from_tables(NODES, pd.concat([LINKS, row(length_km="1300")], ignore_index=True))
    assert network["links"]["id"].tolist() == ["ALA-AST-road", "ALA-AST-road-2"]


def test_a_length_without_a_unit_is_found_out_or_in_doubt():
    bare = LINKS.rename(columns={"length_km": "length"})
    assert co.from_tables(NODES, bare.assign(length=1_215_000))["links"]["length_km"].tolist() == [1215]
    assert "the unit of 'length' is in doubt" in refused(NODES, bare.assign(length=12))


def test_two_columns_for_one_of_ours_are_a_fault():
    said = refused(NODES, LINKS.rename(columns={"from": "source"}).assign(u="ALA"))
    assert "from could be 'source' or 'u'" in said


def test_a_one_way_link_against_its_drawing_is_turned():
    network = co.from_tables(NODES, row(oneway="-1"))
    assert network["links"][["from", "to", "direction"]].to_numpy().tolist() == [["AST", "ALA", "forward"]]


# --- geometry


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (shapely.Point(76, 43), "a Point, no line"),
        (shapely.LineString(), 'leave_out = ["empty-geometry"]'),
        (None, 'leave_out = ["empty-geometry"]'),
        (shapely.LineString([(179, 60), (-179, 60)]), "crosses the 180th meridian"),
        (shapely.LineString([(7_695_000, 4_325_000), (7_143_000, 5_113_000)]), 'crs = "EPSG:3857"'),
    ],
)
def test_a_line_that_is_none_is_named(shape, said):
    assert said in refused(lines(LINE, shape))


def test_heights_parts_and_other_coordinates_are_dealt_with_and_told():
    high = shapely.LineString([(76.95, 43.25, 800), (71.43, 51.13, 350)])
    parts = shapely.MultiLineString([[(71.43, 51.13), (72, 52)], [(73, 53), (74, 54)]])
    flat = lines(high, parts)
    network = co.from_tables(flat.to_crs("EPSG:3857"), name="mercator")
    assert len(network["links"]) == 3
    assert [76.95, 43.25] in network["nodes"][["lon", "lat"]].round(4).to_numpy().tolist()
    for words in ("heights of 1", "cut into 2", "from WGS 84 / Pseudo-Mercator to WGS 84"):
        assert any(words in line for line in network.standing)


def test_a_line_far_from_the_nodes_it_names_is_a_fault():
    away = lines(shapely.LineString([(60, 40), (61, 41)]), **{"from": "ALA", "to": "AST"})
    assert "km from the nodes that the row names" in refused(NODES, away)


def test_a_coordinate_system_that_contradicts_the_file_is_the_one_fault():
    said = refused(lines(LINE).to_crs("EPSG:3857"), mapping={"crs": "EPSG:4326"})
    assert "Pseudo-Mercator in the file and WGS 84 in the mapping" in said
    assert "180th" not in said


# --- files


def test_coordinates_that_are_nowhere_are_the_one_fault():
    far = shapely.transform(LINE, lambda points: points * 1e5)
    assert "has 1 fault(s)\n  - links (the frame of links), row 0, lon" in refused(NODES, lines(far, LINE)[:1])
    said = refused(lines(LINE, LINE.reverse(), crs="EPSG:3857"))
    assert "said to be in WGS 84 / Pseudo-Mercator, but its coordinates are degrees, such as 76.95, 43.25" in said


def test_files_that_cannot_be_read_say_why(tmp_path):
    for name, content, said in (
        ("cut.parquet", b"PAR1xx", "damaged"),
        ("cut.gpkg", b"SQLite format 3\x00", "damaged"),
        ("cut.xlsx", b"PK\x03\x04xx", "damaged"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        ("old.xls", b"", "save it as .xlsx"),
        ("latin.csv", "von;nach\nZürich;Köln\n".encode("cp1252"), 'encoding = "cp1252"'),
        ("open.csv", b'a,b\n"x,y\n', "quotation mark"),
        ("short.csv", b"a,b\n1\n", "line 2 has 1 cells, the header has 2"),
        ("twice.csv", b"a,a\n1,2\n", "stands there twice"),
        ("empty.csv", b"", "is empty"),
        ("bare.csv", b"from,to\n", "no rows"),
        ("what.pdf", b"", "not read from '.pdf'"),
    ):
        if name.endswith("parquet"):
            pytest.importorskip("pyarrow", reason="GeoParquet needs pyarrow")
        if name.endswith("xlsx"):
            pytest.importorskip("openpyxl", reason="a spreadsheet needs openpyxl")
        (tmp_path / name).write_bytes(content)
        assert said in refused(tmp_path / name), name
    assert "no such file" in refused(tmp_path / "none.csv")
    (tmp_path / "hollow").mkdir()
    assert "holds no table" in refused(tmp_path / "hollow")


def workbook(path, *, title=None, formula=False, second="lines"):
    openpyxl = pytest.importorskip("openpyxl", reason="a spreadsheet needs openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "stations"
    for cells in [list(NODES.columns), *NODES.to_numpy().tolist()]:
        sheet.append(cells)
    sheet = book.create_sheet(second)
    if title:
        sheet.append([title])
        sheet.merge_cells("A1:E1")
    for cells in [list(LINKS.columns), ["ALA", "AST", "=1200+15" if formula else 1215, "road", "road-cis"]]:
        sheet.append(cells)
    book.save(path)
    return path


def test_a_workbook_is_a_network(tmp_path):
    network = co.from_tables(workbook(tmp_path / "offers.xlsx"))
    assert network.name == "offers"
    assert network["links"]["length_km"].tolist() == [1215]


def test_workbooks_say_what_is_wrong(tmp_path):
    path = tmp_path / "offers.xlsx"
    assert "formulas without values in C2" in refused(workbook(path, formula=True))
    assert "merged" in refused(workbook(path, title="Offers of autumn"))
    titled = co.from_tables(path, mapping={"links": {"header": 2}})
    assert titled["links"]["length_km"].tolist() == [1215]
    assert "did you mean 'lines'" in refused(path, mapping={"links": {"sheet": "lnies"}})
    assert "which holds the links?" in refused(workbook(path, second="Blatt 2"))
    LINKS.to_excel(tmp_path / "one.xlsx", sheet_name="Blatt", index=False)
    alone = co.from_tables(NODES, tmp_path / "one.xlsx", mapping={"links": {"sheet": "Blatt"}})
    assert alone["links"]["length_km"].tolist() == [1215]


# --- the mapping


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"lnks": {}}, "no key 'lnks'; did you mean 'links'"),
        ({"links": {"lenght_km": "km"}}, "did you mean 'length_km'"),
        ({"links": {"length_km": {"column": "m", "unit": "metre"}}}, "no unit 'metre'"),
        ({"links": {"length_km": {"colum": "m"}}}, "did you mean 'column'"),
        ({"links": {"mode": {"value": "rial"}}}, "did you mean 'rail'"),
        ({"links": {"mode": {"column": "typ", "words": {"S": "rial"}}}}, "did you mean 'rail'"),
        ({"links": {"mode": {"column": "a", "value": "rail"}}}, "column and value given"),
        ({"links": {"mode": {"value": "rail", "words": {}}}}, "words belongs to a column"),
        ({"links": {"mode": True}}, "a column's name"),
        ({"links": 5}, "a table of columns"),
        ({"leave_out": ["loops"]}, "did you mean 'self-loops'"),
        ({"source": {"confidence": "sure"}}, "no confidence 'sure'"),
        ({"numbers": {"decimal": ",", "thousands": ","}}, "two different marks"),
        ({"ends_within_km": -1}, "ends_within_km"),
        ({"crs": "EPSG:99999999"}, "no coordinate system"),
        ({"links": {"length_km": "km_lnegth"}}, "no column 'km_lnegth'"),
        ({"csv": {"encoding": 5, "separator": ";;"}}, "not one character"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(rules, said):
    assert said in refused(NODES, LINKS, mapping=rules)


def test_mapping_files_that_are_none(tmp_path):
    assert "cannot be read" in refused(NODES, LINKS, mapping=tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[links\n")
    assert "is no TOML file" in refused(NODES, LINKS, mapping=tmp_path / "bad.toml")


@pytest.mark.parametrize("what", [None, 5, [NODES], {"edges": LINKS}, {}, []])
def test_what_is_no_table_is_refused(what):
    refused(what)


CELLS = st.sampled_from(
    ["", "ALA", "AST", "x", "-1", "1215", "1 0", "nan", "rail", "road", "POINT (1 2)", None, 0, 7.5, 1e9]
)
NAMES = st.sampled_from(
    [
        "from",
        "to",
        "length",
        "length_km",
        "mode",
        "class",
        "geometry",
        "x1",
        "y1",
        "x2",
        "y2",
        "lon",
        "lat",
        "id",
        "name",
    ]
)
FRAMES = st.integers(0, 3).flatmap(
    lambda rows: st.dictionaries(NAMES, st.lists(CELLS, min_size=rows, max_size=rows), max_size=7).map(pd.DataFrame)
)


@settings(max_examples=60, deadline=None)
@given(FRAMES, FRAMES, st.booleans())
def test_whatever_the_tables_hold_the_answer_is_a_network_or_our_error(nodes, links, good):
    with contextlib.suppress(co.DataError):
        assert len(co.from_tables(NODES if good else nodes, links)["links"]) >= 0
