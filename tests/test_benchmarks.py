"""Made graphs, independent searches and the command lines of the benchmarks of growth and New York, at small sizes."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, worlds

from benchmarks import dimacs, growth, independent, large, made, peers, shared, shown
from benchmarks import worlds as many
from corridor_opt.graph import Exact, pareto_front, search


def check_rows(graph: made.Graph, criteria: int) -> None:
    """Offsets, heads and weights fit together, and all vertices reach each other or are in one piece."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n, m = len(graph.first_out) - 1, len(graph.head)
    assert graph.first_out[0] == 0
    assert graph.first_out[-1] == m
    assert (np.diff(graph.first_out) >= 0).all()
    assert graph.head.min() >= 0
    assert graph.head.max() < n
    assert graph.weight.shape == (m, criteria)
    assert graph.weight.min() >= 1
    assert {array.dtype for array in graph} == {np.dtype(np.int64)}
    joined = csr_array((np.ones(m), graph.head, graph.first_out), shape=(n, n))
    assert connected_components(joined, directed=False)[0] == 1


@pytest.mark.parametrize("kind", made.KINDS)
@pytest.mark.parametrize("arcs", [1000, 5000])
def test_made_graphs_are_strongly_connected_and_of_the_size_asked_for(kind, arcs):
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = made.KINDS[kind](arcs, 7)
    check_rows(graph, 3)
    assert 0.8 * arcs < len(graph.head) < 1.2 * arcs
    n = len(graph.first_out) - 1
    joined = csr_array((np.ones(len(graph.head)), graph.head, graph.first_out), shape=(n, n))
    assert connected_components(joined, connection="strong")[0] == 1
    tail = np.repeat(np.arange(n), np.diff(graph.first_out))
    ways = sorted(zip(tail.tolist(), graph.head.tolist(), map(tuple, graph.weight.tolist()), strict=True))
    assert ways == sorted((head, tail, weight) for tail, head, weight in ways), "both ways alike"


@pytest.mark.parametrize("make", [*made.KINDS.values(), lambda arcs, seed: made.one_way(9, 11, 6, seed)])
def test_the_same_seed_makes_the_same_graph(make):
    one, again, other = make(2000, 7), make(2000, 7), make(2000, 8)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one.weight, other.weight)


def test_a_grid_without_a_way_back_keeps_its_weights_when_criteria_are_added():
    few, many = made.one_way(4, 7, 2, 3), made.one_way(4, 7, 6, 3)
    check_rows(many, 6)
    assert np.array_equal(few.head, many.head)
    assert np.array_equal(few.weight, many.weight[:, :2])
    assert len(many.head) == 4 * 6 + 3 * 7


def test_targets_are_far():
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    graph = made.geometric(3000, 5)
    n = len(graph.first_out) - 1
    matrix = csr_array((graph.weight[:, 0].astype(float), graph.head, graph.first_out), shape=(n, n))
    pairs = made.far_pairs(graph, matrix, 3, 5)
    assert len(pairs) == 3
    for source, target, length in pairs:
        lengths = dijkstra(matrix, indices=source)
        assert lengths[target] == length
        assert (lengths <= length).mean() >= 0.9


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=40), st.integers(1, 5))
def test_the_plain_filter_keeps_what_nothing_beats(rows, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(independent, "BLOCK", block)
        values = np.array(rows, np.int64).reshape(-1, 3)
        kept = independent.non_dominated(values)
    assert [tuple(row) for row in kept.tolist()] == reference.non_dominated(set(rows))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(2, 6), st.integers(0, 10**6), st.sampled_from([1, 3, 20]))
def test_dynamic_programming_finds_the_front_of_a_grid(rows, columns, k, seed, largest):
    graph, target = made.one_way(rows, columns, k, seed, largest), rows * columns - 1
    other = independent.along_order(*graph, 0, target)
    for few in (0, 10**9):  # by buckets, by a heap
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "FEW_ARCS", few)
            front = pareto_front(*graph, 0, target, method=Exact())
        assert front.values.tolist() == other.tolist()
        assert independent.attained(*graph, 0, target, front.values, front.paths)


