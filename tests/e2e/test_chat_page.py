from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real service over an index of the seeds."""
    index = str(tmp_path_factory.mktemp("index") / "hoidap")
    hoidap = [sys.executable, "-m", "api"]
    subprocess.run([*hoidap, "build", "seeds", "--index", index], cwd=ROOT, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*hoidap, "serve", "--index", index, "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as service:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", service)
            yield f"http://127.0.0.1:{port}"
        finally:
            service.terminate()


def wait_until_ready(url: str, service: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 — our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"hoidap serve was not ready after {START_SECONDS} s (exit code {service.poll()})")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The chat page, in which nothing may go wrong unseen."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


def ask(page: Page, question: str) -> None:
    page.get_by_label("Câu hỏi", exact=True).fill(question)
    page.keyboard.press("Enter")


def test_a_question_is_answered_and_its_link_leads_to_the_marked_words(page: Page) -> None:
    ask(page, "khi nào SCO Astana?")
    card = page.locator(".card").first
    card.wait_for()
    assert card.locator(".short").inner_text() == "tháng 7"
    assert card.locator("mark").first.inner_text() == "tháng 7"
    assert "000_b1bbe682103b1e53.txt" in card.inner_text()
    with page.expect_popup() as opened:
        card.get_by_role("link").first.click()
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


def test_an_example_question_is_asked_with_one_click(page: Page) -> None:
    example = page.locator("#examples button").first
    example.click()
    page.locator(".card").wait_for()
    assert page.locator(".question").inner_text().endswith(example.inner_text())


def test_a_repair_is_shown_and_can_be_undone(page: Page) -> None:
    ask(page, "khi nao SCO Astana")
    first = page.locator(".card").first
    first.wait_for()
    assert first.locator(".understood ins").first.inner_text() == "khi nào SCO Astana"
    first.get_by_role("button", name="Tìm đúng như đã gõ").click()
    second = page.locator(".card").nth(1)
    second.wait_for()
    assert page.locator(".question").nth(1).inner_text().endswith("khi nao SCO Astana")
    assert second.locator(".understood").count() == 0


def test_a_follow_up_takes_over_the_subject(page: Page) -> None:
    ask(page, "Kim ngạch thương mại Nga - Trung năm 2016 đạt bao nhiêu?")
    page.locator(".card").first.wait_for()
    ask(page, "còn năm 2023?")
    second = page.locator(".card").nth(1)
    second.wait_for()
    assert "Kim ngạch thương mại Nga - Trung năm 2023 đạt bao nhiêu?" in second.locator(".understood").inner_text()
    assert "240" in second.locator(".short").inner_text()


def test_a_question_outside_the_collection_is_declined(page: Page) -> None:
    ask(page, "Giá vàng SJC hôm nay bao nhiêu một lượng?")
    page.locator(".card").wait_for()
    assert page.locator(".declined").inner_text() == "Không tìm thấy trong bộ bài này"


def test_shift_enter_breaks_the_line_and_a_blank_question_is_not_sent(page: Page) -> None:
    box = page.get_by_label("Câu hỏi", exact=True)
    box.press("Shift+Enter")
    box.press("Enter")
    box.fill("khi nào")
    box.press("Shift+Enter")
    assert box.input_value() == "khi nào\n"
    assert page.locator(".question").count() == 0


def test_enter_during_composition_does_not_send(page: Page) -> None:
    box = page.get_by_label("Câu hỏi", exact=True)
    box.fill("tiếng Việt")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert page.locator(".question").count() == 0
    assert box.input_value() == "tiếng Việt"


def test_markup_in_a_question_stays_text(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)>")
    page.locator(".card").wait_for()
    assert page.locator("img").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.locator(".question").inner_text()


def test_an_unreachable_service_is_told_in_plain_words_and_can_be_tried_again(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.context.set_offline(offline=True)
    ask(page, "khi nào SCO Astana?")
    page.locator(".error").wait_for()
    assert "Không kết nối được với máy chủ" in page.locator(".error").inner_text()
    page.context.set_offline(offline=False)
    page.get_by_role("button", name="Thử lại").click()
    page.locator(".card:not(.error)").wait_for()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_320_pixels(browser: Browser, address: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 600}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    ask(page, "khi nào SCO Astana?")
    page.locator(".card").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    dark = re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert (int(dark[0]) < 128) == (scheme == "dark")
    page.close()
