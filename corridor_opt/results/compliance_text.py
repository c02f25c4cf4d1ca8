"""Compliance profiles as text: the list, and one with its rules and what they touch."""

from __future__ import annotations

from pathlib import Path

from corridor_opt.model.compliance import NOT_ADVICE, resolve_compliance
from corridor_opt.model.compliance_files import NONE, compliance_profiles, load_profile, union
from corridor_opt.model.network import USED, VANTAGE_DAYS, Network
from corridor_opt.results.lines import text_table, wrapped

SHOWN = 12  # ids of rows that a rule touches


def profiles_text() -> str:
    """Give a table of the shipped profiles."""
    rows = [
        [
            r.name,
            r.jurisdiction + (" (template)" if r.template else ""),
            r.as_of,
            str(r.rules),
            str(r.forbidden),
            r.confidence,
        ]
        for r in compliance_profiles().itertuples(index=False)
    ]
    table = text_table(["profile", "jurisdiction", "read up to", "rules", "forbid", "confidence"], rows, right=(3, 4))
    return f"{table}\n\nA template rests on no regulation of its own. All of this is {NOT_ADVICE}."


def profile_text(what: str | Path, network: Network) -> str:
    """Show profiles: their rules, and what each touches in a network at its vantage point.

    Raises
    ------
    ScenarioError
        There is no such profile, or it has faults.
    """
    profiles = union([what]) or (load_profile(NONE),)
    day = VANTAGE_DAYS[network.as_of]
    resolved = resolve_compliance(profiles, network, day)
    lines = [line for profile in profiles for line in str(profile).splitlines()]
    lines.append(f"held against {network.name} on {day}:")
    rows = {(one.profile, one.rule.name): one.rows for one in resolved.active}
    for profile in profiles:
        for rule in profile.rules:
            if not rule.holds(day):
                lines.append(f"  {rule.name}: does not hold on that day")
                continue
            masks = rows.get((profile.name, rule.name), {})
            ids = [i for table in USED if table in masks for i in network[table]["id"][masks[table]]]
            more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
            named = f": {', '.join(ids[:SHOWN])}{more}" if ids else ""
            lines.append(f"  {rule.name}: {len(ids)} row{'s' if len(ids) != 1 else ''}{named}")
    return "\n".join(wrapped(line) for line in lines)
