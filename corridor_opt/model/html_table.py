"""A table for a notebook: plain HTML that needs no script and no network, readable on light and on dark."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence

_CELL = "padding:.15em .7em .15em 0;vertical-align:top;border-bottom:1px solid rgba(128,128,128,.25)"


def html_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Collection[int] = (),
    caption: Sequence[str] = (),
    marked: Collection[int] = (),
) -> str:
    """Set a table; every text in it is escaped.

    Parameters
    ----------
    head
        Names of the columns, with units.
    rows
        Cells.
    right
        Columns of numbers.
    caption
        Lines above the table; the first is set bold.
    marked
        Rows set bold.
    """
    styles = [f"{_CELL};text-align:{'right' if i in right else 'left'}" for i in range(len(head))]
    styles = [
        f"{s};white-space:nowrap;font-variant-numeric:tabular-nums" if i in right else s for i, s in enumerate(styles)
    ]
    heads = "".join(
        f'<th scope="col" style="{s.replace(";white-space:nowrap", "")}">{escaped(h)}</th>'
        for h, s in zip(head, styles, strict=True)
    )
    body = []
    for number, row in enumerate(rows):
        bold = ' style="font-weight:bold"' if number in marked else ""
        cells = "".join(f'<td style="{s}">{escaped(c)}</td>' for c, s in zip(row, styles, strict=True))
        body.append(f"<tr{bold}>{cells}</tr>")
    lines = [f"<b>{escaped(line)}</b>" if i == 0 else escaped(line) for i, line in enumerate(caption)]
    top = f'<caption style="caption-side:top;text-align:left">{"<br>".join(lines)}</caption>' if lines else ""
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;font-size:90%;margin:.3em 0">'
        f"{top}<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def html_lines(lines: Sequence[str]) -> str:
    """Set lines of text below one another; nothing where there are none."""
    return f'<div style="font-size:90%;max-width:60em">{"<br>".join(map(escaped, lines))}</div>' if lines else ""


def html_list(title: str, items: Sequence[str]) -> str:
    """Set a list that is folded away under its title; nothing where it is empty."""
    if not items:
        return ""
    points = "".join(f"<li>{escaped(item)}</li>" for item in items)
    return (
        f'<details style="font-size:90%;max-width:60em"><summary>{escaped(title)}</summary><ul>{points}</ul></details>'
    )


def escaped(text: object) -> str:
    """Give text as it may stand in HTML, in an attribute too; letters that no page may hold become a mark."""
    plain = "".join(c if c >= " " or c in "\n\t" else "�" for c in str(text))
    return html.escape(plain, quote=True)
