"""Commands that show what there is: scenarios, hazards, compliance profiles, the network."""

from __future__ import annotations

import argparse

from corridor_opt.cli_terminal import emit
from corridor_opt.errors import DataError


def scenarios(words: argparse.Namespace) -> None:
    """List scenarios, or show one."""
    from corridor_opt.model.load import load_network
    from corridor_opt.model.scenario import scenarios, stack
    from corridor_opt.results.lines import text_table, wrapped

    if words.name is None:
        frame = scenarios()
        rows = [[r.name, r.title, str(r.disruptions), r.confidence] for r in frame.itertuples(index=False)]
        emit(text_table(["scenario", "what happens", "changes", "confidence"], rows, right=(2,)))
        return
    scenario = stack(words.name)
    _, touched = scenario.apply(load_network(as_of=words.as_of))
    lines = [*str(scenario).splitlines(), "touched:", *(f"  {line}" for line in touched or ("nothing",))]
    emit("\n".join(wrapped(line) for line in lines))


def hazards(words: argparse.Namespace) -> None:
    """List hazard sets, or show one."""
    from corridor_opt.model.load import load_network
    from corridor_opt.results.hazard_text import set_text, sets_text

    emit(sets_text() if words.name is None else set_text(words.name, load_network(as_of=words.as_of)))


def compliance(words: argparse.Namespace) -> None:
    """List compliance profiles, or show one."""
    from corridor_opt.model.load import load_network
    from corridor_opt.results.compliance_text import profile_text, profiles_text

    emit(profiles_text() if words.name is None else profile_text(words.name, load_network(as_of=words.as_of)))


def network(words: argparse.Namespace) -> None:
    """Show, check or write a network."""
    from corridor_opt.model.load import load_network
    from corridor_opt.results.text import network_text

    if words.action == "import":
        from corridor_opt.cli_import import bring_in

        bring_in(words)
        return
    if words.more:
        raise DataError(f"one word too many: '{words.more[0]}'")
    if words.action == "info":
        emit(network_text(load_network(words.file or words.network, as_of=words.as_of)))
        return
    if words.action == "report":
        from corridor_opt.cli_quality import report

        report(words)
        return
    if words.action in ("build", "remove"):
        from corridor_opt import cli_build

        getattr(cli_build, words.action)(words)
        return
    if words.file is None:
        raise DataError(f"network {words.action} needs a FILE")
    if words.action == "validate":
        found = load_network(words.file, as_of=words.as_of)
        emit(f"{words.file} is valid: {found!r}")
        return
    emit(f"written: {load_network(words.network, as_of=words.as_of).save(words.file)}")


def warm_up(words: argparse.Namespace) -> None:
    """Compile what a first answer needs."""
    from corridor_opt.studies.warm_up import warm_up

    emit(f"ready after {warm_up():.1f} s")
