from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from train.text import strip_accents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report on the seeds, compared with a run before it."""
    folder = tmp_path_factory.mktemp("report")
    for changes in ({}, {"HOIDAP_CANDIDATES": "2"}):
        command = [sys.executable, "-m", "api", "eval", "seeds", "--report", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=os.environ | changes)
        for run in folder.glob("2*.jsonl"):
            run.rename(folder / "20200101T000000.jsonl")
    return (folder / "report.html").as_uri()


@pytest.fixture
def page(browser: Browser, report: str) -> Iterator[Page]:
    """The report, in which nothing may go wrong unseen, and which may load nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda request: complaints.append(request.url) if request.url != report else None)
    page = context.new_page()
    page.goto(report)
    yield page
    context.close()
    assert complaints == []


def visible(page: Page) -> int:
    return page.locator(".question:visible").count()


def test_words_filter_the_questions_with_or_without_accents(page: Page) -> None:
    everything = visible(page)
    question = page.locator(".question h3").nth(3).inner_text()
    for words in (question, strip_accents(question).upper()):
        page.get_by_label("Filter").fill(words)
        found = visible(page)
        assert 0 < found < everything
        assert page.locator("#shown").inner_text() == f"{found} shown"
    page.get_by_label("Filter").fill("")
    assert visible(page) == everything


def test_a_step_shows_the_questions_that_it_lost(page: Page) -> None:
    row = page.locator("table.lost tbody tr").first
    count = int(row.locator("td.number").inner_text())
    row.get_by_role("button").click()
    assert visible(page) == count
    assert page.get_by_role("combobox", name="Step").input_value() == row.get_by_role("button").inner_text()


def test_kind_and_step_narrow_together(page: Page) -> None:
    page.get_by_role("combobox", name="Kind").select_option("what")
    of_kind = visible(page)
    page.get_by_role("combobox", name="Step").select_option("span")
    assert 0 < visible(page) <= of_kind


def test_the_run_before_is_compared_question_by_question(page: Page) -> None:
    page.get_by_role("heading", name="Compared with").wait_for()
    assert page.locator("summary", has_text="lost").first.inner_text() != "0 lost"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_report_fits_its_window(browser: Browser, report: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(report)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    chart = page.locator("figure svg").first.bounding_box()
    assert chart is not None
    assert 0 < chart["width"] <= width
    page.close()