@pytest.mark.parametrize("k", range(2, 7))
def test_dynamic_programming_finds_the_front_of_a_larger_grid(k):
    graph, target = made.one_way(3, 60, k, 11), 179
    assert len(graph.head) >= search.FEW_ARCS
    assert np.array_equal(pareto_front(*graph, 0, target).values, independent.along_order(*graph, 0, target))


@settings(max_examples=EXAMPLES, deadline=None)
@given(worlds(limits=False))
def test_label_correcting_finds_the_front_of_brute_force(world: World):
    is_open = None if world.is_open is None else np.array(world.is_open, np.bool_)
    found = independent.by_correction(*world.csr(), world.source, world.target, is_open, weightings=5)
    wanted = reference.pareto_front(world.n, world.open_arcs, world.source, world.target, world.k)
    assert [tuple(row) for row in found.tolist()] == wanted


def test_paths_that_do_not_add_up_are_seen():
    graph = made.one_way(3, 3, 2, 1)
    front = pareto_front(*graph, 0, 8)
    every = np.ones(len(graph.head), np.bool_)
    assert independent.attained(*graph, 0, 8, front.values, front.paths, every)
    every[front.paths[0][0]] = False
    assert not independent.attained(*graph, 0, 8, front.values, front.paths, every)
    assert not independent.attained(*graph, 0, 8, front.values + 1, front.paths)
    assert not independent.attained(*graph, 0, 7, front.values, front.paths)
    assert not independent.attained(*graph, 0, 8, front.values, front.paths[1:])
    assert not independent.attained(*graph, 0, 8, front.values, [path[1:] for path in front.paths])


def test_an_order_that_is_not_topological_is_refused_and_patience_ends():
    graph = made.grid(40, 1)
    with pytest.raises(ValueError, match="topological"):
        independent.along_order(*graph, 0, 3)
    with pytest.raises(independent.OutOfTime):
        independent.by_correction(*graph, 0, 3, seconds=-1)
    with pytest.raises(independent.OutOfTime):
        independent.along_order(*made.one_way(3, 3, 2, 1), 0, 8, seconds=-1)


def test_the_embedded_network_is_compared_too(network):
    row = growth.of_network(network, ("Yerevan", "Bandar Abbas"), 3, 60)
    assert row["points"] > 10
    assert shown.verdict(row) == "yes"
    six = growth.of_network(network, ("Yerevan", "Bandar Abbas"), 6, 60)
    assert six["criteria"] == 6
    assert shown.verdict(six) == "yes"


def test_bounded_fronts_are_judged():
    exact = np.array([[100, 400], [101, 300], [300, 100]])
    assert growth.covers(exact, exact)
    assert growth.covers(exact[1:], exact)
    assert not growth.covers(exact[:2], exact)
    assert not growth.covers(np.concatenate([exact, exact]), exact)
    assert growth.right_length(exact, 100, 0)
    assert growth.right_length(exact[1:], 100, 1)
    assert not growth.right_length(exact[1:], 100, 0)
    assert not growth.right_length(exact, 101, 1)


def test_sizes_grow_by_half_powers_of_ten():
    assert growth.sizes(10) == [1000]
    assert growth.sizes(4000) == [1000, 3162]
    assert growth.sizes(1_000_000) == [1000, 3162, 10_000, 31_623, 100_000, 316_228, 1_000_000]


