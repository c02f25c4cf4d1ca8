"""The graphs, the independent searches and the command line of the benchmarks of growth, at small sizes."""

from __future__ import annotations

import json

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, worlds

from benchmarks import growth, independent, made, shown
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
