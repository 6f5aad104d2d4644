from __future__ import annotations

import gzip
import re
import string
from typing import TYPE_CHECKING

import pytest
from fake_collection import ARTICLE, QUOTE, START

from api.http.pages import WIDGET
from api.http.pages.labels import LABELS, chosen, day
from api.http.pages.page import SCRIPTS, widget

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, "", "vi"),
        (None, "fr, de;q=0.8", "vi"),
        (None, "fr, ru-RU;q=0.8, en", "ru"),
        ("zh", "en", "zh"),
        ("fr", "en-GB,vi", "en"),
        ("<b>", "*", "vi"),
    ],
)
def test_the_language_of_a_page_is_the_one_asked_for_or_the_browsers_first(
    wanted: str | None, accepted: str, language: str
) -> None:
    assert chosen(wanted, accepted) == language


def test_dates_are_written_as_each_language_does() -> None:
    written = {language: day("2024-05-09", language) for language in LABELS}
    assert written == {"vi": "9/5/2024", "en": "9 May 2024", "zh": "2024年5月9日", "ru": "09.05.2024"}
    assert day("2024-05", "vi") == "2024-05"


def test_every_language_has_every_label_that_pages_use() -> None:
    used = set()
    for name in ("index.html", "article.html"):
        used |= set(re.findall(r"\$([a-z_]+)", (WIDGET / name).read_text(encoding="utf-8")))
    given = {"language", "interface", "title", "facts", "text_link", "content"}
    for labels in LABELS.values():
        assert set(labels) == used - given


def test_every_language_of_the_widget_says_the_same_things() -> None:
    source = (WIDGET / "languages.js").read_text(encoding="utf-8")
    languages = re.findall(r"^  (\w\w): \{\n(.*?)^  \},", source, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in languages] == list(LABELS)
    names = [re.findall(r"^ +(\w+):", words, re.MULTILINE) for _, words in languages]
    assert names[1:] == names[:-1]
    numbered = [re.findall(r'^ +(\w+): ".*\{n\}', words, re.MULTILINE) for _, words in languages]
    assert numbered[1:] == numbered[:-1]
    others = "".join((WIDGET / name).read_text(encoding="utf-8") for name in SCRIPTS[1:])
    for name in set(names[0]) - {"other_fact", "wrong_words", "outdated", "no_answer", "other"}:
        assert f'"{name}"' in others, f"nothing says {name!r}"


def test_the_page_is_in_the_language_of_the_browser(client: TestClient[Litestar]) -> None:
    reply = client.get("/", headers={"Accept-Language": "en"})
    assert '<html lang="en">' in reply.text
    assert reply.headers["vary"] == "Accept-Language"
    assert '<html lang="ru">' in client.get("/?lang=ru", headers={"Accept-Language": "en"}).text


def test_the_widget_is_sent_packed_to_those_who_can_unpack_it_and_once(client: TestClient[Litestar]) -> None:
    reply = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == reply.content == gzip.decompress(widget().gzipped)
    known = client.get("/widget.js", headers={"If-None-Match": reply.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_the_widget_needs_neither_eval_nor_markup() -> None:
    script = widget().plain.decode()
    for word in ("eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", 'style="'):
        assert word not in script


def test_no_comment_and_no_indentation_is_sent() -> None:
    script = widget().plain.decode()
    assert "\n  " not in script
    assert "// " not in script
    assert "`Bearer ${chat.key}`" in script


def marked(client: TestClient[Litestar], query: str) -> list[str]:
    page = client.get(f"/articles/{ARTICLE.id}?{query}", headers=HTML).text
    return re.findall(r"<mark[^>]*>", page)


def test_other_quotes_are_marked_too_in_the_order_of_the_text(client: TestClient[Litestar]) -> None:
    end = START + len(QUOTE)
    assert marked(client, f"start={START}&end={end}&quotes=0-3") == ["<mark>", '<mark id="quote">']
    assert marked(client, f"start={START}&end={end}&quotes={START + 1}-{end + 1}") == ['<mark id="quote">']
    assert marked(client, "quotes=0-3,5-7,6-9") == ["<mark>", "<mark>"]


@pytest.mark.parametrize(
    "quotes", ["5", "5-", "a-b", "7-5", "5-5", "0-99999999", "1-2,", "1-2;3-4", ",".join(["0-1"] * 40)]
)
def test_quotes_that_are_none_are_refused(client: TestClient[Litestar], quotes: str) -> None:
    reply = client.get(f"/articles/{ARTICLE.id}", params={"quotes": quotes}, headers=HTML)
    assert reply.status_code == 400
    assert "quotes" in reply.json()["detail"]


def test_the_article_page_speaks_the_language_asked_for(client: TestClient[Litestar]) -> None:
    page = client.get(f"/articles/{ARTICLE.id}?lang=ru", headers=HTML).text
    assert '<time datetime="2024-05-20">20.05.2024</time>' in page
    assert LABELS["ru"]["text"] in page
    assert client.get(f"/articles/{ARTICLE.id}?lang=fr", headers=HTML).status_code == 400


def test_templates_are_filled_once() -> None:
    for name in ("index.html", "article.html"):
        assert string.Template((WIDGET / name).read_text(encoding="utf-8")).is_valid()
