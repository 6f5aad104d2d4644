from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest
from made_replies import answer, answers_with, ask, reply
from serving import watched
from test_widget import opened, page_with

if TYPE_CHECKING:
    from made_replies import Pages
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SENTENCE = "Hai bên gặp nhau tại Astana vào tháng 7, ông nói."


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, of all its rules."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_wrong_on_the_page_with_every_kind_of_card(
    browser: Browser, address: str, scheme: str, width: int
) -> None:
    with watched(browser, color_scheme=scheme, viewport={"width": width, "height": 800}) as page:
        page.goto(address)
        assert violations(page) == []
        also = [{"article": "b", "source": "b.txt", "title": "Bài hai", "start": 0, "end": 2, "quote": "x"}]
        disputed = [
            answer("tháng 7", SENTENCE, disputed=True, also=also, url="https://example.org/"),
            answer("Astana", SENTENCE, disputed=True),
        ]
        answers_with(page, reply("a?", *disputed, answer("ông", SENTENCE)))
        card = ask(page, "a?")
        for summary in card.locator("summary").all():
            summary.click()
        page.get_by_role("button", name="Sai", exact=True).click()
        page.unroute("**/ask")
        ask(page, "khi nao SCO Astana")
        ask(page, "Giá vàng SJC hôm nay bao nhiêu một lượng?")
        page.locator("#question").press_sequentially("nga")
        page.locator("[role=option]").first.wait_for()
        page.locator("#question").press("ArrowDown")
        assert violations(page) == []


@pytest.mark.parametrize("lang", ["en", "zh", "ru"])
def test_axe_finds_nothing_wrong_in_other_languages(browser: Browser, address: str, lang: str) -> None:
    with watched(browser) as page:
        page.goto(f"{address}/?lang={lang}")
        ask(page, "khi nào SCO Astana?")
        assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_wrong_with_the_box_on_another_page(
    browser: Browser, address: str, site: Pages, width: int
) -> None:
    with watched(browser, viewport={"width": width, "height": 700}) as page:
        page.goto(site.write(page_with(address, "<main><h1>Tin</h1></main>", head="<title>Tin</title>")))
        page.locator("body > p").evaluate("it => it.remove()")
        page.locator(".launcher").wait_for()
        in_widget = [one for one in violations(page) if "launcher" in one or "panel" in one]
        page.locator(".launcher").click()
        ask(page, "khi nào SCO Astana?")
        assert in_widget + violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_on_an_article(browser: Browser, address: str, scheme: str) -> None:
    with watched(browser, color_scheme=scheme) as page:
        page.goto(address)
        link = ask(page, "khi nào SCO Astana?").get_by_role("link", name="Mở bài").first.get_attribute("href")
        page.goto(str(link).partition("&lang")[0] + "&quotes=0-9,20-30")
        page.locator("#quotes").wait_for()
        assert violations(page) == []


def focused(page: Page) -> str:
    return str(
        page.evaluate(
            "(it => it.className || it.id)(document.activeElement.shadowRoot?.activeElement ?? document.activeElement)"
        )
    )


def test_the_box_is_a_named_dialog_that_takes_the_focus_and_gives_it_back(
    browser: Browser, address: str, site: Pages
) -> None:
    with watched(browser) as page:
        page.goto(site.write(page_with(address, "<a href='#x' id=before>x</a>")))
        launcher = page.get_by_role("button", name="Hỏi đáp")
        assert launcher.get_attribute("aria-expanded") == "false"
        launcher.focus()
        page.keyboard.press("Enter")
        page.get_by_role("dialog", name="Hỏi đáp").wait_for()
        assert focused(page) == "question"
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="hidden")
        assert focused(page) == "launcher"
        page.locator("#before").focus()
        page.evaluate("document.querySelector('hoidap-chat').show()")
        assert focused(page) == "question"
        page.get_by_role("button", name="Đóng").click()
        assert focused(page) == "before"


def test_the_page_behind_stays_in_reach_and_a_closed_box_is_one_stop_of_the_tab_key(
    browser: Browser, address: str, site: Pages
) -> None:
    with watched(browser) as page:
        page.goto(site.write(page_with(address, "<a href='#x' id=first>x</a>")))
        page.locator(".launcher").wait_for()
        page.locator("#first").focus()
        page.keyboard.press("Tab")
        assert focused(page) == "launcher"
        page.keyboard.press("Tab")
        assert focused(page) not in ("launcher", "question")
        page.locator(".launcher").click()
        seen = set()
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.add(focused(page))
        assert "first" in seen


def test_on_a_phone_the_tab_key_stays_in_the_box_until_it_is_closed(
    browser: Browser, address: str, site: Pages
) -> None:
    with watched(browser, viewport={"width": 390, "height": 800}) as page:
        opened(page, site.write(page_with(address, "<a href='#x' id=behind>x</a>")))
        for _ in range(12):
            page.keyboard.press("Tab")
            assert focused(page) != "behind"
        page.locator("#question").focus()
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="hidden")
        page.locator("#behind").focus()
        assert focused(page) == "behind"


def test_a_box_that_was_open_is_open_on_the_next_page_and_takes_no_focus(
    browser: Browser, address: str, site: Pages
) -> None:
    with watched(browser) as page:
        opened(page, site.write(page_with(address)))
        ask(page, "khi nào SCO Astana?")
        page.goto(site.write(page_with(address, "<p>Trang hai</p>")))
        page.locator("dialog[open] .turn").wait_for()
        assert page.evaluate("document.activeElement === document.body")


