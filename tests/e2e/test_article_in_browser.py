from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from made_replies import ask
from serving import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e


@pytest.fixture
def address_of_answer(page: Page) -> str:
    """The article that answers, with the answer marked and nothing else."""
    link = ask(page, "khi nào SCO Astana?").get_by_role("link", name="Mở bài").first.get_attribute("href")
    return str(link).partition("&lang")[0]


@pytest.fixture
def article(page: Page, address_of_answer: str) -> Page:
    """The same with two other quotes marked: at its beginning and behind the answer."""
    page.goto(f"{address_of_answer}&quotes=2500-2520,60-75")
    page.locator("#quotes").wait_for()
    return page


def current(page: Page) -> int:
    return int(
        page.evaluate("[...document.querySelectorAll('article mark')].findIndex(it => it.ariaCurrent === 'true')")
    )


def in_view(page: Page) -> bool:
    return bool(
        page.evaluate(
            "(({ top, bottom }) => top >= 0 && bottom <= innerHeight)"
            "(document.querySelector('[aria-current]').getBoundingClientRect())"
        )
    )


def test_buttons_lead_from_quote_to_quote_in_the_order_of_the_text(article: Page) -> None:
    article.wait_for_function("document.querySelector('[aria-current]')")
    assert current(article) == 1
    assert article.locator("#position").inner_text() == "2 / 3"
    for name, expected in [("Trích dẫn sau", 2), ("Trích dẫn sau", 0), ("Trích dẫn trước", 2), ("Trích dẫn trước", 1)]:
        article.get_by_role("button", name=name).click()
        assert current(article) == expected
        assert in_view(article)


def test_one_quote_needs_no_buttons(page: Page, address_of_answer: str) -> None:
    page.goto(address_of_answer)
    page.locator("mark#quote").wait_for()
    assert page.locator("#quotes").is_hidden()


def test_the_answers_of_one_article_are_all_marked_on_it(page: Page) -> None:
    card = ask(page, "khi nào SCO Astana?")
    page.goto(str(card.get_by_role("link", name="Mở bài").first.get_attribute("href")))
    assert page.locator("article mark").count() == 3
    assert page.locator("#quotes").is_visible()


def test_title_date_source_and_text_are_printed_and_buttons_are_not(article: Page) -> None:
    article.emulate_media(media="print")
    assert article.locator("h1").is_visible()
    assert article.locator(".facts").is_visible()
    assert not article.locator("header").is_visible()
    assert not article.locator("#quotes").is_visible()
    mark = article.locator("mark#quote")
    assert mark.evaluate("it => getComputedStyle(it).borderBottomStyle") == "solid"
    assert len(article.pdf()) > 1000


def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    with watched(browser, viewport={"width": 320, "height": 600}) as page:
        page.goto(address)
        link = str(ask(page, "khi nào SCO Astana?").get_by_role("link", name="Mở bài").first.get_attribute("href"))
        page.goto(link.replace("lang=vi", "lang=en"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.get_by_role("link", name="Plain text").is_visible()
