"""A report is written: the format follows the end of the file's name, and all of it is written or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.writing import put_file, reason, replace_text, shown

if TYPE_CHECKING:
    from corridor_opt.results.report.parts import Report

FORMATS = (".html", ".md", ".xlsx")


def save_report(path: str | Path, make: Callable[[], Report]) -> Path:
    """Make a report and write it.

    Parameters
    ----------
    path
        Where; `.html`, `.md` or `.xlsx`. An old file stays if writing fails.
    make
        Makes the report; called once it is known that there is a place for it.

    Returns
    -------
    pathlib.Path
        The path given.

    Raises
    ------
    DataError
        The format is unknown or the file cannot be written.
    MissingExtraError
        A spreadsheet needs openpyxl.
    """
    if fault := report_fault(path):
        raise DataError(fault)
    end = Path(path).suffix.lower()
    if end == ".xlsx":
        from corridor_opt.results.report.workbook import needed, workbook

        needed()
        book = workbook(make())
        try:
            return put_file(path, lambda draft: book.save(draft))
        except OSError as error:
            raise DataError(f"{shown(path)} cannot be written: {reason(error)}") from error
    if end == ".md":
        from corridor_opt.results.report.markdown import markdown

        return replace_text(path, markdown(make()))
    from corridor_opt.results.report.html_page import html

    return replace_text(path, html(make()))


def report_fault(path: str | Path) -> str:
    """Say before any work why a report cannot be written there; empty where nothing is known to be wrong."""
    try:
        place = Path(path)
        if place.suffix.lower() not in FORMATS:
            return f"{shown(path)} is no report by the end of its name{did_you_mean(place.suffix.lower(), FORMATS)}"
        if place.is_dir():
            return f"{shown(path)} cannot be written: it is a folder"
        if not place.resolve().parent.is_dir():
            return f"{shown(path)} cannot be written: there is no folder {shown(place.resolve().parent)}"
    except (OSError, TypeError, ValueError) as error:
        return f"{shown(path)} cannot be written: {getattr(error, 'strerror', None) or error}"
    return ""