def test_the_command_line_measures_checks_and_writes(tmp_path, capsys):
    file = tmp_path / "growth.json"
    assert growth.main(["--most-arcs", "2000", "--budget", "5", "--json", str(file)]) == 0
    said = capsys.readouterr().out
    assert "not equal: 0" in said
    assert "the embedded network has" in said, "left out, and said so"
    result = json.loads(file.read_text(encoding="utf-8"))
    assert {(row["kind"], row["criteria"]) for row in result["size"]} == {(n, k) for n in made.KINDS for k in (1, 2, 3)}
    assert all(row["limited"] == 0 and row["wrong"] == 0 and row["bytes"] > 0 for row in result["size"])
    many = {row["criteria"]: row for row in result["criteria"]}
    assert sorted(many) == [2, 3, 4, 5, 6]
    if all(row["status"] == "complete" for row in many.values()):
        assert min(many[5]["points"], many[6]["points"]) >= 1000


def test_the_command_line_ends_with_1_when_a_front_is_wrong(monkeypatch, capsys):
    monkeypatch.setattr(growth, "KINDS", {})
    monkeypatch.setattr(growth, "SIDE", 5)
    right = growth.along_order
    monkeypatch.setattr(growth, "along_order", lambda *given: right(*given)[1:])
    assert growth.main(["--most-arcs", "2000", "--budget", "5"]) == 1
    assert "not equal: 5" in capsys.readouterr().out


def test_a_search_that_was_cut_off_is_shown(capsys):
    rows = growth.of_size("grid", 20_000, 7, 1e-6, lambda line: None)
    assert next(row["limited"] for row in rows if row["criteria"] > 1) == growth.QUERIES
    assert not any(row["wrong"] for row in rows)
    row = growth.of_dag(5, 7, 1e-6)
    assert row["status"] == "limit"
    assert shown.verdict(row) == "unfinished"


@pytest.mark.parametrize("words", [["--budget", "0"], ["--json", "no/such/folder/growth.json"]])
def test_the_command_line_refuses_what_it_cannot_do(words, capsys):
    with pytest.raises(SystemExit) as stop:
        growth.main(words)
    assert stop.value.code == 2
    assert words[0] in capsys.readouterr().err


@pytest.fixture(scope="module")
def streets(tmp_path_factory):
    """A folder with a ring of 30 vertices and chords across it, as the graph files of New York are written."""
    folder = tmp_path_factory.mktemp("streets")
    rng = np.random.default_rng(5)
    ends = [(v, (v + step) % 30) for v in range(30) for step in (1, 2, 7)]
    arcs = ends + [(b, a) for a, b in ends]
    for letter in "dt":
        weights = rng.integers(100, 900, len(arcs)).tolist()
        lines = ["c made up", f"p sp 30 {len(arcs)}"]
        lines += [f"a {a + 1} {b + 1} {weight}" for (a, b), weight in zip(arcs, weights, strict=True)]
        with gzip.open(folder / f"USA-road-{letter}.NY.gr.gz", "wt") as file:
            file.write("\n".join(lines) + "\n")
    return folder


def ask_streets(folder, file, text, *words):
    """Write a table of queries and run the command line on it."""
    file.write_text(text)
    return dimacs.main(["--data", str(folder), "--fronts", str(file), "--repeats", "1", *words])


def known(folder, objectives, source, target):
    """Find points, least values and checksum of a front, by label correcting."""
    first_out, head, weight = dimacs.read_graph(folder)
    columns = weight[:, ["dtml".index(letter) for letter in objectives]]
    values = independent.by_correction(first_out, head, columns, source - 1, target - 1)
    return str(len(values)), dimacs.digest(values), " ".join(map(str, values.min(axis=0).tolist()))


FULL = "objectives,source,target,front,front_sha256,minima,ref_A,ref_BOA\n"


