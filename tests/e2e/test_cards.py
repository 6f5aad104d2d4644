"""The cards, also those for which the seeds have no reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from made_replies import answer, answers_with, ask, reply
from serving import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.e2e

SENTENCE = "Hai bên gặp nhau tại Astana vào tháng 7, ông nói."
ATTACKS = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    '"><svg onload=alert(1)>',
    "{{7*7}}${7*7}",
]


def test_an_answer_shows_its_words_its_sentence_its_source_its_date_and_how_sure_it_is(page: Page) -> None:
    answers_with(page, reply("a?", answer("tháng 7", SENTENCE, url="https://example.org/a#top", confidence=0.72)))
    card = ask(page, "a?")
    size = "it => parseFloat(getComputedStyle(it).fontSize)"
    assert card.locator(".short").evaluate(size) >= 1.4 * card.locator("blockquote").evaluate(size)
    assert card.locator("blockquote").inner_text() == SENTENCE
    assert card.locator("mark").inner_text() == "tháng 7"
    assert card.locator(".title").inner_text() == "Bài một"
    facts = card.locator(".facts").first.inner_text()
    assert facts == "a1.txt · Theo bài đăng ngày 20/5/2024 · Độ tin cậy: khá chắc chắn (72 %)"
    start = SENTENCE.index("tháng 7")
    link = str(card.get_by_role("link", name="Mở bài").get_attribute("href"))
    assert link.endswith(f"/articles/a1?start={start}&end={start + 7}&lang=vi#:~:text=words")
    assert card.get_by_role("link", name="Trang gốc").get_attribute("href") == "https://example.org/a#:~:text=words"


def test_offsets_count_code_points(page: Page) -> None:
    answers_with(page, reply("a?", answer("tháng 7", f"🙂🙂 {SENTENCE}")))
    assert ask(page, "a?").locator("mark").inner_text() == "tháng 7"


def test_other_answers_are_folded_and_what_contradicts_stands_beside_the_first(page: Page) -> None:
    disputed = [
        answer(text, f"Vào {text}, họ nói.", article=text, title=text, disputed=True)
        for text in ("ngày 3/7", "ngày 4/7")
    ]
    answers_with(page, reply("a?", *disputed, answer("tháng 7", SENTENCE)))
    card = ask(page, "a?")
    assert "Các bài đưa thông tin khác nhau" in card.inner_text()
    left, right = (card.locator(".sides .answer").nth(side).bounding_box() for side in (0, 1))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    assert [card.locator(".sides .short").nth(side).inner_text() for side in (0, 1)] == ["ngày 3/7", "ngày 4/7"]
    folded = card.locator("details", has_text="1 câu trả lời khác")
    assert not folded.locator(".answer").is_visible()
    folded.locator("summary").click()
    assert folded.locator(".short").inner_text() == "tháng 7"


def test_articles_that_report_the_same_are_counted_once_each_and_listed(page: Page) -> None:
    places = [("b", "Bài hai"), ("b", "Bài hai"), ("c", ""), ("d", "Bài bốn")]
    also = [
        {"article": name, "source": f"{name}.txt", "title": title, "start": 5, "end": 12, "quote": "tháng 7"}
        for name, title in places
    ]
    answers_with(page, reply("a?", answer("tháng 7", SENTENCE, also=also)))
    folded = ask(page, "a?").locator("details")
    folded.get_by_text("3 bài khác đưa tin tương tự").click()
    assert folded.locator("li").all_inner_texts() == ["Bài hai", "c.txt", "Bài bốn"]
    assert str(folded.locator("a").first.get_attribute("href")).endswith("/articles/b?start=5&end=12&lang=vi")


def test_the_link_names_the_other_quotes_of_the_same_article(page: Page) -> None:
    other = answer("Astana", SENTENCE)
    elsewhere = answer("ông", SENTENCE, article="b")
    answers_with(page, reply("a?", answer("tháng 7", SENTENCE), other, elsewhere))
    start = SENTENCE.index("Astana")
    link = str(ask(page, "a?").get_by_role("link", name="Mở bài").first.get_attribute("href"))
    assert f"&lang=vi&quotes={start}-{start + 6}#" in link


def test_an_answer_that_is_its_whole_sentence_is_shown_once(page: Page) -> None:
    answers_with(page, reply("a?", answer(SENTENCE, SENTENCE)))
    card = ask(page, "a?")
    assert card.locator(".short").count() == 0
    assert card.locator("mark").inner_text() == SENTENCE


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_in_titles_texts_questions_and_addresses_stays_text(browser: Browser, address: str, attack: str) -> None:
    with watched(browser) as page:
        page.goto(address)
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        found = {
            "article": attack,
            "source": attack,
            "title": attack,
            "start": 0,
            "end": 5,
            "text": attack,
            "score": 1.0,
            "also": [],
        }
        also = [{**found, "quote": attack}]
        hostile = answer(
            attack, f"a {attack} b", title=attack, source=attack, url=attack, article=attack, also=also, disputed=True
        )
        changed = reply(attack, hostile, hostile, hostile)
        changed["understood"] = {
            **changed["understood"],
            "text": attack,
            "steps": [{"kind": "abbreviation", "from": attack, "to": attack}],
        }
        answers_with(page, changed, reply(attack, passages=[found]))
        for _ in range(2):
            card = ask(page, attack)
            assert attack in card.inner_text()
        page.route(
            "**/suggest*",
            lambda route: route.fulfill(
                json={"questions": [attack], "articles": [{"article": attack, "title": attack}]}
            ),
        )
        page.locator("#question").press_sequentially("ab")
        page.locator("[role=option]").nth(1).wait_for()
        assert page.locator("[role=option]").first.inner_text() == attack
        page.evaluate(
            "document.querySelector('hoidap-chat').shadowRoot.querySelectorAll('details').forEach(it => it.open = true)"
        )
        shadow = "document.querySelector('hoidap-chat').shadowRoot"
        assert page.evaluate(f"{shadow}.querySelectorAll('img, script, svg[onload], iframe, object').length") == 0
        assert page.evaluate(
            f"[...{shadow}.querySelectorAll('a')].every(it => it.href.startsWith('http://127.0.0.1:'))"
        )


def told(page: Page) -> list[dict[str, Any]]:
    """What is sent to /feedback from now on."""
    said: list[dict[str, Any]] = []

    def keep(route: Route) -> None:
        said.append(route.request.post_data_json)
        route.fulfill(status=201, json={"id": 1})

    page.route("**/feedback", keep)
    return said


def test_an_opinion_is_kept_by_the_service(page: Page) -> None:
    ask(page, "khi nào SCO Astana?")
    with page.expect_response("**/feedback") as response:
        page.get_by_role("button", name="Đúng", exact=True).click()
    assert response.value.status == 201
    page.get_by_text("Cảm ơn").wait_for()


def test_what_is_wrong_is_told_with_a_reason_and_a_note(page: Page) -> None:
    said = told(page)
    answers_with(page, reply("a?", answer("tháng 7", SENTENCE)))
    ask(page, "a?")
    page.get_by_role("button", name="Sai", exact=True).click()
    page.get_by_label("Đã cũ").check()
    page.get_by_label("Ghi chú").fill("<b>năm ngoái</b>")
    page.get_by_role("button", name="Gửi").click()
    page.get_by_text("Cảm ơn").wait_for()
    start = SENTENCE.index("tháng 7")
    cited = {"article": "a1", "start": start, "end": start + 7}
    expected = {
        "question": "a?",
        "verdict": "wrong",
        "reason": "outdated",
        "note": "<b>năm ngoái</b>",
        "citation": cited,
    }
    assert said == [expected]


def test_that_nothing_answers_is_another_verdict_and_can_be_said_of_a_declined_question(page: Page) -> None:
    said = told(page)
    answers_with(page, reply("a?", answer("tháng 7", SENTENCE)), reply("b?"))
    ask(page, "a?")
    page.get_by_role("button", name="Sai", exact=True).click()
    page.get_by_label("Bộ bài không có câu trả lời").check()
    page.get_by_role("button", name="Gửi").click()
    page.get_by_text("Cảm ơn").wait_for()
    ask(page, "b?").get_by_role("button", name="Bộ bài đúng là không có").click()
    page.get_by_text("Cảm ơn").nth(1).wait_for()
    assert [one["verdict"] for one in said] == ["no_answer_expected", "no_answer_expected"]
    assert "citation" not in said[1]


def test_an_opinion_on_a_follow_up_is_of_the_whole_question(page: Page) -> None:
    said = told(page)
    follow_up = reply("còn Iran?", answer("tháng 7", SENTENCE))
    follow_up["understood"] = {
        **follow_up["understood"],
        "text": "Iran vào năm nào?",
        "steps": [{"kind": "context", "from": "còn Iran?", "to": "Iran vào năm nào?"}],
    }
    answers_with(page, follow_up)
    ask(page, "còn Iran?")
    page.get_by_role("button", name="Đúng", exact=True).click()
    page.get_by_text("Cảm ơn").wait_for()
    assert said[0]["question"] == "Iran vào năm nào?"


def test_an_opinion_that_is_not_kept_is_said_and_may_be_given_again(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="vi")
    page.goto(address)
    page.route("**/feedback", lambda route: route.abort())
    answers_with(page, reply("a?", answer("tháng 7", SENTENCE)))
    ask(page, "a?")
    page.get_by_role("button", name="Đúng", exact=True).click()
    page.locator(".status", has_text="Chưa ghi được ý kiến").wait_for()
    page.unroute("**/feedback")
    said = told(page)
    page.get_by_role("button", name="Đúng", exact=True).click()
    page.get_by_text("Cảm ơn").wait_for()
    assert said[0]["verdict"] == "right"
    page.close()


def test_an_answer_is_copied_with_where_it_stands_and_its_link_alone(browser: Browser, address: str) -> None:
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(address)
        answers_with(page, reply("a?", answer("tháng 7", SENTENCE)))
        card = ask(page, "a?")
        link = card.get_by_role("link", name="Mở bài").get_attribute("href")
        card.get_by_role("button", name="Sao chép câu trả lời").click()
        page.locator(".status", has_text="Đã sao chép").wait_for()
        text = page.evaluate("navigator.clipboard.readText()")
        assert text == f"“{SENTENCE}”\n— Bài một, a1.txt, Theo bài đăng ngày 20/5/2024\n{link}"
        card.get_by_role("button", name="Sao chép liên kết").click()
        page.wait_for_function("async link => (await navigator.clipboard.readText()) === link", arg=link)


def test_without_the_clipboard_of_secure_pages_copying_works_too(browser: Browser, address: str) -> None:
    with watched(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(address)
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('insecure')); }")
        answers_with(page, reply("a?", answer("tháng 7", SENTENCE)))
        ask(page, "a?").get_by_role("button", name="Sao chép câu trả lời").click()
        page.locator(".status", has_text="Đã sao chép").wait_for()
        assert SENTENCE in page.evaluate("navigator.clipboard.readText()")
