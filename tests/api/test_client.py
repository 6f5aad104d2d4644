from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from fake_collection import ARTICLE, QUOTE, START, TEXT
from fake_service import READY, answering

from api import client as module
from api.beside import FeedbackBook
from api.client import Client, Removed, ServiceError, Stored
from index.errors import HoidapError
from index.records import Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fake_collection import FakeAsker
    from litestar import Litestar
    from litestar.testing import TestClient

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://testserver.local"


@pytest.fixture
def hoidap(client: TestClient[Litestar]) -> Iterator[Client]:
    """The client of the real application over a fake collection."""
    with Client(ADDRESS, transport=httpx.MockTransport(client.send)) as opened:
        yield opened


def failing(error: Exception) -> Client:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    return Client("http://host", timeout=3, transport=httpx.MockTransport(fail))


def test_an_answer_is_a_record_that_cites_the_text(hoidap: Client) -> None:
    reply = hoidap.ask("khi nào SCO Astana?")
    assert (reply.answered, reply.answer, reply.understood.steps[0].before) == (True, "tháng 7", "khi nao")
    cited = reply.answers[0].citation
    assert hoidap.article_text(cited.article)[cited.start : cited.end] == cited.quote == QUOTE


def test_declining_is_a_reply_and_no_error(hoidap: Client) -> None:
    reply = hoidap.ask("không có trong bài")
    assert (reply.answered, reply.answers, len(reply.passages)) == (False, (), 1)


def test_everything_that_is_asked_reaches_the_asker(hoidap: Client, asker: FakeAsker) -> None:
    filters = {"source": "2024/*", "since": "2024-01-01", "until": "2024-12-31", "language": "vi"}
    hoidap.ask("a", top=7, **filters, context=["trước"], repair=False)  # type: ignore[arg-type]
    hoidap.search("b & c=?", top=4, **filters, repair=False)  # type: ignore[arg-type]
    assert asker.asked == [
        {"question": "a", "top": 7, "filters": Filters(**filters), "context": ("trước",), "repair": False},
        {"question": "b & c=?", "top": 4, "filters": Filters(**filters), "repair": False},
    ]


def test_what_is_not_given_is_for_the_service_to_choose(hoidap: Client, asker: FakeAsker) -> None:
    hoidap.ask("a")
    hoidap.search("a")
    assert asker.asked == [
        {"question": "a", "top": None, "filters": None, "context": (), "repair": True},
        {"question": "a", "top": 10, "filters": None, "repair": True},
    ]


def test_articles_are_listed_and_read(hoidap: Client) -> None:
    page = hoidap.articles(limit=5)
    assert (page.total, page.limit, page.articles[0].id) == (1, 5, ARTICLE.id)
    assert hoidap.articles(offset=1).articles == ()
    assert hoidap.article(ARTICLE.id) == ARTICLE
    assert hoidap.article_text(ARTICLE.id) == TEXT


def test_an_opinion_names_the_cited_place(hoidap: Client, tmp_path: Path) -> None:
    citation = hoidap.ask("khi nào?").answers[0].citation
    assert hoidap.feedback("khi nào?", "wrong", citation=citation, reason="too_long", note="dài").id == 1
    assert hoidap.feedback("ai?", "no_answer_expected").id == 2
    first, second = FeedbackBook(tmp_path).entries()
    assert (first.quote, first.start, first.reason, first.note) == (QUOTE, START, "too_long", "dài")
    assert (second.verdict, second.source) == ("no_answer_expected", None)


def test_a_ready_service_names_its_generation(hoidap: Client) -> None:
    assert (hoidap.ready().generation, hoidap.ready().articles) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "title", "status", "detail"),
    [
        (lambda it: it.ask(" "), "Bad Request", 400, 'The question is blank (" ")'),
        (lambda it: it.ask("a" * 501), "Bad Request", 400, '"question" has 501 characters; at most 500 are allowed.'),
        (lambda it: it.ask("a", since="mai"), "Bad Request", 400, '"from" is "mai"; a date such as 2024-05-20'),
        (lambda it: it.search("a", top=21), "Bad Request", 400, '"top" is "21"; at most 20 is allowed.'),
        (lambda it: it.article("nope"), "Not Found", 404, 'There is no article "nope"; /articles lists them.'),
        (lambda it: it.article_text("a/b/c"), "Method Not Allowed", 405, "GET is not allowed at"),
        (lambda it: it.ask("crash"), "Internal Server Error", 500, "Something went wrong here"),
    ],
)
def test_a_problem_is_raised_with_its_title_status_and_detail(
    hoidap: Client, wrong: Callable[[Client], object], title: str, status: int, detail: str
) -> None:
    with pytest.raises(ServiceError) as raised:
        wrong(hoidap)
    assert (raised.value.title, raised.value.status) == (title, status)
    assert raised.value.detail.startswith(detail)
    assert str(raised.value) == raised.value.detail


def test_an_article_is_put_with_the_key_and_what_is_known_of_it() -> None:
    hoidap, asked = answering(
        httpx.Response(201, json={"article": "a1", "source": "tin mới/1.txt", "outcome": "added", "generation": 8})
    )
    assert hoidap.put_article("tin mới/1.txt", "Họp\r\n", published="2024-05-20") == Stored(
        article="a1", source="tin mới/1.txt", outcome="added", generation=8
    )
    assert (asked[0].method, asked[0].headers["authorization"]) == ("PUT", "Bearer s3")
    assert asked[0].url.raw_path == b"/base/articles/tin%20m%E1%BB%9Bi%2F1.txt"
    assert asked[0].headers["content-type"] == "application/json"
    assert json.loads(asked[0].content) == {"text": "Họp\r\n", "published": "2024-05-20"}