@pytest.mark.parametrize("words", [[], ["--unprepared"], ["--bounded", "0.5"], ["--unprepared", "--bounded", "0.5"]])
def test_queries_are_compared_measured_and_written(streets, tmp_path, capsys, words):
    points, sha, minima = known(streets, "mdt", 3, 18)
    text = FULL + f"mdt,3,18,{points},{sha.upper()},{minima},2.5,\n\ntd, 1 ,30,,,,,\ntd,4,4,1,,0 0,,1\n"
    file = tmp_path / "out.json"
    assert ask_streets(streets, tmp_path / "q.csv", text, "--json", str(file), *words) == 0
    said = capsys.readouterr().out
    assert "B/expanded" in said
    assert "paths" in said
    assert "WRONG" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "q.csv"]
    first, second, third = json.loads(file.read_text(encoding="utf-8"))["queries"]
    assert [first["ok"], second["ok"], third["ok"]] == [True, None, True]
    assert first["ratios"] == ["A"]
    assert third["ratios"] == ["BOA"]
    assert first["paths"] > 0
    assert first["whole"] == pytest.approx(first["bounds"] + first["search"] + first["paths"])
    assert ("bounded" in first) == ("--bounded" in words)


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_each_thing_that_differs_is_wrong(streets, tmp_path, capsys, wrong):
    told = list(known(streets, "td", 3, 18))
    told[wrong] = ["9" + told[0], "0" * 64, told[2][::-1]][wrong]
    assert ask_streets(streets, tmp_path / "q.csv", FULL + f"td,3,18,{','.join(told)},,\n") == 1
    assert capsys.readouterr().out.count("WRONG") == 2, "in its line and in the table"
    alone = [told[i] if i == wrong else "" for i in range(3)]
    assert ask_streets(streets, tmp_path / "q.csv", FULL + f"td,3,18,{','.join(alone)},,\n") == 1


@pytest.mark.parametrize("unprepared", [False, True])
def test_the_first_question_of_each_set_is_asked_once_untimed(streets, tmp_path, monkeypatch, unprepared):
    asked = []
    measure, right = dimacs.measure, dimacs.get_ready

    def watch(*given):
        ready = right(*given)
        asked.append("ready")
        return ready

    def question(first_out, head, weight, source, target, **more):
        asked.append((weight.shape[1], source, target))
        return pareto_front(first_out, head, weight, source, target, **more)

    class Watched:
        def __init__(self, *graph):
            self.graph = graph

        def front(self, source, target, **more):
            return question(*self.graph, source, target, **more)

    monkeypatch.setattr(dimacs, "get_ready", watch)
    monkeypatch.setattr(dimacs, "pareto_front", question)
    monkeypatch.setattr(dimacs, "prepare", Watched)
    monkeypatch.setattr(dimacs, "measure", lambda *given: asked.append("timed") or measure(*given))
    text = "objectives,source,target\ndt,1,9\ndt,2,9\nd,3,9\n"
    assert ask_streets(streets, tmp_path / "q.csv", text, *["--unprepared"] * unprepared) == 0
    one, two, three = (2, 0, 8), (2, 1, 8), (1, 2, 8)
    assert asked == [one, "ready", "timed", one, "timed", two, three, "ready", "timed", three]


def refused(streets, tmp_path, monkeypatch, text, *words):
    """Run what must end before any search, and give what it says."""
    monkeypatch.setattr(dimacs, "get_ready", None)
    with pytest.raises(SystemExit) as stop:
        ask_streets(streets, tmp_path / "q.csv", text, *words)
    assert isinstance(stop.value.code, str), "told on stderr, ends with 1"
    return stop.value.code


def test_all_faults_of_a_table_are_told_with_their_lines(streets, tmp_path, monkeypatch):
    text = FULL + (
        "dx,1,2,,,,,\ndtmldtm,1,2,,,,,\n,1,2,,,,,\n\nd,,1.5,,,,,\nd,0,31,,,,,\nd,1,2,,,,fast,0\nd,1,2,,,,nan,inf\n"
        "d,1,2,x,,1 2,,\nd,1,2,,,,,,7\nd,30\nd,30,1,,,,,\n"
    )
    said = refused(streets, tmp_path, monkeypatch, text, "--only", "dt").splitlines()
    wanted = [(2, "objectives"), (3, "objectives"), (4, "objectives"), (6, "source"), (6, "target"), (7, "source")]
    wanted += [(7, "target"), (8, "ref_A"), (8, "ref_BOA"), (9, "ref_A"), (9, "ref_BOA"), (10, "front"), (10, "minima")]
    wanted += [(11, "9 cells"), (12, "target")]
    assert len(said) == 1 + len(wanted)
    for line, (where, what) in zip(said[1:], wanted, strict=True):
        assert line.startswith(f"  line {where}: {what}")
    assert "counted from 1, to 30" in said[6]


