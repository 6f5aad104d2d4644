"""The widget on pages of others."""

from __future__ import annotations

import gzip
import urllib.request
from typing import TYPE_CHECKING

import pytest
from made_replies import ask
from serving import watched

if TYPE_CHECKING:
    from made_replies import Pages
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

MOST_BYTES = 15_000
HOSTILE = """
* { display: none !important; visibility: hidden !important; opacity: 0 !important; font: 40px/3 monospace !important;
    color: red !important; background: blue !important; position: static !important; letter-spacing: 1em !important;
    text-transform: uppercase !important; direction: rtl !important; pointer-events: none !important;
    z-index: -1 !important }
html, body { display: block !important; visibility: visible !important; opacity: 1 !important;
    font-size: 4px !important }
button, textarea, dialog, p, mark { display: none !important; border: 20px solid red !important }
"""


def page_with(
    address: str, body: str = "", settings: str = 'data-lang="vi"', html: str = "<html lang=vi>", head: str = ""
) -> str:
    script = f'<script src="{address}/widget.js" {settings} defer></script>'
    head = f"<head><meta charset=utf-8>{head}{script}</head>"
    return f"<!doctype html>{html}{head}<body><p>Tin hôm nay</p>{body}</body></html>"


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".launcher").click()
    page.locator("dialog.panel").wait_for()


