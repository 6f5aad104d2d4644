"""Writes a report: the run as JSON lines, and the page that people read."""

from __future__ import annotations

from pathlib import Path

from bench.compare import Comparison
from bench.gold import GoldError
from bench.page import report_page
from bench.run import Run, written
from bench.summary import Summary

PAGE = "report.html"


def report_folder(folder: Path) -> Path:
    """The folder, made if it is not there: before a long run and not after it.

    Raises:
        GoldError: it cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if folder.is_file() else error.strerror
        raise GoldError(f"{folder} cannot be a folder for reports: {reason}.") from error
    return folder


def write_report(run: Run, found: Summary, folder: Path, comparison: Comparison | None = None) -> Path:
    """Write run and page into a folder, where the next run will find this one; the page's path is returned."""
    written(run, folder)
    page = folder / PAGE
    page.write_text(report_page(run, found, comparison), encoding="utf-8")
    return page
