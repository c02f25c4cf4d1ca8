"""Hazards as text: the sets, and one set with what each hazard does, how likely it is and what that rests on."""

from __future__ import annotations

from pathlib import Path

from corridor_opt.model.hazard_files import hazard_sets, load_hazards
from corridor_opt.model.network import USED, Network
from corridor_opt.results.lines import text_table, wrapped


def sets_text() -> str:
    """Give a table of the shipped sets."""
    rows = [
        [r.name, r.title, r.vantage, str(r.hazards), str(r.groups), r.confidence]
        for r in hazard_sets().itertuples(index=False)
    ]
    head = ["set", "title", "vantage", "hazards", "groups", "confidence"]
    return text_table(head, rows, right=(3, 4), widths=(8, 44, 7, 7, 6, 10))


def set_text(what: str | Path, network: Network) -> str:
    """Show a set: its hazards, and what each touches in a network.

    Raises
    ------
    ScenarioError
        There is no such set, or it has faults.
    """
    hazards = load_hazards(what)
    hazards.check(network)
    rows = []
    for hazard in sorted(hazards, key=lambda one: (-one.chance(), one.name)):
        masks = hazard.where.match(network)
        count = sum(int(masks[table].sum()) for table in USED if table in masks)
        events = "" if hazard.events is None else str(hazard.events)
        cells = [
            hazard.name,
            f"{hazard.chance():.2%}",
            f"{hazard.mean_days:g}",
            hazard.effect,
            str(count),
            hazard.group,
        ]
        rows.append([*cells, events, hazard.confidence])
    head = ["hazard", "chance", "days", "what", "rows", "group", "events", "confidence"]
    lines = [f"{hazards.name}: {hazards.title}", hazards.description]
    table = text_table(head, rows, right=(1, 2, 4, 6), widths=(30, 6, 5, 14, 4, 14, 6, 10))
    shocks = {item.name: item.probability for item in hazards.items() if item.is_shock}
    groups = [
        f"group {g.name}: {g.title or g.name}, strength {g.strength:g}, shock {shocks.get(g.name, 0.0):.2%}"
        for g in hazards.groups
    ]
    note = "Chance: to meet it, in any month. Events: how many its rate rests on; most rates are judgement."
    return "\n".join([*(wrapped(line) for line in lines if line), "", table, "", *map(wrapped, [*groups, note])])
