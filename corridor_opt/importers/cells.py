"""Cells of foreign tables become ours: words translated, numbers read, units turned; every fault with its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import did_you_mean
from corridor_opt.importers.guesses import guess, left_over
from corridor_opt.importers.mapping import BESIDE, ColumnRule, TableMapping, TableRules
from corridor_opt.importers.sheet import Sheet
from corridor_opt.model.build import embedded_texts
from corridor_opt.model.casting import as_texts
from corridor_opt.model.schema import schema, vocabulary

if TYPE_CHECKING:
    import pandas as pd

WORDS = {
    "mode": {"railway": "rail", "train": "rail", "truck": "road", "highway": "road", "maritime": "sea", "ship": "sea"},
    "direction": {
        **dict.fromkeys(("yes", "true", "1", "t", "y"), "forward"),
        **dict.fromkeys(("no", "false", "0", "f", "n"), "both"),
        **dict.fromkeys(("-1", "reverse", "backward"), "backward"),
    },
}
MOST_ALIKE = 20  # rows whose faults of one kind are told one by one
BACKWARD = "backward"  # from the second end to the first: turned round when ends are known


class Told:
    """Faults and notes of one table, gathered."""

    def __init__(self, role: str, sheet: Sheet) -> None:
        self.where = role if sheet.where == role else f"{role} ({sheet.where})"
        self.rows = sheet.rows
        self.faults: list[str] = []
        self._bad: set[tuple[int, str]] = set()  # cells complained of: once is enough
        self.notes: list[str] = [f"{sheet.where}: {note}" if sheet.where not in note else note for note in sheet.notes]

    def fault(self, row: int, column: str, problem: str) -> None:
        """Note a fault of one cell, the first one only."""
        if (row, column) not in self._bad:
            self._bad.add((row, column))
            self.faults.append(f"{self.where}, {self.rows[row]}, {column}: {problem}")

    def of_rows(self, rows: Sequence[int] | np.ndarray, column: str, problem: str) -> None:
        """Note one fault that several rows share, with the first of them."""
        rows = [int(row) for row in rows if (int(row), column) not in self._bad]
        if len(rows) == 1:
            self.fault(rows[0], column, problem)
        elif rows:
            self._bad |= {(row, column) for row in rows}
            first = ", ".join(self.rows[row] for row in rows[:3])
            more = ", ..." if len(rows) > 3 else ""
            self.faults.append(f"{self.where}, {column}: {problem} ({len(rows):,} rows: {first}{more})")

    def each(self, rows: Sequence[int] | np.ndarray, column: str, problems: Sequence[str]) -> None:
        """Note a fault of each row; of many rows one, so that it hides no others."""
        if len(rows) > MOST_ALIKE:
            self.of_rows(rows, column, f"{problems[0]}, and the like")
            return
        for row, problem in zip(rows, problems, strict=True):
            self.fault(int(row), column, problem)

    def bad_rows(self) -> list[int]:
        """Rows of which some fault was noted."""
        return sorted({row for row, _ in self._bad})

    def note(self, line: str) -> None:
        """Note what was guessed or done."""
        self.notes.append(f"{self.where}: {line}")


def mapped(sheet: Sheet, rules: TableRules, mapping: TableMapping, told: Told) -> pd.DataFrame:
    """Give a foreign table with columns of ours: numbers as floats (NaN where empty), the rest as texts.

    Parameters
    ----------
    sheet
        The table as it stands.
    rules
        How its columns become ours; those that no rule names are matched by name where the mapping allows it.
    mapping
        Marks of numbers, words for empty cells.
    told
        Takes faults and notes.

    Returns
    -------
    pandas.DataFrame
        Columns of ours that are filled; `length_km` has `attrs["no unit"]` where its name names none.
    """
    import pandas as pd

    theirs = [str(column) for column in sheet.frame.columns]
    filled = dict(rules.columns)
    for ours, rule in rules.columns.items():
        if rule.column and rule.column not in theirs:
            told.faults.append(f"{told.where}, {ours}: no column '{rule.column}'{did_you_mean(rule.column, theirs)}")
            filled[ours] = ColumnRule(value="")
    for name in rules.ignore:
        if name not in theirs:
            told.faults.append(f"{told.where}, ignore: no column '{name}'{did_you_mean(name, theirs)}")
    taken = {rule.column for rule in filled.values()} | set(rules.ignore)
    if mapping.guess:
        found, notes, faults = guess(rules.role, theirs, filled, taken)
        told.faults += [f"{told.where}, {line}" for line in faults]
        for line in notes:
            told.note(line)
        filled |= found
        taken |= {rule.column for rule in found.values()}
    for line in left_over(rules.role, theirs, taken):
        told.note(line)
    columns = {}
    for ours, rule in filled.items():
        if rule.straight is None and ours not in BESIDE[rules.role][:1]:
            columns[ours] = _column(ours, rule, sheet, rules.role, mapping, told)
        elif ours == "geometry":
            columns[ours] = pd.Series(sheet.frame[rule.column], dtype=object)
    frame = pd.DataFrame(columns, index=range(len(sheet.frame)))
    length = filled.get("length_km", ColumnRule())
    if length.factor != length.factor:  # NaN
        frame.attrs["no unit"] = length.column
    return frame


def _column(
    ours: str, rule: ColumnRule, sheet: Sheet, role: str, mapping: TableMapping, told: Told
) -> np.ndarray | list[str]:
    attribute = schema(role).get(ours)
    theirs = [None] * len(sheet.frame) if rule.value is not None else list(sheet.frame[rule.column])
    cells = [rule.value] * len(sheet.frame) if rule.value is not None else as_texts(theirs)
    if mapping.empty:
        blank = set(mapping.empty)
        cells = ["" if cell in blank else cell for cell in cells]
    if rule.words:
        cells = [rule.words.get(cell, cell) for cell in cells]
    if rule.default:
        cells = [cell or rule.default for cell in cells]
    if attribute is None or attribute.is_number:  # ends by coordinates are numbers too
        factor = 1.0 if rule.value is not None or rule.factor != rule.factor else rule.factor
        numbers = _numbers(ours, cells, theirs, mapping, told) * factor
        return np.round(numbers) if ours == "gauge_mm" and factor != 1 else numbers
    if attribute.kind == "word":
        cells = _worded(ours, cells, vocabulary(attribute.argument), rule, told)
    elif ours in ("country", "countries"):
        cells = _countries(ours, cells, told)
    return cells


def _numbers(
    ours: str, cells: Sequence[str], theirs: Sequence[object], mapping: TableMapping, told: Told
) -> np.ndarray:
    """Read numbers; a number written in another way is a fault with what to say, never a guess."""
    import pandas as pd

    texts = list(cells)
    if (mapping.decimal, mapping.thousands) != (".", ""):
        # what is a number already, or stands in the mapping, has a point
        texts = [
            _pointed(cell, mapping) if isinstance(raw, str) and raw.strip() == cell else cell
            for cell, raw in zip(cells, theirs, strict=True)
        ]
    numbers = np.asarray(pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce"), float)
    filled = np.asarray([bool(cell) for cell in cells], bool)
    wrong = np.flatnonzero(filled & ~np.isfinite(numbers))
    told.each(wrong, ours, [f"'{cells[row]}' is not a number{_hint(cells[row])}" for row in wrong.tolist()])
    return numbers


def _pointed(cell: str, mapping: TableMapping) -> str:
    """Write a number with a point and without marks of thousands; nothing else in it may be a point."""
    plain = cell.replace(mapping.thousands, "") if mapping.thousands else cell
    return "no number" if mapping.decimal != "." and "." in plain else plain.replace(mapping.decimal, ".")


def _hint(cell: str) -> str:
    """Say what to write in the mapping where a cell looks like a number of another land."""
    digits = [mark for mark in cell if not mark.isdigit()]
    marks = [mark for mark in digits if mark not in "+-"]
    if not any(mark.isdigit() for mark in cell) or set(marks) - set(",.'  \u202f"):
        return ""
    decimal = "," if "," in marks and marks[-1] == "," and marks.count(",") == 1 else "."
    thousands = next((mark for mark in marks if mark != decimal), "")
    said = f'decimal = "{decimal}"' + (f', thousands = "{thousands}"' if thousands else "")
    return f"; if it is one, say how numbers are written: [numbers] {said}"


def _worded(ours: str, cells: list[str], known: Mapping[str, str], rule: ColumnRule, told: Told) -> list[str]:
    """Hold that words are of our vocabulary; well-known ones are translated and told."""
    own = {**{word.lower(): word for word in known}, **WORDS.get(ours, {})}
    said: dict[str, str] = {}
    for cell in dict.fromkeys(cells):
        if not cell or cell in known:
            continue
        if cell.lower() in own:
            said[cell] = own[cell.lower()]
            told.note(f"{ours} '{cell}' was read as '{said[cell]}'")
        else:
            rows = [row for row, other in enumerate(cells) if other == cell]
            hint = did_you_mean(cell, {*known, *rule.words})
            column = rule.column or ours
            told.of_rows(
                rows,
                ours,
                f"no {ours} '{cell}'{hint}; a word of theirs is translated by "
                f'{ours} = {{column = "{column}", words = {{"{cell}" = "..."}}}}',
            )
            said[cell] = ""
    return [said.get(cell, cell) for cell in cells] if said else cells


def _countries(ours: str, cells: list[str], told: Told) -> list[str]:
    """Turn names of countries to codes and tell it; what is no country is told by the schema."""
    names = _names_of_countries()
    if ours == "countries":
        cells = [cell.replace(",", ";").replace("/", ";").replace("-", ";") for cell in cells]
    found = {cell: names(cell) for cell in dict.fromkeys(cells) if cell}
    for cell, code in found.items():
        if code != cell:
            told.note(f"{ours} '{cell}' was read as {code}")
    return [found.get(cell, cell) for cell in cells]


def _names_of_countries() -> Callable[[str], str]:
    table = embedded_texts("countries")
    codes = {name.lower(): code for name, code in zip(table["name"], table["id"], strict=True)}

    def code(cell: str) -> str:
        return codes.get(cell.lower(), cell.upper() if len(cell) == 2 and cell.isalpha() else cell)

    return code
