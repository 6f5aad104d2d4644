"""Writes a report: the run as JSON lines, and the page that people read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.compare import Comparison
from bench.page import report_page
from bench.run import Run, written
from bench.summary import Summary

PAGE = "report.html"


def write_report(
    run: Run, found: Summary, folder: Path, comparison: Comparison | None = None, notes: Sequence[str] = ()
) -> Path:
    """Write run and page into a folder, where the next run will find this one; the page's path is returned."""
    written(run, folder)
    page = folder / PAGE
    page.write_text(report_page(run, found, comparison, notes), encoding="utf-8")
    return page
