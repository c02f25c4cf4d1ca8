"""A report as a workbook whose units are live: numbers are formulas of what the library found times a chosen unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import MissingExtraError
from corridor_opt.results.drawing.svg import UNPRINTABLE
from corridor_opt.results.report.parts import Report, Sheet, Total

if TYPE_CHECKING:
    from openpyxl import Workbook

# Name of the factor by which each kind is multiplied, of the unit in its title, and its format.
KINDS = {
    "money": ("money", "money_unit", "#,##0.00"),
    "hours": ("hours", "time_unit", "#,##0.00"),
    "kg": ("kilograms", "mass_unit", "#,##0.0"),
    "km": ("", '"km"', "#,##0.0"),
    "probability": ("", '"probability"', "0.00%"),
    "number": ("", "", "General"),
    "count": ("", "", "0"),
}
SUMMED = ("money", "hours", "kg", "km")
UNITS = 2  # row of the first choice on the first sheet
LONGEST = 32_000  # letters in a cell, less than the format allows


def needed() -> None:
    """Say what to install where openpyxl is missing.

    Raises
    ------
    MissingExtraError
        It is.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("a spreadsheet needs openpyxl: pip install 'corridor_opt[report]'") from error


def workbook(report: Report) -> Workbook:
    """Make the workbook.

    Parameters
    ----------
    report
        Its `sheets`; the first gets the choice of units above its rows.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(report.sheets):
        page = book.create_sheet(sheet.name)
        first = _units(book, page, report) if number == 0 else 1
        _fill(page, sheet, first)
    book.properties.title, book.properties.creator = clean(report.title), "corridor_opt"
    book.calculation.fullCalcOnLoad = True
    return book


def clean(text: object) -> str:
    """Leave out letters that a workbook may not hold; cut what is too long, marked."""
    found = UNPRINTABLE.sub("", str(text))
    return found if len(found) <= LONGEST else found[: LONGEST - 3] + "..."


def _text(cell: Any, text: object) -> None:
    """Put a text into a cell, never a formula."""
    cell.value = clean(text)
    cell.data_type = "s"
    if cell.value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.quotePrefix = True


def _units(book: Any, page: Any, report: Report) -> int:
    """Put the choice of units on top; give the row where the sheet's own rows begin."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation

    _text(page.cell(1, 1), report.title)
    page.cell(1, 1).font = Font(bold=True, size=14)
    choices: list[tuple[str, Any, str, str]] = [
        ("Money in", "USD", "USD,thousand USD,EUR", "choose: every sheet follows"),
        ("USD for one EUR", 1, "", "the reader's assumption; 1 is a placeholder, not a rate"),
        ("Time in", "hours", "hours,days", "choose"),
        (
            "Amounts",
            "for the shipment",
            "for the shipment,per TEU",
            "choose; money and emissions are divided by the TEU",
        ),
        ("TEU of the shipment", report.teu, "", "as asked"),
    ]
    at: dict[str, str] = {}
    for row, (word, value, listed, said) in enumerate(choices, UNITS + 1):
        _text(page.cell(row, 1), word)
        page.cell(row, 2).value = value
        _text(page.cell(row, 3), said)
        if said != "as asked":
            page.cell(row, 2).fill = PatternFill("solid", fgColor="FFF4CC")
        at[word] = f"$B${row}"
        if listed:
            rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=False, showErrorMessage=True)
            page.add_data_validation(rule)
            rule.add(page.cell(row, 2))
    money, rate, time, per, teu = (at[word] for word, *_ in choices)
    whole = f'IF({per}="per TEU",{teu},1)'
    derived = {
        "money": f'=IF({money}="thousand USD",1/1000,IF({money}="EUR",1/{rate},1))/{whole}',
        "hours": f'=IF({time}="days",1/24,1)',
        "kilograms": f"=1/{whole}",
        "money_unit": f'={money}&IF({per}="per TEU"," per TEU","")',
        "time_unit": f'=IF({time}="days","days","h")',
        "mass_unit": f'="kg CO2e"&IF({per}="per TEU"," per TEU","")',
    }
    row = UNITS + len(choices) + 1
    for name, formula in derived.items():
        _text(page.cell(row, 1), f"{name.replace('_', ' ')}{'' if name.endswith('unit') else ' factor'}")
        page.cell(row, 2).value = formula
        for column in (1, 2):
            page.cell(row, column).font = Font(color="808080")
        book.defined_names[name] = DefinedName(name, attr_text=f"'{page.title}'!$B${row}")
        row += 1
    return row + 1


def _fill(page: Any, sheet: Sheet, first: int) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    bold = Font(bold=True)
    for column, (title, kind) in enumerate(sheet.columns, 1):
        cell = page.cell(first, column)
        unit = KINDS[kind][1] if kind in KINDS else ""
        if unit and unit != '"probability"':
            cell.value = f'="{title.replace(chr(34), chr(39))}, "&{unit}'
        else:
            _text(cell, title)
        cell.font, cell.fill = bold, PatternFill("solid", fgColor="E8EEF4")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row, cells in enumerate(sheet.rows, first + 1):
        if isinstance(cells, Total):
            _sum(page, sheet, row, cells)
            continue
        for column, ((_, kind), value) in enumerate(zip(sheet.columns, cells, strict=True), 1):
            _put(page.cell(row, column), kind, value)
    for column, (_, kind) in enumerate(sheet.columns, 1):
        longest = max((len(str(row[column - 1])) for row in sheet.rows if not isinstance(row, Total)), default=8)
        page.column_dimensions[get_column_letter(column)].width = (
            16 if kind in SUMMED or kind == "probability" else min(max(longest + 2, 9), 70)
        )
    if first == 1:
        page.freeze_panes = "B2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.fitToHeight = 0
    page.print_title_rows = f"{first}:{first}"


def _put(cell: Any, kind: str, value: Any) -> None:
    """Put a value into a cell: a number as a formula of its unit, nothing where it is unknown."""
    from openpyxl.styles import Alignment

    if kind == "text" or isinstance(value, str):
        _text(cell, value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return
    if value is None or not math.isfinite(value):
        _text(cell, "")
        return
    factor, _, shown = KINDS[kind]
    cell.value = f"={float(value)!r}*{factor}" if factor else (float(value) if not isinstance(value, int) else value)
    cell.number_format = shown
    cell.alignment = Alignment(vertical="top")


def _sum(page: Any, sheet: Sheet, row: int, total: Total) -> None:
    """Sum up the rows above: money, hours and lengths add up, probabilities join."""
    from openpyxl.styles import Border, Font, Side
    from openpyxl.utils import get_column_letter

    _put(page.cell(row, 1), sheet.columns[0][1], total.label)
    _text(page.cell(row, 2), total.name)
    for column, (_, kind) in enumerate(sheet.columns, 1):
        cell, letter = page.cell(row, column), get_column_letter(column)
        span = f"{letter}{row - total.rows}:{letter}{row - 1}"
        if kind in SUMMED:
            cell.value = f"=SUM({span})" if total.rows else 0
        elif kind == "probability":
            cell.value = f"=1-EXP(SUMPRODUCT(LN(1-{span})))" if total.rows else 0
        if kind in KINDS:
            cell.number_format = KINDS[kind][2]
        cell.font, cell.border = Font(bold=True), Border(top=Side(style="thin"))