def test_an_article_is_deleted_with_the_key() -> None:
    hoidap, asked = answering(httpx.Response(200, json={"article": "a1", "generation": 9}))
    assert hoidap.delete_article("a1") == Removed(article="a1", generation=9)
    assert (asked[0].method, asked[0].url.path, asked[0].content) == ("DELETE", "/base/articles/a1", b"")
    assert asked[0].headers["authorization"] == "Bearer s3"


def test_without_a_key_none_is_sent() -> None:
    hoidap, asked = answering(httpx.Response(200, json=READY), key=None)
    hoidap.ready()
    assert "authorization" not in asked[0].headers


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_not_sent(name: str) -> None:
    hoidap, asked = answering(httpx.Response(200, json={"article": "a1", "generation": 9}))
    with pytest.raises(ServiceError, match="can name no article"):
        hoidap.delete_article(name)
    assert asked == []


@pytest.mark.parametrize(
    ("error", "title", "detail"),
    [
        (httpx.ReadTimeout("x"), "No answer in time", "http://host did not answer within 3 seconds"),
        (httpx.ConnectTimeout("x"), "No answer in time", "http://host did not answer within 3 seconds"),
        (httpx.ConnectError("refused"), "No answer", "http://host cannot be asked: refused."),
        (httpx.RemoteProtocolError(""), "No answer", "http://host cannot be asked: RemoteProtocolError."),
    ],
)
def test_no_answer_is_the_same_error_without_a_status(error: Exception, title: str, detail: str) -> None:
    with pytest.raises(ServiceError) as raised:
        failing(error).ready()
    assert (raised.value.title, raised.value.status) == (title, None)
    assert raised.value.detail.startswith(detail)


@pytest.mark.parametrize("body", [b"<html>502 Bad Gateway</html>", b"", b"\xff", b"[]", b'{"title": 5}'])
def test_a_page_of_a_proxy_is_an_error_that_says_where(body: bytes) -> None:
    hoidap, _ = answering(httpx.Response(502, content=body))
    with pytest.raises(ServiceError) as raised:
        hoidap.ask("khi nào?")
    assert (raised.value.title, raised.value.status) == ("Bad Gateway", 502)
    assert raised.value.detail == "/base/ask answered 502 and did not say why; is a proxy in between?"


def test_a_redirect_is_not_followed() -> None:
    hoidap, asked = answering(httpx.Response(302, headers={"Location": "http://elsewhere/"}))
    with pytest.raises(ServiceError) as raised:
        hoidap.ready()
    assert (raised.value.status, len(asked)) == (302, 1)


@pytest.mark.parametrize("body", [b"<html>Please log in</html>", b"", b"\xff", b"{}", b'{"generation": "7"}', b"[1]"])
def test_a_reply_that_is_not_one_of_hoidap_is_an_error(body: bytes) -> None:
    hoidap, _ = answering(httpx.Response(200, content=body))
    with pytest.raises(ServiceError) as raised:
        hoidap.ready()
    assert (raised.value.title, raised.value.status) == ("Not a reply of hoidap", 200)
    assert raised.value.detail.startswith("What /base/readyz answered is not understood: ")


def test_a_text_that_is_not_utf_8_is_an_error() -> None:
    hoidap, _ = answering(httpx.Response(200, content=b"\xff"))
    with pytest.raises(ServiceError, match="is not understood"):
        hoidap.article_text("a1")


def test_fields_of_a_newer_service_are_passed_over() -> None:
    hoidap, _ = answering(httpx.Response(200, json=READY | {"since": "noon"}))
    assert hoidap.ready().chunks == 61


def test_the_question_is_in_no_error_of_the_network() -> None:
    for call in (failing(httpx.ReadTimeout("x")).search, answering(httpx.Response(502))[0].search):
        with pytest.raises(ServiceError) as raised:
            call("bí mật")
        assert "b%C3%AD" not in str(raised.value)
        assert "bí" not in str(raised.value)


def test_an_address_that_is_none_is_the_same_error() -> None:
    with pytest.raises(ServiceError, match=r"'http://\[::1' is not an address"):
        Client("http://[::1")
    with pytest.raises(ServiceError, match=r"localhost:8000 cannot be asked: .*protocol"):
        Client("localhost:8000").ready()


def test_a_password_in_the_address_is_in_no_error() -> None:
    assert Client("http://user:secret@host/base/").address == "http://host/base"


def test_a_closed_client_asks_no_more(client: TestClient[Litestar]) -> None:
    with Client(ADDRESS, transport=httpx.MockTransport(client.send)) as hoidap:
        hoidap.ready()
    with pytest.raises(RuntimeError, match="closed"):
        hoidap.ready()


def test_without_httpx_the_client_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "api.client")
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(HoidapError, match=r"pip install 'hoidap\[client\]'"):
        __import__("api.client")


def test_the_example_of_the_readme_runs(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = README.split("## From other programs")[1].split("```python\n")[1].split("```")[0]
    monkeypatch.setattr(module, "Client", partial(Client, transport=httpx.MockTransport(client.send)))
    exec(example, {})  # noqa: S102 — our own example
    printed = capsys.readouterr().out.splitlines()  # the application's own log stands before it
    assert printed[-1] == f"tháng 7 ← {ARTICLE.source} {START} {START + len(QUOTE)}"
