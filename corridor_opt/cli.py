"""The command line: thin, it reads words, calls a study and prints what it gets.

Exit codes: 0 done; 1 no route; 2 bad input; 3 a limit was hit (what was found is printed and marked).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from corridor_opt.cli_words import BAD_INPUT, QUESTIONS, read
from corridor_opt.errors import CorridorError, DataError, NoRouteError, SearchLimitError

if TYPE_CHECKING:
    from corridor_opt.cli_terminal import Bar

DONE, NO_ROUTE, LIMIT = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the program's name; those of the process when None.

    Returns
    -------
    int
        Exit code: 0 done, 1 no route, 2 bad input, 3 a limit was hit.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["_complete"]:  # asked by the shell at each tab: nothing else is loaded
        from corridor_opt.cli_complete import answer

        return answer(given[1:])
    words = read(given)
    try:
        code = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except NoRouteError as error:
        code, said = NO_ROUTE, str(error)
    except SearchLimitError as error:
        code, said = LIMIT, str(error)
    except CorridorError as error:
        code, said = BAD_INPUT, str(error)
    except BrokenPipeError:  # the reader of our output, such as head, has gone
        _drop_output()
        return DONE
    except OSError as error:
        _drop_output()
        code, said = BAD_INPUT, f"the answer cannot be written: {error.strerror or error}"
    except KeyboardInterrupt:
        code, said = 130, "stopped"
    _say(said)
    return code


def _run(words: argparse.Namespace) -> int:
    """Run a command on the page that the terminal makes."""
    from corridor_opt.cli_terminal import Bar, emit, page_of
    from corridor_opt.results.lines import on_page

    words.faults = []
    with on_page(page_of(words, words.faults)):
        if words.command in QUESTIONS:
            asked: dict[str, Callable[[argparse.Namespace, Bar], int]] = {
                "routes": _routes,
                "compare": _compare,
                "robust": _robust,
                "why-not": _why_not,
                "matrix": _matrix,
            }
            bar = Bar()
            try:
                return asked[words.command](words, bar)
            finally:
                bar.clear()
        if words.faults:
            raise DataError("; ".join(words.faults))
        if words.command == "completion":
            from corridor_opt.cli_complete import script

            emit(script(words.shell))
            return DONE
        from corridor_opt import cli_lists

        shown: dict[str, Callable[[argparse.Namespace], None]] = {
            "scenarios": cli_lists.scenarios,
            "hazards": cli_lists.hazards,
            "compliance": cli_lists.compliance,
            "network": cli_lists.network,
            "warmup": cli_lists.warm_up,
        }
        shown[words.command](words)
        return DONE


def _routes(words: argparse.Namespace, bar: Bar) -> int:
    from corridor_opt.cli_ask import question, route_number
    from corridor_opt.studies.routes import find_routes

    faults: list[str] = []
    explained = route_number(words, "explain", faults)
    against = route_number(words, "against", faults)
    if words.against is not None and words.explain is None:
        faults.append("--against needs --explain: it says which route that one is held against")
    if words.format != "table" and words.explain is not None:
        faults.append(f"--explain prints text; it does not go with --format {words.format}")
    scenario = words.scenario or ["baseline"]
    network, asked = question(words, [scenario], faults)
    asked |= {"progress": bar.search} if bar.lives else {}
    front = find_routes(network, words.origin, words.destination, scenario=scenario, **asked)
    text = _shown(words, front, explained, against)
    _files(words, front, bar)
    _print(text, words, bar)
    if front.status == "limit":
        _say("the search stopped at its limit; routes may be missing")
        return LIMIT
    return DONE


def _shown(words: argparse.Namespace, front: Any, explained: int | None, against: int | None) -> str:
    """Give a front in the format asked."""
    from corridor_opt.cli_ask import weights
    from corridor_opt.results.lines import wrapped
    from corridor_opt.results.tables import front_geojson

    if explained is not None:
        beyond = [n for n in (explained, against) if n is not None and not 1 <= n <= len(front)]
        if beyond:
            option = "--explain" if explained in beyond else "--against"
            raise DataError(f"{option} {beyond[0]}: the front has routes 1 to {len(front)}")
        route = front[explained - 1]
        return str(route.explain() if against is None else route.explain(against=front[against - 1]))
    if words.format == "json":
        return front.to_json()
    if words.format == "csv":
        return front.to_frame().to_csv(index=False, lineterminator="\n").rstrip("\n")
    if words.format == "geojson":
        return json.dumps(front_geojson(front), ensure_ascii=False)
    if words.rank is None and words.method == "weighted":
        return str(front)
    ranked = front.rank(weights(words.rank, []), method=words.method)
    scored = enumerate(zip(ranked["route"], ranked["score"], strict=True), 1)
    best = "  ".join(f"{place}. route {route + 1} ({score:.3f})" for place, (route, score) in scored if place <= 10)
    return f"{front}\n\n" + wrapped(f"Ranked ({words.method}; small scores are good): {best}")


def _compare(words: argparse.Namespace, bar: Bar) -> int:
    from corridor_opt.cli_ask import question
    from corridor_opt.results.tables import front_geojson
    from corridor_opt.studies.compare import compare_scenarios

    faults: list[str] = []
    if words.rank is not None or words.explain is not None or words.against is not None:
        faults.append("--rank, --explain and --against belong to the command routes")
    scenarios = words.scenario or ["baseline"]
    network, asked = question(words, scenarios, faults)
    asked |= {"progress": bar.search, "turn": bar.scenario} if bar.lives else {}
    comparison = compare_scenarios(network, words.origin, words.destination, scenarios=scenarios, **asked)
    fronts = {name: outcome.front for name, outcome in comparison.outcomes.items() if outcome.front is not None}
    if words.format == "json":
        text = comparison.to_json()
    elif words.format == "csv":
        import pandas as pd

        frames = [front.to_frame().assign(scenario=name) for name, front in fronts.items()]
        text = pd.concat(frames).to_csv(index=False, lineterminator="\n").rstrip("\n") if frames else "scenario"
    elif words.format == "geojson":
        features = []
        for name, front in fronts.items():
            for feature in front_geojson(front)["features"]:
                feature["properties"]["scenario"] = name
                features.append(feature)
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    else:
        text = str(comparison)
    _files(words, comparison, bar)
    _print(text, words, bar)
    for name, outcome in comparison.outcomes.items():
        if outcome.front is None:
            _say(f"{name}: {outcome.reason}")
        elif outcome.status == "limit":
            _say(f"{name}: the search stopped at its limit; routes may be missing")
    if any(outcome.status in ("limit", "not searched") for outcome in comparison.outcomes.values()):
        return LIMIT
    return DONE if fronts else NO_ROUTE


def _robust(words: argparse.Namespace, bar: Bar) -> int:
    from corridor_opt.cli_ask import question
    from corridor_opt.results.tables import front_geojson
    from corridor_opt.studies.amounts import read_number
    from corridor_opt.studies.robust import choice_faults, robust_routes

    faults: list[str] = []
    more: dict[str, Any] = {"policy": words.policy, "deadline": words.deadline}
    for name in ("samples", "seed", "usd_per_day"):
        text = getattr(words, name)
        if text is None or (name == "samples" and text == "exact"):
            more[name] = text
            continue
        value = read_number(text)
        if value is None or (name != "usd_per_day" and value != int(value)):
            faults.append(f"--{name.replace('_', '-')} '{text[:60]}' is not a number")
        else:
            more[name] = value if name == "usd_per_day" else int(value)
    if words.measures is not None:
        more["measures"] = [name.strip() for name in words.measures.split(",") if name.strip()]
    faults += choice_faults(**more)
    scenario = words.scenario or ["baseline"]
    network, asked = question(words, [scenario], faults)
    more |= {"scenario": scenario, "progress": bar.worlds if bar.lives else None}
    robust = robust_routes(network, words.origin, words.destination, **asked, **more)
    if words.format == "json":
        text = robust.to_json()
    elif words.format == "csv":
        text = robust.to_frame().to_csv(index=False, lineterminator="\n").rstrip("\n")
    elif words.format == "geojson":
        text = json.dumps(front_geojson(robust.front), ensure_ascii=False)
    else:
        text = str(robust)
    _files(words, robust, bar)
    _print(text, words, bar)
    if robust.front.status == "limit":
        _say("a search stopped at its limit; routes may be missing")
        return LIMIT
    return DONE


def _why_not(words: argparse.Namespace, bar: Bar) -> int:
    from corridor_opt.cli_ask import question
    from corridor_opt.studies.why_not import why_not

    scenario = words.scenario or ["baseline"]
    network, asked = question(words, [scenario], [])
    bar.say(f"searching ways by {words.what[:40]}")
    asked |= {"progress": bar.search} if bar.lives else {}
    answer = why_not(network, words.origin, words.destination, words.what, scenario=scenario, **asked)
    _print(answer.to_json() if words.format == "json" else str(answer), words, bar)
    return DONE


def _matrix(words: argparse.Namespace, bar: Bar) -> int:
    from corridor_opt.cli_ask import matrix_question
    from corridor_opt.studies.front_matrix import front_matrix
    from corridor_opt.studies.matrix import cost_matrix

    network, asked = matrix_question(words)
    asked |= {"progress": bar.pairs} if bar.lives else {}
    try:
        matrix: Any = (cost_matrix if words.front is None else front_matrix)(network, **asked)
    except KeyboardInterrupt:
        if asked["to"] is not None:
            bar.clear()
            _say(f"what is whole stays in {asked['to']}; the same command goes on from there")
        raise
    made = {"json": matrix.to_json, "csv": lambda: matrix.to_csv().rstrip("\n")}
    _print(made.get(words.format, matrix.__str__)(), words, bar)
    counts = matrix.counts
    if "limit" in counts:
        _say(f"{counts['limit']:,} searches stopped at their limit; see the column status")
        return LIMIT
    return DONE if counts.get("complete") else NO_ROUTE


def _files(words: argparse.Namespace, answer: Any, bar: Bar) -> None:
    """Write the map and the report."""
    for option, save in (("map", "save_map"), ("report", "save_report")):
        path = getattr(words, option)
        if path is not None:
            bar.say(f"writing {path}")
            getattr(answer, save)(path, **(_choice(words) if option == "report" else {}))


def _choice(words: argparse.Namespace) -> dict[str, Any]:
    """How a report of routes chooses the one to recommend: by the ranking asked for, if any."""
    if words.command != "routes" or (words.rank is None and words.method == "weighted"):
        return {}
    from corridor_opt.cli_ask import weights

    return {"weights": weights(words.rank, []), "method": words.method}


def _print(text: str, words: argparse.Namespace, bar: Bar) -> None:
    """Print, or write a file; an old file stays if writing fails."""
    bar.clear()
    if words.output is None:
        from corridor_opt.cli_terminal import emit

        emit(text, json=words.format in ("json", "geojson"))
    else:
        from corridor_opt.model.writing import replace_text

        replace_text(words.output, text + "\n")


def _drop_output() -> None:
    """Let what is left in the buffer of stdout go nowhere, so that the end of the process does not trip over it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(line: str) -> None:
    """Tell a person something beside the answer."""
    if sys.stderr is not None:  # it is closed in some services
        print(f"corridor-opt: {line}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
