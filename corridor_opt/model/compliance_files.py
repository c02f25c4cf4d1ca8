"""Compliance profiles, read from TOML that reads aloud; those that are shipped."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.compliance import AMOUNTS, Profile, Rule
from corridor_opt.model.policy_files import content_of, read_head, read_prices, read_tables, read_words, shipped
from corridor_opt.model.selector import KEYS, read_selector

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"
HEAD = (
    "name",
    "title",
    "jurisdiction",
    "description",
    "as_of",
    "template",
    "sources",
    "confidence",
    "rule",
)
OF_RULE = tuple(f.name for f in dataclasses.fields(Rule) if f.name != "selector")
TEXTS = ("name", "regulation", "confidence", "why")
FLAGS = ("forbid", "tell")
DAYS = ("since", "until")


def compliance_profiles() -> pd.DataFrame:
    """List the shipped compliance profiles. Not legal advice.

    Returns
    -------
    pandas.DataFrame
        One row a profile: `name`, `title`, `jurisdiction`, `as_of` (day up to which its rules were read), `rules`,
        `forbidden` (how many of them forbid), `template`, `confidence`, `sources`; `none` first.
    """
    import pandas as pd

    rows = []
    for p in (load_profile(name) for name in shipped_profiles()):
        hard = sum(rule.forbid for rule in p.rules)
        as_of = p.as_of.isoformat() if p.as_of else ""
        cited = ";".join(p.sources)
        rows.append((p.name, p.title, p.jurisdiction, as_of, len(p.rules), hard, p.template, p.confidence, cited))
    columns = ["name", "title", "jurisdiction", "as_of", "rules", "forbidden", "template", "confidence", "sources"]
    return pd.DataFrame(rows, columns=columns)


def shipped_profiles() -> list[str]:
    """Names of the shipped profiles, `none` first."""
    return shipped("compliance", NONE)


def load_profile(what: str | Path | Profile) -> Profile:
    """Give a profile: by the name of a shipped one, by the path of a TOML file, or as it is.

    Raises
    ------
    ScenarioError
        There is none of that name, or the file is not TOML. What is wrong inside a profile is told when it is used.
    """
    if isinstance(what, Profile):
        return what
    if not isinstance(what, (str, Path)):
        raise ScenarioError(f"compliance is a name, a path or a Profile, not {what!r}")
    text = str(what)
    profile = parse_profile(*content_of(text, "compliance", shipped_profiles(), "compliance profile"))
    return profile if text.endswith(".toml") else dataclasses.replace(profile, shipped=True)


def union(what: Any) -> tuple[Profile, ...]:
    """Give several profiles, whose rules all apply: a list, or `"us+eu"`; `none` and None add nothing.

    Raises
    ------
    ScenarioError
        Every one that is unknown or cannot be read, and every one that stands twice.
    """
    if what is None:
        return ()
    given = [what] if isinstance(what, (str, Path, Profile)) else what
    if not isinstance(given, Sequence):
        raise ScenarioError(f"compliance is a name, a path, a Profile or a list of them, not {what!r}")
    found: list[Profile] = []
    faults: list[str] = []
    for one in given:
        whole = not isinstance(one, str) or (one.endswith(".toml") and os.path.isfile(one))
        for name in [one] if whole else str(one).split("+"):
            try:
                found.append(load_profile(name.strip() if isinstance(name, str) else name))
            except ScenarioError as error:
                faults += list(error.faults) or [error.summary]
    names = [profile.name for profile in found if profile.name != NONE]
    faults += [f"the compliance profile '{n}' stands twice" for n in dict.fromkeys(names) if names.count(n) > 1]
    if faults:
        raise ScenarioError("the compliance profile cannot be used", faults)
    return tuple(p for p in found if p.name != NONE or p.rules or p.text_faults)


def parse_profile(content: bytes, where: str) -> Profile:
    """Read a profile from the bytes of a TOML file.

    Returns
    -------
    Profile
        With its `text_faults`: unknown keys, values of the wrong kind.

    Raises
    ------
    ScenarioError
        It is not TOML.
    """
    faults: list[str] = []
    head = read_head(content, where, HEAD, faults)
    entries = read_tables(head.data, "rule", faults)
    if head.name == NONE and entries:
        faults.append(f"the name '{NONE}' belongs to the profile without rules")
    rules = []
    for number, entry in enumerate(entries, start=1):
        rule, found = _rule(entry, number)
        faults += [f"rule {number}: {fault}" for fault in found]
        if rule is not None:
            rules.append(rule)
    as_of = _day(head.data, "as_of", faults)
    if entries and as_of is None:
        faults.append("write as_of = 2026-01-31, the day up to which its regulations were read")
    return Profile(
        head.name,
        head.title,
        str(head.data.get("jurisdiction", "")),
        head.description,
        as_of,
        _flag(head.data, "template", faults),
        tuple(rules),
        head.sources,
        head.confidence,
        tuple(f"{where}: {fault}" for fault in faults),
    )


def _rule(entry: Mapping[str, Any], number: int) -> tuple[Rule | None, list[str]]:
    """Read one [[rule]]; None where it selects nothing, beside its faults."""
    faults: list[str] = []
    allowed = (*KEYS, "table", *OF_RULE)
    faults += [f"no key '{key}'{did_you_mean(key, allowed)}" for key in entry if key not in allowed]
    selector = read_selector(entry, faults)
    said: dict[str, Any] = {name: _text(entry, name, faults) for name in TEXTS if name in entry}
    said |= {name: _flag(entry, name, faults) for name in FLAGS}
    said |= {name: _day(entry, name, faults) for name in DAYS}
    for name in AMOUNTS:
        value = entry.get(name, 0.0)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            faults.append(f"{name}: {value!r} is not a number")
        else:
            said[name] = float(value)
    said["sources"] = read_words(entry, "sources", faults)
    said["prices"] = read_prices(entry, "surcharge_usd_per_teu" in entry, faults)
    if not said.get("name"):
        faults.append("it has no name")
        said["name"] = f"rule {number}"
    return (Rule(selector=selector, **said) if selector is not None else None), faults


def _text(entry: Mapping[str, Any], key: str, faults: list[str]) -> str:
    """Read a text."""
    if isinstance(entry[key], str):
        return " ".join(entry[key].split())
    faults.append(f'write {key} = "...", not {entry[key]!r}')
    return ""


def _flag(entry: Mapping[str, Any], key: str, faults: list[str]) -> bool:
    """Read true or false; false where it is not said."""
    value = entry.get(key, False)
    if isinstance(value, bool):
        return value
    faults.append(f"write {key} = true, not {value!r}")
    return False


def _day(entry: Mapping[str, Any], key: str, faults: list[str]) -> dt.date | None:
    """Read a day, None where it is not said."""
    value = entry.get(key)
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    faults.append(f"write {key} = 2025-09-29, a day without quotes, not {value!r}")
    return None