def test_new_turns_are_announced_politely_and_old_ones_are_not(page: Page) -> None:
    ask(page, "khi nào SCO Astana?")
    log = page.get_by_role("log", name="Hỏi và đáp")
    assert log.get_attribute("aria-live") == "polite"
    page.add_init_script(
        """customElements.whenDefined("hoidap-chat").then(() => {
            const { replaceChildren } = Element.prototype;
            window.announced = [];
            Element.prototype.replaceChildren = function (...children) {
                if (this.role === "log") announced.push(this.getAttribute("aria-live"));
                replaceChildren.apply(this, children);
            };
        });
        """
    )
    page.reload()
    page.locator(".turn").wait_for()
    page.wait_for_function(
        "document.querySelector('hoidap-chat').shadowRoot.querySelector('.log').getAttribute('aria-live') === 'polite'"
    )
    page.evaluate("document.querySelector('hoidap-chat').lang = 'en'")
    assert page.evaluate("window.announced.every(live => live === 'off')")
    assert page.evaluate("window.announced.length") >= 1
    assert page.locator(".actions").first.get_attribute("aria-live") == "off"


def test_the_question_box_says_what_it_is_and_its_suggestions_are_announced(page: Page) -> None:
    box = page.get_by_role("textbox", name="Câu hỏi", exact=True)
    box.press_sequentially("diem nhan")
    page.get_by_role("status").filter(has_text="1 gợi ý").wait_for()
    assert page.get_by_role("listbox", name="Gợi ý").get_by_role("option").count() == 1


def test_motion_is_left_out_where_it_is_not_wanted(browser: Browser, address: str, site: Pages) -> None:
    for wanted, animations in (("reduce", 0), ("no-preference", 1)):
        with watched(browser, reduced_motion=wanted) as page:
            page.goto(site.write(page_with(address)))
            page.locator(".launcher").wait_for()
            page.evaluate("document.querySelector('hoidap-chat').show()")
            found = page.evaluate(
                "document.querySelector('hoidap-chat').shadowRoot.querySelector('dialog').getAnimations().length"
            )
            assert found == animations


def test_at_twice_the_size_nothing_is_cut_off(browser: Browser, address: str, site: Pages) -> None:
    # 200 % of a window of 1280 x 900 is one of 640 x 450.
    with watched(browser, viewport={"width": 640, "height": 450}, device_scale_factor=2) as page:
        opened(page, site.write(page_with(address)))
        ask(page, "khi nào SCO Astana?")
        for place in (".panel", ".scroll", ".asking", "header"):
            box = page.locator(place).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= 640
            assert box["y"] + box["height"] <= 450
        assert page.locator(".scroll").evaluate("it => it.scrollWidth <= it.clientWidth && it.clientHeight > 100")


def test_text_that_readers_have_enlarged_enlarges_the_box(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser) as page:
        sizes = []
        for size in ("16px", "24px", "6px"):
            page.goto(site.write(page_with(address, head=f"<style>html {{ font-size: {size} }}</style>")))
            page.locator(".launcher").wait_for()
            sizes.append(page.locator(".launcher").evaluate("it => getComputedStyle(it).fontSize"))
        assert sizes == ["16px", "24px", "16px"]


def test_what_is_clicked_is_large_enough(page: Page) -> None:
    ask(page, "khi nao SCO Astana")
    small = page.evaluate(
        """[...document.querySelector("hoidap-chat").shadowRoot.querySelectorAll("button:not(.undo), a, textarea")]
            .filter(it => it.checkVisibility() && !it.closest("details"))
            .filter(it => Math.min(it.getBoundingClientRect().height, it.getBoundingClientRect().width) < 24)
            .map(it => it.outerHTML)"""
    )
    assert small == []


def test_on_a_phone_the_button_comes_back_however_the_box_is_closed(
    browser: Browser, address: str, site: Pages
) -> None:
    with watched(browser, viewport={"width": 320, "height": 568}) as page:
        opened(page, site.write(page_with(address, settings='data-position="bottom-left"')))
        assert page.locator("dialog.panel").bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 568}
        page.evaluate("document.querySelector('hoidap-chat').shadowRoot.activeElement.blur()")
        for _ in range(3):
            page.keyboard.press("Escape")
        page.locator(".launcher").wait_for(state="visible")


def test_focus_stays_in_the_card_when_an_opinion_is_begun_and_left(page: Page) -> None:
    answers_with(page, reply("a?", answer("tháng 7", SENTENCE)))
    ask(page, "a?")
    page.get_by_role("button", name="Sai", exact=True).click()
    page.get_by_role("button", name="Thôi").click()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Sai"


def test_copying_works_in_the_box_that_covers_a_phone(browser: Browser, address: str, site: Pages) -> None:
    with watched(browser, viewport={"width": 320, "height": 568}) as page:
        opened(page, site.write(page_with(address)))
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('insecure')); }")
        page.evaluate(
            "document.addEventListener('copy', () => { window.copied = String(getSelection()) || 'something'; })"
        )
        ask(page, "khi nào SCO Astana?").get_by_role("button", name="Sao chép liên kết").first.click()
        page.locator(".status", has_text="Đã sao chép").wait_for()
        assert page.evaluate("window.copied")
