"""What people expect of a chat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from made_replies import answer, answers_with, ask, reply
from serving import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.e2e

SENTENCE = "Hai bên gặp nhau tại Astana vào tháng 7, ông nói."
ANSWERED = reply("a?", answer("tháng 7", SENTENCE))


def asked(page: Page) -> list[dict[str, Any]]:
    """What is sent to /ask from now on; the reply is always the same."""
    sent: list[dict[str, Any]] = []

    def keep(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(json=ANSWERED)

    page.route("**/ask", keep)
    return sent


def test_shift_enter_breaks_the_line_and_a_blank_question_is_not_sent(page: Page) -> None:
    box = page.locator("#question")
    box.press("Shift+Enter")
    box.press("Enter")
    box.fill("khi nào")
    height = box.evaluate("it => it.clientHeight")
    box.press("Shift+Enter")
    assert box.input_value() == "khi nào\n"
    assert box.evaluate("it => it.clientHeight") > height
    assert page.locator(".question").count() == 0


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_during_composition_does_not_send(page: Page, sign: dict[str, object]) -> None:
    box = page.locator("#question")
    box.fill("tiếng Việt")
    box.evaluate(
        "(it, sign) => it.dispatchEvent(Object.defineProperties("
        "new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true,"
        " isComposing: Boolean(sign.isComposing) }), sign.keyCode ? { keyCode: { value: sign.keyCode } } : {}))",
        sign,
    )
    assert page.locator(".question").count() == 0
    assert box.input_value() == "tiếng Việt"
    box.press("Enter")
    page.locator(".question").wait_for()


def test_a_real_input_method_composes_without_sending(page: Page) -> None:
    box = page.locator("#question")
    box.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "tiêng", "selectionStart": 5, "selectionEnd": 5})
    page.keyboard.down("Enter")
    assert page.locator(".question").count() == 0
    session.send("Input.insertText", {"text": "tiếng"})
    assert "tiếng" in box.input_value()


def test_follow_ups_carry_the_questions_before_them_five_at_most(page: Page) -> None:
    sent = asked(page)
    for number in range(7):
        ask(page, f"câu {number}?")
    assert sent[0]["context"] == []
    assert sent[2]["context"] == ["câu 0?", "câu 1?"]
    assert sent[6]["context"] == [f"câu {number}?" for number in range(1, 6)]


def test_the_arrow_up_takes_the_last_question_up_again_and_replaces_it(page: Page) -> None:
    sent = asked(page)
    ask(page, "câu một?")
    ask(page, "câu hai?")
    box = page.locator("#question")
    box.press("ArrowUp")
    assert box.input_value() == "câu hai?"
    assert page.locator(".turn.edited .question").inner_text().endswith("câu hai?")
    box.press("Escape")
    assert box.input_value() == ""
    box.press("ArrowUp")
    box.press("End")
    box.press_sequentially(" mới")
    box.press("Enter")
    page.locator(".question", has_text="mới").wait_for()
    page.locator(".turn").nth(1).locator(".card").wait_for()
    assert page.locator(".turn").count() == 2
    assert sent[-1]["context"] == ["câu một?"]


def test_a_new_conversation_begins_without_the_old_one(page: Page) -> None:
    sent = asked(page)
    ask(page, "câu một?")
    page.get_by_role("button", name="Cuộc trò chuyện mới").click()
    assert page.locator(".turn").count() == 0
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.id") == "question"
    ask(page, "câu hai?")
    assert sent[1]["context"] == []
    page.reload()
    assert page.locator(".turn").count() == 1


def test_the_tab_keeps_the_conversation_and_another_tab_has_its_own(page: Page, address: str) -> None:
    ask(page, "khi nào SCO Astana?")
    page.get_by_role("button", name="Đúng", exact=True).click()
    page.get_by_text("Cảm ơn").wait_for()
    page.goto(f"{address}/?lang=en")
    assert page.locator(".turn").count() == 1
    assert page.locator(".short").first.inner_text() == "tháng 7"
    assert page.get_by_text("Thank you").is_visible()
    sent = asked(page)
    ask(page, "còn gì nữa?")
    assert sent[0]["context"] == ["khi nào SCO Astana?"]
    other = page.context.new_page()
    other.goto(address)
    other.locator(".start").wait_for()
    assert other.locator(".turn").count() == 0


def test_two_hundred_long_turns_are_kept_and_shown_again(page: Page) -> None:
    text = "Một câu dài kể lại chuyện đã qua. " * 60
    turns = [
        {"question": f"câu {number}?" + " dài" * 100, "repair": True, "reply": reply("a?", answer("chuyện", text))}
        for number in range(200)
    ]
    page.evaluate("turns => sessionStorage.setItem(`hoidap ${location.href} `, JSON.stringify({ turns }))", turns)
    sent = asked(page)
    page.reload()
    assert page.locator(".turn").count() == 200
    ask(page, "câu cuối?")
    assert len(sent[0]["context"]) == 5
    box = page.locator(".turn").last.locator(".question").bounding_box()
    scroll = page.locator(".scroll").bounding_box()
    assert box is not None
    assert scroll is not None
    assert scroll["y"] <= box["y"] < scroll["y"] + scroll["height"]
    kept = page.evaluate("JSON.parse(sessionStorage.getItem(`hoidap ${location.href} `)).turns.length")
    assert kept == 201


def test_a_full_memory_of_the_tab_loses_the_oldest_and_nothing_else(page: Page) -> None:
    page.evaluate(
        "for (let n = 0; n < 40; n++) { try { sessionStorage.setItem(`x${n}`, 'x'.repeat(130000)) } catch { break } }"
    )
    text = "Chuyện đã qua. " * 2000
    answers_with(page, reply("a?", answer("Chuyện", text)))
    for number in range(6):
        ask(page, f"câu {number}?")
    assert page.locator(".turn").count() == 6
    kept = page.evaluate(
        "JSON.parse(sessionStorage.getItem(`hoidap ${location.href} `)).turns.map(turn => turn.question)"
    )
    assert kept == [f"câu {number}?" for number in range(6)][-len(kept) :]


def test_waiting_is_shown_after_a_while_and_can_be_stopped(page: Page) -> None:
    waiting: list[Route] = []
    page.route("**/ask", lambda route: waiting.append(route))  # noqa: PLW0108 — Playwright asks for a function
    box = page.locator("#question")
    box.fill("câu chậm?")
    box.press("Enter")
    assert page.locator(".waiting").count() == 0
    page.locator(".waiting").wait_for()
    assert page.locator(".log").get_attribute("aria-busy") == "true"
    page.get_by_role("button", name="Dừng").click()
    page.locator(".turn").wait_for(state="detached")
    assert box.input_value() == "câu chậm?"
    page.unroute("**/ask")
    sent = asked(page)
    box.press("Enter")
    page.locator(".card").wait_for()
    assert sent[0]["context"] == []


def test_a_quick_reply_shows_no_waiting(page: Page) -> None:
    page.evaluate(
        "window.seen = 0; const root = document.querySelector('hoidap-chat').shadowRoot;"
        "new MutationObserver(() => seen += root.querySelectorAll('.waiting').length)"
        ".observe(root, { childList: true, subtree: true })"
    )
    answers_with(page, ANSWERED)
    ask(page, "a?")
    assert page.evaluate("window.seen") == 0


def test_no_network_is_told_in_plain_words_and_can_be_tried_again(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="vi")
    page.goto(address)
    page.locator(".start button").first.wait_for()
    page.context.set_offline(offline=True)
    assert "đang mất mạng" in ask(page, "khi nào SCO Astana?").inner_text()
    page.context.set_offline(offline=False)
    page.get_by_role("button", name="Thử lại").click()
    page.locator(".short").first.wait_for()
    assert page.locator(".turn").count() == 1
    page.close()


PROBLEMS = [
    (429, {"Retry-After": "7"}, "Thử lại sau 7 giây"),
    (503, {"Retry-After": "2"}, "Thử lại sau 2 giây"),
    (500, {}, "Máy chủ gặp lỗi"),
    (400, {}, "Câu hỏi này chưa dùng được"),
]


@pytest.mark.parametrize(("status", "headers", "words"), PROBLEMS)
def test_what_the_service_refuses_is_told_in_plain_words(
    browser: Browser, address: str, status: int, headers: dict[str, str], words: str
) -> None:
    page = browser.new_page(locale="vi")
    page.goto(address)
    answers_with(page, {"detail": "a detail"}, status=status, headers=headers)
    card = ask(page, "a?")
    assert words in card.inner_text()
    assert ("a detail" in card.inner_text()) == (status == 400)
    page.unroute("**/ask")
    sent = asked(page)
    page.get_by_role("button", name="Thử lại").click()
    page.locator(".short").wait_for()
    assert sent[0]["context"] == []
    page.close()


def test_a_service_that_is_gone_and_a_reply_that_is_none_are_told_apart_from_no_network(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(locale="vi")
    page.goto(address)
    page.route("**/ask", lambda route: route.abort())
    assert "Không kết nối được" in ask(page, "a?").inner_text()
    page.unroute("**/ask")
    page.route("**/ask", lambda route: route.fulfill(body="<html>proxy</html>", content_type="text/html"))
    assert "Máy chủ gặp lỗi" in ask(page, "b?").inner_text()
    page.close()


def suggests(page: Page, *questions: str, titles: tuple[str, ...] = ()) -> None:
    articles = [{"article": title, "title": title} for title in titles]
    page.route(
        "**/suggest*", lambda route: route.fulfill(body=json.dumps({"questions": questions, "articles": articles}))
    )


def test_questions_are_suggested_while_typing_and_taken_with_the_keys(page: Page) -> None:
    suggests(page, "khi nào SCO Astana?", "khi nào bầu cử?", titles=("Khi nào tới Astana",))
    sent = asked(page)
    box = page.locator("#question")
    box.press_sequentially("khi")
    options = page.locator("[role=option]")
    options.nth(2).wait_for()
    assert options.nth(2).inner_text() == "Bài Khi nào tới Astana"
    for key, chosen in [
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowUp", 0),
        ("ArrowUp", None),
        ("ArrowUp", 2),
        ("ArrowUp", 1),
    ]:
        box.press(key)
        assert box.get_attribute("aria-activedescendant") == (None if chosen is None else f"option-{chosen}")
        assert options.evaluate_all("all => all.map(it => it.getAttribute('aria-selected')).indexOf('true')") == (
            -1 if chosen is None else chosen
        )
    box.press("Enter")
    page.locator(".card").wait_for()
    assert sent[0]["question"] == "khi nào bầu cử?"
    assert page.locator("#suggestions").is_hidden()


def test_escape_and_leaving_close_the_suggestions_and_enter_sends_what_was_typed(page: Page) -> None:
    suggests(page, "khi nào SCO Astana?")
    sent = asked(page)
    box = page.locator("#question")
    for leave in ("Escape", "Tab"):
        box.fill("")
        box.press_sequentially("khi")
        page.locator("[role=option]").wait_for()
        box.press(leave)
        assert page.locator("#suggestions").is_hidden()
        assert box.input_value() == "khi"
    box.press("Enter")
    page.locator(".card").wait_for()
    assert sent[0]["question"] == "khi"


def test_the_title_of_an_article_opens_it(page: Page) -> None:
    box = page.locator("#question")
    box.press_sequentially("diem nhan trong")
    option = page.locator("[role=option]", has_text="Những điểm nhấn trong chuyến thăm Trung Quốc")
    option.wait_for()
    with page.expect_popup() as opened:
        option.click()
    opened.value.locator("h1", has_text="Những điểm nhấn").wait_for()
    assert page.locator(".turn").count() == 0


def test_pages_may_ask_and_open_it(browser: Browser, address: str) -> None:
    with watched(browser) as page:
        page.goto(address)
        page.evaluate("document.querySelector('hoidap-chat').ask(' khi nào SCO Astana? ')")
        page.locator(".short").first.wait_for()
        assert page.locator(".question").inner_text().endswith("khi nào SCO Astana?")


def slow(page: Page) -> list[Route]:
    """The questions that wait for a reply from now on."""
    waiting: list[Route] = []
    page.route("**/ask", lambda route: waiting.append(route))  # noqa: PLW0108 — Playwright asks for a function
    return waiting


def begin(page: Page, question: str) -> None:
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    page.locator(".waiting").wait_for()


def test_a_new_conversation_may_begin_while_a_question_waits(page: Page) -> None:
    slow(page)
    begin(page, "một?")
    page.get_by_role("button", name="Cuộc trò chuyện mới").click()
    page.get_by_role("button", name="Hỏi", exact=True).wait_for()
    assert page.locator(".turn").count() == 0
    page.unroute("**/ask")
    sent = asked(page)
    ask(page, "hai?")
    assert sent[0]["context"] == []


def test_the_language_may_change_while_a_question_waits(page: Page) -> None:
    waiting = slow(page)
    begin(page, "một?")
    page.evaluate("document.querySelector('hoidap-chat').lang = 'en'")
    waiting[0].fulfill(json=ANSWERED)
    page.get_by_role("link", name="Open article").wait_for()
    assert page.locator(".turn .card").count() == 1


def test_the_element_may_move_while_a_question_waits(page: Page) -> None:
    answers_with(page, ANSWERED)
    ask(page, "một?")
    page.unroute("**/ask")
    slow(page)
    begin(page, "hai?")
    page.evaluate("document.querySelector('main').append(document.querySelector('hoidap-chat'))")
    page.get_by_role("button", name="Hỏi", exact=True).wait_for()
    assert page.locator(".question").all_inner_texts() == ["Bạn hỏi:\nmột?"]


def test_a_repair_that_is_undone_and_stopped_leaves_what_was_there(page: Page) -> None:
    understood = {**ANSWERED["understood"], "text": "một sửa?", "steps": [{"kind": "typo", "from": "a", "to": "b"}]}
    answers_with(page, {**ANSWERED, "understood": understood})
    ask(page, "một?")
    page.unroute("**/ask")
    slow(page)
    page.get_by_role("button", name="tìm đúng như đã gõ").click()
    page.locator(".waiting").wait_for()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.id") == "question"
    page.get_by_role("button", name="Dừng").click()
    page.get_by_text("Hiển thị kết quả cho").wait_for()
    assert page.locator(".turn").count() == 1


def test_a_question_that_was_taken_up_again_may_be_answered_otherwise_meanwhile(page: Page) -> None:
    understood = {**ANSWERED["understood"], "text": "một sửa?", "steps": [{"kind": "typo", "from": "a", "to": "b"}]}
    answers_with(page, {**ANSWERED, "understood": understood})
    ask(page, "một?")
    page.locator("#question").press("ArrowUp")
    page.get_by_role("button", name="tìm đúng như đã gõ").click()
    page.get_by_text("Đã tìm đúng như đã gõ").wait_for()
    page.locator("#question").press("Enter")
    page.locator(".turn").nth(1).locator(".card").wait_for()
    assert page.locator(".turn .card").count() == 2


def test_a_stopped_question_stays_where_the_box_has_other_words(page: Page) -> None:
    slow(page)
    begin(page, "một?")
    page.locator("#question").fill("hai")
    page.get_by_role("button", name="Dừng").click()
    page.get_by_role("button", name="Thử lại").wait_for()
    assert page.locator("#question").input_value() == "hai"


@pytest.mark.parametrize("made", [{"ok": 1}, {"answered": True, "answers": [{}]}, []])
def test_a_reply_of_another_kind_is_a_failure_and_not_the_end(page: Page, made: object) -> None:
    page.route("**/ask", lambda route: route.fulfill(json=made))
    assert "Máy chủ gặp lỗi" in ask(page, "một?").inner_text()
    page.get_by_role("button", name="Hỏi", exact=True).wait_for()


@pytest.mark.parametrize("memory", ["null", '{"turns": null}', '{"turns": [{"question": "a", "reply": {}}, 5]}', "{"])
def test_a_memory_of_another_kind_is_no_memory(page: Page, memory: str) -> None:
    page.evaluate("memory => sessionStorage.setItem(`hoidap ${location.href} `, memory)", memory)
    page.reload()
    answers_with(page, ANSWERED)
    ask(page, "một?")
    assert page.locator(".turn").count() == 1


def test_words_typed_behind_a_chosen_suggestion_are_what_is_sent(page: Page) -> None:
    suggests(page, "khi nào SCO Astana?")
    sent = asked(page)
    box = page.locator("#question")
    box.press_sequentially("khi")
    page.locator("[role=option]").wait_for()
    box.press("ArrowDown")
    box.press_sequentially(" nào")
    box.press("Enter")
    page.locator(".card").wait_for()
    assert sent[0]["question"] == "khi nào"


def test_keys_in_the_box_are_not_the_shortcuts_of_the_page(page: Page) -> None:
    page.evaluate("window.keys = []; addEventListener('keydown', event => keys.push(event.key))")
    page.locator("#question").press_sequentially("s/")
    assert page.evaluate("window.keys") == []
