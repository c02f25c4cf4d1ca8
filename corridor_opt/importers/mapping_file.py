"""The mapping file: TOML that reads aloud, or a dict of the same shape; every fault is told at once."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.importers.mapping import LEFT_OUT, ROLES, UNITS, ColumnRule, TableMapping, TableRules, columns_of
from corridor_opt.model import writing
from corridor_opt.model.schema import Attribute, schema, vocabulary

_TOP = (
    "name",
    "version",
    "crs",
    "empty",
    "leave_out",
    "ends_within_km",
    "connect_km",
    "guess",
    "source",
    "csv",
    "numbers",
    *ROLES,
)
_PARTS = {
    "source": ("id", "title", "year", "confidence"),
    "csv": ("separator", "encoding"),
    "numbers": ("decimal", "thousands"),
}
_PLACE = ("file", "sheet", "layer", "header", "ignore")
_RULE = ("column", "value", "unit", "times", "words", "default", "straight")


def read_mapping(given: str | Path | Mapping[str, Any] | TableMapping | None) -> TableMapping:
    """Read a mapping file, or take a dict of the same shape.

    Parameters
    ----------
    given
        Path of a TOML file, a dict, a mapping, or None for an empty one.

    Raises
    ------
    DataError
        It cannot be read, or says what cannot be meant; every fault at once.
    """
    if given is None:
        return TableMapping()
    if isinstance(given, TableMapping):
        return given
    if isinstance(given, Mapping):
        return _Reader("the mapping").read(given)
    try:
        path = Path(given)
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except TypeError:
        raise DataError(f"a mapping is a TOML file or a dict, not {type(given).__name__}") from None
    except OSError as error:
        raise DataError(f"{writing.shown(given)} cannot be read: {writing.reason(error)}") from error
    except ValueError as error:  # not UTF-8, or no TOML
        raise DataError(f"{writing.shown(given)} is no TOML file: {error}") from error
    return _Reader(str(path)).read(said)


class _Reader:
    """Turns what a mapping says to rules and gathers faults."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.faults: list[str] = []

    def read(self, said: Mapping[str, Any]) -> TableMapping:
        """Give the mapping.

        Raises
        ------
        DataError
            Every fault.
        """
        self._known("", said, _TOP)
        parts = {part: self._part(part, said.get(part, {})) for part in _PARTS}
        km = {key: self._km(key, said.get(key, getattr(TableMapping, key))) for key in ("ends_within_km", "connect_km")}
        guess = said.get("guess", True)
        if not isinstance(guess, bool):
            self.faults.append(f"guess: {guess!r} is neither true nor false")
        leave_out = self._texts("leave_out", said.get("leave_out", []))
        self.faults += [
            f"leave_out: no kind of rows '{w}'{did_you_mean(w, LEFT_OUT)}" for w in leave_out if w not in LEFT_OUT
        ]
        confidence = parts["source"].get("confidence", "medium")
        if confidence not in vocabulary("confidence"):
            known = did_you_mean(confidence, vocabulary("confidence"))
            self.faults.append(f"[source] confidence: no confidence '{confidence}'{known}")
        separator = parts["csv"].get("separator", "")
        if len(separator) > 1:
            self.faults.append(f"[csv] separator: {separator!r} is not one character")
        marks = [parts["numbers"].get("decimal", "."), parts["numbers"].get("thousands", "")]
        if len(marks[0]) != 1 or len(marks[1]) > 1 or marks[0] == marks[1]:
            self.faults.append(f"[numbers]: {marks[0]!r} and {marks[1]!r} are not two different marks")
        tables = {role: self._tables(role, said.get(role, {})) for role in ROLES}
        mapping = TableMapping(
            name=self._text("name", said.get("name", "")),
            version=self._text("version", said.get("version", "")),
            crs=self._text("crs", said.get("crs", "")),
            empty=self._texts("empty", said.get("empty", [])),
            leave_out=leave_out,
            **km,
            guess=bool(guess),
            source=parts["source"],
            separator=separator,
            encoding=parts["csv"].get("encoding", ""),
            decimal=marks[0],
            thousands=marks[1],
            nodes=tables["nodes"],
            links=tables["links"],
        )
        if self.faults:
            raise DataError(f"{self.where} has {len(self.faults)} fault(s)", self.faults)
        return mapping

    def _known(self, where: str, said: Mapping[str, Any], known: tuple[str, ...]) -> None:
        self.faults += [f"{where}no key '{key}'{did_you_mean(key, known)}" for key in said if key not in known]

    def _km(self, key: str, value: object) -> float:
        if _is_number(value) and 0 <= float(str(value)) < 1000:
            return float(str(value))
        self.faults.append(f"{key}: {value!r} is not a number of km from 0 to 1,000")
        return 0.0

    def _text(self, where: str, value: object) -> str:
        if isinstance(value, str):
            return value.strip() if len(value) > 1 else value  # a separator may be a blank or a tab
        if _is_number(value):
            return str(value)
        self.faults.append(f"{where}: {value!r} is no text")
        return ""

    def _texts(self, where: str, value: object) -> tuple[str, ...]:
        if isinstance(value, (list, tuple)) and all(isinstance(word, str) for word in value):
            return tuple(value)
        self.faults.append(f'{where}: {value!r} is no list of texts such as ["a", "b"]')
        return ()

    def _part(self, part: str, said: object) -> dict[str, str]:
        if not isinstance(said, Mapping):
            self.faults.append(f"[{part}]: a table of {', '.join(_PARTS[part])} is expected, not {said!r}")
            return {}
        self._known(f"[{part}] ", said, _PARTS[part])
        return {key: self._text(f"[{part}] {key}", value) for key, value in said.items() if key in _PARTS[part]}

    def _tables(self, role: str, said: object) -> tuple[TableRules, ...]:
        """Give the rules of one table, or of several written as `[[links]]`."""
        several = said if isinstance(said, (list, tuple)) else [said]
        found = []
        for number, one in enumerate(several, 1):
            where = f"[{role}]" if len(several) == 1 else f"[[{role}]] {number}"
            if isinstance(one, Mapping):
                found.append(self._table(role, where, one))
            else:
                self.faults.append(f"{where}: a table of columns is expected, not {one!r}")
        return tuple(found) if said else ()

    def _table(self, role: str, where: str, said: Mapping[str, Any]) -> TableRules:
        known = (*_PLACE, *columns_of(role))
        self._known(f"{where} ", said, known)
        header = said.get("header", 0)
        if not isinstance(header, int) or isinstance(header, bool) or header < 0:
            self.faults.append(f"{where} header: {header!r} is no number of a line")
            header = 0
        return TableRules(
            role,
            **{key: self._text(f"{where} {key}", said.get(key, "")) for key in ("file", "sheet", "layer")},
            header=header,
            columns={
                name: self._rule(role, f"{where} {name}", name, rule)
                for name, rule in said.items()
                if name in known and name not in _PLACE
            },
            ignore=self._texts(f"{where} ignore", said.get("ignore", [])),
        )

    def _rule(self, role: str, where: str, name: str, said: object) -> ColumnRule:
        """Give the rule of one column: a name of theirs, a number that stands for every row, or a table of keys."""
        attribute = schema(role).get(name)
        if isinstance(said, str):
            return ColumnRule(column=said.strip())
        if _is_number(said):
            said = {"value": said}
        if not isinstance(said, Mapping):
            self.faults.append(f"{where}: a column's name or a table such as {{value = ...}} is expected, not {said!r}")
            return ColumnRule()
        self._known(f"{where} ", said, _RULE)
        ways = [key for key in ("column", "value", "straight") if key in said]
        if len(ways) != 1:
            told = " and ".join(ways) or "none"
            self.faults.append(f"{where}: one of column, value and straight is needed, {told} given")
        if "column" not in said:
            idle = [key for key in ("unit", "times", "words", "default") if key in said]
            self.faults += [f"{where}: {key} belongs to a column, and none is named" for key in idle]
        value = None if "value" not in said else self._text(f"{where} value", said["value"])
        words = said.get("words", {})
        if not isinstance(words, Mapping) or not all(isinstance(word, str) for word in words.values()):
            self.faults.append(f'{where} words: pairs such as {{"Schiene" = "rail"}} are expected')
            words = {}
        default = self._text(f"{where} default", said.get("default", ""))
        for word in (*words.values(), default, value or ""):
            self._word(where, attribute, word)
        return ColumnRule(
            column=self._text(f"{where} column", said.get("column", "")),
            value=value,
            factor=self._factor(where, attribute, said),
            words={str(key).strip(): word for key, word in words.items()},
            default=default,
            straight=self._straight(where, name, said),
        )

    def _word(self, where: str, attribute: Attribute | None, word: str) -> None:
        """Hold that a word of ours is one of its vocabulary, and a number a number."""
        if attribute is None or not word:
            return
        if attribute.kind == "word" and word not in (known := vocabulary(attribute.argument)):
            self.faults.append(f"{where}: no {attribute.argument} '{word}'{did_you_mean(word, known)}")
        elif attribute.is_number:
            try:
                float(word)
            except ValueError:
                self.faults.append(f"{where}: '{word}' is not a number")

    def _factor(self, where: str, attribute: Attribute | None, said: Mapping[str, Any]) -> float:
        factor = said.get("times", 1)
        if not _is_number(factor) or not 0 < factor < math.inf:
            self.faults.append(f"{where} times: {factor!r} is not a number above 0")
            factor = 1.0
        if "unit" not in said:
            return float(factor)
        unit, ours = str(said["unit"]), attribute.unit if attribute else ""
        known = UNITS.get(ours, {})
        if not known:
            self.faults.append(f"{where} unit: this column takes no other unit{f' than {ours}' if ours else ''}")
        elif unit not in known:
            self.faults.append(f"{where} unit: no unit '{unit}'{did_you_mean(unit, known)}")
        return float(factor) * known.get(unit, 1)

    def _straight(self, where: str, name: str, said: Mapping[str, Any]) -> float | None:
        if "straight" not in said:
            return None
        times = said["straight"]
        if name != "length_km":
            self.faults.append(f"{where}: only length_km can be the straight distance")
        elif not _is_number(times) or not 1 <= times <= 5:
            self.faults.append(f"{where} straight: {times!r} is not a number from 1 to 5")
        else:
            return float(times)
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
