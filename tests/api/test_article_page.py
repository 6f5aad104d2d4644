from __future__ import annotations

import re
from html import unescape

import msgspec
from fake_collection import ARTICLE, QUOTE, START, TEXT
from hypothesis import given
from hypothesis import strategies as st

from api.http.pages import article_page
from index.records import Range

TAG = re.compile(r"<[^>]*>")


def body_of(page: str) -> str:
    found = re.search(r"<article[^>]*>(.*)</article>", page, re.DOTALL)
    assert found
    return found[1]


def test_everything_from_the_article_is_escaped() -> None:
    page = article_page(ARTICLE, None)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<title>Đằng sau &quot;tái hợp&quot; &lt;b&gt;Nga&lt;/b&gt; &amp; Trung</title>" in page


def test_title_date_publisher_and_source_are_shown() -> None:
    page = article_page(ARTICLE, None)
    assert '<li><time datetime="2024-05-20">20/5/2024</time></li><li>Kinhtedothi</li><li>000_b1bb.txt</li>' in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page


def test_only_web_addresses_become_links() -> None:
    page = article_page(msgspec.structs.replace(ARTICLE, url="javascript:alert(1)"), None)
    assert "javascript" not in page


def test_an_article_of_unknown_facts_shows_its_file_only() -> None:
    bare = msgspec.structs.replace(ARTICLE, published=None, publisher=None, url=None, language="und")
    page = article_page(bare, None)
    assert '<ul class="facts" lang="vi"><li>000_b1bb.txt</li></ul>' in page
    assert '<html lang="">' in page


def test_the_quote_is_marked_once_and_boilerplate_is_dimmed() -> None:
    body = body_of(article_page(ARTICLE, Range(START, START + len(QUOTE))))
    assert f'<mark id="quote">{QUOTE}</mark>' in body
    assert body.count("<mark") == 1
    assert body.count('<span class="boilerplate">') == 2


def test_dollar_signs_of_an_article_are_no_template() -> None:
    page = article_page(msgspec.structs.replace(ARTICLE, title="$text", text="giá 5 $facts", boilerplate=()), None)
    assert '<h1 dir="auto">$text</h1>' in page
    assert "giá 5 $facts" in page


@given(st.data())
def test_the_page_holds_the_whole_text_wherever_quote_and_boilerplate_lie(data: st.DataObject) -> None:
    cuts = st.lists(st.integers(0, len(TEXT)), min_size=4, max_size=4, unique=True).map(sorted)
    first, second, third, fourth = data.draw(cuts)
    start, end = data.draw(st.lists(st.integers(0, len(TEXT)), min_size=2, max_size=2, unique=True).map(sorted))
    article = msgspec.structs.replace(ARTICLE, boilerplate=(Range(first, second), Range(third, fourth)))
    body = body_of(article_page(article, Range(start, end)))
    assert unescape(TAG.sub("", body)) == TEXT
    marked = re.search(r'<mark id="quote">(.*)</mark>', body, re.DOTALL)
    assert marked
    assert unescape(TAG.sub("", marked[1])) == TEXT[start:end]
