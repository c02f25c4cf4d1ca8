"""The command line: thin, it reads words, calls a study and prints what it gets.

Exit codes: 0 done; 1 no route; 2 bad input; 3 a limit was hit (what was found is printed and marked).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from corridor_opt.cli_ask import question, weights
from corridor_opt.cli_words import BAD_INPUT, read
from corridor_opt.errors import CorridorError, DataError, NoRouteError, SearchLimitError

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
    words = read(sys.argv[1:] if arguments is None else arguments)
    run = {
        "routes": _routes,
        "compare": _compare,
        "robust": _robust,
        "scenarios": _scenarios,
        "hazards": _hazards,
        "compliance": _compliance,
        "network": _network,
        "warmup": _warm_up,
    }
    try:
        code = run[words.command](words)
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


def _routes(words: argparse.Namespace) -> int:
    from corridor_opt.studies.routes import find_routes

    faults: list[str] = []
    if words.explain is not None and not (words.explain.isascii() and words.explain.isdigit()):
        faults.append(f"--explain '{words.explain[:60]}' is not the number of a route")
    if words.format != "table" and words.explain is not None:
        faults.append(f"--explain prints text; it does not go with --format {words.format}")
    scenario = words.scenario or ["baseline"]
    network, asked = question(words, [scenario], faults)
    front = find_routes(network, words.origin, words.destination, scenario=scenario, **asked)
    text = _shown(words, front)
    if words.map:
        front.save_map(words.map)
    _print(text, words.output)
    if front.status == "limit":
        _say("the search stopped at its limit; routes may be missing")
        return LIMIT
    return DONE


def _shown(words: argparse.Namespace, front: Any) -> str:
    """Give a front in the format asked."""
    from corridor_opt.results.tables import front_geojson
    from corridor_opt.results.text import wrapped

    if words.explain is not None:
        if not 1 <= int(words.explain[:9]) <= len(front):
            raise DataError(f"--explain {words.explain[:20]}: the front has routes 1 to {len(front)}")
        return str(front[int(words.explain) - 1].explain())
    if words.format == "json":
        return front.to_json()
    if words.format == "csv":
        return front.to_frame().to_csv(index=False, lineterminator="\n").rstrip("\n")
    if words.format == "geojson":
        return json.dumps(front_geojson(front), ensure_ascii=False)
    if "rank" not in words or (words.rank is None and words.method == "weighted"):
        return str(front)
    ranked = front.rank(weights(words.rank, []), method=words.method)
    scored = enumerate(zip(ranked["route"], ranked["score"], strict=True), 1)
    best = "  ".join(f"{place}. route {route + 1} ({score:.3f})" for place, (route, score) in scored if place <= 10)
    return f"{front}\n\n" + wrapped(f"Ranked ({words.method}; small scores are good): {best}")


def _compare(words: argparse.Namespace) -> int:
    from corridor_opt.results.tables import front_geojson
    from corridor_opt.studies.compare import compare_scenarios

    faults = []
    if words.rank is not None or words.explain is not None:
        faults.append("--rank and --explain belong to the command routes")
    scenarios = words.scenario or ["baseline"]
    network, asked = question(words, scenarios, faults)
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
    if words.map:
        comparison.save_map(words.map)
    _print(text, words.output)
    for name, outcome in comparison.outcomes.items():
        if outcome.front is None:
            _say(f"{name}: {outcome.reason}")
        elif outcome.status == "limit":
            _say(f"{name}: the search stopped at its limit; routes may be missing")
    if any(outcome.status in ("limit", "not searched") for outcome in comparison.outcomes.values()):
        return LIMIT
    return DONE if fronts else NO_ROUTE


def _robust(words: argparse.Namespace) -> int:
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
    if words.explain is not None:
        faults.append("--explain belongs to the command routes")
    scenario = words.scenario or ["baseline"]
    network, asked = question(words, [scenario], faults)
    if asked.pop("progress") is not None:
        more["progress"] = _worlds_done
    robust = robust_routes(network, words.origin, words.destination, scenario=scenario, **asked, **more)
    if words.map:
        robust.save_map(words.map)
    if words.format == "json":
        text = robust.to_json()
    elif words.format == "csv":
        text = robust.to_frame().to_csv(index=False, lineterminator="\n").rstrip("\n")
    elif words.format == "geojson":
        text = json.dumps(front_geojson(robust.front), ensure_ascii=False)
    else:
        text = str(robust)
    _print(text, words.output)
    if robust.front.status == "limit":
        _say("a search stopped at its limit; routes may be missing")
        return LIMIT
    return DONE


def _worlds_done(done: int, worlds: int) -> None:
    """Tell how many worlds are done, on one line of the terminal that is wiped when it moves on."""
    print(f"\r\033[K{done:,} of {worlds:,} worlds", end="\r", file=sys.stderr, flush=True)


def _scenarios(words: argparse.Namespace) -> int:
    from corridor_opt.model.load import load_network
    from corridor_opt.model.scenario import scenarios, stack
    from corridor_opt.results.text import text_table, wrapped

    if words.name is None:
        frame = scenarios()
        rows = [[r.name, r.title, str(r.disruptions), r.confidence] for r in frame.itertuples(index=False)]
        print(text_table(["scenario", "what happens", "changes", "confidence"], rows, widths=(32, 46, 7, 11)))
        return DONE
    scenario = stack(words.name)
    _, touched = scenario.apply(load_network(as_of=words.as_of))
    lines = [*str(scenario).splitlines(), "touched:", *(f"  {line}" for line in touched or ("nothing",))]
    print("\n".join(wrapped(line) for line in lines))
    return DONE


def _hazards(words: argparse.Namespace) -> int:
    from corridor_opt.model.load import load_network
    from corridor_opt.results.hazard_text import set_text, sets_text

    print(sets_text() if words.name is None else set_text(words.name, load_network(as_of=words.as_of)))
    return DONE


def _compliance(words: argparse.Namespace) -> int:
    from corridor_opt.model.load import load_network
    from corridor_opt.results.compliance_text import profile_text, profiles_text

    text = profiles_text() if words.name is None else profile_text(words.name, load_network(as_of=words.as_of))
    print(text)
    return DONE


def _network(words: argparse.Namespace) -> int:
    from corridor_opt.model.load import load_network
    from corridor_opt.results.text import network_text

    if words.action == "info":
        print(network_text(load_network(words.file or words.network, as_of=words.as_of)))
        return DONE
    if words.file is None:
        raise DataError(f"network {words.action} needs a FILE")
    if words.action == "validate":
        network = load_network(words.file, as_of=words.as_of)
        print(f"{words.file} is valid: {network!r}")
        return DONE
    network = load_network(words.network, as_of=words.as_of)
    print(f"written: {network.save(words.file)}")
    return DONE


def _warm_up(words: argparse.Namespace) -> int:
    from corridor_opt.studies.warm_up import warm_up

    print(f"ready after {warm_up():.1f} s")
    return DONE


def _print(text: str, path: str | None) -> None:
    """Print, or write a file; an old file stays if writing fails."""
    if sys.stderr is not None and sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if path is None:
        print(text)
    else:
        from corridor_opt.model.writing import replace_text

        replace_text(path, text + "\n")


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
