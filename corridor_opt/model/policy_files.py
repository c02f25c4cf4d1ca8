"""What files of scenarios, hazards and compliance profiles have in common: TOML that reads aloud, shipped or one's own.

A file has a head (name, title, description, sources, confidence) and tables. What is wrong inside is gathered as faults
and told when the policy is used, together with what is wrong with its names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.schema import vocabulary


@dataclass(frozen=True)
class Head:
    """The head of a policy file, read.

    Parameters
    ----------
    data
        The whole file.
    name, title, description, sources, confidence
        What it says of itself; the file's own name where it has none.
    """

    data: Mapping[str, Any]
    name: str
    title: str
    description: str
    sources: tuple[str, ...]
    confidence: str


def shipped(folder: str, first: str) -> list[str]:
    """Names of the shipped files of a folder of `data`, in alphabetical order after one that is always there."""
    entries = resources.files("corridor_opt").joinpath("data", folder).iterdir()
    names = {entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml")}
    return [first, *sorted(names - {first})]


def content_of(text: str, folder: str, known: Sequence[str], what: str) -> tuple[bytes, str]:
    """Read a policy file by the name of a shipped one, or by its path, which ends in `.toml`.

    Parameters
    ----------
    text
        Name or path.
    folder
        Folder of `data` of the shipped ones.
    known
        Their names.
    what
        What such a thing is called, for messages.

    Returns
    -------
    content, where
        Bytes, and what to call the file in messages.

    Raises
    ------
    ScenarioError
        There is none of that name or at that path.
    """
    if text.endswith(".toml"):
        try:
            return Path(text).read_bytes(), text
        except (OSError, ValueError) as error:  # ValueError: a letter that no file name has
            raise ScenarioError(f"no {what} file {text[:200]!r}: {getattr(error, 'strerror', error)}") from error
    if text not in known:
        raise ScenarioError(f"no {what} '{text[:80]}'{did_you_mean(text[:80], known)}")
    file = resources.files("corridor_opt").joinpath("data", folder, f"{text}.toml")
    return file.read_bytes(), f"{text}.toml"


def read_head(content: bytes, where: str, allowed: Sequence[str], faults: list[str]) -> Head:
    """Read TOML and its head.

    Parameters
    ----------
    content
        Bytes of the file.
    where
        What to call it in messages.
    allowed
        Keys it may have.
    faults
        Gathers what is wrong.

    Raises
    ------
    ScenarioError
        It is not TOML.
    """
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(f"{where} is not TOML: {error}") from error
    faults += [f"no key '{key}'{did_you_mean(key, allowed)}" for key in data if key not in allowed]
    name = data.get("name")
    if not isinstance(name, str) or not name:
        faults.append("it has no name")
        name = Path(where).stem
    confidence = str(data.get("confidence", "assumption"))
    if confidence not in vocabulary("confidence"):
        faults.append(f"no confidence '{confidence}'{did_you_mean(confidence, vocabulary('confidence'))}")
    description = " ".join(str(data.get("description", "")).split())
    return Head(data, name, str(data.get("title", "")), description, read_words(data, "sources", faults), confidence)


def read_tables(data: Mapping[str, Any], key: str, faults: list[str]) -> list[dict[str, Any]]:
    """Read the tables written as [[key]]."""
    entries = data.get(key, [])
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    faults.append(f"{key}s are written as [[{key}]]")
    return []


def read_words(entry: Mapping[str, Any], key: str, faults: list[str]) -> tuple[str, ...]:
    """Read a list of words of a table of TOML."""
    words = entry.get(key, [])
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return tuple(words)
    faults.append(f'write {key} = ["...", "..."], not {words!r}')
    return ()


def read_prices(entry: Mapping[str, Any], money: bool, faults: list[str]) -> int:
    """Read the year of the amounts of money of a table of TOML.

    Parameters
    ----------
    entry
        The table.
    money
        Whether it holds amounts of money.
    faults
        Gathers what is wrong.
    """
    prices = entry.get("prices", DEFAULT_PRICES)
    if isinstance(prices, bool) or not isinstance(prices, int):
        faults.append(f"prices = {prices!r} is not a year such as 2024")
        return DEFAULT_PRICES
    if "prices" in entry and not money:
        faults.append("prices says the year of amounts of money; there are none to set or add")
    return prices