def test_one_line_puts_it_on_a_page_of_another_site(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        opened(page, site.write(page_with(address)))
        card = ask(page, "khi nào SCO Astana?")
        assert card.locator(".short").first.inner_text() == "tháng 7"
        assert str(card.get_by_role("link", name="Mở bài").first.get_attribute("href")).startswith(
            f"{address}/articles/"
        )
        page.get_by_role("button", name="Đúng", exact=True).click()
        page.get_by_text("Cảm ơn").wait_for()


def test_it_works_under_a_strict_policy(browser: Browser, address: str, site: Pages) -> None:
    loads = f"default-src 'none'; script-src {address}; connect-src {address}"
    policy = f"{loads}; trusted-types; require-trusted-types-for 'script'"
    with watched(browser) as page:
        opened(page, site.write(page_with(address), policy))
        assert ask(page, "khi nào SCO Astana?").locator(".short").first.inner_text() == "tháng 7"
        assert page.locator("dialog.panel").evaluate("panel => getComputedStyle(panel).position") == "fixed"


def test_hostile_styles_of_the_page_do_not_reach_it(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        looks = []
        for style in ("", HOSTILE):
            opened(page, site.write(page_with(address, head=f"<style>{style}</style>")))
            page.evaluate("sessionStorage.clear()")
            ask(page, "khi nào SCO Astana?")
            page.locator(".panel").evaluate(OPENED)  # the second answer is kept, and comes while the panel still rises
            looks.append(
                [page.locator(place).first.evaluate(LOOK) for place in (".panel", ".short", "#question", "mark")]
            )
            page.evaluate("sessionStorage.clear()")
        assert looks[0] == looks[1]


OPENED = "panel => Promise.all(panel.getAnimations().map(one => one.finished)).then(() => null)"
LOOK = """place => {
    const { font, color, backgroundColor, visibility, opacity, letterSpacing, textTransform, direction, display,
        pointerEvents, borderTopWidth } = getComputedStyle(place);
    const { width, height } = place.getBoundingClientRect();
    return [font, color, backgroundColor, visibility, opacity, letterSpacing, textTransform, direction, display,
        pointerEvents, borderTopWidth, Math.round(width), Math.round(height)];
}"""


def test_it_does_not_change_the_page_that_it_stands_on(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        page.goto(site.write(page_with(address)))
        page.locator(".launcher").wait_for()
        assert (
            page.evaluate("['STYLE', 'LANGUAGES', 'make', 'cardOf', 'HoidapChat'].filter(name => name in window)") == []
        )
        assert page.evaluate("document.styleSheets.length + document.adoptedStyleSheets.length") == 0
        assert page.evaluate("document.body.children.length") == 2


def test_attributes_and_properties_set_words_place_and_colours(browser: Browser, address: str, site: Pages) -> None:
    words = 'data-lang="en" data-heading="Tòa soạn trả lời" data-greeting="Xin chào" data-examples="a?|b?"'
    settings = f'{words} data-position="bottom-left"'
    style = "<style>hoidap-chat { --hoidap-accent: rgb(10, 20, 30); --hoidap-layer: 7 }</style>"
    with watched(browser) as page:
        opened(page, site.write(page_with(address, settings=settings, head=style)))
        assert page.locator("h2").inner_text() == "Tòa soạn trả lời"
        assert page.locator(".start p").first.inner_text() == "Xin chào"
        assert page.locator(".start button").all_inner_texts() == ["a?", "b?"]
        assert page.locator(".asking button").inner_text() == "Ask"
        box = page.locator("dialog.panel").bounding_box()
        assert box is not None
        assert box["x"] == 20
        assert (
            page.locator(".asking button").evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(10, 20, 30)"
        )
        assert page.locator("dialog.panel").evaluate("it => getComputedStyle(it).zIndex") == "7"


def test_an_element_in_the_page_is_used_and_no_second_one_is_made(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        body = '<hoidap-chat position="inline" theme="dark"></hoidap-chat>'
        page.goto(site.write(page_with(address, body)))
        assert ask(page, "khi nào SCO Astana?").locator(".short").first.inner_text() == "tháng 7"
        assert page.locator("hoidap-chat").count() == 1
        assert page.locator(".launcher").count() == 0
        assert page.locator(".panel").evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(22, 22, 21)"


def test_an_element_names_another_service_and_another_part_of_its_articles(
    browser: Browser, address: str, site: Pages
) -> None:
    body = f'<hoidap-chat api="{address}" position="inline" source="nowhere/*"></hoidap-chat>'
    with watched(browser) as page:
        page.goto(site.write(page_with(address, body)))
        assert ask(page, "khi nào SCO Astana?").locator(".none").is_visible()


def test_a_page_that_makes_its_own_element_later_gets_no_other(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        page.goto(site.write(page_with(address, settings="data-manual")))
        page.wait_for_function("Boolean(customElements.get('hoidap-chat'))")
        assert page.locator("hoidap-chat").count() == 0
        page.evaluate("document.body.append(document.createElement('hoidap-chat'))")
        page.locator(".launcher").wait_for()


@pytest.mark.parametrize(
    ("html", "send"), [("<html lang=zh-CN>", "提问"), ("<html lang=ru>", "Спросить"), ("<html>", "Ask")]
)
def test_its_language_is_that_of_the_page_or_the_browser(
    browser: Browser, address: str, site: Pages, html: str, send: str
) -> None:
    with watched(browser, locale="en-GB") as page:
        opened(page, site.write(page_with(address, settings="", html=html)))
        assert page.locator(".asking button").inner_text() == send


def test_a_change_of_language_keeps_the_conversation(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        opened(page, site.write(page_with(address)))
        ask(page, "khi nào SCO Astana?")
        page.evaluate("document.querySelector('hoidap-chat').lang = 'en'")
        page.get_by_role("link", name="Open article").first.wait_for()
        assert page.locator(".turn").count() == 1
        assert page.locator("dialog.panel").get_attribute("lang") == "en"


@pytest.mark.parametrize("html", ["<html dir=rtl lang=ar>", "<html lang=vi>"])
def test_text_from_right_to_left_stands_so_and_the_box_does_not_turn(
    browser: Browser, address: str, site: Pages, html: str
) -> None:
    with watched(browser) as page:
        opened(page, site.write(page_with(address, html=html)))
        ask(page, "متى تعقد القمة في أستانا؟")
        assert page.locator(".question").evaluate("it => getComputedStyle(it).direction") == "rtl"
        assert page.locator(".panel").evaluate("it => getComputedStyle(it).direction") == "ltr"


def test_on_a_phone_it_covers_the_screen_and_the_page_behind_is_out_of_reach(
    browser: Browser, address: str, site: Pages
) -> None:
    with watched(browser, viewport={"width": 320, "height": 568}, has_touch=True) as page:
        opened(page, site.write(page_with(address, "<button id=behind>x</button>")))
        ask(page, "khi nào SCO Astana?")
        assert page.locator("dialog.panel").bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 568}
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.locator(".scroll").evaluate("it => it.scrollWidth <= it.clientWidth")
        assert page.locator("dialog:modal").count() == 1
        page.set_viewport_size({"width": 900, "height": 700})
        page.locator("dialog:not(:modal)[open]").wait_for()


def test_the_script_weighs_little_and_is_not_sent_twice(address: str) -> None:
    request = urllib.request.Request(f"{address}/widget.js", headers={"Accept-Encoding": "gzip"})  # noqa: S310
    with urllib.request.urlopen(request) as reply:  # noqa: S310 — our own address
        packed, tag = reply.read(), reply.headers["ETag"]
    assert len(packed) <= MOST_BYTES
    with urllib.request.urlopen(f"{address}/widget.js") as reply:  # noqa: S310
        assert reply.read() == gzip.decompress(packed)
    again = urllib.request.Request(f"{address}/widget.js", headers={"If-None-Match": tag})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError, match="304"):
        urllib.request.urlopen(again)  # noqa: S310


def test_nothing_but_the_script_is_loaded_until_somebody_asks(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url) if request.url.startswith(address) else None)
        page.goto(site.write(page_with(address)))
        page.locator(".launcher").wait_for()
        page.wait_for_load_state("networkidle")
        assert loaded == [f"{address}/widget.js"]
