"""A report as Markdown with the tables of GitHub; pictures are told in words."""

from __future__ import annotations

import re

from corridor_opt.results.report.parts import Code, Items, Part, Picture, Report, Section, Table, Terms, Text

# What Markdown or HTML inside it would read as more than a letter.
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#&~$])")
OPENERS = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|=|-)")


def markdown(report: Report) -> str:
    """Give the text."""
    lines = [f"# {said(report.title)}", "", said(report.subtitle), ""]
    for section in report.sections:
        lines += _section(section, 2)
    return "\n".join(lines).rstrip() + "\n"


def said(text: str) -> str:
    """Escape a text: it stands as it is, on one line."""
    line = SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
    return OPENERS.sub(lambda fit: f"{fit[1]}{fit[2][:-1]}\\{fit[2][-1]}", line)


def _section(section: Section, level: int) -> list[str]:
    lines = [f"{'#' * level} {said(section.title)}", ""]
    for part in section.parts:
        lines += [*_part(part), ""]
    for one in section.inside:
        lines += _section(one, level + 1)
    return lines


def _part(part: Part) -> list[str]:
    match part:
        case Text(text, kind):
            return [f"**{said(text)}**" if kind == "lead" else said(text)]
        case Items(items):
            return [f"- {said(item)}" for item in items]
        case Terms(pairs):
            return [f"- **{said(word)}**: {said(meaning)}" for word, meaning in pairs]
        case Table():
            return _table(part)
        case Picture(_, words, _):
            return [said(words)]
        case Code(text, language):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return [f"{fence}{language}", text, fence]


def _table(table: Table) -> list[str]:
    lines = [f"{said(table.caption)}", ""]
    lines.append("| " + " | ".join(said(word) for word in table.head) + " |")
    lines.append("|" + "|".join("---:" if i in table.right else "---" for i in range(len(table.head))) + "|")
    for number, row in enumerate(table.rows):
        cells = [said(cell) for cell in row]
        if number in table.marked or (table.total and number == len(table.rows) - 1):
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        lines.append("| " + " | ".join(cells) + " |")
    return lines
