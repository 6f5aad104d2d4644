from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_replies import Pages, ask
from serving import EXAMPLES, ROOT, service, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e


def test_a_question_is_answered_and_its_link_leads_to_the_marked_words(page: Page) -> None:
    card = ask(page, "khi nào SCO Astana?")
    assert card.locator(".short").first.inner_text() == "tháng 7"
    assert card.locator("mark").first.inner_text() == "tháng 7"
    assert "Đằng sau cuộc" in card.locator(".title").first.inner_text()
    assert "000_b1bbe682103b1e53.txt" in card.inner_text()
    with page.expect_popup() as opened:
        card.get_by_role("link", name="Mở bài").first.click()
    article = opened.value
    mark = article.locator("mark#quote")
    mark.wait_for()
    assert mark.inner_text() == "tháng 7"
    wait_until_in_view(article, "mark#quote")


def wait_until_in_view(page: Page, selector: str) -> None:
    page.wait_for_load_state()
    for _ in range(100):
        box, size = page.locator(selector).bounding_box(), page.viewport_size
        if box and size and 0 <= box["y"] <= size["height"] - box["height"]:
            return
        page.wait_for_timeout(20)
    pytest.fail(f"{selector} does not come into view: {box} in {size}")


def test_examples_are_those_that_are_answered_and_are_asked_with_one_click(page: Page) -> None:
    examples = page.locator(".start button")
    examples.first.wait_for()
    assert examples.all_inner_texts() == [EXAMPLES[0], EXAMPLES[2]]
    examples.first.click()
    page.locator(".card").wait_for()
    assert page.locator(".question").inner_text().endswith(EXAMPLES[0])


def test_a_repair_is_shown_and_can_be_undone_and_done_again(page: Page) -> None:
    understood = ask(page, "khi nao SCO Astana").locator(".understood")
    assert understood.inner_text().startswith("Hiển thị kết quả cho khi nào SCO Astana")
    understood.get_by_role("button", name="tìm đúng như đã gõ").click()
    page.get_by_text("Đã tìm đúng như đã gõ").wait_for()
    assert page.locator(".turn").count() == 1
    page.get_by_role("button", name="cho phép sửa lỗi gõ").click()
    page.get_by_text("Hiển thị kết quả cho").wait_for()
    assert page.locator(".turn").count() == 1


def test_a_follow_up_takes_over_the_subject(page: Page) -> None:
    ask(page, "Kim ngạch thương mại Nga - Trung năm 2016 đạt bao nhiêu?")
    second = ask(page, "còn năm 2023?")
    assert "Kim ngạch thương mại Nga - Trung năm 2023 đạt bao nhiêu?" in second.locator(".understood").inner_text()
    assert "240" in second.locator(".short").first.inner_text()


def test_a_question_outside_the_collection_is_declined_with_the_nearest_passages(page: Page) -> None:
    card = ask(page, EXAMPLES[1])
    assert card.locator(".none").inner_text() == "Không tìm thấy trong bộ bài này"
    assert card.locator(".passage").count() == 3
    assert "/articles/" in str(card.locator(".passage a").first.get_attribute("href"))


def test_the_page_shows_the_collection_and_the_line_that_embeds_the_widget(page: Page, address: str) -> None:
    page.locator("#collection").wait_for()
    assert page.locator("#holds").inner_text() == "Bộ bài này có 5 bài, mới nhất ngày 29/6/2021"
    assert page.locator("#newest li").count() == 5
    line = page.locator("#embed").inner_text()
    assert line == f'<script src="{address}/widget.js" data-lang="vi" defer></script>'


@pytest.mark.parametrize(
    ("language", "heading", "button"),
    [
        ("vi", "Hỏi đáp", "Hỏi"),
        ("en", "Ask the articles", "Ask"),
        ("zh", "问答", "提问"),
        ("ru", "Вопросы и ответы", "Спросить"),
    ],
)
def test_the_page_speaks_four_languages(
    browser: Browser, address: str, language: str, heading: str, button: str
) -> None:
    with watched(browser, locale=language) as page:
        page.goto(address)
        assert page.locator("h1").inner_text() == heading
        page.get_by_role("button", name=button, exact=True).wait_for()
        page.get_by_role("link", name="Tiếng Việt").click()
        page.locator("h1", has_text="Hỏi đáp").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_320_pixels(browser: Browser, address: str, scheme: str) -> None:
    with watched(browser, viewport={"width": 320, "height": 600}, color_scheme=scheme) as page:
        page.goto(address)
        ask(page, "khi nào SCO Astana?")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        panel = page.locator(".panel")
        assert panel.evaluate("panel => panel.querySelector('.scroll').scrollWidth <= panel.clientWidth")
        for place in (page.locator("body"), panel):
            dark = re.findall(r"\d+", place.evaluate("place => getComputedStyle(place).backgroundColor"))
            assert (int(dark[0]) < 128) == (scheme == "dark")


def test_a_collection_that_is_closed_is_opened_with_a_key(browser: Browser, tmp_path: Path, site: Pages) -> None:
    index = str(tmp_path / "index")
    hoidap = [sys.executable, "-m", "api"]
    subprocess.run([*hoidap, "build", "seeds", "--index", index], cwd=ROOT, check=True)
    made = subprocess.run(
        [*hoidap, "keys", "add", "reader", "--scope", "ask", "--index", index],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    settings = {"HOIDAP_OPEN_READING": "false", "HOIDAP_ALLOWED_ORIGINS": site.origin}
    with service(index, settings) as address:
        page = browser.new_page(locale="vi")
        page.goto(address)
        assert "Cần khoá truy cập" in ask(page, "khi nào SCO Astana?").inner_text()
        assert not page.locator("#collection").is_visible()
        page.get_by_label("Khoá truy cập").fill(made.stdout.strip())
        page.get_by_role("button", name="Dùng khoá này").click()
        page.locator(".short").first.wait_for()
        assert page.locator(".short").first.inner_text() == "tháng 7"
        kept = json.loads(page.evaluate("sessionStorage.getItem(Object.keys(sessionStorage)[0])"))
        assert kept["key"] == made.stdout.strip()
        page.close()