def test_tables_without_columns_or_queries_are_refused(streets, tmp_path, monkeypatch):
    assert "line 2: no column source, target" in refused(streets, tmp_path, monkeypatch, "\nobjectives,from\ndt,1\n")
    for empty in ("", "\n", FULL, FULL + "\n,,\n"):
        assert "no queries in it" in refused(streets, tmp_path, monkeypatch, empty)
    said = refused(streets, tmp_path, monkeypatch, FULL + "dt,1,2,,,,,\ndl,1,2,,,,,\n", "--only", "zz")
    assert "--only zz; there are dl, dt" in said


@pytest.mark.parametrize(
    "words",
    [["--bounded", "0"], ["--bounded", "1.1"], ["--bounded", "nan"], ["--repeats", "0"], ["--json", "no/such/o.json"]],
)
def test_options_of_the_road_network_are_checked_before_any_work(words, monkeypatch, capsys):
    monkeypatch.setattr(dimacs, "read_graph", None)
    with pytest.raises(SystemExit) as stop:
        dimacs.main(["--data", "none", "--fronts", "none", *words])
    assert stop.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_many_weightings_are_compared_with_loops(tmp_path, capsys):
    written = tmp_path / "worlds.json"
    assert many.main(["--worlds", "20", "--repeats", "1", "--largest", "1000", "--json", str(written)]) == 0
    assert "200 worlds streamed" in capsys.readouterr().out
    results = json.loads(written.read_text())["results"]
    assert len(results) == 4
    assert all(rate > 0 for one in results for rate in (*one["rates"].values(), *one["ratios"].values()))


def test_a_loop_that_disagrees_stops_the_comparison_of_weightings():
    graph = made.grid(200, 1)
    plain = (graph.first_out, graph.head, graph.weight[:, 0], None, 0)
    rng = np.random.default_rng(1)
    case = many.by_items("small", plain, many.some_sets(len(graph.head), rng), 5, rng)
    found = many.of_scipy(case, list(many.spelled_out(case, 5)))()
    many.check(case, "scipy", found)
    found[3][7] += 1
    with pytest.raises(SystemExit, match="scipy disagrees on small, world 3"):
        many.check(case, "scipy", found)


def test_shared_items_are_measured_and_found_alike_by_both_kinds_of_pruning(tmp_path, capsys):
    file = tmp_path / "shared.json"
    assert shared.main(["--repeats", "1", "--most-arcs", "1000", "--json", str(file)]) == 0
    rows = json.loads(file.read_text("utf-8"))["rows"]
    assert {row["k"] for row in rows} == {2, 3, 4}
    assert {row["items"] for row in rows} == {10, 30, 200}
    assert all(row["same"] and row["points"] > 0 for row in rows)
    assert "Mumbai - Moscow" in capsys.readouterr().out


def test_large_networks_are_measured_and_compared_with_scipy(monkeypatch, capsys):
    asked = large.main(["--part", "front", "--km", "500", "--repeats", "1"])
    assert asked == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["status"] for row in told["rows"]] == ["complete"] * 3
    assert large.main(["--part", "matrix", "--side", "6", "--repeats", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["side"] == 6
    whole = peers.graph_of
    monkeypatch.setattr(large.peers, "graph_of", lambda *graph: whole(*graph[:-1], graph[-1] + 1))
    with pytest.raises(SystemExit, match="different costs"):
        large.main(["--part", "matrix", "--side", "6", "--repeats", "1"])
