"""A report as one HTML page: no script, nothing from elsewhere, made to be read on a screen and printed on A4."""

from __future__ import annotations

import html as escaping
from importlib.resources import files

from corridor_opt.results.report.parts import Code, Items, Part, Picture, Report, Section, Table, Terms, Text

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html(report: Report) -> str:
    """Give the page.

    Parameters
    ----------
    report
        Its texts are escaped here; pictures are trusted to be SVG of our own.
    """
    style = (files("corridor_opt") / "results" / "pages" / "report.css").read_text(encoding="utf-8")
    contents = "".join(f'<li><a href="#{said(s.key)}">{said(s.title)}</a></li>' for s in report.sections)
    body = "\n".join(_section(section, 2) for section in report.sections)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="generator" content="corridor_opt">
<link rel="icon" href="data:,">
<title>{said(report.title)}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#report">To the report</a>
<header>
<h1>{said(report.title)}</h1>
<p class="subtitle">{said(report.subtitle)}</p>
</header>
<nav aria-label="Contents"><ol>{contents}</ol></nav>
<main id="report">
{body}
</main>
</body>
</html>
"""


def said(text: str) -> str:
    """Escape a text."""
    return escaping.escape(str(text), quote=True)


def _section(section: Section, level: int) -> str:
    parts = "\n".join(_part(part) for part in section.parts)
    inside = "\n".join(_section(one, level + 1) for one in section.inside)
    key = said(section.key)
    head = f'<h{level} id="{key}-title">{said(section.title)}</h{level}>'
    return f'<section id="{key}" aria-labelledby="{key}-title">\n{head}\n{parts}\n{inside}</section>'


def _part(part: Part) -> str:
    match part:
        case Text(text, kind):
            return f'<p class="{said(kind)}">{said(text)}</p>' if kind else f"<p>{said(text)}</p>"
        case Items(items):
            return "<ul>" + "".join(f"<li>{said(item)}</li>" for item in items) + "</ul>"
        case Terms(pairs):
            rows = "".join(f"<div><dt>{said(word)}</dt><dd>{said(meaning)}</dd></div>" for word, meaning in pairs)
            return f"<dl>{rows}</dl>"
        case Table():
            return _table(part)
        case Picture(svg, _, caption):
            scrolled = f'<div class="picture" role="group" aria-label="{said(caption)}" tabindex="0">{svg}</div>'
            return f"<figure>{scrolled}<figcaption>{said(caption)}</figcaption></figure>"
        case Code(text, language):
            return f'<pre tabindex="0" class="{said(language)}"><code>{said(text)}</code></pre>'


def _table(table: Table) -> str:
    def classed(column: int) -> str:
        return ' class="number"' if column in table.right else ""

    head = "".join(f'<th scope="col"{classed(i)}>{said(word)}</th>' for i, word in enumerate(table.head))
    lines = []
    for number, row in enumerate(table.rows):
        first, *rest = row
        cells = f'<th scope="row"{classed(0)}>{said(first)}</th>'
        cells += "".join(f"<td{classed(i)}>{said(cell)}</td>" for i, cell in enumerate(rest, 1))
        name = "total" if table.total and number == len(table.rows) - 1 else ""
        name = "marked" if number in table.marked else name
        lines.append(f'<tr class="{name}">{cells}</tr>' if name else f"<tr>{cells}</tr>")
    body = "\n".join(lines)
    return (
        f'<div class="table" role="group" aria-label="{said(table.caption)}" tabindex="0"><table>'
        f"<caption>{said(table.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )
